//! Two-phase commit with a leader: Byzcuit's manager, or AHL's committee of reference, which agrees on every
//! step of its own.
//!
//! Where a step needs what a step on another shard comes to, the leader asks for it in a further round; a
//! manager does not.

use super::commit::{
    amount_of, finish, finished, learn, may_prepare, outcome, prepare, prepared, told,
};
use super::protocol::{Effect, Effects, Event, Memory, NoteKind, Outcome, Place};
use crate::contracts::crossing::{Phase, Step};
use crate::shard::deal::Deal;

/// Stages of the leader: begun, asking (one number a round), decided, ended.
const BEGUN: u8 = 1;
const ASKING: u8 = 2;
const DECIDED: u8 = 100;

pub(super) fn react(
    has_committee: bool,
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    match at {
        Place::Reference => lead(has_committee, deal, memory, event, effects),
        Place::Shard(shard) => follow(has_committee, deal, shard, memory, event, effects),
        Place::Client => {}
    }
}

/// The legs of a round: those before the second trade, those from there to the third, and so on; the first
/// round has everything that depends on nothing, and credits, which only lock.
fn round(deal: &Deal, number: u8) -> u64 {
    let mut trades = 0;
    let mut legs = 0;
    for (at, leg) in deal.legs.iter().enumerate() {
        let is_trade = matches!(leg.step, Step::Trade { .. });
        let own = if is_trade { trades } else { 0 };
        trades += u8::from(is_trade);
        if own == number {
            legs |= 1 << at;
        }
    }
    legs
}

fn asked(deal: &Deal, which: u64) -> Vec<u16> {
    let on = |shard: &u16| deal.legs_on(*shard).any(|leg| which >> leg & 1 == 1);
    deal.shards().into_iter().filter(on).collect()
}

fn lead(
    has_committee: bool,
    deal: &Deal,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    match event {
        Event::Begin if has_committee => {
            memory.stage = BEGUN;
            effects.0.push(Effect::Decide);
        }
        Event::Begin => ask(deal, memory, 0, effects),
        Event::Decided if memory.stage == BEGUN => ask(deal, memory, 0, effects),
        Event::Decided if memory.stage >= DECIDED => tell(deal, memory, effects),
        Event::Note(note) if note.kind == NoteKind::Acknowledgement => {
            let Place::Shard(shard) = note.from else {
                return;
            };
            let shards = deal.shards();
            let place = shards.iter().position(|asked| *asked == shard);
            if let Some(place) = place
                && memory.hear(place as u32, true)
                && memory.has_heard((1 << shards.len()) - 1)
            {
                effects.end(if memory.stage > DECIDED {
                    Outcome::Committed
                } else {
                    Outcome::Aborted("ANOTHER_SHARD")
                });
            }
        }
        Event::Note(note) if (ASKING..DECIDED).contains(&memory.stage) => {
            let number = memory.stage - ASKING;
            learn(deal, memory, note.leg, note.value);
            let Place::Shard(shard) = note.from else {
                return;
            };
            let shards = asked(deal, round(deal, number));
            let Some(place) = shards.iter().position(|asked| *asked == shard) else {
                return;
            };
            if !memory.hear(place as u32, note.is_well)
                || !memory.has_heard((1 << shards.len()) - 1)
            {
                return;
            }
            let is_well = memory.is_well((1 << shards.len()) - 1);
            if is_well && round(deal, number + 1) != 0 {
                return ask(deal, memory, number + 1, effects);
            }
            memory.stage = DECIDED + u8::from(is_well);
            memory.heard = 0;
            if has_committee {
                effects.0.push(Effect::Decide);
            } else {
                tell(deal, memory, effects);
            }
        }
        _ => {}
    }
}

fn ask(deal: &Deal, memory: &mut Memory, number: u8, effects: &mut Effects) {
    memory.stage = ASKING + number;
    memory.heard = 0;
    memory.well = 0;
    let which = round(deal, number);
    // What the round's trade is to take, if it depends on the one before.
    let trade = (0..deal.legs.len() as u8).find(|leg| {
        which >> leg & 1 == 1 && matches!(deal.legs[usize::from(*leg)].step, Step::Trade { .. })
    });
    let value = match trade {
        Some(leg) if number > 0 => amount_of(deal, leg, &memory.values),
        _ => 0,
    };
    for shard in asked(deal, which) {
        let to = Place::Shard(shard);
        effects.send(Place::Reference, to, NoteKind::Prepare, number, value);
    }
}

fn tell(deal: &Deal, memory: &mut Memory, effects: &mut Effects) {
    let is_well = memory.stage > DECIDED;
    let kind = if is_well {
        NoteKind::Commit
    } else {
        NoteKind::Abort
    };
    let last_trade = (0..deal.legs.len() as u8)
        .rev()
        .find(|leg| matches!(deal.legs[usize::from(*leg)].step, Step::Trade { .. }));
    let leg = last_trade.unwrap_or(0);
    let value = memory.values[usize::from(leg)];
    for shard in deal.shards() {
        let to = Place::Shard(shard);
        effects.note(Place::Reference, to, kind, leg, value, is_well);
    }
}

fn follow(
    has_committee: bool,
    deal: &Deal,
    shard: u16,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    let at = Place::Shard(shard);
    match event {
        Event::Note(note) if note.kind == NoteKind::Prepare => {
            // A further round's trade takes what the one before it brings.
            let which = round(deal, note.leg);
            if !may_prepare(deal, shard, memory, which) {
                return;
            }
            if note.leg > 0 {
                let mut trades = (0..deal.legs.len())
                    .filter(|leg| matches!(deal.legs[*leg].step, Step::Trade { .. }));
                if let Some(before) = trades.nth(usize::from(note.leg) - 1) {
                    memory.values[before] = note.value;
                }
            }
            prepare(deal, shard, memory, which, effects);
        }
        Event::Note(note) => {
            learn(deal, memory, note.leg, note.value);
            finish(deal, shard, memory, note.is_well, effects);
        }
        Event::Done {
            index,
            phase: Phase::Prepare,
            result,
            ..
        } => {
            let number = (0..=u8::MAX).find(|number| round(deal, *number) >> index & 1 == 1);
            let which = round(deal, number.unwrap_or(0));
            if let Some(is_well) = prepared(deal, shard, memory, which, (index, result)) {
                let (leg, value) = told(deal, shard, memory, which);
                effects.note(at, Place::Reference, NoteKind::Vote, leg, value, is_well);
            }
        }
        Event::Done { index, phase, .. } => {
            if finished(deal, shard, memory, index) {
                if !has_committee {
                    effects.send(at, Place::Reference, NoteKind::Acknowledgement, 0, 0);
                }
                effects.end(outcome(memory, phase));
            }
        }
        Event::Begin | Event::Decided => {}
    }
}
