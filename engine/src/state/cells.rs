//! Values side by side that several threads use at the same time, each those that it holds.
//!
//! One of the engine's few files with `unsafe` code; decision 0006 says why. Whoever builds [`Cells`] has
//! the values exclusively, so that nobody else can see them meanwhile; who may touch which value when is
//! the caller's to keep.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A value with its key beside it, on a cache line of its own: whoever has found the key has the value too.
#[repr(C, align(64))]
#[derive(Clone, Copy, Debug)]
pub struct Line<K, V> {
    /// Names the value; not reachable through [`Cells`].
    pub key: K,
    /// The value.
    pub value: V,
    /// Whether the value has been changed since somebody asked what was.
    pub is_changed: bool,
}

/// Values that are lent to several threads at once.
#[derive(Debug)]
pub struct Cells<'a, V> {
    first: NonNull<V>,
    /// Bytes from a value to the next.
    stride: usize,
    count: usize,
    /// Where the first line's mark is, if there are marks.
    marks: Option<NonNull<bool>>,
    values: PhantomData<&'a mut [V]>,
}

/// The keys beside values that are lent to several threads: nobody changes these.
#[derive(Debug)]
pub struct Keys<'a, K> {
    first: NonNull<K>,
    /// Bytes from a key to the next.
    stride: usize,
    count: usize,
    keys: PhantomData<&'a [K]>,
}

// SAFETY: keys are only read, by reference.
unsafe impl<K: Sync> Sync for Keys<'_, K> {}
// SAFETY: as above.
unsafe impl<K: Sync> Send for Keys<'_, K> {}

impl<K> Keys<'_, K> {
    /// The key, which is on one cache line with its value: looking at it brings both near.
    pub fn get(&self, index: usize) -> Option<&K> {
        // SAFETY: below `count`, so the offset stays within the slice of lines that this was built from;
        // keys are not reachable through `Cells`, so nobody changes one while they are lent.
        (index < self.count).then(|| unsafe { self.first.byte_add(index * self.stride).as_ref() })
    }
}

// SAFETY: values are handed from thread to thread (`Send`), and read by several (`Sync`); that nobody reads
// what another writes is what `get`, `put` and `with` ask of their callers.
unsafe impl<V: Send + Sync> Sync for Cells<'_, V> {}
// SAFETY: as above.
unsafe impl<V: Send + Sync> Send for Cells<'_, V> {}

impl<'a, V> Cells<'a, V> {
    /// Of values alone.
    pub fn of(values: &'a mut [V]) -> Self {
        Self {
            count: values.len(),
            stride: size_of::<V>(),
            first: NonNull::from(values).cast(),
            marks: None,
            values: PhantomData,
        }
    }

    /// Of values with keys beside them, and those keys.
    pub fn of_lines<K>(lines: &'a mut [Line<K, V>]) -> (Keys<'a, K>, Self) {
        let count = lines.len();
        let stride = size_of::<Line<K, V>>();
        let base = NonNull::from(lines).cast::<Line<K, V>>();
        // SAFETY: where there is a line, the offsets stay within the first one; where there is none, nothing
        // is offset.
        let (first, marks) = match count {
            0 => (NonNull::dangling(), NonNull::dangling()),
            _ => unsafe {
                (
                    base.byte_add(std::mem::offset_of!(Line<K, V>, value))
                        .cast(),
                    base.byte_add(std::mem::offset_of!(Line<K, V>, is_changed))
                        .cast(),
                )
            },
        };
        let keys = Keys {
            // The key is the line's first field (`repr(C)`).
            first: base.cast(),
            stride,
            count,
            keys: PhantomData,
        };
        let values = Self {
            first,
            stride,
            count,
            marks: Some(marks),
            values: PhantomData,
        };
        (keys, values)
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn at(&self, index: usize) -> NonNull<V> {
        assert!(index < self.count, "no such cell");
        // SAFETY: `index` is below `count`, so the offset stays within the slice that this was built from.
        unsafe { self.first.byte_add(index * self.stride) }
    }

    /// The value.
    ///
    /// # Safety
    /// Nobody changes it meanwhile, and whoever changed it last has synchronised with this thread.
    pub unsafe fn get(&self, index: usize) -> &V {
        // SAFETY: within bounds (`at`); not written meanwhile, by the caller's promise.
        unsafe { self.at(index).as_ref() }
    }

    /// Lets `change` change the value.
    ///
    /// # Safety
    /// Nobody else touches it meanwhile, and whoever touched it last has synchronised with this thread.
    pub unsafe fn with<T>(&self, index: usize, change: impl FnOnce(&mut V) -> T) -> T {
        // SAFETY: within bounds (`at`); not touched by others meanwhile, by the caller's promise. `change`
        // cannot reach the value a second time but by breaking that promise.
        change(unsafe { self.at(index).as_mut() })
    }
}

impl<V> Cells<'_, V> {
    /// Marks a value as changed, where values have marks; whether it had not been before.
    ///
    /// # Safety
    /// As [`Cells::with`].
    pub unsafe fn mark(&self, index: usize) -> bool {
        assert!(index < self.count, "no such cell");
        // SAFETY: within bounds; nobody else touches the line's value or its mark, by the caller's promise.
        self.marks.is_some_and(|marks| unsafe {
            let mark = marks.byte_add(index * self.stride).as_mut();
            !std::mem::replace(mark, true)
        })
    }
}

/// Values of which each is given once to whoever asks next.
#[derive(Debug)]
pub struct Handout<'a, V> {
    cells: Cells<'a, V>,
    next: AtomicUsize,
}

impl<'a, V> Handout<'a, V> {
    /// Of these values.
    pub fn of(values: &'a mut [V]) -> Self {
        Self {
            cells: Cells::of(values),
            next: AtomicUsize::new(0),
        }
    }

    /// Lets `change` have the next value and its index; false when all have been given.
    pub fn give(&self, change: impl FnOnce(usize, &mut V)) -> bool {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index >= self.cells.len() {
            return false;
        }
        // SAFETY: the counter gives every index once, and the values are borrowed exclusively.
        unsafe { self.cells.with(index, |value| change(index, value)) };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_show_their_values_and_nothing_else() {
        let mut lines: Vec<Line<u8, u64>> = (0..9)
            .map(|key| Line {
                key,
                value: u64::from(key) * 10,
                is_changed: key % 3 == 0,
            })
            .collect();
        let (keys, cells) = Cells::of_lines(&mut lines);
        std::thread::scope(|scope| {
            for half in 0..2 {
                let (keys, cells) = (&keys, &cells);
                scope.spawn(move || {
                    for index in (half..cells.len()).step_by(2) {
                        assert_eq!(keys.get(index).copied().map(usize::from), Some(index));
                        // SAFETY: each thread has the cells of its own parity.
                        unsafe {
                            assert_eq!(cells.mark(index), index % 3 > 0);
                            cells.with(index, |value| *value += 1);
                        }
                    }
                });
            }
        });
        for (index, line) in lines.iter().enumerate() {
            assert_eq!(usize::from(line.key), index);
            assert_eq!(line.value, index as u64 * 10 + 1);
            assert!(line.is_changed);
        }
        let (keys, cells) = Cells::of_lines(&mut [] as &mut [Line<u8, u64>]);
        assert!(cells.is_empty() && keys.get(0).is_none());
    }

    #[test]
    #[should_panic(expected = "no such cell")]
    fn beyond_the_end_there_is_nothing() {
        let mut values = [1, 2, 3];
        let cells = Cells::of(&mut values);
        // SAFETY: nobody else has the cells.
        unsafe { cells.get(3) };
    }
}
