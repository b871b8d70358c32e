//! The state before the first block: contracts deployed, accounts funded.

use super::format::{DropKind, Scenario, Workload};
use crate::contracts::lending::math::RateStrategy;
use crate::contracts::{counter, drop, lending, pool, token};
use crate::primitives::{Address, Amount};
use crate::state::{Storage, Store};
use crate::vm::native::{Contract, NativeVm, Registry, account_key, account_record};

/// The tokens: ticker, and price of a whole one in US dollars with 8 decimals.
const TOKENS: [(&str, u128); 6] = [
    ("ETH", 300_000_000_000),
    ("USDC", 100_000_000),
    ("WBTC", 6_000_000_000_000),
    ("DAI", 100_000_000),
    ("LINK", 1_500_000_000),
    ("UNI", 800_000_000),
];

/// Units in one whole token: six decimals, so that a pool's product fits 128 bits.
pub const UNIT: u128 = 1_000_000;

/// Fee tiers that pools of one pair go through, in basis points.
const FEE_TIERS_BPS: [u32; 4] = [30, 5, 100, 1];

/// Worth of each side of a pool, in dollars.
const POOL_DOLLARS: u128 = 10_000_000;

/// Worth of each token that an account starts with, in dollars.
const ACCOUNT_DOLLARS: u128 = 1_000_000;

/// Native coin that an account starts with: fees for ever.
const ACCOUNT_COIN: Amount = Amount(1_000_000_000_000_000_000_000_000);

/// Accounts that have a position in the lending market, at most.
pub const BORROWERS_MAX: u32 = 2_000;

/// One borrower in so many starts below its liquidation threshold.
pub const UNHEALTHY_EVERY: u32 = 10;

/// Reserves of the lending market: the first tokens of the list.
pub const RESERVES: u32 = 4;

/// Time of the first block, in seconds: 2023-11-14T22:13:20Z.
pub const GENESIS_SECONDS: u64 = 1_700_000_000;

/// Seconds between blocks: one slot of Ethereum.
pub const BLOCK_SECONDS: u64 = 12;

/// A pool and what it trades.
#[derive(Clone, Copy, Debug)]
pub struct PoolPlace {
    /// Where it is.
    pub address: Address,
    /// Its tokens, as indices into [`World::tokens`].
    pub tokens: [u32; 2],
    /// Its fee, in basis points.
    pub fee_bps: u32,
}

/// Everything that stands before the first block.
#[derive(Debug)]
pub struct World {
    /// The contracts, and the time of the block to be executed next.
    pub vm: NativeVm,
    /// The state.
    pub store: Store,
    /// The tokens' addresses.
    pub tokens: Vec<Address>,
    /// The pools.
    pub pools: Vec<PoolPlace>,
    /// The lending market.
    pub market: Address,
    /// The token drop.
    pub drop: Address,
    /// The counter of touches.
    pub counter: Address,
}

/// Units of a token that are worth so many dollars, rounded down.
pub const fn units_of(dollars: u128, token: u32) -> u128 {
    dollars * UNIT * 100_000_000 / TOKENS[token as usize].1
}

/// Units of token `to` that are worth what so many of token `from` are, rounded down.
pub const fn convert(units: u128, from: u32, to: u32) -> u128 {
    units * TOKENS[from as usize].1 / TOKENS[to as usize].1
}

impl World {
    /// Builds the world of a scenario that has been checked. `accounts` is how many there are.
    pub fn build(scenario: &Scenario, accounts: u32) -> Self {
        let workload = &scenario.workload;
        let mut registry = Registry::default();
        let first = Registry::FIRST;
        // Addresses follow from the order of deployment; tokens must know who may operate on them.
        let tokens: Vec<_> = (0..TOKENS.len() as u32)
            .map(|i| Address::contract(first + i))
            .collect();
        let market = Address::contract(first + TOKENS.len() as u32);
        let drop = Address::contract(market.number() + 1);
        let counter = Address::contract(market.number() + 2);
        let first_pool = market.number() + 3;
        let pools: Vec<_> = (0..workload.pools).map(|i| place(first_pool, i)).collect();

        for (index, (symbol, _)) in TOKENS.iter().enumerate() {
            let trades = pools
                .iter()
                .filter(|pool| pool.tokens.contains(&(index as u32)));
            let operators = trades.map(|pool| pool.address).chain([market]);
            let token = token::Token::new(symbol, OWNER).with_operators(operators);
            deploy(&mut registry, tokens[index], Box::new(token));
        }
        let config = lending_market(&tokens);
        deploy(&mut registry, market, Box::new(config.clone()));
        let kind = match workload.drop {
            DropKind::Ordered => drop::DropKind::Ordered,
            DropKind::Commutative => drop::DropKind::Commutative,
        };
        deploy(
            &mut registry,
            drop,
            Box::new(drop::Drop::new("DROP", kind, 100)),
        );
        deploy(
            &mut registry,
            counter,
            Box::new(counter::Counter::new("counter")),
        );
        for (index, pool) in pools.iter().enumerate() {
            let tokens = pool.tokens.map(|token| tokens[token as usize]);
            let name = pool_name(index as u32);
            let contract = pool::Pool::new(&name, OWNER, tokens, pool.fee_bps);
            deploy(&mut registry, pool.address, Box::new(contract));
        }

        let vm = NativeVm {
            registry,
            timestamp: GENESIS_SECONDS,
        };
        let mut world = Self {
            vm,
            store: Store::default(),
            tokens,
            pools,
            market,
            drop,
            counter,
        };
        world.fund(workload, accounts, &config);
        // Genesis is where writing starts from.
        world.store.forget_written();
        world
    }

