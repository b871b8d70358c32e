//! The transactions of a block: from the seed, from real traffic, or as they were recorded.

use super::build::{BLOCK_SECONDS, GENESIS_SECONDS, Site};
use super::crowd::Crowd;
use super::draw::{Draw, calling};
use super::format::{Scenario, Workload};
use super::kind::TxKind;
use super::traffic::{Traffic, TrafficTx};
use super::zipf::Zipf;
use crate::contracts::counter;
use crate::contracts::recorded::Recorded;
use crate::primitives::{Address, Amount, Seed};
use crate::vm::native::{Transaction, schedule};
use std::collections::BTreeMap;

/// Gas that every transaction may use beside its synthetic work: several times what the longest needs.
const GAS_LIMIT: u64 = 20_000;

/// Real values are in gwei; the native coin's smallest unit is the wei.
const GWEI: u128 = 1_000_000_000;

/// One block.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Block {
    /// Its transactions, in order.
    pub transactions: Vec<Transaction>,
    /// What they are, by index.
    pub kinds: Vec<TxKind>,
}

/// Where the transactions of blocks come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The seed.
    Drawn,
    /// A real block, over and over.
    Real(Traffic),
    /// A block of another lab's run, over and over.
    Recorded(Recorded),
}

/// Makes the blocks of a scenario. Each block draws from a stream of its own; only nonces are carried
/// from one to the next.
#[derive(Clone, Debug)]
pub struct Generator {
    workload: Workload,
    seed: Seed,
    site: Site,
    source: Source,
    accounts: Crowd,
    pools: Zipf,
    /// Sums of the shares, with their kinds.
    kinds: Vec<(u64, TxKind)>,
    nonces: Vec<u64>,
    next: u32,
}

impl Generator {
    pub(super) fn new(scenario: &Scenario, site: Site, source: Source) -> Self {
        let workload = scenario.workload.clone();
        let mut sum = 0;
        let kinds = workload
            .mix
            .shares()
            .into_iter()
            .filter(|(_, share)| *share > 0)
            .map(|(kind, share)| {
                sum += u64::from(share);
                (sum, kind)
            })
            .collect();
        Self {
            seed: Seed::new(scenario.seed).fork("workload"),
            accounts: Crowd::new(site.accounts, &workload),
            pools: Zipf::new(workload.pools, workload.skew_permille),
            nonces: vec![0; site.accounts as usize],
            kinds,
            next: 0,
            workload,
            site,
            source,
        }
    }

    /// The generator of a scenario on the same [`super::Foundation`].
    #[must_use]
    pub fn again(self, scenario: &Scenario) -> Self {
        Self::new(scenario, self.site, self.source)
    }

    #[cfg(test)]
    pub(super) const fn site(&self) -> &Site {
        &self.site
    }

    /// The block of this number, from zero. Cheapest in ascending order; going back starts over.
    pub fn block(&mut self, number: u32) -> Block {
        if number < self.next {
            self.nonces.fill(0);
            self.next = 0;
        }
        loop {
            let block = self.make(self.next);
            self.next += 1;
            if self.next > number {
                return block;
            }
        }
    }

    fn make(&mut self, number: u32) -> Block {
        let mut block = match &self.source {
            Source::Recorded(recorded) => {
                return repeat(recorded, number, self.workload.work_rounds);
            }
            Source::Real(traffic) => replay(traffic, &self.site),
            Source::Drawn => self.draw(number),
        };
        let work = self.workload.work_rounds;
        for tx in &mut block.transactions {
            let nonce = &mut self.nonces[tx.sender.number() as usize];
            tx.nonce = *nonce;
            *nonce += 1;
            tx.work = work;
            tx.gas_limit = GAS_LIMIT + u64::from(work) * schedule::WORK_ROUND;
        }
        block
    }

    /// Time of a block, in seconds since 1970; where it was recorded, since whatever the lab counts from.
    pub fn seconds(&self, block: u32) -> u64 {
        let first = match &self.source {
            Source::Recorded(recorded) => recorded.seconds,
            Source::Real(_) | Source::Drawn => GENESIS_SECONDS,
        };
        first + u64::from(block) * BLOCK_SECONDS
    }

