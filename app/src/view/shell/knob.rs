//! One knob: a name, a value, a unit, a sentence, and the way back.

use super::desk::use_desk;
use super::scale::{PLACES, Scale};
use crate::i18n::*;
use engine::scenario::Scenario;
use leptos::prelude::*;

/// Which number of the document a knob turns.
#[derive(Clone, Copy)]
pub(super) struct Number {
    /// Its name in the document: for undo, and for identifiers on the page.
    pub(super) field: &'static str,
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) scale: Scale,
    /// Values are shown divided by this, with as many decimals.
    pub(super) divisor: u32,
    pub(super) read: fn(&Scenario) -> u32,
    pub(super) write: fn(&mut Scenario, u32),
}

impl Number {
    fn show(&self, value: u32) -> String {
        if self.divisor == 1 {
            return value.to_string();
        }
        let text = format!("{:.3}", f64::from(value) / f64::from(self.divisor));
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// What was typed, within the bounds; `None` if it is no number.
    fn parse(&self, text: &str) -> Option<u32> {
        let value = text.trim().replace(['_', ' '], "").parse::<f64>().ok()? * f64::from(self.divisor);
        value.is_finite().then(|| (value.round() as u32).clamp(self.low, self.high))
    }
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
    let store = use_desk().stores.scenario;
    let value = store.part(number.read);
    let base = store.base();
    let default = Memo::new(move |_| base.with(number.read));
    let set = move |value: u32| store.edit(number.field, |scenario| (number.write)(scenario, value));
    let id = format!("knob-{}", number.field);
    let help_id = format!("{id}-help");
    view! {
        <Knob field=number.field words=words is_default=Signal::derive(move || value.get() == default.get())
            default=Signal::derive(move || number.show(default.get())) reset=move || set(default.get_untracked())>
            <input
                id=id
                class="figure"
                type="text"
                inputmode="decimal"
                autocomplete="off"
                aria-describedby=help_id
                prop:value=move || number.show(value.get())
                on:change=move |event| {
                    match number.parse(&event_target_value(&event)) {
                        Some(value) => set(value),
                        None => event_target::<web_sys::HtmlInputElement>(&event).set_value(&number.show(value.get_untracked())),
                    }
                }
            />
            <input
                class="slider"
                type="range"
                min="0"
                max=PLACES
                aria-label=words.label
                aria-valuetext=move || format!("{} {}", number.show(value.get()), words.unit)
                prop:value=move || number.scale.place(value.get(), number.low, number.high).to_string()
                on:input=move |event| {
                    if let Ok(place) = event_target_value(&event).parse() {
                        set(number.scale.value(place, number.low, number.high));
                    }
                }
            />
        </Knob>
    }
}

/// One of several.
#[component]
pub(super) fn ChoiceKnob(
    field: &'static str,
    words: Words,
    /// Values and names.
    choices: Vec<(String, String)>,
    read: fn(&Scenario) -> String,
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
        names.iter().find(|(value, _)| *value == default).map_or_else(String::new, |(_, name)| name.clone())
    });
    view! {
        <Knob field=field words=words is_default=Signal::derive(move || value.get() == default.get())
            default=default_name reset=move || set(&default.get_untracked())>
            <select
                id=format!("knob-{field}")
                aria-describedby=format!("knob-{field}-help")
                prop:value=move || value.get()
                on:change=move |event| set(&event_target_value(&event))
            >
                {choices.into_iter().map(|(choice, name)| {
                    let this = choice.clone();
                    view! { <option value=choice selected=move || value.get() == this>{name}</option> }
                }).collect_view()}
            </select>
        </Knob>
    }
}

/// The frame of a knob. Its sentence shows below the panel while it has the focus or the pointer.
#[component]
pub(super) fn Knob(
    field: &'static str,
    words: Words,
    is_default: Signal<bool>,
    default: Signal<String>,
    reset: impl Fn() + 'static,
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let hint = expect_context::<Hint>();
    let show = move || hint.0.set(Some((words.label, words.help, default.get_untracked(), words.unit)));
    view! {
        <div class="knob" class:changed=move || !is_default.get() on:focusin=move |_| show() on:pointerenter=move |_| show()>
            <label for=format!("knob-{field}")>{words.label}</label>
            {children()}
            <span class="unit">{words.unit}</span>
            <button
                type="button"
                class="reset"
                aria-label=move || t_string!(i18n, shell.reset_to, name = words.label, value = default.get())
                title=move || t_string!(i18n, shell.reset_to, name = words.label, value = default.get())
                disabled=move || is_default.get()
                on:click=move |_| reset()
            >
                <span aria-hidden="true">"⟲"</span>
            </button>
            <span class="hidden" id=format!("knob-{field}-help")>
                {words.help} " " {move || t_string!(i18n, shell.default_is, value = default.get())}
            </span>
        </div>
    }
}

/// The knob that is explained below the panel: name, sentence, default, unit.
#[derive(Clone, Copy)]
pub(super) struct Hint(pub(super) RwSignal<Option<(&'static str, &'static str, String, &'static str)>>);
