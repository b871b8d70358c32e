//! Two phases on a shard, whoever leads them, and S-BAC, where the shards lead each other.
//!
//! A shard is asked to prepare, executes all its legs in that phase, and says whether it is ready; then it
//! commits or aborts them. What it promised to bring it says with its vote, since a credit on another shard
//! takes it from there.

use super::protocol::{Effects, Event, Memory, NoteKind, Outcome, Place};
use crate::contracts::crossing::{Phase, Step};
use crate::shard::deal::Deal;

/// What a shard has done so far: nothing, asked to prepare, voted, told what to do, ended.
const PREPARING: u8 = 1;
const VOTED: u8 = 2;
const ENDING: u8 = 3;
const ENDED: u8 = 4;

/// Bits of a memory above its legs': shards that have voted.
const VOTES: u32 = 32;

/// What a leg is executed with, as far as is known: the wish's amount for what goes in, and for what comes
/// after a trade what the trade brings.
pub(super) fn amount_of(deal: &Deal, leg: u8, values: &[u64]) -> u64 {
    let before = deal.legs[..usize::from(leg)].iter().enumerate();
    let trades = before.filter(|(_, leg)| matches!(leg.step, Step::Trade { .. }));
    if let Some((trade, _)) = trades.last() {
        return values[trade];
    }
    let inputs = deal
        .legs
        .iter()
        .filter(|leg| matches!(leg.step, Step::Debit { .. }));
    match deal.legs[usize::from(leg)].step {
        Step::Credit { .. } => deal.wish.amount().saturating_mul(inputs.count() as u64),
        _ => deal.wish.amount(),
    }
}

/// The legs that a shard has to see through, by bit.
fn mask(deal: &Deal, shard: u16) -> u64 {
    deal.legs_on(shard).fold(0, |mask, leg| mask | 1 << leg)
}

/// Has a shard's legs prepared, of those in `which`.
pub(super) fn prepare(
    deal: &Deal,
    shard: u16,
    memory: &mut Memory,
    which: u64,
    effects: &mut Effects,
) {
    memory.stage = PREPARING;
    for leg in deal.legs_on(shard).filter(|leg| which >> leg & 1 == 1) {
        let amount = amount_of(deal, leg, &memory.values);
        effects.execute(deal, leg, Phase::Prepare, amount);
    }
}

/// Whether a shard may be asked to prepare these legs: it has not been before, and is not at its end.
pub(super) fn may_prepare(deal: &Deal, shard: u16, memory: &Memory, which: u64) -> bool {
    (memory.stage == 0 || memory.stage == VOTED) && memory.heard & mask(deal, shard) & which == 0
}

