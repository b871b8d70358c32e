//! Who everybody is: accounts of the crowd, of what runs the market, and of people.

use super::settings::PersonSettings;
use crate::primitives::Address;

/// Owner of the contracts, and the price feed.
pub(super) const HOUSE: Address = Address::account(0);
pub(super) const ARBITRAGEUR: Address = Address::account(1);
pub(super) const PROVIDER: Address = Address::account(2);
pub(super) const LIQUIDATOR: Address = Address::account(3);
pub(super) const DRIVER: Address = Address::account(4);
/// Where fees of keepers go.
pub(super) const TILL: Address = Address::account(5);
/// Who pays rewards.
pub(super) const PATRON: Address = Address::account(6);
pub(super) const DEALER: Address = Address::account(7);
pub(super) const RETAIL: u32 = 8;
/// Accounts of retail.
pub(super) const RETAIL_COUNT: u32 = 4;
pub(super) const BORROWER: u32 = 16;
pub(super) const PERSON: u32 = 128;

pub(super) const fn retail(number: u32) -> Address {
    Address::account(RETAIL + number % RETAIL_COUNT)
}

pub(super) const fn borrower(lender: usize, number: u32) -> Address {
    Address::account(BORROWER + lender as u32 * 32 + number)
}

pub(super) const fn person(number: u32) -> Address {
    Address::account(PERSON + number)
}

/// What an account is called: its person's name, or what it does, with a number where several do.
pub(super) fn name(account: Address, people: &[PersonSettings]) -> String {
    let role = match account {
        HOUSE => "price feed",
        ARBITRAGEUR => "arbitrageur",
        PROVIDER => "liquidity provider",
        LIQUIDATOR => "liquidator",
        DRIVER => "auction",
        TILL => "till",
        PATRON => "rewards",
        DEALER => "dealer",
        _ => {
            let number = account.number();
            return match person_of(account, people.len()) {
                Some(person) => people[person as usize].name.clone(),
                None if number < BORROWER => format!("retail {}", number - RETAIL),
                None => format!("borrower {}", number - BORROWER),
            };
        }
    };
    role.to_owned()
}

/// The person of an account.
pub(super) fn person_of(account: Address, people: usize) -> Option<u32> {
    let number = account.number().checked_sub(PERSON)?;
    ((number as usize) < people).then_some(number)
}
