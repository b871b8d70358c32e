//! What a run in virtual time has to say when it is over, from its records and from what they wrote.

use super::stepped::Stepped;
use crate::executor::BlockStats;
use crate::executor::clockwork::Clockwork;
use crate::executor::critical_path::{Account, CriticalPath, Ledger, Use, walk};
use crate::executor::optimistic::lane::Record;
use crate::executor::optimistic::{KeyId, Versions};
use crate::executor::written::Written;
use crate::primitives::TxIndex;
use crate::state::overlay::Write;
use crate::state::{Additive, Bound, Storage};
use crate::vm::Vm;
use std::hash::Hash;
use std::sync::Mutex;

/// Puts together what a run in virtual time has to say: `records` are those of the block, `ledger` has what
/// they wrote, `storage` is the state before.
pub(in crate::executor) fn report<K: Clone, V, R, S, J: Copy>(
    records: &[Mutex<R>],
    ledger: &impl Ledger<K, V>,
    storage: &S,
    stats: BlockStats,
    clockwork: Clockwork<'_, J>,
) -> Stepped<K>
where
    V: Additive + Clone + PartialEq,
    R: Account<V>,
    S: Storage<K, V>,
{
    let recorder = &clockwork.recorder;
    let (critical_path, uses) = match recorder.is_recorded() {
        true => walk(records, ledger, storage),
        false => <(CriticalPath, Vec<Use>)>::default(),
    };
    let keys = recorder.keys();
    Stepped {
        stats,
        uses: keys.iter().map(|id| uses[id.0 as usize]).collect(),
        keys: keys
            .iter()
            .filter_map(|id| ledger.key(*id).cloned())
            .collect(),
        critical_path,
        recording: clockwork.finish(),
    }
}

impl<M: Vm> Account<M::Value> for Record<M> {
    fn gas(&self) -> u64 {
        self.gas
    }

    fn reads(&self) -> impl Iterator<Item = KeyId> {
        self.reads.iter().map(|read| read.id)
    }

    fn compared<'a>(&'a self) -> impl Iterator<Item = (KeyId, &'a Bound<M::Value>)>
    where
        M::Value: 'a,
    {
        self.compared.iter().map(|at| (at.id, &at.bound))
    }

    fn written(&self) -> &[Written] {
        &self.written
    }
}

impl<K, V> Ledger<K, V> for Versions<K, V>
where
    K: Eq + Hash + Clone,
    V: Additive + Clone + PartialEq,
{
    fn used(&self) -> usize {
        self.used()
    }

    fn key(&self, id: KeyId) -> Option<&K> {
        self.key(id)
    }

    fn before(&self, id: KeyId, tx: TxIndex, storage: impl FnOnce() -> Option<V>) -> V {
        self.before(id, tx, storage)
    }

    fn written(&self, id: KeyId, tx: TxIndex, from: &mut u32) -> Option<Write<V>> {
        self.written(id, tx, from)
    }
}
