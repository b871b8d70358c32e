//! The smallest chain there is: one store, transactions one after another.
//!
//! The oracle for contracts: what conformance and the contracts' own tests run on. No fees are kept
//! track of beyond what the machine charges; senders are given coin for gas as they go.

use crate::primitives::{Address, Amount};
use crate::state::overlay::Write;
use crate::state::{Additive, Key, ReadView, Storage, Store, Word};
use crate::vm::native::{
    Call, NativeVm, Receipt, Registry, Revert, Status, Transaction, account_key, account_record,
};
use crate::vm::{Effects, Halt, Vm};

/// Gas every transaction here may use.
const GAS_LIMIT: u64 = 1_000_000;

/// A store and a machine; one transaction is a block.
#[derive(Debug)]
pub struct Chain {
    /// The machine: contracts and the time.
    pub vm: NativeVm,
    /// The state after the last transaction.
    pub store: Store,
}

struct StoreView<'a>(&'a Store);

impl ReadView<Key, Word> for StoreView<'_> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        Ok(self.0.get(key))
    }
}

/// Leaves in a store what a transaction wrote.
pub(super) fn commit(store: &mut Store, effects: &Effects<NativeVm>) {
    for (key, write) in effects.writes() {
        let word = match write {
            Write::Set(word) => *word,
            Write::Add(delta) => store.word(key).plus(delta),
        };
        store.set(*key, word);
    }
}

impl Chain {
    /// A chain with these contracts and an empty store, at time 0.
    pub fn new(registry: Registry) -> Self {
        Self {
            vm: NativeVm {
                registry,
                timestamp: 0,
            },
            store: Store::default(),
        }
    }

    /// Runs one call as a transaction of its own and commits what it leaves. The sender's nonce is
    /// read from the store and its native coin topped up to cover the gas.
    ///
    /// # Errors
    /// A halt of the machine: a bug of ours.
    pub fn send(&mut self, sender: Address, to: Address, call: Call) -> Result<Receipt, Halt> {
        let nonce = self.store.word(&account_key(sender)).low() as u64;
        self.store.set(
            account_key(sender),
            account_record(nonce, Amount(u128::from(GAS_LIMIT))),
        );
        let transaction = Transaction {
            sender,
            nonce,
            to,
            call,
            gas_limit: GAS_LIMIT,
            ..Transaction::default()
        };
        let mut effects = Effects::<NativeVm>::default();
        self.vm
            .run(&transaction, &mut StoreView(&self.store), &mut effects)?;
        commit(&mut self.store, &effects);
        Ok(effects.output)
    }

    /// Like [`Chain::send`], giving what the call returned.
    ///
    /// # Errors
    /// The contract's revert; `OUT_OF_GAS` and `HALT` where the transaction did not come that far.
    pub fn call(&mut self, sender: Address, to: Address, call: Call) -> Result<[u128; 2], Revert> {
        let receipt = self.send(sender, to, call).map_err(|_| Revert("HALT"))?;
        match receipt.status {
            Status::Success => Ok(receipt.returned),
            Status::Reverted(revert) | Status::Invalid(revert) => Err(revert),
            Status::OutOfGas => Err(Revert("OUT_OF_GAS")),
        }
    }
}
