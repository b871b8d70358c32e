//! The left: everything that causes what happens.

use super::compare::CompareKnob;
use super::desk::use_desk;
use super::knob::{ChoiceKnob, Knob, Number, NumberKnob, SeedKnob, Words};
use super::mix::MixKnob;
use super::program::KnobPanel;
use super::scheduler::SchedulerKnob;
use super::traffic::TrafficKnob;
use crate::bridge::capability::THREADS_MAX;
use crate::i18n::*;
use crate::store::status::Worker;
use crate::widget::Scale;
use engine::scenario::{DropKind, Scenario, preset};
use leptos::prelude::*;

macro_rules! words {
    ($i18n:expr, $knob:ident) => {
        Words {
            label: t_string!($i18n, shell.knob.$knob.label),
            unit: t_string!($i18n, shell.knob.$knob.unit),
            help: t_string!($i18n, shell.knob.$knob.help),
        }
    };
}

macro_rules! number {
    ($field:literal, $($path:ident).+, $low:expr, $high:expr, $scale:ident, $decimals:expr) => {
        Number {
            field: $field,
            low: $low,
            high: $high,
            scale: Scale::$scale,
            decimals: $decimals,
            read: |scenario| scenario.$($path).+.into(),
            // The field keeps its bounds, which are numbers of 32 bits.
            write: |scenario, value| scenario.$($path).+ = value as u32,
        }
    };
}

const TRANSACTIONS: Number<Scenario> = number!(
    "transactions",
    workload.transactions,
    1,
    100_000,
    Logarithmic,
    0
);
const ACCOUNTS: Number<Scenario> =
    number!("accounts", workload.accounts, 2, 200_000, Logarithmic, 0);
const SKEW: Number<Scenario> = number!("skew", workload.skew_permille, 0, 3_000, Linear, 3);
const HOT: Number<Scenario> = number!("hot", workload.hot_permille, 0, 1_000, Linear, 1);
const HOT_ACCOUNTS: Number<Scenario> = number!(
    "hot_accounts",
    workload.hot_accounts_permille,
    1,
    1_000,
    Linear,
    1
);
const DISTANCE: Number<Scenario> = number!(
    "distance",
    workload.dependency_distance,
    0,
    1_000,
    Logarithmic,
    0
);
const POOLS: Number<Scenario> = number!("pools", workload.pools, 1, 1_024, Logarithmic, 0);
const WORK: Number<Scenario> = number!("work", workload.work_rounds, 0, 1_000_000, Logarithmic, 0);
const SLOTS: Number<Scenario> =
    number!("slots", workload.touch_slots, 1, 1_000_000, Logarithmic, 0);
const DROP_CAP: Number<Scenario> = number!(
    "drop_cap",
    workload.drop_cap,
    0,
    1_000_000_000,
    Logarithmic,
    0
);
const DROP_STOCK: Number<Scenario> = number!(
    "drop_stock",
    workload.drop_stock,
    0,
    1_000_000_000,
    Logarithmic,
    0
);
const BLOCKS: Number<Scenario> = number!("blocks", blocks, 1, 1_000, Logarithmic, 0);
const LANES: Number<Scenario> = number!("lanes", execution.lanes, 1, 1_024, Logarithmic, 0);
const VALIDATE: Number<Scenario> = number!(
    "validate",
    execution.validate_read_ticks,
    0,
    1_000_000,
    Logarithmic,
    0
);
const DISPATCH: Number<Scenario> = number!(
    "dispatch",
    execution.dispatch_ticks,
    0,
    1_000_000,
    Logarithmic,
    0
);

