//! One transaction, in its turn, straight on the values of its slots.
//!
//! One of the engine's few files with `unsafe` code; decision 0006 says why. A slot's value is touched only
//! by a transaction that claimed the slot's region, and only after all those that the plan puts before it
//! have run on their lanes (`work`): so no two threads are ever at the same value.
#![allow(unsafe_code)]

use super::foresight::{Outlook, place};
use super::fresh::Fresh;
use super::page::{Claim, Role, number};
use super::plan::Plan;
use crate::state::overlay::Write;
use crate::state::{Cells, Places, ReadView};
use crate::vm::{Effects, Fault, Halt, Vm};
use smallvec::SmallVec;
use std::hash::Hash;

/// What all lanes share.
pub(in crate::executor) struct Shared<'a, M: Vm, P> {
    pub(in crate::executor) vm: &'a M,
    pub(in crate::executor) txs: &'a [M::Tx],
    pub(in crate::executor) plan: &'a Plan<M::Key, M::Value>,
    /// Where the storage's slots are.
    pub(in crate::executor) places: P,
    /// The storage's values, by slot.
    pub(in crate::executor) stored: Cells<'a, M::Value>,
    /// The values of slots that the storage has not.
    pub(in crate::executor) fresh: &'a Fresh<M::Key, M::Value>,
    /// What transactions leave besides.
    pub(in crate::executor) left: Cells<'a, Left<M::Output>>,
}

/// How running one transaction ended.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::executor) enum Ran {
    Done,
    /// It touches what it had not declared, or leaves something else than was foreseen. Nothing is done.
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
pub(in crate::executor) struct Log<K, V> {
    /// What stood in a slot before a transaction changed it.
    pub(in crate::executor) undo: Vec<(u32, u32, V)>,
    /// The slots that were changed for the first time since somebody asked.
    pub(in crate::executor) touched: Vec<u32>,
    /// The same where the storage has no slot.
    pub(in crate::executor) undo_fresh: Vec<(u32, K, Option<V>)>,
    /// What a transaction adds to a slot, once all have run.
    pub(in crate::executor) sums: Vec<(u32, K, V)>,
}

impl<K, V> Default for Log<K, V> {
    fn default() -> Self {
        Self {
            undo: Vec::new(),
            touched: Vec::new(),
            undo_fresh: Vec::new(),
            sums: Vec::new(),
        }
    }
}

/// What one transaction sees.
struct PlannedView<'a, M: Vm, P> {
    shared: &'a Shared<'a, M, P>,
    claims: &'a [Claim],
    outlook: Outlook<'a, M::Key, M::Value>,
    /// Where the last foreseen key stood: the next mostly stands behind it.
    at: usize,
}

impl<M: Vm, P> PlannedView<'_, M, P> {
    /// How the transaction may touch a slot; `None` if it has not said that it would.
    fn role(&self, key: &M::Key) -> Option<Role> {
        let region = number(self.shared.vm.region(key));
        let mut claims = self.claims.iter();
        let claim = claims.find(|claim| claim.region == region)?;
        Some(claim.role)
    }

    /// Which of the foreseen slots it is.
    fn place(&mut self, key: &M::Key) -> Option<usize> {
        let place = place(self.outlook.keys, key, self.at)?;
        self.at = place;
        Some(place)
    }
}

impl<M: Vm, P: Places<M::Key>> ReadView<M::Key, M::Value> for PlannedView<'_, M, P> {
    fn read(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        match self.role(key) {
            None | Some(Role::Add) => Err(Fault::Undeclared.into()),
            Some(Role::Foreseen) => match self.place(key) {
                Some(place) => Ok(Some(self.outlook.before[place].clone())),
                None => Err(Fault::Undeclared.into()),
            },
            Some(Role::Read | Role::Write) => Ok(match self.shared.places.slot(key) {
                // SAFETY: the transaction that runs claimed the slot's region, so all that may change
                // it have run before on a lane that this one has synchronised with, or run after.
                Some(slot) => Some(unsafe { self.shared.stored.get(slot as usize) }.clone()),
                None => self.shared.fresh.get(key),
            }),
        }
    }
}

