//! The oracle that every protocol goes through: runs under faults made up from a seed, and what must be
//! true of them.
//!
//! Safety holds in every trial, since at most f nodes lie. Liveness holds as well: every trial's faults
//! end, and the network is stable from then on.

use super::adversary::Behaviour;
use super::config::Settings;
use super::descriptor::Descriptor;
use super::registry::Entry;
use super::report::Report;
use crate::primitives::seed::Stream;
use crate::primitives::{Micros, Seed};
use crate::sim::network::Stabilisation;
use crate::sim::{Act, ActKind, Jitter, Latency};
use crate::trace::consensus::Class;

/// When every fault has ended.
const CALM: u64 = 15_000_000;

/// When a trial ends for want of progress. Timeouts that double have grown to a quarter of an hour by the
/// time at which a bad trial is calm, and liars may have several views in a row from then on: two in
/// 100,000 trials take more than half an hour.
const HORIZON_MS: u64 = 36_000_000;

/// What a liar may do beside having a copy. A list of its own: a seed is the same trial whatever behaviours
/// there are.
const LIES: [Behaviour; 5] = [
    Behaviour::Silent,
    Behaviour::SilentLeader,
    Behaviour::Equivocate,
    Behaviour::DoubleVote,
    Behaviour::Withhold,
];

/// Which faults a trial may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Harm {
    /// Every message arrives in the end: lies, delays, partitions, slow nodes, clocks that drift.
    Late,
    /// Messages are lost as well: crashes with recovery, single messages dropped.
    Lost,
}

/// A trial: a run of some protocol with faults made up from a seed.
pub fn settings(protocol: &Descriptor, seed: u64, harm: Harm) -> Settings {
    made_up(protocol, seed, harm, None)
}

/// A trial of so many nodes, of which exactly so many lie: at the bound of what a protocol withstands, or
/// beyond it.
pub fn at_the_bound(
    protocol: &Descriptor,
    seed: u64,
    harm: Harm,
    nodes: u32,
    liars: u32,
) -> Settings {
    made_up(protocol, seed, harm, Some((nodes, liars)))
}

fn made_up(protocol: &Descriptor, seed: u64, harm: Harm, fixed: Option<(u32, u32)>) -> Settings {
    let mut stream = Seed::new(seed).fork("trial").stream();
    let draws = &mut stream;
    let drawn = draws.between(u64::from(protocol.divisor) + 1, 10) as u32;
    let nodes = fixed.map_or(drawn, |(nodes, _)| nodes);
    let mut settings = Settings::of(protocol, nodes);
    settings.seed = seed;
    settings.config.decisions = draws.between(1, 5);
    settings.config.timeout = Micros(draws.between(300_000, 1_500_000));
    settings.config.bound = Micros(100_000);
    settings.horizon = Micros::from_millis(HORIZON_MS);
    settings.events_max = 3_000_000;
    for (knob, value) in protocol.knobs.iter().zip(&mut settings.config.knobs) {
        if draws.below(2) == 0 {
            *value = draws.between(knob.low, knob.high.min(knob.low + 3));
        }
    }
    let network = &mut settings.network;
    network.latency = Latency::Constant(Micros(draws.between(1_000, 40_000)));
    if draws.below(2) == 0 {
        let sigma_ppm = draws.between(10_000, 400_000) as u32;
        network.jitter = Jitter::LogNormal { sigma_ppm };
    }
    if draws.below(3) == 0 {
        network.loss_ppm = draws.between(1_000, 200_000) as u32;
        network.tries_max = u8::MAX;
        network.retransmit = Micros(60_000);
    }
    if draws.below(2) == 0 {
        network.stabilisation = Stabilisation {
            at: Micros(draws.below(CALM)),
            extra: Micros(draws.between(10_000, 6_000_000)),
        };
    }
    let drawn = draws.below(u64::from(settings.config.quorum.faults) + 1) as u32;
    let liars = fixed.map_or(drawn, |(_, liars)| liars);
    let mut acts = Vec::new();
    let mut order: Vec<u32> = (0..nodes).collect();
    for place in 0..nodes {
        let other = draws.between(u64::from(place), u64::from(nodes) - 1);
        order.swap(place as usize, other as usize);
    }
    let (liars, honest) = order.split_at(liars as usize);
    let copies = lie(draws, liars, &mut acts);
    part(draws, nodes + copies, &mut acts);
    delay(draws, honest, &mut acts);
    if harm == Harm::Lost {
        lose(draws, protocol, honest, &mut acts);
    }
    acts.sort_by_key(|act| act.at);
    settings.acts = acts;
    settings
}

fn act(at: u64, kind: ActKind) -> Act {
    Act {
        at: Micros(at),
        kind,
    }
}

/// Gives each liar a way of lying; says how many copies there are.
fn lie(draws: &mut Stream, liars: &[u32], acts: &mut Vec<Act>) -> u32 {
    let mut copies = 0;
    for node in liars.iter().copied() {
        let at = draws.below(2) * draws.below(2_000_000);
        match draws.below(8) {
            // Two copies of one identity: the strongest, so the likeliest.
            0..=2 => {
                copies += 1;
                acts.push(act(0, ActKind::Copy { node }));
            }
            3 => {
                let forgets = true;
                acts.push(act(at, ActKind::Recover { node, forgets }));
            }
            _ => {
                let which = draws.below(LIES.len() as u64) as usize;
                let order = LIES[which] as u8;
                acts.push(act(at, ActKind::Order { node, order }));
            }
        }
    }
    copies
}

