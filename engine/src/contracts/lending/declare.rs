//! What each method may touch.

use super::call::method;
use super::config::Market;
use super::storage::{
    ACCRUED, CASH, FLAGS, Flags, INDICES, POSITION, PRICE, RATES, TOTALS, position_subject,
};
use crate::contracts::argument::address;
use crate::contracts::token;
use crate::primitives::{Address, Amount};
use crate::vm::native::{Call, Footprint};

/// Stands for any amount: what a token touches does not depend on it.
const AMOUNT: Amount = Amount(1);

impl Market {
    pub(super) fn declare_call(&self, footprint: &mut Footprint<'_>, call: &Call) -> bool {
        let [a, b, c, _] = call.args;
        let (this, caller) = (footprint.this(), footprint.caller());
        let Ok((index, config)) = self.reserve_config(a) else {
            // Only the account's data is asked for without naming a reserve; the rest is refused.
            if let (method::ACCOUNT_DATA, Ok(user)) = (call.method, address(a)) {
                self.declare_account(footprint, user, None);
            }
            return true;
        };
        let pull = token::operate_transfer(caller, this, AMOUNT);
        let push = token::transfer(caller, AMOUNT);
        match call.method {
            method::SUPPLY => {
                write_reserve(footprint, index);
                write_user(footprint, caller, index);
                footprint.call(config.token, Amount::ZERO, &pull)
            }
            method::WITHDRAW | method::BORROW => {
                write_reserve(footprint, index);
                write_user(footprint, caller, index);
                self.declare_account(footprint, caller, Some(index));
                footprint.call(config.token, Amount::ZERO, &push)
            }
            method::REPAY => {
                write_reserve(footprint, index);
                if let Ok(user) = address(c) {
                    write_user(footprint, user, index);
                }
                footprint.call(config.token, Amount::ZERO, &pull)
            }
            method::LIQUIDATE => {
                let (Ok((debt_index, debt_config)), Ok(user)) =
                    (self.reserve_config(b), address(c))
                else {
                    return true;
                };
                for reserve in [index, debt_index] {
                    write_reserve(footprint, reserve);
                    write_user(footprint, user, reserve);
                    footprint.read(PRICE, reserve as u64);
                }
                self.declare_account(footprint, user, Some(index));
                // What is written off where the last collateral is taken.
                for reserve in self.used_by(footprint, user) {
                    write_reserve(footprint, reserve);
                    write_user(footprint, user, reserve);
                }
                footprint.call(debt_config.token, Amount::ZERO, &pull)
                    && footprint.call(config.token, Amount::ZERO, &push)
            }
            method::SET_COLLATERAL => {
                write_user(footprint, caller, index);
                self.declare_account(footprint, caller, Some(index));
                true
            }
            method::SET_PRICE => {
                footprint.write(PRICE, index as u64);
                true
            }
            method::MINT_TO_TREASURY => {
                write_reserve(footprint, index);
                footprint.write(ACCRUED, index as u64);
                footprint.write(POSITION, position_subject(self.treasury, index));
                true
            }
            method::COVER_DEFICIT => {
                write_reserve(footprint, index);
                footprint.call(config.token, Amount::ZERO, &pull)
            }
            method::ACCOUNT_DATA => {
                if let Ok(user) = address(a) {
                    self.declare_account(footprint, user, None);
                }
                true
            }
            _ => true,
        }
    }

    /// The reserves in which a user has a debt or collateral, as of the state before the block.
    fn used_by(
        &self,
        footprint: &Footprint<'_>,
        user: Address,
    ) -> impl Iterator<Item = usize> + use<> {
        let flags = Flags(footprint.hint(FLAGS, u64::from(user.0)).low());
        let uses = move |index: &usize| flags.borrows(*index) || flags.is_collateral(*index);
        (0..self.reserves.len()).filter(uses)
    }

    /// What valuing a user's positions reads, `also` being one that it may use by then.
    fn declare_account(&self, footprint: &mut Footprint<'_>, user: Address, also: Option<usize>) {
        footprint.read(FLAGS, u64::from(user.0));
        for index in self.used_by(footprint, user).chain(also) {
            let subject = index as u64;
            for field in [INDICES, RATES, TOTALS, CASH, PRICE] {
                footprint.read(field, subject);
            }
            footprint.read(POSITION, position_subject(user, index));
        }
    }
}

fn write_reserve(footprint: &mut Footprint<'_>, index: usize) {
    let subject = index as u64;
    for field in [INDICES, RATES, TOTALS, CASH] {
        footprint.write(field, subject);
    }
    footprint.add(ACCRUED, subject);
}

fn write_user(footprint: &mut Footprint<'_>, user: Address, index: usize) {
    footprint.write(POSITION, position_subject(user, index));
    footprint.write(FLAGS, u64::from(user.0));
}
