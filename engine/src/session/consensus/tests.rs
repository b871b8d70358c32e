//! The facade: back and forth, acts by hand, and the oracle of order statistics.

use super::oracle::{self, Path, decisions, mean, mean_of};
use super::*;
use crate::consensus::{Behaviour, trial};
use crate::primitives::Micros;
use crate::scenario::consensus::{Adversary, ConsensusScenario, Deed, build};
use crate::sim::Latency;
use crate::sim::region::CLOUD;

fn open(scenario: &ConsensusScenario) -> Agreement {
    Agreement::open(scenario.clone(), 100_000).unwrap()
}

fn long() -> ConsensusScenario {
    let mut scenario = ConsensusScenario {
        nodes: 7,
        decisions: 400,
        ..ConsensusScenario::default()
    };
    scenario.network.jitter_ppm = 100_000;
    scenario
}

#[test]
fn seeking_shows_what_was_there_and_changes_nothing() {
    let mut run = open(&long());
    let mut seen = Vec::new();
    for second in 1..60 {
        run.advance(Micros(second * 2_000_000), u64::MAX);
        run.seek(Micros(second * 2_000_000));
        seen.push(run.snapshot());
    }
    run.finish();
    let report = run.report();
    assert!(report.verdict.is_done());
    for place in [40, 3, 58, 0, 21, 20] {
        run.seek(Micros((place as u64 + 1) * 2_000_000));
        assert_eq!(run.snapshot(), seen[place]);
    }
    assert_eq!(run.report(), report);
    // Recorded or not, in one go or in slices: the same run.
    let (entry, settings) = build(&long()).unwrap();
    assert_eq!(trial::run(entry, &settings).digest, report.digest);
}

#[test]
fn an_act_by_hand_is_part_of_the_document_from_then_on() {
    let mut run = open(&long());
    run.advance(Micros(5_000_000), u64::MAX);
    run.seek(Micros(5_000_000));
    run.act(Deed::Crash { node: 0 }).unwrap();
    run.finish();
    let crashed = run.report();
    assert!(crashed.verdict.is_done());
    assert!(crashed.messages[4].1 > 0, "no view change");
    // The link's document alone gives the same run.
    let mut again = open(run.scenario());
    again.finish();
    assert_eq!(again.report(), crashed);
    // Back to before it, another act: the first one is forgotten.
    run.seek(Micros(2_000_000));
    let how = Adversary::SilentLeader;
    run.act(Deed::Lie { node: 0, how }).unwrap();
    assert_eq!(run.scenario().acts.len(), 1);
    assert!(run.act(Deed::Crash { node: 99 }).is_err());
    run.finish();
    assert_ne!(run.report().digest, crashed.digest);
    assert_eq!(Behaviour::SilentLeader as u8, 2);
}

#[test]
fn the_recording_is_bounded_and_says_where_it_ends() {
    let mut run = Agreement::open(long(), 1_000).unwrap();
    run.finish();
    let recording = run.recording().unwrap();
    assert_eq!(recording.messages.len().max(recording.marks.len()), 1_000);
    assert!(recording.full_at.is_some_and(|at| at < run.head()));
}

#[test]
fn order_statistics_and_the_simulation_agree_on_the_cloud() {
    let mut scenario = ConsensusScenario {
        nodes: 50,
        decisions: 1,
        ..ConsensusScenario::default()
    };
    scenario.network.regions = Some("cloud".to_owned());
    let (entry, settings) = build(&scenario).unwrap();
    let quorum = settings.config.quorum.size;
    let path = Path::AllToAll { rounds: 2, quorum };
    let found = trial::run(entry, &settings).latency_us.mean;
    let expected = mean_of(&settings.network.latency, 50, 0, path);
    assert!(
        found.abs_diff(expected) * 1_000 <= expected,
        "{found} {expected}"
    );
}

