//! Zyzzyva against its paper: counts, hops, safety, liveness, forks below the bound, the published flaw.

use super::{DESCRIPTOR, Zyzzyva};
use crate::consensus::prove::{
    act, caught_by_twins, costs, count, entry, forks_below_the_bound, lies, safe_and_live,
    safe_and_live_with_twins,
};
use crate::consensus::trial::Harm;
use crate::consensus::{Behaviour, Lab, Run, Safety, Settings, trial};
use crate::primitives::{Micros, Seed};
use crate::sim::ActKind;
use crate::trace::consensus::Offence;

const SEQUENCE_FIRST: &str = "view_change_by_sequence_first";

/// So many decisions under clients that do not wait for more than a quorum.
fn impatient(nodes: u32, decisions: u64) -> Settings {
    let mut settings = Settings::of(&DESCRIPTOR, nodes);
    settings.config.decisions = decisions;
    settings.config.knobs[1] = 0;
    settings
}

#[test]
fn counts_and_hops_are_those_of_the_closed_form() {
    costs("zyzzyva", 5, 0);
}

#[test]
fn the_golden_counts_of_one_request_from_and_to_its_client() {
    for nodes in [4, 7, 10, 16, 31] {
        let of = |settings: Settings| {
            let report = trial::run(entry("zyzzyva"), &settings);
            assert!(report.verdict.is_done(), "{}", report.verdict);
            let apart = report.apart;
            (
                report.messages_total + apart.client + apart.to_self,
                report.hops_range,
                report.latency_us.p50,
            )
        };
        let n = u64::from(nodes);
        let fast = of(Settings::of(&DESCRIPTOR, nodes));
        assert_eq!(fast, (2 * n, (3, 3), 300_000), "n={nodes}");
        let slow = of(impatient(nodes, 1));
        assert_eq!(slow, (4 * n, (5, 5), 500_000), "n={nodes}");
        assert_eq!(
            trial::run(entry("zyzzyva"), &Settings::of(&DESCRIPTOR, nodes)).messages_total,
            n - 1
        );
    }
}

#[test]
fn clients_that_do_not_wait_cost_what_the_closed_form_says() {
    for nodes in [1, 2, 3, 4, 5, 6, 7, 10, 16, 31] {
        let report = trial::run(entry("zyzzyva"), &impatient(nodes, 5));
        let expected = report.expected.unwrap();
        let found: Vec<u64> = report.messages.iter().map(|(_, count)| *count).collect();
        assert_eq!(found, expected.messages, "n={nodes}");
        if let Some(hops) = expected.hops {
            assert_eq!(report.hops_range, (hops, hops), "n={nodes}");
        }
    }
}

#[test]
fn one_silent_replica_costs_patience_and_two_hops() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(1, Behaviour::Silent)];
    let report = trial::run(entry("zyzzyva"), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    assert_eq!(report.hops_range, (5, 5));
    // A quarter of two seconds.
    assert_eq!(report.elapsed, Micros(300_000 + 500_000 + 200_000));
    assert_eq!(count(&report, "local_commit"), 2);
}

#[test]
fn a_silent_primary_costs_a_view_change() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::SilentLeader)];
    let report = trial::run(entry("zyzzyva"), &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    // The client asks all at 2 s; the replica beside it gives up 2 s later, and a hop after that the others,
    // with f+1 that hate the primary; the third report is another hop behind; then the new view, its confirms,
    // the order and the answers.
    assert_eq!(report.elapsed, Micros(2_000_000 + 2_000_000 + 700_000));
}

#[test]
fn equivocation_is_proven_by_the_client_and_forks_nobody() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.acts = vec![lies(0, Behaviour::Equivocate)];
    settings.config.decisions = 3;
    let mut run = Run::<Zyzzyva>::new(&settings);
    run.finish();
    let verdict = run.verdict();
    assert!(verdict.is_safe() && verdict.is_done(), "{verdict}");
    let evidence = run.watch().evidence();
    assert!(evidence.contains_key(&(0, Offence::Equivocation)));
    // No timer of a replica had to expire.
    assert!(run.now() < settings.config.timeout);
}

#[test]
fn checkpoints_make_replicas_decide_what_clients_know() {
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.config.decisions = 20;
    settings.config.knobs[0] = 4;
    let mut run = Run::<Zyzzyva>::new(&settings);
    run.finish();
    assert!(run.verdict().is_done(), "{}", run.verdict());
    for node in 0..4 {
        assert!(run.protocol(node).stable.height >= 12);
    }
    let report = run.report();
    assert!(count(&report, "checkpoint") >= 4 * 12);
    assert!(count(&report, "checkpoint_stable") >= 3 * 12);
    assert_eq!(count(&report, "view_change"), 0);
}

