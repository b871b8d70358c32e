//! The protocol.

use super::Graph;
use crate::executor::BlockStats;
use crate::executor::clockwork::{Begun, Moment, Protocol, Recorder};
use crate::executor::laboratory::declared::Declared;
use crate::executor::laboratory::workbench::{Counted, Workbench};
use crate::executor::optimistic::{KeyId, Verdict};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Outcome;
use crate::vm::{Fault, Vm};
use std::collections::BTreeSet;

/// What a discipline wants from the graph it draws.
pub(in crate::executor::laboratory) struct Rules {
    pub(in crate::executor::laboratory) graph: Graph,
    /// What transactions may touch; nothing is held against them if there is none.
    pub(in crate::executor::laboratory) declared: Option<Declared>,
    /// Whether every run is checked, and not only those in doubt.
    pub(in crate::executor::laboratory) checks_all: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Waiting,
    Ready,
    Running,
    Ran,
    Checking,
    Committed,
}

#[derive(Clone, Debug)]
struct State {
    phase: Phase,
    /// Runs only once all before it are committed.
    is_last_resort: bool,
    /// All before it were committed when its run began.
    is_final: bool,
    /// Something that it read was published after it had read it.
    in_doubt: bool,
    /// Whoever waited for it waits no more.
    has_ended: bool,
    verdict: Option<Verdict>,
}

/// Something for a lane to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::executor::laboratory) enum Job {
    Run(TxIndex),
    Check(TxIndex),
}

