//! What a first run of the block teaches.

use crate::executor::laboratory::attempt::Attempt;
use crate::executor::laboratory::preassigned::Assignment;
use crate::executor::laboratory::precedence::{Graph, Order};
use crate::executor::optimistic::{BlockRun, KeyId};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::state::overlay::Write;
use crate::trace::Origin;
use crate::vm::{Fault, Vm};

/// What every transaction of a block reads and writes, in block order.
#[derive(Default, Debug)]
pub(in crate::executor::laboratory) struct Hints {
    accesses: Vec<(TxIndex, KeyId, Order)>,
}

impl Hints {
    /// Runs the block once, in order, on values of its own.
    ///
    /// # Errors
    /// A [`Fault`].
    pub(in crate::executor::laboratory) fn learn<M: Vm, S: Storage<M::Key, M::Value>>(
        run: &BlockRun<'_, M, S>,
    ) -> Result<Self, Fault> {
        let mut hints = Self::default();
        let mut values: Vec<Option<M::Value>> = vec![None; run.versions.capacity()];
        let mut attempt = Attempt::<M>::default();
        for (index, tx) in run.txs.iter().enumerate() {
            let index = TxIndex(index as u32);
            attempt.run(run.vm, run.versions, tx, |id, key| {
                let value = values[id.0 as usize].clone();
                let value = value.or_else(|| run.storage.get(key));
                Ok((value, Origin::Storage, true))
            })?;
            for read in &attempt.reads {
                hints.accesses.push((index, read.id, Order::Read));
            }
            let writes = attempt.effects.writes();
            for (written, (key, write)) in attempt.written.iter().zip(writes) {
                let is_read = attempt.reads.iter().any(|read| read.id == written.id);
                let order = match write {
                    Write::Set(_) if is_read => Order::Write,
                    Write::Set(_) => Order::Replace,
                    Write::Add(_) if is_read => Order::Write,
                    Write::Add(_) => Order::Add,
                };
                hints.accesses.push((index, written.id, order));
                let slot = &mut values[written.id.0 as usize];
                let before = slot.take().or_else(|| run.storage.get(key));
                *slot = Some(write.onto(before.unwrap_or_default()));
            }
        }
        Ok(hints)
    }

    /// Loses the hints that `is_kept` says no to.
    pub(in crate::executor::laboratory) fn retain(
        &mut self,
        is_kept: impl Fn(TxIndex, KeyId) -> bool,
    ) {
        self.accesses.retain(|(tx, id, _)| is_kept(*tx, *id));
    }
}

/// The graph of the hints; `capacity` is above every slot's number.
pub(in crate::executor::laboratory) fn graph(hints: &Hints, count: u32, capacity: usize) -> Graph {
    let mut assignment = Assignment::new(count, capacity);
    for (tx, id, order) in &hints.accesses {
        assignment.access(tx.0, *id, *order);
    }
    assignment.graph
}
