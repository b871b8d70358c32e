//! A block as plain data, with all that it needs: it runs elsewhere as it ran where it was made.

use super::chain::commit;
use super::code;
use crate::primitives::Address;
use crate::state::{Key, ReadView, Storage, Store, Word};
use crate::vm::native::{Deployed, NativeVm, Registry, Transaction};
use crate::vm::{Effects, Fault, Halt, Vm};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Longest packed form, in bytes: some hundred transactions that call contracts, with their slots.
pub const PACKED_MAX: usize = 40_000;

/// Most transactions: what the packed form has room for.
const TRANSACTIONS_MAX: usize = 2_048;
/// Most contracts.
const CONTRACTS_MAX: usize = 256;
/// Most gas of a transaction, about a nanosecond each.
const GAS_MAX: u64 = 10_000_000;
/// Numbers that count something stay below this, so that a run can go on counting.
const COUNT_END: u64 = 1 << 48;

/// A slot of an owner's: field, subject, and what it holds. Ascending.
type Slot = (u32, u64, Word);

/// A block, the contracts that there are, and the slots that it reads or writes as they are before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// The block's time, in seconds.
    pub seconds: u64,
    /// In the order of their addresses.
    pub contracts: Vec<Deployed>,
    /// What people call those who send.
    pub names: Vec<(Address, String)>,
    /// By owner; ascending.
    slots: Vec<(Address, Vec<Slot>)>,
    /// In order.
    pub transactions: Vec<Transaction>,
}

/// A store that notes what was before each slot that is asked for.
struct Noting<'a> {
    store: &'a Store,
    before: &'a mut BTreeMap<Key, Option<Word>>,
}

impl ReadView<Key, Word> for Noting<'_> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        let found = self.store.get(key);
        self.before.entry(*key).or_insert(found);
        Ok(found)
    }
}

impl Recorded {
    /// Takes a block that is to run on a state, by running it there one transaction after the other.
    ///
    /// # Errors
    /// A [`Fault`]: our own bug.
    pub fn take(vm: &NativeVm, state: &Store, transactions: &[Transaction]) -> Result<Self, Fault> {
        let mut store = state.clone();
        let mut before = BTreeMap::new();
        for transaction in transactions {
            let mut effects = Effects::<NativeVm>::default();
            let mut view = Noting {
                store: &store,
                before: &mut before,
            };
            vm.run(transaction, &mut view, &mut effects)
                .map_err(|halt| match halt {
                    Halt::Fault(fault) => fault,
                    Halt::Blocked(_) => Fault::Invariant("a store made a transaction wait"),
                })?;
            for (key, _) in effects.writes() {
                before.entry(*key).or_insert_with(|| store.get(key));
            }
            commit(&mut store, &effects);
        }
        let mut slots: Vec<(Address, Vec<Slot>)> = Vec::new();
        for (key, word) in before {
            let Some(word) = word else { continue };
            let slot = (key.field, key.subject, word);
            match slots.last_mut().filter(|(owner, _)| *owner == key.owner) {
                Some((_, of_owner)) => of_owner.push(slot),
                None => slots.push((key.owner, vec![slot])),
            }
        }
        let contracts = vm.registry.iter().map(|(_, contract)| contract.deployed());
        let senders: BTreeSet<Address> = transactions.iter().map(|tx| tx.sender).collect();
        let named = |account: Address| {
            let name = vm.registry.account_name(account)?;
            Some((account, name.to_owned()))
        };
        Ok(Self {
            names: senders.into_iter().filter_map(named).collect(),
            seconds: vm.timestamp,
            contracts: contracts.collect(),
            slots,
            transactions: transactions.to_vec(),
        })
    }

    /// The packed form.
    pub fn pack(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads a packed form. Safe on any bytes.
    ///
    /// # Errors
    /// What is wrong with it, in words that follow "the block".
    pub fn unpack(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() > PACKED_MAX {
            return Err("is longer than 40,000 bytes");
        }
        let recorded = match postcard::take_from_bytes::<Self>(bytes) {
            Ok((recorded, [])) => recorded,
            Ok(_) => return Err("has something behind its end"),
            Err(_) => return Err("cannot be read"),
        };
        recorded.check().map(|()| recorded)
    }

    fn check(&self) -> Result<(), &'static str> {
        let (transactions, contracts) = (&self.transactions, &self.contracts);
        if transactions.is_empty() || transactions.len() > TRANSACTIONS_MAX {
            return Err("has no transaction, or more than 2,048");
        }
        if contracts.len() > CONTRACTS_MAX {
            return Err("has more than 256 contracts");
        }
        if !contracts.iter().all(code::is_sound) {
            return Err("has a contract that this program does not know");
        }
        let is_sound = |tx: &Transaction| {
            tx.work == 0
                && tx.gas_limit <= GAS_MAX
                && tx.nonce < COUNT_END
                && !tx.sender.is_contract()
        };
        if self.seconds >= COUNT_END || !transactions.iter().all(is_sound) {
            return Err("has a number that is too large");
        }
        let keys: Vec<Key> = self.entries().map(|(key, _)| key).collect();
        if !keys.is_sorted_by(|one, next| one < next) {
            return Err("names a slot twice, or not in order");
        }
        Ok(())
    }

    /// The contracts, deployed; `None` if one cannot be.
    pub fn registry(&self) -> Option<Registry> {
        let mut registry = Registry::default();
        for deployed in &self.contracts {
            registry.deploy(code::deploy(deployed)?);
        }
        for (account, name) in &self.names {
            registry.name_account(*account, name.clone());
        }
        Some(registry)
    }

    /// The state before it, as far as it needs it.
    pub fn state(&self) -> Store {
        let mut store = Store::default();
        self.entries().for_each(|(key, word)| store.set(key, word));
        store.take_written();
        store
    }

    /// The code that a transaction calls, if it calls any.
    pub fn code(&self, to: Address) -> Option<u8> {
        let place = to.number().checked_sub(Registry::FIRST)?;
        let deployed = self.contracts.get(place as usize);
        deployed
            .filter(|_| to.is_contract())
            .map(|deployed| deployed.code)
    }

    /// Puts another word into one of the slots, which are counted round.
    #[cfg(test)]
    pub(crate) fn spoil_slot(&mut self, at: usize, word: Word) {
        let at = at % self.slots().max(1);
        let slots = self.slots.iter_mut().flat_map(|(_, slots)| slots);
        if let Some(slot) = slots.into_iter().nth(at) {
            slot.2 = word;
        }
    }

    /// How many slots it needs.
    pub fn slots(&self) -> usize {
        self.slots.iter().map(|(_, slots)| slots.len()).sum()
    }

    fn entries(&self) -> impl Iterator<Item = (Key, Word)> {
        self.slots.iter().flat_map(|(owner, slots)| {
            slots.iter().map(|&(field, subject, word)| {
                let key = Key {
                    owner: *owner,
                    field,
                    subject,
                };
                (key, word)
            })
        })
    }
}
