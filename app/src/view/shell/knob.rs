//! One knob: a name, a value, a unit, a sentence, and the way back.

use super::desk::use_desk;
use crate::i18n::*;
use crate::widget::{NumberField, Scale};
use engine::scenario::Scenario;
use leptos::prelude::*;

/// Which number of the document a knob turns.
#[derive(Clone, Copy)]
pub(super) struct Number {
    /// Its name in the document, for undo.
    pub(super) field: &'static str,
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) scale: Scale,
    /// Digits behind the point.
    pub(super) decimals: u32,
    pub(super) read: fn(&Scenario) -> u32,
    pub(super) write: fn(&mut Scenario, u32),
}

/// What stands beside a knob.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) label: &'static str,
    pub(super) unit: &'static str,
    pub(super) help: &'static str,
}

/// A number: typed, dragged or reset.
#[component]
pub(super) fn NumberKnob(number: Number, words: Words) -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.scenario;
    let value = store.part(number.read);
    let base = store.base();
    let default = Memo::new(move |_| base.with(number.read));
    let shown = move || {
        let unit = 10_u32.pow(number.decimals);
        (f64::from(default.get()) / f64::from(unit)).to_string()
    };
    view! {
        <div class="knob" data-knob=number.field>
            <NumberField
                label=words.label
                help=words.help
                unit=words.unit
                reset_label=Signal::derive(move || t_string!(i18n, shell.reset_to, name = words.label, value = shown()))
                value=Signal::derive(move || u64::from(value.get()))
                default=Signal::derive(move || u64::from(default.get()))
                min=u64::from(number.low)
                max=u64::from(number.high)
                decimals=number.decimals
                scale=number.scale
                on_change=Callback::new(move |value: u64| {
                    // The field keeps its bounds, which are numbers of 32 bits.
                    store.edit(number.field, |scenario| (number.write)(scenario, value as u32));
                })
            />
        </div>
    }
}

/// One of several.
#[component]
pub(super) fn ChoiceKnob(
    /// Its name in the document.
    field: &'static str,
    /// What stands beside it.
    words: Words,
    /// Values and names.
    choices: Vec<(String, String)>,
    /// The value in the document.
    read: fn(&Scenario) -> String,
    /// Puts a value into the document.
    write: fn(&mut Scenario, &str),
) -> impl IntoView {
    let store = use_desk().stores.scenario;
    let value = store.part(read);
    let base = store.base();
    let default = Memo::new(move |_| base.with(read));
    let set = move |value: &str| store.edit(field, |scenario| write(scenario, value));
    let names = choices.clone();
    let default_name = Signal::derive(move || {
        let default = default.get();
        names
            .iter()
            .find(|(value, _)| *value == default)
            .map_or_else(String::new, |(_, name)| name.clone())
    });
    view! {
        <Knob field=field words=words is_default=Signal::derive(move || value.get() == default.get())
            default=default_name reset=move || set(&default.get_untracked())>
            <select
                id=format!("knob-{field}")
                aria-describedby=format!("knob-{field}-help")
                on:change=move |event| set(&event_target_value(&event))
            >
                {choices.into_iter().map(|(choice, name)| {
                    let this = choice.clone();
                    view! { <option value=choice prop:selected=move || value.get() == this>{name}</option> }
                }).collect_view()}
            </select>
        </Knob>
    }
}

/// The frame of a knob that is no number; looks like a number field.
#[component]
pub(super) fn Knob(
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
