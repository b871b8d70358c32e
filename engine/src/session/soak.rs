//! The long proof: every threaded crew against the serial one, on generated worlds without end.
//!
//! A world is drawn from its seed: how many accounts, pools and transactions, which kinds, how skewed. Its
//! blocks are executed by every crew side by side, receipts and states are compared after each block, and
//! in the end every contract is audited.

use super::report::Progress;
use crate::executor::Executor;
use crate::primitives::hash::mix;
use crate::primitives::{Seed, seed::Stream};
use crate::scenario::{DropKind, Generator, Mix, Scenario, Workload, World, build};
use crate::state::Store;
use crate::vm::Fault;
use crate::vm::native::{ACCOUNTS, NativeVm};
use serde::{Deserialize, Serialize};
use std::cell::Cell;

/// What a soak is to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SoakSettings {
    /// The first world's seed; the next worlds' follow it.
    pub first_seed: u64,
    /// Transactions after which no further world is begun.
    pub transactions: u64,
    /// Most lanes of a crew.
    pub lanes_max: u32,
    /// Most transactions of a block.
    pub block_max: u32,
    /// Blocks of a world.
    pub blocks: u32,
}

/// What a soak has done.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Soaked {
    /// Worlds whose audits passed.
    pub worlds: u64,
    /// Blocks on which all crews agreed.
    pub blocks: u64,
    /// Transactions in them; each was executed by every crew.
    pub transactions: u64,
    /// Of these, transactions that the declared crew ran in order, alone.
    pub undeclared: u64,
}

/// Why a soak ended early.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SoakError {
    /// A crew left something else than the serial one, or an audit failed.
    #[error(
        "world {seed}, block {block}: {what}; again with: interleave soak --first-seed {seed} --transactions 1"
    )]
    Differs {
        /// The world's seed.
        seed: u64,
        /// The block, from zero.
        block: u32,
        /// What differs.
        what: String,
    },
    /// Our own bug, or a bound of ours.
    #[error("world {seed}: {fault}")]
    Fault {
        /// The world's seed.
        seed: u64,
        /// What happened.
        fault: Fault,
    },
}

/// Runs worlds until so many transactions have been executed by every crew. `None` when cancelled, which is
/// looked for between worlds.
///
/// # Errors
/// The first difference found, or a [`Fault`].
pub fn soak(settings: &SoakSettings, progress: &dyn Progress) -> Result<Option<Soaked>, SoakError> {
    let mut done = Soaked::default();
    let in_permille = |done: u64| {
        (u128::from(done) * 1_000 / u128::from(settings.transactions.max(1))).min(1_000) as u32
    };
    for seed in settings.first_seed.. {
        if done.transactions >= settings.transactions {
            break;
        }
        if progress.is_cancelled() {
            return Ok(None);
        }
        soak_world(seed, settings, &mut done)?;
        progress.report(in_permille(done.transactions), 1_000);
    }
    Ok(Some(done))
}

/// One crew with its own copy of the world.
struct Crew {
    name: &'static str,
    run: Run,
    executor: Executor<NativeVm>,
    store: Store,
}

type Run = fn(&mut Executor<NativeVm>, &NativeVm, &mut Store, &[Tx], u32) -> Result<u64, Fault>;
type Tx = crate::vm::native::Transaction;

/// The crews compared, with how many transactions each ran in order.
const CREWS: &[(&str, Run)] = &[
    ("declared", |executor, vm, store, txs, lanes| {
        let stats = executor.declared(vm, store, txs, lanes)?;
        Ok(stats.in_order)
    }),
    ("chosen", |executor, vm, store, txs, lanes| {
        // A clock that favours now one way, now another.
        let moment = Cell::new(txs.len() as u64);
        let clock = || {
            moment.set(mix(moment.get()) >> 8);
            moment.get() as f64
        };
        executor.chosen(vm, store, txs, lanes, &clock).map(|_| 0)
    }),
    #[cfg(feature = "threads")]
    ("threaded", |executor, vm, store, txs, lanes| {
        executor.threaded(vm, store, txs, lanes).map(|_| 0)
    }),
    #[cfg(feature = "threads")]
    ("reactive", |executor, vm, store, txs, lanes| {
        executor.reactive(vm, store, txs, lanes).map(|_| 0)
    }),
];

