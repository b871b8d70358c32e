//! From a document to the settings of a run.

use super::check::check;
use super::format::{ActDocument, Adversary, ConsensusScenario, Deed, JitterLaw};
use crate::consensus::registry::{Entry, named};
use crate::consensus::{Behaviour, Descriptor, Quorum, Settings, order};
use crate::primitives::Micros;
use crate::scenario::Problem;
use crate::sim::network::{Sharing, Stabilisation};
use crate::sim::region::RegionTable;
use crate::sim::{Act, ActKind, Costs, Jitter, Latency, Sizes, Spread};

/// The two worlds of [`Adversary::TwoWorlds`] come together after so many timeouts.
const APART_TIMEOUTS: u64 = 10;

/// The protocol and the settings of a document.
///
/// # Errors
/// All its problems.
pub fn build(scenario: &ConsensusScenario) -> Result<(&'static Entry, Settings), Vec<Problem>> {
    let problems = check(scenario);
    let Some(entry) = named(&scenario.protocol).filter(|_| problems.is_empty()) else {
        return Err(problems);
    };
    let s = scenario;
    let mut settings = Settings::of(entry.descriptor, s.nodes);
    let config = &mut settings.config;
    let faults = s.faults.unwrap_or(config.quorum.faults);
    config.quorum = Quorum {
        nodes: s.nodes,
        faults,
        size: s
            .quorum
            .unwrap_or_else(|| (entry.descriptor.quorum)(s.nodes, faults)),
    };
    config.decisions = s.decisions;
    config.timeout = Micros::from_millis(s.timeout_ms.into());
    config.bound = Micros::from_millis(s.bound_ms.into());
    config.flaw = s
        .flaw
        .as_deref()
        .and_then(|flaw| entry.descriptor.flaw(flaw));
    for (knob, value) in entry.descriptor.knobs.iter().zip(&mut config.knobs) {
        *value = s.knobs.get(knob.name).copied().unwrap_or(knob.default);
    }
    settings.seed = s.seed;
    settings.payload_bytes = s.payload.bytes;
    settings.payload_transactions = s.payload.transactions;
    settings.horizon = Micros::from_millis(s.horizon_ms.into());
    network(s, &mut settings);
    settings.acts = liars(s);
    let acts = s
        .acts
        .iter()
        .filter_map(|act| act_of(act, entry.descriptor));
    settings.acts.extend(acts);
    Ok((entry, settings))
}

fn network(s: &ConsensusScenario, settings: &mut Settings) {
    let (part, network) = (&s.network, &mut settings.network);
    let nodes = s.nodes as usize;
    network.latency = Latency::Constant(Micros(part.delay_us));
    network.uplink_kbps = vec![part.uplink_kbps; nodes];
    network.downlink_kbps = vec![part.downlink_kbps; nodes];
    if let Some(table) = part.regions.as_deref().and_then(RegionTable::named) {
        let placed = table.placed(&part.placed, s.nodes);
        for (node, region) in placed.iter().enumerate() {
            if part.uplink_kbps == 0 {
                network.uplink_kbps[node] = table.uplink_kbps[usize::from(*region)];
            }
            if part.downlink_kbps == 0 {
                network.downlink_kbps[node] = table.downlink_kbps[usize::from(*region)];
            }
        }
        network.latency = if s.moved.is_empty() {
            Latency::Regions { table, placed }
        } else {
            let by = |region: &&str| s.moved.get(*region).copied().unwrap_or_default();
            let by: Vec<[i32; 2]> = table.regions.iter().map(by).collect();
            Latency::Matrix {
                one_way_us: table.moved(&by),
                placed,
            }
        };
    }
    network.jitter = match part.jitter_law {
        Some(JitterLaw::Pareto) => Jitter::Pareto,
        Some(JitterLaw::Exponential) => Jitter::Exponential,
        None if part.jitter_ppm == 0 => Jitter::None,
        None => Jitter::LogNormal {
            sigma_ppm: part.jitter_ppm,
        },
    };
    network.loss_ppm = part.loss_ppm;
    network.retransmit = Micros::from_millis(part.retransmit_ms.into());
    network.sharing = if part.fair {
        Sharing::Fair
    } else {
        Sharing::Queue
    };
    network.spread = match part.gossip {
        0 => Spread::Direct,
        degree => Spread::Gossip { degree },
    };
    network.stabilisation = Stabilisation {
        at: Micros::from_millis(part.stable_at_ms.into()),
        extra: Micros::from_millis(part.unstable_extra_ms.into()),
    };
    network.costs = Costs {
        message_ns: part.message_ns,
        verify_ns: part.verify_ns,
    };
    network.sizes = Sizes {
        aggregate: part.aggregate,
        ..Sizes::default()
    };
}

