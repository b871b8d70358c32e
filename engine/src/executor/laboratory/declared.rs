//! What the transactions of a block say they will touch, on the block's own numbers for slots.

use super::attempt::Attempt;
use crate::executor::optimistic::{BlockRun, KeyId};
use crate::primitives::TxIndex;
use crate::state::Storage;
use crate::vm::{Declaration, Fault, Intent, Vm};

/// The declarations of a block.
#[derive(Default, Debug)]
pub(super) struct Declared {
    accesses: Vec<(KeyId, Intent)>,
    /// Where each transaction's accesses end; `None` for those that cannot say what they touch.
    ends: Vec<Option<u32>>,
    firsts: Vec<u32>,
}

impl Declared {
    /// Asks every transaction, on the state before the block.
    ///
    /// # Errors
    /// [`Fault::KeyTableFull`] when the block declares more keys than there is room for.
    pub(super) fn gather<M: Vm, S: Storage<M::Key, M::Value>>(
        run: &BlockRun<'_, M, S>,
    ) -> Result<Self, Fault> {
        let mut all = Self::default();
        let mut declaration = Declaration::default();
        for tx in run.txs {
            declaration.clear();
            all.firsts.push(all.accesses.len() as u32);
            if !run.vm.declare(tx, run.storage, &mut declaration) {
                all.ends.push(None);
                continue;
            }
            for (key, intent) in declaration.accesses() {
                // Nobody here foresees values.
                let intent = match intent {
                    Intent::Foreseen => Intent::Write,
                    other => *other,
                };
                all.accesses.push((run.versions.intern(key)?, intent));
            }
            all.ends.push(Some(all.accesses.len() as u32));
        }
        Ok(all)
    }

    /// What a transaction may touch; `None` if it cannot say.
    pub(super) fn of(&self, tx: TxIndex) -> Option<&[(KeyId, Intent)]> {
        let first = *self.firsts.get(tx.as_usize())?;
        let end = (*self.ends.get(tx.as_usize())?)?;
        self.accesses.get(first as usize..end as usize)
    }

    /// The first slot that a run touched in a way which its transaction had not declared.
    pub(super) fn breach<M: Vm>(&self, tx: TxIndex, attempt: &Attempt<M>) -> Option<KeyId> {
        let declared = self.of(tx)?;
        let may = |id: KeyId, intent: Intent| {
            let found = declared.iter().find(|(at, _)| *at == id);
            found.is_some_and(|(_, allowed)| *allowed == intent || *allowed == Intent::Write)
        };
        let read = attempt.reads.iter();
        let mut read = read.filter(|read| !may(read.id, Intent::Read));
        let written = attempt.written.iter();
        let mut written = written.filter(|written| match written.is_addition() {
            true => !may(written.id, Intent::Add),
            false => !may(written.id, Intent::Write),
        });
        let read = read.next().map(|read| read.id);
        read.or_else(|| written.next().map(|written| written.id))
    }
}
