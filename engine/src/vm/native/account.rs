//! Accounts: one record a holder, nonce and native balance side by side.

use crate::primitives::{Address, Amount};
use crate::state::{Key, Word};

/// The ledger of accounts: owner of every account record.
pub const ACCOUNTS: Address = Address::contract(0);

/// Who receives the fees.
pub const FEE_SINK: Address = Address::contract(1);

const RECORD: u32 = 0;

/// The slot of an address's record: nonce in the low half, native balance in the high half.
pub const fn account_key(address: Address) -> Key {
    Key::of(ACCOUNTS, RECORD, address)
}

/// A record with this nonce and balance.
pub const fn account_record(nonce: u64, balance: Amount) -> Word {
    Word::pair(nonce as u128, balance.0)
}
