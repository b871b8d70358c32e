use super::trial::random_batch;
use super::*;
use crate::intent::auction::{score, select};
use crate::intent::order::{Batch, Fill, Order, PoolState, Side, Solution, Token};
use crate::intent::verify::{Fault, NoConditions, Verifier, Witness};
use crate::primitives::Seed;
use std::collections::{BTreeMap, BTreeSet};

const E18: u128 = 1_000_000_000_000_000_000;

#[test]
fn nobody_ends_below_their_limit_and_nothing_is_made_or_lost() {
    let found = trials(0, 2_000).expect("sound");
    // Winners that share a pool: the later one finds it moved, is undone, and its orders wait for the next
    // batch. Far more are executed than not.
    assert!(
        found.executed > 2_000 && found.executed > found.moved,
        "{found:?}"
    );
    assert!(found.caught > 300 && found.withheld > 50, "{found:?}");
}

#[test]
fn every_honest_solution_is_let_through_on_the_state_it_was_made_for() {
    for number in 0..400u64 {
        let seed = Seed::new(number).fork("honest");
        let batch = random_batch(&seed, 2 + number % 20, 3 + number % 3);
        for method in all() {
            for solution in method.solve(&batch, &seed) {
                let mut verifier = Verifier::new(batch.clone(), BTreeSet::new());
                let verdict = verifier.settle(&solution, &NoConditions);
                assert!(
                    verdict.is_ok(),
                    "batch {number}, {}: {verdict:?} {solution:?}",
                    method.name()
                );
            }
        }
    }
}

#[test]
fn each_solver_finds_something_and_the_same_every_time() {
    for method in all() {
        let mut found = 0;
        for number in 0..60 {
            let seed = Seed::new(number);
            let batch = random_batch(&seed, 30, 4);
            let solutions = method.solve(&batch, &seed);
            assert_eq!(solutions, method.solve(&batch, &seed));
            found += solutions.len();
        }
        assert!(found > 20, "{} found {found}", method.name());
    }
}

fn pool(a: u32, b: u32, reserves: [u128; 2]) -> PoolState {
    PoolState {
        tokens: [Token(a), Token(b)],
        reserves,
        fee_bps: 30,
    }
}

fn sell(id: u64, give: u32, get: u32, give_amount: u128, get_amount: u128) -> Order {
    Order {
        id,
        owner: id as u32,
        nonce: id,
        side: Side::Sell,
        give: Token(give),
        get: Token(get),
        give_amount,
        get_amount,
        partial: false,
        filled: 0,
        valid: [0, u64::MAX],
        surplus_fee_bps: 0,
    }
}

fn batch_of(orders: Vec<Order>, pools: Vec<PoolState>) -> Batch {
    Batch {
        prices: vec![E18; 4],
        price_unit: E18,
        orders,
        pools,
        now_s: 0,
    }
}

#[test]
fn a_coincidence_of_wants_beats_the_pool_for_both() {
    let batch = batch_of(
        vec![
            sell(1, 0, 1, 1_000 * E18, 990 * E18),
            sell(2, 1, 0, 1_000 * E18, 990 * E18),
        ],
        vec![pool(0, 1, [100_000 * E18; 2])],
    );
    let solution = &Method::Cross.solve(&batch, &Seed::new(0))[0];
    assert!(solution.swaps.is_empty());
    assert!(
        solution.fills.iter().all(|fill| fill.get == 1_000 * E18),
        "{solution:?}"
    );
    let pools = Method::Split.solve(&batch, &Seed::new(0));
    assert!(
        pools.is_empty(),
        "a pool's fee and slope are more than a hundredth: {pools:?}"
    );
}

#[test]
fn a_ring_is_closed_without_a_pool_and_is_the_best_circulation() {
    let mut orders = vec![
        sell(1, 0, 1, 30 * E18, 29 * E18),
        sell(2, 1, 2, 50 * E18, 49 * E18),
        sell(3, 2, 0, 40 * E18, 39 * E18),
        sell(4, 1, 0, 20 * E18, 15 * E18),
    ];
    for order in &mut orders {
        order.partial = true;
    }
    let batch = batch_of(orders, Vec::new());
    let rings = Method::Ring.solve(&batch, &Seed::new(0));
    // Order 4 asks least, so the circulation sends 20 back through it and 10 around through 2 and 3.
    let mut got: BTreeMap<u64, u128> = BTreeMap::new();
    for fill in rings.iter().flat_map(|ring| &ring.fills) {
        *got.entry(fill.order).or_default() += fill.get / E18;
    }
    assert_eq!(
        got,
        BTreeMap::from([(1, 30), (2, 10), (3, 10), (4, 20)]),
        "{rings:?}"
    );
}

