use super::*;
use crate::contracts::chain::Chain;
use crate::contracts::token::{self, NOBODY, Token};
use crate::primitives::{Address, Amount};
use crate::state::{Key, Word};
use crate::vm::native::{Registry, Revert};
use ruint::aliases::U256;

pub(super) const OWNER: Address = Address::account(1);
pub(super) const ALICE: Address = Address::account(2);
pub(super) const BOB: Address = Address::account(3);
pub(super) const WEALTH: u128 = 1 << 110;

pub(super) struct World {
    pub(super) chain: Chain,
    pub(super) pool: Address,
    pub(super) tokens: [Address; 2],
}

impl World {
    pub(super) fn empty() -> Self {
        let mut registry = Registry::default();
        let first = Registry::FIRST;
        let pool = Address::contract(first + 2);
        let tokens = ["ETH", "USDC"]
            .map(|symbol| Token::new(symbol, OWNER).with_operators([pool]))
            .map(|token| registry.deploy(Box::new(token)));
        let contract = Pool::new("ETH/USDC", OWNER, tokens, 30);
        assert_eq!(registry.deploy(Box::new(contract)), pool);
        let mut chain = Chain::new(registry);
        for token in tokens {
            for holder in [ALICE, BOB] {
                token::seed_balance(&mut chain.store, token, holder, Amount(WEALTH));
            }
        }
        Self {
            chain,
            pool,
            tokens,
        }
    }

    pub(super) fn with_reserves(reserves: [u128; 2]) -> Self {
        let mut world = Self::empty();
        let amounts = reserves.map(Amount);
        seed(
            &mut world.chain.store,
            world.pool,
            world.tokens,
            amounts,
            ALICE,
        );
        world
    }

    pub(super) fn call(
        &mut self,
        sender: Address,
        call: crate::vm::native::Call,
    ) -> Result<[u128; 2], Revert> {
        self.chain.call(sender, self.pool, call)
    }

    pub(super) fn send_token(&mut self, side: usize, amount: u128) {
        let call = token::transfer(self.pool, Amount(amount));
        self.chain.call(ALICE, self.tokens[side], call).unwrap();
    }

    pub(super) fn reserves(&self) -> [u128; 2] {
        let reserves = Reserves::unpack(&self.chain.store.word(&reserves_key(self.pool)));
        [reserves.reserve0, reserves.reserve1]
    }

    pub(super) fn liquidity(&self, holder: Address) -> u128 {
        self.chain
            .store
            .word(&liquidity_key(self.pool, holder))
            .low()
    }

    pub(super) fn balance(&self, side: usize, holder: Address) -> u128 {
        let key = token::balance_key(self.tokens[side], holder);
        self.chain.store.word(&key).low()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        invariants::check(&self.chain.store, self.pool, self.tokens)?;
        self.tokens
            .into_iter()
            .try_for_each(|token| token::invariants::check(&self.chain.store, token))
    }
}

pub(super) const E18: u128 = 1_000_000_000_000_000_000;

/// Uniswap/v2-core `UniswapV2Pair.spec.ts`: amount in, both reserves, most that comes out.
pub(super) const PUBLISHED_SWAPS: [[u128; 4]; 6] = [
    [E18, 5 * E18, 10 * E18, 1_662_497_915_624_478_906],
    [E18, 10 * E18, 5 * E18, 453_305_446_940_074_565],
    [2 * E18, 5 * E18, 10 * E18, 2_851_015_155_847_869_602],
    [2 * E18, 10 * E18, 5 * E18, 831_248_957_812_239_453],
    [E18, 10 * E18, 10 * E18, 906_610_893_880_149_131],
    [E18, 100 * E18, 100 * E18, 987_158_034_397_061_298],
];

#[test]
fn published_swaps_match_and_one_more_is_refused() {
    for [amount_in, reserve0, reserve1, expected] in PUBLISHED_SWAPS {
        assert_eq!(
            math::get_amount_out(amount_in, reserve0, reserve1, 30),
            Ok(expected)
        );
        for (extra, outcome) in [(0, Ok([0, 0])), (1, Err(Revert("K")))] {
            let mut world = World::with_reserves([reserve0, reserve1]);
            world.send_token(0, amount_in);
            let call = swap(Amount(0), Amount(expected + extra), ALICE);
            assert_eq!(world.call(ALICE, call), outcome);
            world.check().unwrap();
        }
        let mut world = World::with_reserves([reserve0, reserve1]);
        let call = swap_exact_in(true, Amount(amount_in), Amount(expected));
        assert_eq!(world.call(BOB, call), Ok([expected, 0]));
        assert_eq!(
            world.reserves(),
            [reserve0 + amount_in, reserve1 - expected]
        );
        assert_eq!(world.balance(1, BOB), WEALTH + expected);
    }
}

