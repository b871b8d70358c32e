//! From a document to a world: contracts deployed, state before the first block.

use super::catalogue::{self, Listing, TOKENS};
use super::format::{DropKind, Mix, Scenario, Workload};
use super::recorded;
use super::traffic::Traffic;
use super::workload::{Generator, Source};
use crate::contracts::counter::Counter;
use crate::contracts::drop::{self, Drop, Terms};
use crate::contracts::lending::math::RateStrategy;
use crate::contracts::lending::{Market, ReserveConfig, seed_position, seed_reserve};
use crate::contracts::pool::{self, Pool};
use crate::contracts::token::{Token, balance_key, balance_word, supply_key};
use crate::primitives::{Address, Amount, Digest};
use crate::state::{Storage, Store, Word};
use crate::vm::native::{NativeVm, Registry, account_key, account_record};

/// Time of the first block, in seconds since 1970; one block follows another every twelve.
pub(super) const GENESIS_SECONDS: u64 = 1_700_000_000;
pub(super) const BLOCK_SECONDS: u64 = 12;

/// Native coin of every account at first: enough for a thousand full blocks of any kind.
const NATIVE: Amount = Amount(10u128.pow(27));
/// Worth of every token that an account holds at first, in cents: a hundred million dollars, so that
/// the most used account does not run dry.
const HELD_CENTS: u128 = 10_000_000_000;
/// Worth of each side of a pool at first, in cents: fifty million dollars.
const RESERVE_CENTS: u128 = 5_000_000_000;
/// Worth of the lending market's cash in each reserve at first, in cents: a billion dollars.
const CASH_CENTS: u128 = 100_000_000_000;
/// Worth of a borrower's collateral, of its debt, and of its debt if it is to be liquidated, in cents.
/// At a threshold of 82.5 % the health factors are 2.06 and 0.92.
const COLLATERAL_CENTS: u128 = 1_000_000;
const DEBT_CENTS: u128 = 400_000;
const BAD_DEBT_CENTS: u128 = 900_000;

/// Most accounts that have a debt at first.
pub(super) const BORROWERS_MAX: u32 = 1_000;
/// One borrower in so many is to be liquidated, if the mix has liquidations.
pub(super) const BAD_ONE_IN: u32 = 4;
/// Accounts that share a pool's liquidity, if the mix takes some out.
pub(super) const HOLDERS: u32 = 16;
/// A holder has one in so many of the pool's liquidity at first; with all holders, half of it.
const HOLDER_SHARE: u128 = 2 * HOLDERS as u128;

/// The reserve that backs debts, and the one that is borrowed.
pub(super) const COLLATERAL_RESERVE: u32 = 0;
pub(super) const DEBT_RESERVE: u32 = 1;

/// Units that a claim of the drop gives; a faucet's claims draw as much in the middle.
pub(super) const DROP_UNITS: u64 = 1_000;

/// Where everything is.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// The first accounts: those that send and receive.
    pub(super) accounts: u32,
    pub(super) tokens: Vec<Address>,
    pub(super) pools: Vec<PoolSite>,
    pub(super) market: Address,
    pub(super) drop: Address,
    pub(super) counter: Address,
    /// How many of the first accounts have a debt.
    pub(super) borrowers: u32,
}

#[derive(Clone, Debug)]
pub(super) struct PoolSite {
    pub(super) address: Address,
    pub(super) tokens: [usize; 2],
    pub(super) fee_bps: u32,
    /// Liquidity of each holder at first; 0 where the mix takes none out.
    pub(super) holder_liquidity: u128,
}

/// A scenario ready to run: contracts, the state before the first block, the generator of blocks.
#[derive(Debug)]
pub struct World {
    /// The machine; its time is that of the first block.
    pub vm: NativeVm,
    /// The state before the first block.
    pub genesis: Store,
    /// Makes the blocks.
    pub generator: Generator,
}

pub(crate) const fn uses_pools(mix: &Mix) -> bool {
    mix.swap | mix.add_liquidity | mix.remove_liquidity > 0
}

pub(super) const fn uses_market(mix: &Mix) -> bool {
    mix.supply | mix.borrow | mix.repay | mix.liquidate > 0
}

pub(super) const fn uses_tokens(mix: &Mix) -> bool {
    uses_pools(mix) || uses_market(mix) || mix.transfer > 0
}

/// What of a scenario fixes the state before its first block: scenarios that agree in it differ only in
/// their blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Foundation {
    accounts: u32,
    pools: u32,
    drop: DropKind,
    terms: Terms,
    traffic: Option<u64>,
    recorded: Option<Digest>,
    uses_tokens: bool,
    uses_pools: bool,
    shares_liquidity: bool,
    uses_market: bool,
    has_bad_debt: bool,
}