/// Partitions one after the other, and the healing.
fn part(draws: &mut Stream, nodes: u32, acts: &mut Vec<Act>) {
    for _ in 0..draws.below(5) {
        let at = draws.below(2) * draws.below(CALM / 2);
        let mut groups = vec![Vec::new(); draws.between(1, 2) as usize];
        for node in 0..nodes {
            let group = draws.below(groups.len() as u64 + 1) as usize;
            if let Some(group) = groups.get_mut(group) {
                group.push(node);
            }
        }
        acts.push(act(at, ActKind::Partition { groups }));
    }
    acts.push(act(CALM, ActKind::Heal));
}

/// Slow nodes, slow links, and clocks that are wrong.
fn delay(draws: &mut Stream, honest: &[u32], acts: &mut Vec<Act>) {
    for node in honest.iter().copied() {
        let at = draws.below(CALM / 2);
        match draws.below(8) {
            0 => {
                let delay = Micros(draws.below(3_000_000));
                acts.push(act(at, ActKind::Slow { node, delay }));
                let delay = Micros(0);
                acts.push(act(CALM, ActKind::Slow { node, delay }));
            }
            1 => {
                let drift_ppm = draws.between(0, 100_000) as i32 - 50_000;
                let ahead = Micros(draws.below(200_000));
                acts.push(act(
                    at,
                    ActKind::Skew {
                        node,
                        ahead,
                        drift_ppm,
                    },
                ));
                // Protocols that go by slots need clocks that somebody sets right in the end.
                let (ahead, drift_ppm) = (Micros(0), 0);
                acts.push(act(
                    CALM,
                    ActKind::Skew {
                        node,
                        ahead,
                        drift_ppm,
                    },
                ));
            }
            2 => {
                let from = node;
                let to = honest[draws.below(honest.len() as u64) as usize];
                let delay = Micros(draws.below(5_000_000));
                acts.push(act(at, ActKind::Delay { from, to, delay }));
                let delay = Micros(0);
                acts.push(act(CALM, ActKind::Delay { from, to, delay }));
            }
            _ => {}
        }
    }
}

/// Crashes with recovery, and messages of one kind dropped.
fn lose(draws: &mut Stream, protocol: &Descriptor, honest: &[u32], acts: &mut Vec<Act>) {
    for node in honest
        .iter()
        .copied()
        .filter(|_| draws.below(4) == 0)
        .collect::<Vec<_>>()
    {
        let at = draws.below(CALM / 2);
        acts.push(act(at, ActKind::Crash { node }));
        let back = draws.between(at + 1, CALM);
        let forgets = false;
        acts.push(act(back, ActKind::Recover { node, forgets }));
    }
    for _ in 0..draws.below(4) {
        let some = |draws: &mut Stream| {
            let node = honest[draws.below(honest.len() as u64) as usize];
            (draws.below(2) == 0).then_some(node)
        };
        let (from, to) = (some(draws), some(draws));
        // Liars' own messages are not for trials; they are named last.
        let kinds = protocol.kinds.iter();
        let kinds = kinds
            .filter(|(_, class)| *class != Class::Collusion)
            .count();
        let kind = draws.below(kinds as u64) as u8;
        let count = draws.between(1, 6) as u32;
        let at = draws.below(2) * draws.below(CALM / 4);
        acts.push(act(
            at,
            ActKind::DropKind {
                from,
                to,
                kind,
                count,
            },
        ));
    }
}

/// Two halves that cannot hear each other, each with a copy of every liar: a fork if and only if there
/// are at least 2q-n liars.
pub fn two_worlds(protocol: &Descriptor, nodes: u32, quorum: Option<u32>, liars: u32) -> Settings {
    let mut settings = Settings::of(protocol, nodes);
    settings.config.quorum.size = quorum.unwrap_or(settings.config.quorum.size);
    settings.horizon = Micros::from_millis(300_000);
    let honest: Vec<u32> = (liars..nodes).collect();
    let (left, right) = honest.split_at(honest.len().div_ceil(2));
    let copies = 0..liars;
    settings.acts = copies
        .clone()
        .map(|node| act(0, ActKind::Copy { node }))
        .collect();
    let here = copies.clone().chain(left.iter().copied()).collect();
    let there = copies.map(|liar| nodes + liar).chain(right.iter().copied());
    let groups = vec![here, there.collect()];
    settings.acts.push(act(0, ActKind::Partition { groups }));
    settings
}

/// Runs to the end.
pub fn run(entry: &Entry, settings: &Settings) -> Report {
    let mut lab = (entry.open)(settings);
    lab.finish();
    lab.report()
}

/// One trial: what it came to, or what should not be.
///
/// # Errors
/// A sentence that names the seed and the command that runs the trial again.
pub fn judge(entry: &Entry, seed: u64, harm: Harm) -> Result<Report, String> {
    let name = entry.descriptor.name;
    let report = run(entry, &settings(entry.descriptor, seed, harm));
    if report.verdict.is_safe() && report.verdict.is_done() {
        return Ok(report);
    }
    let option = match harm {
        Harm::Late => "late",
        Harm::Lost => "lost",
    };
    Err(format!(
        "{name}, seed {seed}: {} (again: interleave consensus --protocol {name} --trial {seed} --harm {option})",
        report.verdict
    ))
}
