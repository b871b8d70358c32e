//! The values of slots that the storage has not, while lanes run.

use crate::primitives::hash::BuildMix;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Slots that were set for the first time: few, since storage gives neighbours their slots together. Who may
/// look when is for the regions to say; the lock only keeps the table whole.
#[derive(Debug)]
pub(in crate::executor) struct Fresh<K, V> {
    values: Mutex<HashMap<K, V, BuildMix>>,
    /// How many there are. Whoever comes after the one who set a slot has synchronised with that one, so
    /// that no order is asked for here.
    count: AtomicUsize,
}

impl<K, V> Default for Fresh<K, V> {
    fn default() -> Self {
        Self {
            values: Mutex::default(),
            count: AtomicUsize::new(0),
        }
    }
}

impl<K: Eq + Hash + Ord + Clone, V: Clone> Fresh<K, V> {
    fn values(&self) -> MutexGuard<'_, HashMap<K, V, BuildMix>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        match self.count.load(Ordering::Relaxed) {
            0 => None,
            _ => self.values().get(key).cloned(),
        }
    }

    /// Changes a slot; what stood there before.
    pub(super) fn replace(&self, key: &K, change: impl FnOnce(Option<V>) -> V) -> Option<V> {
        let mut values = self.values();
        let before = values.get(key).cloned();
        values.insert(key.clone(), change(before.clone()));
        self.count.store(values.len(), Ordering::Relaxed);
        before
    }

    /// Sets a slot to what stood there before.
    pub(super) fn undo(&self, key: &K, before: Option<V>) {
        let mut values = self.values();
        match before {
            Some(value) => values.insert(key.clone(), value),
            None => values.remove(key),
        };
    }

    /// Takes all slots out, in the order of their keys: whoever came first is nobody's business.
    pub(super) fn take(&mut self) -> Vec<(K, V)> {
        let values = self.values.get_mut();
        let values = values.unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(K, V)> = values.drain().collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        *self.count.get_mut() = 0;
        all
    }
}
