//! Every problem of a document at once, each with its path and the way out.

use super::build::lie;
use super::format::{Adversary, CONSENSUS_VERSION, ConsensusScenario, Deed};
use crate::consensus::Behaviour;
use crate::consensus::registry::{self, Entry, PROTOCOLS};
use crate::scenario::Problem;
use crate::scenario::problem::Problems;
use crate::sim::ActKind;
use crate::sim::region::{RegionTable, TABLES};
use std::collections::BTreeSet;

/// Most nodes.
pub const NODES_MAX: u32 = 1_024;
/// Most decisions.
pub const DECISIONS_MAX: u64 = 10_000;
/// Most decisions of all nodes together.
const DECISIONS_OF_ALL_MAX: u64 = 2_000_000;
/// How far a region may be moved, in microseconds.
pub const MOVE_MAX_US: u32 = 500_000;
/// Most acts.
pub const ACTS_MAX: usize = 4_096;

/// All problems of a document; a document without any can be built and run.
pub fn check(scenario: &ConsensusScenario) -> Vec<Problem> {
    let mut problems = Problems::default();
    let s = scenario;
    problems.version(s.version, CONSENSUS_VERSION);
    problems.name("name", &s.name);
    problems.within("nodes", s.nodes, 1, NODES_MAX.into());
    problems.within("decisions", s.decisions, 1, DECISIONS_MAX);
    if s.decisions <= DECISIONS_MAX && s.decisions * u64::from(s.nodes) > DECISIONS_OF_ALL_MAX {
        problems.add(
            "decisions",
            format!(
                "{} decisions of {} nodes are too many",
                s.decisions, s.nodes
            ),
            format!(
                "choose at most {}",
                DECISIONS_OF_ALL_MAX / u64::from(s.nodes.max(1))
            ),
        );
    }
    problems.within("timeout_ms", s.timeout_ms, 1, 3_600_000);
    problems.within("bound_ms", s.bound_ms, 1, 3_600_000);
    problems.within("horizon_ms", s.horizon_ms, 1, 86_400_000 * 30);
    problems.within("payload.bytes", s.payload.bytes, 0, 64 << 20);
    match registry::named(&s.protocol) {
        Some(entry) => protocol(s, entry, &mut problems),
        None => {
            let names: Vec<_> = registry::PROTOCOLS
                .iter()
                .map(|entry| entry.descriptor.name)
                .collect();
            problems.add(
                "protocol",
                format!("no protocol {:?}", s.protocol),
                format!("there are: {}", names.join(", ")),
            );
        }
    }
    network(s, &mut problems);
    moved(s, &mut problems);
    acts(s, &mut problems);
    problems.0
}

