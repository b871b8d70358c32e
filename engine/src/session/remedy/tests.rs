//! What the remedies do to blocks whose heat is known.

use super::machine::difference;
use super::*;
use crate::scenario::Execution;
use crate::scenario::preset;
use crate::session::{Session, Unwatched};
use crate::state::{Additive, Word};

fn trials(name: &str) -> (Vec<Trial>, crate::session::Replay) {
    let mut scenario = preset::named(name).expect("a preset").scenario();
    scenario.workload.transactions = 300;
    scenario.workload.accounts = 600;
    let execution = scenario.execution.clone();
    let mut session = Session::open(scenario).expect("a sound scenario");
    let replay = session
        .replay(0, &execution, &Unwatched)
        .expect("no fault")
        .expect("nobody cancels");
    let hottest = replay.summary.hot_keys[0].key;
    let name = replay.keys[hottest as usize].clone();
    let trials = session
        .remedies(0, &execution, &name, 4, &Unwatched)
        .expect("no fault")
        .expect("nobody cancels");
    let again = session.replay(0, &execution, &Unwatched);
    assert!(again == Ok(Some(replay.clone())), "a trial left a trace");
    (trials, replay)
}

#[test]
fn the_remedies_of_one_hot_pool() {
    let (trials, replay) = trials("one-pool");
    let remedies: Vec<Remedy> = trials.iter().map(|trial| trial.remedy).collect();
    let expected = [
        Remedy::AsItIs,
        Remedy::Commutative,
        Remedy::Split(4),
        Remedy::Declared,
    ];
    assert_eq!(remedies, expected);
    let name = &replay.keys[replay.summary.hot_keys[0].key as usize];
    let [as_it_is, commutative, split, declared] = &trials[..] else {
        panic!("four trials");
    };
    assert_eq!(as_it_is.ticks, replay.summary.ticks);
    assert_eq!(as_it_is.aborts, replay.summary.aborts);
    assert_eq!(as_it_is.failed, replay.summary.reverted);
    assert_eq!(as_it_is.hottest.as_ref(), Some(name));
    // Swaps also meet in the balances that the pool holds: the heat moves there.
    for moved in [commutative, split] {
        assert!(
            moved
                .hottest
                .as_ref()
                .is_some_and(|hottest| hottest != name)
        );
    }
    assert_eq!(declared.aborts, 0);
    assert_eq!(declared.ticks_in_order, as_it_is.ticks_in_order);
}

#[test]
fn a_commutative_counter_is_what_the_commutative_preset_shows() {
    let (trials, _) = trials("token-drop");
    assert!(trials[0].aborts + trials[0].blocked > 0);
    assert_eq!(trials[1].aborts + trials[1].blocked, 0);
    let of = |remedy| trials.iter().find(|trial| trial.remedy == remedy);
    let ticks = |remedy| of(remedy).expect("tried").ticks;
    let [as_it_is, commutative, split] =
        [Remedy::AsItIs, Remedy::Commutative, Remedy::Split(4)].map(ticks);
    assert!(commutative < split && split < as_it_is);
    // Without a cap there is no bound to ask for: an addition, which costs less than a read and a write.
    assert!(ticks(Remedy::Bounded) < commutative);
}

/// Additions within bounds serve and refuse whom the contract as it is does; forgetting the bound does not.
#[test]
fn a_bound_takes_the_heat_off_a_slot_and_keeps_what_it_bounds() {
    for (name, stock, cap) in [("capped-drop", 0, 150), ("faucet", 150_000, 0)] {
        let mut scenario = preset::named(name).expect("a preset").scenario();
        let workload = &mut scenario.workload;
        (workload.transactions, workload.accounts) = (300, 600);
        (workload.drop_stock, workload.drop_cap) = (stock, cap);
        let execution = scenario.execution.clone();
        let mut session = Session::open(scenario).expect("a sound scenario");
        let replay = session.replay(0, &execution, &Unwatched);
        let replay = replay.expect("no fault").expect("nobody cancels");
        let hottest = &replay.keys[replay.summary.hot_keys[0].key as usize];
        let trials = session.remedies(0, &execution, hottest, 4, &Unwatched);
        let trials = trials.expect("no fault").expect("nobody cancels");
        let of = |remedy| trials.iter().find(|trial| trial.remedy == remedy);
        let [as_it_is, commutative, bounded] =
            [Remedy::AsItIs, Remedy::Commutative, Remedy::Bounded]
                .map(|remedy| of(remedy).expect("tried"));
        assert!(
            (100..200).contains(&as_it_is.failed),
            "{name}: {as_it_is:?}"
        );
        assert_eq!(bounded.failed, as_it_is.failed, "{name}");
        assert_eq!(commutative.failed, 0, "{name}: the bound is forgotten");
        assert!(bounded.aborts * 4 < as_it_is.aborts, "{name}: {trials:?}");
        assert!(bounded.ticks * 2 < as_it_is.ticks, "{name}: {trials:?}");
        assert_eq!(session.replay(0, &execution, &Unwatched), Ok(Some(replay)));
    }
}

#[test]
fn a_slot_that_nobody_touches_has_no_remedies() {
    let mut session = Session::open(crate::scenario::Scenario::default()).expect("sound");
    let execution = Execution::default();
    let trials = session.remedies(0, &execution, "no such slot", 4, &Unwatched);
    assert_eq!(trials, Ok(Some(Vec::new())));
}

#[test]
fn differences_add_up() {
    let (before, after) = (Word::pair(9, 1), Word::pair(4, u128::MAX));
    assert_eq!(before.plus(&difference(&after, &before)), after);
}
