//! Transactions from a seed.

use super::format::{Mix, Scenario};
use super::world::{self, BORROWERS_MAX, RESERVES, UNHEALTHY_EVERY, World};
use super::zipf::Zipf;
use crate::contracts::{counter, drop, lending, pool, token};
use crate::primitives::seed::Stream;
use crate::primitives::{Address, Amount, Seed};
use crate::vm::native::{Call, Transaction};
use serde::{Deserialize, Serialize};

/// Gas limit of a generated transaction, besides its synthetic work.
const GAS_LIMIT: u64 = 100_000;

/// One swap in so many asks for a price that a small move already breaks.
const TIGHT_EVERY: u64 = 20;

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
    /// The shares by kind, in a fixed order.
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

    /// Shares of transactions that move tokens.
    pub fn needs_tokens(&self) -> u64 {
        let all: u64 = self
            .shares()
            .iter()
            .map(|(_, share)| u64::from(*share))
            .sum();
        all - u64::from(self.pay) - u64::from(self.claim) - u64::from(self.touch)
    }

    /// Shares of transactions that need somebody with a debt.
    pub fn needs_positions(&self) -> u64 {
        u64::from(self.borrow) + u64::from(self.repay) + u64::from(self.liquidate)
    }
}

/// Draws the blocks of a scenario, one after the other: nonces go on from block to block.
#[derive(Clone, Debug)]
pub struct Generator {
    seed: Seed,
    accounts: Zipf,
    borrowers: Zipf,
    pools: Zipf,
    slots: Zipf,
    kinds: Vec<(TxKind, u64)>,
    nonces: Vec<u64>,
    next_block: u32,
}

/// A block: what is executed, and what it is for people.
#[derive(Clone, Default, Debug)]
pub struct Block {
    /// The transactions.
    pub transactions: Vec<Transaction>,
    /// Their kinds.
    pub kinds: Vec<TxKind>,
}

impl Generator {
    /// The blocks of this scenario, from the first.
    pub fn new(scenario: &Scenario) -> Self {
        let workload = &scenario.workload;
        let mut sum = 0u64;
        let kinds = workload
            .mix
            .shares()
            .into_iter()
            .filter(|(_, share)| *share > 0);
        Self {
            seed: Seed::new(scenario.seed).fork("workload"),
            accounts: Zipf::new(workload.accounts, workload.skew_permille),
            borrowers: Zipf::new(workload.accounts.min(BORROWERS_MAX), workload.skew_permille),
            pools: Zipf::new(workload.pools, workload.skew_permille),
            slots: Zipf::new(workload.touch_slots, workload.skew_permille),
            kinds: kinds
                .map(|(kind, share)| {
                    sum += u64::from(share);
                    (kind, sum)
                })
                .collect(),
            nonces: vec![0; workload.accounts as usize],
            next_block: 0,
        }
    }

    /// The number of the block drawn next.
    pub const fn next_block(&self) -> u32 {
        self.next_block
    }

    /// Draws the next block.
    pub fn draw(&mut self, scenario: &Scenario, world: &World) -> Block {
        let mut stream = self.seed.fork_index(u64::from(self.next_block)).stream();
        let count = scenario.workload.transactions;
        let mut block = Block {
            transactions: Vec::with_capacity(count as usize),
            kinds: Vec::with_capacity(count as usize),
        };
        for place in 0..count {
            let (kind, mut transaction) = self.draw_one(&mut stream, scenario, world, place);
            let nonce = &mut self.nonces[transaction.sender.number() as usize];
            transaction.nonce = *nonce;
            *nonce += 1;
            transaction.work = scenario.workload.work_rounds;
            transaction.gas_limit = GAS_LIMIT + u64::from(transaction.work);
            block.transactions.push(transaction);
            block.kinds.push(kind);
        }
        self.next_block += 1;
        block
    }

