//! The protocol.

use super::framing;
use crate::executor::BlockStats;
use crate::executor::clockwork::{Begun, Moment, Protocol, Recorder};
use crate::executor::laboratory::declared::Declared;
use crate::executor::laboratory::workbench::{Counted, Workbench};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Outcome;
use crate::vm::{Fault, Vm};
use std::collections::VecDeque;

/// A block that is run frame by frame.
pub(in crate::executor::laboratory) struct Frames<'a, M: Vm, S> {
    bench: Workbench<'a, M, S>,
    declared: Declared,
    /// Frames that have not started.
    frames: VecDeque<Vec<TxIndex>>,
    frame: Vec<TxIndex>,
    /// Members of the frame that were handed out, and that have ended.
    handed_out: usize,
    ended: usize,
    /// Where the frame's transactions read: what was committed when it started.
    snapshot: TxIndex,
    committed: u32,
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> Frames<'a, M, S> {
    pub(in crate::executor::laboratory) fn new(
        bench: Workbench<'a, M, S>,
        declared: Declared,
    ) -> Self {
        let mut new = Self {
            frames: framing::frames(&declared, bench.count(), |id| bench.run.versions.hash(id)),
            bench,
            declared,
            frame: Vec::new(),
            handed_out: 0,
            ended: 0,
            snapshot: TxIndex(0),
            committed: 0,
        };
        new.start_frame();
        new
    }

    fn start_frame(&mut self) {
        self.frame = self.frames.pop_front().unwrap_or_default();
        (self.handed_out, self.ended) = (0, 0);
        self.snapshot = TxIndex(self.committed);
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for Frames<'_, M, S> {
    type Job = TxIndex;

    fn next(&mut self) -> Option<TxIndex> {
        let tx = self.frame.get(self.handed_out).copied();
        self.handed_out += usize::from(tx.is_some());
        tx
    }

    fn begin(&mut self, at: Moment, tx: TxIndex, recorder: &mut Recorder) -> Result<Begun, Fault> {
        self.bench.execute(tx, self.snapshot)?;
        Ok(self.bench.begin_run(at, tx, recorder))
    }

    fn finish(
        &mut self,
        at: Moment,
        tx: TxIndex,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<TxIndex>, Fault> {
        // Alone, a transaction may touch what it likes.
        let is_alone = self.frame.len() == 1;
        let breach = self.declared.breach(tx, self.bench.attempt(tx));
        let outcome = match breach.filter(|_| !is_alone) {
            Some(id) => {
                self.bench.stats.breaches += 1;
                self.bench.starts_over(tx);
                self.frames.push_front(vec![tx]);
                Outcome::Breached {
                    key: recorder.key(id),
                }
            }
            None => {
                self.bench.publish(tx, TxIndex(self.committed), |_| {});
                self.committed += 1;
                recorder.commit_next(at.now, tx);
                Outcome::Executed
            }
        };
        recorder.end(at.now, recorded, outcome);
        self.ended += 1;
        if self.ended == self.frame.len() {
            self.start_frame();
        }
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.committed == self.bench.count()
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Counted for Frames<'_, M, S> {
    fn stats(&self) -> BlockStats {
        self.bench.stats
    }
}