/// Where a write goes.
#[derive(Clone, Copy)]
enum Target {
    Slot(u32),
    Fresh,
    Sum,
    /// It is there already.
    Foreseen,
}

impl<M: Vm, P: Places<M::Key>> Shared<'_, M, P>
where
    M::Key: Eq + Hash,
{
    /// Brings near what a transaction will touch.
    pub(super) fn warm(&self, tx: u32) {
        let look = &mut |key: &M::Key| self.places.look(key);
        self.vm.near(&self.txs[tx as usize], look);
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
        log: &mut Log<M::Key, M::Value>,
    ) -> Result<Ran, Fault> {
        let mut view = PlannedView {
            shared: self,
            claims: self.plan.claims(tx),
            outlook: self.plan.outlook(tx),
            at: 0,
        };
        effects.clear();
        match self.vm.run(&self.txs[tx as usize], &mut view, effects) {
            Ok(()) => {}
            Err(Halt::Fault(Fault::Undeclared)) => return Ok(Ran::Breach),
            Err(Halt::Fault(fault)) => return Err(fault),
            Err(Halt::Blocked(_)) => {
                return Err(Fault::Invariant("blocked in a view that never blocks"));
            }
        }
        let mut targets: SmallVec<[Target; 16]> = SmallVec::new();
        view.at = 0;
        let mut foreseen = 0;
        for (key, write) in effects.writes() {
            let target = match (view.role(key), write) {
                (None | Some(Role::Read), _) | (Some(Role::Add), Write::Set(_)) => None,
                (Some(Role::Add), Write::Add(_)) => Some(Target::Sum),
                (Some(Role::Write), _) => {
                    let slot = self.places.slot(key);
                    Some(slot.map_or(Target::Fresh, Target::Slot))
                }
                (Some(Role::Foreseen), _) => view.place(key).and_then(|place| {
                    foreseen += 1;
                    let left = write.onto(view.outlook.before[place].clone());
                    (left == view.outlook.after[place]).then_some(Target::Foreseen)
                }),
            };
            let Some(target) = target else {
                return Ok(Ran::Breach);
            };
            targets.push(target);
        }
        if !leaves_the_rest(&view.outlook, effects, foreseen) {
            return Ok(Ran::Breach);
        }
        for (target, (key, write)) in targets.iter().zip(effects.writes()) {
            match (*target, write) {
                (Target::Slot(slot), _) => {
                    let change = |value: &mut M::Value| {
                        let after = write.onto(value.clone());
                        std::mem::replace(value, after)
                    };
                    // SAFETY: it is this transaction's turn, and it claimed to change the slot's region.
                    let (before, is_new) = unsafe {
                        let before = self.stored.with(slot as usize, change);
                        (before, self.stored.mark(slot as usize))
                    };
                    if is_new {
                        log.touched.push(slot);
                    }
                    log.undo.push((tx, slot, before));
                }
                (Target::Fresh, _) => {
                    let change = |before: Option<M::Value>| write.onto(before.unwrap_or_default());
                    let before = self.fresh.replace(key, change);
                    log.undo_fresh.push((tx, key.clone(), before));
                }
                (Target::Sum, Write::Add(delta)) => log.sums.push((tx, key.clone(), delta.clone())),
                (Target::Sum, Write::Set(_)) | (Target::Foreseen, _) => {}
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
}

/// Whether foreseen slots that were not written, all but `written`, were foreseen to stay as they are.
fn leaves_the_rest<M: Vm>(
    outlook: &Outlook<'_, M::Key, M::Value>,
    effects: &Effects<M>,
    written: usize,
) -> bool {
    if written == outlook.keys.len() {
        return true;
    }
    let values = outlook.before.iter().zip(outlook.after);
    let mut slots = outlook.keys.iter().zip(values);
    slots.all(|(key, (before, after))| before == after || effects.overlay.get(key).is_some())
}
