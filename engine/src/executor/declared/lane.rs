//! One transaction, in its turn, straight on the values of its slots.
//!
//! One of the engine's few files with `unsafe` code; decision 0006 says why. A slot's value is touched only
//! by a transaction that declared the slot, and only after all those that the plan puts before it have
//! run on their lanes (`work`): so no two threads are ever at the same value.
#![allow(unsafe_code)]

use super::page::{Access, Role};
use super::plan::Plan;
use crate::state::overlay::Write;
use crate::state::{Additive, Cells, ReadView};
use crate::vm::{Effects, Fault, Halt, Vm};
use smallvec::SmallVec;
use std::hash::Hash;

/// What all lanes share.
pub(in crate::executor) struct Shared<'a, M: Vm> {
    pub(in crate::executor) vm: &'a M,
    pub(in crate::executor) txs: &'a [M::Tx],
    pub(in crate::executor) plan: &'a Plan<M::Key, M::Value>,
    /// The storage's values, by slot.
    pub(in crate::executor) stored: Cells<'a, M::Value>,
    /// The values of slots that the storage has not.
    pub(in crate::executor) fresh: Cells<'a, Option<M::Value>>,
    /// What transactions leave besides.
    pub(in crate::executor) left: Cells<'a, Left<M::Output>>,
    /// Values that a transaction which runs alone reads without having declared them.
    pub(in crate::executor) known: &'a [(M::Key, Option<M::Value>)],
}

/// How running one transaction ended.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::executor) enum Ran<K> {
    Done,
    /// It reads a slot that it had not declared. Nothing is done.
    Lacks(K),
    /// It changes a slot that it had not declared, looks at one that it had only declared to add to, or
    /// leaves something else than was foreseen. Nothing is done.
    Breach,
}

/// What a transaction leaves besides its changes; on cache lines of its own, since neighbours run on
/// different lanes.
#[repr(align(128))]
#[derive(Default, Debug)]
pub(in crate::executor) struct Left<O> {
    pub(in crate::executor) output: O,
    pub(in crate::executor) gas: u64,
}

/// How to undo what a lane has done, and what it has left for the end.
#[derive(Debug)]
pub(in crate::executor) struct Log<V> {
    /// What stood in a slot before a transaction changed it.
    pub(in crate::executor) undo: Vec<(u32, u32, Option<V>)>,
    /// What a transaction adds to a slot, once all have run.
    pub(in crate::executor) sums: Vec<(u32, u32, V)>,
}

impl<V> Default for Log<V> {
    fn default() -> Self {
        Self {
            undo: Vec::new(),
            sums: Vec::new(),
        }
    }
}

struct PlannedView<'a, M: Vm> {
    shared: &'a Shared<'a, M>,
    keys: &'a [M::Key],
    accesses: &'a [Access],
    /// Where the last key stood: the next mostly stands behind it.
    at: usize,
    /// The slot that it read without having declared it.
    lacks: Option<M::Key>,
}

impl<M: Vm> PlannedView<'_, M>
where
    M::Key: Eq + Hash,
{
    fn place(&mut self, key: &M::Key) -> Option<usize> {
        let count = self.keys.len();
        for step in 0..count {
            let mut place = self.at + step;
            if place >= count {
                place -= count;
            }
            if self.keys[place] == *key {
                self.at = place;
                return Some(place);
            }
        }
        None
    }
}

impl<M: Vm> ReadView<M::Key, M::Value> for PlannedView<'_, M>
where
    M::Key: Eq + Hash,
{
    fn read(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        let Some(place) = self.place(key) else {
            if let Some((_, value)) = self.shared.known.iter().find(|(at, _)| at == key) {
                return Ok(value.clone());
            }
            self.lacks = Some(key.clone());
            return Err(Fault::Undeclared.into());
        };
        let access = &self.accesses[place];
        match access.role {
            Role::Add => Err(Fault::Undeclared.into()),
            Role::Foreseen => Ok(Some(self.shared.plan.foreseen(access)[0].clone())),
            // SAFETY: the transaction that runs declared it (see above).
            Role::Read | Role::Write => Ok(unsafe { self.shared.value(access.slot) }),
        }
    }
}

