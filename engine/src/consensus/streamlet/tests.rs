//! Streamlet against its paper: counts, epochs, echo, safety, liveness, forks below the bound, a flaw.

use super::DESCRIPTOR;
use super::form::{ECHO, EPOCHS_APART};

use crate::consensus::proof::{self, act, entry};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Settings};
use crate::primitives::Micros;
use crate::sim::{ActKind, Latency};

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 5;
        let report = proof::fault_free(&DESCRIPTOR, &settings);
        if nodes >= 4 {
            // Five epochs of 2Δ = 400 ms, and two hops of the sixth.
            assert_eq!(report.elapsed, Micros(5 * 400_000 + 200_000), "n={nodes}");
            // A block is final two hops into the epoch after its own.
            assert_eq!(report.latency_us.p50, 600_000);
        }
    }
}

#[test]
fn the_golden_counts_of_an_epoch() {
    for (nodes, epoch) in [(4, 15), (7, 48), (10, 99), (16, 255)] {
        let report = trial::run(entry(&DESCRIPTOR), &Settings::of(&DESCRIPTOR, nodes));
        assert_eq!(report.messages_total, 2 * epoch);
    }
}

#[test]
fn with_echo_an_epoch_takes_messages_by_the_cube() {
    for nodes in [4, 7, 10, 16] {
        let total = |decisions| {
            let mut settings = Settings::of(&DESCRIPTOR, nodes);
            settings.config.decisions = decisions;
            settings.config.knobs[ECHO] = 1;
            trial::run(entry(&DESCRIPTOR), &settings).messages_total
        };
        let others = u64::from(nodes) - 1;
        // n-1 proposals, n(n-1) votes; each of these n+1 is passed on by n-1 nodes to n-1.
        let epoch = others + (others + 1) * others + (others + 2) * others * others;
        assert_eq!(total(4) - total(3), epoch, "n={nodes}");
    }
}

#[test]
fn it_goes_at_the_speed_of_the_bound_and_not_of_the_network() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 10;
    settings.network.latency = Latency::Constant(Micros(1_000));
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert_eq!(report.elapsed, Micros(10 * 400_000 + 2_000));
}

#[test]
fn an_empty_epoch_breaks_the_row_of_three() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 3;
    let calm = trial::run(entry(&DESCRIPTOR), &settings);
    // The leader of the third epoch is down: its block is missing, and the row begins anew.
    let mut slowest = calm.elapsed;
    for node in 0..4 {
        settings.acts = vec![act(0, ActKind::Crash { node })];
        let report = trial::run(entry(&DESCRIPTOR), &settings);
        assert!(
            report.verdict.is_safe() && report.verdict.is_done(),
            "{}",
            report.verdict
        );
        slowest = slowest.max(report.elapsed);
    }
    assert!(slowest.0 >= calm.elapsed.0 + 2 * 400_000, "{slowest}");
}

#[test]
fn equivocation_forks_nobody() {
    for nodes in [4, 7, 10] {
        let mut settings = Settings::of(&DESCRIPTOR, nodes);
        settings.config.decisions = 5;
        settings.acts = vec![proof::order(0, Behaviour::Equivocate)];
        let report = trial::run(entry(&DESCRIPTOR), &settings);
        let verdict = &report.verdict;
        assert!(
            verdict.is_safe() && verdict.is_done(),
            "n={nodes}: {verdict}"
        );
    }
}

#[test]
fn a_replica_that_was_down_catches_up() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 60;
    let forgets = false;
    settings.acts = vec![
        act(50, ActKind::Crash { node: 3 }),
        act(20_000, ActKind::Recover { node: 3, forgets }),
    ];
    let report = trial::run(entry(&DESCRIPTOR), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(report.decisions, 60);
}

#[test]
fn safe_and_live_under_hundreds_of_scripts() {
    proof::trials(&DESCRIPTOR, 0..100);
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    proof::forks_at_the_overlap(&DESCRIPTOR, 3..=10);
}

#[test]
fn a_flaw_is_caught() {
    proof::is_caught(&DESCRIPTOR, EPOCHS_APART, Harm::Late);
}
