//! Proofs that several protocols share: closed forms, made-up faults, forks below the bound, flaws.

use super::descriptor::Descriptor;
use super::registry::{Entry, named};
use super::report::Report;
use super::trial::{self, Harm};
use super::{Behaviour, Safety, Settings};
use crate::primitives::Micros;
use crate::sim::{Act, ActKind};

pub(super) fn entry(protocol: &Descriptor) -> &'static Entry {
    named(protocol.name).unwrap()
}

pub(super) fn act(at_ms: u64, kind: ActKind) -> Act {
    Act {
        at: Micros::from_millis(at_ms),
        kind,
    }
}

pub(super) fn order(node: u32, behaviour: Behaviour) -> Act {
    let order = behaviour as u8;
    act(0, ActKind::Order { node, order })
}

pub(super) fn count(report: &Report, protocol: &Descriptor, kind: &str) -> u64 {
    report.messages[usize::from(protocol.kind(kind).unwrap())].1
}

/// A run of so many decisions without faults, which must be as the closed form says; the report.
pub(super) fn fault_free(protocol: &Descriptor, settings: &Settings) -> Report {
    let nodes = settings.config.quorum.nodes;
    let report = trial::run(entry(protocol), settings);
    assert!(
        report.verdict.is_safe() && report.verdict.is_done(),
        "n={nodes}: {}",
        report.verdict
    );
    let expected = report.expected.clone().unwrap();
    let found: Vec<u64> = report.messages.iter().map(|(_, count)| *count).collect();
    assert_eq!(found, expected.messages, "{} n={nodes}", protocol.name);
    if let Some(hops) = expected.hops {
        assert_eq!(
            report.hops_range,
            (hops, hops),
            "{} n={nodes}",
            protocol.name
        );
    }
    report
}

/// Every trial of these seeds is safe and live, under both harms.
pub(super) fn trials(protocol: &Descriptor, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        for harm in [Harm::Late, Harm::Lost] {
            if let Err(what) = trial::judge(entry(protocol), seed, harm) {
                panic!("{what}");
            }
        }
    }
}

/// Two worlds fork if and only if there are at least 2q-n liars.
pub(super) fn forks_at_the_overlap(protocol: &Descriptor, nodes: std::ops::RangeInclusive<u32>) {
    for nodes in nodes {
        let overlap = Settings::of(protocol, nodes).config.quorum.overlap();
        for liars in 0..=overlap.min(nodes - 1) {
            let settings = trial::two_worlds(protocol, nodes, None, liars);
            let report = trial::run(entry(protocol), &settings);
            let is_safe = liars < overlap;
            assert_eq!(report.verdict.is_safe(), is_safe, "n={nodes} b={liars}");
            if let Safety::Broken(violation) = report.verdict.safety {
                assert_eq!(violation.both.len() as u32, overlap, "n={nodes}");
            }
        }
    }
}

/// Some trial forks with this flaw, and does not without.
pub(super) fn is_caught(protocol: &Descriptor, flaw: u8, harm: Harm) {
    let forks = |seed: &u64| {
        let mut settings = trial::settings(protocol, *seed, harm);
        settings.config.flaw = Some(flaw);
        settings.events_max = 60_000;
        !trial::run(entry(protocol), &settings).verdict.is_safe()
    };
    let seed = (0..4_000).find(forks);
    let seed = seed.unwrap_or_else(|| panic!("{}: flaw {flaw} is not caught", protocol.name));
    trial::judge(entry(protocol), seed, harm).unwrap();
}
