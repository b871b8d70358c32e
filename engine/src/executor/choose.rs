//! Which way of executing a block is quickest here and now: measured, not guessed.
//!
//! Every way leaves the same storage and outputs, so a block may begin one way and go on another: a probe
//! is a slice of the block itself, and nothing is run twice. Running in order is always one of the
//! candidates. What cannot win is not tried: transactions that form one chain, which the plan of a few of
//! them shows, are run in order; Block-STM is tried where transactions cannot say what they touch, and
//! where they take so long that its bookkeeping is small beside them: it lets nobody wait for a lane that
//! is behind.

use super::declared::Terms;
use super::team::Team;
use super::{BlockStats, Executor};
use crate::state::DenseStorage;
use crate::vm::{Fault, Vm};

/// How a block can be executed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    InOrder,
    Declared,
    /// By declaration, the values of slots that many change in turn being worked out beforehand.
    Foreseen,
    Optimistic,
}

/// Transactions whose plan shows whether there is anything to gain.
const SAMPLE: usize = 64;

/// Least share of a sample's transactions that must be able to say what they touch, in quarters.
const KNOWN_QUARTERS: usize = 3;

/// Least speedup that the sample's longest chain must allow, in tenths.
const SPEEDUP_TENTHS: usize = 13;

/// Blocks smaller than this are run in order: waking a lane takes longer. Not so in tests, lest it hide
/// what goes wrong in small blocks.
const BLOCK_MIN: usize = if cfg!(test) { 1 } else { 32 };

/// A probe is one transaction in so many, for each of two ways.
const PROBE_ONE_IN: usize = 12;

/// Transactions of a probe at least, in blocks that have four times as many.
const PROBE_MIN: usize = 256;

/// In order fewer will do, so many at first, once they have taken so many seconds: while they run, all lanes
/// but one stand still, and of transactions that take long a probe as above is a tenth of a block's time.
const PROBE_FIRST: usize = 8;
const PROBE_SECONDS: f64 = 5e-4;

/// Seconds that a transaction must take for Block-STM to be worth trying beside a plan.
const LONG: f64 = 4e-6;

/// Where the other way takes so many times as long as running in order, or cannot win at all, it is not
/// asked again soon.
const PLAIN: f64 = 1.3;
const INTERVAL_PLAIN: u32 = 16;

/// Blocks between two probes, at most.
const INTERVAL_MAX: u32 = 64;

/// By how much another way must be quicker than running in order to be preferred.
const MARGIN: f64 = 0.97;

/// What has been found out so far.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Choice {
    lanes: u32,
    /// Seconds a transaction: in order, and the other way worth trying.
    in_order: f64,
    other: Option<(Way, f64)>,
    /// Blocks until the next probe, and the number of them after that.
    left: u32,
    interval: u32,
}

impl Choice {
    fn best(&self) -> Way {
        match self.other {
            Some((way, seconds)) if seconds < self.in_order * MARGIN => way,
            _ => Way::InOrder,
        }
    }
}