impl Foundation {
    /// The foundation of a scenario that has no problems.
    pub fn of(scenario: &Scenario) -> Self {
        let workload = &scenario.workload;
        let traffic = workload.traffic.and_then(Traffic::of);
        let mix = match traffic {
            Some(_) => Mix::default(),
            None => workload.mix,
        };
        Self {
            accounts: traffic.map_or(workload.accounts, |traffic| traffic.accounts),
            pools: workload.pools,
            drop: workload.drop,
            terms: terms(workload),
            traffic: workload.traffic,
            recorded: (!workload.recorded.is_empty())
                .then(|| Digest::of(workload.recorded.as_bytes())),
            uses_tokens: uses_tokens(&mix),
            uses_pools: uses_pools(&mix),
            shares_liquidity: mix.remove_liquidity > 0,
            uses_market: uses_market(&mix),
            has_bad_debt: mix.liquidate > 0,
        }
    }
}

/// Builds the world of a scenario that has no problems (see [`super::check()`]).
pub fn build(scenario: &Scenario) -> World {
    if let Some(world) = recorded::world(scenario) {
        return world;
    }
    let on = Foundation::of(scenario);
    let (registry, mut site, market) = deploy(&on);
    let mut store = Store::default();
    for account in 0..on.accounts {
        store.set(
            account_key(Address::account(account)),
            account_record(0, NATIVE),
        );
    }
    if let Terms::Stock(units) = on.terms {
        drop::seed_stock(&mut store, site.drop, units);
    }
    if on.uses_tokens {
        seed_tokens(&mut store, &site);
    }
    if on.uses_pools {
        seed_pools(&mut store, &mut site, on.shares_liquidity);
    }
    if on.uses_market {
        seed_market(&mut store, &mut site, &market, on.has_bad_debt);
    }
    store.take_written();
    World {
        vm: NativeVm {
            registry,
            timestamp: GENESIS_SECONDS,
        },
        genesis: store,
        generator: Generator::new(scenario, site, source(scenario)),
    }
}

fn source(scenario: &Scenario) -> Source {
    let traffic = scenario.workload.traffic.and_then(Traffic::of);
    traffic.map_or(Source::Drawn, Source::Real)
}

/// The account beyond those that trade: owns contracts, provides what is there at first.
const fn house(accounts: u32) -> Address {
    Address::account(accounts)
}

/// What the drop gives.
fn terms(workload: &Workload) -> Terms {
    match (workload.drop_stock, workload.drop_cap) {
        (0, cap) => Terms::PerClaim {
            units: DROP_UNITS,
            cap: (cap > 0).then_some(u64::from(cap)),
        },
        (stock, _) => Terms::Stock(u64::from(stock)),
    }
}

fn deploy(on: &Foundation) -> (Registry, Site, Market) {
    let (pools, accounts) = (on.pools, on.accounts);
    let listings = catalogue::pools(pools);
    let listed = &TOKENS[..catalogue::tokens_for(pools)];
    let house = house(accounts);
    let first_pool = Registry::FIRST + listed.len() as u32;
    let operators: Vec<_> = (first_pool..=first_pool + pools)
        .map(Address::contract)
        .collect();
    let mut registry = Registry::default();
    let tokens: Vec<_> = listed
        .iter()
        .map(|listing| {
            let token = Token::new(listing.symbol, house).with_operators(operators.clone());
            registry.deploy(Box::new(token))
        })
        .collect();
    let pools = listings
        .iter()
        .map(|listing| PoolSite {
            address: registry.deploy(Box::new(Pool::new(
                &listing.name,
                house,
                listing.tokens.map(|index| tokens[index]),
                listing.fee_bps,
            ))),
            tokens: listing.tokens,
            fee_bps: listing.fee_bps,
            holder_liquidity: 0,
        })
        .collect();
    let reserves = listed.iter().zip(&tokens).map(|(l, t)| reserve(l, *t));
    let market = Market::new("market", house, house, reserves.collect());
    let market_address = registry.deploy(Box::new(market.clone()));
    let kind = match on.drop {
        DropKind::Ordered => drop::DropKind::Ordered,
        DropKind::Commutative => drop::DropKind::Commutative,
    };
    let site = Site {
        accounts,
        tokens,
        pools,
        market: market_address,
        drop: registry.deploy(Box::new(Drop::new("GEM", kind, on.terms))),
        counter: registry.deploy(Box::new(Counter::new("counter"))),
        borrowers: 0,
    };
    (registry, site, market)
}

