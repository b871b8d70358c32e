//! What every discipline works with: the block, its versions and records, and an attempt a transaction.

use super::attempt::{Attempt, Ran, Seen};
use crate::executor::BlockStats;
use crate::executor::clockwork::{Begun, Moment, Protocol, Recorder, Start};
use crate::executor::crew::stepped::StepSettings;
use crate::executor::optimistic::lane::Verdict;
use crate::executor::optimistic::versions::Found;
use crate::executor::optimistic::{BlockRun, KeyId};
use crate::primitives::{Incarnation, TxIndex};
use crate::state::Storage;
use crate::trace::TaskKind;
use crate::vm::{Fault, Halt, Vm};
use std::sync::PoisonError;

/// A protocol that counts.
pub(super) trait Counted: Protocol {
    /// What it took so far.
    fn stats(&self) -> BlockStats;
}

/// One block on the bench.
pub(super) struct Workbench<'a, M: Vm, S> {
    pub(super) run: BlockRun<'a, M, S>,
    pub(super) settings: &'a StepSettings,
    pub(super) stats: BlockStats,
    /// By transaction.
    attempts: Vec<Attempt<M>>,
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> Workbench<'a, M, S> {
    pub(super) fn new(run: BlockRun<'a, M, S>, settings: &'a StepSettings) -> Self {
        let count = run.txs.len();
        Self {
            run,
            settings,
            stats: BlockStats {
                transactions: count as u64,
                ..BlockStats::default()
            },
            attempts: std::iter::repeat_with(Attempt::default)
                .take(count)
                .collect(),
        }
    }

    /// How many transactions the block has.
    pub(super) fn count(&self) -> u32 {
        self.run.txs.len() as u32
    }

    pub(super) fn attempt(&self, tx: TxIndex) -> &Attempt<M> {
        &self.attempts[tx.as_usize()]
    }

    /// The transaction's next run is another incarnation.
    pub(super) fn starts_over(&mut self, tx: TxIndex) {
        self.attempts[tx.as_usize()].incarnation.0 += 1;
    }

    /// What a transaction at this place may see of a slot.
    pub(super) fn see(
        run: &BlockRun<'_, M, S>,
        id: KeyId,
        key: &M::Key,
        place: TxIndex,
    ) -> Result<Seen<M::Value>, Halt> {
        match run.versions.read(id, place, || run.storage.get(key)) {
            Found::Value {
                value,
                origin,
                is_exact,
            } => Ok((value, origin, is_exact)),
            Found::Estimate(_) => Err(Fault::Invariant("nothing here leaves estimates").into()),
        }
    }

    /// Runs the transaction on what was committed before this place.
    ///
    /// # Errors
    /// A [`Fault`].
    pub(super) fn execute(&mut self, tx: TxIndex, place: TxIndex) -> Result<(), Fault> {
        match self.execute_with(tx, |run, id, key| Self::see(run, id, key, place))? {
            Ran::Whole => Ok(()),
            Ran::Waits(_) => Err(Fault::Invariant("waits although nobody told it to")),
        }
    }

    /// Runs the transaction on what `look` finds.
    ///
    /// # Errors
    /// A [`Fault`].
    pub(super) fn execute_with(
        &mut self,
        tx: TxIndex,
        mut look: impl FnMut(&BlockRun<'a, M, S>, KeyId, &M::Key) -> Result<Seen<M::Value>, Halt>,
    ) -> Result<Ran, Fault> {
        self.stats.executions += 1;
        let run = &self.run;
        let attempt = &mut self.attempts[tx.as_usize()];
        let tx = &run.txs[tx.as_usize()];
        attempt.run(run.vm, run.versions, tx, |id, key| look(run, id, key))
    }

    /// The run just made writes nothing after all.
    pub(super) fn withhold(&mut self, tx: TxIndex) {
        let attempt = &mut self.attempts[tx.as_usize()];
        attempt.effects.clear();
        attempt.written.clear();
    }

    /// Records the run just made; it takes its gas.
    pub(super) fn begin_run(&self, at: Moment, tx: TxIndex, recorder: &mut Recorder) -> Begun {
        self.begin_for(at, tx, self.attempt(tx).ticks(), recorder)
    }

    /// Records the run just made; it takes so long.
    pub(super) fn begin_for(
        &self,
        at: Moment,
        tx: TxIndex,
        ticks: u64,
        recorder: &mut Recorder,
    ) -> Begun {
        let attempt = self.attempt(tx);
        let start = Start {
            tx,
            incarnation: attempt.incarnation,
            kind: TaskKind::Execute,
        };
        Begun {
            ticks,
            recorded: recorder.start(at, start, attempt.accesses()),
        }
    }

    /// Records a check of the newest run, of so many slots.
    pub(super) fn begin_check(
        &mut self,
        at: Moment,
        tx: TxIndex,
        slots: usize,
        recorder: &mut Recorder,
    ) -> Begun {
        self.stats.validations += 1;
        let start = Start {
            tx,
            incarnation: self.attempt(tx).incarnation,
            kind: TaskKind::Validate,
        };
        Begun {
            ticks: self.settings.check_ticks(slots),
            recorded: recorder.start(at, start, []),
        }
    }

    /// Whether every value that the published run at this place read still stands there.
    pub(super) fn check(&self, place: TxIndex) -> Verdict {
        self.run.check(place)
    }

    /// Publishes the transaction's newest run at this place. Every slot that it wrote, or that the run
    /// published there before had written, is told to `touched`.
    pub(super) fn publish(&mut self, tx: TxIndex, place: TxIndex, mut touched: impl FnMut(KeyId)) {
        let run = &self.run;
        let attempt = &mut self.attempts[tx.as_usize()];
        let mut record = run.records[place.as_usize()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if record.block != run.versions.block() {
            record.block = run.versions.block();
            record.written.clear();
        }
        let writes = attempt.effects.writes();
        for (written, (_, write)) in attempt.written.iter().zip(writes) {
            let (incarnation, write): (Incarnation, _) = (attempt.incarnation, write.clone());
            run.versions.write(written.id, place, incarnation, write);
            touched(written.id);
        }
        for gone in &record.written {
            if !attempt.written.iter().any(|kept| kept.id == gone.id) {
                run.versions.remove(gone.id, place);
                touched(gone.id);
            }
        }
        record.written.clone_from(&attempt.written);
        record.reads.clone_from(&attempt.reads);
        // Whose schedulers these are, nobody's knows comparisons: here they are reads.
        record.compared.clear();
        std::mem::swap(&mut record.output, &mut attempt.effects.output);
        record.gas = attempt.effects.gas;
    }
}
