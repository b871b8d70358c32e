//! What a contract is, and the list of those deployed.

use super::region::Area;
use super::{ACCOUNTS, Call, Context, Footprint, Outlook, Share};
use crate::primitives::Address;
use crate::state::{Key, Store};
use crate::vm::{Halt, Region};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A contract's no: the published error name of the protocol where it has one; shorter than 256 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Revert(pub &'static str);

impl fmt::Display for Revert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Why a call did not return.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// A contract said no. The caller may go on; the frame's writes are undone.
    Revert(Revert),
    /// No gas is left. Ends the transaction.
    OutOfGas,
    /// Says nothing about the transaction. Ends the run.
    Halt(Halt),
}

impl From<Revert> for Stop {
    fn from(revert: Revert) -> Self {
        Self::Revert(revert)
    }
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

/// A contract as plain data: the number of its code, and the terms that it was deployed with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Deployed {
    /// The code, by the numbers of whoever has the contracts.
    pub code: u8,
    /// The terms, packed.
    pub terms: Vec<u8>,
}

impl Deployed {
    /// This code, deployed on these terms.
    pub fn on(code: u8, terms: &impl Serialize) -> Self {
        // Terms are numbers, texts and lists: nothing that cannot be packed.
        let terms = postcard::to_allocvec(terms).unwrap_or_default();
        Self { code, terms }
    }

    /// The terms, if they are such ones.
    pub fn terms<T: DeserializeOwned>(&self) -> Option<T> {
        match postcard::take_from_bytes(&self.terms) {
            Ok((terms, [])) => Some(terms),
            _ => None,
        }
    }
}

/// Code at an address.
pub trait Contract: Send + Sync + fmt::Debug {
    /// Answers a call; two words are returned, zero where there is nothing to say.
    ///
    /// # Errors
    /// [`Stop::Revert`] when the contract refuses; [`Stop::OutOfGas`] and [`Stop::Halt`] are handed
    /// on from the context and must not be swallowed.
    fn call(&self, context: &mut Context<'_>, call: &Call) -> Result<[u128; 2], Stop>;

    /// Says which slots a call may touch, before it runs; false if it cannot. See
    /// [`crate::vm::Vm::declare`].
    fn declare(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        let _ = (footprint, call);
        false
    }

    /// Whose region a field's entries belong to. See [`crate::vm::Vm::region`].
    fn share(&self, field: u32) -> Share {
        let _ = field;
        Share::Contract
    }

    /// Names slots of the caller's and of those whom a call names. See [`crate::vm::Vm::near`].
    fn near(&self, this: Address, caller: Address, call: &Call, look: &mut dyn FnMut(&Key)) {
        let _ = (this, caller, call, look);
    }

    /// Tells what a call will leave in the slots that it declared as foreseen, if it succeeds. See
    /// [`crate::vm::Vm::foresee`].
    fn foresee(&self, outlook: &mut Outlook<'_>, call: &Call) {
        let _ = (outlook, call);
    }

    /// The same contract with additions to this slot within its bounds ([`Context::add_up_to`],
    /// [`Context::take`]) where this one reads and replaces it, if its author knows of one.
    fn bounded(&self, key: &Key) -> Option<Box<dyn Contract>> {
        let _ = key;
        None
    }

    /// The contract as plain data, from which the same one can be deployed elsewhere.
    fn deployed(&self) -> Deployed;

    /// The slot's name for people, for example "pool ETH/USDC · reserves".
    fn label(&self, key: &Key) -> String;

    /// The contract's name for people, for example "pool ETH/USDC".
    fn name(&self) -> &str;

    /// Whether what must always hold of this contract holds of the store: sums equal totals, reserves
    /// are covered. Reads every slot; for tests and audits, not for the way of a transaction.
    ///
    /// # Errors
    /// What does not hold, in words.
    fn audit(&self, this: Address, store: &Store) -> Result<(), String>;
}

/// The contracts deployed: addresses are given in order, from [`Registry::FIRST`].
#[derive(Default, Debug)]
pub struct Registry {
    contracts: Vec<Box<dyn Contract>>,
    /// Whose the entries of each contract's first fields are: asked for with every access.
    areas: Vec<Area>,
    /// What people call accounts.
    names: BTreeMap<Address, String>,
}

/// Fields of a contract that are asked about beforehand, in bits.
const AREA_BITS: u32 = 3;

/// What a contract says of its first fields.
fn areas(address: Address, contract: &dyn Contract) -> impl Iterator<Item = Area> {
    (0..1 << AREA_BITS).map(move |field| Area::of(address, contract.share(field)))
}

impl Registry {
    /// Contract number of the first one deployed; lower numbers belong to the runtime.
    pub const FIRST: u32 = 16;

