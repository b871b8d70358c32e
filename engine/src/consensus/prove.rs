//! What every protocol's tests prove, once for all: each takes a protocol's name and says what it found.

use super::registry::{Entry, named};
use super::report::Report;
use super::trial::{self, Harm};
use super::twins;
use super::{Behaviour, Safety, Settings};
use crate::primitives::Micros;
use crate::sim::{Act, ActKind};

/// The protocol of this name.
pub(super) fn entry(name: &str) -> &'static Entry {
    named(name).unwrap()
}

/// An act.
pub(super) fn act(at_ms: u64, kind: ActKind) -> Act {
    Act {
        at: Micros::from_millis(at_ms),
        kind,
    }
}

/// From the start on, a node behaves like that.
pub(super) fn lies(node: u32, behaviour: Behaviour) -> Act {
    let order = behaviour as u8;
    act(0, ActKind::Order { node, order })
}

/// How many messages of a kind there were.
pub(super) fn count(report: &Report, kind: &str) -> u64 {
    let mut kinds = report.messages.iter();
    kinds.find(|(name, _)| name == kind).unwrap().1
}

/// Runs without faults cost what the closed form says, message by message; where it names hops, the median
/// decision takes them, and `ahead` says by how many the earliest may be ahead. Gives the reports back.
pub(super) fn costs(name: &str, decisions: u64, ahead: u32) -> Vec<(u32, Report)> {
    let of = |nodes| {
        let entry = entry(name);
        let mut settings = Settings::of(entry.descriptor, nodes);
        settings.config.decisions = decisions;
        let report = trial::run(entry, &settings);
        assert_eq!(
            (report.decisions, report.verdict.is_done()),
            (decisions, true)
        );
        let expected = report.expected.as_ref().unwrap();
        let found: Vec<u64> = report.messages.iter().map(|(_, count)| *count).collect();
        assert_eq!(found, expected.messages, "n={nodes}");
        assert_eq!(report.messages_total, expected.messages_total);
        if let Some(hops) = expected.hops {
            assert_eq!(report.hops, hops, "n={nodes}");
            let least = hops.saturating_sub(ahead);
            assert_eq!(report.hops_range, (least, hops), "n={nodes}");
            assert_eq!(
                report.latency_us.p50,
                u64::from(hops) * 100_000,
                "n={nodes}"
            );
        } else {
            assert!(nodes <= 3, "n={nodes}");
        }
        (nodes, report)
    };
    [1, 2, 3, 4, 5, 6, 7, 10, 16, 31]
        .into_iter()
        .map(of)
        .collect()
}

/// One decision of 4, 7, 10 and 16 nodes takes so many messages.
pub(super) fn golden(name: &str, totals: [u64; 4]) {
    for (nodes, total) in [4, 7, 10, 16].into_iter().zip(totals) {
        let entry = entry(name);
        let report = trial::run(entry, &Settings::of(entry.descriptor, nodes));
        assert_eq!(report.messages_total, total, "n={nodes}");
    }
}

/// Trials of both harms.
pub(super) fn safe_and_live(name: &str, seeds: u64) {
    for seed in 0..seeds {
        for harm in [Harm::Late, Harm::Lost] {
            if let Err(what) = trial::judge(entry(name), seed, harm) {
                panic!("{what}");
            }
        }
    }
}

/// Two worlds fork if and only if the liars are as many as two quorums must share.
pub(super) fn forks_below_the_bound(name: &str, change: impl Fn(&mut Settings)) {
    for nodes in 3..=10 {
        let entry = entry(name);
        let overlap = Settings::of(entry.descriptor, nodes)
            .config
            .quorum
            .overlap();
        for liars in 0..=overlap {
            let mut settings = trial::two_worlds(entry.descriptor, nodes, None, liars);
            change(&mut settings);
            let report = trial::run(entry, &settings);
            let place = format!("n={nodes} b={liars}: {}", report.verdict);
            assert_eq!(report.verdict.is_safe(), liars < overlap, "{place}");
            if let Safety::Broken(violation) = report.verdict.safety {
                assert_eq!(violation.both.len() as u32, overlap);
            }
        }
    }
}

/// Twins: safe, and live once the network is whole.
pub(super) fn safe_and_live_with_twins(name: &str, seeds: u64) {
    let entry = entry(name);
    for seed in 0..seeds {
        let verdict = trial::run(entry, &twins::settings(entry.descriptor, seed)).verdict;
        assert!(
            verdict.is_safe() && verdict.is_done(),
            "twins {seed}: {verdict}"
        );
    }
}

/// Twins finds a flaw: in scenarios of these seeds the protocol forks with it, and without it is safe and
/// live. The seeds are those that a search of a few thousand came upon.
pub(super) fn caught_by_twins(name: &str, flaw: &str, seeds: &[u64]) {
    let entry = entry(name);
    let number = entry.descriptor.flaw(flaw);
    assert!(number.is_some(), "no flaw {flaw}");
    for seed in seeds {
        let mut settings = twins::settings(entry.descriptor, *seed);
        let right = trial::run(entry, &settings).verdict;
        assert!(right.is_safe() && right.is_done(), "twins {seed}: {right}");
        settings.config.flaw = number;
        let wrong = trial::run(entry, &settings).verdict;
        assert!(!wrong.is_safe(), "twins {seed} with {flaw}: {wrong}");
    }
}