fn reserve(listing: &Listing, token: Address) -> ReserveConfig {
    ReserveConfig {
        symbol: listing.symbol.to_owned(),
        token,
        unit: listing.unit,
        ltv_bps: 8_000,
        liquidation_threshold_bps: 8_250,
        liquidation_bonus_bps: 10_500,
        liquidation_protocol_fee_bps: 1_000,
        reserve_factor_bps: 1_000,
        rates: RateStrategy {
            optimal_usage_bps: 8_000,
            base_rate_bps: 0,
            slope1_bps: 400,
            slope2_bps: 6_000,
        },
    }
}

fn seed_tokens(store: &mut Store, site: &Site) {
    for (listing, token) in TOKENS.iter().zip(&site.tokens) {
        let amount = listing.worth(HELD_CENTS);
        for account in 0..site.accounts {
            let key = balance_key(*token, Address::account(account));
            store.set(key, balance_word(amount));
        }
        let supply = amount * u128::from(site.accounts);
        store.set(supply_key(*token), Word::from_low(supply));
    }
}

fn seed_pools(store: &mut Store, site: &mut Site, is_shared: bool) {
    let house = house(site.accounts);
    for (index, pool) in site.pools.iter_mut().enumerate() {
        let reserves = pool.tokens.map(|t| Amount(TOKENS[t].worth(RESERVE_CENTS)));
        let tokens = pool.tokens.map(|t| site.tokens[t]);
        pool::seed(store, pool.address, tokens, reserves, house);
        if !is_shared {
            continue;
        }
        let rest = pool::liquidity_key(pool.address, house);
        let liquidity = store.word(&rest).low();
        let share = liquidity / HOLDER_SHARE;
        let given = share * u128::from(HOLDERS);
        store.set(rest, Word::from_low(liquidity - given));
        for holder in 0..HOLDERS {
            let account = liquidity_holder(index as u32, holder, site.accounts);
            let key = pool::liquidity_key(pool.address, account);
            let held = store.word(&key).low();
            store.set(key, Word::from_low(held + share));
        }
        pool.holder_liquidity = share;
    }
}

/// One of the accounts that share a pool's liquidity.
pub(super) const fn liquidity_holder(pool: u32, holder: u32, accounts: u32) -> Address {
    Address::account((pool * HOLDERS + holder) % accounts)
}

fn seed_market(store: &mut Store, site: &mut Site, market: &Market, has_bad_debt: bool) {
    let house = house(site.accounts);
    let address = site.market;
    for (index, _) in site.tokens.iter().enumerate() {
        let listing = &TOKENS[index];
        let price = listing.price * 10u128.pow(8);
        let time = GENESIS_SECONDS as u32;
        seed_reserve(store, address, market, index as u32, price, time);
        let cash = Amount(listing.worth(CASH_CENTS));
        seed_position(
            store,
            address,
            market,
            house,
            index as u32,
            cash,
            Amount::ZERO,
        );
    }
    site.borrowers = site.accounts.min(BORROWERS_MAX);
    let collateral = Amount(TOKENS[COLLATERAL_RESERVE as usize].worth(COLLATERAL_CENTS));
    let owed = |cents| Amount(TOKENS[DEBT_RESERVE as usize].worth(cents));
    for borrower in 0..site.borrowers {
        let user = Address::account(borrower);
        let debt = if has_bad_debt && is_bad(borrower) {
            owed(BAD_DEBT_CENTS)
        } else {
            owed(DEBT_CENTS)
        };
        seed_position(
            store,
            address,
            market,
            user,
            COLLATERAL_RESERVE,
            collateral,
            Amount::ZERO,
        );
        seed_position(
            store,
            address,
            market,
            user,
            DEBT_RESERVE,
            Amount::ZERO,
            debt,
        );
    }
}

/// Whether this borrower's debt is to be liquidated, if the mix has liquidations.
pub(super) const fn is_bad(borrower: u32) -> bool {
    borrower % BAD_ONE_IN == BAD_ONE_IN - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::{lending, token};
    use crate::scenario::preset;

    #[test]
    fn what_is_seeded_keeps_every_invariant() {
        for preset in preset::all() {
            let mut scenario = preset.scenario();
            scenario.workload.accounts = scenario.workload.accounts.min(300);
            let world = build(&scenario);
            let site = world.generator.site();
            let (_, _, market) = deploy(&Foundation::of(&scenario));
            for token in &site.tokens {
                assert_eq!(token::invariants::check(&world.genesis, *token), Ok(()));
            }
            for pool in &site.pools {
                let tokens = pool.tokens.map(|index| site.tokens[index]);
                let checked = pool::invariants::check(&world.genesis, pool.address, tokens);
                assert_eq!(checked, Ok(()), "{}", preset.name);
            }
            let checked = lending::invariants::check(&world.genesis, site.market, &market);
            assert_eq!(checked, Ok(()), "{}", preset.name);
        }
    }
}
