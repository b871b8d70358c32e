//! One run of the whole: arrival, proposal, agreement, execution, finality.

use super::ledger::{Ground, Ledger, Lineage};
use super::mempool::Mempool;
use super::report::{Bottleneck, Censored, Stages, WorldReport};
use crate::consensus::report::Latency;
use crate::consensus::{Ask, BlockId, Decided, Lab, Payload};
use crate::primitives::hash::mix;
use crate::primitives::{Address, Digest, Micros, Seed};
use crate::vm::Fault;
use std::collections::BTreeMap;

/// How the whole is run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Transactions that arrive in a second.
    pub rate_per_second: u32,
    /// Most transactions of a block.
    pub block_transactions: u32,
    /// How large a transaction is on the wire.
    pub transaction_bytes: u32,
    /// Whether agreement on a block begins before the last one is executed.
    pub is_pipelined: bool,
    /// Nodes, copies not counted.
    pub nodes: u32,
    /// How many replicas must have executed a block for its transactions to be final.
    pub quorum: u32,
    /// Blocks that are to be decided.
    pub decisions: u64,
    /// Each node's uplink in kilobits a second; 0 or missing for no limit.
    pub uplink_kbps: Vec<u32>,
    /// The root of arrivals.
    pub seed: Seed,
    /// Whose transactions nodes that censor leave out.
    pub censored: Address,
}

/// A censor that finds nothing else to propose waits for so many further arrivals, and then proposes an empty
/// block: everybody but its victim may be silent.
const ARRIVALS_MAX: u32 = 1_024;

struct Pipeline<'a> {
    settings: &'a Settings,
    lab: Box<dyn Lab>,
    ledger: Ledger<'a>,
    mempool: Mempool,
    /// By block: when it was proposed, by whom, and its payload.
    proposed: BTreeMap<BlockId, (Micros, u32, Payload)>,
    replicas: Vec<Replica>,
    /// By height: what happened to it.
    heights: BTreeMap<u64, Height>,
    tags: u64,
    /// Proposals that left out a transaction that waited.
    left_out: u64,
    /// Whether anybody has ever censored.
    is_censored: bool,
    roots_checked: u64,
    roots_differing: u64,
}

#[derive(Clone, Copy, Default)]
struct Replica {
    lineage: Lineage,
    /// When it has executed all it has decided.
    free: Micros,
}

#[derive(Default)]
struct Height {
    /// The first replica's block and root.
    first: Option<(BlockId, Digest)>,
    decided: Vec<Micros>,
    executed: Vec<Micros>,
    span: Micros,
}

/// Runs the whole to its end.
///
/// # Errors
/// A [`Fault`]: our own bug, or a block that touches more keys than its table holds.
pub fn run<'a>(
    mut lab: Box<dyn Lab>,
    ground: Ground<'a>,
    settings: &'a Settings,
) -> Result<WorldReport, Fault> {
    lab.serve();
    let mut pipeline = Pipeline {
        lab,
        ledger: Ledger::new(ground),
        mempool: Mempool::new(settings.rate_per_second, &settings.seed),
        proposed: BTreeMap::new(),
        replicas: vec![Replica::default(); settings.nodes as usize],
        heights: BTreeMap::new(),
        tags: 0,
        left_out: 0,
        is_censored: false,
        roots_checked: 0,
        roots_differing: 0,
        settings,
    };
    while pipeline.lab.step() {
        let news = pipeline.lab.take_news();
        for (at, block) in news.proposed {
            let proposal = (at, block.proposer.0, block.payload);
            pipeline.proposed.entry(block.id).or_insert(proposal);
        }
        for decided in news.decided {
            pipeline.decide(decided)?;
        }
        for ask in news.asks {
            pipeline.answer(ask);
        }
    }
    Ok(pipeline.report())
}