impl<M: Vm> Shared<'_, M>
where
    M::Key: Eq + Hash,
{
    /// # Safety
    /// It is the turn of a transaction that declared the slot.
    unsafe fn value(&self, slot: u32) -> Option<M::Value> {
        match slot.checked_sub(self.plan.stored) {
            // SAFETY: all that may change it have run before on a lane that this one has synchronised
            // with, or run after; so says the caller.
            None => Some(unsafe { self.stored.get(slot as usize) }.clone()),
            // SAFETY: as above.
            Some(fresh) => unsafe { self.fresh.get(fresh as usize) }.clone(),
        }
    }

    /// Changes a slot; what stood there before.
    ///
    /// # Safety
    /// It is the turn of a transaction that declared to change the slot.
    unsafe fn replace(&self, slot: u32, write: &Write<M::Value>) -> Option<M::Value> {
        let after = |before: Option<M::Value>| match write {
            Write::Set(value) => value.clone(),
            Write::Add(delta) => before.unwrap_or_default().plus(delta),
        };
        match slot.checked_sub(self.plan.stored) {
            None => {
                let change = |value: &mut M::Value| {
                    let before = std::mem::take(value);
                    *value = after(Some(before.clone()));
                    before
                };
                // SAFETY: all that touch it have run before on a lane that this one has synchronised
                // with, or run after; so says the caller.
                Some(unsafe { self.stored.with(slot as usize, change) })
            }
            Some(fresh) => {
                let change = |value: &mut Option<M::Value>| {
                    let before = value.take();
                    *value = Some(after(before.clone()));
                    before
                };
                // SAFETY: as above.
                unsafe { self.fresh.with(fresh as usize, change) }
            }
        }
    }

    /// Brings near what a transaction will touch.
    pub(super) fn warm(&self, tx: u32) -> u64 {
        let slots = self.plan.accesses(tx).1.iter();
        slots.fold(0, |sum, access| {
            sum ^ self.stored.warm(access.slot as usize)
        })
    }

    /// Runs a transaction with nobody else at work, all before it having run.
    ///
    /// # Errors
    /// As [`Shared::run`].
    pub(in crate::executor) fn alone(
        self,
        tx: u32,
        effects: &mut Effects<M>,
        log: &mut Log<M::Value>,
    ) -> Result<Ran<M::Key>, Fault> {
        // SAFETY: all cells are borrowed exclusively by `self`, which nobody else can hold any more.
        unsafe { self.run(tx, effects, log) }
    }

    /// Runs a transaction whose turn it is.
    ///
    /// # Errors
    /// A [`Fault`] of the virtual machine.
    ///
    /// # Safety
    /// All that the plan puts before it have run, on lanes that this one has synchronised with; nobody
    /// else runs it.
    pub(super) unsafe fn run(
        &self,
        tx: u32,
        effects: &mut Effects<M>,
        log: &mut Log<M::Value>,
    ) -> Result<Ran<M::Key>, Fault> {
        let (keys, accesses) = self.plan.accesses(tx);
        let mut view = PlannedView {
            shared: self,
            keys,
            accesses,
            at: 0,
            lacks: None,
        };
        effects.clear();
        match self.vm.run(&self.txs[tx as usize], &mut view, effects) {
            Ok(()) => {}
            Err(Halt::Fault(Fault::Undeclared)) => {
                return Ok(view.lacks.map_or(Ran::Breach, Ran::Lacks));
            }
            Err(Halt::Fault(fault)) => return Err(fault),
            Err(Halt::Blocked(_)) => {
                return Err(Fault::Invariant("blocked in a view that never blocks"));
            }
        }
        let mut places: SmallVec<[usize; 16]> = SmallVec::new();
        view.at = 0;
        let mut foreseen = 0;
        for (key, write) in effects.writes() {
            let Some(place) = view.place(key) else {
                return Ok(Ran::Breach);
            };
            let access = &accesses[place];
            let is_declared = match (access.role, write) {
                (Role::Read, _) | (Role::Add, Write::Set(_)) => false,
                (Role::Write, _) | (Role::Add, Write::Add(_)) => true,
                (Role::Foreseen, _) => {
                    let [before, after] = self.plan.foreseen(access);
                    foreseen += 1;
                    write.onto(before.clone()) == *after
                }
            };
            if !is_declared {
                return Ok(Ran::Breach);
            }
            places.push(place);
        }
        if !self.leaves_the_rest(accesses, &places, foreseen) {
            return Ok(Ran::Breach);
        }
        for (place, (_, write)) in places.iter().zip(effects.writes()) {
            let access = &accesses[*place];
            match (access.role, write) {
                (Role::Foreseen, _) => {}
                (Role::Add, Write::Add(delta)) => log.sums.push((tx, access.slot, delta.clone())),
                _ => {
                    // SAFETY: it is this transaction's turn, and it declared to change the slot.
                    let before = unsafe { self.replace(access.slot, write) };
                    log.undo.push((tx, access.slot, before));
                }
            }
        }
        let leave = |left: &mut Left<M::Output>| {
            std::mem::swap(&mut left.output, &mut effects.output);
            left.gas = effects.gas;
        };
        // SAFETY: nobody else runs this transaction.
        unsafe { self.left.with(tx as usize, leave) };
        Ok(Ran::Done)
    }

    /// Whether foreseen slots that were not written, all but `written`, were foreseen to stay as they are.
    fn leaves_the_rest(&self, accesses: &[Access], places: &[usize], written: usize) -> bool {
        let foreseen = || {
            let all = accesses.iter().enumerate();
            all.filter(|(_, access)| access.role == Role::Foreseen)
        };
        written == foreseen().count()
            || foreseen().all(|(place, access)| {
                let [before, after] = self.plan.foreseen(access);
                before == after || places.contains(&place)
            })
    }
}
