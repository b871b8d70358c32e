//! Calls of the settlement, typed.

use crate::primitives::{Address, Amount};
use crate::vm::native::Call;

/// Method numbers.
pub mod method {
    /// Allows a trade.
    pub const PLACE: u16 = 1;
    /// Takes an order back.
    pub const CANCEL: u16 = 2;
    /// Writes a fill's row of the sheet.
    pub const POST_FILL: u16 = 3;
    /// Writes a swap's row of the sheet.
    pub const POST_SWAP: u16 = 4;
    /// Executes the sheet.
    pub const EXECUTE: u16 = 5;
}

const fn call(method: u16, args: [u128; 4]) -> Call {
    Call { method, args }
}

/// Allows giving up to an amount of one token for at least that of another, in proportion, up to a second.
/// An order of the same number and owner is replaced; what it has given stays counted.
pub const fn place(
    order: u64,
    tokens: [Address; 2],
    give: Amount,
    get: Amount,
    until_s: u64,
) -> Call {
    let pair = (tokens[0].0 as u128) << 32 | tokens[1].0 as u128;
    call(
        method::PLACE,
        [(order as u128) << 64 | until_s as u128, pair, give.0, get.0],
    )
}

/// Takes the caller's order back.
pub const fn cancel(order: u64) -> Call {
    call(method::CANCEL, [order as u128, 0, 0, 0])
}

/// Writes row `row` of the fills; for the driver.
pub const fn post_fill(row: u32, order: u64, give: Amount, get: Amount) -> Call {
    call(
        method::POST_FILL,
        [row as u128, order as u128, give.0, get.0],
    )
}

/// Writes row `row` of the swaps: a pool, which of its tokens goes in, amounts; for the driver.
pub const fn post_swap(
    row: u32,
    pool: Address,
    zero_for_one: bool,
    amount_in: Amount,
    least_out: Amount,
) -> Call {
    let place = (pool.0 as u128) << 1 | zero_for_one as u128;
    call(
        method::POST_SWAP,
        [row as u128, place, amount_in.0, least_out.0],
    )
}

/// Executes the first rows of the sheet; for the driver. Returns how many fills and swaps were done.
pub const fn execute(fills: u32, swaps: u32) -> Call {
    call(method::EXECUTE, [fills as u128, swaps as u128, 0, 0])
}
