//! What a transaction sees while it runs, and what is remembered of it.

use super::lane::BlockRun;
use super::versions::Found;
use crate::executor::optimistic::KeyId;
use crate::executor::sorted::Version;
use crate::state::{Answer, Bound, ReadView, Storage};
use crate::trace::Origin;
use crate::vm::{Halt, Vm};

/// One slot read.
#[derive(Clone, Debug)]
pub struct Read<K, V> {
    /// Which slot, by name.
    pub key: K,
    /// Which slot, by number.
    pub id: KeyId,
    /// What stood there; `None` if it was never written.
    pub value: Option<V>,
    /// Who had written it.
    pub origin: Origin,
}

/// One slot compared.
#[derive(Clone, Debug)]
pub struct Compared<K, V> {
    /// Which slot, by name.
    pub key: K,
    /// Which slot, by number.
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
    pub(super) reader: Version,
    pub(super) reads: &'a mut Vec<Read<M::Key, M::Value>>,
    pub(super) compared: &'a mut Vec<Compared<M::Key, M::Value>>,
    pub(super) blocked_at: Option<KeyId>,
}

impl<M: Vm, S: Storage<M::Key, M::Value>> ReadView<M::Key, M::Value> for LaneView<'_, M, S> {
    fn read(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        // A transaction sees one value of a slot, however often it looks. It touches few: scanning
        // their keys beats hashing one.
        if let Some(read) = self.reads.iter().find(|read| read.key == *key) {
            return Ok(read.value.clone());
        }
        let run = self.run;
        let id = run.versions.intern(key)?;
        let found = run.versions.read(
            id,
            self.reader,
            |writer| run.scheduler.is_executed(writer),
            || run.storage.get(key),
        );
        match found {
            Found::Value { value, origin } => {
                self.reads.push(Read {
                    key: key.clone(),
                    id,
                    value: value.clone(),
                    origin,
                });
                Ok(value)
            }
            Found::Pending(on) => {
                self.blocked_at = Some(id);
                Err(Halt::Blocked(on))
            }
        }
    }

    fn holds(&mut self, key: &M::Key, bound: &Bound<M::Value>) -> Result<Answer<M::Value>, Halt> {
        if let Some(read) = self.reads.iter().find(|read| read.key == *key) {
            let found = read.value.clone().unwrap_or_default();
            return Ok(Answer {
                holds: bound.holds(&found),
                found: Some(found),
            });
        }
        let mut before = self.compared.iter().filter(|before| before.key == *key);
        if let Some(before) = before.find(|before| before.bound == *bound) {
            return Ok(Answer::only(before.holds));
        }
        let run = self.run;
        let id = run.versions.intern(key)?;
        let committed = run.scheduler.committed();
        let storage = || run.storage.get(key);
        let (holds, origin) = run
            .versions
            .compare(id, self.reader, bound, committed, storage);
        self.compared.push(Compared {
            key: key.clone(),
            id,
            bound: bound.clone(),
            holds,
            origin,
        });
        Ok(Answer::only(holds))
    }
}
