//! The transactions of a block, from the seed or from real traffic.

use super::build::{BAD_ONE_IN, COLLATERAL_RESERVE, DEBT_RESERVE, HOLDERS, Site, liquidity_holder};
use super::catalogue::TOKENS;
use super::format::{Mix, Scenario, Workload};
use super::traffic::{Traffic, TrafficTx};
use super::zipf::Zipf;
use crate::contracts::{counter, drop, lending, pool, token};
use crate::primitives::seed::Stream;
use crate::primitives::{Address, Amount, Seed};
use crate::vm::native::{Call, Transaction, schedule};
use serde::{Deserialize, Serialize};

/// Gas that every transaction may use beside its synthetic work: several times what the longest needs.
const GAS_LIMIT: u64 = 20_000;

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

/// Real values are in gwei; the native coin's smallest unit is the wei.
const GWEI: u128 = 1_000_000_000;

/// The kinds of transactions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TxKind {
    /// A payment of the native coin.
    Pay,
    /// A transfer of a token.
    Transfer,
    /// A swap against a pool.
    Swap,
    /// Liquidity added to a pool.
    AddLiquidity,
    /// Liquidity taken out of a pool.
    RemoveLiquidity,
    /// An asset supplied to the lending market.
    Supply,
    /// An asset borrowed from the lending market.
    Borrow,
    /// A debt repaid to the lending market.
    Repay,
    /// A position liquidated in the lending market.
    Liquidate,
    /// A claim of the token drop.
    Claim,
    /// A touch of a shared slot.
    Touch,
}

impl Mix {
    /// The shares by kind.
    pub const fn shares(&self) -> [(TxKind, u32); 11] {
        [
            (TxKind::Pay, self.pay),
            (TxKind::Transfer, self.transfer),
            (TxKind::Swap, self.swap),
            (TxKind::AddLiquidity, self.add_liquidity),
            (TxKind::RemoveLiquidity, self.remove_liquidity),
            (TxKind::Supply, self.supply),
            (TxKind::Borrow, self.borrow),
            (TxKind::Repay, self.repay),
            (TxKind::Liquidate, self.liquidate),
            (TxKind::Claim, self.claim),
            (TxKind::Touch, self.touch),
        ]
    }
}

/// One block.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Block {
    /// Its transactions, in order.
    pub transactions: Vec<Transaction>,
    /// What they are, by index.
    pub kinds: Vec<TxKind>,
}

/// Makes the blocks of a scenario. Each block draws from a stream of its own; only nonces are carried
/// from one to the next.
#[derive(Clone, Debug)]
pub struct Generator {
    workload: Workload,
    seed: Seed,
    site: Site,
    traffic: Option<Traffic>,
    accounts: Zipf,
    pools: Zipf,
    /// Sums of the shares, with their kinds.
    kinds: Vec<(u64, TxKind)>,
    nonces: Vec<u64>,
    next: u32,
}

/// What one block is drawn with.
struct Draw<'a> {
    workload: &'a Workload,
    site: &'a Site,
    accounts: &'a Zipf,
    pools: &'a Zipf,
    stream: Stream,
    /// Where taking turns starts.
    first_turn: u64,
}

impl Generator {
    pub(super) fn new(scenario: &Scenario, site: Site, traffic: Option<Traffic>) -> Self {
        let workload = scenario.workload.clone();
        let mut sum = 0;
        let kinds = workload
            .mix
            .shares()
            .into_iter()
            .filter(|(_, share)| *share > 0)
            .map(|(kind, share)| {
                sum += u64::from(share);
                (sum, kind)
            })
            .collect();
        Self {
            seed: Seed::new(scenario.seed).fork("workload"),
            accounts: Zipf::new(site.accounts, workload.skew_permille),
            pools: Zipf::new(workload.pools, workload.skew_permille),
            nonces: vec![0; site.accounts as usize],
            kinds,
            next: 0,
            workload,
            site,
            traffic,
        }
    }

    #[cfg(test)]
    pub(super) const fn site(&self) -> &Site {
        &self.site
    }

    /// The block of this number, from zero. Cheapest in ascending order; going back starts over.
    pub fn block(&mut self, number: u32) -> Block {
        if number < self.next {
            self.nonces.fill(0);
            self.next = 0;
        }
        loop {
            let block = self.make(self.next);
            self.next += 1;
            if self.next > number {
                return block;
            }
        }
    }

    fn make(&mut self, number: u32) -> Block {
        let mut block = match &self.traffic {
            Some(traffic) => replay(traffic, &self.site),
            None => self.draw(number),
        };
        let work = self.workload.work_rounds;
        for tx in &mut block.transactions {
            let nonce = &mut self.nonces[tx.sender.number() as usize];
            tx.nonce = *nonce;
            *nonce += 1;
            tx.work = work;
            tx.gas_limit = GAS_LIMIT + u64::from(work) * schedule::WORK_ROUND;
        }
        block
    }

