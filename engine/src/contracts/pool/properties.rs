//! What holds for any amounts and any order of calls.

use super::tests::{ALICE, BOB, OWNER, World};
use super::*;
use crate::primitives::Amount;
use proptest::prelude::*;
use ruint::aliases::U256;

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
