//! Relay and receipts: one step after the other, each on its shard, told to the next by a receipt.
//!
//! A relayed payment is a chain of two receipts in which nothing can refuse after the debit. In a longer
//! chain a step may refuse; then what is in transit goes back to whom it was taken from, as what it is
//! then: a token that a first trade has brought is not traded back.

use super::protocol::{Effect, Effects, Event, Memory, NoteKind, Outcome, Place};
use crate::contracts::crossing::{Phase, Step};
use crate::primitives::Address;
use crate::shard::deal::{Deal, LEGS_MAX, Leg};

/// The number of the step that gives back.
const BACK: u8 = LEGS_MAX as u8;

pub(super) fn react(
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    match event {
        Event::Begin => effects.execute(deal, 0, Phase::Now, deal.wish.amount()),
        // Once: a step that was refused must not be tried again by somebody who sends its receipt again.
        Event::Note(note) if note.is_well => {
            if memory.hear(note.leg.into(), true) {
                effects.execute(deal, note.leg, Phase::Now, note.value);
            }
        }
        // It came to nothing further on, and what is left is to be given back here.
        Event::Note(note) => {
            let token = deal.held[usize::from(note.leg)];
            if let Some(account) = payer(deal) {
                effects.0.push(Effect::Execute {
                    index: BACK,
                    phase: Phase::Now,
                    step: Step::Credit { account, token },
                    amount: note.value,
                });
            }
        }
        Event::Done {
            index,
            result: Ok(value),
            ..
        } => {
            if index == BACK {
                return effects.end(Outcome::Refunded("REFUSED"));
            }
            if index == deal.last() {
                return effects.end(Outcome::Committed);
            }
            // A check brings nothing; what is moved is taken by the step after it.
            let is_check = matches!(deal.legs[usize::from(index)].step, Step::Check { .. });
            let value = if is_check { deal.wish.amount() } else { value };
            let next = index + 1;
            let to = Place::Shard(deal.legs[usize::from(next)].shard);
            effects.send(at, to, NoteKind::Receipt, next, value);
        }
        Event::Done {
            index,
            amount,
            result: Err(reason),
            ..
        } => refuse(deal, at, (index, amount), reason, effects),
        Event::Decided => {}
    }
}

/// A step has refused: before anything was taken that is all; afterwards what was taken goes back.
fn refuse(
    deal: &Deal,
    at: Place,
    (index, amount): (u8, u64),
    reason: &'static str,
    effects: &mut Effects,
) {
    if reason == "ALREADY" {
        return;
    }
    let is_debit = |leg: &Leg| matches!(leg.step, Step::Debit { .. });
    let debit = deal.legs.iter().position(is_debit);
    match debit {
        Some(debit) if usize::from(index) > debit => {
            let to = Place::Shard(deal.legs[debit].shard);
            effects.note(at, to, NoteKind::Rejection, index, amount, false);
        }
        _ => effects.end(Outcome::Aborted(reason)),
    }
}

fn payer(deal: &Deal) -> Option<Address> {
    deal.legs.iter().find_map(|leg| match leg.step {
        Step::Debit { account, .. } => Some(account),
        _ => None,
    })
}

/// An account moves: emptied where it was, token by token in one block, and filled where it goes.
pub(super) fn relocate(
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    let half = (deal.legs.len() / 2) as u8;
    match event {
        Event::Begin => {
            for leg in 0..half {
                effects.execute(deal, leg, Phase::Now, 0);
            }
        }
        Event::Note(note) => effects.execute(deal, note.leg, Phase::Now, note.value),
        Event::Done { index, result, .. } => {
            if index < half {
                let to = Place::Shard(deal.legs[usize::from(half + index)].shard);
                effects.send(at, to, NoteKind::Receipt, half + index, result.unwrap_or(0));
            } else if memory.hear(index.into(), true) && memory.has_heard(((1 << half) - 1) << half)
            {
                effects.end(Outcome::Committed);
            }
        }
        Event::Decided => {}
    }
}
