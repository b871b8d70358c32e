//! The native machine with one slot changed.

use crate::primitives::Address;
use crate::primitives::hash::mix;
use crate::state::overlay::{Overlay, Write};
use crate::state::{Answer, Bound, Key, ReadView, Word};
use crate::vm::native::{NativeVm, Receipt, Transaction};
use crate::vm::{Effects, Halt, Vm};

/// A field of a slot's parts: contracts number their fields from 0.
pub(super) const PART_FIELD: u32 = 1 << 31;

/// Runs what the native machine runs, through a view and with writes of its own.
fn run_within<M>(
    vm: &NativeVm,
    tx: &Transaction,
    view: &mut impl ReadView<Key, Word>,
    effects: &mut Effects<M>,
    rewrite: impl Fn(Key, Write<Word>) -> (Key, Write<Word>),
) -> Result<(), Halt>
where
    M: Vm<Key = Key, Value = Word, Output = Receipt>,
{
    let mut inner = Effects::<NativeVm> {
        overlay: std::mem::take(&mut effects.overlay),
        gas: effects.gas,
        output: std::mem::take(&mut effects.output),
    };
    let result = vm.run(tx, view, &mut inner);
    let mut overlay = Overlay::default();
    for (key, write) in inner.writes() {
        match rewrite(*key, *write) {
            (key, Write::Set(value)) => overlay.set(key, value),
            (key, Write::Add(delta)) => overlay.add(key, delta),
        }
    }
    *effects = Effects {
        overlay,
        gas: inner.gas,
        output: inner.output,
    };
    result
}

/// The native machine with one slot whose writes commute.
pub(super) struct Commutative<'a> {
    pub(super) vm: &'a NativeVm,
    pub(super) key: Key,
    /// What the slot holds before the block.
    pub(super) before: Word,
}

impl Vm for Commutative<'_> {
    type Key = Key;
    type Value = Word;
    type Tx = Transaction;
    type Output = Receipt;

    fn run(
        &self,
        tx: &Transaction,
        view: &mut impl ReadView<Key, Word>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let mut view = Unseen {
            view,
            key: self.key,
            value: self.before,
        };
        run_within(self.vm, tx, &mut view, effects, |key, write| match write {
            Write::Set(value) if key == self.key => {
                (key, Write::Add(difference(&value, &self.before)))
            }
            _ => (key, write),
        })
    }
}

/// What has to be added to one word to get the other; the halves on their own, as words are added.
pub(super) fn difference(after: &Word, before: &Word) -> Word {
    Word::pair(
        after.low().wrapping_sub(before.low()),
        after.high().wrapping_sub(before.high()),
    )
}

/// A view that answers for one slot itself, so that no scheduler learns that it was read.
struct Unseen<'a, V> {
    view: &'a mut V,
    key: Key,
    value: Word,
}

impl<V: ReadView<Key, Word>> ReadView<Key, Word> for Unseen<'_, V> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        if *key == self.key {
            return Ok(Some(self.value));
        }
        self.view.read(key)
    }

    fn holds(&mut self, key: &Key, bound: &Bound<Word>) -> Result<Answer<Word>, Halt> {
        if *key == self.key {
            return Ok(Answer {
                holds: bound.holds(&self.value),
                found: Some(self.value),
            });
        }
        self.view.holds(key, bound)
    }
}

/// The native machine with one slot in parts.
pub(super) struct Split<'a> {
    pub(super) vm: &'a NativeVm,
    pub(super) key: Key,
    pub(super) ways: u32,
}

impl Split<'_> {
    const fn part(&self, sender: Address) -> Key {
        let part = mix(sender.0 as u64) % self.ways as u64;
        part_of(self.key, part as u32)
    }
}

/// The slot of a part: no contract has such a field.
pub(super) const fn part_of(key: Key, part: u32) -> Key {
    Key {
        owner: key.owner,
        field: PART_FIELD | key.field,
        subject: mix(key.subject).wrapping_add(part as u64),
    }
}

impl Vm for Split<'_> {
    type Key = Key;
    type Value = Word;
    type Tx = Transaction;
    type Output = Receipt;

    fn run(
        &self,
        tx: &Transaction,
        view: &mut impl ReadView<Key, Word>,
        effects: &mut Effects<Self>,
    ) -> Result<(), Halt> {
        let part = self.part(tx.sender);
        let mut view = Renamed {
            view,
            from: self.key,
            to: part,
        };
        run_within(self.vm, tx, &mut view, effects, |key, write| {
            (if key == self.key { part } else { key }, write)
        })
    }
}

/// A view in which one slot stands for another.
struct Renamed<'a, V> {
    view: &'a mut V,
    from: Key,
    to: Key,
}

impl<V> Renamed<'_, V> {
    fn name(&self, key: &Key) -> Key {
        if *key == self.from { self.to } else { *key }
    }
}

impl<V: ReadView<Key, Word>> ReadView<Key, Word> for Renamed<'_, V> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        let key = self.name(key);
        self.view.read(&key)
    }

    fn holds(&mut self, key: &Key, bound: &Bound<Word>) -> Result<Answer<Word>, Halt> {
        let key = self.name(key);
        self.view.holds(&key, bound)
    }
}
