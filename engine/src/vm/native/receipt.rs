//! How a transaction ended.

use super::Revert;
use crate::primitives::Address;

/// How a transaction ended.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Status {
    /// It did what it said.
    #[default]
    Success,
    /// A contract said no: its writes and events are undone, its nonce and fee stand.
    Reverted(Revert),
    /// It ran out of gas: like a revert.
    OutOfGas,
    /// It may not run at all (wrong nonce, fee not covered): nothing of it stands.
    Invalid(Revert),
}

/// Something a contract says happened.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Event {
    /// Which contract says so.
    pub contract: Address,
    /// Which of the contract's events; each contract's `mod` names its own.
    pub kind: u16,
    /// The event's fields, as the contract defines them.
    pub args: [u128; 4],
}

/// What a transaction leaves besides its writes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Receipt {
    /// How it ended.
    pub status: Status,
    /// Gas used.
    pub gas: u64,
    /// What the called method returned; zero where it returns nothing.
    pub returned: [u128; 2],
    /// Events in order; none if it reverted.
    pub events: Vec<Event>,
}