/// The panel of knobs.
#[component]
pub(super) fn Knobs() -> impl IntoView {
    let i18n = use_i18n();
    let scenario = use_desk().stores.scenario;
    let name = scenario.part(|scenario| scenario.name.clone());
    let description = move || preset::named(&name.get()).map(|preset| preset.description);
    let is_generated = scenario.part(|scenario| scenario.workload.is_generated());
    view! {
        <KnobPanel>
            <p class="description">{description}</p>
            <h2>{t!(i18n, shell.group_execution)}</h2>
            <SchedulerKnob />
            <NumberKnob number=LANES words=words!(i18n, lanes) />
            <CompareKnob />
            <ThreadsKnob />
            <h2>{t!(i18n, shell.group_workload)}</h2>
            <SeedKnob store=scenario words=words!(i18n, seed) />
            <TrafficKnob />
            <Show when=move || is_generated.get()>
                <NumberKnob number=TRANSACTIONS words=words!(i18n, transactions) />
                <NumberKnob number=ACCOUNTS words=words!(i18n, accounts) />
                <NumberKnob number=SKEW words=words!(i18n, skew) />
                <NumberKnob number=HOT words=words!(i18n, hot) />
                <NumberKnob number=HOT_ACCOUNTS words=words!(i18n, hot_accounts) />
                <NumberKnob number=DISTANCE words=words!(i18n, distance) />
                <MixKnob />
                <NumberKnob number=POOLS words=words!(i18n, pools) />
            </Show>
            <NumberKnob number=WORK words=words!(i18n, work) />
            <Show when=move || is_generated.get()>
                <ChoiceKnob
                    field="drop"
                    words=words!(i18n, drop)
                    choices=vec![
                        ("ordered".to_owned(), t_string!(i18n, shell.drop_ordered).to_owned()),
                        ("commutative".to_owned(), t_string!(i18n, shell.drop_commutative).to_owned()),
                    ]
                    read=|scenario: &Scenario| match scenario.workload.drop {
                        DropKind::Ordered => "ordered",
                        DropKind::Commutative => "commutative",
                    }.to_owned()
                    write=|scenario: &mut Scenario, value: &str| {
                        scenario.workload.drop = if value == "commutative" { DropKind::Commutative } else { DropKind::Ordered };
                    }
                />
                <NumberKnob number=DROP_CAP words=words!(i18n, drop_cap) />
                <NumberKnob number=DROP_STOCK words=words!(i18n, drop_stock) />
                <NumberKnob number=SLOTS words=words!(i18n, slots) />
            </Show>
            <NumberKnob number=BLOCKS words=words!(i18n, blocks) />
            <h2>{t!(i18n, shell.group_cost)}</h2>
            <NumberKnob number=VALIDATE words=words!(i18n, validate) />
            <NumberKnob number=DISPATCH words=words!(i18n, dispatch) />
        </KnobPanel>
    }
}

/// Real threads of this machine: a preference of this browser, not a part of the document.
#[component]
fn ThreadsKnob() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let status = desk.stores.status;
    let words = words!(i18n, threads);
    let default = Signal::derive(move || {
        status
            .hardware_threads
            .get()
            .clamp(1, crate::bridge::capability::THREADS_DEFAULT_MAX)
    });
    let chosen = Signal::derive(move || {
        desk.stores
            .preference
            .threads()
            .get()
            .unwrap_or_else(|| default.get())
    });
    let is_possible = Signal::derive(move || {
        status.obstacle.with(Option::is_none) && !matches!(status.worker.get(), Worker::Closed(_))
    });
    view! {
        <Knob field="threads" words=words is_default=Signal::derive(move || chosen.get() == default.get())
            default=Signal::derive(move || default.get().to_string())
            reset=move || desk.conductor.set_threads(default.get_untracked())>
            <select
                id="knob-threads"
                aria-describedby="knob-threads-help"
                disabled=move || !is_possible.get()
                on:change=move |event| {
                    if let Ok(threads) = event_target_value(&event).parse() {
                        desk.conductor.set_threads(threads);
                    }
                }
            >
                {(1..=THREADS_MAX).map(|threads| view! {
                    <option value=threads prop:selected=move || chosen.get() == threads>{threads}</option>
                }).collect_view()}
            </select>
        </Knob>
    }
}