impl Pipeline<'_> {
    /// Builds a block of what waits: at once if pipelined, else when the proposer has executed what it has
    /// decided. With nothing waiting, as soon as something arrives.
    fn answer(&mut self, ask: Ask) {
        let now = self.lab.now();
        if ask.height > self.settings.decisions {
            return self.lab.give(ask, now, Payload::default());
        }
        let node = ask.moment.node as usize;
        let mut at = now;
        if !self.settings.is_pipelined {
            at = self.replicas.get(node).map_or(now, |r| r.free.max(now));
        }
        self.mempool.advance(at);
        let count = self.settings.block_transactions;
        // A copy of a node lies: it proposes something else than its original.
        let mut body = if ask.is_censoring {
            self.censor(ask.height)
        } else if ask.moment.node >= self.settings.nodes {
            self.mempool.choose_newest(ask.height, count)
        } else {
            self.mempool.choose(ask.height, count)
        };
        let mut arrivals = 0;
        while body.is_empty() {
            if ask.is_censoring && arrivals == ARRIVALS_MAX {
                return self.lab.give(ask, now, Payload::default());
            }
            arrivals += 1;
            // At the first arrival there is but one to choose from.
            at = self.mempool.next_arrival();
            self.mempool.advance(at);
            body = if ask.is_censoring {
                self.censor(ask.height)
            } else {
                self.mempool.choose(ask.height, count)
            };
        }
        if ask.is_censoring {
            self.is_censored = true;
            let (ledger, censored) = (&mut self.ledger, self.settings.censored);
            let is_left_out = |number| ledger.sender(number) == censored;
            self.left_out += u64::from(self.mempool.pending().any(is_left_out));
        }
        self.tags += 1;
        // Copies of one identity must not propose the same.
        let tag = mix(self.tags ^ mix(u64::from(ask.moment.node) << 32)).max(1);
        let payload = Payload {
            tag,
            bytes: self.settings.transaction_bytes * body.len() as u32,
            transactions: body.len() as u32,
        };
        self.ledger.add_body(tag, body.clone());
        self.mempool.propose(tag, ask.height, body);
        self.lab.give(ask, at, payload);
    }

    /// What a censor chooses of what waits.
    fn censor(&mut self, height: u64) -> Vec<u32> {
        let (ledger, censored) = (&mut self.ledger, self.settings.censored);
        let count = self.settings.block_transactions;
        self.mempool
            .choose_but(height, count, |number| ledger.sender(number) == censored)
    }

    /// An honest replica has decided a block, and executes it when it has executed those before.
    fn decide(&mut self, decided: Decided) -> Result<(), Fault> {
        let payload = self.proposed.get(&decided.block);
        let tag = payload.map_or(0, |(_, _, payload)| payload.tag);
        let Some(replica) = self.replicas.get_mut(decided.node as usize) else {
            return Ok(());
        };
        replica.lineage = self.ledger.extend(replica.lineage, tag);
        let executed = self.ledger.execute(replica.lineage)?;
        replica.free = replica.free.max(decided.at).after(executed.span);
        let free = replica.free;
        let height = self.heights.entry(decided.height).or_default();
        height.decided.push(decided.at);
        height.executed.push(free);
        self.roots_checked += 1;
        match height.first {
            None => {
                height.first = Some((decided.block, executed.root));
                height.span = executed.span;
                let body = self.ledger.body(tag).to_vec();
                self.mempool.decide(decided.height, &body);
            }
            Some((_, root)) => self.roots_differing += u64::from(root != executed.root),
        }
        Ok(())
    }

    fn report(mut self) -> WorldReport {
        let quorum = self.settings.quorum as usize;
        let mut latencies = Vec::new();
        let mut of_censored = Vec::new();
        let mut sums = [0_u128; 4];
        let (mut blocks, mut elapsed, mut state_root) = (0, Micros(0), Digest::default());
        for mut height in std::mem::take(&mut self.heights).into_values() {
            height.decided.sort_unstable();
            height.executed.sort_unstable();
            let (Some(final_at), Some(decided_at)) = (
                height.executed.get(quorum - 1),
                height.decided.get(quorum - 1),
            ) else {
                continue;
            };
            let Some((block, root)) = height.first else {
                continue;
            };
            blocks += 1;
            elapsed = elapsed.max(*final_at);
            state_root = root;
            let Some((at, proposer, payload)) = self.proposed.get(&block) else {
                continue;
            };
            let body = self.ledger.body(payload.tag).to_vec();
            for number in body {
                let arrived = self.mempool.arrived(number);
                let latency = final_at.since(arrived).0;
                latencies.push(latency);
                sums[0] += u128::from(at.since(arrived).0);
                if self.is_censored && self.ledger.sender(number) == self.settings.censored {
                    of_censored.push(latency);
                }
            }
            let agreement = decided_at.since(*at).0;
            let bandwidth = self.transmission(*proposer, payload.bytes).min(agreement);
            sums[1] += u128::from(bandwidth);
            sums[2] += u128::from(agreement - bandwidth);
            sums[3] += u128::from(height.span.0);
        }
        let mean = |sum: u128, count: u64| (sum / u128::from(count.max(1))) as u64;
        let stages = Stages {
            waiting: mean(sums[0], latencies.len() as u64),
            bandwidth: mean(sums[1], blocks),
            ordering: mean(sums[2], blocks),
            execution: mean(sums[3], blocks),
        };
        self.mempool.advance(self.lab.now());
        let waiting = self.mempool.waiting() as u64;
        let transactions = latencies.len() as u64;
        // Less than a block waits at the end: nothing but the load is the limit.
        let bottleneck = if waiting < u64::from(self.settings.block_transactions) {
            Bottleneck::Load
        } else {
            stages.longest()
        };
        let censored = self.is_censored.then(|| {
            let (ledger, censored) = (&mut self.ledger, self.settings.censored);
            let mut held: Vec<u32> = self.mempool.pending().collect();
            held.retain(|number| ledger.sender(*number) == censored);
            let oldest = held.first().map(|number| self.mempool.arrived(*number));
            Censored {
                account: censored.number(),
                left_out: self.left_out,
                transactions: of_censored.len() as u64,
                latency_us: Latency::of(&of_censored),
                waiting: held.len() as u64,
                longest_us: oldest.map_or(0, |at| self.lab.now().since(at).0),
            }
        });
        WorldReport {
            consensus: self.lab.report(),
            is_pipelined: self.settings.is_pipelined,
            blocks,
            transactions,
            elapsed,
            per_second: transactions * 1_000_000 / elapsed.0.max(1),
            latency_us: Latency::of(&latencies),
            stages,
            bottleneck,
            waiting,
            turned_away: self.mempool.turned_away(),
            roots_checked: self.roots_checked,
            roots_differing: self.roots_differing,
            state_root,
            censored,
        }
    }

    /// Microseconds that a proposal to everybody else takes on the proposer's uplink.
    fn transmission(&self, proposer: u32, bytes: u32) -> u64 {
        let others = u64::from(self.settings.nodes.saturating_sub(1));
        match self.settings.uplink_kbps.get(proposer as usize) {
            None | Some(0) => 0,
            Some(kbps) => u64::from(bytes) * others * 8_000 / u64::from(*kbps),
        }
    }
}
