use super::math::{PERCENTAGE, RateStrategy, WAD};
use super::reserve::Reserve;
use super::*;
use crate::contracts::chain::Chain;
use crate::contracts::token::{self, Token};
use crate::primitives::{Address, Amount};
use crate::vm::native::{Call, Registry, Revert};
use ruint::aliases::U256;

pub(super) const OWNER: Address = Address::account(1);
pub(super) const ALICE: Address = Address::account(2);
pub(super) const BOB: Address = Address::account(3);
pub(super) const CAROL: Address = Address::account(4);
pub(super) const TREASURY: Address = Address::account(5);
pub(super) const YEAR: u64 = 31_536_000;
pub(super) const ETH: u32 = 0;
pub(super) const USDC: u32 = 1;
/// One ether and one dollar, in units; dollars as prices have them too.
pub(super) const ETHER: u128 = 1_000_000_000_000_000_000;
pub(super) const DOLLAR: u128 = 1_000_000;
pub(super) const PRICE: u128 = 100_000_000;
pub(super) const WEALTH: u128 = 1 << 100;

fn config(symbol: &str, token: Address, unit: u128) -> ReserveConfig {
    ReserveConfig {
        symbol: symbol.to_owned(),
        token,
        unit,
        ltv_bps: 8_000,
        liquidation_threshold_bps: 8_500,
        liquidation_bonus_bps: 10_500,
        liquidation_protocol_fee_bps: 1_000,
        reserve_factor_bps: 1_000,
        rates: RateStrategy {
            optimal_usage_bps: 8_000,
            base_rate_bps: 100,
            slope1_bps: 400,
            slope2_bps: 6_000,
        },
    }
}

pub(super) struct World {
    pub(super) chain: Chain,
    pub(super) market: Address,
    pub(super) config: Market,
}

impl World {
    pub(super) fn new() -> Self {
        let mut registry = Registry::default();
        let market = Address::contract(Registry::FIRST + 2);
        let reserves = [("ETH", ETHER), ("USDC", DOLLAR)].map(|(symbol, unit)| {
            let token = Token::new(symbol, OWNER).with_operators([market]);
            config(symbol, registry.deploy(Box::new(token)), unit)
        });
        let config = Market::new("market", OWNER, TREASURY, reserves.to_vec());
        assert_eq!(registry.deploy(Box::new(config.clone())), market);
        let mut world = Self {
            chain: Chain::new(registry),
            market,
            config,
        };
        world.chain.vm.timestamp = 1_000_000;
        for (reserve, price) in [(ETH, 2_000 * PRICE), (USDC, PRICE)] {
            let store = &mut world.chain.store;
            seed_reserve(store, market, &world.config, reserve, price, 1_000_000);
            for holder in [ALICE, BOB, CAROL] {
                let token = world.config.reserves()[reserve as usize].token;
                token::seed_balance(store, token, holder, Amount(WEALTH));
            }
        }
        world
    }

    /// Bob has lent dollars; Alice has ten ether of collateral.
    pub(super) fn lent() -> Self {
        let mut world = World::new();
        world.ok(BOB, supply(USDC, Amount(100_000 * DOLLAR)));
        world.ok(ALICE, supply(ETH, Amount(10 * ETHER)));
        world
    }

    pub(super) fn call(&mut self, sender: Address, call: Call) -> Result<[u128; 2], Revert> {
        self.chain.call(sender, self.market, call)
    }

    pub(super) fn ok(&mut self, sender: Address, call: Call) -> [u128; 2] {
        let returned = self.call(sender, call).unwrap();
        self.check().unwrap();
        returned
    }

    pub(super) fn refused(&mut self, sender: Address, call: Call, name: &'static str) {
        assert_eq!(self.call(sender, call), Err(Revert(name)));
        self.check().unwrap();
    }

    pub(super) fn balance(&self, reserve: u32, holder: Address) -> u128 {
        let token = self.config.reserves()[reserve as usize].token;
        self.chain
            .store
            .word(&token::balance_key(token, holder))
            .low()
    }

    pub(super) fn reserve(&self, reserve: u32) -> Reserve {
        let keys = [indices_key, rates_key, totals_key, cash_key];
        let words = keys.map(|key| self.chain.store.word(&key(self.market, reserve)));
        Reserve::unpack(reserve as usize, words)
    }

    pub(super) fn position(&self, user: Address, reserve: u32) -> (u128, u128) {
        let word = self
            .chain
            .store
            .word(&position_key(self.market, user, reserve));
        (word.low(), word.high())
    }

    pub(super) fn health(&mut self, user: Address) -> U256 {
        U256::from(self.call(OWNER, account_data(user)).unwrap()[0])
    }

    pub(super) fn check(&self) -> Result<(), String> {
        invariants::check(&self.chain.store, self.market, &self.config)?;
        self.config
            .reserves()
            .iter()
            .try_for_each(|reserve| token::invariants::check(&self.chain.store, reserve.token))
    }

