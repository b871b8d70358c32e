//! A machine whose transactions choose what to touch by what they read.
//!
//! Because every value read steers the rest of the run, an incarnation that read something stale touches
//! other slots, writes other values, fails, or ends early: all that an optimistic executor must undo.

use crate::primitives::Limit;
use crate::primitives::hash::{BuildMix, mix};
use crate::primitives::seed::Stream;
use crate::state::overlay::Write;
use crate::state::{Additive, Cells, DenseStorage, Half, Places, ReadView, Storage};
use crate::vm::{Accesses, Effects, Halt, Intent, Vm};
use std::collections::HashMap;

/// A value of the toy machine.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Number(pub u64);

impl Additive for Number {
    fn plus(&self, delta: &Self) -> Self {
        Self(self.0.wrapping_add(delta.0))
    }

    fn half(&self, _: Half) -> i128 {
        i128::from(self.0 as i64)
    }
}

/// A transaction: where it starts, how long it is, how many slots there are to choose from.
#[derive(Clone, Copy, Debug)]
pub struct ToyTx {
    /// Steers the run together with the values read.
    pub start: u64,
    /// Actions.
    pub length: u32,
    /// Slots to choose from.
    pub slots: u64,
    /// How many of sixteen actions are bounded additions.
    pub bounded: u64,
}

/// Most that a bounded addition leaves in a slot: a few additions away from where slots begin.
const CAP: u64 = 12;

/// The toy machine.
#[derive(Clone, Copy, Default, Debug)]
pub struct ToyVm;

impl Vm for ToyVm {
    type Key = u64;
    type Value = Number;
    type Tx = ToyTx;
    type Output = (u64, bool);

    fn run(
        &self,
        tx: &ToyTx,
        view: &mut impl ReadView<u64, Number>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let mut state = mix(tx.start);
        for action in 0..tx.length {
            effects.gas += 10;
            let slot = mix(state ^ 1) % tx.slots;
            if mix(state ^ 3) % 16 < tx.bounded {
                state ^= u64::from(add_within(state, slot, view, effects)?);
                state = mix(state ^ u64::from(action));
                continue;
            }
            match mix(state ^ 2) % 8 {
                0..=2 => {
                    let value = match effects.overlay.get(&slot).copied() {
                        Some(Write::Set(value)) => value,
                        Some(Write::Add(delta)) => {
                            view.read(&slot)?.unwrap_or_default().plus(&delta)
                        }
                        None => view.read(&slot)?.unwrap_or_default(),
                    };
                    state ^= value.0;
                }
                3..=4 => effects.overlay.set(slot, Number(state % 16)),
                5 => effects.overlay.add(slot, Number(state % 3)),
                6 => effects.gas += state % 200,
                _ if state.is_multiple_of(29) => {
                    // Refused: nothing of it stands.
                    effects.overlay.clear();
                    effects.output = (state, false);
                    return Ok(());
                }
                _ => {}
            }
            state = mix(state ^ u64::from(action));
        }
        effects.output = (state, true);
        Ok(())
    }

    /// What a run on the state before the block touches, which is often not what a run in the block
    /// does; one transaction in seven cannot say.
    fn declare(
        &self,
        tx: &ToyTx,
        before: &impl Storage<u64, Number>,
        into: &mut dyn Accesses<u64>,
    ) -> bool {
        let mut view = Listening {
            before,
            into: &mut *into,
        };
        let mut effects = Effects::default();
        if self.run(tx, &mut view, &mut effects).is_err() {
            return false;
        }
        for (key, write) in effects.writes() {
            into.push(
                *key,
                match write {
                    // Foreseen to stay as it is, which is mostly wrong.
                    Write::Set(_) if tx.start.is_multiple_of(5) && key.is_multiple_of(2) => {
                        Intent::Foreseen
                    }
                    Write::Set(_) => Intent::Write,
                    Write::Add(_) => Intent::Add,
                },
            );
        }
        !tx.start.is_multiple_of(7)
    }
}

/// Adds to a slot if that leaves it at most [`CAP`], or takes from it if that leaves it at least zero; how
/// much follows from what was read before. False if the bound forbids it.
fn add_within(
    state: u64,
    slot: u64,
    view: &mut impl ReadView<u64, Number>,
    effects: &mut Effects<ToyVm>,
) -> Result<bool, Halt> {
    let amount = 1 + mix(state ^ 4) % 4;
    let (limit, delta) = match mix(state ^ 5) % 3 {
        0 => (Limit::AtLeast(u128::from(amount)), amount.wrapping_neg()),
        _ => (Limit::AtMost(u128::from(CAP - amount)), amount),
    };
    let bound = (Half::Low, limit);
    effects.overlay.add_if(view, &slot, bound, Number(delta))
}