#[test]
fn published_protocol_fee_matches() {
    let mut world = World::empty();
    let receiver = Address::account(40);
    assert_eq!(
        world.call(ALICE, set_fee_to(Some(receiver))),
        Err(Revert("FORBIDDEN"))
    );
    world.call(OWNER, set_fee_to(Some(receiver))).unwrap();
    let thousand = Amount(1_000 * E18);
    let minted = world.call(ALICE, add_liquidity(thousand, thousand, thousand, thousand));
    assert_eq!(minted, Ok([1_000 * E18 - 1_000, 1_000 * E18]));
    world
        .call(BOB, swap_exact_in(false, Amount(E18), Amount(0)))
        .unwrap();
    let all = Amount(1_000 * E18 - 1_000);
    world
        .call(ALICE, remove_liquidity(all, Amount(0), Amount(0)))
        .unwrap();
    assert_eq!(world.liquidity(receiver), 249_750_499_251_388);
    assert_eq!(world.reserves(), [249_501_683_698_445, 250_000_187_313_969]);
    world.check().unwrap();
}

#[test]
fn the_protocol_fee_turns_off_again() {
    let mut world = World::with_reserves([1_000_000, 1_000_000]);
    let receiver = Address::account(40);
    world.call(OWNER, set_fee_to(Some(receiver))).unwrap();
    let ten = Amount(100_000);
    let add = add_liquidity(ten, ten, Amount(0), Amount(0));
    world.call(ALICE, add).unwrap();
    assert_ne!(world.chain.store.word(&k_last_key(world.pool)), Word::ZERO);
    world.call(OWNER, set_fee_to(None)).unwrap();
    world.call(ALICE, add).unwrap();
    assert_eq!(world.chain.store.word(&k_last_key(world.pool)), Word::ZERO);
    assert_eq!(world.liquidity(receiver), 0);
}

#[test]
fn published_cumulative_prices_match() {
    let mut world = World::empty();
    world.chain.vm.timestamp = 1_000;
    let three = Amount(3 * E18);
    world
        .call(ALICE, add_liquidity(three, three, three, three))
        .unwrap();
    world.chain.vm.timestamp = 1_010;
    world.call(ALICE, sync()).unwrap();
    let cumulative = |world: &World, key: fn(Address) -> Key| {
        U256::from_limbs(world.chain.store.word(&key(world.pool)).limbs())
    };
    let one = U256::from(51_922_968_585_348_276_285_304_963_292_200_960u128);
    assert_eq!(cumulative(&world, price0_cumulative_key), one);
    assert_eq!(cumulative(&world, price1_cumulative_key), one);
    // Two more steps of ten seconds, the second at 6 to 2, with a wrap of the 32-bit clock between.
    world.send_token(0, 3 * E18);
    world
        .call(ALICE, swap(Amount(0), Amount(E18), ALICE))
        .unwrap();
    assert_eq!(cumulative(&world, price0_cumulative_key), one);
    world.chain.vm.timestamp = 1_010 + (1 << 32) + 10;
    world.call(ALICE, sync()).unwrap();
    let third = (U256::from(2u128) << 112) / U256::from(6u128) * U256::from(10u128);
    let triple = (U256::from(3u128) << 112) * U256::from(10u128);
    assert_eq!(cumulative(&world, price0_cumulative_key), one + third);
    assert_eq!(cumulative(&world, price1_cumulative_key), one + triple);
}

