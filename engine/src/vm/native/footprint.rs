//! All that a contract can say about a call before it runs.

use super::{Call, Registry, account_key};
use crate::primitives::{Address, Amount};
use crate::state::{Key, Storage, Word};
use crate::vm::{Accesses, Foresight, Intent};

/// What a contract declares into: the twin of [`super::Context`], with the same names for the same
/// slots. What it says is checked at run time, so that a mistake costs time and never a result.
pub struct Footprint<'a> {
    pub(super) registry: &'a Registry,
    pub(super) before: &'a dyn Storage<Key, Word>,
    pub(super) into: &'a mut dyn Accesses<Key>,
    pub(super) this: Address,
    pub(super) caller: Address,
    /// Frames that may still be entered.
    pub(super) depth_left: u32,
}

impl Footprint<'_> {
    /// The contract that will run.
    pub const fn this(&self) -> Address {
        self.this
    }

    /// Who will call it.
    pub const fn caller(&self) -> Address {
        self.caller
    }

    /// One of this contract's slots as it stood before the block: a hint, since transactions in between
    /// may change it.
    pub fn hint(&self, field: u32, subject: u64) -> Word {
        self.before
            .get(&self.key(field, subject))
            .unwrap_or_default()
    }

    /// Says that one of this contract's slots may be read.
    pub fn read(&mut self, field: u32, subject: u64) {
        self.into.push(self.key(field, subject), Intent::Read);
    }

    /// Says that one of this contract's slots may be read and changed in any way.
    pub fn write(&mut self, field: u32, subject: u64) {
        self.into.push(self.key(field, subject), Intent::Write);
    }

    /// Says that one of this contract's slots may be added to, without being read.
    pub fn add(&mut self, field: u32, subject: u64) {
        self.into.push(self.key(field, subject), Intent::Add);
    }

    /// Says that one of this contract's slots may be read and changed, and that
    /// [`super::Contract::foresee`] can tell how.
    pub fn foresee(&mut self, field: u32, subject: u64) {
        self.foresee_at(self.key(field, subject));
    }

    /// The same for a slot of another contract, which that one changes when called.
    pub fn foresee_at(&mut self, key: Key) {
        self.into.push(key, Intent::Foreseen);
    }

    /// Says that another contract may be called so, with this one as the caller; false if that one
    /// cannot say what it will touch.
    pub fn call(&mut self, to: Address, value: Amount, call: &Call) -> bool {
        let registry = self.registry;
        let (Some(contract), Some(depth_left)) = (registry.get(to), self.depth_left.checked_sub(1))
        else {
            // The call will be refused.
            return true;
        };
        transfer(self.into, self.this, to, value);
        let outer = (self.this, self.caller, self.depth_left);
        (self.this, self.caller, self.depth_left) = (to, self.this, depth_left);
        let is_known = contract.declare(self, call);
        (self.this, self.caller, self.depth_left) = outer;
        is_known
    }

    const fn key(&self, field: u32, subject: u64) -> Key {
        Key {
            owner: self.this,
            field,
            subject,
        }
    }
}

/// What moving native coin touches.
pub(super) fn transfer(into: &mut dyn Accesses<Key>, from: Address, to: Address, value: Amount) {
    if !value.is_zero() {
        into.push(account_key(from), Intent::Write);
        into.push(account_key(to), Intent::Add);
    }
}

/// What a contract can see when it is asked what a call will leave.
pub struct Outlook<'a> {
    pub(super) slots: &'a mut dyn Foresight<Key, Word>,
    pub(super) this: Address,
    pub(super) timestamp: u64,
}

impl Outlook<'_> {
    /// The contract that will run.
    pub const fn this(&self) -> Address {
        self.this
    }

    /// The block's time in seconds.
    pub const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    /// What a slot is expected to hold; `None` if it was not declared as foreseen.
    pub fn get(&mut self, key: &Key) -> Option<Word> {
        self.slots.get(key)
    }

    /// What a slot will hold.
    pub fn set(&mut self, key: &Key, word: Word) {
        self.slots.set(key, word);
    }
}