/// A protocol of 50 nodes on the cloud; leaders stay where they can.
fn on_the_cloud(protocol: &str, decisions: u64) -> (u64, Latency, u32) {
    let mut scenario = ConsensusScenario {
        protocol: protocol.to_owned(),
        nodes: 50,
        decisions,
        ..ConsensusScenario::default()
    };
    scenario.network.regions = Some("cloud".to_owned());
    let (entry, mut settings) = build(&scenario).unwrap();
    settings.config.knobs.fill(1_000);
    let report = trial::run(entry, &settings);
    assert!(report.verdict.is_done(), "{protocol}: {}", report.verdict);
    let quorum = settings.config.quorum.size;
    (report.latency_us.mean, settings.network.latency, quorum)
}

#[test]
fn the_closed_form_follows_a_region_that_is_moved() {
    for (protocol, parts) in [
        ("pbft", 1_000),
        ("simplex", 100),
        ("minimmit", 100),
        ("hotstuff2", 100),
        ("hotstuff", 100),
    ] {
        let mut scenario = ConsensusScenario {
            protocol: protocol.to_owned(),
            nodes: 30,
            decisions: 60,
            ..ConsensusScenario::default()
        };
        scenario.network.regions = Some("cloud".to_owned());
        let mut last = None;
        for east in [0, -40_000, -160_000] {
            if east != 0 {
                scenario.moved.insert("us-east-1".to_owned(), [east, 0]);
                scenario
                    .moved
                    .insert("eu-central-1".to_owned(), [east, 3_000]);
            }
            let expected = oracle::expected(&scenario).unwrap();
            let (entry, settings) = build(&scenario).unwrap();
            let found = trial::run(entry, &settings).latency_us.mean;
            assert!(
                found.abs_diff(expected) * parts <= expected * 2,
                "{protocol}, {east}: {found} {expected}"
            );
            assert_ne!(last, Some(expected));
            last = Some(expected);
        }
    }
    let mut scenario = ConsensusScenario::default();
    assert_eq!(oracle::expected(&scenario), Some(300_000));
    scenario.network.uplink_kbps = 1_000;
    assert_eq!(oracle::expected(&scenario), None);
}

#[test]
fn two_votes_and_three_through_one_leader_take_what_order_statistics_say() {
    for (protocol, rounds) in [
        ("hotstuff2", 2),
        ("jolteon", 2),
        ("hotstuff", 3),
        ("chained_hotstuff", 3),
    ] {
        let (found, latency, quorum) = on_the_cloud(protocol, 1);
        let expected = mean_of(&latency, 50, 0, Path::ThroughLeader { rounds, quorum });
        assert!(
            found.abs_diff(expected) * 1_000 <= expected,
            "{protocol}: {found} {expected}"
        );
    }
}

#[test]
fn two_votes_and_three_take_what_order_statistics_say_over_all_leaders() {
    // Each of the 50 leads once: 480 ms and 680 ms, as published for two votes and for three.
    for (protocol, rounds) in [("hotstuff2", 2), ("hotstuff", 3)] {
        let (found, latency, quorum) = on_the_cloud(protocol, 50);
        let expected = mean(&latency, 50, Path::ThroughLeader { rounds, quorum });
        assert!(
            found.abs_diff(expected) * 100 <= expected,
            "{protocol}: {found} {expected}"
        );
    }
}

#[test]
fn order_statistics_give_the_published_means_of_the_matrix() {
    let latency = Latency::Regions {
        table: &CLOUD,
        placed: CLOUD.place(50),
    };
    // Our recomputation and the estimator of commonware's monorepo, 50 nodes over 10 regions: Simplex
    // 286.5 to 288.9 ms, Minimmit 209 to 214 (q = n-f = 41), HotStuff with two votes 477 to 480.5, with
    // three 678 to 681. Two in a hundred for what differs between a mean and a median delay.
    let near = |path, low: u64, high: u64| {
        let found = mean(&latency, 50, path);
        assert!(
            found * 102 >= low * 100 && found * 98 <= high * 100,
            "{path:?}: {found}"
        );
    };
    let quorum = 34;
    near(Path::AllToAll { rounds: 2, quorum }, 286_500, 288_900);
    near(
        Path::AllToAll {
            rounds: 1,
            quorum: 41,
        },
        207_900,
        214_000,
    );
    near(Path::ThroughLeader { rounds: 2, quorum }, 477_000, 480_500);
    near(Path::ThroughLeader { rounds: 3, quorum }, 678_000, 681_000);
    let one = decisions(
        &Latency::Constant(Micros(10)),
        4,
        1,
        Path::AllToAll {
            rounds: 2,
            quorum: 3,
        },
    );
    assert_eq!(one, [Micros(30); 4]);
}

