//! The protocol.

use super::locks::{Answer, Locks, Mode};
use crate::executor::BlockStats;
use crate::executor::clockwork::{Begun, Moment, Protocol, Recorder};
use crate::executor::laboratory::attempt::Ran;
use crate::executor::laboratory::workbench::{Counted, Workbench};
use crate::executor::optimistic::KeyId;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::trace::Outcome;
use crate::vm::{Fault, Halt, Vm};
use std::collections::BTreeSet;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Ready,
    /// A lane is about to start it.
    HandedOut,
    Running,
    Waiting,
    Ran,
    Committed,
}

/// A lock that a run asked for in vain, or lost.
type Clash = (TxIndex, KeyId);

#[derive(Clone, Debug)]
struct State {
    phase: Phase,
    /// The run found an earlier transaction in its way.
    waits_for: Option<Clash>,
    /// The slot that it was called for, if it was.
    called_for: Option<KeyId>,
    /// An earlier transaction took one of its locks.
    wounded: Option<Clash>,
    /// Which task of the recording its newest run is.
    recorded: usize,
}

/// A block that is run under locks.
pub(in crate::executor::laboratory) struct TwoPhase<'a, M: Vm, S> {
    bench: Workbench<'a, M, S>,
    floor: Floor,
    /// By transaction: what its last whole run wrote.
    rewrites: Vec<Vec<KeyId>>,
    committed: u32,
}

/// Locks and who is at what, apart from the bench so that a run can ask for locks.
struct Floor {
    locks: Locks,
    states: Vec<State>,
    ready: BTreeSet<u32>,
    /// Runs that had ended when they were wounded, as tasks of the recording.
    withdrawn: Vec<(TxIndex, Clash)>,
    /// Transactions wounded, to start over.
    wounded: Vec<TxIndex>,
    /// Runs that came to nothing for it.
    withdrawals: u64,
}

impl Floor {
    /// Takes a lock for a run; what is in its way if it cannot have it.
    fn take(&mut self, tx: TxIndex, id: KeyId, mode: Mode) -> Option<Clash> {
        loop {
            match self.locks.ask(tx, id, mode) {
                Answer::Granted => return None,
                Answer::Waits(holder) => return Some((holder, id)),
                Answer::Wounds(later) => {
                    for victim in later {
                        self.wound(victim, (tx, id));
                    }
                }
            }
        }
    }

    fn wound(&mut self, victim: TxIndex, by: Clash) {
        self.wounded.push(victim);
        self.release(victim);
        self.withdrawals += u64::from(matches!(
            self.states[victim.as_usize()].phase,
            Phase::Running | Phase::Ran
        ));
        let state = &mut self.states[victim.as_usize()];
        match state.phase {
            Phase::Running => state.wounded = Some(by),
            Phase::Ran => {
                self.withdrawn.push((victim, by));
                state.phase = Phase::Ready;
                self.ready.insert(victim.0);
            }
            Phase::Waiting => {
                state.phase = Phase::Ready;
                self.ready.insert(victim.0);
            }
            Phase::Ready | Phase::HandedOut | Phase::Committed => {}
        }
    }

    fn release(&mut self, tx: TxIndex) {
        for id in self.locks.release(tx) {
            self.call(id);
        }
    }

    /// Tells whoever waits for a slot, and can have it now, to try again.
    fn call(&mut self, id: KeyId) {
        let (states, ready) = (&mut self.states, &mut self.ready);
        self.locks.call(id, |waiter| {
            let state = &mut states[waiter.as_usize()];
            let is_waiting = state.waits_for.is_some_and(|(_, slot)| slot == id);
            match state.phase {
                Phase::Waiting if is_waiting => {
                    state.phase = Phase::Ready;
                    ready.insert(waiter.0);
                }
                Phase::Running if is_waiting && state.wounded.is_none() => {}
                _ => return false,
            }
            state.called_for = Some(id);
            true
        });
    }
}

impl<'a, M: Vm, S: Storage<M::Key, M::Value>> TwoPhase<'a, M, S> {
    pub(in crate::executor::laboratory) fn new(bench: Workbench<'a, M, S>) -> Self {
        let count = bench.count();
        let state = State {
            phase: Phase::Ready,
            waits_for: None,
            called_for: None,
            wounded: None,
            recorded: 0,
        };
        Self {
            floor: Floor {
                locks: Locks::new(count as usize, bench.run.versions.capacity()),
                states: vec![state; count as usize],
                ready: (0..count).collect(),
                withdrawn: Vec::new(),
                wounded: Vec::new(),
                withdrawals: 0,
            },
            rewrites: vec![Vec::new(); count as usize],
            bench,
            committed: 0,
        }
    }

