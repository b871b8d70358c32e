use super::fixed::{
    percent_div, percent_mul, ray_div, ray_mul, ray_to_wad, wad_div, wad_mul, wad_to_ray,
};
use super::interest::{compounded_interest, linear_interest};
use super::jump::{BLOCKS_PER_YEAR, JumpModel};
use super::liquidation::{Quote, debt_coverable, seizure};
use super::*;
use crate::vm::native::Revert;
use proptest::prelude::*;
use ruint::aliases::U256;

fn n(digits: &str) -> U256 {
    digits.parse().unwrap()
}

const OVERFLOW: Result<U256, Revert> = Err(Revert("OVERFLOW"));
const BY_ZERO: Result<U256, Revert> = Err(Revert("DIVISION_BY_ZERO"));

#[test]
fn constants_are_what_they_are_called() {
    assert_eq!(WAD, n("1000000000000000000"));
    assert_eq!(RAY, n("1000000000000000000000000000"));
    assert_eq!(U256::from(scaled::RAY_ONE), RAY);
}

/// aave-v3-origin at v3.7: `WadRayMath.t.sol`, `PercentageMath.t.sol`, `MathUtils.t.sol`.
#[test]
fn published_fixed_point_matches() {
    let half = Round::HalfUp;
    let five_thousand = n("5000");
    assert_eq!(
        wad_mul(n("2500000000000000000"), n("500000000000000000"), half),
        Ok(n("1250000000000000000"))
    );
    assert_eq!(
        wad_div(n("8745000000000000000"), n("670000000000000000"), half),
        Ok(n("13052238805970149254"))
    );
    assert_eq!(
        percent_mul(n("1000000000000000000"), five_thousand, half),
        Ok(n("500000000000000000"))
    );
    assert_eq!(
        percent_div(n("14251500000000000000"), n("7442"), half),
        Ok(n("19150094060736361193"))
    );
    assert_eq!(
        ray_div(n("5"), n("3"), Round::Ceil),
        Ok(n("1666666666666666666666666667"))
    );
    assert_eq!(
        ray_div(n("5"), n("3"), Round::Floor),
        Ok(n("1666666666666666666666666666"))
    );
    assert_eq!(percent_mul(n("1"), n("1"), Round::Ceil), Ok(n("1")));
    assert_eq!(percent_mul(n("1"), n("1"), Round::Floor), Ok(n("0")));
    assert_eq!(mul_div(n("12"), n("6"), n("4"), Round::Ceil), Ok(n("18")));
    assert_eq!(
        ray_to_wad(n("412200000000000000000000000000"), half),
        n("412200000000000000000")
    );
}

#[test]
fn published_refusals_match() {
    let half = Round::HalfUp;
    assert_eq!(wad_div(U256::MAX, n("1"), half), OVERFLOW);
    assert_eq!(ray_mul(U256::MAX, n("2"), half), OVERFLOW);
    assert_eq!(ray_mul(U256::MAX, n("2"), Round::Floor), OVERFLOW);
    assert_eq!(wad_to_ray(U256::MAX), OVERFLOW);
    assert_eq!(ray_div(RAY, U256::ZERO, half), BY_ZERO);
    assert_eq!(percent_div(WAD, U256::ZERO, half), BY_ZERO);
    // The half that is added must fit too, whatever the quotient.
    assert_eq!(mul_div(U256::MAX, n("1"), RAY, half), OVERFLOW);
    assert!(mul_div(U256::MAX, n("1"), RAY, Round::Ceil).is_ok());
}

#[test]
fn published_interest_matches() {
    let year = n("31536000");
    let rate = RAY * n("1000");
    assert_eq!(
        compounded_interest(rate, year * n("10000")),
        Ok(n("166666716666676666667666666666666600000000000000"))
    );
    assert_eq!(compounded_interest(rate, U256::ZERO), Ok(RAY));
    // 8 % over 7 years: 0.3 % from e^0.56 = 1.750672500296…
    let grown = compounded_interest(n("80000000000000000000000000"), year * n("7")).unwrap();
    let ideal = n("1750672500296101082549976435");
    assert!(grown.abs_diff(ideal) * n("1000") <= ideal * n("3"));
    let linear = linear_interest(n("80000000000000000000000000"), year * n("7"));
    assert_eq!(linear, Ok(n("1560000000000000000000000000")));
}

