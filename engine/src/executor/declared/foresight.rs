//! The slots that many change in turn, and what they will hold.
//!
//! Slots that one transaction foresees form a *set*: the reserves, prices and balances of a pool. Whoever
//! foresees one of them foresees all. One lane works out in block order what each transaction finds and
//! leaves in its set, by the contract's ordered kernel and nothing else; the transactions themselves then
//! run at any time, and what they leave is compared.

use crate::primitives::hash::BuildMix;
use crate::state::Storage;
use crate::vm::{Foresight, Vm};
use std::collections::HashMap;
use std::hash::Hash;

/// Sets of a plan at most.
const SETS_MAX: usize = 1 << 12;

/// What a plan foresees.
#[derive(Debug)]
pub(super) struct Hot<K, V> {
    pub(super) sets: Vec<Set<K, V>>,
    /// By transaction; fewer where nothing is foreseen.
    pub(super) views: Vec<View>,
    values: Vec<V>,
}

/// Slots that are foreseen together.
#[derive(Debug)]
pub(super) struct Set<K, V> {
    pub(super) keys: Vec<K>,
    /// What they must hold in the beginning, and what they will hold in the end.
    pub(super) first: Vec<V>,
    pub(super) last: Vec<V>,
    /// Where what they hold after the transactions planned so far is.
    now: u32,
}

/// Where the values are that a transaction finds in its set and leaves there. None of none.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct View {
    pub(super) set: u32,
    pub(super) count: u32,
    pub(super) before: u32,
    pub(super) after: u32,
}

/// What was foreseen for one transaction.
#[derive(Debug)]
pub(super) struct Outlook<'a, K, V> {
    pub(super) keys: &'a [K],
    pub(super) before: &'a [V],
    pub(super) after: &'a [V],
}

impl<K, V> Default for Hot<K, V> {
    fn default() -> Self {
        Self {
            sets: Vec::new(),
            views: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl<K, V> Hot<K, V> {
    pub(super) fn clear(&mut self) {
        self.sets.clear();
        self.views.clear();
        self.values.clear();
    }

    /// So many values, from the one at `from` on.
    pub(super) fn values(&self, from: u32, count: u32) -> &[V] {
        &self.values[from as usize..(from + count) as usize]
    }
}

impl<K: Clone, V: Clone + PartialEq> Set<K, V> {
    /// Sets its slots, which hold what they must in the beginning, to these values.
    pub(super) fn leave(&self, values: &[V], storage: &mut impl Storage<K, V>) {
        for ((key, value), first) in self.keys.iter().zip(values).zip(&self.first) {
            if value != first {
                storage.set(key.clone(), value.clone());
            }
        }
    }
}

/// What slots are expected to hold when the next plan begins.
#[derive(Debug)]
pub(super) struct Expected<K, V>(HashMap<K, V, BuildMix>);

impl<K, V> Default for Expected<K, V> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K: Eq + Hash + Clone, V: Clone + Default + PartialEq> Expected<K, V> {
    /// Forgets everything.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Takes in what the storage holds of these slots, where no plan expects otherwise.
    pub(super) fn take_in(&mut self, keys: &[K], storage: &impl Storage<K, V>) {
        for key in keys {
            if !self.0.contains_key(key) {
                let value = storage.get(key).unwrap_or_default();
                self.0.insert(key.clone(), value);
            }
        }
    }

    /// The set of these slots in a plan: the one with this number, or a new one. `None` if the one with this
    /// number has other slots, or if there are too many.
    pub(super) fn set(&self, hot: &mut Hot<K, V>, known: Option<u32>, keys: &[K]) -> Option<u32> {
        if let Some(known) = known {
            return (hot.sets[known as usize].keys == keys).then_some(known);
        }
        if hot.sets.len() == SETS_MAX {
            return None;
        }
        let first: Vec<V> = keys
            .iter()
            .map(|key| self.0.get(key).cloned().unwrap_or_default())
            .collect();
        let now = hot.values.len() as u32;
        hot.values.extend_from_slice(&first);
        hot.sets.push(Set {
            keys: keys.to_vec(),
            last: Vec::new(),
            first,
            now,
        });
        Some(hot.sets.len() as u32 - 1)
    }

    /// Foresees what a transaction finds and leaves in a set.
    pub(super) fn foresee<M: Vm<Key = K, Value = V>>(
        hot: &mut Hot<K, V>,
        vm: &M,
        (tx, index): (&M::Tx, u32),
        set: u32,
    ) {
        let Hot {
            sets,
            views,
            values,
        } = hot;
        let known = &mut sets[set as usize];
        let count = known.keys.len() as u32;
        let (before, after) = (known.now, values.len() as u32);
        values.extend_from_within(before as usize..(before + count) as usize);
        let now = &mut values[after as usize..];
        vm.foresee(
            tx,
            &mut Slots {
                keys: &known.keys,
                values: now,
                at: 0,
            },
        );
        known.now = after;
        views.resize(index as usize + 1, View::default());
        views[index as usize] = View {
            set,
            count,
            before,
            after,
        };
    }

    /// The plan is whole: says what it leaves, and expects that from now on.
    pub(super) fn settle(&mut self, hot: &mut Hot<K, V>) {
        for set in &mut hot.sets {
            let now = set.now as usize;
            set.last.clear();
            set.last
                .extend_from_slice(&hot.values[now..now + set.keys.len()]);
            for (key, value) in set.keys.iter().zip(&set.last) {
                self.0.insert(key.clone(), value.clone());
            }
        }
    }
}

/// The foreseen slots of one transaction, on their way.
struct Slots<'a, K, V> {
    keys: &'a [K],
    values: &'a mut [V],
    /// Where the last key stood: the next mostly stands behind it.
    at: usize,
}

/// Where a key stands in a short list, looked for from `at` on.
pub(super) fn place<K: PartialEq>(keys: &[K], key: &K, at: usize) -> Option<usize> {
    let (before, after) = keys.split_at(at);
    match after.iter().position(|other| other == key) {
        Some(place) => Some(place + at),
        None => before.iter().position(|other| other == key),
    }
}

impl<K: Eq, V: Clone> Foresight<K, V> for Slots<'_, K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        self.at = place(self.keys, key, self.at)?;
        Some(self.values[self.at].clone())
    }

    fn set(&mut self, key: &K, value: V) {
        if let Some(place) = place(self.keys, key, self.at) {
            self.at = place;
            self.values[place] = value;
        }
    }
}