#[test]
fn the_router_refuses_with_its_published_names() {
    let mut world = World::with_reserves([10_000, 20_000]);
    let refused = |world: &mut World, call, name| {
        assert_eq!(world.call(BOB, call), Err(Revert(name)));
        world.check().unwrap();
    };
    let (zero, one, big) = (Amount(0), Amount(1), Amount(1 << 100));
    let world = &mut world;
    refused(
        world,
        swap_exact_in(true, zero, zero),
        "INSUFFICIENT_INPUT_AMOUNT",
    );
    refused(
        world,
        swap_exact_in(false, one, zero),
        "INSUFFICIENT_OUTPUT_AMOUNT",
    );
    refused(
        world,
        swap_exact_in(true, Amount(100), big),
        "INSUFFICIENT_OUTPUT_AMOUNT",
    );
    refused(
        world,
        swap_exact_out(true, zero, big),
        "INSUFFICIENT_OUTPUT_AMOUNT",
    );
    refused(
        world,
        swap_exact_out(true, Amount(20_000), big),
        "INSUFFICIENT_LIQUIDITY",
    );
    refused(
        world,
        swap_exact_out(true, Amount(100), one),
        "EXCESSIVE_INPUT_AMOUNT",
    );
    refused(world, swap_exact_in(true, Amount::MAX, zero), "OVERFLOW");
    refused(
        world,
        add_liquidity(Amount(100), Amount(500), zero, Amount(201)),
        "INSUFFICIENT_B_AMOUNT",
    );
    refused(
        world,
        add_liquidity(Amount(100), Amount(100), Amount(51), zero),
        "INSUFFICIENT_A_AMOUNT",
    );
    refused(
        world,
        add_liquidity(zero, Amount(100), zero, zero),
        "INSUFFICIENT_AMOUNT",
    );
    refused(
        world,
        remove_liquidity(one, zero, zero),
        "INSUFFICIENT_BALANCE",
    );
    refused(world, swap(zero, zero, BOB), "INSUFFICIENT_OUTPUT_AMOUNT");
    refused(
        world,
        swap(Amount(10_000), zero, BOB),
        "INSUFFICIENT_LIQUIDITY",
    );
    refused(world, swap(one, zero, world.tokens[1]), "INVALID_TO");
    refused(world, swap(one, zero, BOB), "INSUFFICIENT_INPUT_AMOUNT");
    refused(world, mint(BOB), "INSUFFICIENT_LIQUIDITY_MINTED");
    refused(world, burn(BOB), "INSUFFICIENT_LIQUIDITY_BURNED");
    let all = Amount(world.liquidity(ALICE));
    let call = remove_liquidity(all, Amount(10_000), zero);
    assert_eq!(
        world.call(ALICE, call),
        Err(Revert("INSUFFICIENT_A_AMOUNT"))
    );
    let call = remove_liquidity(all, zero, Amount(20_000));
    assert_eq!(
        world.call(ALICE, call),
        Err(Revert("INSUFFICIENT_B_AMOUNT"))
    );
}

#[test]
fn reserves_end_at_112_bits() {
    let mut world = World::with_reserves([1 << 100, math::RESERVE_MAX]);
    let reserves = world.reserves();
    let call = swap_exact_in(false, Amount(1 << 50), Amount(0));
    assert_eq!(world.call(BOB, call), Err(Revert("OVERFLOW")));
    world.send_token(1, 1);
    assert_eq!(world.call(BOB, sync()), Err(Revert("OVERFLOW")));
    assert_eq!(world.reserves(), reserves);
    // The way out is still open, with products of more than 128 bits.
    let call = swap_exact_in(true, Amount(1 << 90), Amount(1));
    let [out, _] = world.call(BOB, call).unwrap();
    let fee = U256::from(9_970u32) * (U256::from(1u32) << 90);
    let base = U256::from(10_000u32) * (U256::from(1u32) << 100) + fee;
    assert_eq!(U256::from(out), fee * U256::from(reserves[1]) / base);
    world.check().unwrap();
}

#[test]
fn skim_pays_out_and_sync_takes_in_what_was_sent() {
    let mut world = World::with_reserves([10_000, 20_000]);
    world.send_token(0, 500);
    world.call(ALICE, skim(BOB)).unwrap();
    assert_eq!(world.balance(0, BOB), WEALTH + 500);
    world.send_token(1, 700);
    world.call(ALICE, sync()).unwrap();
    assert_eq!(world.reserves(), [10_000, 20_700]);
    world.send_token(0, 300);
    // A router's swap measures balances as the core does: the gift joins the reserves.
    world
        .call(BOB, swap_exact_in(false, Amount(1_000), Amount(0)))
        .unwrap();
    let [reserve0, reserve1] = world.reserves();
    assert_eq!(reserve1, 21_700);
    assert_eq!(reserve0, world.balance(0, world.pool));
    world.check().unwrap();
}

#[test]
fn liquidity_moves_and_labels_name_slots() {
    let mut world = World::with_reserves([1_000_000, 1_000_000]);
    world.call(ALICE, transfer(BOB, Amount(5))).unwrap();
    assert_eq!(world.liquidity(BOB), 5);
    assert_eq!(world.liquidity(NOBODY), MINIMUM_LIQUIDITY);
    world.check().unwrap();
    let label = |key| world.chain.vm.registry.label(&key);
    assert_eq!(label(reserves_key(world.pool)), "pool ETH/USDC · reserves");
    assert_eq!(
        label(liquidity_key(world.pool, BOB)),
        "pool ETH/USDC · liquidity of account 3"
    );
}
