//! A transaction's run that is not yet published.

use crate::executor::clockwork::Touch;
use crate::executor::optimistic::lane::Read;
use crate::executor::optimistic::{KeyId, Versions};
use crate::executor::written::Written;
use crate::primitives::{Incarnation, TxIndex};
use crate::state::ReadView;
use crate::trace::Origin;
use crate::vm::{Effects, Fault, Halt, Vm};

/// What the newest run of a transaction read and did.
pub(super) struct Attempt<M: Vm> {
    pub(super) incarnation: Incarnation,
    pub(super) effects: Effects<M>,
    /// In order, each slot once.
    pub(super) reads: Vec<Read<M::Value>>,
    /// In the order of the effects' writes.
    pub(super) written: Vec<Written>,
}

impl<M: Vm> Default for Attempt<M> {
    fn default() -> Self {
        Self {
            incarnation: Incarnation(0),
            effects: Effects::default(),
            reads: Vec::new(),
            written: Vec::new(),
        }
    }
}

/// What a read finds: the value, who wrote it, and whether that alone determines it.
pub(super) type Seen<V> = (Option<V>, Origin, bool);

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ran {
    /// It came to its end.
    Whole,
    /// It has to wait for this transaction.
    Waits(TxIndex),
}

struct View<'a, M: Vm, F> {
    versions: &'a Versions<M::Key, M::Value>,
    reads: &'a mut Vec<Read<M::Value>>,
    look: F,
}

impl<M: Vm, F> ReadView<M::Key, M::Value> for View<'_, M, F>
where
    F: FnMut(KeyId, &M::Key) -> Result<Seen<M::Value>, Halt>,
{
    fn read(&mut self, key: &M::Key) -> Result<Option<M::Value>, Halt> {
        let id = self.versions.intern(key)?;
        // A transaction sees one value of a slot, however often it looks.
        if let Some(read) = self.reads.iter().find(|read| read.id == id) {
            return Ok(read.value.clone());
        }
        let (value, origin, is_exact) = (self.look)(id, key)?;
        self.reads.push(Read {
            id,
            value: value.clone(),
            origin,
            is_exact,
        });
        Ok(value)
    }
}

impl<M: Vm> Attempt<M> {
    /// Runs the transaction on what `look` finds.
    ///
    /// # Errors
    /// A [`Fault`] of the virtual machine, of `look`, or of a full table of keys.
    pub(super) fn run(
        &mut self,
        vm: &M,
        versions: &Versions<M::Key, M::Value>,
        tx: &M::Tx,
        look: impl FnMut(KeyId, &M::Key) -> Result<Seen<M::Value>, Halt>,
    ) -> Result<Ran, Fault> {
        self.effects.clear();
        self.reads.clear();
        self.written.clear();
        let mut view = View::<M, _> {
            versions,
            reads: &mut self.reads,
            look,
        };
        match vm.run(tx, &mut view, &mut self.effects) {
            Ok(()) => {}
            Err(Halt::Fault(fault)) => return Err(fault),
            Err(Halt::Blocked(on)) => {
                self.effects.clear();
                return Ok(Ran::Waits(on));
            }
        }
        for (key, write) in self.effects.writes() {
            let id = versions.intern(key)?;
            let read = self.reads.iter().find(|read| read.id == id);
            let written = Written::of(id, write, read.map(|read| &read.value));
            self.written.push(written);
        }
        Ok(Ran::Whole)
    }

    /// What the recording says about it: reads, then writes.
    pub(super) fn accesses(&self) -> impl Iterator<Item = (KeyId, Touch)> {
        let reads = self.reads.iter();
        let written = self.written.iter();
        reads
            .map(|read| (read.id, Touch::Read(read.origin)))
            .chain(written.map(|written| match written.is_addition() {
                true => (written.id, Touch::Add),
                false => (written.id, Touch::Set),
            }))
    }

    /// How long it takes: its gas, at least a tick.
    pub(super) fn ticks(&self) -> u64 {
        self.effects.gas.max(1)
    }
}