    fn fund(&mut self, workload: &Workload, accounts: u32, config: &lending::Market) {
        let store = &mut self.store;
        for account in (0..accounts).map(Address::account).chain([OWNER]) {
            store.set(account_key(account), account_record(0, ACCOUNT_COIN));
        }
        let mix = &workload.mix;
        if workload.traffic.is_some() || mix.needs_tokens() == 0 {
            return;
        }
        for (index, token) in self.tokens.iter().enumerate() {
            let amount = Amount(units_of(ACCOUNT_DOLLARS, index as u32));
            for account in 0..accounts {
                token::seed_balance(store, *token, Address::account(account), amount);
            }
        }
        for place in &self.pools {
            let tokens = place.tokens.map(|token| self.tokens[token as usize]);
            let reserves = place
                .tokens
                .map(|token| Amount(units_of(POOL_DOLLARS, token)));
            pool::seed(store, place.address, tokens, reserves, OWNER);
            if mix.remove_liquidity > 0 {
                seed_providers(store, place.address, accounts);
            }
        }
        for reserve in 0..RESERVES {
            let price = TOKENS[reserve as usize].1;
            lending::seed_reserve(
                store,
                self.market,
                config,
                reserve,
                price,
                GENESIS_SECONDS as u32,
            );
            let cash = Amount(units_of(100_000_000, reserve));
            lending::seed_position(
                store,
                self.market,
                config,
                OWNER,
                reserve,
                cash,
                Amount::ZERO,
            );
        }
        if mix.needs_positions() > 0 {
            // Stablecoins as collateral, ether as debt.
            let (collateral, debt) = (1, 0);
            for borrower in 0..accounts.min(BORROWERS_MAX) {
                let (supplied, borrowed) = if is_unhealthy(borrower) {
                    (1_000, 990)
                } else {
                    (100_000, 20_000)
                };
                let user = Address::account(borrower);
                let supplied = Amount(units_of(supplied, collateral));
                let borrowed = Amount(units_of(borrowed, debt));
                let market = self.market;
                lending::seed_position(
                    store,
                    market,
                    config,
                    user,
                    collateral,
                    supplied,
                    Amount::ZERO,
                );
                lending::seed_position(store, market, config, user, debt, Amount::ZERO, borrowed);
            }
        }
    }
}

/// Whether this borrower starts below its liquidation threshold.
pub const fn is_unhealthy(borrower: u32) -> bool {
    borrower % UNHEALTHY_EVERY == UNHEALTHY_EVERY - 1
}

/// Who owns the contracts and provides the first liquidity; never sends a transaction.
const OWNER: Address = Address::account((1 << 31) - 1);

fn deploy(registry: &mut Registry, expected: Address, contract: Box<dyn Contract>) {
    let address = registry.deploy(contract);
    assert_eq!(
        address, expected,
        "contracts are deployed in the order of their addresses"
    );
}

/// Pools go through all pairs of tokens, then through the next fee tier.
fn place(first_pool: u32, index: u32) -> PoolPlace {
    let (pair, round) = pair_of(index);
    PoolPlace {
        address: Address::contract(first_pool + index),
        tokens: pair,
        fee_bps: FEE_TIERS_BPS[round as usize % FEE_TIERS_BPS.len()],
    }
}

fn pair_of(index: u32) -> ([u32; 2], u32) {
    let count = TOKENS.len() as u32;
    let pairs = count * (count - 1) / 2;
    let mut rest = index % pairs;
    let mut first = 0;
    while rest >= count - 1 - first {
        rest -= count - 1 - first;
        first += 1;
    }
    ([first, first + 1 + rest], index / pairs)
}

/// "ETH/USDC", then "ETH/USDC 5 bps", and from the second pool of a tier on "ETH/USDC 5 bps #2".
fn pool_name(index: u32) -> String {
    let ([first, second], round) = pair_of(index);
    let mut name = format!("{}/{}", TOKENS[first as usize].0, TOKENS[second as usize].0);
    let tiers = FEE_TIERS_BPS.len() as u32;
    if round > 0 {
        name += &format!(" {} bps", FEE_TIERS_BPS[(round % tiers) as usize]);
    }
    if round >= tiers {
        name += &format!(" #{}", round / tiers + 1);
    }
    name
}

/// Gives the first accounts a share of the owner's liquidity, so that they can take it out.
fn seed_providers(store: &mut Store, pool: Address, accounts: u32) {
    let owner = pool::liquidity_key(pool, OWNER);
    let total = store.word(&owner).low();
    let count = accounts.min(100);
    let share = total / 2 / u128::from(count);
    for account in 0..count {
        let key = pool::liquidity_key(pool, Address::account(account));
        store.set(key, crate::state::Word::from_low(share));
    }
    store.set(
        owner,
        crate::state::Word::from_low(total - share * u128::from(count)),
    );
}

fn lending_market(tokens: &[Address]) -> lending::Market {
    let reserves = (0..RESERVES as usize)
        .map(|index| lending::ReserveConfig {
            symbol: TOKENS[index].0.to_owned(),
            token: tokens[index],
            unit: UNIT,
            ltv_bps: 7_500,
            liquidation_threshold_bps: 8_000,
            liquidation_bonus_bps: 10_500,
            liquidation_protocol_fee_bps: 1_000,
            reserve_factor_bps: 1_000,
            rates: RateStrategy {
                optimal_usage_bps: 8_000,
                base_rate_bps: 0,
                slope1_bps: 400,
                slope2_bps: 6_000,
            },
        })
        .collect();
    lending::Market::new("market", OWNER, OWNER, reserves)
}
