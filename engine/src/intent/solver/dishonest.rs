//! Solvers that cheat, one way each. Every one begins with an honest answer.

use super::solve::{Method, Solver};
use crate::intent::order::{Batch, Fill, PairPrice, Solution};
use crate::primitives::Seed;

/// A way of cheating.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attack {
    /// Takes from one order and gives to another of the same directed pair.
    ShiftSurplus,
    /// Takes from one directed pair and gives to another that gets the same token, above both limits.
    ShiftAcross,
    /// Pays everybody at the limit and keeps the rest.
    Skim,
    /// Names amounts that nobody has.
    Inflate,
    /// Fills an order again that has been filled.
    Replay,
    /// Fills a part of what is all or nothing.
    CutUp,
    /// Reckons with pools, or prices, as they were before.
    StaleOracle,
    /// Wins, and delivers nothing.
    LateRevert,
    /// Wins with one answer, and delivers another.
    Switch,
    /// Leaves an owner's orders out.
    Censor(u32),
}

/// A solver that cheats.
#[derive(Clone, Debug)]
pub struct Dishonest {
    /// How.
    pub attack: Attack,
    /// What it takes for the state of things (only the stale one looks at it).
    pub past: Option<Batch>,
}

impl Solver for Dishonest {
    fn name(&self) -> &'static str {
        match self.attack {
            Attack::ShiftSurplus => "shift-surplus",
            Attack::ShiftAcross => "shift-across",
            Attack::Skim => "skim",
            Attack::Inflate => "inflate",
            Attack::Replay => "replay",
            Attack::CutUp => "cut-up",
            Attack::StaleOracle => "stale-oracle",
            Attack::LateRevert => "late-revert",
            Attack::Switch => "switch",
            Attack::Censor(_) => "censor",
        }
    }

    fn solve(&self, batch: &Batch, seed: &Seed) -> Vec<Solution> {
        let seen = match (&self.past, self.attack) {
            (Some(past), Attack::StaleOracle) => past,
            _ => batch,
        };
        let mut narrowed;
        let seen = if let Attack::Censor(owner) = self.attack {
            narrowed = seen.clone();
            narrowed.orders.retain(|order| order.owner != owner);
            &narrowed
        } else {
            seen
        };
        let mut honest = Method::Split.solve(seen, seed);
        if self.attack == Attack::ShiftAcross {
            return shift_across(batch, honest).into_iter().collect();
        }
        for solution in &mut honest {
            self.twist(batch, solution);
        }
        honest
    }

    fn deliver(&self, won: &Solution) -> Option<Solution> {
        match self.attack {
            Attack::LateRevert => None,
            Attack::Switch => {
                let mut other = won.clone();
                other
                    .fills
                    .iter_mut()
                    .for_each(|fill| fill.get -= fill.get / 1_000);
                Some(other)
            }
            _ => Some(won.clone()),
        }
    }
}

impl Dishonest {
    fn twist(&self, batch: &Batch, solution: &mut Solution) {
        match self.attack {
            Attack::ShiftSurplus => {
                if let [first, .., last] = &mut solution.fills[..] {
                    let moved = (first.get / 1_000).max(2);
                    first.get -= moved.min(first.get);
                    last.get += moved;
                }
            }
            Attack::Skim => {
                for fill in &mut solution.fills {
                    let least = batch
                        .order(fill.order)
                        .and_then(|order| order.least_got(fill.give));
                    fill.get = least.unwrap_or(fill.get).min(fill.get);
                }
                if let (Some(fill), Some(price)) =
                    (solution.fills.first(), solution.prices.first_mut())
                {
                    *price = of_fill(price, fill);
                }
            }
            Attack::Inflate => {
                for fill in &mut solution.fills {
                    fill.get = fill.get.saturating_mul(2);
                }
                for price in &mut solution.prices {
                    price.numerator = price.numerator.saturating_mul(2);
                }
            }
            Attack::Replay => {
                let again = solution.fills.clone();
                solution.fills.extend(again);
            }
            Attack::CutUp => {
                for fill in &mut solution.fills {
                    fill.give /= 2;
                    fill.get = fill.get.div_ceil(2);
                }
            }
            _ => {}
        }
    }
}

const fn of_fill(price: &PairPrice, fill: &Fill) -> PairPrice {
    PairPrice {
        give: price.give,
        get: price.get,
        numerator: fill.get,
        denominator: fill.give,
    }
}

/// Two answers on pairs that get the same token become one, in which the first pays for the second.
fn shift_across(batch: &Batch, mut honest: Vec<Solution>) -> Option<Solution> {
    for one in 0..honest.len() {
        for two in 0..honest.len() {
            if one == two || honest[one].prices[0].get != honest[two].prices[0].get {
                continue;
            }
            let (payer, taker) = (*honest[one].fills.first()?, *honest[two].fills.first()?);
            let least = batch.order(payer.order)?.least_got(payer.give)?;
            if honest[one].fills.len() != 1 || honest[two].fills.len() != 1 || payer.get < least + 2
            {
                continue;
            }
            let moved = (payer.get - least) / 2;
            let mut both = honest.swap_remove(one.max(two));
            let other = honest.swap_remove(one.min(two));
            both.swaps.extend(other.swaps);
            both.fills = vec![
                Fill {
                    get: payer.get - moved,
                    ..payer
                },
                Fill {
                    get: taker.get + moved,
                    ..taker
                },
            ];
            both.prices.extend(other.prices);
            for price in &mut both.prices {
                let of = both.fills.iter().find(|fill| {
                    batch
                        .order(fill.order)
                        .is_some_and(|o| (o.give, o.get) == (price.give, price.get))
                });
                *price = of_fill(price, of?);
            }
            both.fills.sort_by_key(|fill| fill.order);
            return Some(both);
        }
    }
    None
}
