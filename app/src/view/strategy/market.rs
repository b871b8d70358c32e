//! The market that strategies meet: how long, how the price moves, how deep pools are, who else is there.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::store::Notice;
use crate::view::shell::file::OpenFile;
use crate::view::shell::knob::{ChoiceKnob, Number, NumberKnob, SeedKnob, Words};
use crate::widget::Scale;
use engine::market::import::import;
use engine::market::{Law, NewsSettings, profile};
use engine::primitives::Decimal;
use engine::scenario::strategy::format::PerpetualPart;
use engine::scenario::strategy::{Plain, StrategyScenario};
use engine::world::exchange::solver_names;
use leptos::prelude::*;

type Document = StrategyScenario;

macro_rules! words {
    ($i18n:expr, $knob:ident) => {
        Words {
            label: t_string!($i18n, strategy.knob.$knob.label),
            unit: t_string!($i18n, strategy.knob.$knob.unit),
            help: t_string!($i18n, strategy.knob.$knob.help),
        }
    };
}

const fn number(
    field: &'static str,
    low: u64,
    high: u64,
    scale: Scale,
    read: fn(&Document) -> u64,
    write: fn(&mut Document, u64),
) -> Number<Document> {
    Number {
        field,
        low,
        high,
        scale,
        decimals: 0,
        read,
        write,
    }
}

/// Whole units of an amount.
fn whole(amount: Plain) -> u64 {
    u64::try_from(amount.0.0).unwrap_or(0) / 100_000_000
}

fn plain(value: u64) -> Plain {
    Plain(Decimal(
        i64::try_from(value)
            .unwrap_or(i64::MAX / 100_000_000)
            .saturating_mul(100_000_000),
    ))
}

const DAYS: Number<Document> = number(
    "days",
    1,
    366,
    Scale::Logarithmic,
    |document| document.days.into(),
    |document, value| document.days = value as u32,
);
const POOL: Number<Document> = number(
    "pool",
    1_000,
    100_000_000,
    Scale::Logarithmic,
    |document| document.pools.first().map_or(0, |pool| whole(pool.worth)),
    |document, value| {
        if let Some(pool) = document.pools.first_mut() {
            pool.worth = plain(value);
        }
    },
);
/// In hundredths of a per cent.
const FEE: Number<Document> = Number {
    decimals: 2,
    ..number(
        "fee",
        0,
        1_000,
        Scale::Linear,
        |document| document.pools.first().map_or(0, |pool| pool.fee_bps.into()),
        |document, value| {
            if let Some(pool) = document.pools.first_mut() {
                pool.fee_bps = value as u32;
            }
        },
    )
};
const RETAIL: Number<Document> = number(
    "retail",
    0,
    100_000,
    Scale::Logarithmic,
    |document| document.crowd.retail_per_thousand_hours.into(),
    |document, value| document.crowd.retail_per_thousand_hours = value as u32,
);
const ORDERS: Number<Document> = number(
    "orders",
    0,
    100_000,
    Scale::Logarithmic,
    |document| document.crowd.orders_per_thousand_hours.into(),
    |document, value| document.crowd.orders_per_thousand_hours = value as u32,
);
const KEEPERS: Number<Document> = number(
    "keepers",
    0,
    16,
    Scale::Linear,
    |document| document.keepers.count.into(),
    |document, value| document.keepers.count = value as u32,
);
const LATE: Number<Document> = number(
    "late",
    0,
    100,
    Scale::Logarithmic,
    |document| document.keepers.late_steps.into(),
    |document, value| document.keepers.late_steps = value as u32,
);

/// What the steps are called in the document: seconds.
const STEPS: [(&str, u32); 4] = [("5m", 300), ("15m", 900), ("1h", 3_600), ("1d", 86_400)];

fn law_name(law: &Law) -> String {
    match law {
        Law::Profile { name } => name.clone(),
        Law::Still => "still".to_owned(),
        Law::Gbm { .. } => "gbm".to_owned(),
        Law::MeanReversion { .. } => "reversion".to_owned(),
        Law::JumpDiffusion { .. } => "jumps".to_owned(),
        Law::Regimes(_) => "regimes".to_owned(),
        Law::Garch { .. } => "garch".to_owned(),
        Law::Bootstrap { .. } => "bootstrap".to_owned(),
        Law::Replay { .. } => "replay".to_owned(),
    }
}

