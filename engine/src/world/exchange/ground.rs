//! The contracts, the state before the first step, and what can be read of them.

use super::account::{
    ARBITRAGEUR, DEALER, DRIVER, HOUSE, LIQUIDATOR, PATRON, PROVIDER, RETAIL, RETAIL_COUNT,
    borrower, person, retail,
};
use super::lanes::Kept;
use super::loan::reserve;
use super::run::Trouble;
use super::settings::ExchangeSettings;
use crate::contracts::lending::{self, Market as Lender};
use crate::contracts::pool::{self, Pool, Reserves};
use crate::contracts::settlement::Settlement;
use crate::contracts::token::{self, Token, balance_key, supply_key};
use crate::executor::Executor;
use crate::primitives::amount::mul_div;
use crate::primitives::{Address, Amount, Decimal, Rounding};
use crate::state::{Key, ReadView, Storage, Store, Word};
use crate::vm::native::{
    Call, NativeVm, Receipt, Registry, Status, Transaction, account_key, account_record,
};
use crate::vm::{Effects, Halt, Vm};

/// Raw units of a whole token.
pub(super) const UNIT: u128 = 100_000_000;
/// An index of 1.
const RAY: u128 = 1_000_000_000_000_000_000_000_000_000;
const GAS_LIMIT: u64 = 4_000_000;
const COIN: Amount = Amount(1 << 90);

/// A call on its way: who, to whom, what.
pub(super) type Sending = (Address, Address, Call);

/// A pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolSite {
    pub(super) address: Address,
    pub(super) tokens: [usize; 2],
    pub(super) fee_bps: u32,
}

/// Contracts, state and machine.
pub(super) struct Ground {
    pub(super) vm: NativeVm,
    pub(super) store: Store,
    executor: Executor<NativeVm>,
    pub(super) tokens: Vec<Address>,
    pub(super) pools: Vec<PoolSite>,
    pub(super) lenders: Vec<(Address, Lender)>,
    pub(super) settlement: Address,
    /// Everybody who can hold a token.
    holders: Vec<Address>,
    pub(super) transactions: u64,
    pub(super) reverted: u64,
    block: Vec<Transaction>,
    /// What this step executes, while somebody wants to see it on lanes.
    pub(super) kept: Option<Kept>,
}

struct Look<'a>(&'a Store);

impl ReadView<Key, Word> for Look<'_> {
    fn read(&mut self, key: &Key) -> Result<Option<Word>, Halt> {
        Ok(self.0.get(key))
    }
}

/// Raw units of a decimal; nothing for one below zero.
pub(super) fn raw(amount: Decimal) -> u128 {
    u128::try_from(amount.0).unwrap_or(0)
}

/// The decimal of raw units; the largest there is where it does not fit.
pub(super) fn decimal(amount: u128) -> Decimal {
    Decimal(i64::try_from(amount).unwrap_or(i64::MAX))
}

/// What an amount of one token is worth in another, at prices; rounded down.
pub(super) fn exchange(amount: u128, from: Decimal, to: Decimal) -> u128 {
    mul_div(amount, raw(from), raw(to).max(1), Rounding::Down).unwrap_or(u128::MAX)
}

impl Ground {
    pub(super) fn new(settings: &ExchangeSettings, prices: &[Decimal]) -> Self {
        let s = settings;
        let symbols: Vec<&str> = std::iter::once(s.quote.as_str())
            .chain(s.market.assets.iter().map(|asset| asset.symbol.as_str()))
            .collect();
        let count = symbols.len() as u32;
        let first = Registry::FIRST;
        let operators = first + count..first + count + (s.pools.len() + s.lenders.len()) as u32 + 1;
        let operators: Vec<_> = operators.map(Address::contract).collect();
        let mut registry = Registry::default();
        let tokens: Vec<_> = symbols
            .iter()
            .map(|symbol| Token::new(symbol, HOUSE).with_operators(operators.clone()))
            .map(|token| registry.deploy(Box::new(token)))
            .collect();
        let mut pools = Vec::new();
        for pool in &s.pools {
            let name = pool.tokens.map(|at| symbols[at]).join("/");
            let contract = Pool::new(&name, HOUSE, pool.tokens.map(|at| tokens[at]), pool.fee_bps);
            pools.push(PoolSite {
                address: registry.deploy(Box::new(contract)),
                tokens: pool.tokens,
                fee_bps: pool.fee_bps,
            });
        }
        let mut lenders = Vec::new();
        for (number, lender) in s.lenders.iter().enumerate() {
            let reserves = symbols.iter().zip(&tokens);
            let reserves =
                reserves.map(|(symbol, token)| reserve(symbol, *token, lender.slope_bps));
            let market = Lender::new(
                &format!("lender {number}"),
                HOUSE,
                HOUSE,
                reserves.collect(),
            );
            lenders.push((registry.deploy(Box::new(market.clone())), market));
        }
        let listed = pools
            .iter()
            .map(|p| (p.address, p.tokens.map(|at| tokens[at])));
        let settlement = registry.deploy(Box::new(Settlement::new(DRIVER, listed.collect())));
        let people = s.people.len() as u32;
        let mut accounts: Vec<_> = (0..RETAIL + RETAIL_COUNT).map(Address::account).collect();
        for at in 0..lenders.len() {
            accounts.extend((0..s.crowd.borrowers).map(|number| borrower(at, number)));
        }
        accounts.extend((0..people).map(person));
        for account in &accounts {
            registry.name_account(*account, super::account::name(*account, &s.people));
        }
        let mut holders = accounts.clone();
        holders.extend(pools.iter().map(|pool| pool.address));
        holders.extend(lenders.iter().map(|(address, _)| *address));
        holders.push(settlement);
        let mut ground = Self {
            vm: NativeVm {
                registry,
                timestamp: 0,
            },
            store: Store::default(),
            executor: Executor::default(),
            tokens,
            pools,
            lenders,
            settlement,
            holders,
            transactions: 0,
            reverted: 0,
            block: Vec::new(),
            kept: None,
        };
        for account in accounts {
            ground
                .store
                .set(account_key(account), account_record(0, COIN));
        }
        ground.seed(settings, prices);
        ground.store.take_written();
        ground
    }

