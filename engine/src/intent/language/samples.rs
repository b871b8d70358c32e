//! Random documents without problems, drawn from a stream.

use super::ast::*;
use crate::primitives::Decimal;
use crate::primitives::seed::Stream;

fn symbol(s: &mut Stream) -> Symbol {
    Symbol(["ETH", "BTC", "SOL", "W3", "A", "LTC"][s.below(6) as usize].to_owned())
}

fn other(s: &mut Stream) -> Symbol {
    Symbol(["USDC", "DAI", "USDT"][s.below(3) as usize].to_owned())
}

fn number(s: &mut Stream) -> Decimal {
    let digits = s.below(18) as u32;
    Decimal(1 + s.below(10u64.pow(digits).max(1)) as i64)
}

fn share(s: &mut Stream) -> Decimal {
    Decimal(1 + s.below(Decimal::ONE.0 as u64 - 1) as i64)
}

fn span(s: &mut Stream) -> Seconds {
    let digits = s.below(9) as u32;
    Seconds(1 + s.below(10u64.pow(digits).max(1)))
}

fn maybe<T>(s: &mut Stream, make: impl Fn(&mut Stream) -> T) -> Option<T> {
    (s.below(3) == 0).then(|| make(s))
}

fn metric(s: &mut Stream) -> Metric {
    match s.below(13) {
        0 => Metric::Price(symbol(s), PriceSource::Oracle),
        1 => Metric::Price(symbol(s), PriceSource::Pool),
        2 => Metric::Price(symbol(s), PriceSource::Twap(span(s))),
        3 => Metric::Volatility(symbol(s), span(s)),
        4 => Metric::Change(symbol(s), span(s)),
        5 => Metric::Drop(symbol(s)),
        6 => Metric::Rise(symbol(s)),
        7 => Metric::Balance(symbol(s)),
        8 => Metric::Share(symbol(s)),
        9 => Metric::Health,
        10 => Metric::Ratio,
        11 => Metric::Funding(symbol(s)),
        _ => [Metric::Rate(symbol(s)), Metric::Gas][s.below(2) as usize].clone(),
    }
}

pub(super) fn condition(s: &mut Stream, depth: u32) -> Condition {
    let choice = if depth == 0 { s.below(3) } else { s.below(6) };
    match choice {
        0 => Condition::Compare {
            metric: metric(s),
            comparison: Comparison::ALL[s.below(4) as usize],
            value: if s.below(4) == 0 {
                Decimal(-number(s).0)
            } else {
                number(s)
            },
        },
        1 => {
            let (a, b) = (number(s), Decimal(-number(s).0));
            Condition::Range {
                metric: metric(s),
                inside: s.below(2) == 0,
                low: a.min(b),
                high: a.max(b),
            }
        }
        2 => Condition::News {
            kind: maybe(s, |s| NewsKind::ALL[s.below(6) as usize]),
            severity: 1 + s.below(5) as u8,
            within: span(s),
        },
        3 => Condition::Not(Box::new(condition(s, depth - 1))),
        4 => Condition::All(
            (0..2 + s.below(2))
                .map(|_| condition(s, depth - 1))
                .collect(),
        ),
        _ => Condition::Any(
            (0..2 + s.below(2))
                .map(|_| condition(s, depth - 1))
                .collect(),
        ),
    }
}

fn start(s: &mut Stream) -> Start {
    match s.below(6) {
        0 => Start::Once,
        1 => Start::Every(span(s)),
        2 => Start::At(span(s)),
        3 => Start::Cron(Cron {
            minute: maybe(s, |s| s.below(60) as u8),
            hour: maybe(s, |s| s.below(24) as u8),
            weekday: maybe(s, |s| s.below(7) as u8),
        }),
        _ => Start::When(Trigger {
            condition: condition(s, 2),
            hold: maybe(s, span),
            hysteresis: maybe(s, share),
            fresh: maybe(s, span),
            cooldown: maybe(s, span),
            firing: [Firing::Edge, Firing::Level][s.below(2) as usize],
            runs: maybe(s, |s| 1 + s.below(1_000_000) as u32),
        }),
    }
}

