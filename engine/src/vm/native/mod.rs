//! The playground's own runtime: contracts are Rust, calls are plain data.
//!
//! Vocabulary: a *contract* answers calls; a *call* is a selector and up to four words of arguments; the
//! *context* is all a contract can touch (slots, other contracts, events, gas); the *registry* is the
//! list of contracts deployed, by address; a *receipt* says how a transaction ended; a *frame* is one
//! call on the stack.
//! Invariants: a reverted frame leaves no write and no event. Nested calls are bounded by
//! [`DEPTH_MAX`]. Every sender's record holds its nonce and its balance of the native coin; fees go to
//! [`FEE_SINK`] by commutative addition.
//! Start at [`Contract`], then [`Context`], then [`NativeVm`].

mod account;
mod call;
mod context;
mod contract;
mod footprint;
mod gas;
mod machine;
mod receipt;
mod region;

pub use account::{ACCOUNTS, FEE_SINK, account_key, account_record};
pub use call::{Call, Transaction};
pub use context::{Context, DEPTH_MAX, EVENTS_MAX};
pub use contract::{Contract, Deployed, Registry, Revert, Stop};
pub use footprint::{Footprint, Outlook};
pub use gas::{Gas, schedule};
pub use machine::NativeVm;
pub use receipt::{Event, Receipt, Status};
pub use region::Share;
