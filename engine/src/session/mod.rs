//! Floor 11: the facade. Everything outside the engine goes through here.
//!
//! Vocabulary: a *replay* is the deterministic run in virtual time, a *live run* is measured on real
//! threads, a *sweep* repeats either while one thing about the block changes, a *remedy* is a change that could take the heat off one
//! slot. Modelled and measured figures never share a type.
//! Invariants: a session holds one scenario; the same scenario gives the same replay everywhere. The
//! engine has no clock: whoever measures hands one in.
//! Start at [`Session`]; agreement protocols are run by [`consensus::Agreement`], and both
//! together by [`world::run_world`].

pub mod bench;
mod chain;
pub mod consensus;
mod digest;
#[cfg(test)]
mod equality;
mod live;
mod open;
pub mod perfetto;
mod pipeline;
#[cfg(test)]
mod recorded;
mod remedy;
mod replay;
mod report;
pub mod shard;
pub mod soak;
pub mod strategy;
pub mod sweep;
#[cfg(test)]
mod tests;
pub mod world;

pub use crate::scenario::TxKind;
pub use digest::receipts_digest;
pub use live::Clock;
pub use open::Session;
pub use remedy::{Remedy, Trial};
pub use report::{
    HotKey, Live, LiveSettings, Method, Progress, Replay, ReplaySummary, TxInfo, Unwatched,
};