/// Hears of a prepared leg. Gives the shard's vote once all in `which` are heard of.
pub(super) fn prepared(
    deal: &Deal,
    shard: u16,
    memory: &mut Memory,
    which: u64,
    (index, result): (u8, Result<u64, &'static str>),
) -> Option<bool> {
    if memory.stage != PREPARING || !memory.hear(index.into(), result.is_ok()) {
        return None;
    }
    match result {
        Ok(value) if matches!(deal.legs[usize::from(index)].step, Step::Trade { .. }) => {
            memory.values[usize::from(index)] = value;
        }
        Ok(_) => {}
        Err(reason) => {
            memory.reason.get_or_insert(reason);
        }
    }
    let own = mask(deal, shard) & which;
    if !memory.has_heard(own) {
        return None;
    }
    memory.stage = VOTED;
    Some(memory.is_well(own))
}

/// Has a shard's legs committed or let go of.
pub(super) fn finish(
    deal: &Deal,
    shard: u16,
    memory: &mut Memory,
    is_well: bool,
    effects: &mut Effects,
) {
    if memory.stage >= ENDING {
        return;
    }
    memory.stage = ENDING;
    memory.heard &= !mask(deal, shard);
    let phase = if is_well { Phase::Commit } else { Phase::Abort };
    for leg in deal.legs_on(shard) {
        let amount = amount_of(deal, leg, &memory.values);
        effects.execute(deal, leg, phase, amount);
    }
}

/// Hears of a leg committed or let go of. True once all of the shard's are.
pub(super) fn finished(deal: &Deal, shard: u16, memory: &mut Memory, index: u8) -> bool {
    if memory.stage != ENDING || !memory.hear(index.into(), true) {
        return false;
    }
    let is_over = memory.has_heard(mask(deal, shard));
    if is_over {
        memory.stage = ENDED;
    }
    is_over
}

/// How it ends on a shard.
pub(super) fn outcome(memory: &Memory, phase: Phase) -> Outcome {
    match phase {
        Phase::Commit => Outcome::Committed,
        _ => Outcome::Aborted(memory.reason.unwrap_or("ANOTHER_SHARD")),
    }
}

/// The values that other shards' trades bring, from their notes.
pub(super) fn learn(deal: &Deal, memory: &mut Memory, leg: u8, value: u64) {
    if matches!(deal.legs.get(usize::from(leg)), Some(leg) if matches!(leg.step, Step::Trade { .. }))
    {
        memory.values[usize::from(leg)] = value;
    }
}

/// The leg of a shard that others have to know the result of, and the result.
pub(super) fn told(deal: &Deal, shard: u16, memory: &Memory, which: u64) -> (u8, u64) {
    let mut legs = deal.legs_on(shard).filter(|leg| which >> leg & 1 == 1);
    let first = legs.clone().next();
    let trade = legs.find(|leg| matches!(deal.legs[usize::from(*leg)].step, Step::Trade { .. }));
    let leg = trade.or(first).unwrap_or(0);
    (leg, memory.values[usize::from(leg)])
}

pub(super) fn react(
    deal: &Deal,
    at: Place,
    memory: &mut Memory,
    event: Event,
    effects: &mut Effects,
) {
    let shards = deal.shards();
    let Place::Shard(shard) = at else {
        if event == Event::Begin {
            for shard in shards {
                effects.send(at, Place::Shard(shard), NoteKind::Request, 0, 0);
            }
        }
        return;
    };
    match event {
        Event::Note(note) if note.kind == NoteKind::Request => {
            if may_prepare(deal, shard, memory, u64::MAX) {
                prepare(deal, shard, memory, u64::MAX, effects);
            }
        }
        Event::Note(note) => {
            if let Place::Shard(other) = note.from {
                vote(&shards, memory, (other, note.is_well));
                learn(deal, memory, note.leg, note.value);
            }
        }
        Event::Done {
            index,
            phase: Phase::Prepare,
            result,
            ..
        } => {
            let Some(is_well) = prepared(deal, shard, memory, u64::MAX, (index, result)) else {
                return;
            };
            vote(&shards, memory, (shard, is_well));
            let (leg, value) = told(deal, shard, memory, u64::MAX);
            for &other in shards.iter().filter(|other| **other != shard) {
                let to = Place::Shard(other);
                effects.note(at, to, NoteKind::Vote, leg, value, is_well);
            }
        }
        Event::Done { index, phase, .. } => {
            if finished(deal, shard, memory, index) {
                effects.end(outcome(memory, phase));
            }
            return;
        }
        Event::Begin | Event::Decided => {}
    }
    let all = ((1 << shards.len()) - 1) << VOTES;
    if memory.stage == VOTED && memory.has_heard(all) {
        let is_well = memory.is_well(all);
        finish(deal, shard, memory, is_well, effects);
    }
}

/// A shard's vote, its own one included.
fn vote(shards: &[u16], memory: &mut Memory, (of, is_well): (u16, bool)) {
    if let Some(place) = shards.iter().position(|shard| *shard == of) {
        memory.hear(VOTES + place as u32, is_well);
    }
}
