//! The worker's side: owns the engine's session and answers one request after the other.
//!
//! Vocabulary: the *port* is the worker's end of the wire, a *watch* is the progress of one request as
//! the engine reports it.
//! Invariants: the pool of threads runs before anything else touches it; a request is answered exactly
//! once; nothing here outlives its request except the session.
//! Absent on purpose: any memory of what the page shows. Start at `port`; workers of labs that are programs
//! of their own share `lab`.

#[cfg(feature = "ui")]
pub mod agreement;
#[cfg(any(feature = "pool", feature = "ui"))]
mod lab;
mod pool;
#[cfg(feature = "host")]
mod port;
#[cfg(feature = "host")]
mod serve;
#[cfg(any(feature = "pool", feature = "ui"))]
pub mod shard;
#[cfg(feature = "ui")]
pub mod strategy;
#[cfg(feature = "host")]
mod watch;

#[cfg(feature = "host")]
pub use port::start;
