//! Which protocol, what it is, and its own knobs: all of it from the engine's registry.

use super::frame::use_desk;
use super::words::spaced;
use crate::i18n::*;
use crate::view::shell::knob::{Knob, Words};
use crate::widget::{NumberField, Scale};
use engine::consensus::registry::{self, PROTOCOLS};
use engine::consensus::{Descriptor, Knob as ProtocolKnob};
use leptos::prelude::*;

/// The protocol of the document.
fn described(name: &str) -> Option<&'static Descriptor> {
    registry::named(name).map(|entry| entry.descriptor)
}

/// The protocol, its sentence and source, its flaws, its knobs, and another one beside it.
#[component]
pub(super) fn ProtocolKnobs() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let store = stores.run.document;
    let protocol = store.part(|document| document.protocol.clone());
    let base = store.base();
    let default = Memo::new(move |_| base.with(|base| base.protocol.clone()));
    let set = move |name: &str| {
        store.edit("protocol", |document| {
            document.protocol = name.to_owned();
            // What belongs to another protocol means nothing to this one.
            document.flaw = None;
            document.knobs.clear();
        });
    };
    let about =
        move || described(&protocol.get()).map(|found| (found.line, found.source, found.divisor));
    let names = || PROTOCOLS.iter().map(|entry| entry.descriptor.name);
    view! {
        <Knob
            field="protocol"
            words=Words {
                label: t_string!(i18n, consensus.knob.protocol.label),
                unit: "",
                help: t_string!(i18n, consensus.knob.protocol.help),
            }
            is_default=Signal::derive(move || protocol.get() == default.get())
            default=Signal::derive(move || default.get())
            reset=move || set(&default.get_untracked())
        >
            <select id="knob-protocol" aria-describedby="knob-protocol-help" on:change=move |event| set(&event_target_value(&event))>
                {names().map(|name| view! {
                    <option value=name prop:selected=move || protocol.get() == name>{spaced(name)}</option>
                }).collect_view()}
            </select>
        </Knob>
        {move || about().map(|(line, source, divisor)| view! {
            <p class="description">
                {line}
                " "
                <span class="scheduler-source">{source}</span>
                {format!(" (n > {divisor}f)")}
            </p>
        })}
        <FlawKnob />
        {move || described(&protocol.get()).map(|found| found.knobs.iter().map(|knob| view! {
            <OwnKnob knob=knob />
        }).collect_view())}
        <Knob
            field="compare"
            words=Words {
                label: t_string!(i18n, consensus.knob.compare.label),
                unit: "",
                help: t_string!(i18n, consensus.knob.compare.help),
            }
            is_default=Signal::derive(move || stores.compare.get().is_none())
            default=Signal::derive(move || t_string!(i18n, consensus.compare_nothing).to_owned())
            reset=move || stores.compare.set(None)
        >
            <select id="knob-compare" aria-describedby="knob-compare-help" on:change=move |event| {
                let value = event_target_value(&event);
                stores.compare.set(names().find(|name| *name == value));
            }>
                <option value="" prop:selected=move || stores.compare.get().is_none()>{t!(i18n, consensus.compare_nothing)}</option>
                {names().map(|name| view! {
                    <option value=name prop:selected=move || stores.compare.get() == Some(name)>{spaced(name)}</option>
                }).collect_view()}
            </select>
        </Knob>
    }
}

/// A known mistake of the protocol, if it has any.
#[component]
fn FlawKnob() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.run.document;
    let protocol = store.part(|document| document.protocol.clone());
    let flaw = store.part(|document| document.flaw.clone());
    let base = store.base();
    let default = Memo::new(move |_| base.with(|base| base.flaw.clone()));
    let none = move || t_string!(i18n, consensus.no_flaw).to_owned();
    let set = move |name: Option<String>| store.edit("flaw", |document| document.flaw = name);
    let line = move || {
        let flaws = described(&protocol.get())?.flaws;
        let name = flaw.get()?;
        flaws
            .iter()
            .find(|flaw| flaw.name == name)
            .map(|flaw| flaw.line)
    };
    move || {
        let flaws = described(&protocol.get()).map_or(&[][..], |found| found.flaws);
        (!flaws.is_empty()).then(|| view! {
            <Knob
                field="flaw"
                words=Words {
                    label: t_string!(i18n, consensus.knob.flaw.label),
                    unit: "",
                    help: t_string!(i18n, consensus.knob.flaw.help),
                }
                is_default=Signal::derive(move || flaw.get() == default.get())
                default=Signal::derive(move || default.get().map_or_else(none, |name| spaced(&name)))
                reset=move || set(default.get_untracked())
            >
                <select id="knob-flaw" aria-describedby="knob-flaw-help" on:change=move |event| {
                    set(Some(event_target_value(&event)).filter(|name| !name.is_empty()));
                }>
                    <option value="" prop:selected=move || flaw.get().is_none()>{none}</option>
                    {flaws.iter().map(|one| view! {
                        <option value=one.name prop:selected=move || flaw.get().as_deref() == Some(one.name)>{spaced(one.name)}</option>
                    }).collect_view()}
                </select>
            </Knob>
            {move || line().map(|line| view! { <p class="description">{line}</p> })}
        })
    }
}

/// A setting of the protocol's own.
#[component]
fn OwnKnob(knob: &'static ProtocolKnob) -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.run.document;
    let value = store.part(|document| {
        document
            .knobs
            .get(knob.name)
            .copied()
            .unwrap_or(knob.default)
    });
    let label = spaced(knob.name);
    let name = label.clone();
    let reset = move || {
        t_string!(
            i18n,
            shell.reset_to,
            name = name.clone(),
            value = knob.default
        )
    };
    let scale = if knob.high - knob.low > 200 {
        Scale::Logarithmic
    } else {
        Scale::Linear
    };
    view! {
        <div class="knob" data-knob=knob.name>
            <NumberField
                label=label
                help=knob.line
                reset_label=Signal::derive(reset)
                value=value
                default=Signal::stored(knob.default)
                min=knob.low
                max=knob.high
                scale=scale
                on_change=Callback::new(move |value: u64| store.edit(knob.name, |document| {
                    if value == knob.default {
                        document.knobs.remove(knob.name);
                    } else {
                        document.knobs.insert(knob.name.to_owned(), value);
                    }
                }))
            />
        </div>
    }
}
