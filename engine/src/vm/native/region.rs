//! Which slots are kept apart from others together.
//!
//! A transaction mostly touches much of few: its sender's record, balances and positions, one pool. Putting
//! transactions in order by those takes a few comparisons; by slots it would take a few dozen.

use super::ACCOUNTS;
use crate::primitives::Address;
use crate::state::Key;
use crate::vm::Region;

/// Whose region the entries of a contract's field belong to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Share {
    /// The contract's, with its other fields of this kind.
    #[default]
    Contract,
    /// That of the contract's entries with this subject, in whichever field.
    Entry,
    /// The account's that the subject names; as [`Share::Entry`] where it names a contract.
    Subject,
    /// The same by the first of a pair of addresses.
    First,
}

/// Tells the regions of everything but accounts from theirs.
const OTHER: u32 = 1 << 31;

/// The region of a slot whose field is shared so.
pub(super) const fn of(key: &Key, share: Share) -> Region {
    match share {
        Share::Contract => other(key.owner, 0),
        Share::Entry => other(key.owner, key.subject),
        Share::Subject => personal(key, key.subject as u32),
        Share::First => personal(key, (key.subject >> 32) as u32),
    }
}

/// The region of an account's or a contract's record.
pub(super) const fn of_record(key: &Key) -> Region {
    personal(key, key.subject as u32)
}

const fn personal(key: &Key, whose: u32) -> Region {
    let whose = Address(whose);
    if whose.is_contract() {
        return other(key.owner, whose.0 as u64);
    }
    Region {
        number: whose.number(),
        // Whoever pays somebody changes, sooner or later, what that one spends.
        sums: false,
    }
}

const fn other(owner: Address, subject: u64) -> Region {
    let key = Key {
        owner,
        field: 0,
        subject,
    };
    Region {
        number: OTHER | key.spread() as u32,
        sums: true,
    }
}

/// Whether it is the ledger of accounts that owns the slot.
pub(super) fn is_record(key: &Key) -> bool {
    key.owner == ACCOUNTS
}