/// Declares whatever is read.
struct Listening<'a, S> {
    before: &'a S,
    into: &'a mut dyn Accesses<u64>,
}

impl<S: Storage<u64, Number>> ReadView<u64, Number> for Listening<'_, S> {
    fn read(&mut self, key: &u64) -> Result<Option<Number>, Halt> {
        self.into.push(*key, Intent::Read);
        Ok(self.before.get(key))
    }
}

/// A block of toy transactions; in two blocks of three, some of their actions are bounded additions.
pub fn block(stream: &mut Stream, count: u32, slots: u64, length_max: u32) -> Vec<ToyTx> {
    let bounded = [0, 3, 12][stream.below(3) as usize];
    some_bounded(stream, bounded, count, slots, length_max)
}

/// The same, with so many of sixteen actions bounded additions.
pub fn some_bounded(
    stream: &mut Stream,
    bounded: u64,
    count: u32,
    slots: u64,
    length_max: u32,
) -> Vec<ToyTx> {
    (0..count)
        .map(|_| ToyTx {
            start: stream.next_u64(),
            length: stream.below(u64::from(length_max)) as u32 + 1,
            slots: slots.max(1),
            bounded,
        })
        .collect()
}

/// Storage over a map.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct MapStorage<K: std::hash::Hash + Eq, V>(pub HashMap<K, V, BuildMix>);

impl<K: std::hash::Hash + Eq + Clone, V: Clone + Default + PartialEq> MapStorage<K, V> {
    /// What it holds, without slots that hold nothing: those are as good as never written.
    #[must_use]
    pub fn held(&self) -> Self {
        let held = self.0.iter().filter(|(_, value)| **value != V::default());
        Self(held.map(|(k, v)| (k.clone(), v.clone())).collect())
    }
}

impl<K: std::hash::Hash + Eq + Sync, V: Clone + Sync> Storage<K, V> for MapStorage<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        self.0.get(key).cloned()
    }
    fn set(&mut self, key: K, value: V) {
        self.0.insert(key, value);
    }
}

/// Storage whose slots are numbered.
#[derive(Clone, Default, Debug)]
pub struct NumberedStorage<K: std::hash::Hash + Eq, V> {
    places: HashMap<K, u32, BuildMix>,
    values: Vec<V>,
}

impl<K: std::hash::Hash + Ord + Clone + Sync, V: Clone + Sync> NumberedStorage<K, V> {
    /// With what the other one holds.
    pub fn of(map: &MapStorage<K, V>) -> Self {
        let mut entries: Vec<_> = map.0.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        let mut storage = Self {
            places: HashMap::default(),
            values: Vec::new(),
        };
        for (key, value) in entries {
            storage.set(key.clone(), value.clone());
        }
        storage
    }

    /// The same slots without numbers.
    pub fn map(&self) -> MapStorage<K, V> {
        let entries = self.places.iter();
        let value = |place: &u32| self.values[*place as usize].clone();
        MapStorage(
            entries
                .map(|(key, place)| (key.clone(), value(place)))
                .collect(),
        )
    }
}

impl<K: std::hash::Hash + Eq + Sync, V: Clone + Sync> Storage<K, V> for NumberedStorage<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        let place = self.places.get(key)?;
        self.values.get(*place as usize).cloned()
    }
    fn set(&mut self, key: K, value: V) {
        let next = self.values.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        match self.values.get_mut(place as usize) {
            Some(old) => *old = value,
            None => self.values.push(value),
        }
    }
}

impl<K: std::hash::Hash + Eq + Sync, V: Clone + Sync> DenseStorage<K, V> for NumberedStorage<K, V> {
    type Places<'a>
        = &'a HashMap<K, u32, BuildMix>
    where
        Self: 'a;

    fn replace(&mut self, slot: u32, value: V) {
        self.values[slot as usize] = value;
    }

    fn lend(&mut self) -> (Self::Places<'_>, Cells<'_, V>) {
        (&self.places, Cells::of(&mut self.values))
    }
}

impl<K: std::hash::Hash + Eq + Sync> Places<K> for &HashMap<K, u32, BuildMix> {
    fn slot(&self, key: &K) -> Option<u32> {
        self.get(key).copied()
    }
}
