//! What a transaction sees while it runs, and what is remembered of it.

use super::lane::BlockRun;
use super::versions::{Found, KeyId};
use crate::primitives::TxIndex;
use crate::state::{Answer, Bound, ReadView, Storage};
use crate::trace::Origin;
use crate::vm::{Halt, Vm};

/// One slot read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read<V> {
    /// Which slot.
    pub id: KeyId,
    /// What stood there; `None` if it was never written.
    pub value: Option<V>,
    /// Who had written it.
    pub origin: Origin,
    /// Whether the origin alone determines the value.
    pub is_exact: bool,
}

/// One slot compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared<V> {
    /// Which slot.
    pub id: KeyId,
    /// With what.
    pub bound: Bound<V>,
    /// The answer.
    pub holds: bool,
    /// Who had written last.
    pub origin: Origin,
}

pub(super) struct LaneView<'a, M: Vm, S> {
    pub(super) run: &'a BlockRun<'a, M, S>,
    pub(super) tx: TxIndex,
    pub(super) reads: &'a mut Vec<Read<M::Value>>,
    pub(super) compared: &'a mut Vec<Compared<M::Value>>,
    pub(super) blocked_at: Option<KeyId>,
}

impl<M: Vm, S: Storage<M::Key, M::Value>> ReadView<M::Key, M::Value> for LaneView<'_, M, S> {
    fn read(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        let id = self.run.versions.intern(key)?;
        // A transaction sees one value of a slot, however often it looks.
        if let Some(read) = self.reads.iter().find(|read| read.id == id) {
            return Ok(read.value.clone());
        }
        match self
            .run
            .versions
            .read(id, self.tx, || self.run.storage.get(key))
        {
            Found::Value {
                value,
                origin,
                is_exact,
            } => {
                self.reads.push(Read {
                    id,
                    value: value.clone(),
                    origin,
                    is_exact,
                });
                Ok(value)
            }
            Found::Estimate(on) => {
                self.blocked_at = Some(id);
                Err(Halt::Blocked(on))
            }
        }
    }

    fn holds(&mut self, key: &M::Key, bound: &Bound<M::Value>) -> Result<Answer<M::Value>, Halt> {
        let run = self.run;
        let id = run.versions.intern(key)?;
        if let Some(read) = self.reads.iter().find(|read| read.id == id) {
            let found = read.value.clone().unwrap_or_default();
            return Ok(Answer {
                holds: bound.holds(&found),
                found: Some(found),
            });
        }
        let mut compared = self.compared.iter();
        if let Some(before) = compared.find(|before| before.id == id && before.bound == *bound) {
            return Ok(Answer::only(before.holds));
        }
        let storage = || run.storage.get(key);
        let committed = run.scheduler.committed();
        let (holds, origin) = run.versions.compare(id, self.tx, bound, committed, storage);
        self.compared.push(Compared {
            id,
            bound: bound.clone(),
            holds,
            origin,
        });
        Ok(Answer::only(holds))
    }
}
