//! Where orders are settled: all fills of a solution in one transaction, or none of them.
//!
//! Vocabulary: an *order* is what its owner allows (what is given at most, what is got for it at least,
//! until when); a *sheet* is a solution on its way in, posted row by row because a call has four words;
//! the *driver* is who may execute a sheet.
//! Invariants: the limit is checked here again, to the last unit, whoever found the fill: no order gives
//! more than its amount, and `get ÷ give` of a fill is never below the order's. What goes out of a token is
//! never more than what came in with the same sheet: what earlier rounding left here pays nobody.
//! Absent on purpose: prices, scores, all-or-nothing orders (the verifier's), fees. Start at [`Settlement`].

mod call;
mod contract;
mod storage;
#[cfg(test)]
mod tests;

pub use call::{cancel, execute, method, place, post_fill, post_swap};
pub use contract::{FILLED_EVENT, ROWS_MAX, Settlement};
pub use storage::{filled_key, order_key, terms_key};
