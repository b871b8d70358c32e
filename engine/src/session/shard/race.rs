//! Shards on real threads, timed: sixteen at once, each in order, beside one shard that has all of it.

use crate::contracts::crossing::Weakness;
use crate::contracts::{pool, token};
use crate::executor::Executor;
use crate::primitives::{Address, Amount};
use crate::session::Clock;
use crate::shard::layout::{Endowment, Layout, found, genesis};
use crate::shard::placement::Assignment;
use crate::state::{Storage, Store, Word};
use crate::vm::native::{FEE_SINK, NativeVm, Transaction, account_key, account_record};
use serde::{Deserialize, Serialize};

/// Shards that run at once.
const SHARDS: u16 = 16;
/// Accounts of each.
const ACCOUNTS: u32 = 500;
/// Swaps of each in a block.
const SWAPS: u32 = 1_000;
/// Blocks that are measured, after [`WARM`] others.
const BLOCKS: u32 = 12;
const WARM: u32 = 2;

/// How far a race is, in figures.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Raced {
    /// Real threads.
    pub threads: u32,
    /// Shards that run at once.
    pub shards: u16,
    /// Accounts of each.
    pub accounts: u32,
    /// Swaps of each in a block.
    pub swaps: u32,
    /// Blocks measured, of all.
    pub blocks: [u32; 2],
    /// Seconds that one shard with all of it took, and all shards at once; measured.
    pub seconds: [f64; 2],
    /// Whether no block failed, and each shard's state is what the one has in its place.
    pub is_same: bool,
}

impl Raced {
    /// Transactions a second of the one shard, and of all at once.
    pub fn per_second(&self) -> [f64; 2] {
        let swaps = f64::from(self.blocks[0] * self.swaps) * f64::from(self.shards);
        self.seconds.map(|seconds| swaps / seconds.max(1e-9))
    }
}

/// A block of swaps of the accounts and pools of these shards, and the state before it.
struct Exchange {
    store: Store,
    executor: Executor<NativeVm>,
    swaps: Vec<Transaction>,
    nonce: u64,
    shards: std::ops::Range<u16>,
}

impl Exchange {
    fn new(endowment: &Endowment, layout: &Layout, shards: std::ops::Range<u16>) -> Self {
        let mut store = Store::default();
        for shard in shards.clone() {
            for (key, word) in genesis(endowment, layout, shard).sorted() {
                // Supplies add up; everything else belongs to one shard.
                let held = store.word(&key);
                let is_supply = layout
                    .tokens
                    .iter()
                    .any(|token| key == token::supply_key(*token));
                let word = if is_supply {
                    Word::from_low(held.low() + word.low())
                } else {
                    word
                };
                store.set(key, word);
            }
        }
        for account in 0..layout.assignment.of.len() as u32 {
            let account = Address::account(account);
            if shards.contains(&layout.home(account)) {
                store.set(account_key(account), account_record(0, Amount(1 << 60)));
            }
        }
        store.take_written();
        Self {
            store,
            executor: Executor::default(),
            swaps: Vec::new(),
            nonce: 0,
            shards,
        }
    }

    /// The next block's swaps: the shards take turns, each account of a shard swaps with its pool.
    fn fill(&mut self, layout: &Layout) {
        self.swaps.clear();
        for number in 0..SWAPS {
            for shard in self.shards.clone() {
                let account = u32::from(shard) * ACCOUNTS + number % ACCOUNTS;
                let call = pool::swap_exact_in(number % 2 == 0, Amount(1_000), Amount(1));
                self.swaps.push(Transaction {
                    sender: Address::account(account),
                    nonce: self.nonce + u64::from(number / ACCOUNTS),
                    to: layout.pools[usize::from(shard)].0,
                    call,
                    gas_limit: 1_000_000,
                    ..Transaction::default()
                });
            }
        }
        self.nonce += u64::from(SWAPS / ACCOUNTS);
    }
}

/// Sixteen shards and one, block by block.
pub struct Race {
    vm: NativeVm,
    layout: Layout,
    one: Exchange,
    many: Vec<Exchange>,
    block: u32,
    failed: u64,
    raced: Raced,
}

