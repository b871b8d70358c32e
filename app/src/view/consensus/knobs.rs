//! The left: everything that causes what happens.

use super::frame::use_desk;
use super::hand::adversary_name;
use super::protocol::ProtocolKnobs;
use super::words::tell;
use crate::i18n::*;
use crate::view::shell::knob::{ChoiceKnob, Knob, Number, NumberKnob, SeedKnob, Words};
use crate::view::shell::program::KnobPanel;
use crate::widget::Scale;
use engine::scenario::consensus::check::{DECISIONS_MAX, NODES_MAX};
use engine::scenario::consensus::{Adversary, ConsensusScenario, preset};
use engine::sim::region::TABLES;
use leptos::prelude::*;

type Document = ConsensusScenario;

macro_rules! words {
    ($i18n:expr, $knob:ident) => {
        Words {
            label: t_string!($i18n, consensus.knob.$knob.label),
            unit: t_string!($i18n, consensus.knob.$knob.unit),
            help: t_string!($i18n, consensus.knob.$knob.help),
        }
    };
}

macro_rules! number {
    ($field:literal, $($path:ident).+ as $kind:ty, $low:expr, $high:expr, $scale:ident, $decimals:expr, $unit:expr) => {
        Number {
            field: $field,
            low: $low,
            high: $high,
            scale: Scale::$scale,
            decimals: $decimals,
            read: |document| u64::from(document.$($path).+) / $unit,
            // The field keeps its bounds, within which the number fits.
            write: |document, value| document.$($path).+ = (value * $unit) as $kind,
        }
    };
}

const NODES: Number<Document> = number!(
    "nodes",
    nodes as u32,
    1,
    NODES_MAX as u64,
    Logarithmic,
    0,
    1
);
const BYZANTINE: Number<Document> = number!(
    "byzantine",
    byzantine as u32,
    0,
    NODES_MAX as u64,
    Logarithmic,
    0,
    1
);
const DECISIONS: Number<Document> = number!(
    "decisions",
    decisions as u64,
    1,
    DECISIONS_MAX,
    Logarithmic,
    0,
    1
);
const TIMEOUT: Number<Document> = number!(
    "timeout",
    timeout_ms as u32,
    1,
    3_600_000,
    Logarithmic,
    0,
    1
);
const BOUND: Number<Document> = number!("bound", bound_ms as u32, 1, 3_600_000, Logarithmic, 0, 1);
const DELAY: Number<Document> = number!(
    "delay",
    network.delay_us as u64,
    0,
    60_000_000,
    Logarithmic,
    3,
    1
);
/// In hundredths of a per cent.
const JITTER: Number<Document> = number!(
    "jitter",
    network.jitter_ppm as u32,
    0,
    30_000,
    Logarithmic,
    2,
    100
);
const LOSS: Number<Document> = number!(
    "loss",
    network.loss_ppm as u32,
    0,
    9_000,
    Logarithmic,
    2,
    100
);
/// In tenths of a megabit.
const UPLINK: Number<Document> = number!(
    "uplink",
    network.uplink_kbps as u32,
    0,
    100_000,
    Logarithmic,
    1,
    100
);
const PAYLOAD: Number<Document> = number!(
    "payload",
    payload.bytes as u32,
    0,
    64_000,
    Logarithmic,
    0,
    1_000
);