/// A block that is run along a graph.
pub(in crate::executor::laboratory) struct Precedence<'a, M: Vm, S> {
    bench: Workbench<'a, M, S>,
    rules: Rules,
    states: Vec<State>,
    ready: BTreeSet<u32>,
    to_check: BTreeSet<u32>,
    /// By slot: who has read it, sorted.
    readers: Vec<Vec<TxIndex>>,
    committed: u32,
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> Precedence<'a, M, S> {
    pub(in crate::executor::laboratory) fn new(bench: Workbench<'a, M, S>, rules: Rules) -> Self {
        let count = bench.count();
        let state = |tx| State {
            phase: Phase::Waiting,
            is_last_resort: rules.declared.as_ref().is_some_and(|d| d.of(tx).is_none()),
            is_final: false,
            in_doubt: false,
            has_ended: false,
            verdict: None,
        };
        let mut new = Self {
            states: (0..count).map(|tx| state(TxIndex(tx))).collect(),
            ready: BTreeSet::new(),
            to_check: BTreeSet::new(),
            readers: vec![Vec::new(); bench.run.versions.capacity()],
            committed: 0,
            bench,
            rules,
        };
        (0..count).for_each(|tx| new.offer(TxIndex(tx)));
        new
    }

    /// Makes a waiting transaction ready, if nothing holds it back.
    fn offer(&mut self, tx: TxIndex) {
        let Some(state) = self.states.get_mut(tx.as_usize()) else {
            return;
        };
        let is_its_turn = !state.is_last_resort || self.committed == tx.0;
        if state.phase == Phase::Waiting && is_its_turn && self.rules.graph.is_free(tx) {
            state.phase = Phase::Ready;
            self.ready.insert(tx.0);
        }
    }

    fn finish_run(&mut self, tx: TxIndex, recorder: &mut Recorder) -> Outcome {
        let is_final = self.states[tx.as_usize()].is_final;
        let declared = self.rules.declared.as_ref().filter(|_| !is_final);
        if let Some(id) = declared.and_then(|d| d.breach(tx, self.bench.attempt(tx))) {
            self.bench.stats.breaches += 1;
            self.bench.starts_over(tx);
            let state = &mut self.states[tx.as_usize()];
            (state.phase, state.is_last_resort) = (Phase::Waiting, true);
            self.offer(tx);
            let key = recorder.key(id);
            return Outcome::Breached { key };
        }
        let mut touched = Vec::new();
        self.bench.publish(tx, tx, |id| touched.push(id));
        touched.into_iter().for_each(|id| self.put_in_doubt(id, tx));
        let state = &mut self.states[tx.as_usize()];
        state.phase = Phase::Ran;
        if !is_final && (state.in_doubt || self.rules.checks_all) {
            state.in_doubt = true;
            self.to_check.insert(tx.0);
        }
        if !std::mem::replace(&mut state.has_ended, true) {
            for released in self.rules.graph.end(tx).to_vec() {
                self.offer(TxIndex(released));
            }
        }
        Outcome::Executed
    }

    /// Whoever has read this slot and comes after its writer may have read something stale.
    fn put_in_doubt(&mut self, id: KeyId, writer: TxIndex) {
        let readers = self.readers[id.0 as usize].iter().rev();
        for reader in readers.take_while(|reader| **reader > writer) {
            let state = &mut self.states[reader.as_usize()];
            match state.phase {
                Phase::Running | Phase::Checking => state.in_doubt = true,
                Phase::Ran => {
                    state.in_doubt = true;
                    self.to_check.insert(reader.0);
                }
                // Reads anew before it can be committed.
                Phase::Waiting | Phase::Ready | Phase::Committed => {}
            }
        }
    }

    fn finish_check(&mut self, tx: TxIndex, recorder: &mut Recorder) -> Outcome {
        let state = &mut self.states[tx.as_usize()];
        match state.verdict.take() {
            Some(Verdict::Stale { id, read, found }) => {
                state.phase = Phase::Ready;
                self.ready.insert(tx.0);
                self.bench.starts_over(tx);
                self.bench.stats.aborts += 1;
                let key = recorder.key(id);
                Outcome::Aborted { key, read, found }
            }
            Some(Verdict::Valid) | None => {
                state.phase = Phase::Ran;
                if state.in_doubt {
                    self.to_check.insert(tx.0);
                }
                Outcome::Valid
            }
        }
    }

    fn commit(&mut self) {
        while let Some(state) = self.states.get_mut(self.committed as usize)
            && state.phase == Phase::Ran
            && !state.in_doubt
        {
            state.phase = Phase::Committed;
            self.committed += 1;
        }
        self.offer(TxIndex(self.committed));
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for Precedence<'_, M, S> {
    type Job = Job;

    /// The lowest transaction first.
    fn next(&mut self) -> Option<Job> {
        let (run, check) = (self.ready.first(), self.to_check.first());
        match (run.copied(), check.copied()) {
            (run, Some(check)) if run.is_none_or(|run| check < run) => {
                self.to_check.remove(&check);
                let state = &mut self.states[check as usize];
                state.phase = Phase::Checking;
                Some(Job::Check(TxIndex(check)))
            }
            (Some(run), _) => {
                self.ready.remove(&run);
                Some(Job::Run(TxIndex(run)))
            }
            _ => None,
        }
    }

    fn begin(&mut self, at: Moment, job: Job, recorder: &mut Recorder) -> Result<Begun, Fault> {
        match job {
            Job::Run(tx) => {
                self.bench.execute(tx, tx)?;
                for read in &self.bench.attempt(tx).reads {
                    let readers = &mut self.readers[read.id.0 as usize];
                    if let Err(place) = readers.binary_search(&tx) {
                        readers.insert(place, tx);
                    }
                }
                let state = &mut self.states[tx.as_usize()];
                state.phase = Phase::Running;
                state.in_doubt = false;
                state.is_final = self.committed == tx.0;
                Ok(self.bench.begin_run(at, tx, recorder))
            }
            Job::Check(tx) => {
                let verdict = self.bench.check(tx);
                let state = &mut self.states[tx.as_usize()];
                state.in_doubt = false;
                state.verdict = Some(verdict);
                let slots = self.bench.attempt(tx).reads.len();
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
        let outcome = match job {
            Job::Run(tx) => self.finish_run(tx, recorder),
            Job::Check(tx) => self.finish_check(tx, recorder),
        };
        self.commit();
        recorder.end(at.now, recorded, outcome);
        recorder.commit(at.now, self.committed);
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.committed == self.bench.count()
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Counted for Precedence<'_, M, S> {
    fn stats(&self) -> BlockStats {
        self.bench.stats
    }
}