/// What the document's liars do.
fn liars(s: &ConsensusScenario) -> Vec<Act> {
    let liars = 0..s.byzantine;
    let act = |kind| Act {
        at: Micros(0),
        kind,
    };
    let mut acts: Vec<Act> = liars
        .clone()
        .map(|node| act(lie(node, s.adversary)))
        .collect();
    if s.adversary == Adversary::TwoWorlds && s.byzantine > 0 {
        let honest: Vec<u32> = (s.byzantine..s.nodes).collect();
        let (left, right) = honest.split_at(honest.len().div_ceil(2));
        let here = liars.clone().chain(left.iter().copied()).collect();
        let there = liars.map(|liar| s.nodes + liar);
        let groups = vec![here, there.chain(right.iter().copied()).collect()];
        acts.push(act(ActKind::Partition { groups }));
        acts.push(Act {
            at: Micros::from_millis(u64::from(s.timeout_ms) * APART_TIMEOUTS),
            kind: ActKind::Heal,
        });
    }
    acts
}

pub(super) fn lie(node: u32, how: Adversary) -> ActKind {
    let behaviour = match how {
        Adversary::TwoWorlds => return ActKind::Copy { node },
        Adversary::Silent => Behaviour::Silent,
        Adversary::SilentLeader => Behaviour::SilentLeader,
        Adversary::Equivocate => Behaviour::Equivocate,
        Adversary::DoubleVote => Behaviour::DoubleVote,
        Adversary::Withhold => Behaviour::Withhold,
        Adversary::SelfishMine => Behaviour::SelfishMine,
        Adversary::DoubleSpend => Behaviour::DoubleSpend,
        Adversary::Stale => Behaviour::Stale,
        Adversary::Censor => Behaviour::Censor,
        Adversary::LongRange => Behaviour::LongRange,
    };
    ActKind::Order {
        node,
        order: behaviour as u8,
    }
}

/// An act of a document as the simulation takes it; `None` if it names no message of the protocol.
pub fn act_of(act: &ActDocument, protocol: &Descriptor) -> Option<Act> {
    let kind = match &act.deed {
        Deed::Crash { node } => ActKind::Crash { node: *node },
        Deed::Recover { node, forgets } => ActKind::Recover {
            node: *node,
            forgets: *forgets,
        },
        Deed::Partition { groups } => ActKind::Partition {
            groups: groups.clone(),
        },
        Deed::Heal => ActKind::Heal,
        Deed::Slow { node, delay_us } => ActKind::Slow {
            node: *node,
            delay: Micros(*delay_us),
        },
        Deed::Delay { from, to, delay_us } => ActKind::Delay {
            from: *from,
            to: *to,
            delay: Micros(*delay_us),
        },
        Deed::DropMessage { id } => ActKind::DropMessage { id: *id },
        Deed::Drop {
            kind,
            from,
            to,
            count,
        } => ActKind::DropKind {
            from: *from,
            to: *to,
            kind: protocol.kind(kind)?,
            count: *count,
        },
        Deed::Skew {
            node,
            ahead_us,
            drift_ppm,
        } => ActKind::Skew {
            node: *node,
            ahead: Micros(*ahead_us),
            drift_ppm: *drift_ppm,
        },
        Deed::Lie { node, how } => lie(*node, *how),
        Deed::Repent { node } => ActKind::Order {
            node: *node,
            order: 0,
        },
        Deed::Withdraw { node } => ActKind::Order {
            node: *node,
            order: order::WITHDRAW,
        },
        Deed::Trust { node } => ActKind::Order {
            node: *node,
            order: order::TRUST,
        },
    };
    Some(Act {
        at: Micros(act.at_us),
        kind,
    })
}

/// The document's act at the moment at which it was done by hand.
pub fn document_act(at: Micros, deed: Deed) -> ActDocument {
    ActDocument { at_us: at.0, deed }
}
