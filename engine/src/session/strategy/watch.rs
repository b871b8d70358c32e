//! Rules on a market, moment by moment.

use super::view::MarketView;
use crate::automation::{Board, Watch, WhyNot};
use crate::intent::language::{Document, Plan, Rule};
use crate::market::Market;
use crate::primitives::{Decimal, Digest};
use serde::{Deserialize, Serialize};

/// Most firings that are kept; more are counted.
const FIRINGS_MAX: usize = 100_000;

/// A rule fired.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Firing {
    /// When, in seconds since the start.
    pub at_s: u64,
    /// The rule's number: strategies in turn, the sides of a `one of` one after the other.
    pub rule: u64,
    /// The first asset's price then.
    pub price: Decimal,
}

/// A rule that is still armed at the end.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// The rule's number.
    pub rule: u64,
    /// Why it does not fire.
    pub why_not: WhyNot,
}

/// What became of strategies on a market.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct StrategyReport {
    /// Rules that were armed.
    pub rules: u64,
    /// Moments looked at.
    pub moments: u64,
    /// The first firings, in the order of time.
    pub firings: Vec<Firing>,
    /// All of them, counted.
    pub fired: u64,
    /// Rules that ended.
    pub ended: Vec<u64>,
    /// Rules still armed, with the reason.
    pub waiting: Vec<Waiting>,
    /// Looks that were needed; without sleeping it would be rules times moments.
    pub looks: u64,
    /// Digest of all firings.
    pub digest: Digest,
}

/// Arms every rule of a document and goes through a market. Of the rules of a `one of` the first that
/// fires takes the others off.
pub fn watch_market(document: &Document, market: &Market) -> StrategyReport {
    let mut rules: Vec<(Rule, Option<u64>)> = Vec::new();
    for (group, strategy) in document.strategies.iter().enumerate() {
        match &strategy.rule.plan {
            Plan::OneOf(sides) => {
                rules.extend(sides.iter().map(|side| (side.clone(), Some(group as u64))))
            }
            _ => rules.push((strategy.rule.clone(), None)),
        }
    }
    let mut board = Board::default();
    for (number, (rule, _)) in rules.iter().enumerate() {
        board.arm(Watch::new(number as u64, 0, rule.clone(), 0));
    }
    let mut report = StrategyReport {
        rules: rules.len() as u64,
        moments: market.moments() as u64,
        ..StrategyReport::default()
    };
    let mut log = Vec::new();
    for moment in 0..market.moments() {
        let view = MarketView { market, moment };
        let at_s = moment as u64 * u64::from(market.step_s);
        let (fires, ends) = board.block(&view);
        report.ended.extend(ends);
        let mut taken: Vec<u64> = Vec::new();
        for rule in fires {
            let group = rules[rule as usize].1;
            if group.is_some_and(|group| taken.contains(&group)) {
                continue;
            }
            if let Some(group) = group {
                taken.push(group);
                for (other, _) in rules
                    .iter()
                    .enumerate()
                    .filter(|(_, (_, of))| *of == Some(group))
                {
                    if board.disarm(other as u64) {
                        report.ended.push(other as u64);
                    }
                }
            }
            log.extend(at_s.to_le_bytes());
            log.extend(rule.to_le_bytes());
            report.fired += 1;
            if report.firings.len() < FIRINGS_MAX {
                let price = market.price(0, moment).unwrap_or_default();
                report.firings.push(Firing { at_s, rule, price });
            }
        }
    }
    if let Some(moment) = market.moments().checked_sub(1) {
        let view = MarketView { market, moment };
        let all = 0..rules.len() as u64;
        report.waiting = all
            .filter_map(|rule| {
                board
                    .why_not(rule, &view)
                    .map(|why_not| Waiting { rule, why_not })
            })
            .collect();
    }
    report.looks = board.looked_at();
    report.digest = Digest::of(&log);
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::language::parse;
    use crate::market::Path;

    #[test]
    fn a_bracket_fires_one_side_and_the_other_is_taken_off() {
        let document = parse(
            "once: one of { when price(ETH) >= 110: sell all ETH for USDC; when price(ETH) <= 90: sell all ETH for USDC };
             every 2h while volatility(ETH, 3h) < 500%: buy 1 USDC of ETH;
             when balance(ETH) > 5: sell all ETH for USDC",
        )
        .expect("sound");
        let prices = [100, 95, 90, 120, 80, 100].map(Decimal::whole).to_vec();
        let path = Path {
            symbol: "ETH".to_owned(),
            prices,
        };
        let market = Market {
            step_s: 3_600,
            paths: vec![path],
            news: Vec::new(),
            perpetuals: Vec::new(),
        };
        let report = watch_market(&document, &market);
        let fired: Vec<_> = report
            .firings
            .iter()
            .map(|firing| (firing.at_s / 3_600, firing.rule))
            .collect();
        assert_eq!(fired, [(2, 1)], "there is no volatility below 500 % here");
        assert_eq!(report.ended, [0, 1]);
        let clauses: Vec<_> = report
            .waiting
            .iter()
            .map(|w| w.why_not.clause.as_str())
            .collect();
        assert_eq!(clauses, ["volatility(ETH, 3h) < 500%", "balance(ETH) > 5"]);
    }
}
