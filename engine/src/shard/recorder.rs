//! Keeps what a viewer draws, up to a limit.

use super::deal::{Deal, Ticket, Wish};
use super::transfer::{NoteKind, Outcome, Place};
use crate::primitives::Micros;
use crate::trace::shard::{self, Block, CLIENT, End, Fault, Flight, REFERENCE, Recording, Sample};

/// What notes say, in the order of their numbers.
const KINDS: [NoteKind; 8] = [
    NoteKind::Request,
    NoteKind::Receipt,
    NoteKind::Rejection,
    NoteKind::Prepare,
    NoteKind::Vote,
    NoteKind::Commit,
    NoteKind::Abort,
    NoteKind::Acknowledgement,
];

/// The recording as it grows.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    recording: Recording,
}

const fn end_of(place: Place) -> u16 {
    match place {
        Place::Shard(shard) => shard,
        Place::Client => CLIENT,
        Place::Reference => REFERENCE,
    }
}

/// A wish's name.
pub(super) const fn name(wish: &Wish) -> &'static str {
    match wish {
        Wish::Pay { .. } => "pay",
        Wish::Gather { .. } => "gather",
        Wish::Swap { .. } => "swap",
        Wish::Route { .. } => "route",
        Wish::Withdraw { .. } => "withdraw",
        Wish::Move { .. } => "move",
    }
}

impl Recorder {
    /// Keeps so many of everything.
    pub(super) fn new(limit: u32, tokens: &[String]) -> Self {
        let kinds = KINDS.map(|kind| format!("{kind:?}").to_lowercase());
        Self {
            recording: Recording {
                kinds: kinds.to_vec(),
                tokens: tokens.to_vec(),
                limit,
                ..Recording::default()
            },
        }
    }

    /// Whether anything is kept.
    pub(super) const fn is_on(&self) -> bool {
        self.recording.limit > 0
    }

    /// What was kept.
    pub(super) fn finish(mut self, shards: u16) -> Recording {
        self.recording.shards = shards;
        self.recording
    }

    /// Whether one more may be kept beside so many.
    fn has_room(&mut self, length: usize, at: Micros) -> bool {
        let has_room = length < self.recording.limit as usize;
        if !has_room && self.is_on() && self.recording.full_at.is_none() {
            self.recording.full_at = Some(at);
        }
        has_room
    }

    /// A transaction begins; gives its row.
    pub(super) fn begin(&mut self, deal: &Deal, at: Micros) -> Option<u32> {
        let row = self.recording.deals.len();
        if !self.has_room(row, at) {
            return None;
        }
        self.recording.deals.push(shard::Deal {
            ticket: deal.ticket,
            what: name(&deal.wish).to_owned(),
            account: deal.wish.accounts().next().unwrap_or_default(),
            shards: deal.shards(),
            asked: deal.asked,
            begun: at,
            ended: Micros::NEVER,
            end: End::Open,
            reason: String::new(),
        });
        Some(row as u32)
    }

    /// A transaction ends.
    pub(super) fn end(&mut self, row: Option<u32>, at: Micros, outcome: Outcome, is_retried: bool) {
        let row = row.and_then(|row| self.recording.deals.get_mut(row as usize));
        if let Some(row) = row {
            row.ended = at;
            (row.end, row.reason) = match outcome {
                Outcome::Committed => (End::Committed, String::new()),
                Outcome::Aborted(reason) if is_retried => (End::Retried, reason.to_owned()),
                Outcome::Aborted(reason) => (End::Aborted, reason.to_owned()),
                Outcome::Refunded(reason) => (End::Refunded, reason.to_owned()),
            };
        }
    }

    /// A message is sent.
    pub(super) fn flight(
        &mut self,
        (from, to): (Place, Place),
        (sent, arrives): (Micros, Micros),
        ticket: Ticket,
        kind: NoteKind,
    ) {
        if !self.has_room(self.recording.flights.len(), sent) {
            return;
        }
        let kind = KINDS.iter().position(|known| *known == kind).unwrap_or(0);
        self.recording.flights.push(Flight {
            from: end_of(from),
            to: end_of(to),
            sent,
            arrives,
            ticket,
            kind: kind as u8,
        });
    }

    /// A block is agreed on.
    pub(super) fn block(&mut self, block: Block) {
        if self.has_room(self.recording.blocks.len(), block.agreed) {
            self.recording.blocks.push(block);
        }
    }

    /// A shard's last blocks were undone.
    pub(super) fn undo(&mut self, shard: u16, depth: usize) {
        let blocks = self.recording.blocks.iter_mut().rev();
        let own = blocks.filter(|block| block.shard == shard && !block.is_undone);
        for block in own.take(depth) {
            block.is_undone = true;
        }
    }

    /// The state of all.
    pub(super) fn sample(&mut self, sample: Sample) {
        if self.has_room(self.recording.samples.len(), sample.at) {
            self.recording.samples.push(sample);
        }
    }

    /// Something befell them.
    pub(super) fn fault(&mut self, fault: Fault) {
        self.recording.faults.push(fault);
    }
}
