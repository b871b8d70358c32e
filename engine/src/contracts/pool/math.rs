//! The pair's arithmetic (Uniswap v2 core and periphery of 2020), on 128-bit words.
//!
//! Amounts and reserves are raw units. Everything that leaves the 128 bits refuses with `OVERFLOW`,
//! which is later than the original only where a reserve, of 112 bits, could not hold the result.

use crate::primitives::Rounding;
use crate::primitives::amount::mul_div;
use crate::primitives::wide;
use crate::vm::native::Revert;
use ruint::aliases::U256;

/// Liquidity that the first provider locks for ever (v2 core).
pub const MINIMUM_LIQUIDITY: u128 = 1_000;

/// Largest reserve: 2^112 − 1.
pub const RESERVE_MAX: u128 = (1 << 112) - 1;

/// The whole of which a fee is a part: fees are in basis points, 30 for Uniswap v2.
pub const FEE_DENOMINATOR: u128 = 10_000;

const OVERFLOW: Revert = Revert("OVERFLOW");

/// The amount of B worth as much as an amount of A (`UniswapV2Library.quote`); rounds down.
///
/// # Errors
/// `INSUFFICIENT_AMOUNT`, `INSUFFICIENT_LIQUIDITY`, `OVERFLOW`.
pub fn quote(amount_a: u128, reserve_a: u128, reserve_b: u128) -> Result<u128, Revert> {
    if amount_a == 0 {
        return Err(Revert("INSUFFICIENT_AMOUNT"));
    }
    if reserve_a == 0 || reserve_b == 0 {
        return Err(Revert("INSUFFICIENT_LIQUIDITY"));
    }
    mul_div(amount_a, reserve_b, reserve_a, Rounding::Down).ok_or(OVERFLOW)
}

/// Most that can be taken out for an amount in (`UniswapV2Library.getAmountOut`); rounds down.
///
/// # Errors
/// `INSUFFICIENT_INPUT_AMOUNT`, `INSUFFICIENT_LIQUIDITY`, `OVERFLOW`.
#[inline(always)]
pub fn get_amount_out(
    amount_in: u128,
    reserve_in: u128,
    reserve_out: u128,
    fee_bps: u32,
) -> Result<u128, Revert> {
    if amount_in == 0 {
        return Err(Revert("INSUFFICIENT_INPUT_AMOUNT"));
    }
    if reserve_in == 0 || reserve_out == 0 {
        return Err(Revert("INSUFFICIENT_LIQUIDITY"));
    }
    let kept = FEE_DENOMINATOR - u128::from(fee_bps);
    let amount_in_with_fee = wide::checked_mul(amount_in, kept).ok_or(OVERFLOW)?;
    let denominator = wide::checked_mul(reserve_in, FEE_DENOMINATOR)
        .and_then(|scaled| scaled.checked_add(amount_in_with_fee))
        .ok_or(OVERFLOW)?;
    mul_div(amount_in_with_fee, reserve_out, denominator, Rounding::Down).ok_or(OVERFLOW)
}

/// Least that must go in for an amount out (`UniswapV2Library.getAmountIn`); rounds down and adds one.
///
/// # Errors
/// `INSUFFICIENT_OUTPUT_AMOUNT`, `INSUFFICIENT_LIQUIDITY` (also where the amount out is the whole
/// reserve or more), `OVERFLOW`.
pub fn get_amount_in(
    amount_out: u128,
    reserve_in: u128,
    reserve_out: u128,
    fee_bps: u32,
) -> Result<u128, Revert> {
    if amount_out == 0 {
        return Err(Revert("INSUFFICIENT_OUTPUT_AMOUNT"));
    }
    if reserve_in == 0 || reserve_out == 0 || amount_out >= reserve_out {
        return Err(Revert("INSUFFICIENT_LIQUIDITY"));
    }
    let scaled_in = wide::checked_mul(reserve_in, FEE_DENOMINATOR).ok_or(OVERFLOW)?;
    let kept = FEE_DENOMINATOR - u128::from(fee_bps);
    let denominator = wide::checked_mul(reserve_out - amount_out, kept).ok_or(OVERFLOW)?;
    mul_div(scaled_in, amount_out, denominator, Rounding::Down)
        .and_then(|quotient| quotient.checked_add(1))
        .ok_or(OVERFLOW)
}