    /// What the market owns less what it owes, in units of a reserve.
    pub(super) fn surplus(&self, reserve: u32) -> i128 {
        let state = self.reserve(reserve);
        let accrued = self
            .chain
            .store
            .word(&accrued_key(self.market, reserve))
            .low();
        let owns = state.cash + state.debt().unwrap() + state.deficit;
        let owes = state.supplied(state.scaled_supply + accrued).unwrap();
        owns as i128 - owes as i128
    }
}

#[test]
fn a_loan_runs_from_supply_to_withdrawal() {
    let mut world = World::lent();
    assert_eq!(world.balance(ETH, world.market), 10 * ETHER);
    // Ten ether at 2,000 with a loan-to-value of 80 %: 16,000 dollars and not one more unit.
    let most = Amount(16_000 * DOLLAR);
    world.refused(
        ALICE,
        borrow(USDC, Amount(most.0 + 1)),
        "COLLATERAL_CANNOT_COVER_NEW_BORROW",
    );
    world.ok(ALICE, borrow(USDC, most));
    assert_eq!(world.balance(USDC, ALICE), WEALTH + most.0);
    assert_eq!(
        world.health(ALICE),
        WAD * U256::from(10_625u32) / PERCENTAGE
    );
    world.refused(
        ALICE,
        withdraw(ETH, Amount::MAX),
        "HEALTH_FACTOR_LOWER_THAN_LIQUIDATION_THRESHOLD",
    );
    world.refused(
        ALICE,
        set_collateral(ETH, false),
        "HEALTH_FACTOR_LOWER_THAN_LIQUIDATION_THRESHOLD",
    );
    // Usage 16 %: 1 % + 4 % × 16/80 = 1.8 % a year.
    let rates = world.reserve(USDC).rates;
    assert_eq!(rates.borrow, 18 * 10u128.pow(24));
    assert_eq!(rates.liquidity, 18 * 10u128.pow(24) * 16 / 100 * 9 / 10);

    world.chain.vm.timestamp += YEAR;
    // x = 0.018: 1 + x + x·(x/2 + x·x/6) of 16,000 dollars; nothing to round.
    let owed = 16_000_000_000u128 * 1_018_162_972 / 1_000_000_000;
    let [paid, _] = world.ok(ALICE, repay(USDC, Amount::MAX, ALICE));
    assert_eq!(paid, owed);
    assert_eq!(world.position(ALICE, USDC), (0, 0));
    world.refused(
        ALICE,
        repay(USDC, Amount(1), ALICE),
        "NO_DEBT_OF_SELECTED_TYPE",
    );
    let [withdrawn, _] = world.ok(BOB, withdraw(USDC, Amount::MAX));
    // 100,000 × (1 + 0.2592 %).
    assert_eq!(withdrawn, 100_259_200_000);
    world.ok(ALICE, withdraw(ETH, Amount::MAX));
    let [minted, _] = world.ok(OWNER, mint_to_treasury(USDC));
    assert!(minted > 0);
    let [treasury, _] = world.ok(TREASURY, withdraw(USDC, Amount::MAX));
    // A tenth of the interest, rounded down twice.
    assert!(
        (29_060_000..=(owed - most.0) / 10).contains(&treasury),
        "{treasury}"
    );
    for user in [ALICE, BOB, TREASURY] {
        let flags = world.chain.store.word(&flags_key(world.market, user));
        assert!(flags.is_zero());
    }
    assert!(world.surplus(USDC) >= 0);
}

#[test]
fn refusals_have_names() {
    let mut world = World::lent();
    world.refused(BOB, supply(7, Amount(1)), "ASSET_NOT_LISTED");
    world.refused(BOB, supply(ETH, Amount(0)), "INVALID_AMOUNT");
    world.refused(BOB, supply(ETH, Amount(WEALTH + 1)), "INSUFFICIENT_BALANCE");
    world.refused(
        BOB,
        withdraw(USDC, Amount(200_000 * DOLLAR)),
        "NOT_ENOUGH_AVAILABLE_USER_BALANCE",
    );
    world.refused(CAROL, withdraw(USDC, Amount::MAX), "INVALID_AMOUNT");
    world.refused(CAROL, borrow(USDC, Amount(1)), "COLLATERAL_BALANCE_IS_ZERO");
    world.refused(
        ALICE,
        borrow(ETH, Amount(11 * ETHER)),
        "NOT_ENOUGH_LIQUIDITY",
    );
    world.refused(CAROL, set_collateral(ETH, true), "UNDERLYING_BALANCE_ZERO");
    world.refused(ALICE, set_price(ETH, 1), "NOT_OWNER");
    world.refused(ALICE, cover_deficit(ETH, Amount(1)), "INVALID_AMOUNT");
    world.ok(ALICE, borrow(USDC, Amount(DOLLAR)));
    world.refused(
        CAROL,
        liquidate(ETH, USDC, ALICE, Amount(1)),
        "HEALTH_FACTOR_NOT_BELOW_THRESHOLD",
    );
    world.refused(
        ALICE,
        liquidate(ETH, USDC, ALICE, Amount(1)),
        "SELF_LIQUIDATION",
    );
    world.ok(OWNER, set_price(ETH, 0));
    world.refused(ALICE, borrow(USDC, Amount(1)), "NO_PRICE");
}