impl<M: Vm> Executor<M> {
    /// Executes a block on at most so many real threads, in the way that `now`, a clock in seconds, has
    /// shown to be quickest for the blocks before and the beginning of this one.
    ///
    /// # Errors
    /// A [`Fault`]; the storage then holds the transactions of a prefix of the block.
    pub fn chosen<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        lanes: u32,
        now: &dyn Fn() -> f64,
    ) -> Result<BlockStats, Fault> {
        self.make_room(txs.len());
        let mut block = Block {
            vm,
            storage,
            txs,
            lanes,
            now,
            at: 0,
            stats: BlockStats::default(),
        };
        let can_race = lanes > 1 && cfg!(feature = "threads");
        if !can_race || txs.len() < BLOCK_MIN {
            block.go_on(self, Way::InOrder, txs.len())?;
            return Ok(block.stats);
        }
        if self.choice.lanes != lanes {
            self.choice = Choice {
                lanes,
                ..Choice::default()
            };
        }
        if self.choice.left == 0 {
            self.probe(&mut block)?;
        } else {
            self.choice.left -= 1;
        }
        let way = self.choice.best();
        block.go_on(self, way, txs.len())?;
        Ok(block.stats)
    }

    /// Finds out what is quickest on the beginning of a block.
    fn probe<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        block: &mut Block<'_, M, S>,
    ) -> Result<(), Fault> {
        let count = block.txs.len();
        let before = (self.choice.interval > 0).then(|| self.choice.best());
        let size = (count / PROBE_ONE_IN).max(PROBE_MIN).min(count / 4);
        // The other way first: what it has read is warm for running in order, so that a doubtful case is
        // decided for that.
        let other = match self.worth_trying(block) {
            Some(way) => Some((way, block.go_on(self, way, size)?)),
            None => None,
        };
        let in_order = block.probe_in_order(self, size)?;
        let is_planned = matches!(other, Some((Way::Declared | Way::Foreseen, _)));
        let other = match other {
            Some((_, planned)) if is_planned && in_order > LONG => {
                let optimistic = block.go_on(self, Way::Optimistic, block.at + size)?;
                other
                    .filter(|_| planned <= optimistic)
                    .or(Some((Way::Optimistic, optimistic)))
            }
            other => other,
        };
        self.choice.in_order = in_order;
        self.choice.other = other;
        let is_settled = before == Some(self.choice.best());
        let is_plain = other.is_none_or(|(_, seconds)| seconds > in_order * PLAIN);
        self.choice.interval = match (is_settled, is_plain) {
            (true, _) => (self.choice.interval * 2).min(INTERVAL_MAX),
            (false, true) => INTERVAL_PLAIN,
            (false, false) => 1,
        };
        self.choice.left = self.choice.interval;
        Ok(())
    }

    /// The way that could beat running in order, by the plan of the next few transactions.
    fn worth_trying<S: DenseStorage<M::Key, M::Value>>(
        &mut self,
        block: &mut Block<'_, M, S>,
    ) -> Option<Way> {
        let sample = &block.txs[block.at..];
        let sample = &sample[..sample.len().min(SAMPLE)];
        let (planner, plan) = (&mut self.planner, &mut self.plans[0]);
        let mut ways = [(false, Way::Declared), (true, Way::Foreseen)].into_iter();
        ways.find_map(|(foresees, way)| {
            let terms = Terms { lanes: 1, foresees };
            planner.forget();
            let alone = (terms, &Team::default());
            planner.plan(plan, block.vm, &*block.storage, sample, alone);
            if plan.count * 4 < sample.len() * KNOWN_QUARTERS {
                return (!foresees).then_some(Way::Optimistic);
            }
            let may_gain = plan.count * 10 >= plan.depth as usize * SPEEDUP_TENTHS;
            may_gain.then_some(way)
        })
    }
}

/// A block on its way.
struct Block<'a, M: Vm, S> {
    vm: &'a M,
    storage: &'a mut S,
    txs: &'a [M::Tx],
    lanes: u32,
    now: &'a dyn Fn() -> f64,
    /// The next transaction.
    at: usize,
    stats: BlockStats,
}

impl<M: Vm, S: DenseStorage<M::Key, M::Value>> Block<'_, M, S> {
    /// Executes the next transactions in order, at most `size` and no more than it takes to tell how long
    /// they take; seconds a transaction.
    fn probe_in_order(&mut self, executor: &mut Executor<M>, size: usize) -> Result<f64, Fault> {
        let from = self.at;
        let (mut step, mut seconds) = (PROBE_FIRST, 0.0);
        while self.at < from + size && seconds < PROBE_SECONDS {
            let count = step.min(from + size - self.at);
            seconds += self.go_on(executor, Way::InOrder, self.at + count)? * count as f64;
            step = self.at - from;
        }
        Ok(seconds / (self.at - from).max(1) as f64)
    }

    /// Executes up to, not including, the transaction `to`; seconds a transaction.
    fn go_on(&mut self, executor: &mut Executor<M>, way: Way, to: usize) -> Result<f64, Fault> {
        let (from, txs) = (self.at, &self.txs[..to]);
        let start = (self.now)();
        let stats = match way {
            Way::InOrder => executor.serial_from(self.vm, self.storage, txs, from)?,
            Way::Declared | Way::Foreseen => {
                let terms = Terms {
                    lanes: self.lanes,
                    foresees: way == Way::Foreseen,
                };
                executor.declared_from(self.vm, self.storage, txs, from, terms)?
            }
            #[cfg(feature = "threads")]
            Way::Optimistic => {
                executor.reactive_from(self.vm, self.storage, txs, from, (self.lanes, false))?
            }
            #[cfg(not(feature = "threads"))]
            Way::Optimistic => executor.serial_from(self.vm, self.storage, txs, from)?,
        };
        self.at = to;
        self.stats.add(&stats);
        Ok(((self.now)() - start) / (to - from).max(1) as f64)
    }
}