/// Whether the product, adjusted for the fee on what came in, has not fallen: the check `K` of
/// `UniswapV2Pair.swap`. All of 112 bits, the amounts in not above their balances.
pub const fn k_holds(
    balances: [u128; 2],
    amounts_in: [u128; 2],
    reserves: [u128; 2],
    fee_bps: u32,
) -> bool {
    let fee = fee_bps as u128;
    // 112 bits and the denominator's 14 stay within 126: only the products need twice the width.
    let adjusted0 = scaled(balances[0]) - wide::mul(amounts_in[0], fee).1;
    let adjusted1 = scaled(balances[1]) - wide::mul(amounts_in[1], fee).1;
    let after = wide::mul(adjusted0, adjusted1);
    let before = wide::mul(scaled(reserves[0]), scaled(reserves[1]));
    after.0 > before.0 || (after.0 == before.0 && after.1 >= before.1)
}

/// A reserve in units of a fee.
const fn scaled(reserve: u128) -> u128 {
    wide::mul(reserve, FEE_DENOMINATOR).1
}

/// The product of two reserves.
pub fn product(reserve0: u128, reserve1: u128) -> U256 {
    U256::from(reserve0) * U256::from(reserve1)
}

/// The square root, rounded down, by Newton's method from above.
pub fn sqrt(value: U256) -> u128 {
    if let Ok(small) = u128::try_from(value) {
        return small.isqrt();
    }
    let mut root = U256::from(1) << value.bit_len().div_ceil(2);
    loop {
        let next = (root + value / root) >> 1;
        if next >= root {
            return root.saturating_to();
        }
        root = next;
    }
}

/// Liquidity for the amounts that came in, before which the reserves and the supply were as given
/// (`UniswapV2Pair.mint`); rounds down. The first time, [`MINIMUM_LIQUIDITY`] is already taken off.
///
/// # Errors
/// `INSUFFICIENT_LIQUIDITY_MINTED`; `OVERFLOW`, also where the first product is below the minimum's
/// square, as the original's subtraction does.
pub fn liquidity_minted(
    amounts: [u128; 2],
    reserves: [u128; 2],
    supply: u128,
) -> Result<u128, Revert> {
    let liquidity = if supply == 0 {
        sqrt(product(amounts[0], amounts[1]))
            .checked_sub(MINIMUM_LIQUIDITY)
            .ok_or(OVERFLOW)?
    } else {
        let [by0, by1] = [0, 1].map(|side| {
            mul_div(amounts[side], supply, reserves[side], Rounding::Down).ok_or(OVERFLOW)
        });
        by0?.min(by1?)
    };
    if liquidity == 0 {
        return Err(Revert("INSUFFICIENT_LIQUIDITY_MINTED"));
    }
    Ok(liquidity)
}

/// Liquidity due to the receiver of the protocol fee: a sixth of the growth of √k since `k_last`
/// (`UniswapV2Pair._mintFee`); rounds down.
///
/// # Errors
/// `OVERFLOW`.
pub fn protocol_fee(reserves: [u128; 2], k_last: U256, supply: u128) -> Result<u128, Revert> {
    let root = sqrt(product(reserves[0], reserves[1]));
    let root_last = sqrt(k_last);
    if root <= root_last {
        return Ok(0);
    }
    let denominator = root
        .checked_mul(5)
        .and_then(|fivefold| fivefold.checked_add(root_last))
        .ok_or(OVERFLOW)?;
    mul_div(supply, root - root_last, denominator, Rounding::Down).ok_or(OVERFLOW)
}

/// What a price adds up to over some seconds: UQ112x112, rounded down, times the seconds, modulo
/// 2^256. The denominator is not zero.
pub fn price_seconds(numerator: u128, denominator: u128, seconds: u32) -> U256 {
    let price: U256 = (U256::from(numerator) << 112) / U256::from(denominator);
    price.wrapping_mul(U256::from(seconds))
}