#[test]
fn a_replica_that_was_down_catches_up_by_checkpoint_or_by_asking() {
    for every in [2, 128] {
        let mut settings = Settings::of(&DESCRIPTOR, 4);
        settings.config.decisions = 60;
        settings.config.knobs[0] = every;
        let forgets = false;
        settings.acts = vec![
            act(50, ActKind::Crash { node: 3 }),
            act(9_000, ActKind::Recover { node: 3, forgets }),
        ];
        let mut run = Run::<Zyzzyva>::new(&settings);
        run.finish();
        assert!(run.verdict().is_done(), "{}", run.verdict());
        assert!(run.protocol(3).chain.tip().0 >= 58);
    }
}

#[test]
fn safe_and_live_under_hundreds_of_scripts() {
    safe_and_live("zyzzyva", 250);
}

#[test]
fn a_fork_if_and_only_if_liars_are_at_least_two_quorums_less_all() {
    // Everybody wants something, so that there are clients in either world.
    forks_below_the_bound("zyzzyva", |settings| {
        settings.config.decisions = u64::from(settings.config.quorum.nodes);
    });
}

#[test]
fn twins_are_safe_and_live() {
    safe_and_live_with_twins("zyzzyva", 400);
}

#[test]
fn twins_find_the_published_view_change() {
    // The only one among the first two million.
    caught_by_twins("zyzzyva", SEQUENCE_FIRST, &[1_520_953]);
}

#[test]
fn trials_find_the_published_view_change() {
    for seed in [28_134, 100_151, 134_259, 198_039] {
        let mut settings = trial::settings(&DESCRIPTOR, seed, Harm::Lost);
        trial::judge(entry("zyzzyva"), seed, Harm::Lost).unwrap();
        settings.config.flaw = DESCRIPTOR.flaw(SEQUENCE_FIRST);
        let verdict = trial::run(entry("zyzzyva"), &settings).verdict;
        assert!(!verdict.is_safe(), "trial {seed}: {verdict}");
    }
}

/// A sweep after *Twins* around two halves of the first primary that each have a quorum's ear or nearly so:
/// then three times one machine or two are cut off.
fn sweep(seed: u64) -> Settings {
    let mut stream = Seed::new(seed).fork("sweep").stream();
    let draws = &mut stream;
    let mut settings = Settings::of(&DESCRIPTOR, 4);
    settings.seed = seed;
    settings.config.decisions = draws.between(2, 4);
    settings.config.timeout = Micros::from_millis(100 * draws.between(4, 12));
    settings.horizon = Micros::from_millis(600_000);
    settings.events_max = 100_000;
    let cut = |groups| ActKind::Partition { groups };
    settings.acts = vec![
        act(0, ActKind::Copy { node: 0 }),
        act(0, cut(vec![vec![0, 1, 2], vec![3, 4]])),
    ];
    let mut hops = 0;
    for _ in 0..3 {
        hops += draws.between(1, 8);
        let mut alone: Vec<u32> = (0..5).collect();
        while alone.len() > 2 - draws.below(2) as usize {
            alone.remove(draws.below(alone.len() as u64) as usize);
        }
        let others = (0..5).filter(|node| !alone.contains(node)).collect();
        // Between the hops, so that it never falls on an arrival.
        let groups = if draws.below(2) == 0 {
            vec![others]
        } else {
            alone.iter().map(|node| vec![*node]).collect()
        };
        settings.acts.push(act(100 * hops + 50, cut(groups)));
    }
    settings.acts.push(act(12_000, ActKind::Heal));
    settings
}

#[test]
fn a_sweep_finds_the_published_view_change_and_the_repaired_one_survives_it() {
    let number = DESCRIPTOR.flaw(SEQUENCE_FIRST);
    assert!(number.is_some());
    let mut forks = 0;
    for seed in 0..3_000 {
        let mut settings = sweep(seed);
        let right = trial::run(entry("zyzzyva"), &settings).verdict;
        assert!(right.is_safe() && right.is_done(), "sweep {seed}: {right}");
        settings.config.flaw = number;
        let verdict = trial::run(entry("zyzzyva"), &settings).verdict;
        if let Safety::Broken(violation) = verdict.safety {
            forks += 1;
            // One liar is less than two quorums must share: honest replicas signed both.
            assert!(violation.both.iter().any(|node| *node > 0), "sweep {seed}");
        }
    }
    assert!(forks >= 10, "{forks}");
}