    fn draw_one(
        &self,
        stream: &mut Stream,
        scenario: &Scenario,
        world: &World,
        place: u32,
    ) -> (TxKind, Transaction) {
        let workload = &scenario.workload;
        let at = stream.below(self.kinds.last().map_or(0, |(_, sum)| *sum));
        let kind = self.kinds[self.kinds.partition_point(|(_, sum)| *sum <= at)].0;
        let mut sender = self.accounts.draw(stream);
        let mut recipient = self.accounts.draw(stream);
        if workload.disjoint {
            // Everybody sits at a table for two; each block starts at another table.
            let tables = workload.accounts / 2;
            let shift = self
                .next_block
                .wrapping_mul(count_of(workload.transactions));
            let table = ((u64::from(place) + u64::from(shift)) % u64::from(tables)) as u32;
            (sender, recipient) = (2 * table, 2 * table + 1);
        } else if sender == recipient {
            recipient = (recipient + 1) % workload.accounts;
        }
        let pool = world.pools[self.pools.draw(stream) as usize];
        let mut transaction = Transaction::default();
        let mut call = |to: Address, call: Call| {
            transaction.to = to;
            transaction.call = call;
        };
        match kind {
            TxKind::Pay => {
                transaction.to = Address::account(recipient);
                transaction.value = Amount(u128::from(stream.between(1, 1_000_000)));
            }
            TxKind::Transfer => {
                let token = stream.below(world.tokens.len() as u64) as u32;
                let amount = dollars(stream, 1, 100, token);
                let to = Address::account(recipient);
                call(world.tokens[token as usize], token::transfer(to, amount));
            }
            TxKind::Swap => {
                let zero_for_one = stream.below(2) == 0;
                let [from, to] = if zero_for_one {
                    pool.tokens
                } else {
                    [pool.tokens[1], pool.tokens[0]]
                };
                let amount = dollars(stream, 10, 2_000, from);
                let fair = world::convert(amount.0, from, to);
                // Most accept a tenth less than the first block's price; a few hardly more than the fee.
                let least_permille = if stream.below(TIGHT_EVERY) == 0 {
                    995
                } else {
                    900
                };
                let least = Amount(fair * least_permille / 1000);
                call(
                    pool.address,
                    pool::swap_exact_in(zero_for_one, amount, least),
                );
            }
            TxKind::AddLiquidity => {
                let [first, second] = pool.tokens;
                let amount = dollars(stream, 10, 2_000, first);
                let other = Amount(world::convert(amount.0, first, second));
                let add = pool::add_liquidity(amount, other, Amount::ZERO, Amount::ZERO);
                call(pool.address, add);
            }
            TxKind::RemoveLiquidity => {
                sender = if workload.disjoint {
                    sender
                } else {
                    sender % workload.accounts.min(100)
                };
                let liquidity = Amount(u128::from(stream.between(1_000, 1_000_000)));
                let remove = pool::remove_liquidity(liquidity, Amount::ZERO, Amount::ZERO);
                call(pool.address, remove);
            }
            TxKind::Supply => {
                let reserve = stream.below(u64::from(RESERVES)) as u32;
                let amount = dollars(stream, 10, 2_000, reserve);
                call(world.market, lending::supply(reserve, amount));
            }
            TxKind::Borrow => {
                sender = self.borrowers.draw(stream);
                let reserve = stream.below(u64::from(RESERVES)) as u32;
                let amount = dollars(stream, 1, 20, reserve);
                call(world.market, lending::borrow(reserve, amount));
            }
            TxKind::Repay => {
                sender = self.borrowers.draw(stream);
                let amount = dollars(stream, 1, 20, 0);
                call(
                    world.market,
                    lending::repay(0, amount, Address::account(sender)),
                );
            }
            TxKind::Liquidate => {
                let drawn = self.borrowers.draw(stream);
                let unhealthy = drawn - drawn % UNHEALTHY_EVERY + UNHEALTHY_EVERY - 1;
                let user = Address::account(unhealthy.min(workload.accounts - 1));
                let amount = dollars(stream, 10, 200, 0);
                call(world.market, lending::liquidate(1, 0, user, amount));
            }
            TxKind::Claim => call(world.drop, drop::claim()),
            TxKind::Touch => {
                let slot = u64::from(self.slots.draw(stream));
                call(
                    world.counter,
                    counter::touch(slot, counter::TouchMode::Ordered),
                );
            }
        }
        transaction.sender = Address::account(sender);
        (kind, transaction)
    }
}

/// Transactions as a shift between blocks; at least one, so that blocks differ.
const fn count_of(transactions: u32) -> u32 {
    if transactions == 0 { 1 } else { transactions }
}

/// An amount of a token worth so many dollars, to the cent.
fn dollars(stream: &mut Stream, least: u64, most: u64, token: u32) -> Amount {
    let cents = u128::from(stream.between(least * 100, most * 100));
    Amount(world::units_of(cents, token) / 100)
}
