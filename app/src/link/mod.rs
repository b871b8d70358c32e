//! The page's end of the wire to the worker.
//!
//! Vocabulary: a *purpose* is what an ask is for on the page (the picture, a comparison, a live run, a
//! sweep); a *wire* is one worker with its handlers; the *client* keeps a wire alive; the *watchdog* is
//! the part of the client that ends a worker which no longer answers.
//! Invariants: one request runs at a time; of each purpose at most one waits, the newest; every request
//! is told its outcome exactly once, whatever becomes of the worker; a request during which a worker
//! died is not sent again by itself.
//! Labs that are programs of their own have another client, [`lab::LabClient`], since their workers can be
//! interrupted.
//! Start at [`client::Client`].

pub mod agreement;
pub mod client;
pub mod lab;
pub mod probe;
pub mod queue;
pub mod shard;
pub mod strategy;
mod watch;
mod wire;

pub use client::{Client, Event, Outcome};
pub use queue::Purpose;
