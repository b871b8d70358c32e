//! The slots that many change in turn, and what they will hold.

use super::page::{Access, Page, Role};
use super::plan::Plan;
use crate::primitives::hash::BuildMix;
use crate::state::DenseStorage;
use crate::vm::{Foresight, Vm};
use std::collections::HashMap;
use std::hash::Hash;

/// Foreseen slots of a plan at most: 16 bits name one.
const SLOTS_MAX: usize = u16::MAX as usize;

/// What the planner knows of the foreseen slots.
#[derive(Debug)]
pub(super) struct Hot<K, V> {
    /// Those of the plan in hand, with their values after the transactions planned so far.
    slots: Vec<Slot<K, V>>,
    /// What slots are expected to hold when the next plan begins.
    expected: HashMap<K, V, BuildMix>,
}

#[derive(Debug)]
struct Slot<K, V> {
    key: K,
    number: u32,
    first: V,
    value: V,
    is_changed: bool,
}

impl<K, V> Default for Hot<K, V> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            expected: HashMap::default(),
        }
    }
}

impl<K: Eq + Hash + Clone, V: Clone + Default + PartialEq> Hot<K, V> {
    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        self.expected.clear();
        self.slots.clear();
    }

    /// Takes in what the storage holds of a page's foreseen slots, where no plan expects otherwise.
    pub(super) fn expect(&mut self, page: &Page<K>, storage: &impl DenseStorage<K, V>) {
        let foreseen = page.accesses.iter().zip(&page.keys);
        for (access, key) in foreseen.filter(|(access, _)| access.role == Role::Foreseen) {
            if !self.expected.contains_key(key) {
                let value = storage.value(access.slot).unwrap_or_default();
                self.expected.insert(key.clone(), value);
            }
        }
    }

    /// Whether so many more slots can be foreseen.
    pub(super) fn has_room(&self, more: usize) -> bool {
        self.slots.len() + more <= SLOTS_MAX
    }

    /// Which of the foreseen slots this is: as `known`, or a new one.
    pub(super) fn slot(&mut self, known: Option<u16>, key: &K, number: u32) -> u16 {
        known.unwrap_or_else(|| {
            let local = self.slots.len() as u16;
            let first = self.expected.get(key).cloned().unwrap_or_default();
            self.slots.push(Slot {
                key: key.clone(),
                number,
                value: first.clone(),
                first,
                is_changed: false,
            });
            local
        })
    }

    /// Foresees what a transaction, which has just been touched, finds and leaves in its foreseen slots.
    pub(super) fn foresee<M: Vm<Key = K, Value = V>>(
        &mut self,
        plan: &mut Plan<K, V>,
        vm: &M,
        tx: &M::Tx,
        index: u32,
    ) {
        let first = plan.foreseen.len();
        let (page, range) = plan.place(index);
        for access in &mut plan.pages[page].accesses[range.clone()] {
            if access.role == Role::Foreseen {
                access.source = plan.foreseen.len() as u32;
                let value = &self.slots[usize::from(access.source_local)].value;
                plan.foreseen.push([value.clone(), V::default()]);
            }
        }
        let page = &plan.pages[page];
        let accesses = &page.accesses[range.clone()];
        vm.foresee(
            tx,
            &mut Outlook {
                keys: &page.keys[range],
                accesses,
                slots: &mut self.slots,
                at: 0,
            },
        );
        let foreseen = accesses.iter().filter(|at| at.role == Role::Foreseen);
        for (access, values) in foreseen.zip(&mut plan.foreseen[first..]) {
            let slot = &mut self.slots[usize::from(access.source_local)];
            values[1] = slot.value.clone();
            slot.is_changed |= values[0] != values[1];
        }
    }

    /// The plan is whole: says what it relies on and what it leaves, and expects that from now on.
    pub(super) fn settle(&mut self, plan: &mut Plan<K, V>) {
        for slot in self.slots.drain(..) {
            plan.found.push((slot.number, slot.first));
            if slot.is_changed {
                plan.left.push((slot.number, slot.value.clone()));
            }
            self.expected.insert(slot.key, slot.value);
        }
    }
}

/// The foreseen slots of one transaction.
struct Outlook<'a, K, V> {
    keys: &'a [K],
    accesses: &'a [Access],
    slots: &'a mut [Slot<K, V>],
    /// Where the last key stood: the next mostly stands behind it.
    at: usize,
}

impl<K: Eq, V: Clone> Outlook<'_, K, V> {
    fn slot(&mut self, key: &K) -> Option<&mut Slot<K, V>> {
        let (before, after) = self.keys.split_at(self.at);
        let found = after.iter().position(|at| at == key);
        let place = match found {
            Some(place) => place + self.at,
            None => before.iter().position(|at| at == key)?,
        };
        self.at = place;
        let access = self.accesses[place];
        match access.role {
            Role::Foreseen => self.slots.get_mut(usize::from(access.source_local)),
            _ => None,
        }
    }
}

impl<K: Eq, V: Clone> Foresight<K, V> for Outlook<'_, K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        self.slot(key).map(|slot| slot.value.clone())
    }

    fn set(&mut self, key: &K, value: V) {
        if let Some(slot) = self.slot(key) {
            slot.value = value;
        }
    }
}
