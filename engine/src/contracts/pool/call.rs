//! Calls of a pool, typed.

use crate::primitives::{Address, Amount};
use crate::vm::native::Call;

/// Method numbers.
pub mod method {
    /// Router: swaps an exact amount in.
    pub const SWAP_EXACT_IN: u16 = 1;
    /// Router: swaps for an exact amount out.
    pub const SWAP_EXACT_OUT: u16 = 2;
    /// Router: provides liquidity at the pool's ratio.
    pub const ADD_LIQUIDITY: u16 = 3;
    /// Router: takes liquidity out.
    pub const REMOVE_LIQUIDITY: u16 = 4;
    /// Core: mints liquidity for what came in.
    pub const MINT: u16 = 5;
    /// Core: burns the liquidity that the pool holds.
    pub const BURN: u16 = 6;
    /// Core: pays out and checks the product.
    pub const SWAP: u16 = 7;
    /// Core: pays out what exceeds the reserves.
    pub const SKIM: u16 = 8;
    /// Core: sets the reserves to the balances.
    pub const SYNC: u16 = 9;
    /// Moves the caller's liquidity.
    pub const TRANSFER: u16 = 10;
    /// Sets the receiver of the protocol fee.
    pub const SET_FEE_TO: u16 = 11;
    /// Router: says what a swap of an exact amount in would bring.
    pub const QUOTE_EXACT_IN: u16 = 12;
}

const fn call(method: u16, args: [u128; 4]) -> Call {
    Call { method, args }
}

/// Pays an exact amount in of token 0 (or of token 1) and takes what the product allows, at least
/// `amount_out_min`. Returns the amount out.
pub const fn swap_exact_in(zero_for_one: bool, amount_in: Amount, amount_out_min: Amount) -> Call {
    call(
        method::SWAP_EXACT_IN,
        [zero_for_one as u128, amount_in.0, amount_out_min.0, 0],
    )
}

/// Says what [`swap_exact_in`] would bring now (the library's `getAmountOut`).
pub const fn quote_exact_in(zero_for_one: bool, amount_in: Amount) -> Call {
    call(
        method::QUOTE_EXACT_IN,
        [zero_for_one as u128, amount_in.0, 0, 0],
    )
}

/// Takes an exact amount out of token 1 (or of token 0) and pays what the product asks, at most
/// `amount_in_max`. Returns the amount in.
pub const fn swap_exact_out(zero_for_one: bool, amount_out: Amount, amount_in_max: Amount) -> Call {
    call(
        method::SWAP_EXACT_OUT,
        [zero_for_one as u128, amount_out.0, amount_in_max.0, 0],
    )
}

/// Provides as much of the desired amounts as the pool's ratio allows, at least the minima. Returns
/// the liquidity minted and the amount of token 0 taken; the event `MINT` has both amounts.
pub const fn add_liquidity(desired0: Amount, desired1: Amount, min0: Amount, min1: Amount) -> Call {
    call(
        method::ADD_LIQUIDITY,
        [desired0.0, desired1.0, min0.0, min1.0],
    )
}

/// Burns the caller's liquidity for both tokens, at least the minima. Returns both amounts.
pub const fn remove_liquidity(liquidity: Amount, min0: Amount, min1: Amount) -> Call {
    call(method::REMOVE_LIQUIDITY, [liquidity.0, min0.0, min1.0, 0])
}

/// Mints liquidity to a holder for what the pool holds beyond its reserves. Returns it.
pub const fn mint(to: Address) -> Call {
    call(method::MINT, [to.0 as u128, 0, 0, 0])
}

/// Burns the liquidity that the pool holds itself and pays both tokens to a holder. Returns both
/// amounts.
pub const fn burn(to: Address) -> Call {
    call(method::BURN, [to.0 as u128, 0, 0, 0])
}

/// Pays out, then demands that what came in keeps the product.
pub const fn swap(amount0_out: Amount, amount1_out: Amount, to: Address) -> Call {
    call(
        method::SWAP,
        [amount0_out.0, amount1_out.0, to.0 as u128, 0],
    )
}

/// Pays to a holder what the pool holds beyond its reserves.
pub const fn skim(to: Address) -> Call {
    call(method::SKIM, [to.0 as u128, 0, 0, 0])
}

/// Sets the reserves to what the pool holds.
pub const fn sync() -> Call {
    call(method::SYNC, [0; 4])
}

/// Moves the caller's liquidity to a holder.
pub const fn transfer(to: Address, liquidity: Amount) -> Call {
    call(method::TRANSFER, [to.0 as u128, liquidity.0, 0, 0])
}

/// Sets who receives the protocol fee, or turns it off; for the pool's owner.
pub const fn set_fee_to(receiver: Option<Address>) -> Call {
    let word = match receiver {
        Some(address) => address.0 as u128 + 1,
        None => 0,
    };
    call(method::SET_FEE_TO, [word, 0, 0, 0])
}