/// A run on fifty nodes over the ten cloud regions in which every node leads once, and the mean latency
/// that order statistics expect of it.
fn all_to_all_on_the_cloud(protocol: &str, rounds: u32) -> (u64, u64) {
    let mut scenario = ConsensusScenario {
        protocol: protocol.to_owned(),
        nodes: 50,
        decisions: 50,
        ..ConsensusScenario::default()
    };
    scenario.network.regions = Some("cloud".to_owned());
    let (entry, settings) = build(&scenario).unwrap();
    let quorum = settings.config.quorum.size;
    let report = trial::run(entry, &settings);
    assert!(report.verdict.is_done(), "{}", report.verdict);
    let path = Path::AllToAll { rounds, quorum };
    let expected = mean(&settings.network.latency, 50, path);
    (report.latency_us.mean, expected)
}

#[test]
fn simplex_and_minimmit_are_final_on_the_cloud_when_order_statistics_say() {
    // commonware's estimator: 287.4 ms and 207.9 ms.
    for (protocol, rounds, low, high) in [
        ("simplex", 2, 286_500, 288_900),
        ("minimmit", 1, 207_900, 214_000),
    ] {
        let (found, expected) = all_to_all_on_the_cloud(protocol, rounds);
        assert!(
            found.abs_diff(expected) * 100 <= expected,
            "{protocol}: {found} {expected}"
        );
        assert!(
            found * 102 >= low * 100 && found * 98 <= high * 100,
            "{protocol}: {found}"
        );
    }
}

#[test]
fn behind_one_uplink_a_graph_orders_as_much_more_as_it_has_proposers() {
    let (nodes, bytes, kbps) = (10, 1_u64 << 20, 100_000);
    let run = |protocol: &str, decisions, knobs: &[(&str, u64)]| {
        let mut scenario = ConsensusScenario {
            protocol: protocol.to_owned(),
            nodes,
            decisions,
            ..ConsensusScenario::default()
        };
        scenario.knobs = knobs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect();
        scenario.network.delay_us = 50_000;
        scenario.network.uplink_kbps = kbps;
        scenario.payload.bytes = bytes as u32;
        let (entry, settings) = build(&scenario).unwrap();
        let report = trial::run(entry, &settings);
        assert!(report.verdict.is_done(), "{protocol}: {}", report.verdict);
        // Bytes ordered in a second.
        let rate = report.decisions * bytes * 1_000_000 / report.elapsed.0;
        (rate, report)
    };
    // One leader's uplink carries every block to each of the others, whatever else is idle.
    let ceiling = u64::from(kbps) * 125 / u64::from(nodes - 1);
    let (leader, report) = run("pbft", 40, &[("at_once", 4)]);
    assert!(
        leader <= ceiling && leader * 100 >= ceiling * 90,
        "{leader} {ceiling}"
    );
    assert!(report.latency_us.p50 > bytes * 8_000 / u64::from(kbps) * u64::from(nodes - 1));
    // In a graph everybody's does, each for its own block: the ceiling is as many times as high.
    let (graph, _) = run("mysticeti", 400, &[("every_block", 1)]);
    assert!(graph <= ceiling * u64::from(nodes), "{graph} {ceiling}");
    assert!(graph >= leader * 7, "{graph} {leader}");
    // Without the limit both are final after three hops: the uplink alone tells them apart.
    let small = |protocol: &str| {
        let scenario = ConsensusScenario {
            protocol: protocol.to_owned(),
            nodes,
            ..ConsensusScenario::default()
        };
        let (entry, settings) = build(&scenario).unwrap();
        trial::run(entry, &settings).hops
    };
    assert_eq!((small("pbft"), small("mysticeti")), (3, 3));
}
