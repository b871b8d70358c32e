//! Plans keep everybody apart; lists end however their lanes are scheduled.

use super::page::Role;
use super::plan::Plan;
use super::{Planner, Terms};
use crate::executor::team::Team;
use crate::primitives::Seed;
use crate::testing::toy::{self, MapStorage, Number, NumberedStorage, ToyVm};

/// How far each list is before each transaction may run, by what its own needs and those of all before it
/// on its list say.
fn clocks(plan: &Plan<u64, Number>) -> (Vec<Vec<u32>>, Vec<(usize, u32)>) {
    let mut places = vec![(0, 0); plan.count];
    for (list, txs) in plan.lists.iter().enumerate() {
        for (at, tx) in txs.iter().enumerate() {
            places[*tx as usize] = (list, at as u32 + 1);
        }
        assert!(txs.is_sorted(), "a list in block order");
    }
    let mut clocks: Vec<Vec<u32>> = Vec::new();
    for (tx, (list, at)) in places.iter().copied().enumerate() {
        let mut clock = vec![0; plan.width];
        let raise = |clock: &mut Vec<u32>, to: &[u32]| {
            for (mine, theirs) in clock.iter_mut().zip(to) {
                *mine = (*mine).max(*theirs);
            }
        };
        let needs = plan.needs(tx as u32).iter();
        let needs: Vec<u32> = needs.map(|need| u32::from(*need)).collect();
        raise(&mut clock, &needs);
        clock[list] = at - 1;
        for other in 0..plan.width {
            if let Some(last) = (clock[other] as usize).checked_sub(1) {
                let before = plan.lists[other][last] as usize;
                assert!(before < tx, "{tx} needs {before}, which comes after it");
                let theirs = clocks[before].clone();
                raise(&mut clock, &theirs);
            }
        }
        clock[list] = at;
        clocks.push(clock);
    }
    (clocks, places)
}

/// Whoever touches a region comes after all before it that do not commute with it.
#[test]
fn no_two_are_ever_at_the_same_value() {
    let mut planner = Planner::default();
    let mut plan = Plan::default();
    let (mut pairs, mut sums, mut foreseen) = (0, 0, 0);
    for seed in 0..600u64 {
        let mut stream = Seed::new(seed).fork("plans").stream();
        let slots = [2, 9, 60, 900][stream.below(4) as usize];
        let lanes = stream.between(1, 20) as u32;
        let mut before = MapStorage::default();
        for slot in 0..stream.below(slots + 1) {
            before.0.insert(slot, Number(stream.below(9)));
        }
        let storage = NumberedStorage::of(&before);
        let txs = toy::block(&mut stream, 120, slots, 12);
        // From the first that can say what it touches.
        let mut txs: Vec<_> = txs.into_iter().filter(|tx| tx.start % 7 != 0).collect();
        let foresees = seed % 3 == 0;
        planner.forget();
        let terms = Terms { lanes, foresees };
        // As far as it goes, and on from there.
        while !txs.is_empty() {
            planner.start_over();
            planner.plan(&mut plan, &ToyVm, &storage, &txs, (terms, &Team::default()));
            let (clocks, places) = clocks(&plan);
            for (late, clock) in clocks.iter().enumerate() {
                for claim in plan.claims(late as u32) {
                    for (early, (list, at)) in places[..late].iter().enumerate() {
                        let mine = plan.claims(early as u32);
                        let Some(other) = mine.iter().find(|other| other.region == claim.region)
                        else {
                            continue;
                        };
                        let roles = (other.role, claim.role);
                        sums += u32::from(roles == (Role::Add, Role::Add));
                        foreseen += u32::from(roles == (Role::Foreseen, Role::Foreseen));
                        if matches!(
                            roles,
                            (Role::Add, Role::Add)
                                | (Role::Read, Role::Read)
                                | (Role::Foreseen, Role::Foreseen)
                        ) {
                            continue;
                        }
                        pairs += 1;
                        assert!(
                            clock[*list] >= *at,
                            "seed {seed}: {late} {roles:?} with {early} at region {}",
                            claim.region
                        );
                    }
                }
            }
            txs.drain(..plan.count.max(1));
        }
    }
    assert!(
        pairs > 10_000 && sums > 100 && foreseen > 20,
        "{pairs} pairs, {sums} sums, {foreseen} foreseen"
    );
}
