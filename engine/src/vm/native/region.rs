//! Which slots are kept apart from others together.
//!
//! A transaction mostly touches much of few: its sender's record, balances and positions, one pool. Putting
//! transactions in order by those takes a few comparisons; by slots it would take a few dozen.

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

/// A contract's field, by whose its entries are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    share: Share,
    /// The contract's region.
    whole: Region,
}

impl Area {
    /// The fields of a contract that are shared so.
    pub(super) const fn of(owner: Address, share: Share) -> Self {
        Self {
            share,
            whole: other(owner, 0),
        }
    }

    /// The region of one of its slots. Asked for with every access.
    #[inline]
    pub(super) const fn region(self, key: &Key) -> Region {
        // One after the other, the most frequent first: quicker than a jump by table.
        let whose = if matches!(self.share, Share::Subject) {
            Address(key.subject as u32)
        } else if matches!(self.share, Share::Contract) {
            return self.whole;
        } else if matches!(self.share, Share::First) {
            Address((key.subject >> 32) as u32)
        } else {
            return other(key.owner, key.subject);
        };
        if whose.is_contract() {
            return other(key.owner, whose.number() as u64);
        }
        Region {
            number: whose.number(),
            // Whoever pays somebody changes, sooner or later, what that one spends.
            sums: false,
        }
    }
}

/// The region of a contract's entry.
const fn other(owner: Address, subject: u64) -> Region {
    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4): two that come together wait
    // for one another, and nothing else.
    let spread = ((owner.0 as u64) << 32 ^ subject).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Region {
        number: OTHER | (spread >> 40) as u32,
        sums: true,
    }
}