impl Race {
    /// A race on a pool of so many threads, before its first block.
    pub fn new(threads: u32) -> Self {
        let endowment = Endowment {
            symbols: vec!["ETH".to_owned(), "USDC".to_owned()],
            pools: vec![([0, 1], 1 << 40); usize::from(SHARDS)],
            balance: 1 << 40,
            brokers: 0,
        };
        let accounts = u32::from(SHARDS) * ACCOUNTS;
        let assignment = Assignment {
            shards: SHARDS,
            of: (0..accounts)
                .map(|account| (account / ACCOUNTS) as u16)
                .collect(),
        };
        let homes = (0..SHARDS).collect();
        let (vm, layout) = found(&endowment, assignment, homes, Weakness::default());
        let exchange = |shards| Exchange::new(&endowment, &layout, shards);
        Self {
            one: exchange(0..SHARDS),
            many: (0..SHARDS)
                .map(|shard| exchange(shard..shard + 1))
                .collect(),
            block: 0,
            failed: 0,
            raced: Raced {
                threads,
                shards: SHARDS,
                accounts: ACCOUNTS,
                swaps: SWAPS,
                blocks: [0, BLOCKS],
                seconds: [0.0; 2],
                is_same: true,
            },
            vm,
            layout,
        }
    }

    /// Runs the next block in both ways; `true` while there are more.
    pub fn advance(&mut self, clock: &dyn Clock) -> bool {
        if self.block == WARM + BLOCKS {
            return false;
        }
        self.one.fill(&self.layout);
        for exchange in &mut self.many {
            exchange.fill(&self.layout);
        }
        let threads = self.raced.threads;
        let now = || clock.now_seconds();
        let start = now();
        let Exchange {
            executor,
            store,
            swaps,
            ..
        } = &mut self.one;
        let ran = executor.chosen(&self.vm, store, swaps, threads, &now);
        let middle = now();
        let failed = execute(&self.vm, &mut self.many, threads);
        let end = now();
        self.failed += u64::from(ran.is_err()) + failed;
        if self.block >= WARM {
            self.raced.blocks[0] += 1;
            self.raced.seconds[0] += middle - start;
            self.raced.seconds[1] += end - middle;
        }
        self.block += 1;
        let has_more = self.block < WARM + BLOCKS;
        if !has_more {
            self.raced.is_same = self.failed == 0 && self.is_same();
        }
        has_more
    }

    /// How far it is.
    pub const fn raced(&self) -> Raced {
        self.raced
    }

    /// Whether each shard has what the one has in its place; supplies and fees add up.
    fn is_same(&self) -> bool {
        let is_sum = |key: &crate::state::Key| {
            let tokens = &self.layout.tokens;
            *key == account_key(FEE_SINK) || tokens.iter().any(|at| *key == token::supply_key(*at))
        };
        let stores = || self.many.iter().map(|exchange| &exchange.store);
        self.one.store.entries().all(|(key, word)| {
            let sum = |read: fn(&Word) -> u128| {
                stores().map(|store| read(&store.word(key))).sum::<u128>()
            };
            if is_sum(key) {
                return [sum(Word::low), sum(Word::high)] == [word.low(), word.high()];
            }
            // Every other slot is one shard's.
            stores().any(|store| store.get(key).as_ref() == Some(word))
        })
    }
}

/// Every shard's block in order, different shards at once.
fn execute(vm: &NativeVm, many: &mut [Exchange], threads: u32) -> u64 {
    let run = |exchange: &mut Exchange| {
        let ran = exchange
            .executor
            .serial(vm, &mut exchange.store, &exchange.swaps);
        u64::from(ran.is_err())
    };
    #[cfg(feature = "threads")]
    if threads > 1 {
        use rayon::prelude::*;
        return many.par_iter_mut().map(run).sum();
    }
    let _ = threads;
    many.iter_mut().map(run).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::Counting;

    #[test]
    fn shards_at_once_leave_what_one_shard_with_all_of_it_leaves() {
        for threads in [1, 2] {
            let (mut race, clock) = (Race::new(threads), Counting::default());
            while race.advance(&clock) {}
            let raced = race.raced();
            assert_eq!(raced.blocks, [BLOCKS, BLOCKS]);
            assert!(raced.is_same, "{threads} threads");
            assert!(!race.advance(&clock));
        }
    }
}
