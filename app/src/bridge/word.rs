//! Where the shared words lie, relative to the address in [`super::Reply::Ready`].

/// The number of the request that is no longer wanted; the page writes it.
pub const CANCEL: u32 = 0;
/// Units done of the request that runs; the worker writes it.
pub const DONE: u32 = 1;
/// Units in all of the request that runs; the worker writes it.
pub const TOTAL: u32 = 2;
/// How many words there are.
pub const COUNT: u32 = 3;
