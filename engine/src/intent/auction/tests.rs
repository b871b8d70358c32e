use super::*;
use crate::intent::order::{Batch, Fill, Order, Side, Solution, Token};
use crate::primitives::Seed;
use proptest::prelude::*;

/// A bid by its solver, score and pairs; each pair gets an equal part.
fn bid(place: u32, score: u128, pairs: &[u32]) -> Bid {
    Bid {
        place,
        solver: format!("solver {place}"),
        score,
        by_pair: pairs
            .iter()
            .map(|p| ((Token(*p), Token(100 + p)), score / pairs.len() as u128))
            .collect(),
    }
}

#[test]
fn greedy_blocks_where_packing_does_not() {
    let bids = [
        bid(0, 30, &[1, 2, 3]),
        bid(1, 25, &[1, 4]),
        bid(2, 25, &[2, 5]),
    ];
    let packing = pack(&bids.iter().collect::<Vec<_>>(), 10);
    assert_eq!(
        (packing.total, &packing.places[..], packing.is_optimal),
        (50, &[1, 2][..], true)
    );
    let packing = pack(&bids.iter().collect::<Vec<_>>(), 1);
    assert_eq!((packing.total, &packing.places[..]), (30, &[0][..]));
}

#[test]
fn packing_is_what_trying_every_set_finds() {
    for seed in 0..300 {
        let mut s = Seed::new(seed).stream();
        let mut bids: Vec<Bid> = (0..10)
            .map(|place| {
                let mut pairs: Vec<u32> = (0..1 + s.below(3)).map(|_| s.below(6) as u32).collect();
                pairs.sort_unstable();
                pairs.dedup();
                bid(place, 1 + u128::from(s.below(100)), &pairs)
            })
            .collect();
        bids.sort_by_key(|bid| std::cmp::Reverse(bid.score));
        let most = 1 + s.below(4) as u32;
        let mut best = 0;
        for set in 0u32..1 << 10 {
            let chosen: Vec<_> = (0..10)
                .filter(|at| set >> at & 1 == 1)
                .map(|at| &bids[at])
                .collect();
            let mut pairs: Vec<_> = chosen
                .iter()
                .flat_map(|bid| bid.by_pair.iter().map(|(p, _)| *p))
                .collect();
            let count = pairs.len();
            pairs.sort_unstable();
            pairs.dedup();
            if pairs.len() == count && chosen.len() <= most as usize {
                best = best.max(chosen.iter().map(|bid| bid.score).sum());
            }
        }
        let packing = pack(&bids.iter().collect::<Vec<_>>(), most);
        assert_eq!(packing.total, best, "seed {seed}");
        assert!(packing.is_optimal, "seed {seed}");
    }
}

#[test]
fn rewards_stay_within_their_bounds() {
    let bounds = Bounds {
        loss_max: 10,
        fee_share_bps: 5_000,
    };
    assert_eq!(reward(100, 60, 0, 1_000, bounds), 40);
    assert_eq!(reward(100, 60, 0, 50, bounds), 25);
    assert_eq!(reward(100, 60, 45, 1_000, bounds), -5);
    assert_eq!(reward(100, 60, 100, 1_000, bounds), -10);
    assert_eq!(reward(u128::MAX, 0, 0, u128::MAX, bounds), i128::MAX);
}

#[test]
fn decays_are_those_of_the_reference() {
    let one = 1_000_000_000_000_000_000u128;
    for (t, tenths) in [(80, 10), (110, 11), (150, 15), (200, 20), (250, 20)] {
        assert_eq!(
            linear_decay(one, 2 * one, 100, 200, t),
            Ok(one / 10 * tenths)
        );
        assert_eq!(
            linear_decay(2 * one, one, 100, 200, t),
            Ok(one / 10 * (30 - tenths))
        );
    }
    assert_eq!(
        linear_decay(one, 2 * one, 200, 200, 5),
        Err(Decay::EndBeforeStart)
    );
    let curve = |is_input, taken| Curve {
        start: 2_000,
        points: vec![(10_000, taken)],
        start_block: 0,
        is_input,
        bound: if is_input { 3_000 } else { 1_000 },
    };
    for (is_input, taken, block, amount) in [
        (true, 1_000, 1, 1_999),
        (true, 1_000, 9, 1_999),
        (false, 1_000, 1, 2_000),
        (true, -1_000, 9, 2_000),
        (true, -1_000, 10, 2_001),
        (false, -1_000, 0, 2_000),
        (false, -1_000, 9, 2_001),
    ] {
        assert_eq!(
            curve(is_input, taken).at(block),
            Ok(amount),
            "{is_input} {taken} {block}"
        );
    }
    assert_eq!(priority_input(100, 1, 10_000_001), 0);
    assert_eq!(priority_output(u128::MAX, 1, 1), None);
}

