//! Who wins.

use crate::executor::laboratory::workbench::Workbench;
use crate::executor::optimistic::KeyId;
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::vm::Vm;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// The smallest places of a batch that read, replaced and added to a slot.
#[derive(Clone, Copy, Default)]
struct Reserved {
    reader: Option<TxIndex>,
    setter: Option<TxIndex>,
    adder: Option<TxIndex>,
}

fn least(slot: &mut Option<TxIndex>, tx: TxIndex) {
    *slot = Some(slot.map_or(tx, |before| before.min(tx)));
}

/// Whether a run stands; if not, the slot that it lost, and to whom.
pub(super) type Verdict = Option<(KeyId, TxIndex)>;

/// The verdicts on a batch's runs, in the order of the batch.
pub(super) fn verdicts<M: Vm, S: Storage<M::Key, M::Value>>(
    bench: &Workbench<'_, M, S>,
    batch: &[TxIndex],
) -> Vec<Verdict> {
    let mut reserved: BTreeMap<KeyId, Reserved> = BTreeMap::new();
    for tx in batch {
        let attempt = bench.attempt(*tx);
        for read in &attempt.reads {
            least(&mut reserved.entry(read.id).or_default().reader, *tx);
        }
        for written in &attempt.written {
            let slot = reserved.entry(written.id).or_default();
            let writer = match written.is_addition() {
                true => &mut slot.adder,
                false => &mut slot.setter,
            };
            least(writer, *tx);
        }
    }
    let of = |id: KeyId| reserved.get(&id).copied().unwrap_or_default();
    let verdict = |tx: &TxIndex| {
        let attempt = bench.attempt(*tx);
        let is_before = |other: Option<TxIndex>| other.filter(|other| other < tx);
        let written_after_write = attempt.written.iter().find_map(|written| {
            let slot = of(written.id);
            let adder = slot.adder.filter(|_| !written.is_addition());
            let winner = is_before(slot.setter).or(is_before(adder))?;
            Some((written.id, winner))
        });
        let read_after_write = attempt.reads.iter().find_map(|read| {
            let slot = of(read.id);
            let winner = is_before(slot.setter).or(is_before(slot.adder))?;
            Some((read.id, winner))
        });
        let mut written = attempt.written.iter();
        let writes_after_read = written.any(|written| is_before(of(written.id).reader).is_some());
        let may_go_in_front = !writes_after_read && !attempt.written.is_empty();
        written_after_write.or(read_after_write.filter(|_| !may_go_in_front))
    };
    batch.iter().map(verdict).collect()
}

/// The order that the winners' result equals: readers of a slot in front of its writers, otherwise that
/// of the block. There is one, since of every circle the last in the block would have both read what a
/// smaller one writes and written what a smaller one read (Aria, section 5).
pub(super) fn order<M: Vm, S: Storage<M::Key, M::Value>>(
    bench: &Workbench<'_, M, S>,
    winners: &[TxIndex],
) -> Vec<TxIndex> {
    let mut writers: BTreeMap<KeyId, Vec<usize>> = BTreeMap::new();
    for (index, tx) in winners.iter().enumerate() {
        for written in &bench.attempt(*tx).written {
            writers.entry(written.id).or_default().push(index);
        }
    }
    let mut waits = vec![0_u32; winners.len()];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); winners.len()];
    for (index, tx) in winners.iter().enumerate() {
        for read in &bench.attempt(*tx).reads {
            let writers = writers.get(&read.id).into_iter().flatten();
            for writer in writers.filter(|writer| **writer != index) {
                after[index].push(*writer);
                waits[*writer] += 1;
            }
        }
    }
    let free = waits.iter().enumerate().filter(|(_, waits)| **waits == 0);
    let mut free: BinaryHeap<_> = free.map(|(index, _)| Reverse(index)).collect();
    let mut order = Vec::with_capacity(winners.len());
    while let Some(Reverse(index)) = free.pop() {
        order.push(winners[index]);
        for writer in std::mem::take(&mut after[index]) {
            waits[writer] -= 1;
            if waits[writer] == 0 {
                free.push(Reverse(writer));
            }
        }
    }
    order
}
