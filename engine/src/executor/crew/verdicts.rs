//! Which runs are known to be valid, until somebody writes what they read.
//!
//! In virtual time one thread does everything, so a check whose outcome cannot have changed need not be
//! made again: the verdict is the same, and so is the recording.

use crate::executor::optimistic::KeyId;
use crate::primitives::{Incarnation, TxIndex};
use smallvec::SmallVec;

/// What is known of the newest runs of a block.
pub(super) struct Verdicts {
    /// By slot: whose run has read or compared it and may be known to be valid, sorted. Whoever is told that it no
    /// longer is leaves the list, so that nobody is told twice.
    watchers: Vec<SmallVec<[TxIndex; 4]>>,
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
    /// Nothing is known.
    pub(super) fn new(transactions: usize) -> Self {
        Self {
            watchers: Vec::new(),
            runs: vec![Run::default(); transactions],
        }
    }

    /// A run was published that has read or compared so many slots.
    pub(super) fn published(&mut self, tx: TxIndex, reads: usize) {
        self.runs[tx.as_usize()] = Run {
            reads: reads as u32,
            valid: None,
        };
    }

    /// The writer's version of this slot is another one, or gone: nothing is known any more of later
    /// readers.
    pub(super) fn touched(&mut self, id: KeyId, writer: TxIndex) {
        let Some(watchers) = self.watchers.get_mut(id.0 as usize) else {
            return;
        };
        while let Some(reader) = watchers.last().filter(|reader| **reader > writer) {
            self.runs[reader.as_usize()].valid = None;
            watchers.pop();
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

    /// This run, which has read or compared these slots, was found valid just now.
    pub(super) fn found_valid(
        &mut self,
        tx: TxIndex,
        incarnation: Incarnation,
        reads: impl Iterator<Item = KeyId>,
    ) {
        self.runs[tx.as_usize()].valid = Some(incarnation);
        for id in reads {
            let slot = id.0 as usize;
            if self.watchers.len() <= slot {
                self.watchers.resize_with(slot + 1, SmallVec::new);
            }
            let watchers = &mut self.watchers[slot];
            // Blocks run roughly in order: the place is nearly always the last one.
            if watchers.last().is_none_or(|last| *last < tx) {
                watchers.push(tx);
            } else if let Err(place) = watchers.binary_search(&tx) {
                watchers.insert(place, tx);
            }
        }
    }
}
