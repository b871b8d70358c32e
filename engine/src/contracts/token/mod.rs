//! A fungible token in the manner of ERC-20.
//!
//! Vocabulary: a *holder* owns units, an *allowance* lets a spender move a holder's units, an
//! *operator* is a contract named at deployment that may move any holder's units without an allowance
//! (the default operators of ERC-777), the *cap* bounds the supply.
//! Invariants: the balances add up to the total supply, which never exceeds the cap. A debit reads the
//! balance and sets it; a credit is a commutative addition, so two payments to one holder do not
//! conflict. An allowance of 2^128 − 1 is infinite and is never written.
//! Absent on purpose: hooks of senders and receivers, fees on transfer, rebasing.
//! Start at [`Token`]; build calls with [`transfer`] and its neighbours.

mod call;
mod contract;
mod genesis;
pub mod invariants;
mod storage;
#[cfg(test)]
mod tests;

pub use call::{
    allowance, approve, balance_of, burn, method, mint, operate_pull, operate_transfer,
    total_supply, transfer, transfer_from,
};
pub use contract::{APPROVAL, NOBODY, TRANSFER, Token};
pub use genesis::{move_balance, seed_balance};
pub use storage::{allowance_key, balance_key, balance_word, supply_key};
