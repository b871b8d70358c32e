//! Who holds which lock.

use crate::executor::optimistic::KeyId;
use crate::primitives::TxIndex;

/// What a lock allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Read,
    Add,
    Exclusive,
}

impl Mode {
    /// The mode that allows both.
    fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Exclusive }
    }

    /// Whether two transactions may hold a slot so at the same time.
    fn goes_with(self, other: Self) -> bool {
        self == other && self != Self::Exclusive
    }
}

#[derive(Clone, Default)]
struct Lock {
    holders: Vec<(TxIndex, Mode)>,
    /// Who waits, and for what, earliest first; some may have given up.
    waiters: Vec<(TxIndex, Mode)>,
}

/// The locks of a block.
pub(super) struct Locks {
    locks: Vec<Lock>,
    /// By transaction: the slots it holds.
    held: Vec<Vec<KeyId>>,
}

/// What comes of asking for a lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    Granted,
    /// An earlier transaction is in the way; who asked waits for the slot now.
    Waits(TxIndex),
    /// Granted once these later transactions have lost it.
    Wounds(Vec<TxIndex>),
}

impl Locks {
    /// No locks; `capacity` is above every slot's number.
    pub(super) fn new(transactions: usize, capacity: usize) -> Self {
        Self {
            locks: vec![Lock::default(); capacity],
            held: vec![Vec::new(); transactions],
        }
    }

    /// Asks for a lock, on top of what the transaction holds of the slot already.
    pub(super) fn ask(&mut self, tx: TxIndex, id: KeyId, mode: Mode) -> Answer {
        let lock = &mut self.locks[id.0 as usize];
        let own = lock.holders.iter().position(|(holder, _)| *holder == tx);
        let wanted = own.map_or(mode, |own| match lock.holders[own].1 {
            Mode::Exclusive => Mode::Exclusive,
            held => held.and(mode),
        });
        let mut in_the_way = lock
            .holders
            .iter()
            .filter(|(holder, held)| *holder != tx && !held.goes_with(wanted))
            .map(|(holder, _)| *holder)
            .collect::<Vec<_>>();
        in_the_way.sort_unstable();
        match in_the_way.first() {
            None => {
                match own {
                    Some(own) => lock.holders[own].1 = wanted,
                    None => {
                        lock.holders.push((tx, wanted));
                        self.held[tx.as_usize()].push(id);
                    }
                }
                Answer::Granted
            }
            Some(earliest) if *earliest < tx => {
                match lock
                    .waiters
                    .binary_search_by_key(&tx, |(waiter, _)| *waiter)
                {
                    Ok(place) => lock.waiters[place].1 = wanted,
                    Err(place) => lock.waiters.insert(place, (tx, wanted)),
                }
                Answer::Waits(*earliest)
            }
            Some(_) => Answer::Wounds(in_the_way),
        }
    }

    /// Takes all locks of a transaction back: their slots.
    pub(super) fn release(&mut self, tx: TxIndex) -> Vec<KeyId> {
        let released = std::mem::take(&mut self.held[tx.as_usize()]);
        for id in &released {
            let lock = &mut self.locks[id.0 as usize];
            lock.holders.retain(|(holder, _)| *holder != tx);
        }
        released
    }

    /// Whether the transaction holds the slot in some way.
    pub(super) fn holds(&self, tx: TxIndex, id: KeyId) -> bool {
        self.held[tx.as_usize()].contains(&id)
    }

    /// Calls those who wait for a slot, earliest first, for as long as no earlier holder and nobody
    /// called before is in their way: waking everybody would only make them wait again. `wake` says no
    /// to those who have given up. Who is called waits no more.
    pub(super) fn call(&mut self, id: KeyId, mut wake: impl FnMut(TxIndex) -> bool) {
        let lock = &mut self.locks[id.0 as usize];
        let mut called: Option<Mode> = None;
        let mut is_over = false;
        let Lock { holders, waiters } = lock;
        waiters.retain(|(waiter, mode)| {
            let is_held = holders
                .iter()
                .any(|(holder, held)| holder < waiter && !held.goes_with(*mode));
            is_over |= is_held || called.is_some_and(|called| !called.goes_with(*mode));
            if is_over {
                return true;
            }
            if wake(*waiter) {
                called = Some(*mode);
            }
            false
        });
    }
}
