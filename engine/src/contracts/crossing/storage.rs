//! Fields, and who holds what is in transit.

use crate::primitives::Address;
use crate::state::{Key, Word};

/// Ticket that holds the lock of a subject (an address), in the low half; 0 = free.
pub(super) const LOCK: u32 = 0;
/// What a prepared step will come to, plus one, in the low half; one entry a ticket and step.
pub(super) const PENDING: u32 = 1;
/// Phases of a step that have been executed, one bit each, in the low half; one entry a ticket and step.
pub(super) const DONE: u32 = 2;
/// What a step has sent out, in the low half; one entry a ticket and step.
pub(super) const SENT: u32 = 3;

/// Holders of what is in transit, a token.
pub const TRANSITS: u32 = 16;

/// The first account that holds what is in transit; accounts of users are below.
const TRANSIT_FIRST: u32 = (1 << 31) - TRANSITS;

/// One of the holders of what is in transit.
pub const fn transit_account(number: u32) -> Address {
    Address::account(TRANSIT_FIRST + number % TRANSITS)
}

/// The holder for a ticket.
pub const fn transit(ticket: u64) -> Address {
    transit_account((ticket % TRANSITS as u64) as u32)
}

/// A ticket's step as a subject of slots.
pub(super) const fn subject(ticket: u64, index: u8) -> u64 {
    ticket << 8 | index as u64
}

/// The slot that shows what a step has sent out: what a receipt's proof is of.
pub const fn receipt_key(crossing: Address, ticket: u64, index: u8) -> Key {
    Key {
        owner: crossing,
        field: SENT,
        subject: subject(ticket, index),
    }
}

/// The word that holds this number.
pub(super) const fn number(value: u128) -> Word {
    Word::from_low(value)
}
