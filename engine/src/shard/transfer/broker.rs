//! Brokers: somebody with units on both shards pays on one what is locked for it on the other.
//!
//! The payer's units are locked, not paid: the broker gets them when it has paid, and the payer gets them back
//! if the broker could not. So nothing is lost if a broker runs dry or goes away.

use super::protocol::{Effect, Effects, Event, Memory, NoteKind, Outcome, Place};
use crate::contracts::crossing::{Phase, Step};
use crate::shard::deal::{Deal, LEGS_MAX};
use crate::shard::layout::{BROKERS, broker};

/// What the broker pays, and what it is paid.
const FROM_BROKER: u8 = LEGS_MAX as u8;
const TO_BROKER: u8 = FROM_BROKER + 1;

/// The first transaction locks on the payer's shard; the second, which the broker sends when it has seen the
/// first, pays on the payee's. Then the broker fetches what was locked.
pub(super) fn react(
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    let amount = deal.wish.amount();
    let (Step::Debit { token, .. }, Step::Credit { account: payee, .. }) =
        (deal.legs[0].step, deal.legs[1].step)
    else {
        return effects.over(Outcome::Aborted("NOT_A_PAYMENT"));
    };
    let own = broker((deal.ticket % u64::from(BROKERS)) as u32);
    let source = Place::Shard(deal.legs[0].shard);
    let target = Place::Shard(deal.legs[1].shard);
    match event {
        Event::Begin => effects.execute(deal, 0, Phase::Now, amount),
        Event::Done {
            index,
            phase,
            result,
            ..
        } => match (index, phase, result) {
            (0, Phase::Now, Ok(_)) => {
                effects.send(at, Place::Client, NoteKind::Receipt, 0, amount);
            }
            (0, Phase::Now, Err(reason)) if reason != "ALREADY" => {
                effects.over(Outcome::Aborted(reason));
            }
            (0, Phase::Refund, Ok(_)) => effects.over(Outcome::Refunded("BROKER_DRY")),
            (FROM_BROKER, _, Ok(_)) => {
                effects.end(Outcome::Committed);
                effects.send(at, Place::Client, NoteKind::Acknowledgement, 0, amount);
            }
            (FROM_BROKER, _, Err(_)) => {
                effects.note(at, Place::Client, NoteKind::Rejection, 0, amount, false);
            }
            (TO_BROKER, _, Ok(_)) => effects.end(Outcome::Committed),
            _ => {}
        },
        // Each once, however often it is sent.
        Event::Note(note) if memory.hear(note.kind as u32, true) => match (at, note.kind) {
            (Place::Client, NoteKind::Receipt) => {
                effects.send(at, target, NoteKind::Request, 1, amount);
            }
            (Place::Client, NoteKind::Acknowledgement) => {
                effects.send(at, source, NoteKind::Commit, 0, amount);
            }
            (Place::Client, _) => effects.send(at, source, NoteKind::Abort, 0, amount),
            (_, NoteKind::Request) => effects.0.push(Effect::Pay {
                index: FROM_BROKER,
                from: own,
                to: payee,
                token,
                amount,
            }),
            (_, NoteKind::Commit) => effects.0.push(Effect::Execute {
                index: TO_BROKER,
                phase: Phase::Now,
                step: Step::Credit {
                    account: own,
                    token,
                },
                amount,
            }),
            (_, NoteKind::Abort) => effects.execute(deal, 0, Phase::Refund, amount),
            _ => {}
        },
        Event::Note(_) | Event::Decided => {}
    }
}