    fn seed(&mut self, s: &ExchangeSettings, prices: &[Decimal]) {
        let units =
            |worth: Decimal, at: usize| Amount(exchange(raw(worth), Decimal::ONE, prices[at]));
        for (site, pool) in self.pools.iter().zip(&s.pools) {
            let reserves = site
                .tokens
                .map(|at| Amount(units(pool.worth, at).0.max(10_000)));
            let tokens = site.tokens.map(|at| self.tokens[at]);
            pool::seed(&mut self.store, site.address, tokens, reserves, PROVIDER);
        }
        for (at, token) in self.tokens.iter().enumerate() {
            // Deep pockets: what the crowd has decides nothing, what it does decides.
            let wealthy = [ARBITRAGEUR, PROVIDER, LIQUIDATOR, PATRON, DEALER];
            for account in wealthy.into_iter().chain((0..RETAIL_COUNT).map(retail)) {
                let much = units(Decimal::whole(1_000_000_000), at);
                token::seed_balance(&mut self.store, *token, account, much);
            }
            for (number, who) in s.people.iter().enumerate() {
                let amount = Amount(raw(who.purse.get(at).copied().unwrap_or_default()));
                token::seed_balance(&mut self.store, *token, person(number as u32), amount);
            }
        }
        let lenders = self.lenders.clone();
        for (number, ((address, config), lender)) in lenders.iter().zip(&s.lenders).enumerate() {
            for (at, price) in prices.iter().enumerate() {
                let (store, at32) = (&mut self.store, at as u32);
                lending::seed_reserve(store, *address, config, at32, raw(*price), 0);
                let cash = units(lender.worth, at);
                lending::seed_position(store, *address, config, HOUSE, at32, cash, Amount::ZERO);
            }
            self.seed_loans(s, number, lender, prices);
        }
    }

    fn seed_loans(
        &mut self,
        s: &ExchangeSettings,
        number: usize,
        lender: &super::LenderSettings,
        prices: &[Decimal],
    ) {
        let (address, config) = self.lenders[number].clone();
        let store = &mut self.store;
        let mut put = |who, at: usize, supplied: u128, owed: u128| {
            let (supplied, owed) = (Amount(supplied), Amount(owed));
            lending::seed_position(store, address, &config, who, at as u32, supplied, owed);
        };
        let count = u128::from(s.crowd.borrowers.max(1));
        let lent = raw(lender.worth) * u128::from(lender.usage_bps) / 10_000;
        let last = prices.len() - 1;
        for borrower_number in 0..s.crowd.borrowers {
            let who = borrower(number, borrower_number);
            // Collateral of 130 % to 250 % of the debt, over the assets in turn.
            let at = 1 + borrower_number as usize % last.max(1);
            let cover = 130 + 120 * u128::from(borrower_number) / count;
            let debt = lent / count;
            put(
                who,
                at.min(last),
                exchange(debt * cover / 100, Decimal::ONE, prices[at.min(last)]),
                0,
            );
            put(who, 0, 0, debt);
        }
        if number > 0 {
            return;
        }
        for (who, settings) in s.people.iter().enumerate() {
            for at in 0..prices.len() {
                let supplied = raw(settings.supplied.get(at).copied().unwrap_or_default());
                if supplied > 0 {
                    put(person(who as u32), at, supplied, 0);
                }
            }
            for at in 0..prices.len() {
                let owed = raw(settings.owed.get(at).copied().unwrap_or_default());
                if owed > 0 {
                    put(person(who as u32), at, 0, owed);
                }
            }
        }
    }

