//! Transactions and calls as plain data.

use crate::primitives::{Address, Amount};
use serde::{Deserialize, Serialize};

/// A call of a contract: which method, with which arguments. Each contract encodes and decodes its own.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Call {
    /// The contract's method number.
    pub method: u16,
    /// The arguments, as the method reads them; unused ones are zero.
    pub args: [u128; 4],
}

/// One transaction: a payment of the native coin, and a call if the recipient is a contract.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Transaction {
    /// Who sends it, pays the fee, and whose nonce it uses.
    pub sender: Address,
    /// Must equal the number of transactions that the sender has had executed.
    pub nonce: u64,
    /// Who is paid or called.
    pub to: Address,
    /// Native coin sent along.
    pub value: Amount,
    /// What is called; ignored when `to` is an account.
    pub call: Call,
    /// Most gas it may use.
    pub gas_limit: u64,
    /// Rounds of synthetic work done first: a stand-in for heavier code, about a nanosecond each.
    pub work: u32,
}
