//! The protocol.

use super::rules::{self, Verdict};
use crate::executor::BlockStats;
use crate::executor::clockwork::{Begun, Moment, Protocol, Recorder};
use crate::executor::laboratory::workbench::{Counted, Workbench};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Outcome;
use crate::vm::{Fault, Vm};

/// How many transactions a batch has at least, first, and at most.
const BATCH: [usize; 3] = [8, 128, 1_024];

/// Something for a lane to do with a member of the batch.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor::laboratory) enum Job {
    Run(usize),
    Check(usize),
}

/// A block that is run batch by batch.
pub(in crate::executor::laboratory) struct Reservation<'a, M: Vm, S> {
    bench: Workbench<'a, M, S>,
    batch: Vec<TxIndex>,
    /// Empty while the batch runs.
    verdicts: Vec<Verdict>,
    size: usize,
    /// Members of the batch that were handed out, and that are done, in this half of it.
    handed_out: usize,
    done: usize,
    /// The first transaction that was in no batch yet.
    next: u32,
    committed: u32,
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> Reservation<'a, M, S> {
    pub(in crate::executor::laboratory) fn new(bench: Workbench<'a, M, S>) -> Self {
        let mut new = Self {
            bench,
            batch: Vec::new(),
            verdicts: Vec::new(),
            size: BATCH[1],
            handed_out: 0,
            done: 0,
            next: 0,
            committed: 0,
        };
        new.fill();
        new
    }

    /// Fills the batch up behind those who lost, who come earlier in the block.
    fn fill(&mut self) {
        let room = self.size.saturating_sub(self.batch.len()) as u32;
        let end = self.next.saturating_add(room).min(self.bench.count());
        self.batch.extend((self.next..end).map(TxIndex));
        self.next = end;
        (self.handed_out, self.done) = (0, 0);
        self.verdicts.clear();
    }

    /// The batch is checked: winners are committed, losers lead the next one.
    fn settle(&mut self, now: u64, recorder: &mut Recorder) {
        let (mut winners, mut losers) = (Vec::new(), Vec::new());
        for (tx, verdict) in self.batch.iter().zip(&self.verdicts) {
            match verdict {
                None => winners.push(*tx),
                Some(_) => losers.push(*tx),
            }
        }
        for tx in rules::order(&self.bench, &winners) {
            self.bench.publish(tx, TxIndex(self.committed), |_| {});
            self.committed += 1;
            recorder.commit_next(now, tx);
        }
        for tx in &losers {
            self.bench.starts_over(*tx);
        }
        self.bench.stats.aborts += losers.len() as u64;
        let [least, _, most] = BATCH;
        if losers.is_empty() {
            self.size = (self.size * 2).min(most);
        } else if losers.len() * 2 > self.batch.len() {
            self.size = (self.size / 2).max(least);
        }
        self.batch = losers;
        self.fill();
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for Reservation<'_, M, S> {
    type Job = Job;

    fn next(&mut self) -> Option<Job> {
        let member = self.handed_out;
        if member == self.batch.len() {
            return None;
        }
        self.handed_out += 1;
        Some(match self.verdicts.is_empty() {
            true => Job::Run(member),
            false => Job::Check(member),
        })
    }

    fn begin(&mut self, at: Moment, job: Job, recorder: &mut Recorder) -> Result<Begun, Fault> {
        match job {
            Job::Run(member) => {
                let tx = self.batch[member];
                self.bench.execute(tx, TxIndex(self.committed))?;
                Ok(self.bench.begin_run(at, tx, recorder))
            }
            Job::Check(member) => {
                let tx = self.batch[member];
                let attempt = self.bench.attempt(tx);
                let slots = attempt.reads.len() + attempt.written.len();
                Ok(self.bench.begin_check(at, tx, slots, recorder))
            }
        }
    }

    fn finish(
        &mut self,
        at: Moment,
        job: Job,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<Job>, Fault> {
        self.done += 1;
        let is_last = self.done == self.batch.len();
        let outcome = match job {
            Job::Run(_) => Outcome::Executed,
            Job::Check(member) => match self.verdicts[member] {
                None => Outcome::Valid,
                Some((id, winner)) => Outcome::Lost {
                    winner,
                    key: recorder.key(id),
                },
            },
        };
        recorder.end(at.now, recorded, outcome);
        match job {
            Job::Run(_) if is_last => {
                self.verdicts = rules::verdicts(&self.bench, &self.batch);
                (self.handed_out, self.done) = (0, 0);
            }
            Job::Check(_) if is_last => self.settle(at.now, recorder),
            Job::Run(_) | Job::Check(_) => {}
        }
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.committed == self.bench.count()
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Counted for Reservation<'_, M, S> {
    fn stats(&self) -> BlockStats {
        self.bench.stats
    }
}
