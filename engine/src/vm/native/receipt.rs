//! How a transaction ended.

use super::Revert;
use crate::primitives::{Address, Digest};

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

impl Receipt {
    /// Feeds the receipt to a digest: status, gas, returned words and events, little-endian, with the
    /// lengths of everything that varies.
    pub fn feed(&self, hasher: &mut blake3::Hasher) {
        let (code, reason) = match self.status {
            Status::Success => (0u8, ""),
            Status::Reverted(Revert(reason)) => (1, reason),
            Status::OutOfGas => (2, ""),
            Status::Invalid(Revert(reason)) => (3, reason),
        };
        hasher.update(&[code, reason.len() as u8]);
        hasher.update(reason.as_bytes());
        hasher.update(&self.gas.to_le_bytes());
        self.returned.iter().for_each(|word| {
            hasher.update(&word.to_le_bytes());
        });
        hasher.update(&(self.events.len() as u32).to_le_bytes());
        for event in &self.events {
            hasher.update(&event.contract.0.to_le_bytes());
            hasher.update(&event.kind.to_le_bytes());
            event.args.iter().for_each(|word| {
                hasher.update(&word.to_le_bytes());
            });
        }
    }

    /// The digest of a block's receipts, in block order.
    pub fn digest_all(receipts: &[Self]) -> Digest {
        let mut hasher = blake3::Hasher::new();
        receipts
            .iter()
            .for_each(|receipt| receipt.feed(&mut hasher));
        Digest(*hasher.finalize().as_bytes())
    }
}