/// aave-v3-origin at v3.7, `RateStrategy.calculateRates.t.sol`, for some reserve factors.
#[test]
fn published_rates_match() {
    let strategy = RateStrategy {
        optimal_usage_bps: 8_000,
        base_rate_bps: 100,
        slope1_bps: 400,
        slope2_bps: 6_000,
    };
    let cases = [
        (
            "0",
            "800000000000000000",
            "200000000000000000",
            1_000,
            "50000000000000000000000000",
            "36000000000000000000000000",
        ),
        (
            "0",
            "1000000000000000000",
            "0",
            1_000,
            "650000000000000000000000000",
            "585000000000000000000000000",
        ),
        (
            "600000000000000000",
            "800000000000000000",
            "200000000000000000",
            2_000,
            "50000000000000000000000000",
            "20000000000000000000000000",
        ),
        (
            "0",
            "80000000000000000000",
            "9920000000000000000000",
            0,
            "10400000000000000000000000",
            "83200000000000000000000",
        ),
        ("0", "0", "0", 2_000, "10000000000000000000000000", "0"),
    ];
    for (unbacked, debt, balance, reserve_factor_bps, borrow, liquidity) in cases {
        let usage = Usage {
            unbacked: n(unbacked),
            liquidity_added: U256::ZERO,
            liquidity_taken: U256::ZERO,
            total_debt: n(debt),
            virtual_balance: n(balance),
            reserve_factor_bps,
        };
        let rates = interest_rates(&strategy, &usage).unwrap();
        assert_eq!(rates.variable_borrow, n(borrow));
        assert_eq!(rates.liquidity, n(liquidity));
        // Balance that is on its way counts as if it were there.
        let moving = Usage {
            liquidity_added: n(balance),
            virtual_balance: n("5"),
            liquidity_taken: n("5"),
            ..usage
        };
        assert_eq!(interest_rates(&strategy, &moving), Ok(rates));
        let taken = Usage {
            total_debt: n("1"),
            liquidity_taken: n(balance) + n("1"),
            ..usage
        };
        assert_eq!(interest_rates(&strategy, &taken), Err(Revert("OVERFLOW")));
    }
}

/// compound-protocol `InterestRateModelTest.js`, within its margin of a hundredth of a percent point.
#[test]
fn published_jump_rates_match() {
    let whole = n("1000000000000000000");
    let cases = [
        (
            "1000000000000000000",
            "900000000000000000",
            "1123595505617977528",
            "278000000000000000",
        ),
        (
            "200000000000000000",
            "900000000000000000",
            "1000000000000000000",
            "300000000000000000",
        ),
        (
            "0",
            "1100000000000000000",
            "1000000000000000000",
            "300000000000000000",
        ),
        (
            "20000000000000000000",
            "0",
            "10000000000000000000",
            "2100000000000000000",
        ),
    ];
    for (jump, kink, cash, expected) in cases {
        let model = JumpModel::new(
            n("100000000000000000"),
            n("200000000000000000"),
            n(jump),
            n(kink),
        );
        let rate = model.borrow_rate(n(cash), whole, whole).unwrap() * BLOCKS_PER_YEAR;
        assert!(
            rate.abs_diff(n(expected)) <= n("100000000000000"),
            "{rate} {expected}"
        );
        let supply = model
            .supply_rate(n(cash), whole, whole, whole / n("4"))
            .unwrap();
        assert!(supply * BLOCKS_PER_YEAR <= rate);
    }
    let model = JumpModel::new(WAD, WAD, WAD, WAD);
    assert_eq!(model.borrow_rate(n("1"), n("1"), n("3")), OVERFLOW);
    assert_eq!(model.borrow_rate(n("1"), n("1"), n("2")), BY_ZERO);
}

#[test]
fn half_or_all_of_a_debt_may_be_covered() {
    let health = |bps: u64| WAD * U256::from(bps) / PERCENTAGE;
    let refused = Err(Revert("HEALTH_FACTOR_NOT_BELOW_THRESHOLD"));
    assert_eq!(debt_coverable(101, health(10_000)), refused);
    assert_eq!(debt_coverable(101, health(9_999)), Ok(51));
    assert_eq!(debt_coverable(101, health(9_500)), Ok(51));
    assert_eq!(debt_coverable(101, health(9_499)), Ok(101));
}