/// A law of this name with plain values, for an asset at this price; `None` for those that need a series.
fn law_named(name: &str, price: Decimal) -> Option<Law> {
    Some(match name {
        "still" => Law::Still,
        "gbm" => Law::Gbm {
            drift_ppm: 0,
            volatility_ppm: 700_000,
        },
        "reversion" => Law::MeanReversion {
            level: price,
            half_life_s: 86_400,
            volatility_ppm: 900_000,
        },
        "jumps" => Law::JumpDiffusion {
            drift_ppm: 0,
            volatility_ppm: 500_000,
            jumps_per_thousand_years: 30_000,
            jump_mean_ppm: -20_000,
            jump_deviation_ppm: 60_000,
        },
        "regimes" => Law::Regimes(vec![
            engine::market::Regime {
                drift_ppm: 1_500_000,
                volatility_ppm: 500_000,
                lasts_s: 864_000,
            },
            engine::market::Regime {
                drift_ppm: -2_000_000,
                volatility_ppm: 1_000_000,
                lasts_s: 432_000,
            },
        ]),
        "garch" => Law::Garch {
            drift_ppm: 0,
            volatility_ppm: 700_000,
            alpha_ppm: 90_000,
            beta_ppm: 890_000,
        },
        name => Law::Profile {
            name: profile::named(name)?.name.to_owned(),
        },
    })
}

/// How long, which prices.
#[component]
pub(super) fn MarketKnobs() -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let stores = use_desk().stores;
    let own = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let profiles = profile::PROFILES.iter();
    let mut laws: Vec<_> = profiles.map(|found| own(found.name, found.name)).collect();
    laws.extend([
        own("gbm", td_string!(locale, strategy.law_gbm)),
        own("reversion", td_string!(locale, strategy.law_reversion)),
        own("jumps", td_string!(locale, strategy.law_jumps)),
        own("regimes", td_string!(locale, strategy.law_regimes)),
        own("garch", td_string!(locale, strategy.law_garch)),
        own("still", td_string!(locale, strategy.law_still)),
        own("replay", td_string!(locale, strategy.law_replay)),
        own("bootstrap", td_string!(locale, strategy.law_bootstrap)),
    ]);
    let steps = STEPS.map(|(name, _)| own(name, name)).to_vec();
    let news = vec![
        own("none", td_string!(locale, strategy.news_none)),
        own("some", td_string!(locale, strategy.news_some)),
    ];
    let perpetuals = vec![
        own("none", td_string!(locale, strategy.perpetual_none)),
        own("one", td_string!(locale, strategy.perpetual_one)),
    ];
    view! {
        <h2>{t!(i18n, strategy.group_market)}</h2>
        <ChoiceKnob
            field="law"
            words=words!(i18n, law)
            choices=laws
            read=|document: &Document| document.assets.first().map_or_else(String::new, |asset| law_name(&asset.law))
            write=|document: &mut Document, value: &str| {
                if let Some(asset) = document.assets.first_mut()
                    && let Some(law) = law_named(value, asset.price.0)
                {
                    asset.law = law;
                }
            }
        />
        <Series />
        <NumberKnob number=DAYS words=words!(i18n, days) />
        <ChoiceKnob
            field="step"
            words=words!(i18n, step)
            choices=steps
            read=|document: &Document| {
                let found = STEPS.iter().find(|(_, seconds)| *seconds == document.step_s);
                found.map_or_else(String::new, |(name, _)| (*name).to_owned())
            }
            write=|document: &mut Document, value: &str| {
                if let Some((_, seconds)) = STEPS.iter().find(|(name, _)| *name == value) {
                    document.step_s = *seconds;
                }
            }
        />
        <ChoiceKnob
            field="news"
            words=words!(i18n, news)
            choices=news
            read=|document: &Document| if document.news.is_some() { "some".to_owned() } else { "none".to_owned() }
            write=|document: &mut Document, value: &str| {
                document.news = (value == "some").then_some(NewsSettings {
                    per_thousand_days: 1_000,
                    impact_ppm: 1_500_000,
                    volatility_ppm: 600_000,
                    half_life_s: 43_200,
                });
            }
        />
        <ChoiceKnob
            field="perpetual"
            words=words!(i18n, perpetual)
            choices=perpetuals
            read=|document: &Document| if document.perpetuals.is_empty() { "none".to_owned() } else { "one".to_owned() }
            write=|document: &mut Document, value: &str| {
                let asset = document.assets.first().map(|asset| asset.symbol.clone());
                let one = asset.filter(|_| value == "one").map(|asset| PerpetualPart {
                    asset,
                    ..PerpetualPart::default()
                });
                document.perpetuals = one.into_iter().collect();
            }
        />
        <NumberKnob number=POOL words=words!(i18n, pool) />
        <NumberKnob number=FEE words=words!(i18n, fee) />
        <SeedKnob store=stores.run.document words=words!(i18n, seed) />
    }
}

