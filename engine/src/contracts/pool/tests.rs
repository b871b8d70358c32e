use super::*;
use crate::contracts::chain::Chain;
use crate::contracts::token::{self, NOBODY, Token};
use crate::primitives::{Address, Amount};
use crate::state::{Key, Word};
use crate::vm::native::{Registry, Revert};
use proptest::prelude::*;
use ruint::aliases::U256;

const OWNER: Address = Address::account(1);
const ALICE: Address = Address::account(2);
const BOB: Address = Address::account(3);
const WEALTH: u128 = 1 << 110;

struct World {
    chain: Chain,
    pool: Address,
    tokens: [Address; 2],
}

impl World {
    fn empty() -> Self {
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

    fn with_reserves(reserves: [u128; 2]) -> Self {
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

    fn call(
        &mut self,
        sender: Address,
        call: crate::vm::native::Call,
    ) -> Result<[u128; 2], Revert> {
        self.chain.call(sender, self.pool, call)
    }

    fn send_token(&mut self, side: usize, amount: u128) {
        let call = token::transfer(self.pool, Amount(amount));
        self.chain.call(ALICE, self.tokens[side], call).unwrap();
    }

    fn reserves(&self) -> [u128; 2] {
        let reserves = Reserves::unpack(&self.chain.store.word(&reserves_key(self.pool)));
        [reserves.reserve0, reserves.reserve1]
    }

    fn liquidity(&self, holder: Address) -> u128 {
        self.chain
            .store
            .word(&liquidity_key(self.pool, holder))
            .low()
    }

    fn balance(&self, side: usize, holder: Address) -> u128 {
        let key = token::balance_key(self.tokens[side], holder);
        self.chain.store.word(&key).low()
    }

    fn check(&self) -> Result<(), String> {
        invariants::check(&self.chain.store, self.pool, self.tokens)?;
        self.tokens
            .into_iter()
            .try_for_each(|token| token::invariants::check(&self.chain.store, token))
    }
}

const E18: u128 = 1_000_000_000_000_000_000;

/// Uniswap/v2-core `UniswapV2Pair.spec.ts`: amount in, both reserves, most that comes out.
const PUBLISHED_SWAPS: [[u128; 4]; 6] = [
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

fn product(reserves: [u128; 2]) -> U256 {
    math::product(reserves[0], reserves[1])
}

proptest! {
    #[test]
    fn reserves_pack_into_one_word(
        reserve0 in 0..=math::RESERVE_MAX,
        reserve1 in 0..=math::RESERVE_MAX,
        timestamp: u32,
    ) {
        let reserves = Reserves { reserve0, reserve1, timestamp };
        prop_assert_eq!(Reserves::unpack(&reserves.pack()), reserves);
    }

    #[test]
    fn roots_are_floors(value: [u64; 4]) {
        let value = U256::from_limbs(value);
        let root = U256::from(math::sqrt(value));
        prop_assert!(root * root <= value);
        let above = root + U256::from(1u8);
        prop_assert!(above.checked_mul(above).is_none_or(|square| square > value));
    }

    #[test]
    fn the_wide_check_agrees_with_256_bits(
        balances in prop::array::uniform2(0..=math::RESERVE_MAX),
        held in prop::array::uniform2(0..=math::RESERVE_MAX),
        part in prop::array::uniform2(0u128..=1_000),
    ) {
        let ins = [0, 1].map(|side: usize| balances[side] / 1_000 * part[side]);
        let adjusted = |side: usize| {
            U256::from(balances[side]) * U256::from(10_000u32)
                - U256::from(ins[side]) * U256::from(30u32)
        };
        let before = product(held) * U256::from(100_000_000u32);
        prop_assert_eq!(
            math::k_holds(balances, ins, held, 30),
            adjusted(0) * adjusted(1) >= before
        );
    }

    #[test]
    fn a_quoted_amount_in_buys_the_amount_out(
        reserves in prop::array::uniform2(10_000u128..1 << 100),
        share in 1u128..9_999,
    ) {
        let out = reserves[1] * share / 10_000;
        prop_assume!(out > 0);
        let pay = math::get_amount_in(out, reserves[0], reserves[1], 30).unwrap();
        prop_assert!(math::get_amount_out(pay, reserves[0], reserves[1], 30).unwrap() >= out);
        if pay > 1 {
            // The amount in rounds up by at most one unit too much.
            let less = math::get_amount_out(pay - 1, reserves[0], reserves[1], 30).unwrap();
            prop_assert!(less <= out);
        }
    }

    #[test]
    fn round_trips_favour_the_pool(
        reserves in prop::array::uniform2(10_000u128..1 << 90),
        amount in 1u128..1 << 80,
        zero_for_one: bool,
    ) {
        let mut world = World::with_reserves(reserves);
        let there = world.call(BOB, swap_exact_in(zero_for_one, Amount(amount), Amount(0)));
        prop_assume!(there.is_ok());
        let out = there.unwrap()[0];
        let back = world.call(BOB, swap_exact_in(!zero_for_one, Amount(out), Amount(0)));
        prop_assert!(back.is_err() || back.unwrap()[0] < amount);
    }

    #[test]
    fn the_product_never_falls_in_swaps_and_units_are_conserved(
        reserves in prop::array::uniform2(10_000u128..1 << 80),
        fee_on: bool,
        steps in prop::collection::vec((0u8..7, any::<bool>(), 1u128..1 << 78, 0u32..3), 1..40),
    ) {
        let mut world = World::with_reserves(reserves);
        if fee_on {
            world.call(OWNER, set_fee_to(Some(BOB))).unwrap();
        }
        for (kind, flag, amount, seconds) in steps {
            world.chain.vm.timestamp += u64::from(seconds);
            let before = product(world.reserves());
            let supply = |world: &World| world.chain.store.word(&supply_key(world.pool)).low();
            let supply_before = supply(&world);
            let amount_of = |share: u128| Amount(share);
            let (is_swap, outcome) = match kind {
                0 | 1 => (true, world.call(BOB, swap_exact_in(flag, amount_of(amount), Amount(0)))),
                2 => {
                    let out = amount % (world.reserves()[usize::from(flag)] + 1);
                    (true, world.call(BOB, swap_exact_out(flag, Amount(out), Amount::MAX)))
                }
                3 => (false, world.call(ALICE, add_liquidity(
                    Amount(amount), Amount(amount), Amount(0), Amount(0)))),
                4 => {
                    let part = world.liquidity(ALICE) / 3;
                    (false, world.call(ALICE, remove_liquidity(Amount(part), Amount(0), Amount(0))))
                }
                5 => {
                    world.send_token(usize::from(flag), amount % 1_000);
                    (false, world.call(ALICE, sync()))
                }
                _ => {
                    world.send_token(usize::from(flag), amount % 1_000);
                    (true, world.call(ALICE, swap(Amount(u128::from(!flag)), Amount(u128::from(flag)), BOB)))
                }
            };
            let after = product(world.reserves());
            if outcome.is_err() {
                prop_assert_eq!(before, after);
            } else if is_swap {
                prop_assert!(after >= before);
            } else {
                // Worth of a share never falls: √k over the supply, squared to stay whole.
                let (old, new) = (math::sqrt(before), math::sqrt(after));
                let old = U256::from(old) * U256::from(supply(&world));
                let slack = U256::from(supply_before.max(supply(&world)));
                let new = U256::from(new) * U256::from(supply_before) + slack;
                prop_assert!(fee_on || new >= old);
            }
            prop_assert_eq!(world.check(), Ok(()));
        }
    }
}
