//! The left: everything that causes what happens.

use super::frame::use_desk;
use super::words;
use crate::i18n::*;
use crate::view::shell::knob::{ChoiceKnob, Number, NumberKnob, SeedKnob, Words};
use crate::view::shell::program::KnobPanel;
use crate::widget::Scale;
use engine::consensus::registry::COMMITTEES;
use engine::scenario::shard::check::{ACCOUNTS_MAX, TRANSACTIONS_MAX};
use engine::scenario::shard::format::EpochPart;
use engine::scenario::shard::{Placement, ShardScenario, WeaknessName, preset};
use engine::shard::settings::SHARDS_MAX;
use engine::shard::transfer::Protocol;
use leptos::prelude::*;

type Document = ShardScenario;

macro_rules! words {
    ($i18n:expr, $knob:ident) => {
        Words {
            label: t_string!($i18n, shard.knob.$knob.label),
            unit: t_string!($i18n, shard.knob.$knob.unit),
            help: t_string!($i18n, shard.knob.$knob.help),
        }
    };
}

macro_rules! number {
    ($field:literal, $($path:ident).+ as $kind:ty, $low:expr, $high:expr, $scale:ident) => {
        number!($field, $($path).+ as $kind, $low, $high, $scale, 0, 1)
    };
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

const SHARDS: Number<Document> =
    number!("shards", shards as u16, 1, SHARDS_MAX as u64, Logarithmic);
const ACCOUNTS: Number<Document> = number!(
    "accounts",
    accounts as u32,
    2,
    ACCOUNTS_MAX as u64,
    Logarithmic
);
const TRANSACTIONS: Number<Document> = number!(
    "transactions",
    traffic.transactions as u32,
    1,
    TRANSACTIONS_MAX as u64,
    Logarithmic
);
const RATE: Number<Document> =
    number!("rate", traffic.per_second as u32, 1, 1_000_000, Logarithmic);
const SKEW: Number<Document> = number!("skew", traffic.skew as u32, 0, 300, Linear, 2, 10);
const COMMUNITIES: Number<Document> = number!(
    "communities",
    traffic.communities as u32,
    1,
    1_000,
    Logarithmic
);
/// In per cent.
const INSIDE: Number<Document> = number!("inside", traffic.inside as u32, 0, 100, Linear, 0, 10);
const CAPACITY: Number<Document> =
    number!("capacity", block.capacity as u32, 1, 10_000, Logarithmic);
const SPAN: Number<Document> = number!("span", block.span_ms as u32, 1, 600_000, Logarithmic);
const MEMBERS: Number<Document> = number!("members", block.members as u32, 1, 64, Logarithmic);
const LANES: Number<Document> = number!("lanes", block.lanes as u32, 0, 64, Logarithmic);
const HOP: Number<Document> = number!("hop", network.hop_ms as u32, 0, 600_000, Logarithmic);
/// In hundredths of a per cent.
const LOSS: Number<Document> = number!(
    "loss",
    network.loss_ppm as u32,
    0,
    9_000,
    Logarithmic,
    2,
    100
);
const CONFIRMATIONS: Number<Document> =
    number!("confirmations", confirmations as u32, 0, 64, Linear);
const CONGESTION: Number<Document> =
    number!("congestion", congestion as u32, 0, 1_000_000, Logarithmic);
const TAKEOVER_NODES: Number<Document> = number!(
    "takeover_nodes",
    takeover.nodes as u32,
    1,
    4_096,
    Logarithmic
);
const TAKEOVER_CORRUPT: Number<Document> = number!(
    "takeover_corrupt",
    takeover.corrupt as u32,
    0,
    4_096,
    Logarithmic
);
const TAKEOVER_MEMBERS: Number<Document> = number!(
    "takeover_members",
    takeover.members as u32,
    1,
    1_024,
    Logarithmic
);

/// Weights of what is asked for, by name.
const MIXES: [(&str, [u32; 5]); 5] = [
    ("payments", [1, 0, 0, 0, 0]),
    ("defi", [8, 0, 2, 0, 0]),
    ("swaps", [0, 0, 1, 0, 0]),
    ("inputs", [4, 1, 0, 0, 0]),
    ("all", [6, 1, 1, 1, 1]),
];

const PLACEMENTS: [(&str, Placement); 6] = [
    ("hash", Placement::Hash),
    ("range", Placement::Range),
    ("application", Placement::Application),
    ("propagation", Placement::Propagation),
    ("multilevel", Placement::Multilevel),
    ("allocation", Placement::Allocation),
];

const WEAKNESSES: [(&str, Option<WeaknessName>); 5] = [
    ("none", None),
    ("no_locks", Some(WeaknessName::NoLocks)),
    ("no_read_locks", Some(WeaknessName::NoReadLocks)),
    ("eager", Some(WeaknessName::Eager)),
    ("repeats", Some(WeaknessName::Repeats)),
];

/// The name of a value in a table.
fn name_of<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> String {
    let found = table.iter().find(|(_, known)| known == value);
    found.map_or_else(String::new, |(name, _)| (*name).to_owned())
}

/// The panel of knobs.
#[component]
pub(super) fn Knobs() -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let store = use_desk().stores.run.document;
    let name = store.part(|document| document.name.clone());
    let description = move || preset::named(&name.get()).map(|preset| preset.description);
    let protocols: Vec<_> = Protocol::ALL
        .into_iter()
        .map(|one| {
            (
                one.name().to_owned(),
                words::protocol(locale, one).to_owned(),
            )
        })
        .collect();
    let own = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let placements = vec![
        own("hash", td_string!(locale, shard.placement_hash)),
        own("range", td_string!(locale, shard.placement_range)),
        own(
            "application",
            td_string!(locale, shard.placement_application),
        ),
        own(
            "propagation",
            td_string!(locale, shard.placement_propagation),
        ),
        own("multilevel", td_string!(locale, shard.placement_multilevel)),
        own("allocation", td_string!(locale, shard.placement_allocation)),
    ];
    let mixes = vec![
        own("payments", td_string!(locale, shard.mix_payments)),
        own("defi", td_string!(locale, shard.mix_defi)),
        own("swaps", td_string!(locale, shard.mix_swaps)),
        own("inputs", td_string!(locale, shard.mix_inputs)),
        own("all", td_string!(locale, shard.mix_all)),
        own("", td_string!(locale, shard.mix_other)),
    ];
    let weaknesses = vec![
        own("none", td_string!(locale, shard.weakness_none)),
        own("no_locks", td_string!(locale, shard.weakness_no_locks)),
        own(
            "no_read_locks",
            td_string!(locale, shard.weakness_no_read_locks),
        ),
        own("eager", td_string!(locale, shard.weakness_eager)),
        own("repeats", td_string!(locale, shard.weakness_repeats)),
    ];
    let agreements: Vec<_> = std::iter::once(own("", td_string!(locale, shard.agreement_steady)))
        .chain(
            COMMITTEES
                .iter()
                .map(|entry| entry.descriptor.name)
                .map(|name| own(name, &name.replace('_', " "))),
        )
        .collect();
    let moves = vec![
        own("never", td_string!(locale, shard.epochs_never)),
        own("epochs", td_string!(locale, shard.epochs_on)),
    ];
    view! {
        <KnobPanel>
            <p class="description">{description}</p>
            <h2>{t!(i18n, shard.group_transfer)}</h2>
            <ChoiceKnob
                field="protocol"
                words=words!(i18n, protocol)
                choices=protocols
                read=|document: &Document| document.protocol.name().to_owned()
                write=|document: &mut Document, value: &str| {
                    if let Some(found) = Protocol::ALL.into_iter().find(|one| one.name() == value) {
                        document.protocol = found;
                    }
                }
            />
            <About />
            <ChoiceKnob
                field="weakness"
                words=words!(i18n, weakness)
                choices=weaknesses
                read=|document: &Document| name_of(&WEAKNESSES, &document.weakness)
                write=|document: &mut Document, value: &str| {
                    if let Some((_, found)) = WEAKNESSES.iter().find(|(name, _)| *name == value) {
                        document.weakness = *found;
                    }
                }
            />
            <NumberKnob number=CONFIRMATIONS words=words!(i18n, confirmations) />
            <NumberKnob number=CONGESTION words=words!(i18n, congestion) />
            <h2>{t!(i18n, shard.group_shards)}</h2>
            <NumberKnob number=SHARDS words=words!(i18n, shards) />
            <NumberKnob number=ACCOUNTS words=words!(i18n, accounts) />
            <ChoiceKnob
                field="placement"
                words=words!(i18n, placement)
                choices=placements
                read=|document: &Document| name_of(&PLACEMENTS, &document.placement)
                write=|document: &mut Document, value: &str| {
                    if let Some((_, found)) = PLACEMENTS.iter().find(|(name, _)| *name == value) {
                        document.placement = *found;
                    }
                }
            />
            <ChoiceKnob
                field="epochs"
                words=words!(i18n, epochs)
                choices=moves
                read=|document: &Document| if document.epochs.is_some() { "epochs".to_owned() } else { "never".to_owned() }
                write=|document: &mut Document, value: &str| {
                    document.epochs = (value == "epochs").then_some(EpochPart { length_ms: 3_000, moves: 100, penalty: 200 });
                }
            />
            <h2>{t!(i18n, shard.group_traffic)}</h2>
            <ChoiceKnob
                field="mix"
                words=words!(i18n, mix)
                choices=mixes
                read=|document: &Document| name_of(&MIXES, &document.traffic.weights)
                write=|document: &mut Document, value: &str| {
                    if let Some((_, found)) = MIXES.iter().find(|(name, _)| *name == value) {
                        document.traffic.weights = *found;
                    }
                }
            />
            <NumberKnob number=TRANSACTIONS words=words!(i18n, transactions) />
            <NumberKnob number=RATE words=words!(i18n, rate) />
            <NumberKnob number=SKEW words=words!(i18n, skew) />
            <NumberKnob number=COMMUNITIES words=words!(i18n, communities) />
            <NumberKnob number=INSIDE words=words!(i18n, inside) />
            <h2>{t!(i18n, shard.group_block)}</h2>
            <NumberKnob number=CAPACITY words=words!(i18n, capacity) />
            <ChoiceKnob
                field="agreement"
                words=words!(i18n, agreement)
                choices=agreements
                read=|document: &Document| document.block.agreement.clone().unwrap_or_default()
                write=|document: &mut Document, value: &str| {
                    document.block.agreement = Some(value.to_owned()).filter(|name| !name.is_empty());
                }
            />
            <NumberKnob number=SPAN words=words!(i18n, span) />
            <NumberKnob number=MEMBERS words=words!(i18n, members) />
            <NumberKnob number=LANES words=words!(i18n, lanes) />
            <NumberKnob number=HOP words=words!(i18n, hop) />
            <NumberKnob number=LOSS words=words!(i18n, loss) />
            <h2>{t!(i18n, shard.takeover)}</h2>
            <NumberKnob number=TAKEOVER_NODES words=words!(i18n, takeover_nodes) />
            <NumberKnob number=TAKEOVER_CORRUPT words=words!(i18n, takeover_corrupt) />
            <NumberKnob number=TAKEOVER_MEMBERS words=words!(i18n, takeover_members) />
            <SeedKnob store=store words=words!(i18n, seed) />
        </KnobPanel>
    }
}

/// What the chosen protocol is, promises and needs.
#[component]
fn About() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.run.document;
    let protocol = store.part(|document| document.protocol);
    move || {
        let (locale, protocol) = (i18n.get_locale(), protocol.get());
        let atomic = if protocol.is_atomic() {
            td_string!(locale, shard.promise_atomic)
        } else {
            td_string!(locale, shard.promise_eventual)
        };
        let isolated = if protocol.is_isolated() {
            td_string!(locale, shard.promise_isolated)
        } else {
            td_string!(locale, shard.promise_not_isolated)
        };
        view! {
            <p class="description">
                {words::line(locale, protocol)}
                " "
                <span class="scheduler-source">{protocol.source()}</span>
            </p>
            <ul class="promises note">
                <li>{atomic}</li>
                <li>{isolated}</li>
                <li>{words::trust(locale, protocol.trust())}</li>
            </ul>
        }
    }
}
