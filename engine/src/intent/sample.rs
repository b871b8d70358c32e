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
pub const SAMPLES: [Sample; 3] = [
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
    Sample {
        name: "quotes",
        line: "Three dealers answer one order, and the best that it can have is taken; the other order goes to the pool.",
        text: r#"{"now": 60, "tokens": [{"id": "ETH", "decimals": "18", "external_price": "1"}, {"id": "USDC", "decimals": "6", "external_price": "500000000"}],
"orders": [
  {"kind": "sell", "sell_token": "ETH", "buy_token": "USDC", "sell_amount": "3000000000000000000", "buy_amount": "5940000000", "partially_fillable": false},
  {"kind": "sell", "sell_token": "ETH", "buy_token": "USDC", "sell_amount": "1000000000000000000", "buy_amount": "1980000000", "partially_fillable": false}],
"pools": [{"kind": "ConstantProduct", "fee": "0.003", "reserves": {"ETH": "1000000000000000000000", "USDC": "2000000000000"}}],
"quotes": [
  {"order": 0, "dealer": "steady", "sell_amount": "3000000000000000000", "buy_amount": "5988000000", "inventory": "50000000000", "expires": 90},
  {"order": 0, "dealer": "late", "sell_amount": "3000000000000000000", "buy_amount": "5999000000", "inventory": "50000000000", "expires": 59},
  {"order": 0, "dealer": "small", "sell_amount": "3000000000000000000", "buy_amount": "5996000000", "inventory": "2000000000", "expires": 90}]}
"#,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::auction::settle_quotes;
    use crate::intent::instance::parse;
    use crate::intent::solver::{Outcome, Solver, all, settle_batch};
    use crate::intent::verify::{NoConditions, Verifier};
    use crate::primitives::Seed;
    use std::collections::BTreeSet;

    #[test]
    fn the_sample_with_quotes_takes_the_best_that_it_can_have() {
        let sample = SAMPLES.iter().find(|sample| sample.name == "quotes");
        let mut found = parse(sample.expect("a sample").text).expect("sound");
        let done = settle_quotes(&mut found.batch, &found.quotes, &NoConditions);
        assert_eq!(done.len(), 1);
        let taken = done[0].settled().expect("one will do");
        assert_eq!(
            (taken.dealer.as_str(), taken.get),
            ("steady", 5_988_000_000)
        );
        let why = [
            (1, "it has expired"),
            (2, "the dealer does not have so much"),
        ];
        assert_eq!(done[0].choice.refused, why);
        // The other order is left for the batch.
        let left: Vec<u64> = found.batch.orders.iter().map(|order| order.id).collect();
        assert_eq!(left, [1]);
    }

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
