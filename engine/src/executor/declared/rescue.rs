//! What a slot held before a transaction that reads it without having declared it.

use super::lane::Log;
use super::page::Role;
use super::plan::Plan;
use crate::state::{Additive, DenseStorage};
use std::hash::Hash;

/// The value of a slot as of the transaction `tx`, all before it having run and some after it. `None` if
/// it cannot be told, the slot being a foreseen one.
pub(in crate::executor) fn value_before<'a, K, V>(
    plan: &Plan<K, V>,
    storage: &impl DenseStorage<K, V>,
    fresh: &[Option<V>],
    logs: impl Iterator<Item = &'a Log<V>> + Clone,
    tx: u32,
    key: &K,
) -> Option<Option<V>>
where
    K: Eq + Hash + Clone + 'a,
    V: Additive + Clone + PartialEq + 'a,
{
    let slot = storage.slot(key).filter(|slot| plan.is_stored(*slot));
    let Some(slot) = slot.or_else(|| plan.fresh.get(key).copied()) else {
        // Nobody else declared it either.
        return Some(storage.get(key));
    };
    if plan.touches(slot, Role::Foreseen) {
        return None;
    }
    // What the first of the later changes found.
    let later = logs.clone().flat_map(|log| &log.undo);
    let later = later.filter(|(by, at, _)| *at == slot && *by > tx);
    let value = match (later.min_by_key(|(by, ..)| *by), plan.fresh_index(slot)) {
        (Some((_, _, before)), _) => before.clone(),
        (None, Some(index)) => fresh[index].clone(),
        (None, None) => storage.value(slot),
    };
    let sums = logs.flat_map(|log| &log.sums);
    let sums = sums.filter(|(by, at, _)| *at == slot && *by < tx);
    Some(sums.fold(value, |value, (_, _, delta)| {
        Some(value.unwrap_or_default().plus(delta))
    }))
}