#[test]
fn leaving_a_large_order_out_can_be_better() {
    let batch = batch_of(
        vec![
            sell(1, 0, 1, 10 * E18, 5 * E18),
            sell(2, 0, 1, 400 * E18, 150 * E18),
            sell(3, 0, 1, 12 * E18, 5 * E18),
        ],
        vec![pool(0, 1, [500 * E18; 2])],
    );
    let worth = |method: Method| {
        let solutions = method.solve(&batch, &Seed::new(0));
        solutions
            .iter()
            .filter_map(|s| score(&batch, s).ok())
            .map(|s| s.total)
            .max()
            .unwrap_or(0)
    };
    assert!(worth(Method::BranchAndBound) >= worth(Method::Split));
}

/// What a single attack on a batch comes to.
fn attack(attack: Attack, batch: &Batch, past: Option<Batch>) -> Settlement {
    let dishonest = Dishonest { attack, past };
    settle_batch(
        Verifier::new(batch.clone(), BTreeSet::new()),
        &[&dishonest],
        &NoConditions,
        &Seed::new(0),
        10,
        1 << 100,
    )
}

fn lively() -> Batch {
    batch_of(
        vec![
            sell(1, 0, 1, 10 * E18, 8 * E18),
            sell(2, 0, 1, 10 * E18, 8 * E18),
            sell(3, 2, 1, 10 * E18, 8 * E18),
            sell(4, 3, 1, 10 * E18, 8 * E18),
        ],
        vec![
            pool(0, 1, [10_000 * E18; 2]),
            pool(2, 1, [10_000 * E18; 2]),
            pool(3, 1, [10_000 * E18; 2]),
        ],
    )
}

fn faults(found: &Settlement) -> Vec<Fault> {
    let faults = found.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Undone(fault) => Some(*fault),
        _ => None,
    });
    faults.collect()
}

#[test]
fn surplus_shifted_within_a_pair_is_caught_by_the_uniform_price() {
    let found = attack(Attack::ShiftSurplus, &lively(), None);
    assert!(
        faults(&found).contains(&Fault::NotUniform(1)),
        "{:?}",
        found.outcomes
    );
}

#[test]
fn surplus_shifted_across_pairs_is_possible_above_the_limit_and_shown_by_the_certificates() {
    let found = attack(Attack::ShiftAcross, &lively(), None);
    assert_eq!(found.outcomes, [Outcome::Executed]);
    let mut bps: Vec<_> = found
        .certificates
        .iter()
        .map(|certificate| certificate.better_bps)
        .collect();
    bps.sort_unstable();
    assert!(bps[0] < -500 && bps[1] > 500, "{bps:?}");
    for fill in &found.solutions[0].fills {
        let batch = lively();
        assert!(
            batch
                .order(fill.order)
                .expect("there")
                .accepts(fill.give, fill.get)
        );
    }
    // Against an honest solver it does not even win: its bid is unfair to the pair that pays.
    let dishonest = Dishonest {
        attack: Attack::ShiftAcross,
        past: None,
    };
    let found = settle_batch(
        Verifier::new(lively(), BTreeSet::new()),
        &[&dishonest, &Method::Split],
        &NoConditions,
        &Seed::new(0),
        10,
        1 << 100,
    );
    assert_eq!(found.selection.unfair.len(), 1);
}

#[test]
fn what_is_skimmed_is_left_over_and_refused() {
    let found = attack(Attack::Skim, &lively(), None);
    assert!(!faults(&found).is_empty());
    assert!(
        faults(&found)
            .iter()
            .all(|fault| matches!(fault, Fault::LeftOver { .. })),
        "{:?}",
        found.outcomes
    );
}

#[test]
fn amounts_that_nobody_has_do_not_balance() {
    let found = attack(Attack::Inflate, &lively(), None);
    assert!(
        faults(&found)
            .iter()
            .all(|fault| matches!(fault, Fault::Unbalanced { .. })),
        "{:?}",
        found.outcomes
    );
    assert!(!faults(&found).is_empty());
}

