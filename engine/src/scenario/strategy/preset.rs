//! The documents that we ship.

use super::format::{
    AssetPart, CrowdPart, KeeperPart, LenderPart, PersonPart, Plain, PoolPart, ShockPart,
    StrategyScenario,
};
use crate::market::{Law, NewsSettings};
use crate::primitives::Decimal;
use crate::scenario::shipped::{Named, Shipped};
use std::collections::BTreeMap;

/// A document that we ship.
pub type Preset = Shipped<StrategyScenario>;

impl Named for StrategyScenario {
    fn with_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

/// All presets, the first one first seen.
pub const fn all() -> &'static [Preset] {
    &PRESETS
}

/// The preset of this name.
pub fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

fn amounts<const N: usize>(list: [(&str, i64); N]) -> BTreeMap<String, Plain> {
    let each = list.into_iter();
    each.map(|(symbol, amount)| (symbol.to_owned(), Plain::whole(amount)))
        .collect()
}

fn person<const N: usize>(name: &str, purse: [(&str, i64); N], text: &str) -> PersonPart {
    PersonPart {
        name: name.to_owned(),
        purse: amounts(purse),
        text: text.to_owned(),
        ..PersonPart::default()
    }
}

fn asset(symbol: &str, price: i64, law: Law) -> AssetPart {
    AssetPart {
        symbol: symbol.to_owned(),
        price: Plain::whole(price),
        law,
    }
}

fn profile(name: &str) -> Law {
    Law::Profile {
        name: name.to_owned(),
    }
}

fn lender(slope_bps: u32, usage_bps: u32) -> LenderPart {
    LenderPart {
        slope_bps,
        worth: Plain::whole(2_000_000),
        usage_bps,
    }
}

fn pool(first: &str, second: &str, worth: i64, fee_bps: u32) -> PoolPart {
    PoolPart {
        tokens: [first, second].map(str::to_owned),
        worth: Plain::whole(worth),
        fee_bps,
    }
}

/// The name of the first one.
pub const FIRST: &str = "dca-calm";