    fn draw(&self, number: u32) -> Block {
        let mut stream = self.seed.fork_index(u64::from(number)).stream();
        let total = self.kinds.last().map_or(0, |(sum, _)| *sum);
        let mut draw = Draw {
            workload: &self.workload,
            site: &self.site,
            accounts: &self.accounts,
            pools: &self.pools,
            first_turn: stream.below(u64::from(self.site.accounts)),
            stream,
        };
        let count = self.workload.transactions;
        let mut block = Block {
            transactions: Vec::with_capacity(count as usize),
            kinds: Vec::with_capacity(count as usize),
        };
        for index in 0..count {
            let at = draw.stream.below(total);
            let kind = self
                .kinds
                .iter()
                .find(|(sum, _)| at < *sum)
                .map_or(TxKind::Pay, |(_, kind)| *kind);
            block.transactions.push(draw.transaction(kind, index));
            block.kinds.push(kind);
        }
        block
    }
}

/// A recorded block, as its senders would send it once more after so many times.
fn repeat(recorded: &Recorded, times: u32, work: u32) -> Block {
    let mut sent: BTreeMap<Address, u64> = BTreeMap::new();
    for tx in &recorded.transactions {
        *sent.entry(tx.sender).or_default() += 1;
    }
    let mut block = Block::default();
    for tx in &recorded.transactions {
        let kind = TxKind::of(recorded.code(tx.to), tx.call.method);
        block.kinds.push(kind);
        block.transactions.push(Transaction {
            nonce: tx.nonce + u64::from(times) * sent[&tx.sender],
            gas_limit: tx.gas_limit + u64::from(work) * schedule::WORK_ROUND,
            work,
            ..*tx
        });
    }
    block
}

/// Payments as payments, calls and creations as touches of one slot a callee.
fn replay(traffic: &Traffic, site: &Site) -> Block {
    let one = |tx: &TrafficTx| {
        let sender = Address::account(tx.sender);
        let call = |subject| counter::touch(subject, counter::TouchMode::Ordered);
        match (tx.to, tx.is_call) {
            (Some(to), false) => (
                TxKind::Pay,
                Transaction {
                    sender,
                    to: Address::account(to),
                    value: Amount(u128::from(tx.value_gwei) * GWEI),
                    ..Transaction::default()
                },
            ),
            (Some(to), true) => (
                TxKind::Touch,
                calling(sender, site.counter, call(u64::from(to))),
            ),
            // A created contract is new: its slot is nobody else's but its sender's.
            (None, _) => {
                let slot = u64::from(site.accounts) + u64::from(tx.sender);
                (TxKind::Touch, calling(sender, site.counter, call(slot)))
            }
        }
    };
    let (kinds, transactions) = traffic.transactions.iter().map(one).unzip();
    Block {
        transactions,
        kinds,
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{build, check, preset};
    use std::collections::BTreeSet;

    #[test]
    fn a_block_is_the_same_however_one_comes_to_it() {
        let mut scenario = preset::named("default").unwrap().scenario();
        scenario.workload.transactions = 200;
        scenario.workload.accounts = 50;
        let mut forward = build(&scenario).generator;
        let blocks: Vec<_> = (0..4).map(|number| forward.block(number)).collect();
        assert_eq!(build(&scenario).generator.block(3), blocks[3]);
        assert_eq!(forward.block(1), blocks[1]);
        assert_ne!(blocks[0], blocks[1]);
        scenario.seed += 1;
        assert_ne!(build(&scenario).generator.block(0), blocks[0]);
    }

    #[test]
    fn a_distance_holds_for_every_kind_that_can_keep_it() {
        let mut scenario = preset::named("lending-rush").unwrap().scenario();
        let mix = &mut scenario.workload.mix;
        (mix.pay, mix.transfer, mix.swap) = (10, 10, 10);
        (mix.add_liquidity, mix.claim, mix.touch) = (10, 10, 10);
        scenario.workload.dependency_distance = 7;
        assert_eq!(check(&scenario), []);
        let block = build(&scenario).generator.block(1);
        for (index, tx) in block.transactions.iter().enumerate().skip(7) {
            assert_eq!(tx.sender, block.transactions[index - 7].sender);
            assert_eq!(tx.nonce, block.transactions[index - 7].nonce + 1);
        }
        let senders: BTreeSet<_> = block.transactions.iter().map(|tx| tx.sender).collect();
        assert_eq!(senders.len(), 7);
    }

    #[test]
    fn the_payments_preset_names_no_account_twice() {
        let scenario = preset::named("payments").unwrap().scenario();
        let block = build(&scenario).generator.block(0);
        let mut named = BTreeSet::new();
        for tx in &block.transactions {
            assert!(named.insert(tx.sender), "{} twice", tx.sender);
            assert!(named.insert(tx.to), "{} twice", tx.to);
        }
    }
}
