//! One knob: a name, a value, a unit, a sentence, and the way back.

use crate::i18n::*;
use crate::store::{Document, DocumentStore};
use crate::widget::{NumberField, Scale};
use leptos::prelude::*;

/// Which number of the document a knob turns.
#[derive(Clone, Copy)]
pub(crate) struct Number<D> {
    /// Its name in the document, for undo.
    pub(crate) field: &'static str,
    pub(crate) low: u64,
    pub(crate) high: u64,
    pub(crate) scale: Scale,
    /// Digits behind the point.
    pub(crate) decimals: u32,
    pub(crate) read: fn(&D) -> u64,
    pub(crate) write: fn(&mut D, u64),
}

/// The document that the knobs of this page turn.
fn use_store<D: Document>() -> DocumentStore<D> {
    expect_context::<DocumentStore<D>>()
}

/// What stands beside a knob.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) label: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) help: &'static str,
}

/// A number: typed, dragged or reset.
#[component]
pub(crate) fn NumberKnob<D: Document>(number: Number<D>, words: Words) -> impl IntoView {
    let i18n = use_i18n();
    let store = use_store::<D>();
    let value = store.part(number.read);
    let base = store.base();
    let default = Memo::new(move |_| base.with(number.read));
    let shown = move || {
        let unit = 10_u64.pow(number.decimals);
        (default.get() as f64 / unit as f64).to_string()
    };
    view! {
        <div class="knob" data-knob=number.field>
            <NumberField
                label=words.label
                help=words.help
                unit=words.unit
                reset_label=Signal::derive(move || t_string!(i18n, shell.reset_to, name = words.label, value = shown()))
                value=value
                default=default
                min=number.low
                max=number.high
                decimals=number.decimals
                scale=number.scale
                on_change=Callback::new(move |value: u64| {
                    store.edit(number.field, |document| (number.write)(document, value));
                })
            />
        </div>
    }
}

/// One of several.
#[component]
pub(crate) fn ChoiceKnob<D: Document>(
    /// Its name in the document.
    field: &'static str,
    /// What stands beside it.
    words: Words,
    /// Values and names.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
    /// The value in the document.
    read: fn(&D) -> String,
    /// Puts a value into the document.
    write: impl Fn(&mut D, &str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let store = use_store::<D>();
    let value = store.part(read);
    let base = store.base();
    let default = Memo::new(move |_| base.with(read));
    let set = move |value: &str| store.edit(field, |document| write(document, value));
    let default_name = Signal::derive(move || {
        let default = default.get();
        let mut choices = choices.get().into_iter();
        let found = choices.find(|(value, _)| *value == default);
        found.map_or_else(String::new, |(_, name)| name)
    });
    view! {
        <Knob field=field words=words is_default=Signal::derive(move || value.get() == default.get())
            default=default_name reset=move || set(&default.get_untracked())>
            <select
                id=format!("knob-{field}")
                aria-describedby=format!("knob-{field}-help")
                on:change=move |event| set(&event_target_value(&event))
            >
                {move || choices.get().into_iter().map(|(choice, name)| {
                    let this = choice.clone();
                    view! { <option value=choice prop:selected=move || value.get() == this>{name}</option> }
                }).collect_view()}
            </select>
        </Knob>
    }
}

/// The frame of a knob that is no number; looks like a number field.
#[component]
pub(crate) fn Knob(
    /// Its name, for identifiers on the page; the control inside is `knob-NAME`.
    field: &'static str,
    /// What stands beside it.
    words: Words,
    /// Whether it stands where it began.
    is_default: Signal<bool>,
    /// Where it began.
    default: Signal<String>,
    /// Puts it back.
    reset: impl Fn() + 'static,
    /// The control.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let reset_label = move || {
        t_string!(
            i18n,
            shell.reset_to,
            name = words.label,
            value = default.get()
        )
    };
    view! {
        <div class="knob field" data-knob=field>
            <label for=format!("knob-{field}")>{words.label}</label>
            <span class="field-value">
                {children()}
                <span class="field-unit">{words.unit}</span>
                <button
                    type="button"
                    class="field-reset"
                    aria-label=reset_label
                    title=reset_label
                    disabled=move || is_default.get()
                    on:click=move |_| reset()
                >
                    "⟲"
                </button>
            </span>
            <span class="field-help" role="note" id=format!("knob-{field}-help")>{words.help}</span>
        </div>
    }
}

/// The root of all randomness, with a button for another one.
#[component]
pub(crate) fn SeedKnob<D: Document>(
    /// Whose seed.
    store: DocumentStore<D>,
    /// What stands beside it.
    words: Words,
) -> impl IntoView {
    let i18n = use_i18n();
    let seed_of = |document: &D| *document.clone().seed();
    let seed = store.part(seed_of);
    let base = store.base();
    let default = Memo::new(move |_| base.with(seed_of));
    let set = move |seed: u64| store.edit("seed", |document| *document.seed() = seed);
    view! {
        <Knob field="seed" words=words is_default=Signal::derive(move || seed.get() == default.get())
            default=Signal::derive(move || default.get().to_string()) reset=move || set(default.get_untracked())>
            <input
                id="knob-seed"
                class="figure"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                aria-describedby="knob-seed-help"
                prop:value=move || seed.get().to_string()
                on:change=move |event| match event_target_value(&event).trim().parse() {
                    Ok(value) => set(value),
                    Err(_) => event_target::<web_sys::HtmlInputElement>(&event).set_value(&seed.get_untracked().to_string()),
                }
            />
            <button type="button" class="dice" on:click=move |_| set((js_sys::Math::random() * 1e9) as u64)>
                {t!(i18n, shell.another_seed)}
            </button>
        </Knob>
    }
}
