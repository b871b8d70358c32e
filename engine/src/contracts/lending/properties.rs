//! What holds for any amounts, prices and times.

use super::math::WAD;
use super::tests::{ALICE, BOB, CAROL, DOLLAR, ETH, ETHER, OWNER, PRICE, USDC, World};
use super::*;
use crate::primitives::{Address, Amount};
use proptest::prelude::*;

proptest! {
    /// A liquidation helps while the health factor exceeds bonus × threshold, 0.8925 here; further
    /// under water it cannot, and the rest is written off.
    #[test]
    fn a_liquidation_improves_health(price in 1_681u128..1_882, dollars in 1u128..20_000, seconds in 0u64..100_000) {
        let mut world = World::lent();
        world.ok(ALICE, borrow(USDC, Amount(16_000 * DOLLAR)));
        world.chain.vm.timestamp += seconds;
        world.ok(OWNER, set_price(ETH, price * PRICE));
        let before = world.health(ALICE);
        prop_assert!(before < WAD);
        let [paid, received] = world.ok(CAROL, liquidate(ETH, USDC, ALICE, Amount(dollars * DOLLAR)));
        prop_assert!(paid <= dollars * DOLLAR);
        // Never worse for the liquidator than the price, never better than the bonus.
        let value = received * price / (ETHER / DOLLAR);
        prop_assert!(value >= paid && value <= paid * 105 / 100);
        prop_assert!(world.health(ALICE) > before);
        prop_assert!(world.surplus(USDC) >= 0 && world.surplus(ETH) >= 0);
    }

    #[test]
    fn any_traffic_keeps_the_books(
        steps in prop::collection::vec(
            (0u8..10, 2u32..5, 0u32..2, 1u128..1_000_000, 0u64..10_000_000), 1..50)
    ) {
        let mut world = World::lent();
        world.ok(BOB, supply(ETH, Amount(100 * ETHER)));
        let start = [ETH, USDC].map(|reserve| world.surplus(reserve));
        let mut played = 0;
        for (kind, user, reserve, size, seconds) in steps {
            played += 1;
            let user = Address::account(user);
            let unit = world.config.reserves()[reserve as usize].unit;
            let amount = Amount(match reserve { ETH => unit / 10_000 * size, _ => unit / 100 * size });
            let before = [ETH, USDC].map(|reserve| world.reserve(reserve));
            let outcome = match kind {
                0 | 1 => world.call(user, supply(reserve, amount)),
                2 => world.call(user, withdraw(reserve, amount)),
                3 => world.call(user, withdraw(reserve, Amount::MAX)),
                4 | 5 => world.call(user, borrow(reserve, amount)),
                6 => world.call(user, repay(reserve, amount, user)),
                7 => {
                    // A price between 200 and 2,200 dollars, or around one.
                    let price = match reserve { ETH => 200 * PRICE + size * PRICE / 500, _ => PRICE + size * 10 };
                    world.call(OWNER, set_price(reserve, price))
                }
                8 => world.call(CAROL, liquidate(ETH, reserve, user, amount)),
                _ => {
                    world.chain.vm.timestamp += seconds;
                    world.call(OWNER, mint_to_treasury(reserve))
                }
            };
            let after = [ETH, USDC].map(|reserve| world.reserve(reserve));
            for (old, new) in before.iter().zip(&after) {
                prop_assert!(new.liquidity_index >= old.liquidity_index);
                prop_assert!(new.borrow_index >= old.borrow_index);
                prop_assert!(outcome.is_ok() || old == new);
            }
            prop_assert_eq!(world.check(), Ok(()));
        }
        for (reserve, start) in [ETH, USDC].into_iter().zip(start) {
            // Half-up rates may promise the last unit of a supplier twice in a while; no more.
            prop_assert!(world.surplus(reserve) >= start - played, "{reserve}");
        }
    }
}
