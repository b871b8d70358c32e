//! One generated transaction: who, how much, which call.

use super::build::{
    BAD_ONE_IN, COLLATERAL_RESERVE, DEBT_RESERVE, DROP_UNITS, HOLDERS, Site, liquidity_holder,
};
use super::catalogue::TOKENS;
use super::crowd::Crowd;
use super::format::Workload;
use super::kind::TxKind;
use super::zipf::Zipf;
use crate::contracts::{counter, drop, lending, pool, token};
use crate::primitives::seed::Stream;
use crate::primitives::{Address, Amount};
use crate::vm::native::{Call, Transaction};

/// Smallest and largest worth of an ordinary trade or transfer, in cents.
const TRADE_CENTS: (u64, u64) = (1_000, 100_000);
/// The same for what is borrowed, repaid and liquidated.
const LOAN_CENTS: (u64, u64) = (500, 5_000);
/// Smallest and largest payment of the native coin.
const PAY_UNITS: (u64, u64) = (1_000_000_000_000, 1_000_000_000_000_000);

/// One swap in so many insists on nearly the first price, and is refused once the price has moved away.
const TIGHT_ONE_IN: u64 = 10;
/// What such a swap gives up beside the fee, in basis points: a net flow of some $2,500 uses it up.
const TIGHT_BPS: u128 = 1;

/// One removal of liquidity takes this share of what its holder had at first.
const REMOVE_SHARE: u128 = 1_000;

/// What one block is drawn with.
pub(super) struct Draw<'a> {
    pub(super) workload: &'a Workload,
    pub(super) site: &'a Site,
    pub(super) accounts: &'a Crowd,
    pub(super) pools: &'a Zipf,
    pub(super) stream: Stream,
    /// Where taking turns starts.
    pub(super) first_turn: u64,
}

impl Draw<'_> {
    fn cents(&mut self, (low, high): (u64, u64)) -> u128 {
        u128::from(self.stream.between(low, high))
    }

    fn token(&mut self) -> usize {
        self.stream.below(self.site.tokens.len() as u64) as usize
    }

    fn borrower(&mut self) -> Address {
        let drawn = self.accounts.draw(&mut self.stream);
        Address::account(drawn % self.site.borrowers.max(1))
    }

    /// Who borrows or repays: the sender where the place in the block fixes it.
    fn debtor(&mut self, sender: Address) -> Address {
        if self.accounts.is_chained() {
            sender
        } else {
            self.borrower()
        }
    }

    /// One transaction of this kind, the block's `index`th; nonce and gas limit are filled in later.
    pub(super) fn transaction(&mut self, kind: TxKind, index: u32) -> Transaction {
        let site = self.site;
        let (sender, other) = self.accounts.pair(&mut self.stream, self.first_turn, index);
        match kind {
            TxKind::Pay => Transaction {
                sender,
                to: other,
                value: Amount(self.cents(PAY_UNITS)),
                ..Transaction::default()
            },
            TxKind::Transfer => {
                let index = self.token();
                let amount = Amount(TOKENS[index].worth(self.cents(TRADE_CENTS)));
                calling(sender, site.tokens[index], token::transfer(other, amount))
            }
            TxKind::Swap => self.swap(sender),
            TxKind::AddLiquidity => {
                let pool = &site.pools[self.pools.draw(&mut self.stream) as usize];
                let cents = self.cents(TRADE_CENTS);
                let [first, second] = pool.tokens.map(|t| Amount(TOKENS[t].worth(cents)));
                let call = pool::add_liquidity(first, second, Amount::ZERO, Amount::ZERO);
                calling(sender, pool.address, call)
            }
            TxKind::RemoveLiquidity => {
                let index = self.pools.draw(&mut self.stream);
                let pool = &site.pools[index as usize];
                let holder = self.stream.below(u64::from(HOLDERS)) as u32;
                let sender = liquidity_holder(index, holder, site.accounts);
                let liquidity = Amount(pool.holder_liquidity / REMOVE_SHARE);
                let call = pool::remove_liquidity(liquidity, Amount::ZERO, Amount::ZERO);
                calling(sender, pool.address, call)
            }
            TxKind::Supply => {
                let reserve = self.token();
                let amount = Amount(TOKENS[reserve].worth(self.cents(TRADE_CENTS)));
                let call = lending::supply(reserve as u32, amount);
                calling(sender, site.market, call)
            }
            TxKind::Borrow => {
                let (borrower, amount) = (self.debtor(sender), self.debt());
                let call = lending::borrow(DEBT_RESERVE, amount);
                calling(borrower, site.market, call)
            }
            TxKind::Repay => {
                let (borrower, amount) = (self.debtor(sender), self.debt());
                let call = lending::repay(DEBT_RESERVE, amount, borrower);
                calling(borrower, site.market, call)
            }
            TxKind::Liquidate => {
                let drawn = self.borrower().number();
                let user = drawn - drawn % BAD_ONE_IN + BAD_ONE_IN - 1;
                let user = Address::account(user.min(site.borrowers.saturating_sub(1)));
                let call = lending::liquidate(COLLATERAL_RESERVE, DEBT_RESERVE, user, self.debt());
                calling(sender, site.market, call)
            }
            TxKind::Claim if self.workload.drop_stock > 0 => {
                let units = self.stream.between(1, 2 * DROP_UNITS);
                calling(sender, site.drop, drop::draw(units))
            }
            TxKind::Claim => calling(sender, site.drop, drop::claim()),
            TxKind::Touch => {
                let slot = self.stream.below(u64::from(self.workload.touch_slots));
                let call = counter::touch(slot, counter::TouchMode::Ordered);
                calling(sender, site.counter, call)
            }
            // No mix has a share of what is only recorded.
            TxKind::Settle | TxKind::Cross | TxKind::Call => Transaction::default(),
        }
    }

    fn debt(&mut self) -> Amount {
        Amount(TOKENS[DEBT_RESERVE as usize].worth(self.cents(LOAN_CENTS)))
    }

    fn swap(&mut self, sender: Address) -> Transaction {
        let pool = &self.site.pools[self.pools.draw(&mut self.stream) as usize];
        let zero_for_one = self.stream.below(2) == 0;
        let cents = self.cents(TRADE_CENTS);
        let [mut from, mut to] = pool.tokens;
        if !zero_for_one {
            (from, to) = (to, from);
        }
        let expected = TOKENS[to].worth(cents);
        let least = if self.stream.below(TIGHT_ONE_IN) == 0 {
            expected * (10_000 - u128::from(pool.fee_bps) - TIGHT_BPS) / 10_000
        } else {
            expected / 2
        };
        let amount = Amount(TOKENS[from].worth(cents));
        let call = pool::swap_exact_in(zero_for_one, amount, Amount(least));
        calling(sender, pool.address, call)
    }
}

/// A transaction that calls a contract; nonce and gas limit are filled in later.
pub(super) fn calling(sender: Address, to: Address, call: Call) -> Transaction {
    Transaction {
        sender,
        to,
        call,
        ..Transaction::default()
    }
}