const PRESETS: [Preset; 9] = [
    Preset {
        name: FIRST,
        description: "A hundred dollars of ether every day in a calm month, but not while the market shakes: patience at the price of the auction.",
        make: || StrategyScenario {
            people: vec![person(
                "you",
                [("USDC", 10_000)],
                "\"Patient buyer\": every 1d while volatility(ETH, 24h) < 80%: buy 100 USDC of ETH, at most 0.5% from oracle, stop after 30 fills",
            )],
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "stop-crash",
        description: "Ether loses a third overnight: the stop sells into the fall, further down than where it was set, since prices jump over it.",
        make: || StrategyScenario {
            days: 14,
            seed: 3,
            assets: vec![asset("ETH", 2_000, profile("btc-hourly"))],
            shocks: vec![ShockPart {
                at_s: 6 * 86_400,
                asset: Some("ETH".to_owned()),
                change_ppm: -330_000,
                volatility_ppm: 3_000_000,
                half_life_s: 43_200,
            }],
            people: vec![
                person(
                    "stopped",
                    [("USDC", 1_000), ("ETH", 5)],
                    "\"Stop\": when price(ETH) <= 1700: sell all ETH for USDC, at most 3% from oracle",
                ),
                person(
                    "bracketed",
                    [("USDC", 1_000), ("ETH", 5)],
                    "\"Bracket\": once: one of { when price(ETH) >= 2300: sell all ETH for USDC; when price(ETH) <= 1700: sell all ETH for USDC }",
                ),
                person(
                    "holder",
                    [("USDC", 1_000), ("ETH", 5)],
                    "when price(ETH) < 1: sell all ETH for USDC",
                ),
            ],
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "trailing-stop",
        description: "Up by a quarter, then back: the stop follows the peak, which the engine keeps, and sells eight per cent below it.",
        make: || StrategyScenario {
            seed: 11,
            assets: vec![asset(
                "ETH",
                2_000,
                Law::Regimes(vec![
                    crate::market::Regime {
                        drift_ppm: 4_000_000,
                        volatility_ppm: 500_000,
                        lasts_s: 1_036_800,
                    },
                    crate::market::Regime {
                        drift_ppm: -4_000_000,
                        volatility_ppm: 800_000,
                        lasts_s: 864_000,
                    },
                ]),
            )],
            people: vec![person(
                "you",
                [("USDC", 500), ("ETH", 5)],
                "\"Trail\": when drop(ETH) >= 8% for 1h: sell all ETH for USDC, at most 2% from oracle",
            )],
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "grid-sideways",
        description: "A market that goes nowhere: a ladder of buys and sells earns on every swing, until the price leaves it.",
        make: || StrategyScenario {
            seed: 5,
            assets: vec![asset(
                "ETH",
                2_000,
                Law::MeanReversion {
                    level: Decimal::whole(2_000),
                    half_life_s: 86_400,
                    volatility_ppm: 900_000,
                },
            )],
            pools: vec![pool("ETH", "USDC", 5_000_000, 5)],
            people: vec![
                person(
                    "grid",
                    [("USDC", 10_000), ("ETH", 5)],
                    "\"Grid\": once: grid ETH with USDC from 1800 to 2200 in 16 steps of 800",
                ),
                person(
                    "rebalancer",
                    [("USDC", 10_000), ("ETH", 5)],
                    "\"Halves\": every 4h: rebalance to 50% ETH + 50% USDC within 1%",
                ),
            ],
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "leverage-guarded",
        description: "Two borrowers with the same loan in a falling market: one repays before the liquidator comes, one does not.",
        make: || {
            let loan = |name: &str, text: &str| PersonPart {
                supplied: amounts([("ETH", 10)]),
                owed: amounts([("USDC", 13_500)]),
                ..person(name, [("USDC", 200)], text)
            };
            StrategyScenario {
                days: 14,
                seed: 2,
                assets: vec![asset("ETH", 2_000, profile("btc-hourly-eventful"))],
                shocks: vec![ShockPart {
                    at_s: 5 * 86_400,
                    asset: None,
                    change_ppm: -180_000,
                    volatility_ppm: 2_000_000,
                    half_life_s: 86_400,
                }],
                lenders: vec![lender(400, 6_000)],
                people: vec![
                    loan(
                        "guarded",
                        "\"Protect\": when health < 1.2 on level cooldown 2h: repay ETH against USDC to 190% within 2%;\n\"Boost\": when ratio > 240% for 6h cooldown 1d: boost ETH against USDC to 200% within 2%",
                    ),
                    loan("unguarded", "when price(ETH) < 1: sell all ETH for USDC"),
                ],
                ..StrategyScenario::default()
            }
        },
    },
    Preset {
        name: "news-shock",
        description: "Bad news move price and volatility: one sells on the news itself, one waits until the storm is over and buys.",
        make: || StrategyScenario {
            seed: 8,
            assets: vec![asset("ETH", 2_000, profile("btc-hourly"))],
            news: Some(NewsSettings {
                per_thousand_days: 1_000,
                impact_ppm: 1_500_000,
                volatility_ppm: 600_000,
                half_life_s: 43_200,
            }),
            people: vec![
                person(
                    "reader",
                    [("USDC", 2_000), ("ETH", 5)],
                    "\"On the news\": when news(any, 3) within 2h cooldown 12h: sell 25% ETH for USDC, at most 2% from oracle",
                ),
                person(
                    "patient",
                    [("USDC", 10_000)],
                    "\"After the storm\": when change(ETH, 24h) < -5% and volatility(ETH, 6h) < 90% cooldown 1d: buy 1000 USDC of ETH, at most 1% from oracle",
                ),
            ],
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "ring-of-three",
        description: "Three people want what the next one has: the ring solver lets them trade at the market's price, where pools would take their fee three times.",
        make: || StrategyScenario {
            days: 7,
            assets: vec![
                asset("ETH", 2_000, profile("btc-hourly-calm")),
                asset("BTC", 40_000, profile("btc-hourly-calm")),
            ],
            correlation_ppm: vec![700_000],
            pools: vec![
                pool("ETH", "USDC", 500_000, 30),
                pool("BTC", "USDC", 500_000, 30),
                pool("ETH", "BTC", 200_000, 30),
            ],
            people: vec![
                person(
                    "ann",
                    [("USDC", 100), ("ETH", 20)],
                    "every 12h: sell 1 ETH for BTC, at most 0.4% from oracle, partial",
                ),
                person(
                    "ben",
                    [("USDC", 100), ("BTC", 1)],
                    "every 12h: sell 0.05 BTC for USDC, at most 0.4% from oracle, partial",
                ),
                person(
                    "cleo",
                    [("USDC", 40_000)],
                    "every 12h: sell 2000 USDC for ETH, at most 0.4% from oracle, partial",
                ),
            ],
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "cheats-caught",
        description: "Solvers that skim, inflate, replay, cut up and switch compete with an honest one: the verifier catches them all, nobody ends below the limit.",
        make: || StrategyScenario {
            days: 5,
            crowd: CrowdPart {
                orders_per_thousand_hours: 1_500,
                ..CrowdPart::default()
            },
            people: vec![person(
                "you",
                [("USDC", 20_000), ("ETH", 5)],
                "every 2h: buy 150 USDC of ETH, at most 1% from oracle",
            )],
            solvers: [
                "skim",
                "inflate",
                "replay",
                "cut-up",
                "switch",
                "late-revert",
                "shift-surplus",
                "split",
                "coincidence",
            ]
            .map(str::to_owned)
            .to_vec(),
            ..StrategyScenario::default()
        },
    },
    Preset {
        name: "yield",
        description: "Idle dollars follow the better lending rate, staked ether adds its rewards when that pays, and keepers are late now and then.",
        make: || StrategyScenario {
            assets: vec![asset("ETH", 2_000, profile("btc-hourly-calm"))],
            lenders: vec![lender(400, 3_000), lender(900, 7_500)],
            reward_bps: 2_000,
            people: vec![
                PersonPart {
                    supplied: amounts([("USDC", 20_000)]),
                    ..person(
                        "lender",
                        [("USDC", 100)],
                        "\"Best rate\": every 1d: lend USDC for 1% more",
                    )
                },
                PersonPart {
                    supplied: amounts([("ETH", 20)]),
                    ..person(
                        "staker",
                        [("USDC", 100)],
                        "\"Compound\": every 6h: compound ETH",
                    )
                },
            ],
            keepers: KeeperPart {
                late_steps: 2,
                absent_permille: 100,
                ..KeeperPart::default()
            },
            ..StrategyScenario::default()
        },
    },
];