    fn draw(&self, number: u32) -> Block {
        let mut stream = self.seed.fork_index(u64::from(number)).stream();
        let total = self.kinds.last().map_or(0, |(sum, _)| *sum);
        let mut draw = Draw {
            workload: &self.workload,
            site: &self.site,
            accounts: &self.accounts,
            pools: &self.pools,
            first_turn: stream.below(u64::from(self.site.accounts)),
            stream,
        };
        let count = self.workload.transactions;
        let mut block = Block {
            transactions: Vec::with_capacity(count as usize),
            kinds: Vec::with_capacity(count as usize),
        };
        for index in 0..count {
            let at = draw.stream.below(total);
            let kind = self
                .kinds
                .iter()
                .find(|(sum, _)| at < *sum)
                .map_or(TxKind::Pay, |(_, kind)| *kind);
            block.transactions.push(draw.transaction(kind, index));
            block.kinds.push(kind);
        }
        block
    }
}

/// Payments as payments, calls and creations as touches of one slot a callee.
fn replay(traffic: &Traffic, site: &Site) -> Block {
    let one = |tx: &TrafficTx| {
        let sender = Address::account(tx.sender);
        let call = |subject| counter::touch(subject, counter::TouchMode::Ordered);
        match (tx.to, tx.is_call) {
            (Some(to), false) => (
                TxKind::Pay,
                Transaction {
                    sender,
                    to: Address::account(to),
                    value: Amount(u128::from(tx.value_gwei) * GWEI),
                    ..Transaction::default()
                },
            ),
            (Some(to), true) => (
                TxKind::Touch,
                calling(sender, site.counter, call(u64::from(to))),
            ),
            // A created contract is new: its slot is nobody else's but its sender's.
            (None, _) => {
                let slot = u64::from(site.accounts) + u64::from(tx.sender);
                (TxKind::Touch, calling(sender, site.counter, call(slot)))
            }
        }
    };
    let (kinds, transactions) = traffic.transactions.iter().map(one).unzip();
    Block {
        transactions,
        kinds,
    }
}

fn calling(sender: Address, to: Address, call: Call) -> Transaction {
    Transaction {
        sender,
        to,
        call,
        ..Transaction::default()
    }
}

impl Draw<'_> {
    /// Sender and another account. With no skew accounts take turns, the other half a round away: a block
    /// of at most half as many transactions as accounts then names every account at most once.
    fn pair(&mut self, index: u32) -> (Address, Address) {
        let count = u64::from(self.site.accounts);
        let (sender, other) = if self.workload.skew_permille == 0 {
            let sender = (self.first_turn + u64::from(index)) % count;
            (sender, (sender + count / 2) % count)
        } else {
            let sender = u64::from(self.accounts.draw(&mut self.stream));
            let other = u64::from(self.accounts.draw(&mut self.stream));
            let is_same = u64::from(sender == other);
            (sender, (other + is_same) % count)
        };
        (
            Address::account(sender as u32),
            Address::account(other as u32),
        )
    }

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

    fn transaction(&mut self, kind: TxKind, index: u32) -> Transaction {
        let site = self.site;
        let (sender, other) = self.pair(index);
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
                let (borrower, amount) = (self.borrower(), self.debt());
                let call = lending::borrow(DEBT_RESERVE, amount);
                calling(borrower, site.market, call)
            }
            TxKind::Repay => {
                let (borrower, amount) = (self.borrower(), self.debt());
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
            TxKind::Claim => calling(sender, site.drop, drop::claim()),
            TxKind::Touch => {
                let slot = self.stream.below(u64::from(self.workload.touch_slots));
                let call = counter::touch(slot, counter::TouchMode::Ordered);
                calling(sender, site.counter, call)
            }
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

#[cfg(test)]
mod tests {
    use crate::scenario::{build, preset};
    use std::collections::BTreeSet;

    #[test]
    fn a_block_is_the_same_however_one_comes_to_it() {
        let mut scenario = preset::named("default").unwrap().scenario();
        scenario.workload.transactions = 200;
        scenario.workload.accounts = 50;
        let mut forward = build(&scenario).generator;
        let blocks: Vec<_> = (0..4).map(|number| forward.block(number)).collect();
        assert_eq!(build(&scenario).generator.block(3), blocks[3]);
        assert_eq!(forward.block(1), blocks[1]);
        assert_ne!(blocks[0], blocks[1]);
        scenario.seed += 1;
        assert_ne!(build(&scenario).generator.block(0), blocks[0]);
    }

    #[test]
    fn the_payments_preset_names_no_account_twice() {
        let scenario = preset::named("payments").unwrap().scenario();
        let block = build(&scenario).generator.block(0);
        let mut named = BTreeSet::new();
        for tx in &block.transactions {
            assert!(named.insert(tx.sender), "{} twice", tx.sender);
            assert!(named.insert(tx.to), "{} twice", tx.to);
        }
    }
}
