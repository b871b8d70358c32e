//! Atomix: the client has the inputs locked, gathers the proofs, and unlocks outputs or inputs with them.
//!
//! An input that is locked is spent: its units are in transit, and nobody can spend them again. If the
//! client does not come back, they stay there until somebody shows the proofs.

use super::protocol::{Effects, Event, Memory, NoteKind, Outcome, Place};
use crate::contracts::crossing::Phase;
use crate::shard::deal::Deal;

pub(super) fn react(
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    let last = deal.last();
    let inputs = 0..last;
    let mask = (1 << last) - 1;
    let shard = |leg: u8| Place::Shard(deal.legs[usize::from(leg)].shard);
    let amount = deal.wish.amount();
    match event {
        Event::Begin => {
            for leg in inputs {
                effects.send(at, shard(leg), NoteKind::Prepare, leg, amount);
            }
        }
        Event::Note(note) if at == Place::Client => {
            // Proofs of acceptance and of rejection.
            if !memory.hear(note.leg.into(), note.is_well) || !memory.has_heard(mask) {
                return;
            }
            if memory.is_well(mask) {
                let all = amount.saturating_mul(u64::from(last));
                return effects.send(at, shard(last), NoteKind::Commit, last, all);
            }
            for leg in inputs.filter(|leg| memory.well >> leg & 1 == 1) {
                effects.send(at, shard(leg), NoteKind::Abort, leg, amount);
            }
            if memory.well == 0 {
                effects.end(Outcome::Aborted("INSUFFICIENT_BALANCE"));
            }
        }
        Event::Note(note) => match note.kind {
            NoteKind::Abort => effects.execute(deal, note.leg, Phase::Refund, note.value),
            // Once: an input that was rejected stays rejected, whoever asks for it again.
            _ if memory.hear(note.leg.into(), true) => {
                effects.execute(deal, note.leg, Phase::Now, note.value);
            }
            _ => {}
        },
        Event::Done {
            index,
            phase,
            result,
            ..
        } => match (phase, result) {
            (Phase::Refund, Ok(_)) => {
                effects.end(Outcome::Refunded("INSUFFICIENT_BALANCE"));
            }
            (Phase::Now, Ok(_)) if index == last => effects.end(Outcome::Committed),
            (Phase::Now, result) if result != Err("ALREADY") => {
                let is_well = result.is_ok();
                effects.note(at, Place::Client, NoteKind::Receipt, index, amount, is_well);
            }
            _ => {}
        },
        Event::Decided => {}
    }
}
