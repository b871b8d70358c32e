//! Brokers: somebody with units on both shards is paid on one and pays on the other.

use super::protocol::{Effect, Effects, Event, Memory, NoteKind, Outcome, Place};
use crate::contracts::crossing::Step;
use crate::primitives::Address;
use crate::shard::deal::{Deal, LEGS_MAX};
use crate::shard::layout::{BROKERS, broker};

/// Payments: to the broker, by the broker, and back if it has nothing left where it is to pay.
const TO_BROKER: u8 = LEGS_MAX as u8;
const FROM_BROKER: u8 = TO_BROKER + 1;
const BACK: u8 = TO_BROKER + 2;

/// The first transaction: payer to broker on the payer's shard. The second: broker to payee on the
/// payee's shard, which the broker sends when it has seen the first.
pub(super) fn react(
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    let amount = deal.wish.amount();
    let (
        Step::Debit {
            account: payer,
            token,
        },
        Step::Credit { account: payee, .. },
    ) = (deal.legs[0].step, deal.legs[1].step)
    else {
        return effects.end(Outcome::Aborted("NOT_A_PAYMENT"));
    };
    let own = broker((deal.ticket % u64::from(BROKERS)) as u32);
    let mut pay = |index: u8, from: Address, to: Address| {
        effects.0.push(Effect::Pay {
            index,
            from,
            to,
            token,
            amount,
        });
    };
    let source = Place::Shard(deal.legs[0].shard);
    let target = Place::Shard(deal.legs[1].shard);
    match event {
        Event::Begin => pay(TO_BROKER, payer, own),
        Event::Done { index, result, .. } => match (index, result) {
            (TO_BROKER, Ok(_)) => effects.send(at, Place::Client, NoteKind::Receipt, 0, amount),
            (TO_BROKER, Err(reason)) => effects.end(Outcome::Aborted(reason)),
            (FROM_BROKER, Ok(_)) => effects.end(Outcome::Committed),
            (FROM_BROKER, Err(_)) => {
                effects.note(at, Place::Client, NoteKind::Rejection, 0, amount, false);
            }
            (BACK, Ok(_)) => effects.end(Outcome::Refunded("BROKER_DRY")),
            _ => {}
        },
        // Each once, however often it is sent.
        Event::Note(note) if memory.hear(note.kind as u32, true) => match (at, note.kind) {
            (Place::Client, NoteKind::Receipt) => {
                effects.send(at, target, NoteKind::Request, 1, amount);
            }
            (Place::Client, _) => effects.send(at, source, NoteKind::Abort, 0, amount),
            (_, NoteKind::Request) => pay(FROM_BROKER, own, payee),
            (_, NoteKind::Abort) => pay(BACK, own, payer),
            _ => {}
        },
        Event::Note(_) => {}
        Event::Decided => {}
    }
}
