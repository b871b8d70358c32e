//! Sixteen bytes that name a slot.

use crate::primitives::{Address, hash::mix};
use serde::{Deserialize, Serialize};

/// Names one slot: whose, which field, and of which subject (a holder, a pair of accounts, a number).
#[derive(Clone, Copy, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The contract (or the ledger of accounts) that owns the slot.
    pub owner: Address,
    /// Which of the owner's fields; each contract's `storage` file names its own.
    pub field: u32,
    /// Which entry of the field; 0 for a field with one entry.
    pub subject: u64,
}

impl Key {
    /// The slot of a field with one entry.
    pub const fn single(owner: Address, field: u32) -> Self {
        Self {
            owner,
            field,
            subject: 0,
        }
    }

    /// The slot of one address's entry.
    pub const fn of(owner: Address, field: u32, subject: Address) -> Self {
        Self {
            owner,
            field,
            subject: subject.0 as u64,
        }
    }

    /// The slot of an ordered pair of addresses.
    pub const fn of_pair(owner: Address, field: u32, first: Address, second: Address) -> Self {
        Self {
            owner,
            field,
            subject: (first.0 as u64) << 32 | second.0 as u64,
        }
    }

    /// The slot's place in a table: quick and well spread, never its identity.
    pub const fn spread(&self) -> u64 {
        let high = (self.owner.0 as u64) << 32 | self.field as u64;
        mix(high.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ self.subject)
    }

    /// Sixteen bytes, big-endian by field, so that byte order is key order.
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&self.owner.0.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.field.to_be_bytes());
        bytes[8..].copy_from_slice(&self.subject.to_be_bytes());
        bytes
    }

    /// The key that [`Key::to_bytes`] gives these bytes for.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        let all = u128::from_be_bytes(bytes);
        Self {
            owner: Address((all >> 96) as u32),
            field: (all >> 64) as u32,
            subject: all as u64,
        }
    }
}

impl PartialEq for Key {
    /// Without a branch a field: keys are compared all the time.
    fn eq(&self, other: &Self) -> bool {
        // Owner and field lie side by side: one load and one comparison.
        let head = |key: &Self| u64::from(key.field) << 32 | u64::from(key.owner.0);
        (head(self) ^ head(other)) | (self.subject ^ other.subject) == 0
    }
}

impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64((u64::from(self.owner.0) << 32) | u64::from(self.field));
        state.write_u64(self.subject);
    }
}