/// The panel of knobs.
#[component]
pub(super) fn Knobs() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.run.document;
    let name = store.part(|document| document.name.clone());
    let description = move || preset::named(&name.get()).map(|preset| preset.description);
    let has_liars = store.part(|document| document.byzantine > 0);
    let is_one_delay = store.part(|document| document.network.regions.is_none());
    let tables = TABLES.iter().map(|table| {
        let name = tell!(
            i18n.get_locale_untracked(),
            cloud_regions,
            table = table.name
        );
        (table.name.to_owned(), name)
    });
    let nowhere = (
        String::new(),
        t_string!(i18n, consensus.no_regions).to_owned(),
    );
    let places: Vec<_> = std::iter::once(nowhere).chain(tables).collect();
    let lies = Adversary::ALL
        .iter()
        .enumerate()
        .map(|(place, how)| (place.to_string(), adversary_name(i18n, *how).to_owned()));
    let lies: Vec<_> = lies.collect();
    view! {
        <KnobPanel>
            <p class="description">{description}</p>
            <h2>{t!(i18n, consensus.group_protocol)}</h2>
            <ProtocolKnobs />
            <NumberKnob number=NODES words=words!(i18n, nodes) />
            <MaybeKnob field="faults" words=words!(i18n, faults) read=|document| document.faults write=|document, value| document.faults = value />
            <MaybeKnob field="quorum" words=words!(i18n, quorum) read=|document| document.quorum write=|document, value| document.quorum = value />
            <h2>{t!(i18n, consensus.group_faults)}</h2>
            <NumberKnob number=BYZANTINE words=words!(i18n, byzantine) />
            <Show when=move || has_liars.get()>
                <ChoiceKnob
                    field="adversary"
                    words=words!(i18n, adversary)
                    choices=lies.clone()
                    read=|document: &Document| {
                        let place = Adversary::ALL.iter().position(|how| *how == document.adversary);
                        place.unwrap_or_default().to_string()
                    }
                    write=|document: &mut Document, value: &str| {
                        let place = value.parse::<usize>().unwrap_or_default();
                        document.adversary = Adversary::ALL.get(place).copied().unwrap_or_default();
                    }
                />
            </Show>
            <h2>{t!(i18n, consensus.group_network)}</h2>
            <ChoiceKnob
                field="regions"
                words=words!(i18n, regions)
                choices=places
                read=|document: &Document| document.network.regions.clone().unwrap_or_default()
                write=|document: &mut Document, value: &str| {
                    document.network.regions = Some(value.to_owned()).filter(|name| !name.is_empty());
                    document.network.placed.clear();
                }
            />
            <Show when=move || is_one_delay.get()>
                <NumberKnob number=DELAY words=words!(i18n, delay) />
            </Show>
            <NumberKnob number=JITTER words=words!(i18n, jitter) />
            <NumberKnob number=LOSS words=words!(i18n, loss) />
            <NumberKnob number=UPLINK words=words!(i18n, uplink) />
            <h2>{t!(i18n, consensus.group_load)}</h2>
            <NumberKnob number=DECISIONS words=words!(i18n, decisions) />
            <NumberKnob number=PAYLOAD words=words!(i18n, payload) />
            <NumberKnob number=TIMEOUT words=words!(i18n, timeout) />
            <NumberKnob number=BOUND words=words!(i18n, bound) />
            <SeedKnob store=store words=words!(i18n, seed) />
        </KnobPanel>
    }
}

/// A number that may be left to the engine: empty for the right one.
#[component]
fn MaybeKnob(
    field: &'static str,
    words: Words,
    read: fn(&Document) -> Option<u32>,
    write: fn(&mut Document, Option<u32>),
) -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.run.document;
    let value = store.part(read);
    let base = store.base();
    let default = Memo::new(move |_| base.with(read));
    let set = move |value: Option<u32>| store.edit(field, |document| write(document, value));
    let right = move || t_string!(i18n, consensus.right_number).to_owned();
    let shown = move || {
        value
            .get()
            .map_or_else(String::new, |value| value.to_string())
    };
    view! {
        <Knob
            field=field
            words=words
            is_default=Signal::derive(move || value.get() == default.get())
            default=Signal::derive(move || default.get().map_or_else(right, |value| value.to_string()))
            reset=move || set(default.get_untracked())
        >
            <input
                id=format!("knob-{field}")
                class="figure"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                placeholder="auto"
                aria-describedby=format!("knob-{field}-help")
                prop:value=shown
                on:change=move |event| {
                    let text = event_target_value(&event);
                    match text.trim() {
                        "" => set(None),
                        text => match text.parse() {
                            Ok(value) => set(Some(value)),
                            Err(_) => event_target::<web_sys::HtmlInputElement>(&event).set_value(&shown()),
                        },
                    }
                }
            />
        </Knob>
    }
}