fn protocol(s: &ConsensusScenario, entry: &Entry, problems: &mut Problems) {
    let described = entry.descriptor;
    if s.nodes >= 1
        && let Some(faults) = s.faults
        && u64::from(faults) * u64::from(described.divisor) >= u64::from(s.nodes)
    {
        problems.add(
            "faults",
            format!("{faults} of {} nodes are too many", s.nodes),
            format!(
                "{} withstands f Byzantine nodes if n > {}f: choose at most {}",
                described.name,
                described.divisor,
                s.nodes.saturating_sub(1) / described.divisor
            ),
        );
    }
    if let Some(quorum) = s.quorum {
        problems.within("quorum", quorum, 1, s.nodes.max(1).into());
    }
    if s.byzantine > 0 && s.byzantine >= s.nodes {
        problems.add(
            "byzantine",
            format!(
                "{} of {} nodes lie, and nobody is left",
                s.byzantine, s.nodes
            ),
            format!("choose at most {}", s.nodes.saturating_sub(1)),
        );
    }
    let mut lies = vec![("adversary".to_owned(), s.adversary)];
    if s.byzantine == 0 {
        lies.clear();
    }
    for (number, act) in s.acts.iter().enumerate() {
        if let Deed::Lie { how, .. } = act.deed {
            lies.push((format!("acts[{number}].do.lie.how"), how));
        }
    }
    for (number, act) in s.acts.iter().enumerate() {
        let deed = match act.deed {
            Deed::Withdraw { .. } => "withdraw",
            Deed::Trust { .. } => "trust",
            _ => continue,
        };
        if !entry.is_staked {
            let staked = PROTOCOLS.iter().filter(|entry| entry.is_staked);
            let names: Vec<_> = staked.map(|entry| entry.descriptor.name).collect();
            problems.add(
                &format!("acts[{number}].do.{deed}"),
                format!("{} has no stakes", described.name),
                format!("choose one of these protocols: {}", names.join(", ")),
            );
        }
    }
    for (path, how) in lies {
        if let ActKind::Order { order, .. } = lie(0, how)
            && let Some(behaviour) = Behaviour::numbered(order)
            && !Behaviour::GENERAL.contains(&behaviour)
            && !entry.behaviours.contains(&behaviour)
        {
            problems.add(
                &path,
                format!(
                    "{} has nobody who could {}",
                    described.name,
                    behaviour.name()
                ),
                format!(
                    "choose another behaviour, or one of these protocols: {}",
                    who_know(behaviour)
                ),
            );
        }
    }
    if let Some(flaw) = &s.flaw
        && described.flaw(flaw).is_none()
    {
        let names: Vec<_> = described.flaws.iter().map(|flaw| flaw.name).collect();
        problems.add(
            "flaw",
            format!("{} has no flaw {flaw:?}", described.name),
            format!("there are: {}", names.join(", ")),
        );
    }
    for (name, value) in &s.knobs {
        let path = format!("knobs.{name}");
        match described.knobs.iter().find(|knob| knob.name == name) {
            Some(knob) => problems.within(&path, *value, knob.low, knob.high),
            None => {
                let names: Vec<_> = described.knobs.iter().map(|knob| knob.name).collect();
                problems.add(
                    &path,
                    format!("{} has no such knob", described.name),
                    format!("there are: {}", names.join(", ")),
                );
            }
        }
    }
    for (number, act) in s.acts.iter().enumerate() {
        if let Deed::Drop { kind, .. } = &act.deed
            && described.kind(kind).is_none()
        {
            let names: Vec<_> = described.kinds.iter().map(|(name, _)| *name).collect();
            problems.add(
                &format!("acts[{number}].do.drop.kind"),
                format!("{} has no messages {kind:?}", described.name),
                format!("there are: {}", names.join(", ")),
            );
        }
    }
}

fn network(s: &ConsensusScenario, problems: &mut Problems) {
    let network = &s.network;
    problems.within("network.delay_us", network.delay_us, 0, 60_000_000);
    problems.within("network.jitter_ppm", network.jitter_ppm, 0, 3_000_000);
    problems.within("network.loss_ppm", network.loss_ppm, 0, 900_000);
    problems.within("network.retransmit_ms", network.retransmit_ms, 1, 60_000);
    problems.within("network.gossip", network.gossip, 0, 64);
    problems.within("network.stable_at_ms", network.stable_at_ms, 0, 3_600_000);
    problems.within(
        "network.unstable_extra_ms",
        network.unstable_extra_ms,
        0,
        3_600_000,
    );
    problems.within("network.message_ns", network.message_ns, 0, 1_000_000_000);
    problems.within("network.verify_ns", network.verify_ns, 0, 1_000_000_000);
    if network.placed.len() > NODES_MAX as usize {
        problems.add(
            "network.placed",
            format!("{} places", network.placed.len()),
            format!("give at most {NODES_MAX}; nodes take them in turn"),
        );
        return;
    }
    let names = |table: &RegionTable| table.regions.join(", ");
    match network
        .regions
        .as_deref()
        .map(|name| (name, RegionTable::named(name)))
    {
        None => {
            if !network.placed.is_empty() {
                problems.add(
                    "network.placed",
                    "regions without a table of them".to_owned(),
                    "give network.regions, for example \"cloud\"".to_owned(),
                );
            }
        }
        Some((name, None)) => problems.add(
            "network.regions",
            format!("no table of regions {name:?}"),
            format!("there are: {}", TABLES.map(|table| table.name).join(", ")),
        ),
        Some((_, Some(table))) => {
            for (number, region) in network.placed.iter().enumerate() {
                if table.region(region).is_none() {
                    problems.add(
                        &format!("network.placed[{number}]"),
                        format!("no region {region:?}"),
                        format!("there are: {}", names(table)),
                    );
                }
            }
        }
    }
}

