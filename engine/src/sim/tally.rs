//! Counts of a run.

use crate::trace::consensus::DropReason;

/// Most kinds of messages that a machine may have.
pub const KINDS_MAX: usize = 32;

/// What was sent, handled and lost. Messages of a node to itself are counted apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Messages to other nodes, by kind.
    pub sent: [u64; KINDS_MAX],
    /// Bytes of the messages to other nodes, by kind.
    pub bytes: [u64; KINDS_MAX],
    /// Messages of nodes to themselves.
    pub to_self: u64,
    /// Messages passed on by gossip, not by their author.
    pub relayed: u64,
    /// Messages handled.
    pub delivered: u64,
    /// Messages lost, by [`DropReason`].
    pub dropped: [u64; 5],
    /// Transmissions that were lost and repeated.
    pub repeated: u64,
    /// Acts that have happened.
    pub acts: u64,
    /// Events taken from the agenda.
    pub events: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            sent: [0; KINDS_MAX],
            bytes: [0; KINDS_MAX],
            to_self: 0,
            relayed: 0,
            delivered: 0,
            dropped: [0; 5],
            repeated: 0,
            acts: 0,
            events: 0,
        }
    }
}

impl Tally {
    /// Messages lost for this reason.
    pub fn dropped_for(&self, reason: DropReason) -> u64 {
        self.dropped[reason as usize]
    }

    pub(super) fn drop_one(&mut self, reason: DropReason) {
        self.dropped[reason as usize] += 1;
    }
}
