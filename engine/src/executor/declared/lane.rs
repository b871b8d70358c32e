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
use crate::executor::near::Near;
use crate::state::overlay::Write;
use crate::state::{Cells, Places, ReadView};
use crate::vm::{Effects, Fault, Halt, Vm};
use std::hash::Hash;

/// What all lanes share.
pub(in crate::executor) struct Shared<'a, M: Vm, P> {
    pub(in crate::executor) vm: &'a M,
    pub(in crate::executor) txs: &'a [M::Tx],
    pub(in crate::executor) plan: &'a Plan<M::Key, M::Value>,
    /// Whether it pays to look at slots beforehand.
    pub(in crate::executor) is_far: bool,
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

/// Slots among which a written one is looked for before it is found anew.
const SOON: usize = 4;

/// A slot that a transaction may read and change, where it has been found: most that it reads it changes, one
/// after the other in the same order.
#[derive(Debug)]
pub(super) struct Found<K> {
    key: K,
    /// `None` where the storage has no slot.
    slot: Option<u32>,
    role: Role,
}

/// What one transaction sees.
struct PlannedView<'a, M: Vm, P> {
    shared: &'a Shared<'a, M, P>,
    claims: &'a [Claim],
    outlook: Outlook<'a, M::Key, M::Value>,
    /// Where the last foreseen key stood: the next mostly stands behind it.
    at: usize,
    found: &'a mut Vec<Found<M::Key>>,
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
            Some(role @ (Role::Read | Role::Write)) => {
                let slot = self.shared.places.slot(key);
                let key = key.clone();
                self.found.push(Found { key, slot, role });
                Ok(match slot {
                    // SAFETY: the transaction that runs claimed the slot's region, so all that may change
                    // it have run before on a lane that this one has synchronised with, or run after.
                    Some(slot) => Some(unsafe { self.shared.stored.get(slot as usize) }.clone()),
                    None => self.shared.fresh.get(&self.found[self.found.len() - 1].key),
                })
            }
        }
    }
}

impl<M: Vm, P: Places<M::Key>> Shared<'_, M, P>
where
    M::Key: Eq + Hash,
{
    /// Brings near what these transactions will touch.
    pub(super) fn bring_near(&self, txs: &[u32], near: &mut Near) {
        let txs = txs.iter().map(|tx| &self.txs[*tx as usize]);
        let slots = near.of(self.vm, txs, |key| self.places.slot(key));
        self.places.bring_near(slots);
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
        found: &mut Vec<Found<M::Key>>,
        log: &mut Log<M::Key, M::Value>,
    ) -> Result<Ran, Fault> {
        found.clear();
        let mut view = PlannedView {
            shared: self,
            claims: self.plan.claims(tx),
            outlook: self.plan.outlook(tx),
            at: 0,
            found,
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
        // SAFETY: as the caller promises.
        if !unsafe { self.leave(tx, &mut view, effects, log) } {
            // SAFETY: it is still this transaction's turn.
            unsafe { self.take_back(tx, log) };
            return Ok(Ran::Breach);
        }
        let leave = |left: &mut Left<M::Output>| {
            std::mem::swap(&mut left.output, &mut effects.output);
            left.gas = effects.gas;
        };
        // SAFETY: nobody else runs this transaction.
        unsafe { self.left.with(tx as usize, leave) };
        Ok(Ran::Done)
    }

    /// Makes a transaction's writes, up to the first that it may not make; whether it made all, and leaves
    /// foreseen slots as was foreseen.
    ///
    /// # Safety
    /// As [`Shared::run`].
    unsafe fn leave(
        &self,
        tx: u32,
        view: &mut PlannedView<'_, M, P>,
        effects: &Effects<M>,
        log: &mut Log<M::Key, M::Value>,
    ) -> bool {
        view.at = 0;
        let (mut foreseen, mut next) = (0, 0);
        for (key, write) in effects.writes() {
            // Mostly that which was read after the last one that was written, or one soon after.
            let mut soon = view.found[next..].iter().take(SOON);
            let (role, slot) = match soon.position(|found| found.key == *key) {
                Some(ahead) => {
                    next += ahead + 1;
                    let found = &view.found[next - 1];
                    (Some(found.role), found.slot)
                }
                None => match view.role(key) {
                    Some(Role::Write) => (Some(Role::Write), self.places.slot(key)),
                    role => (role, None),
                },
            };
            match (role, write) {
                (None | Some(Role::Read), _) | (Some(Role::Add), Write::Set(_)) => return false,
                (Some(Role::Add), Write::Add(delta)) => {
                    log.sums.push((tx, key.clone(), delta.clone()));
                }
                (Some(Role::Write), _) => match slot {
                    Some(slot) => {
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
                    None => {
                        let change =
                            |before: Option<M::Value>| write.onto(before.unwrap_or_default());
                        let before = self.fresh.replace(key, change);
                        log.undo_fresh.push((tx, key.clone(), before));
                    }
                },
                (Some(Role::Foreseen), _) => {
                    let Some(place) = view.place(key) else {
                        return false;
                    };
                    if write.onto(view.outlook.before[place].clone()) != view.outlook.after[place] {
                        return false;
                    }
                    foreseen += 1;
                }
            }
        }
        leaves_the_rest(&view.outlook, effects, foreseen)
    }

    /// Undoes the writes of a transaction that was the last of its lane to make any.
    ///
    /// # Safety
    /// As [`Shared::run`].
    unsafe fn take_back(&self, tx: u32, log: &mut Log<M::Key, M::Value>) {
        while let Some((_, slot, before)) = log.undo.pop_if(|(of, ..)| *of == tx) {
            // SAFETY: the transaction, whose turn it is, has changed the slot itself.
            unsafe { self.stored.with(slot as usize, |value| *value = before) };
        }
        while let Some((_, key, before)) = log.undo_fresh.pop_if(|(of, ..)| *of == tx) {
            self.fresh.undo(&key, before);
        }
        while log.sums.pop_if(|(of, ..)| *of == tx).is_some() {}
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
