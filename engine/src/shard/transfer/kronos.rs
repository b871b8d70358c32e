//! Kronos: inputs go into a buffer that their shard holds jointly; the shard of the output pays from it when
//! all of them are there.

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
    let mask = (1 << last) - 1;
    let amount = deal.wish.amount();
    let output = Place::Shard(deal.legs[usize::from(last)].shard);
    match event {
        Event::Begin => {
            for leg in 0..last {
                if Place::Shard(deal.legs[usize::from(leg)].shard) == at {
                    effects.execute(deal, leg, Phase::Now, amount);
                }
            }
        }
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
            (Phase::Now, Ok(_)) => effects.send(at, output, NoteKind::Receipt, index, amount),
            (Phase::Now, Err(reason)) if reason != "ALREADY" => {
                effects.note(at, output, NoteKind::Rejection, index, amount, false);
            }
            _ => {}
        },
        Event::Note(note) if note.kind == NoteKind::Abort => {
            effects.execute(deal, note.leg, Phase::Refund, amount);
        }
        Event::Note(note) => {
            if !memory.hear(note.leg.into(), note.is_well) || !memory.has_heard(mask) {
                return;
            }
            if memory.is_well(mask) {
                let all = amount.saturating_mul(u64::from(last));
                return effects.execute(deal, last, Phase::Now, all);
            }
            for leg in (0..last).filter(|leg| memory.well >> leg & 1 == 1) {
                let to = Place::Shard(deal.legs[usize::from(leg)].shard);
                effects.send(at, to, NoteKind::Abort, leg, amount);
            }
            if memory.well == 0 {
                effects.end(Outcome::Aborted("INSUFFICIENT_BALANCE"));
            }
        }
        Event::Decided => {}
    }
}
