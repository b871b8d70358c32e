use super::adversary::{cost, fallen_epochs};
use super::takeover::{binomial, hypergeometric};
use super::{Draw, draw};
use crate::primitives::Seed;

/// Whether `odds` starts with `figures` at the tenth power `-digits`, to half its last place.
fn near(odds: u128, golden: u128, half: u128) -> bool {
    odds.abs_diff(golden) <= half
}

#[test]
fn takeover_meets_the_golden_table() {
    let of = |members, threshold| {
        let odds = binomial(members, 1, 4, threshold).expect("in bounds");
        odds.scaled(12)
    };
    assert!(
        near(of(100, 34), 27_595_000_000, 500_000),
        "{}",
        of(100, 34)
    );
    assert!(near(of(600, 201), 1_945_000, 500), "{}", of(600, 201));
    assert!(near(of(400, 134), 86_800_000, 50_000), "{}", of(400, 134));
    assert!(near(of(800, 267), 70_000, 50), "{}", of(800, 267));
    let of = |corrupt, threshold| {
        let odds = hypergeometric(4000, corrupt, 250, threshold).expect("in bounds");
        odds.scaled(15)
    };
    assert!(near(of(1333, 125), 13_650_000, 5_000), "{}", of(1333, 125));
    assert!(near(of(1333, 126), 6_340_000, 5_000), "{}", of(1333, 126));
    assert!(
        near(of(1000, 84), 1_020_000_000_000, 5_000_000_000),
        "{}",
        of(1000, 84)
    );
}

#[test]
fn all_outcomes_together_are_certain() {
    for (nodes, corrupt, members) in [(10, 3, 4), (10, 9, 4), (4096, 1365, 2048), (7, 0, 7)] {
        let odds = hypergeometric(nodes, corrupt, members, 0).expect("in bounds");
        assert_eq!(odds.fall, odds.all);
    }
    let odds = binomial(1024, 5, 16, 0).expect("in bounds");
    assert_eq!(odds.fall, odds.all);
    // Two of two corrupt in 5, of 3: C(2,2) C(3,1) of C(5,3).
    let odds = hypergeometric(5, 2, 3, 2).expect("in bounds");
    assert_eq!(odds.scaled(2), 30);
    assert_eq!(odds.any_of(2, 2), 62);
    assert_eq!(odds.any_of(9, 2), 100);
    assert!(hypergeometric(4097, 1, 1, 1).is_none() && binomial(3, 2, 1, 1).is_none());
}

#[test]
fn live_draws_fall_as_often_as_the_exact_odds_say() {
    let what = Draw {
        nodes: 60,
        committees: 4,
        members: 15,
    };
    let (corrupt, threshold, epochs) = (15, 5, 8000u64);
    let odds = hypergeometric(60, corrupt, 15, threshold)
        .expect("in bounds")
        .scaled(12);
    // The first committee alone, so that the draws are independent.
    let seen = (0..epochs)
        .filter(|&epoch| {
            let committees = draw(what, &Seed::new(5), epoch).expect("enough nodes");
            committees[0].iter().filter(|&&node| node < corrupt).count() >= threshold as usize
        })
        .count() as u128;
    let (one, n) = (10u128.pow(12), u128::from(epochs));
    let off = (seen * one).abs_diff(n * odds);
    assert!(
        off * off <= 9 * n * odds * (one - odds),
        "{seen} of {n} at {odds}"
    );
}

#[test]
fn committees_are_disjoint_and_change_with_the_epoch() {
    let what = Draw {
        nodes: 100,
        committees: 6,
        members: 16,
    };
    let first = draw(what, &Seed::new(1), 0).expect("enough nodes");
    let mut all: Vec<_> = first.iter().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 96);
    assert_ne!(Some(&first), draw(what, &Seed::new(1), 1).as_ref());
    assert_eq!(draw(Draw { nodes: 95, ..what }, &Seed::new(1), 0), None);
}

#[test]
fn an_adaptive_adversary_wins_only_if_it_is_faster_than_the_shuffle() {
    let what = Draw {
        nodes: 320,
        committees: 8,
        members: 40,
    };
    let fallen = |delay| fallen_epochs(what, 27, 27, delay, 200, &Seed::new(2));
    assert_eq!(fallen(0), Some(200));
    assert_eq!(fallen(1), Some(0));
    assert_eq!(cost(what, 27), (27, 216));
}
