//! One after the other, in block order: the oracle, and the baseline of every speedup.

use crate::executor::near::TOGETHER;
use crate::executor::{BlockStats, Executor};
use crate::state::overlay::Write;
use crate::state::{Additive, ReadView, Storage};
use crate::vm::{Fault, Halt, Vm};

struct Direct<'a, S>(&'a S);

impl<K, V, S: Storage<K, V>> ReadView<K, V> for Direct<'_, S> {
    fn read(&mut self, key: &K) -> Result<Option<V>, Halt> {
        Ok(self.0.get(key))
    }
}

impl<M: Vm> Executor<M> {
    /// Executes a block in order, straight on the storage.
    ///
    /// # Errors
    /// A [`Fault`] of the virtual machine; the storage then holds the transactions before it.
    pub fn serial<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
    ) -> Result<BlockStats, Fault> {
        self.serial_from(vm, storage, txs, 0)
    }

    /// Like [`Executor::serial`], for the block's transactions from `from` on.
    pub(in crate::executor) fn serial_from<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        from: usize,
    ) -> Result<BlockStats, Fault> {
        self.make_room(txs.len());
        self.in_order(vm, storage, txs, from)?;
        let count = (txs.len() - from) as u64;
        Ok(BlockStats {
            transactions: count,
            executions: count,
            ..BlockStats::default()
        })
    }

    /// Executes the block from its transaction `from` on, all before it being in the storage.
    pub(in crate::executor) fn in_order<S: Storage<M::Key, M::Value>>(
        &mut self,
        vm: &M,
        storage: &mut S,
        txs: &[M::Tx],
        from: usize,
    ) -> Result<(), Fault> {
        let effects = &mut self.effects;
        let is_far = storage.is_far();
        let near = &mut self.near;
        for (index, tx) in txs.iter().enumerate().skip(from) {
            if is_far && (index - from).is_multiple_of(TOGETHER) {
                let next = txs[index..].iter().take(TOGETHER);
                storage.bring_near(near.of(vm, next, |key| storage.place(key)));
            }
            effects.clear();
            match vm.run(tx, &mut Direct(storage), effects) {
                Ok(()) => {}
                Err(Halt::Fault(fault)) => return Err(fault),
                Err(Halt::Blocked(_)) => {
                    return Err(Fault::Invariant(
                        "blocked although everything before has run",
                    ));
                }
            }
            for (key, write) in effects.writes() {
                match write {
                    Write::Set(value) => storage.set(key.clone(), value.clone()),
                    Write::Add(delta) => storage.change(key, |before| before.plus(delta)),
                }
            }
            std::mem::swap(&mut self.outputs[index], &mut effects.output);
            self.gas[index] = effects.gas;
        }
        Ok(())
    }
}