fn quantity(s: &mut Stream) -> Quantity {
    match s.below(3) {
        0 => Quantity::Exact(number(s)),
        1 => Quantity::Share(share(s)),
        _ => Quantity::All,
    }
}

fn plan(s: &mut Stream, depth: u32) -> Plan {
    let leverage = |s: &mut Stream| Leverage {
        collateral: symbol(s),
        debt: other(s),
        ratio: Decimal::ONE.plus(share(s)).plus(Decimal::ONE),
        band: share(s),
    };
    match s.below(if depth == 0 { 9 } else { 10 }) {
        0..=2 => {
            let (give, get) = (other(s), symbol(s));
            let trade = match s.below(3) {
                0 => Trade::Spend {
                    amount: quantity(s),
                    give,
                    get,
                },
                1 => Trade::Buy {
                    amount: number(s),
                    give,
                    get,
                },
                _ => Trade::Sell {
                    amount: quantity(s),
                    give,
                    get,
                },
            };
            let chunks = maybe(s, |s| {
                let gap = span(s);
                Chunks {
                    parts: 2 + s.below(999) as u32,
                    gap,
                    jitter: maybe(s, |s| Seconds(1 + s.below(gap.0))),
                }
            });
            Plan::Trade { trade, chunks }
        }
        3 => {
            let low = number(s);
            Plan::Grid(Grid {
                base: symbol(s),
                quote: other(s),
                low,
                high: low.plus(share(s)),
                levels: 1 + s.below(200) as u32,
                lot: number(s),
                even: s.below(2) == 0,
            })
        }
        4 => {
            let part = share(s);
            Plan::Rebalance {
                weights: vec![(symbol(s), part), (other(s), Decimal::ONE.minus(part))],
                band: share(s),
            }
        }
        5 => Plan::Boost(leverage(s)),
        6 => Plan::Repay(leverage(s)),
        7 => Plan::Compound {
            asset: symbol(s),
            gain_over_cost: maybe(s, number),
        },
        8 => Plan::Lend {
            asset: other(s),
            better_by: share(s),
        },
        _ => Plan::OneOf((0..2 + s.below(2)).map(|_| rule(s, depth - 1)).collect()),
    }
}

fn limits(s: &mut Stream) -> Limits {
    let starts = maybe(s, span);
    Limits {
        price: maybe(s, number),
        from_oracle: maybe(s, share),
        impact: maybe(s, share),
        fee: maybe(s, number),
        require: maybe(s, |s| condition(s, 2)),
        ensure: maybe(s, |s| condition(s, 2)),
        budget: maybe(s, |s| (number(s), symbol(s))),
        fills: maybe(s, |s| 1 + s.below(1_000_000) as u32),
        starts,
        expires: maybe(s, span).map(|time| Seconds(time.0 + starts.unwrap_or_default().0)),
        partial: s.below(2) == 0,
        venue: maybe(s, |s| match s.below(4) {
            0 => Venue::Pool,
            1 => Venue::Auction,
            2 => Venue::Quote,
            _ => Venue::Dutch {
                premium: share(s),
                over: span(s),
            },
        }),
        nonce: maybe(s, |s| s.below(1_000_000_001)),
    }
}

fn rule(s: &mut Stream, depth: u32) -> Rule {
    Rule {
        start: start(s),
        condition: maybe(s, |s| condition(s, 2)),
        plan: plan(s, depth),
        limits: limits(s),
        then: if depth > 0 && s.below(3) == 0 {
            (0..1 + s.below(2)).map(|_| rule(s, depth - 1)).collect()
        } else {
            Vec::new()
        },
    }
}

pub(super) fn document(s: &mut Stream) -> Document {
    let strategies = (0..1 + s.below(3))
        .map(|_| Strategy {
            name: maybe(s, |s| {
                ["Patient buyer", "Größe, 2 #", ""][s.below(3) as usize].to_owned()
            }),
            rule: rule(s, 2),
        })
        .collect();
    Document { strategies }
}
