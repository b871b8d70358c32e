//! Floor 0: the words everything else is written in.
//!
//! Vocabulary: an *amount* is checked money, a *decimal* has eight places, an *address* names an account or a contract, a *seed*
//! is forked by name, a *tick* is one unit of virtual time of the executor, simulated time counts in
//! *micros*econds, an *index* counts from zero, a *limit* is kept by a number or not.
//! Absent on purpose: floats, but for estimates that are made exact ([`wide`]); clocks, global state.

pub mod address;
pub mod amount;
pub mod decimal;
pub mod draw;
pub mod fixed;
pub mod hash;
pub mod id;
pub mod limit;
pub mod micros;
pub mod seed;
pub mod tick;
pub mod wide;

pub use address::Address;
pub use amount::{Amount, Rounding};
pub use decimal::Decimal;
pub use hash::Digest;
pub use id::{Incarnation, LaneIndex, NodeIndex, TxIndex};
pub use limit::Limit;
pub use micros::Micros;
pub use seed::Seed;
pub use tick::Tick;