#[test]
fn an_order_is_filled_once() {
    let found = attack(Attack::Replay, &lively(), None);
    assert!(
        faults(&found)
            .iter()
            .any(|fault| matches!(fault, Fault::Twice(_))),
        "{:?}",
        found.outcomes
    );
    // And not again in a later batch, nor another order with its nonce.
    let batch = lively();
    let solution = &Method::Split.solve(&batch, &Seed::new(0))[0];
    let mut verifier = Verifier::new(batch, BTreeSet::new());
    assert!(verifier.settle(solution, &NoConditions).is_ok());
    assert_eq!(
        verifier.settle(solution, &NoConditions),
        Err(Fault::UsedNonce(1))
    );
}

#[test]
fn what_is_all_or_nothing_is_not_cut_up() {
    let found = attack(Attack::CutUp, &lively(), None);
    assert!(
        faults(&found)
            .iter()
            .all(|fault| matches!(fault, Fault::WrongAmount(_))),
        "{:?}",
        found.outcomes
    );
    assert!(!faults(&found).is_empty());
}

#[test]
fn reckoning_with_old_pools_is_refused_by_the_pools() {
    let mut past = lively();
    past.pools
        .iter_mut()
        .for_each(|pool| pool.reserves[1] += pool.reserves[1] / 20);
    let found = attack(Attack::StaleOracle, &lively(), Some(past));
    // In the third pool, token 1 is at the same place as in the others.
    assert!(
        faults(&found)
            .iter()
            .all(|fault| matches!(fault, Fault::PoolRefuses(_))),
        "{:?}",
        found.outcomes
    );
    assert!(!faults(&found).is_empty());
}

#[test]
fn who_wins_and_does_not_deliver_pays() {
    for (way, outcome) in [
        (Attack::LateRevert, Outcome::Withheld),
        (Attack::Switch, Outcome::Undone(Fault::NotTheBid)),
    ] {
        let found = attack(way, &lively(), None);
        assert!(
            found.outcomes.iter().all(|found| *found == outcome),
            "{:?}",
            found.outcomes
        );
        assert_eq!(found.after.batch(), &lively(), "nothing has changed");
        let honest = attack(Attack::Censor(9_999), &lively(), None);
        assert!(
            honest.rewards[0].1 > 0 && found.rewards[0].1 <= 0,
            "{:?} {:?}",
            honest.rewards,
            found.rewards
        );
    }
}

#[test]
fn who_is_left_out_is_named() {
    let found = attack(Attack::Censor(3), &lively(), None);
    assert_eq!(found.passed_over, [3]);
    assert_eq!(
        attack(Attack::Censor(9_999), &lively(), None).passed_over,
        Vec::<u64>::new()
    );
}

struct Stubborn;

impl Witness for Stubborn {
    fn allows(&self, order: &Order) -> bool {
        order.id != 1
    }
    fn approves(&self, order: &Order, _: &Fill, _: &[PoolState]) -> bool {
        order.id != 3
    }
}

#[test]
fn triggers_and_guards_are_asked_at_execution_and_undo_everything() {
    let batch = lively();
    let solutions = Method::Split.solve(&batch, &Seed::new(0));
    let mut verifier = Verifier::new(batch.clone(), BTreeSet::new());
    assert_eq!(
        verifier.settle(&solutions[0], &Stubborn),
        Err(Fault::NotTriggered(1))
    );
    assert_eq!(
        verifier.settle(&solutions[1], &Stubborn),
        Err(Fault::GuardFails(3))
    );
    assert_eq!(verifier.batch(), &batch);
    assert!(verifier.settle(&solutions[2], &Stubborn).is_ok());
}

#[test]
fn solutions_of_any_shape_are_refused_without_a_panic() {
    let batch = lively();
    let mut s = Seed::new(5).stream();
    let honest = Method::Split.solve(&batch, &Seed::new(0));
    for number in 0..3_000u32 {
        let mut solution: Solution = honest[s.below(3) as usize].clone();
        let odd = [0, 1, 7 * E18, u128::MAX, u128::MAX / 2][s.below(5) as usize];
        match s.below(7) {
            0 => solution.fills[0].give = odd,
            1 => solution.fills[0].get = odd,
            2 => solution.swaps[0].amount_in = odd,
            3 => solution.swaps[0].amount_out = odd.max(solution.swaps[0].amount_out + 1),
            4 => solution.swaps[0].side = 1 + s.below(3) as u8,
            5 => solution.prices[0].denominator = odd,
            _ => solution.swaps[0].pool = 3 + s.below(5) as u32,
        }
        let mut verifier = Verifier::new(batch.clone(), BTreeSet::new());
        assert!(
            verifier.settle(&solution, &NoConditions).is_err(),
            "{number}: {solution:?}"
        );
        assert_eq!(verifier.batch(), &batch);
        let _ = select(&batch, &[solution], 10);
    }
}