fn order(side: Side) -> Order {
    Order {
        id: 1,
        owner: 1,
        nonce: 1,
        side,
        give: Token(0),
        get: Token(1),
        give_amount: 100,
        get_amount: 90,
        partial: true,
        filled: 0,
        valid: [0, 10],
        surplus_fee_bps: 0,
    }
}

#[test]
fn the_best_firm_quote_is_taken() {
    let quote = |give, get, expires_s, inventory| Quote {
        dealer: "d".to_owned(),
        give,
        get,
        expires_s,
        inventory,
    };
    let quotes = [
        quote(100, 91, 5, 100),
        quote(100, 95, 5, 100),
        quote(100, 99, 4, 100),
        quote(100, 89, 5, 100),
        quote(90, 99, 5, 100),
        quote(100, 98, 5, 90),
        quote(100, 95, 5, 100),
    ];
    let choice = choose(&order(Side::Sell), &quotes, 5);
    assert_eq!(choice.taken, Some(1));
    let reasons: Vec<_> = choice.refused.iter().map(|(at, why)| (*at, *why)).collect();
    assert_eq!(
        reasons,
        [
            (0, "another one is better"),
            (2, "it has expired"),
            (3, "it is below the limit"),
            (4, "it is for another amount"),
            (5, "the dealer does not have so much"),
            (6, "another one is better")
        ]
    );
}

proptest! {
    #[test]
    fn a_bid_has_a_score_exactly_if_the_order_accepts(buy: bool, limit in (1u128..1 << 90, 1u128..1 << 90), fill in (1u128..1 << 90, 1u128..1 << 90)) {
        let order = Order { give_amount: limit.0, get_amount: limit.1, ..order(if buy { Side::Buy } else { Side::Sell }) };
        let accepts = order.accepts(fill.0, fill.1);
        let batch = Batch { prices: vec![1, 1], price_unit: 1, orders: vec![order], ..Batch::default() };
        let solution = Solution { fills: vec![Fill { order: 1, give: fill.0, get: fill.1 }], ..Solution::default() };
        let scored = score(&batch, &solution);
        prop_assert_eq!(accepts, !matches!(scored, Err(ScoreError::BelowLimit(_))), "{:?}", scored);
    }
}

/// The cases typed in are the published ones; all of them are played by `interleave conform`.
#[test]
fn two_published_cases_of_winner_selection_agree() {
    let text = r#"{"protocol":"cow_winner_selection","version":"2026-08","cases":[
{"name":"unfair","input":{"op":"select","max_winners":"5","price_unit":"1000000000","orders":{"1":{"side":"sell","sell_token":"A","sell_amount":"100","buy_token":"B","buy_amount":"90"},"2":{"side":"sell","sell_token":"C","sell_amount":"100","buy_token":"D","buy_amount":"90"}},"prices":{"A":"1000000000","B":"1000000000","C":"1000000000","D":"1000000000"},"solutions":[{"id":"s1","solver":"x","trades":{"1":{"sell_amount":"100","buy_amount":"93"},"2":{"sell_amount":"100","buy_amount":"93"}}},{"id":"s2","solver":"y","trades":{"1":{"sell_amount":"100","buy_amount":"95"}}}]},"expect":{"fair":["s2"],"winners":["s2"],"reference_scores":{"y":"0"}}},
{"name":"fee","input":{"op":"select","max_winners":"1","price_unit":"1","orders":{"1":{"side":"sell","sell_token":"A","sell_amount":"100","buy_token":"B","buy_amount":"90","surplus_fee_bps":"5000"}},"prices":{"A":"1","B":"1"},"solutions":[{"id":"s1","solver":"x","trades":{"1":{"sell_amount":"100","buy_amount":"95"}}}]},"expect":{"winners":["s1"],"scores":{"s1":"10"}}}]}"#;
    let report = crate::intent::conform::play(text).expect("a vector file");
    assert_eq!(
        (report.agreeing(), report.cases.len()),
        (2, 2),
        "{report:?}"
    );
}
