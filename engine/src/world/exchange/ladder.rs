//! Grids: buys below and sells above, each fill arming its neighbour.

use crate::intent::language::ast::Grid;
use crate::primitives::amount::mul_div;
use crate::primitives::{Decimal, Rounding};

/// Fixed-point one for roots.
const ONE: u128 = 1_000_000_000_000;

/// What a level waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rung {
    /// Nothing.
    Empty,
    /// The price to fall to it.
    Buy,
    /// The price to rise to it.
    Sell,
    /// A fill of the buy that it set off.
    Buying,
    /// A fill of the sell that it set off.
    Selling,
}

/// A grid at work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ladder {
    pub(super) levels: Vec<Decimal>,
    pub(super) rungs: Vec<Rung>,
}

impl Ladder {
    /// Levels between the grid's prices; the one nearest to the price stays empty.
    pub(super) fn new(grid: &Grid, price: Decimal) -> Self {
        let levels = levels(grid);
        let nearest = (0..levels.len()).min_by_key(|at| levels[*at].0.abs_diff(price.0));
        let rungs = (0..levels.len()).map(|at| match Some(at).cmp(&nearest) {
            std::cmp::Ordering::Less => Rung::Buy,
            std::cmp::Ordering::Equal => Rung::Empty,
            std::cmp::Ordering::Greater => Rung::Sell,
        });
        Self {
            rungs: rungs.collect(),
            levels,
        }
    }

    /// Levels that a price sets off, with whether they buy.
    pub(super) fn due(&mut self, price: Decimal) -> Vec<(usize, bool)> {
        let mut due = Vec::new();
        for (at, level) in self.levels.iter().enumerate() {
            match self.rungs[at] {
                Rung::Buy if price <= *level => {
                    self.rungs[at] = Rung::Buying;
                    due.push((at, true));
                }
                Rung::Sell if price >= *level => {
                    self.rungs[at] = Rung::Selling;
                    due.push((at, false));
                }
                _ => {}
            }
        }
        due
    }

    /// A level's order was filled: the neighbour is armed the other way.
    pub(super) fn filled(&mut self, at: usize) {
        let (next, rung) = match self.rungs[at] {
            Rung::Buying => (at.checked_add(1), Rung::Sell),
            Rung::Selling => (at.checked_sub(1), Rung::Buy),
            _ => return,
        };
        self.rungs[at] = Rung::Empty;
        if let Some(next) = next.and_then(|next| self.rungs.get_mut(next))
            && *next == Rung::Empty
        {
            *next = rung;
        }
    }

    /// Nothing came of a level's order: it waits again.
    pub(super) fn missed(&mut self, at: usize) {
        match self.rungs[at] {
            Rung::Buying => self.rungs[at] = Rung::Buy,
            Rung::Selling => self.rungs[at] = Rung::Sell,
            _ => {}
        }
    }
}

fn levels(grid: &Grid) -> Vec<Decimal> {
    let (low, high) = (grid.low.0.max(1) as u128, grid.high.0.max(1) as u128);
    let steps = u128::from(grid.levels.max(1));
    let ratio = root(high * ONE / low, grid.levels.max(1));
    let mut at = low * ONE;
    let mut levels = Vec::new();
    for step in 0..=steps {
        let level = if grid.even {
            low + (high.saturating_sub(low)) * step / steps
        } else {
            at / ONE
        };
        levels.push(Decimal(i64::try_from(level).unwrap_or(i64::MAX)));
        at = mul_div(at, ratio, ONE, Rounding::Down).unwrap_or(u128::MAX);
    }
    // The last one by definition, not by its rounding.
    if let Some(last) = levels.last_mut() {
        *last = grid.high;
    }
    levels
}

/// The largest r with r^steps not above a value, by bisection; both over [`ONE`].
fn root(value: u128, steps: u32) -> u128 {
    let power = |r: u128| {
        (0..steps).try_fold(ONE, |product, _| {
            Some(product.checked_mul(r)? / ONE).filter(|product| *product <= value)
        })
    };
    let (mut low, mut high) = (ONE, value.max(ONE) + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if power(middle).is_some() {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::language::ast::Symbol;

    fn grid(even: bool) -> Grid {
        Grid {
            base: Symbol("ETH".to_owned()),
            quote: Symbol("USDC".to_owned()),
            low: Decimal::whole(1_000),
            high: Decimal::whole(4_000),
            levels: 4,
            lot: Decimal::whole(100),
            even,
        }
    }

    #[test]
    fn levels_are_in_equal_steps_or_equal_ratios() {
        let whole: Vec<_> = levels(&grid(true))
            .iter()
            .map(|l| l.0 / Decimal::ONE.0)
            .collect();
        assert_eq!(whole, [1_000, 1_750, 2_500, 3_250, 4_000]);
        let levels = levels(&grid(false));
        assert!(
            levels[2].0.abs_diff(Decimal::whole(2_000).0) < 100,
            "{levels:?}"
        );
        assert_eq!(levels[4], Decimal::whole(4_000));
    }

    #[test]
    fn a_buy_arms_the_sell_above_and_back() {
        let mut ladder = Ladder::new(&grid(true), Decimal::whole(2_500));
        assert_eq!(
            ladder.rungs,
            [Rung::Buy, Rung::Buy, Rung::Empty, Rung::Sell, Rung::Sell]
        );
        assert_eq!(ladder.due(Decimal::whole(1_700)), [(1, true)]);
        assert!(ladder.due(Decimal::whole(1_700)).is_empty());
        ladder.filled(1);
        assert_eq!(
            ladder.rungs,
            [Rung::Buy, Rung::Empty, Rung::Sell, Rung::Sell, Rung::Sell]
        );
        assert_eq!(ladder.due(Decimal::whole(2_600)), [(2, false)]);
        ladder.missed(2);
        assert_eq!(ladder.due(Decimal::whole(2_600)), [(2, false)]);
        ladder.filled(2);
        assert_eq!(
            ladder.rungs,
            [Rung::Buy, Rung::Buy, Rung::Empty, Rung::Sell, Rung::Sell]
        );
    }
}
