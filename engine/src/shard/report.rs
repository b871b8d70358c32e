//! A run in figures.

use super::isolation::Anomalies;
use super::placement::{Graph, measure};
use super::settings::Settings;
use super::simulation::Simulation;
use super::split::Splits;
use super::transfer::{NoteKind, Outcome, Protocol, Unsupported};
use crate::primitives::{Digest, Micros};
use crate::trace::shard::Recording;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is counted while it runs.
#[derive(Clone, Default, Debug)]
pub struct Counts {
    pub(super) asked: u64,
    pub(super) ended: u64,
    pub(super) committed: u64,
    pub(super) committed_crossing: u64,
    pub(super) crossing: u64,
    pub(super) aborted: BTreeMap<&'static str, u64>,
    pub(super) refunded: BTreeMap<&'static str, u64>,
    pub(super) unsupported: BTreeMap<Unsupported, u64>,
    pub(super) retries: u64,
    pub(super) put_off_by_locks: u64,
    pub(super) put_off_by_moves: u64,
    pub(super) waited_for_absent: u64,
    pub(super) held_back: u64,
    pub(super) replayed: u64,
    pub(super) receipts_refused: u64,
    pub(super) reorganised: u64,
    pub(super) left_out: u64,
    pub(super) lost: u64,
    pub(super) moved: u64,
    pub(super) epochs: u64,
    pub(super) splits: Splits,
    pub(super) blocks: u64,
    pub(super) reference_blocks: u64,
    /// Microseconds from the proposal of blocks to their agreement, in all.
    pub(super) agreeing: u64,
    pub(super) entries: u64,
    pub(super) refused: u64,
    pub(super) messages: BTreeMap<NoteKind, u64>,
    pub(super) client_messages: u64,
    latency: Vec<u64>,
    latency_crossing: Vec<u64>,
    pub(super) locked: Vec<u64>,
    pub(super) moving: Vec<u64>,
    shards: Vec<ShardCounts>,
}

#[derive(Clone, Default, Debug)]
pub(super) struct ShardCounts {
    pub blocks: u64,
    pub entries: u64,
}

impl Counts {
    pub(super) fn by_shard(&mut self, place: usize) -> &mut ShardCounts {
        if self.shards.len() <= place {
            self.shards.resize_with(place + 1, ShardCounts::default);
        }
        &mut self.shards[place]
    }

    pub(super) fn end(&mut self, outcome: Outcome, is_cross: bool, took: Micros) {
        self.ended += 1;
        match outcome {
            Outcome::Committed => {
                self.committed += 1;
                if is_cross {
                    self.committed_crossing += 1;
                    self.latency_crossing.push(took.0);
                } else {
                    self.latency.push(took.0);
                }
            }
            Outcome::Aborted(reason) => *self.aborted.entry(reason).or_default() += 1,
            Outcome::Refunded(reason) => *self.refunded.entry(reason).or_default() += 1,
        }
    }
}

/// Times in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Times {
    /// How many.
    pub count: u64,
    /// Half are at most so long.
    pub p50: u64,
    /// Nine in ten are.
    pub p90: u64,
    /// Ninety-nine in a hundred are.
    pub p99: u64,
    /// The mean, rounded down.
    pub mean: u64,
}

impl Times {
    fn of(samples: &[u64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        let count = sorted.len() as u64;
        let rank = |percent: u64| {
            let rank = (count * percent).div_ceil(100).max(1) as usize;
            sorted.get(rank - 1).copied().unwrap_or_default()
        };
        let sum: u128 = sorted.iter().map(|sample| u128::from(*sample)).sum();
        Self {
            count,
            p50: rank(50),
            p90: rank(90),
            p99: rank(99),
            mean: (sum / u128::from(count.max(1))) as u64,
        }
    }
}

/// What became of the transactions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fates {
    /// Asked for.
    pub asked: u64,
    /// Those of them that touch several shards.
    pub crossing: u64,
    /// Done whole.
    pub committed: u64,
    /// Those of them that touch several shards.
    pub committed_crossing: u64,
    /// Not done at all, by the contract's reason.
    pub aborted: BTreeMap<String, u64>,
    /// Begun, and given back, by reason.
    pub refunded: BTreeMap<String, u64>,
    /// Not begun: the protocol cannot carry them through, by reason.
    pub unsupported: BTreeMap<Unsupported, u64>,
    /// Still open at the end.
    pub stuck: u64,
    /// Further tries after a lock.
    pub retries: u64,
}