fn soak_world(seed: u64, settings: &SoakSettings, done: &mut Soaked) -> Result<(), SoakError> {
    let World {
        mut vm,
        genesis,
        mut generator,
    } = build(&world(seed, settings.block_max));
    let coin = native_coin(&genesis);
    let mut crews: Vec<_> = CREWS
        .iter()
        .map(|(name, run)| Crew {
            name,
            run: *run,
            executor: Executor::default(),
            store: genesis.clone(),
        })
        .collect();
    let (mut serial, mut oracle) = (genesis, Executor::<NativeVm>::default());
    let mut stream = Seed::new(seed).fork("soak lanes").stream();
    for block in 0..settings.blocks {
        let fault = |fault| SoakError::Fault { seed, fault };
        let differs = |what: String| SoakError::Differs { seed, block, what };
        vm.timestamp = generator.seconds(block);
        let txs = Generator::block(&mut generator, block).transactions;
        oracle.serial(&vm, &mut serial, &txs).map_err(fault)?;
        let lanes = stream.between(1, u64::from(settings.lanes_max.max(1))) as u32;
        let expected = serial.sorted();
        for crew in &mut crews {
            let run = (crew.run)(&mut crew.executor, &vm, &mut crew.store, &txs, lanes);
            done.undeclared += run.map_err(fault)?;
            let name = crew.name;
            let (its, right) = (crew.executor.outputs(), oracle.outputs());
            if its != right {
                // All of the first one that differs: what shows seldom must say enough when it does.
                let at = its.iter().zip(right).take_while(|(a, b)| a == b).count();
                return Err(differs(format!(
                    "{name} has other receipts on {lanes} lanes, the first of transaction {at}, {:?}: {:?} in place of {:?}",
                    txs.get(at),
                    its.get(at),
                    right.get(at)
                )));
            }
            if crew.store.sorted() != expected {
                return Err(differs(format!(
                    "{name} leaves another state on {lanes} lanes"
                )));
            }
        }
        done.blocks += 1;
        done.transactions += txs.len() as u64;
    }
    let last = settings.blocks.saturating_sub(1);
    let failed = |what| SoakError::Differs {
        seed,
        block: last,
        what,
    };
    if native_coin(&serial) != coin {
        return Err(failed("native coin was made or lost".to_owned()));
    }
    vm.registry.audit(&serial).map_err(failed)?;
    done.worlds += 1;
    Ok(())
}

/// All native coin there is.
pub(super) fn native_coin(store: &Store) -> u128 {
    let records = store.entries().filter(|(key, _)| key.owner == ACCOUNTS);
    records.fold(0, |sum, (_, record)| sum.wrapping_add(record.high()))
}

/// The world of a seed, with blocks of at most so many transactions.
pub(super) fn world(seed: u64, block_max: u32) -> Scenario {
    let mut stream = Seed::new(seed).fork("equality").stream();
    let share = |stream: &mut Stream| {
        if stream.below(3) == 0 {
            0
        } else {
            stream.below(10) as u32
        }
    };
    let mix = Mix {
        pay: share(&mut stream),
        transfer: share(&mut stream),
        swap: share(&mut stream),
        add_liquidity: share(&mut stream),
        remove_liquidity: share(&mut stream),
        supply: share(&mut stream),
        borrow: share(&mut stream),
        repay: share(&mut stream),
        liquidate: share(&mut stream),
        claim: share(&mut stream),
        touch: 1,
    };
    let mut workload = Workload {
        transactions: stream.between(1, u64::from(block_max.max(1))) as u32,
        accounts: stream.between(2, 40) as u32,
        skew_permille: stream.below(2_000) as u32,
        pools: stream.between(1, 4) as u32,
        mix,
        drop: if stream.below(2) == 0 {
            DropKind::Ordered
        } else {
            DropKind::Commutative
        },
        touch_slots: stream.between(1, 3) as u32,
        ..Workload::default()
    };
    match stream.below(4) {
        0 => workload.drop_cap = stream.between(1, 40) as u32,
        1 => workload.drop_stock = stream.between(1, 30_000) as u32,
        _ => {}
    }
    match stream.below(6) {
        0 => workload.hot_permille = stream.between(1, 1_000) as u32,
        1 if mix.remove_liquidity == 0 => {
            let most = u64::from(workload.accounts / 2);
            workload.dependency_distance = stream.between(1, most) as u32;
        }
        _ => {}
    }
    Scenario {
        seed,
        workload,
        ..Scenario::default()
    }
}