    /// Runs the transaction, taking locks on the way; what is in its way if it has to wait.
    fn execute(&mut self, tx: TxIndex) -> Result<Option<Clash>, Fault> {
        let floor = &mut self.floor;
        let rewrites = &mut self.rewrites[tx.as_usize()];
        let mut clash = None;
        let ran = self.bench.execute_with(tx, |run, id, key| {
            let mode = match rewrites.contains(&id) {
                true => Mode::Exclusive,
                false => Mode::Read,
            };
            clash = floor.take(tx, id, mode);
            match clash {
                Some((holder, _)) => Err(Halt::Blocked(holder)),
                None => Workbench::see(run, id, key, tx),
            }
        })?;
        if ran == Ran::Whole {
            let written = self.bench.attempt(tx).written.iter();
            rewrites.clear();
            rewrites.extend(written.map(|written| written.id));
            for written in &self.bench.attempt(tx).written {
                let mode = match written.is_addition() {
                    true => Mode::Add,
                    false => Mode::Exclusive,
                };
                clash = floor.take(tx, written.id, mode);
                if clash.is_some() {
                    break;
                }
            }
            if clash.is_some() {
                self.bench.withhold(tx);
            }
        }
        Ok(clash)
    }

    /// Sends the wounded back to their start.
    fn tend_the_wounded(&mut self, recorder: &mut Recorder) {
        for victim in std::mem::take(&mut self.floor.wounded) {
            self.bench.starts_over(victim);
        }
        self.bench.stats.aborts = self.floor.withdrawals;
        for (victim, (by, id)) in std::mem::take(&mut self.floor.withdrawn) {
            let key = recorder.key(id);
            let recorded = self.floor.states[victim.as_usize()].recorded;
            recorder.amend(recorded, Outcome::Wounded { by, key });
        }
    }

    fn commit(&mut self) {
        while let Some(state) = self.floor.states.get_mut(self.committed as usize)
            && state.phase == Phase::Ran
        {
            state.phase = Phase::Committed;
            let tx = TxIndex(self.committed);
            self.bench.publish(tx, tx, |_| {});
            self.floor.release(tx);
            self.committed += 1;
        }
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Protocol for TwoPhase<'_, M, S> {
    type Job = TxIndex;

    fn next(&mut self) -> Option<TxIndex> {
        let tx = self.floor.ready.pop_first()?;
        self.floor.states[tx as usize].phase = Phase::HandedOut;
        Some(TxIndex(tx))
    }

    fn begin(&mut self, at: Moment, tx: TxIndex, recorder: &mut Recorder) -> Result<Begun, Fault> {
        let clash = self.execute(tx)?;
        self.tend_the_wounded(recorder);
        let begun = match clash {
            None => self.bench.begin_run(at, tx, recorder),
            Some(_) => {
                self.bench.stats.blocked += 1;
                let reads = self.bench.attempt(tx).reads.len() + 1;
                let ticks = self.bench.settings.check_ticks(reads);
                self.bench.begin_for(at, tx, ticks, recorder)
            }
        };
        let state = &mut self.floor.states[tx.as_usize()];
        state.phase = Phase::Running;
        state.waits_for = clash;
        state.wounded = None;
        state.recorded = begun.recorded;
        // Who was called and did not take the lock after all lets the next one have it.
        if let Some(id) = state.called_for.take()
            && !self.floor.locks.holds(tx, id)
        {
            self.floor.call(id);
        }
        Ok(begun)
    }

    fn finish(
        &mut self,
        at: Moment,
        tx: TxIndex,
        recorded: usize,
        recorder: &mut Recorder,
    ) -> Result<Option<TxIndex>, Fault> {
        let state = &mut self.floor.states[tx.as_usize()];
        let outcome = if let Some((by, id)) = state.wounded.take() {
            state.phase = Phase::Ready;
            Outcome::Wounded {
                by,
                key: recorder.key(id),
            }
        } else if let Some((holder, id)) = state.waits_for {
            state.phase = match state.called_for {
                Some(_) => Phase::Ready,
                None => Phase::Waiting,
            };
            Outcome::LockWait {
                holder,
                key: recorder.key(id),
            }
        } else {
            state.phase = Phase::Ran;
            Outcome::Executed
        };
        if state.phase == Phase::Ready {
            self.floor.ready.insert(tx.0);
        }
        self.commit();
        recorder.end(at.now, recorded, outcome);
        recorder.commit(at.now, self.committed);
        Ok(None)
    }

    fn is_done(&self) -> bool {
        self.committed == self.bench.count()
    }
}

impl<M: Vm, S: Storage<M::Key, M::Value>> Counted for TwoPhase<'_, M, S> {
    fn stats(&self) -> BlockStats {
        self.bench.stats
    }
}
