//! What the page and the worker say to each other.
//!
//! Vocabulary: the page *asks*, the worker *replies*; a *word* is 32 bits in memory that both can see,
//! so that a busy worker can be watched and told to stop; a *capability* is what this browser and this
//! host allow.
//! Invariants: every ask carries the scenario it is about, so a worker that was started anew answers
//! like the one before it. Every message is one buffer of postcard bytes, handed over and not copied.
//! Both sides are built together; [`VERSION`] catches an old file from a cache.
//! Start at [`message::Ask`]. Labs that are programs of their own share [`lab`]: start at
//! [`agreement::Ask`], [`shard::Ask`] or [`strategy::Ask`].

pub mod agreement;
pub mod capability;
pub mod codec;
pub mod lab;
pub mod message;
pub mod shard;
pub mod strategy;
pub mod word;

pub use capability::{Build, Capability};
pub use codec::{CodecError, decode, encode};
pub use message::{Ask, Digests, Reply, Request, VERSION};