#[test]
fn a_liquidation_pays_half_the_debt_and_takes_the_bonus() {
    let mut world = World::lent();
    world.ok(ALICE, borrow(USDC, Amount(16_000 * DOLLAR)));
    // 1,850 × 10 × 85 % = 15,725 over 16,000: below one, above 0.95.
    world.ok(OWNER, set_price(ETH, 1_850 * PRICE));
    let before = world.health(ALICE);
    world.refused(
        CAROL,
        liquidate(USDC, USDC, ALICE, Amount(1)),
        "COLLATERAL_CANNOT_BE_LIQUIDATED",
    );
    world.refused(
        CAROL,
        liquidate(ETH, ETH, ALICE, Amount(1)),
        "SPECIFIED_CURRENCY_NOT_BORROWED_BY_USER",
    );
    let [paid, received] = world.ok(CAROL, liquidate(ETH, USDC, ALICE, Amount::MAX));
    assert_eq!(paid, 8_000 * DOLLAR);
    let taken = 8_000 * ETHER * 105 / 100 / 1_850;
    let fee = (taken - (taken * 100).div_ceil(105)) / 10;
    assert_eq!(received, taken - fee);
    assert_eq!(world.balance(ETH, CAROL), WEALTH + received);
    assert_eq!(world.position(ALICE, ETH).0, 10 * ETHER - taken);
    let accrued = world
        .chain
        .store
        .word(&accrued_key(world.market, ETH))
        .low();
    assert_eq!(accrued, fee);
    assert!(world.health(ALICE) > before);
}

#[test]
fn far_under_water_all_is_paid_and_the_rest_written_off() {
    let mut world = World::lent();
    world.ok(ALICE, borrow(USDC, Amount(16_000 * DOLLAR)));
    world.ok(OWNER, set_price(ETH, 1_050 * PRICE));
    // Ten ether are worth 10,500: 10,000 with the bonus off. 6,000 remain with nothing behind them.
    let [paid, received] = world.ok(CAROL, liquidate(ETH, USDC, ALICE, Amount::MAX));
    assert_eq!(paid, 10_000 * DOLLAR);
    let fee = (10 * ETHER - (1_000 * ETHER).div_ceil(105)) / 10;
    assert_eq!(received, 10 * ETHER - fee);
    assert_eq!(world.position(ALICE, USDC), (0, 0));
    assert_eq!(world.reserve(USDC).deficit, 6_000 * DOLLAR);
    assert_eq!(world.surplus(USDC), 0);
    assert_eq!(
        world.ok(BOB, cover_deficit(USDC, Amount::MAX)),
        [6_000 * DOLLAR, 0]
    );
    assert_eq!(world.reserve(USDC).deficit, 0);
    assert_eq!(
        world.ok(BOB, withdraw(USDC, Amount::MAX)),
        [100_000 * DOLLAR, 0]
    );
}

#[test]
fn one_reserve_may_be_collateral_and_debt() {
    let mut world = World::lent();
    world.ok(ALICE, borrow(ETH, Amount(8 * ETHER)));
    world.chain.vm.timestamp += 20 * YEAR;
    assert!(world.health(ALICE) < WAD);
    let before = world.health(ALICE);
    let [paid, received] = world.ok(CAROL, liquidate(ETH, ETH, ALICE, Amount(ETHER)));
    assert_eq!(paid, ETHER);
    assert!(received > ETHER);
    assert!(world.health(ALICE) != before);
}

#[test]
fn seeded_positions_are_as_if_they_had_been_taken() {
    let mut taken = World::lent();
    taken.ok(ALICE, borrow(USDC, Amount(DOLLAR)));
    let mut seeded = World::new();
    let positions = [
        (BOB, USDC, 100_000 * DOLLAR, 0),
        (ALICE, ETH, 10 * ETHER, 0),
        (ALICE, USDC, 0, DOLLAR),
    ];
    for (user, reserve, supplied, borrowed) in positions {
        let store = &mut seeded.chain.store;
        let amounts = [supplied, borrowed].map(Amount);
        seed_position(
            store,
            seeded.market,
            &seeded.config,
            user,
            reserve,
            amounts[0],
            amounts[1],
        );
        seeded.check().unwrap();
    }
    let of_market = |world: &World| -> Vec<_> {
        let slots = world.chain.store.sorted();
        slots
            .into_iter()
            .filter(|(key, _)| key.owner == world.market)
            .collect()
    };
    assert_eq!(of_market(&seeded), of_market(&taken));
}

#[test]
fn labels_name_slots_and_flags_are_checked() {
    let world = World::lent();
    let label = |key| world.chain.vm.registry.label(&key);
    assert_eq!(
        label(indices_key(world.market, ETH)),
        "market · ETH liquidity and borrow index"
    );
    assert_eq!(
        label(position_key(world.market, ALICE, USDC)),
        "market · USDC position of account 2"
    );
    let mut broken = world;
    use crate::state::{Storage, Word};
    let key = flags_key(broken.market, ALICE);
    broken.chain.store.set(key, Word::from_low(1));
    assert!(broken.check().is_err());
}
