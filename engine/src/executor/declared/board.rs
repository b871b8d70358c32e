//! Where transactions leave their changes for those who come after: one cell an access.
//!
//! The one file of the engine with `unsafe` code; decision 0006 says why. Its interface is safe whatever
//! the scheduler does: a transaction's cells are written by whoever holds its [`Claim`], of which there is
//! one, and are seen by nobody else before the claim is published; after that they never change.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU32, Ordering};

/// How a transaction leaves a slot that it declared.
#[derive(Clone, Default, Debug)]
pub(in crate::executor) enum Change<V> {
    /// As it was.
    #[default]
    None,
    Set(V),
    Add(V),
    /// As it was; the sum of what was found is kept for those who come after.
    Sum(V),
}

/// A transaction's state, in the same word as the number of those it waits for. Passed over: a lane came
/// by when it was not ready, so that whoever makes it ready is to run it.
const PASSED: u32 = 1 << 31;
const CLAIMED: u32 = u32::MAX - 1;
const PUBLISHED: u32 = u32::MAX;

/// Cells for a block's accesses, and how far each transaction is.
#[derive(Debug)]
pub(in crate::executor) struct Board<V> {
    cells: Vec<UnsafeCell<Change<V>>>,
    /// Where each transaction's cells begin, and the end of the last one's. Never falls.
    first: Vec<usize>,
    /// How many each transaction still waits for, perhaps [`PASSED`]; or [`CLAIMED`], or [`PUBLISHED`].
    states: Vec<AtomicU32>,
}

// SAFETY: cells are reached through `&self` in two ways only. `Claim::set` writes cells of one transaction,
// and there is at most one claim on it, since a claim is made by a compare-and-swap from below `CLAIMED`
// and nothing goes back there without `&mut self` (`release` never lowers a claimed or published state, and
// `pass` sets a bit that both have). `changes` reads them after having seen `PUBLISHED` with an acquiring load; that state is stored,
// releasing, by consuming the claim. So no cell is ever written while somebody else may look at it.
// Values are handed to other threads and shared between them, hence `Send + Sync`.
unsafe impl<V: Send + Sync> Sync for Board<V> {}

/// The right to write a transaction's cells.
pub(super) struct Claim<'a, V> {
    board: &'a Board<V>,
    tx: u32,
}

impl<V> Default for Board<V> {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            first: vec![0],
            states: Vec::new(),
        }
    }
}

impl<V> Board<V> {
    /// Forgets all transactions, keeping the memory.
    pub(super) fn clear(&mut self) {
        self.first.clear();
        self.first.push(0);
    }

    /// Adds the next transaction: how many accesses it has, how many others it waits for.
    pub(super) fn push(&mut self, accesses: usize, waits: u32) {
        let tx = self.first.len() - 1;
        let end = self.first[tx] + accesses;
        self.first.push(end);
        if self.cells.len() < end {
            self.cells
                .resize_with(end.next_power_of_two(), UnsafeCell::default);
        }
        match self.states.get_mut(tx) {
            Some(state) => *state.get_mut() = waits,
            None => self.states.push(AtomicU32::new(waits)),
        }
    }

    /// Whether `tx` is ready to be run by whoever came by; if not, it is left to whoever makes it ready.
    pub(super) fn pass(&self, tx: u32) -> bool {
        let state = &self.states[tx as usize];
        // Acquires what those it waited for have published.
        state.load(Ordering::Acquire) == 0 || state.fetch_or(PASSED, Ordering::Acquire) == 0
    }

    /// One of those that `tx` waits for has been published. True if it was the last, and a lane has come
    /// by before: then `tx` is the caller's to run.
    pub(super) fn release(&self, tx: u32) -> bool {
        let state = &self.states[tx as usize];
        let lower = |state: u32| (state < CLAIMED && state & !PASSED > 0).then(|| state - 1);
        state.fetch_update(Ordering::AcqRel, Ordering::Relaxed, lower) == Ok(PASSED | 1)
    }

    /// The right to publish `tx`, which waits for nobody; `None` if somebody else has it or had it.
    pub(super) fn claim(&self, tx: u32) -> Option<Claim<'_, V>> {
        let state = &self.states[tx as usize];
        let claim = |state: u32| (state & !PASSED == 0).then_some(CLAIMED);
        let claimed = state.fetch_update(Ordering::Acquire, Ordering::Relaxed, claim);
        claimed.is_ok().then_some(Claim { board: self, tx })
    }

    /// What `tx` left, access by access; `None` if it is not published.
    pub(in crate::executor) fn changes(&self, tx: u32) -> Option<&[Change<V>]> {
        let tx = tx as usize;
        if self.states[tx].load(Ordering::Acquire) != PUBLISHED {
            return None;
        }
        let cells = &self.cells[self.first[tx]..self.first[tx + 1]];
        // SAFETY: published, so nobody writes these cells while `self` is shared (see above), and
        // `UnsafeCell<T>` has the layout of `T`.
        Some(unsafe { &*(std::ptr::from_ref(cells) as *const [Change<V>]) })
    }
}

impl<V> Claim<'_, V> {
    /// Says how each access leaves its slot, in order; `change` is asked once for each.
    pub(super) fn publish(self, mut change: impl FnMut(usize) -> Change<V>) {
        let tx = self.tx as usize;
        let range = self.board.first[tx]..self.board.first[tx + 1];
        for (local, cell) in self.board.cells[range].iter().enumerate() {
            // SAFETY: this is the only claim, and nothing is published yet (see above). `change` cannot
            // reach the cell: it has no way to this claim's transaction before it is published.
            unsafe { *cell.get() = change(local) };
        }
        self.board.states[tx].store(PUBLISHED, Ordering::Release);
    }
}