    /// The address that the next contract deployed will have.
    pub fn next_address(&self) -> Address {
        Address::contract(Self::FIRST + self.contracts.len() as u32)
    }

    /// Deploys a contract.
    pub fn deploy(&mut self, contract: Box<dyn Contract>) -> Address {
        let address = self.next_address();
        let index = address.number() as usize;
        self.areas
            .resize(index << AREA_BITS, Area::of(ACCOUNTS, Share::Subject));
        self.areas.extend(areas(address, contract.as_ref()));
        self.contracts.push(contract);
        address
    }

    /// Puts another contract at an address; gives the one that was there.
    ///
    /// # Errors
    /// There is no contract at the address: what was to be put there is given back.
    pub fn replace(
        &mut self,
        address: Address,
        contract: Box<dyn Contract>,
    ) -> Result<Box<dyn Contract>, Box<dyn Contract>> {
        let index = address.number().checked_sub(Self::FIRST);
        let index = index.filter(|_| address.is_contract());
        match index.and_then(|index| self.contracts.get_mut(index as usize)) {
            Some(place) => {
                let said = self.areas[(address.number() as usize) << AREA_BITS..].iter_mut();
                said.zip(areas(address, contract.as_ref()))
                    .for_each(|(before, area)| *before = area);
                Ok(std::mem::replace(place, contract))
            }
            None => Err(contract),
        }
    }

    /// The region that a slot belongs to.
    #[inline]
    pub(super) fn region(&self, key: &Key) -> Region {
        let contract = u64::from(key.owner.0 ^ ACCOUNTS.0);
        let index = contract << AREA_BITS | u64::from(key.field);
        match key.field >> AREA_BITS == 0 && index < self.areas.len() as u64 {
            true => self.areas[index as usize].region(key),
            false => self.region_of_rare(key),
        }
    }

    #[cold]
    fn region_of_rare(&self, key: &Key) -> Region {
        let contract = self.get(key.owner);
        // As the table says of what is no contract.
        let share = contract.map_or(Share::Subject, |contract| contract.share(key.field));
        Area::of(key.owner, share).region(key)
    }

    /// The contract at this address.
    pub fn get(&self, address: Address) -> Option<&dyn Contract> {
        let index = address.number().checked_sub(Self::FIRST)?;
        if !address.is_contract() {
            return None;
        }
        self.contracts.get(index as usize).map(AsRef::as_ref)
    }

    /// All contracts with their addresses.
    pub fn iter(&self) -> impl Iterator<Item = (Address, &dyn Contract)> {
        self.contracts
            .iter()
            .enumerate()
            .map(|(i, contract)| (Address::contract(Self::FIRST + i as u32), contract.as_ref()))
    }

    /// Audits every contract.
    ///
    /// # Errors
    /// What does not hold, in words.
    pub fn audit(&self, store: &Store) -> Result<(), String> {
        self.iter().try_for_each(|(address, contract)| {
            let audit = contract.audit(address, store);
            audit.map_err(|problem| format!("{}: {problem}", contract.name()))
        })
    }

    /// From now on people call an account so.
    pub fn name_account(&mut self, account: Address, name: String) {
        self.names.insert(account, name);
    }

    /// What people call an account, if it has a name.
    pub fn account_name(&self, account: Address) -> Option<&str> {
        self.names.get(&account).map(String::as_str)
    }

    /// The slot's name for people.
    pub fn label(&self, key: &Key) -> String {
        let subject = Address(key.subject as u32);
        match key.owner {
            super::ACCOUNTS if subject == super::FEE_SINK => "fee sink · balance".to_owned(),
            super::ACCOUNTS => match self.get(subject) {
                Some(contract) => format!("{} · native balance", contract.name()),
                None => match self.account_name(subject) {
                    Some(name) => format!("{name} · nonce and balance"),
                    None => format!("{subject} · nonce and balance"),
                },
            },
            owner => match self.get(owner) {
                Some(contract) => contract.label(key),
                None => format!("{owner} · field {} of {}", key.field, key.subject),
            },
        }
    }
}
