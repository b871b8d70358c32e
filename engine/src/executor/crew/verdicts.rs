//! Which runs are known to be valid, until somebody writes what they read.
//!
//! In virtual time one thread does everything, so a check whose outcome cannot have changed need not be
//! made again: the verdict is the same, and so is the recording.

use crate::executor::optimistic::KeyId;
use crate::primitives::{Incarnation, TxIndex};

/// What is known of the newest runs of a block.
pub(super) struct Verdicts {
    /// By slot: whose newest or an older run has read or compared it, sorted.
    readers: Vec<Vec<TxIndex>>,
    runs: Vec<Run>,
}

#[derive(Clone, Copy, Default)]
struct Run {
    /// How many slots the newest published run has read or compared.
    reads: u32,
    /// The run that was found valid since the last write to anything it read.
    valid: Option<Incarnation>,
}

impl Verdicts {
    /// Nothing is known; `capacity` is above every slot's number.
    pub(super) fn new(transactions: usize, capacity: usize) -> Self {
        Self {
            readers: vec![Vec::new(); capacity],
            runs: vec![Run::default(); transactions],
        }
    }

    /// A run was published that has read or compared these slots.
    pub(super) fn published(&mut self, tx: TxIndex, reads: impl Iterator<Item = KeyId>) {
        let mut count = 0;
        for id in reads {
            count += 1;
            let readers = &mut self.readers[id.0 as usize];
            match readers.last() {
                Some(last) if *last < tx => readers.push(tx),
                None => readers.push(tx),
                _ => {
                    if let Err(place) = readers.binary_search(&tx) {
                        readers.insert(place, tx);
                    }
                }
            }
        }
        self.runs[tx.as_usize()] = Run {
            reads: count,
            valid: None,
        };
    }

    /// The writer's version of this slot is another one, or gone: nothing is known any more of later
    /// readers.
    pub(super) fn touched(&mut self, id: KeyId, writer: TxIndex) {
        let readers = self.readers[id.0 as usize].iter().rev();
        for reader in readers.take_while(|reader| **reader > writer) {
            self.runs[reader.as_usize()].valid = None;
        }
    }

    /// How many slots the newest published run has read or compared.
    pub(super) fn reads(&self, tx: TxIndex) -> usize {
        self.runs[tx.as_usize()].reads as usize
    }

    /// Whether this run is known to be valid.
    pub(super) fn is_valid(&self, tx: TxIndex, incarnation: Incarnation) -> bool {
        self.runs[tx.as_usize()].valid == Some(incarnation)
    }

    /// This run was found valid just now.
    pub(super) fn found_valid(&mut self, tx: TxIndex, incarnation: Incarnation) {
        self.runs[tx.as_usize()].valid = Some(incarnation);
    }
}
