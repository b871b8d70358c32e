//! Which transaction goes into which frame.

use super::filter::Filter;
use crate::executor::laboratory::declared::Declared;
use crate::executor::optimistic::KeyId;
use crate::primitives::TxIndex;
use crate::vm::Intent;
use std::collections::VecDeque;

/// Frames open at a time: a machine word has a bit for each.
const OPEN_MAX: usize = 64;

#[derive(Default)]
struct Frame {
    members: Vec<TxIndex>,
    read: Filter,
    written: Filter,
    added: Filter,
}

impl Frame {
    fn conflicts(&self, accesses: &[(KeyId, Intent)], hash: impl Fn(KeyId) -> u64) -> bool {
        accesses.iter().any(|(id, intent)| {
            let hash = hash(*id);
            let is_in = |filter: &Filter| filter.may_hold(hash);
            is_in(&self.written)
                || *intent != Intent::Read && is_in(&self.read)
                || *intent != Intent::Add && is_in(&self.added)
        })
    }

    fn insert(&mut self, tx: TxIndex, accesses: &[(KeyId, Intent)], hash: impl Fn(KeyId) -> u64) {
        self.members.push(tx);
        for (id, intent) in accesses {
            let filter = match intent {
                Intent::Read => &mut self.read,
                Intent::Write | Intent::Foreseen => &mut self.written,
                Intent::Add => &mut self.added,
            };
            filter.insert(hash(*id));
        }
    }
}

/// The frames of a block, in the order in which they run; `hash` is that of a slot's key.
pub(super) fn frames(
    declared: &Declared,
    count: u32,
    hash: impl Fn(KeyId) -> u64,
) -> VecDeque<Vec<TxIndex>> {
    let mut closed = VecDeque::new();
    let mut open: VecDeque<Frame> = VecDeque::new();
    for tx in (0..count).map(TxIndex) {
        let Some(accesses) = declared.of(tx) else {
            closed.extend(open.drain(..).map(|frame| frame.members));
            closed.push_back(vec![tx]);
            continue;
        };
        let newest = open
            .iter()
            .rposition(|frame| frame.conflicts(accesses, &hash));
        let mut place = newest.map_or(0, |newest| newest + 1);
        if place == OPEN_MAX {
            closed.extend(open.pop_front().map(|frame| frame.members));
            place -= 1;
        }
        if place == open.len() {
            open.push_back(Frame::default());
        }
        open[place].insert(tx, accesses, &hash);
    }
    closed.extend(open.into_iter().map(|frame| frame.members));
    closed
}
