//! Messages as sent: kept once, however many nodes they fly to.

use super::machine::Envelope;
use crate::primitives::Micros;
use crate::trace::consensus::Row;

/// A message as sent.
#[derive(Clone, Debug)]
pub(super) struct Letter<M> {
    pub(super) message: M,
    pub(super) envelope: Envelope,
    /// Whose signature it bears.
    pub(super) author: u32,
    /// The recorded message whose handling sent it.
    pub(super) cause: Row,
    /// How many flights carry it.
    pub(super) flights: u32,
    /// Gossip: who has it, a bit for each node.
    pub(super) seen: Vec<u64>,
}

/// A letter on its way to one node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Flight {
    /// Its number in this run.
    pub(super) id: u64,
    /// Who sends it: a node, not an identity.
    pub(super) from: u32,
    pub(super) letter: u32,
    pub(super) row: Row,
    /// How many messages lie behind it, itself included.
    pub(super) depth: u32,
}

/// A flight that something keeps for later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Waiting {
    pub(super) flight: Flight,
    pub(super) to: u32,
    pub(super) since: Micros,
}

/// Letters by number; numbers are used again.
#[derive(Clone, Debug)]
pub(super) struct Letters<M> {
    slots: Vec<Option<Letter<M>>>,
    free: Vec<u32>,
}

impl<M> Letters<M> {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, letter: Letter<M>) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.slots[slot as usize] = Some(letter);
            return slot;
        }
        self.slots.push(Some(letter));
        self.slots.len() as u32 - 1
    }

    /// A letter that flies; `None` would be a fault of the simulation.
    pub(super) fn get(&self, slot: u32) -> Option<&Letter<M>> {
        self.slots[slot as usize].as_ref()
    }

    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Letter<M>> {
        self.slots[slot as usize].as_mut()
    }

    /// One flight of it has ended.
    pub(super) fn release(&mut self, slot: u32) {
        let letter = &mut self.slots[slot as usize];
        let is_last = letter.as_mut().is_some_and(|letter| {
            letter.flights -= 1;
            letter.flights == 0
        });
        if is_last {
            *letter = None;
            self.free.push(slot);
        }
    }
}