/// The problems of regions that are moved on the map.
fn moved(s: &ConsensusScenario, problems: &mut Problems) {
    let table = s.network.regions.as_deref().and_then(RegionTable::named);
    for (region, by) in &s.moved {
        let path = format!("moved.{region}");
        match table {
            None => problems.add(
                &path,
                "moved on no map".to_owned(),
                "give network.regions, for example \"cloud\"".to_owned(),
            ),
            Some(table) if table.region(region).is_none() => problems.add(
                &path,
                format!("no region {region:?}"),
                format!("there are: {}", table.regions.join(", ")),
            ),
            Some(_) if by.iter().any(|by| by.unsigned_abs() > MOVE_MAX_US) => problems.add(
                &path,
                format!("{} and {} microseconds are too far", by[0], by[1]),
                format!("choose -{MOVE_MAX_US} to {MOVE_MAX_US} east and south"),
            ),
            Some(_) => {}
        }
    }
}

/// The problems of acts: who does not exist, what contradicts itself.
fn acts(s: &ConsensusScenario, problems: &mut Problems) {
    if s.acts.len() > ACTS_MAX {
        problems.add(
            "acts",
            format!("{} acts are too many", s.acts.len()),
            format!("give at most {ACTS_MAX}"),
        );
        return;
    }
    let is_copy = |deed: &Deed| {
        matches!(
            deed,
            Deed::Lie {
                how: Adversary::TwoWorlds,
                ..
            }
        )
    };
    let of_document = if s.adversary == Adversary::TwoWorlds {
        s.byzantine
    } else {
        0
    };
    let copies = s.acts.iter().filter(|act| is_copy(&act.deed)).count() as u32;
    let nodes = s.nodes.saturating_add(of_document).saturating_add(copies);
    for (number, act) in s.acts.iter().enumerate() {
        let path = format!("acts[{number}]");
        let horizon = u64::from(s.horizon_ms) * 1_000;
        problems.within(&format!("{path}.at_us"), act.at_us, 0, horizon);
        let mut names: Vec<u32> = Vec::new();
        match &act.deed {
            Deed::Crash { node }
            | Deed::Recover { node, .. }
            | Deed::Slow { node, .. }
            | Deed::Lie { node, .. }
            | Deed::Repent { node }
            | Deed::Withdraw { node }
            | Deed::Trust { node } => names.push(*node),
            Deed::Skew {
                node, drift_ppm, ..
            } => {
                names.push(*node);
                if !(-500_000..=500_000).contains(drift_ppm) {
                    problems.add(
                        &format!("{path}.do.skew.drift_ppm"),
                        format!("{drift_ppm} is out of range"),
                        "choose -500000 to 500000".to_owned(),
                    );
                }
            }
            Deed::Delay { from, to, .. } => names.extend([*from, *to]),
            Deed::Drop { from, to, .. } => names.extend(from.iter().chain(to)),
            Deed::Partition { groups } => {
                let mut seen = BTreeSet::new();
                for node in groups.iter().flatten() {
                    names.push(*node);
                    if !seen.insert(*node) {
                        problems.add(
                            &format!("{path}.do.partition.groups"),
                            format!("node {node} is named twice"),
                            "a node is in one group: name it once".to_owned(),
                        );
                    }
                }
                if groups.is_empty() {
                    problems.add(
                        &format!("{path}.do.partition.groups"),
                        "no groups".to_owned(),
                        "name at least one group; the other nodes form one more".to_owned(),
                    );
                }
            }
            Deed::Heal | Deed::DropMessage { .. } => {}
        }
        for node in names.into_iter().filter(|node| *node >= nodes) {
            problems.add(
                &path,
                format!("no node {node}"),
                format!("nodes are 0 to {}", nodes.saturating_sub(1)),
            );
        }
    }
}

/// The protocols that know a behaviour which not all know, by name.
fn who_know(behaviour: Behaviour) -> String {
    let know = PROTOCOLS
        .iter()
        .filter(|entry| entry.behaviours.contains(&behaviour));
    let names: Vec<_> = know.map(|entry| entry.descriptor.name).collect();
    names.join(", ")
}