    /// Runs calls as one block, in order. For each: whether it succeeded, and what it returned or why not.
    pub(super) fn send(
        &mut self,
        sendings: &[Sending],
    ) -> Result<Vec<Result<[u128; 2], &'static str>>, Trouble> {
        self.block.clear();
        for (at, (sender, to, call)) in sendings.iter().enumerate() {
            let before = sendings[..at]
                .iter()
                .filter(|(other, ..)| other == sender)
                .count() as u64;
            let nonce = self.store.word(&account_key(*sender)).low() as u64 + before;
            self.block.push(Transaction {
                sender: *sender,
                nonce,
                to: *to,
                call: *call,
                gas_limit: GAS_LIMIT,
                ..Transaction::default()
            });
        }
        if let Some(kept) = &mut self.kept {
            kept.block.extend(&self.block);
        }
        self.executor
            .serial(&self.vm, &mut self.store, &self.block)?;
        self.store.take_written();
        self.transactions += sendings.len() as u64;
        let answers: Vec<_> = self.executor.outputs().iter().map(answer).collect();
        self.reverted += answers.iter().filter(|answer| answer.is_err()).count() as u64;
        Ok(answers)
    }

    /// One call as a block of its own.
    pub(super) fn send_one(
        &mut self,
        sending: Sending,
    ) -> Result<Result<[u128; 2], &'static str>, Trouble> {
        Ok(self.send(&[sending])?.pop().unwrap_or(Err("NOTHING")))
    }

    /// What a call would return, without leaving anything.
    pub(super) fn ask(&self, to: Address, call: Call) -> Option<[u128; 2]> {
        let nonce = self.store.word(&account_key(HOUSE)).low() as u64;
        let transaction = Transaction {
            sender: HOUSE,
            nonce,
            to,
            call,
            gas_limit: GAS_LIMIT,
            ..Transaction::default()
        };
        let mut effects = Effects::<NativeVm>::default();
        self.vm
            .run(&transaction, &mut Look(&self.store), &mut effects)
            .ok()?;
        answer(&effects.output).ok()
    }

    pub(super) fn balance(&self, token: usize, who: Address) -> u128 {
        self.store.word(&balance_key(self.tokens[token], who)).low()
    }

    pub(super) fn reserves(&self, pool: usize) -> [u128; 2] {
        let word = self
            .store
            .word(&pool::reserves_key(self.pools[pool].address));
        let reserves = Reserves::unpack(&word);
        [reserves.reserve0, reserves.reserve1]
    }

    /// The second token for one of the first.
    pub(super) fn spot(&self, pool: usize) -> Decimal {
        let [first, second] = self.reserves(pool);
        decimal(mul_div(second, UNIT, first, Rounding::Down).unwrap_or(u128::MAX))
    }

    /// What somebody has supplied and owes at a lending market, at the indices of its last change.
    pub(super) fn position(&self, lender: usize, token: usize, who: Address) -> [u128; 2] {
        let market = self.lenders[lender].0;
        let word = self
            .store
            .word(&lending::position_key(market, who, token as u32));
        if word.is_zero() {
            return [0, 0];
        }
        let indices = self.store.word(&lending::indices_key(market, token as u32));
        let units = |scaled: u128, index: u128, rounding| {
            let index = if index == 0 { RAY } else { index };
            mul_div(scaled, index, RAY, rounding).unwrap_or(u128::MAX)
        };
        [
            units(word.low(), indices.low(), Rounding::Down),
            units(word.high(), indices.high(), Rounding::Up),
        ]
    }

    /// Health factor of somebody's loans, the least over all lending markets; `None` without a debt.
    pub(super) fn health(&self, who: Address) -> Option<Decimal> {
        let each = self.lenders.iter().filter_map(|(market, _)| {
            let [health, debt] = self.ask(*market, lending::account_data(who))?;
            (debt > 0).then_some(decimal(health / 10_000_000_000))
        });
        each.min()
    }

    /// Yearly rate that lenders of a token get.
    pub(super) fn rate(&self, lender: usize, token: usize) -> Decimal {
        let market = self.lenders[lender].0;
        let word = self.store.word(&lending::rates_key(market, token as u32));
        decimal(word.low() / (RAY / UNIT))
    }

    /// Whether every token's balances add up to its supply.
    pub(super) fn conserve(&self) -> Result<(), Trouble> {
        for token in &self.tokens {
            let held = self
                .holders
                .iter()
                .map(|who| self.store.word(&balance_key(*token, *who)).low());
            let sum = held.fold(0u128, u128::wrapping_add);
            let supply = self.store.word(&supply_key(*token)).low();
            if sum != supply {
                return Err(Trouble::Broken(format!(
                    "{token}: balances {sum}, supply {supply}"
                )));
            }
        }
        Ok(())
    }
}

fn answer(receipt: &Receipt) -> Result<[u128; 2], &'static str> {
    match receipt.status {
        Status::Success => Ok(receipt.returned),
        Status::Reverted(revert) | Status::Invalid(revert) => Err(revert.0),
        Status::OutOfGas => Err("OUT_OF_GAS"),
    }
}