/// A person's own prices, from a file.
#[component]
fn Series() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let wrong = RwSignal::new(Vec::<String>::new());
    let took = RwSignal::new(None::<(usize, u32)>);
    let open = move |text: Result<String, String>| {
        wrong.set(Vec::new());
        took.set(None);
        let text = match text {
            Ok(text) => text,
            Err(reason) => return stores.run.notices.show(Notice::BadFile(reason)),
        };
        match import(&text) {
            Err(complaints) => {
                wrong.set(complaints.iter().map(ToString::to_string).collect());
            }
            Ok(series) => {
                took.set(Some((series.prices.len(), series.step_s)));
                stores.run.document.edit("", |document| {
                    let seconds = series.step_s.clamp(60, 86_400);
                    let days = series.prices.len() as u64 * u64::from(seconds) / 86_400;
                    document.step_s = seconds;
                    document.days = (days as u32).clamp(1, 366);
                    if let Some(asset) = document.assets.first_mut() {
                        asset.law = series.replay();
                        if let Some(first) = series.prices.first() {
                            asset.price = Plain(*first);
                        }
                    }
                });
            }
        }
    };
    view! {
        <div class="series">
            <OpenFile
                on_text=open
                accept=".csv,text/csv,text/plain"
                label=Signal::derive(move || t_string!(i18n, strategy.own_prices).to_owned())
            />
            <p class="note">{t!(i18n, strategy.own_prices_help)}</p>
            {move || took.get().map(|(count, step)| view! {
                <p class="note">{tell!(i18n.get_locale(), own_prices_took, count = count, step = super::words::span(step.into()))}</p>
            })}
            {move || {
                let wrong = wrong.get();
                (!wrong.is_empty()).then(|| view! {
                    <ul class="errors trouble" role="alert">
                        {wrong.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                    </ul>
                })
            }}
        </div>
    }
}

/// Who else is there.
#[component]
pub(super) fn CrowdKnobs() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.run.document;
    let solvers = store.part(|document| document.solvers.clone());
    let turn = move |name: &'static str| {
        store.edit("", |document| {
            if let Some(at) = document.solvers.iter().position(|other| other == name) {
                document.solvers.remove(at);
            } else {
                document.solvers.push(name.to_owned());
            }
        });
    };
    view! {
        <h2>{t!(i18n, strategy.group_crowd)}</h2>
        <NumberKnob number=RETAIL words=words!(i18n, retail) />
        <NumberKnob number=ORDERS words=words!(i18n, orders) />
        <NumberKnob number=KEEPERS words=words!(i18n, keepers) />
        <NumberKnob number=LATE words=words!(i18n, late) />
        <fieldset class="solvers">
            <legend>{t!(i18n, strategy.solvers)}</legend>
            <p class="note">{t!(i18n, strategy.solvers_help)}</p>
            {solver_names().into_iter().map(|name| view! {
                <label>
                    <input
                        type="checkbox"
                        prop:checked=move || solvers.with(|solvers| solvers.iter().any(|other| other == name))
                        on:change=move |_| turn(name)
                    />
                    {name}
                </label>
            }).collect_view()}
        </fieldset>
    }
}