/// Whether units were created or lost.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Conservation {
    /// How often all shards were added up: after every block.
    pub checks: u64,
    /// How often the sum was off.
    pub off: u64,
    /// Units created (positive) or lost at the end, by token.
    pub drift: Vec<i64>,
    /// The largest there was on the way.
    pub worst: Vec<i64>,
    /// Units still on their way at the end.
    pub in_flight: Vec<i64>,
}

/// Why it is not as fast as all shards together could be. The four shares multiply to the ratio, up to
/// rounding; in millionths.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Scaling {
    /// Transactions that all shards could do in a second if each needed one entry of a block.
    pub capacity: u64,
    /// Committed in a second, in millionths of that.
    pub ratio: u64,
    /// Entries executed, of those that blocks had room for while it ran: less where shards wait.
    pub utilisation: u64,
    /// Entries that no contract refused.
    pub useful: u64,
    /// Transactions committed for each useful entry: less the more steps one takes.
    pub per_entry: u64,
    /// The busiest shard's entries, beside the mean of all: how uneven the load is.
    pub imbalance: u64,
    /// What relaying makes of the measured share of transactions between shards: k·C/(1+x).
    pub relay_ceiling: u64,
    /// What two phases on two shards make of it: k·C/(1+3x).
    pub two_phase_ceiling: u64,
}

/// One shard's figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShardReport {
    /// Accounts that live there at the end.
    pub accounts: u64,
    /// Blocks.
    pub blocks: u64,
    /// Their entries.
    pub entries: u64,
    /// Runs of transactions on the virtual lanes, repeats included.
    pub executions: u64,
    /// Runs withdrawn because of conflicts.
    pub aborts: u64,
    /// Virtual ticks.
    pub ticks: u64,
    /// Entries that wait at the end.
    pub waiting: u64,
    /// The state's root.
    pub root: Digest,
}

/// A run in figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShardsReport {
    /// How transactions between shards were carried through.
    pub protocol: Protocol,
    /// Shards at the end.
    pub shards: u16,
    /// Simulated time.
    pub elapsed: Micros,
    /// What became of the transactions.
    pub fates: Fates,
    /// Committed in a second of simulated time.
    pub per_second: u64,
    /// From asking to the end, on one shard.
    pub latency_us: Times,
    /// The same between shards.
    pub latency_crossing_us: Times,
    /// How long locks were held.
    pub locked_us: Times,
    /// How long accounts took to move.
    pub moving_us: Times,
    /// Accounts that moved, epochs that ended.
    pub moved: u64,
    /// See above.
    pub epochs: u64,
    /// What splits of shards came to.
    pub splits: Splits,
    /// Messages between shards and with the committee of reference, by what they say.
    pub messages: BTreeMap<NoteKind, u64>,
    /// From and to clients and brokers.
    pub client_messages: u64,
    /// Within committees, as their agreement counts them.
    pub committee_messages: u64,
    /// Blocks of shards, and of the committee of reference.
    pub blocks: u64,
    /// See above.
    pub reference_blocks: u64,
    /// Share of transactions that touch several shards, in millionths.
    pub crossing_ppm: u64,
    /// Entries put into a later block because of a lock; wishes put off because an account moved.
    pub put_off_by_locks: u64,
    /// See above.
    pub put_off_by_moves: u64,
    /// Receipts held back for a congested shard.
    pub held_back: u64,
    /// Messages lost and sent again.
    pub lost: u64,
    /// Messages sent again by somebody who should not have.
    pub replayed: u64,
    /// Receipts whose proof did not hold under a root that its shard stands by.
    pub receipts_refused: u64,
    /// Entries of blocks that were undone, and those of them that were left out of the new ones.
    pub reorganised: u64,
    /// See above.
    pub left_out: u64,
    /// Units created or lost.
    pub conservation: Conservation,
    /// Whether it could have happened one after the other.
    pub isolation: Anomalies,
    /// Why it is not faster.
    pub scaling: Scaling,
    /// Shard by shard.
    pub each: Vec<ShardReport>,
    /// The digest of every block and every end, in hexadecimal.
    pub digest: String,
}

