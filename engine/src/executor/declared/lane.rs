//! One transaction, on the versions that the plan gave it.

use super::board::Change;
use super::page::{Access, NONE, Role};
use super::plan::{Plan, Version};
use crate::state::overlay::Write;
use crate::state::{Additive, DenseStorage, ReadView};
use crate::vm::{Effects, Fault, Halt, Vm};
use smallvec::SmallVec;
use std::hash::Hash;

/// How running one transaction ended.
pub(super) enum Ran {
    Done,
    /// It read a slot that it had not declared, and whose value this transaction is yet to leave.
    Waits(u32),
    /// It changed a slot that it had not declared, or added to one and then read it.
    Breach,
}

/// What all lanes share.
pub(in crate::executor) struct Shared<'a, M: Vm, S> {
    pub(in crate::executor) vm: &'a M,
    pub(in crate::executor) storage: &'a S,
    pub(in crate::executor) txs: &'a [M::Tx],
    pub(in crate::executor) plan: &'a Plan<M::Key, M::Value>,
    pub(in crate::executor) lanes: u32,
}

struct PlannedView<'a, M: Vm, S> {
    shared: &'a Shared<'a, M, S>,
    keys: &'a [M::Key],
    accesses: &'a [Access],
    /// Where the last key stood: the next mostly stands behind it.
    at: usize,
    tx: u32,
    /// How the run has ended, when it ended early.
    end: Option<Ran>,
    /// Sums to keep, by access.
    sums: SmallVec<[(usize, M::Value); 1]>,
}

impl<M: Vm, S: DenseStorage<M::Key, M::Value>> PlannedView<'_, M, S>
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

    fn give_up<T>(&mut self, end: Ran) -> Result<T, Halt> {
        self.end = Some(end);
        Err(Halt::Fault(Fault::Undeclared))
    }

    /// Reads a slot that was not declared, which is exact as soon as all who may change it before have
    /// run: somebody who changes it without having said so breaks a declaration, and then this
    /// transaction, coming after, is planned again.
    fn read_undeclared(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        let storage = self.shared.storage;
        let plan = self.shared.plan;
        let access = match plan.version_before(self.tx, key, storage) {
            Version::Stored => return Ok(storage.get(key)),
            Version::Left(access) => access,
            Version::Unknown => return self.give_up(Ran::Breach),
        };
        let mut at = access;
        while at.source != NONE {
            if self.shared.plan.board.changes(at.source).is_none() {
                return self.give_up(Ran::Waits(at.source));
            }
            at = plan.accesses(at.source).1[at.source_local as usize];
            if at.role != Role::Add {
                break;
            }
        }
        Ok(self.shared.resolve(access))
    }
}

impl<M: Vm, S: DenseStorage<M::Key, M::Value>> ReadView<M::Key, M::Value> for PlannedView<'_, M, S>
where
    M::Key: Eq + Hash,
{
    fn read(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        let Some(place) = self.place(key) else {
            return self.read_undeclared(key);
        };
        let access = self.accesses[place];
        if access.role == Role::Add {
            return self.give_up(Ran::Breach);
        }
        if access.role == Role::Foreseen {
            return Ok(Some(self.shared.plan.foreseen(&access).clone()));
        }
        let value = self.shared.resolve(access);
        if access.role == Role::Sum {
            self.sums.push((place, value.clone().unwrap_or_default()));
        }
        Ok(value)
    }
}

impl<M: Vm, S: DenseStorage<M::Key, M::Value>> Shared<'_, M, S>
where
    M::Key: Eq + Hash,
{
    /// The value that an access reads. All that it comes from have run.
    fn resolve(&self, mut access: Access) -> Option<M::Value> {
        let mut sum: Option<M::Value> = None;
        while access.source != NONE {
            let changes = self.plan.board.changes(access.source);
            match changes.map(|changes| &changes[access.source_local as usize]) {
                Some(Change::Set(value) | Change::Sum(value)) => {
                    return Some(match sum {
                        Some(sum) => value.plus(&sum),
                        None => value.clone(),
                    });
                }
                Some(Change::Add(delta)) => {
                    sum = Some(sum.map_or_else(|| delta.clone(), |sum| sum.plus(delta)));
                }
                // Declared, and left alone.
                Some(Change::None) | None => {}
            }
            access = self.plan.accesses(access.source).1[access.source_local as usize];
        }
        let stored = self.plan.stored(access.slot, self.storage);
        match sum {
            Some(sum) => Some(stored.unwrap_or_default().plus(&sum)),
            None => stored,
        }
    }

    /// Runs one transaction and publishes what it leaves, unless it breaks its declaration.
    ///
    /// # Errors
    /// A [`Fault`] of the virtual machine.
    pub(super) fn run(&self, tx: u32, effects: &mut Effects<M>) -> Result<Ran, Fault> {
        let (keys, accesses) = self.plan.accesses(tx);
        let mut view = PlannedView {
            shared: self,
            keys,
            accesses,
            at: 0,
            tx,
            end: None,
            sums: SmallVec::new(),
        };
        effects.clear();
        match self.vm.run(&self.txs[tx as usize], &mut view, effects) {
            Ok(()) => {}
            Err(Halt::Fault(fault)) => return view.end.ok_or(fault),
            Err(Halt::Blocked(_)) => {
                return Err(Fault::Invariant("blocked in a view that never blocks"));
            }
        }
        let writes = effects.writes();
        let mut places: SmallVec<[usize; 16]> = SmallVec::new();
        view.at = 0;
        for (key, write) in writes {
            let Some(place) = view.place(key) else {
                return Ok(Ran::Breach);
            };
            let is_declared = match write {
                Write::Set(_) => matches!(accesses[place].role, Role::Write | Role::Foreseen),
                Write::Add(_) => matches!(
                    accesses[place].role,
                    Role::Write | Role::Foreseen | Role::Add
                ),
            };
            if !is_declared {
                return Ok(Ran::Breach);
            }
            places.push(place);
        }
        let claim = self.plan.board.claim(tx);
        let claim = claim.ok_or(Fault::Invariant("a planned transaction ran twice"))?;
        claim.publish(|local| {
            if let Some(at) = places.iter().position(|place| *place == local) {
                return match &writes[at].1 {
                    Write::Set(value) => Change::Set(value.clone()),
                    Write::Add(delta) => Change::Add(delta.clone()),
                };
            }
            let sum = view.sums.iter().find(|(place, _)| *place == local);
            sum.map_or(Change::None, |(_, sum)| Change::Sum(sum.clone()))
        });
        Ok(Ran::Done)
    }
}
