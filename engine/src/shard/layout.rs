//! The contracts of every shard, and what is where.

use super::placement::Assignment;
use crate::contracts::crossing::{Crossing, TRANSITS, Weakness, transit_account};
use crate::contracts::{pool, token};
use crate::primitives::{Address, Amount};
use crate::state::{Storage, Store};
use crate::vm::native::{NativeVm, Registry, account_key, account_record};

/// Accounts that send what a shard's committee wants done.
pub const RELAYERS: u32 = 256;

/// Brokers that share the work.
pub const BROKERS: u32 = 8;

/// The first relayer; users' accounts are below.
const RELAYER_FIRST: u32 = 1 << 30;

/// The first broker; users' accounts are below.
const BROKER_FIRST: u32 = 1 << 29;

/// Units of every token that each shard's transit is given: never comes to an end.
const TRANSIT_UNITS: u128 = 1 << 100;

/// Native coin of each relayer: fees are not what is looked at here.
const RELAYER_COIN: u128 = 1 << 100;

/// What a shard is founded with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endowment {
    /// Names of the tokens.
    pub symbols: Vec<String>,
    /// Pools: their tokens' places, and the units of each side.
    pub pools: Vec<([u8; 2], u64)>,
    /// Units of each token that every account has.
    pub balance: u64,
    /// Units of each token that each broker has on every shard; 0 where there are no brokers.
    pub brokers: u64,
}

/// Addresses of the contracts, the same on every shard, and homes of accounts and pools.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The tokens.
    pub tokens: Vec<Address>,
    /// The pools with their tokens' places.
    pub pools: Vec<(Address, [u8; 2])>,
    /// The contract of steps.
    pub crossing: Address,
    /// The home of each account.
    pub assignment: Assignment,
    /// The home of each pool.
    pub pool_home: Vec<u16>,
}

/// A broker's account.
pub const fn broker(number: u32) -> Address {
    Address::account(BROKER_FIRST + number)
}

/// The account that sends an entry of a block; by what the entry is about, so that few meet.
pub const fn relayer(of: u64) -> Address {
    Address::account(RELAYER_FIRST + (of % RELAYERS as u64) as u32)
}

impl Layout {
    /// Where an account lives; brokers and strangers wherever they are asked for, which is shard 0.
    pub fn home(&self, account: Address) -> u16 {
        let place = account.number() as usize;
        self.assignment.of.get(place).copied().unwrap_or_default()
    }

    /// The tokens that go into a pool and come out.
    pub fn sides(&self, pool: u8, zero_for_one: bool) -> (u8, u8) {
        let [zero, one] = self.pools[usize::from(pool)].1;
        if zero_for_one {
            (zero, one)
        } else {
            (one, zero)
        }
    }

    /// How many shards there are.
    pub const fn shards(&self) -> u16 {
        self.assignment.shards
    }
}

/// The contracts and who lives where. Pools live on the shard of their number modulo the shards, or where
/// `pool_home` says.
pub fn found(
    endowment: &Endowment,
    assignment: Assignment,
    pool_home: Vec<u16>,
    weakness: Weakness,
) -> (NativeVm, Layout) {
    let mut registry = Registry::default();
    let first = registry.next_address().number();
    let tokens_count = endowment.symbols.len() as u32;
    let pools_count = endowment.pools.len() as u32;
    let tokens: Vec<_> = (0..tokens_count)
        .map(|number| Address::contract(first + number))
        .collect();
    let pools: Vec<_> = endowment
        .pools
        .iter()
        .zip(tokens_count..)
        .map(|((sides, _), number)| (Address::contract(first + number), *sides))
        .collect();
    let crossing = Address::contract(first + tokens_count + pools_count);
    let owner = relayer(0);
    for symbol in &endowment.symbols {
        let operators = pools.iter().map(|(pool, _)| *pool).chain([crossing]);
        let token = token::Token::new(symbol, owner).with_operators(operators);
        registry.deploy(Box::new(token));
    }
    for (_, sides) in &pools {
        let [zero, one] = sides.map(usize::from);
        let name = format!("{}/{}", endowment.symbols[zero], endowment.symbols[one]);
        let pair = [tokens[zero], tokens[one]];
        registry.deploy(Box::new(pool::Pool::new(&name, owner, pair, 30)));
    }
    for number in 0..RELAYERS {
        registry.name_account(relayer(number.into()), format!("relayer {number}"));
    }
    let relayers = (relayer(0), RELAYERS);
    let contract = Crossing::new(tokens.clone(), pools.clone(), relayers, weakness);
    registry.deploy(Box::new(contract));
    let vm = NativeVm {
        registry,
        timestamp: 0,
    };
    let layout = Layout {
        tokens,
        pools,
        crossing,
        assignment,
        pool_home,
    };
    (vm, layout)
}

/// A shard's state before its first block: its accounts, its pools, its brokers' units, its transit.
pub fn genesis(endowment: &Endowment, layout: &Layout, shard: u16) -> Store {
    let mut store = empty(layout);
    for (account, home) in layout.assignment.of.iter().enumerate() {
        if *home == shard {
            for &token in &layout.tokens {
                let holder = Address::account(account as u32);
                token::seed_balance(&mut store, token, holder, Amount(endowment.balance.into()));
            }
        }
    }
    for ((address, sides), (home, (_, units))) in layout
        .pools
        .iter()
        .zip(layout.pool_home.iter().zip(&endowment.pools))
    {
        if *home == shard {
            let pair = sides.map(|side| layout.tokens[usize::from(side)]);
            let units = Amount(u128::from(*units));
            pool::seed(&mut store, *address, pair, [units, units], relayer(0));
        }
    }
    if endowment.brokers > 0 {
        for (number, &token) in (0..BROKERS).flat_map(|b| layout.tokens.iter().map(move |t| (b, t)))
        {
            let units = Amount(endowment.brokers.into());
            token::seed_balance(&mut store, token, broker(number), units);
        }
    }
    store.take_written();
    store
}

/// A shard's state with a transit and relayers and nothing else: how a shard that splits off begins.
pub fn empty(layout: &Layout) -> Store {
    let mut store = Store::default();
    for number in 0..RELAYERS {
        let record = account_record(0, Amount(RELAYER_COIN));
        store.set(account_key(relayer(number.into())), record);
    }
    for &token in &layout.tokens {
        for number in 0..TRANSITS {
            let holder = transit_account(number);
            token::seed_balance(&mut store, token, holder, Amount(TRANSIT_UNITS));
        }
    }
    store
}

/// Units of a token that are in a shard's accounts, pools and brokers' hands: its supply less its transit.
/// Negative only if units came from nowhere.
pub fn circulating(store: &Store, token: Address) -> i128 {
    let supply = store.word(&token::supply_key(token)).low();
    let transits = (0..TRANSITS).map(|number| {
        let key = token::balance_key(token, transit_account(number));
        store.word(&key).low()
    });
    transits.fold(supply as i128, |rest, held| rest - held as i128)
}
