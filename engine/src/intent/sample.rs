//! Batches that we ship: small enough to be read, as files of [`super::instance`].

/// A batch that we ship.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    /// One sentence on what it shows.
    pub line: &'static str,
    /// The file.
    pub text: &'static str,
}

/// All of them.
pub const SAMPLES: [Sample; 2] = [
    Sample {
        name: "crossing",
        line: "Two people want the opposite: they meet before a pool takes its fee, the rest goes through it.",
        text: r#"{"tokens": [{"id": "ETH", "decimals": "18", "external_price": "1"}, {"id": "USDC", "decimals": "6", "external_price": "500000000"}],
"orders": [
  {"kind": "sell", "sell_token": "ETH", "buy_token": "USDC", "sell_amount": "3000000000000000000", "buy_amount": "5940000000", "partially_fillable": false},
  {"kind": "sell", "sell_token": "USDC", "buy_token": "ETH", "sell_amount": "4000000000", "buy_amount": "1980000000000000000", "partially_fillable": false}],
"pools": [{"kind": "ConstantProduct", "fee": "0.003", "reserves": {"ETH": "1000000000000000000000", "USDC": "2000000000000"}}]}
"#,
    },
    Sample {
        name: "ring",
        line: "Three people, each wanting what the next one has, and no pool between any two of them.",
        text: r#"{"tokens": [{"id": "ETH", "decimals": "18", "external_price": "1"}, {"id": "BTC", "decimals": "8", "external_price": "200000000000"}, {"id": "USDC", "decimals": "6", "external_price": "500000000"}],
"orders": [
  {"kind": "sell", "sell_token": "ETH", "buy_token": "BTC", "sell_amount": "1000000000000000000", "buy_amount": "4950000", "partially_fillable": false},
  {"kind": "sell", "sell_token": "BTC", "buy_token": "USDC", "sell_amount": "5000000", "buy_amount": "1980000000", "partially_fillable": false},
  {"kind": "sell", "sell_token": "USDC", "buy_token": "ETH", "sell_amount": "2000000000", "buy_amount": "990000000000000000", "partially_fillable": false}],
"pools": []}
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::instance::parse;
    use crate::intent::solver::{Outcome, Solver, all, settle_batch};
    use crate::intent::verify::{NoConditions, Verifier};
    use crate::primitives::Seed;
    use std::collections::BTreeSet;

    #[test]
    fn every_order_of_every_sample_is_filled() {
        for sample in SAMPLES {
            let batch = parse(sample.text).expect(sample.name).batch;
            let orders = batch.orders.len();
            let methods = all();
            let solvers: Vec<&dyn Solver> = methods.iter().map(|m| m as &dyn Solver).collect();
            let verifier = Verifier::new(batch, BTreeSet::new());
            let settled = settle_batch(
                verifier,
                &solvers,
                &NoConditions,
                &Seed::new(0),
                10,
                1 << 100,
            );
            assert!(
                settled
                    .outcomes
                    .iter()
                    .all(|outcome| *outcome == Outcome::Executed),
                "{}",
                sample.name
            );
            let fills = settled
                .selection
                .winners
                .iter()
                .map(|at| settled.solutions[*at as usize].fills.len());
            assert_eq!(fills.sum::<usize>(), orders, "{}", sample.name);
        }
    }
}