impl Simulation {
    /// The run in figures, and what was recorded of it.
    pub fn finish(self) -> (ShardsReport, Recording) {
        let elapsed = self.now;
        let shards = self.layout.shards();
        let counts = &self.counts;
        let words = |map: &BTreeMap<&'static str, u64>| {
            map.iter()
                .map(|(word, count)| ((*word).to_owned(), *count))
                .collect()
        };
        let (checks, off) = self.meter.checks();
        let each: Vec<ShardReport> = self
            .chains
            .iter()
            .map(|chain| {
                let own = counts.shards.get(usize::from(chain.shard));
                let homes = self.layout.assignment.of.iter();
                ShardReport {
                    accounts: homes.filter(|home| **home == chain.shard).count() as u64,
                    blocks: own.map_or(0, |own| own.blocks),
                    entries: own.map_or(0, |own| own.entries),
                    executions: chain.took.stats.executions,
                    aborts: chain.took.stats.aborts,
                    ticks: chain.took.ticks,
                    waiting: chain.queue.len() as u64,
                    root: chain.root(),
                }
            })
            .collect();
        let crossing_ppm = ppm(counts.crossing, counts.asked);
        let mut digest = self.digest.clone();
        for shard in &each {
            digest.update(&shard.root.0);
        }
        let report = ShardsReport {
            protocol: self.settings.protocol,
            shards,
            elapsed,
            fates: Fates {
                asked: counts.asked,
                crossing: counts.crossing,
                committed: counts.committed,
                committed_crossing: counts.committed_crossing,
                aborted: words(&counts.aborted),
                refunded: words(&counts.refunded),
                unsupported: counts.unsupported.clone(),
                stuck: counts.asked - counts.ended,
                retries: counts.retries,
            },
            per_second: counts.committed * 1_000_000 / elapsed.0.max(1),
            latency_us: Times::of(&counts.latency),
            latency_crossing_us: Times::of(&counts.latency_crossing),
            locked_us: Times::of(&counts.locked),
            moving_us: Times::of(&counts.moving),
            moved: counts.moved,
            epochs: counts.epochs,
            splits: counts.splits,
            messages: counts.messages.clone(),
            client_messages: counts.client_messages,
            committee_messages: self.agreement.messages(),
            blocks: counts.blocks,
            reference_blocks: counts.reference_blocks,
            crossing_ppm,
            put_off_by_locks: counts.put_off_by_locks,
            put_off_by_moves: counts.put_off_by_moves,
            held_back: counts.held_back,
            lost: counts.lost,
            replayed: counts.replayed,
            receipts_refused: counts.receipts_refused,
            reorganised: counts.reorganised,
            left_out: counts.left_out,
            conservation: Conservation {
                checks,
                off,
                drift: self.meter.drift(),
                worst: self.meter.worst(),
                in_flight: self.meter.in_flight().to_vec(),
            },
            isolation: self.history.judge(&self.committed),
            scaling: self.scaling(&each, crossing_ppm),
            each,
            digest: blake3_hex(&digest),
        };
        (report, self.recorder.finish(shards))
    }

    fn scaling(&self, each: &[ShardReport], crossing_ppm: u64) -> Scaling {
        let counts = &self.counts;
        let blocks_time = self.span_of_a_block();
        let shards = each.len() as u64;
        let capacity = shards * u64::from(self.settings.capacity) * 1_000_000 / blocks_time.max(1);
        let seconds = self.now.0.max(1);
        let room = u128::from(capacity) * u128::from(seconds) / 1_000_000;
        let useful = counts.entries - counts.refused.min(counts.entries);
        let most = each.iter().map(|shard| shard.entries).max().unwrap_or(0);
        let room = u64::try_from(room).unwrap_or(u64::MAX);
        let ceiling = |factor: u64| {
            let share = 1_000_000 + factor * crossing_ppm;
            (u128::from(capacity) * 1_000_000 / u128::from(share)) as u64
        };
        Scaling {
            capacity,
            ratio: ppm(counts.committed, room),
            utilisation: ppm(counts.entries, room),
            useful: ppm(useful, counts.entries),
            per_entry: ppm(counts.committed, useful),
            imbalance: ppm(most * shards, counts.entries),
            relay_ceiling: ceiling(1),
            two_phase_ceiling: ceiling(3),
        }
    }

    /// The mean time from a block's proposal to its agreement, as recorded from the run.
    fn span_of_a_block(&self) -> u64 {
        self.counts.agreeing / self.counts.blocks.max(1)
    }
}

/// The share of traffic between shards under the placement that a run begins with, in millionths, from the
/// pairs of accounts themselves.
pub fn crossing_of(settings: &Settings, pairs: &[(u32, u32)]) -> Option<u64> {
    let accounts = settings.assignment.of.len() as u32;
    let graph = Graph::of_transactions(accounts, pairs).ok()?;
    Some(measure(&graph, &settings.assignment).cross_per_million())
}

fn ppm(part: u64, whole: u64) -> u64 {
    (u128::from(part) * 1_000_000 / u128::from(whole.max(1))) as u64
}

fn blake3_hex(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().to_string()
}
