//! The protocol.

use crate::executor::BlockStats;
use crate::executor::clockwork::{Begun, Moment, Protocol, Recorder};
use crate::executor::laboratory::workbench::{Counted, Workbench};
use crate::executor::optimistic::versions::Found;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Outcome;
use crate::vm::{Fault, Vm};
use std::sync::PoisonError;

/// Something for a lane to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor::laboratory) enum Job {
    Record(TxIndex),
    Replay(TxIndex),
}

/// A block that is recorded in order, then replayed at once.
pub(in crate::executor::laboratory) struct AccessList<'a, M: Vm, S> {
    bench: Workbench<'a, M, S>,
    /// Transactions whose recording was handed out, and that are recorded.
    handed_out: u32,
    recorded: u32,
    /// Transactions whose replay was handed out.
    replays: u32,
    is_replayed: Vec<bool>,
    committed: u32,
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> AccessList<'a, M, S> {
    pub(in crate::executor::laboratory) fn new(bench: Workbench<'a, M, S>) -> Self {
        Self {
            is_replayed: vec![false; bench.run.txs.len()],
            bench,
            handed_out: 0,
            recorded: 0,
            replays: 0,
            committed: 0,
        }
    }

    /// Whether the transaction's newest run read and left what the list says.
    fn is_as_listed(&self, tx: TxIndex) -> bool {
        let run = &self.bench.run;
        let attempt = self.bench.attempt(tx);
        let record = run.records[tx.as_usize()]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if record.written != attempt.written || record.reads != attempt.reads {
            return false;
        }
        let writes = attempt.effects.writes();
        attempt.written.iter().zip(writes).all(|(written, write)| {
            let at = |place| {
                let storage = || run.storage.get(&write.0);
                match run.versions.read(written.id, place, storage) {
                    Found::Value { value, .. } => value,
                    Found::Estimate(_) => None,
                }
            };
            let before = at(tx).unwrap_or_default();
            at(TxIndex(tx.0 + 1)) == Some(write.1.onto(before))
        })
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for AccessList<'_, M, S> {
    type Job = Job;

    fn next(&mut self) -> Option<Job> {
        let count = self.bench.count();
        if self.handed_out < count {
            let is_free = self.handed_out == self.recorded;
            return is_free.then(|| {
                self.handed_out += 1;
                Job::Record(TxIndex(self.handed_out - 1))
            });
        }
        (self.recorded == count && self.replays < count).then(|| {
            self.replays += 1;
            Job::Replay(TxIndex(self.replays - 1))
        })
    }

    fn begin(&mut self, at: Moment, job: Job, recorder: &mut Recorder) -> Result<Begun, Fault> {
        let (Job::Record(tx) | Job::Replay(tx)) = job;
        self.bench.execute(tx, tx)?;
        Ok(self.bench.begin_run(at, tx, recorder))
    }

    fn finish(
        &mut self,
        at: Moment,
        job: Job,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<Job>, Fault> {
        recorder.end(at.now, recorded, Outcome::Executed);
        match job {
            Job::Record(tx) => {
                self.bench.publish(tx, tx, |_| {});
                self.bench.starts_over(tx);
                self.recorded += 1;
                if self.recorded == self.bench.count() {
                    recorder.first_pass(at.now);
                }
            }
            Job::Replay(tx) => {
                if !self.is_as_listed(tx) {
                    return Err(Fault::Invariant("a replay differs from its access list"));
                }
                self.is_replayed[tx.as_usize()] = true;
                let replayed = self.is_replayed.get(self.committed as usize..);
                let replayed = replayed.unwrap_or_default().iter();
                self.committed += replayed.take_while(|is_replayed| **is_replayed).count() as u32;
                recorder.commit(at.now, self.committed);
            }
        }
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.committed == self.bench.count()
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Counted for AccessList<'_, M, S> {
    fn stats(&self) -> BlockStats {
        self.bench.stats
    }
}