#[test]
fn a_seizure_takes_the_bonus_and_no_more_than_there_is() {
    // 1,000 USDC of debt at 1.00 against ETH at 2,000.00 with 5 %: 0.525 ETH, a tenth of the bonus to
    // the treasury.
    let usdc = Quote {
        price: 100_000_000,
        unit: 1_000_000,
    };
    let ether = Quote {
        price: 200_000_000_000,
        unit: 10u128.pow(18),
    };
    let taken = seizure(1_000_000_000, 10u128.pow(18), usdc, ether, 10_500, 1_000).unwrap();
    assert_eq!(taken.collateral, 525_000_000_000_000_000);
    assert_eq!(taken.debt, 1_000_000_000);
    assert_eq!(taken.fee, 2_500_000_000_000_000);
    // With 0.21 ETH the liquidator gets all of it for 400 USDC.
    let held = 210_000_000_000_000_000;
    let all = seizure(1_000_000_000, held, usdc, ether, 10_500, 0).unwrap();
    assert_eq!((all.collateral, all.debt, all.fee), (held, 400_000_000, 0));
}

proptest! {
    #[test]
    fn every_width_gives_the_same_quotient(
        limbs: [u64; 3], shifts in prop::array::uniform3(0u32..127), up in 0u8..3,
    ) {
        let [a, b, c] = [0, 1, 2].map(|i: usize| U256::from(limbs[i]) << (shifts[i] as usize));
        prop_assume!(!c.is_zero());
        let (round, added) = match up {
            0 => (Round::Floor, U256::ZERO),
            1 => (Round::HalfUp, c / U256::from(2)),
            _ => (Round::Ceil, c - U256::from(1)),
        };
        // Ceiling adds to the quotient instead: its sum may pass 256 bits where the protocol accepts.
        let sum = a.checked_mul(b).and_then(|product| product.checked_add(added));
        if let Some(sum) = sum {
            prop_assert_eq!(mul_div(a, b, c, round), Ok(sum / c));
        } else if round != Round::Ceil {
            prop_assert_eq!(mul_div(a, b, c, round), OVERFLOW);
        }
    }

    #[test]
    fn scaling_favours_the_market(units in 0u128..1 << 100, index in scaled::RAY_ONE..scaled::RAY_ONE * 50) {
        let supplied = scaled::to_scaled(units, index, Round::Floor).unwrap();
        prop_assert!(scaled::to_units(supplied, index, Round::Floor).unwrap() <= units);
        let owed = scaled::to_scaled(units, index, Round::Ceil).unwrap();
        prop_assert!(scaled::to_units(owed, index, Round::Ceil).unwrap() >= units);
        // Paying or withdrawing all of it leaves nothing behind.
        let whole_debt = scaled::to_units(owed, index, Round::Ceil).unwrap();
        prop_assert_eq!(scaled::to_scaled(whole_debt, index, Round::Floor).unwrap(), owed);
        let whole_supply = scaled::to_units(supplied, index, Round::Floor).unwrap();
        prop_assert_eq!(scaled::to_scaled(whole_supply, index, Round::Ceil).unwrap(), supplied);
    }

    #[test]
    fn interest_never_falls_with_time_or_rate(
        rate in 0u128..1 << 93,
        more_rate in 0u128..1 << 90,
        seconds in 0u32..1 << 30,
        more_seconds in 0u32..1 << 30,
    ) {
        let grow = |rate: u128, seconds: u32| {
            compounded_interest(U256::from(rate), U256::from(seconds)).unwrap()
        };
        let base = grow(rate, seconds);
        prop_assert!(base >= RAY);
        prop_assert!(grow(rate + more_rate, seconds) >= base);
        prop_assert!(grow(rate, seconds + more_seconds) >= base);
        prop_assert!(base >= linear_interest(U256::from(rate), U256::from(seconds)).unwrap());
    }

    #[test]
    fn rates_never_fall_with_usage(
        debt in 1u64.., cash: u64, more in 0u64..1 << 40, reserve_factor_bps in 0u32..10_000,
    ) {
        let strategy = RateStrategy {
            optimal_usage_bps: 9_000, base_rate_bps: 50, slope1_bps: 400, slope2_bps: 7_500,
        };
        let at = |debt: u128, cash: u64| interest_rates(&strategy, &Usage {
            unbacked: U256::ZERO,
            liquidity_added: U256::ZERO,
            liquidity_taken: U256::ZERO,
            total_debt: U256::from(debt),
            virtual_balance: U256::from(cash),
            reserve_factor_bps,
        }).unwrap();
        let low = at(u128::from(debt), cash);
        let high = at(u128::from(debt) + u128::from(more), cash);
        prop_assert!(high.variable_borrow >= low.variable_borrow);
        prop_assert!(high.liquidity >= low.liquidity);
        prop_assert!(low.liquidity <= low.variable_borrow);
    }
}
