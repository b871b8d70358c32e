//! Virtual time on one thread: what drives every protocol that is run in virtual lanes.
//!
//! Vocabulary: a *protocol* decides what lanes do next and what comes of it, a *job* is one stretch of
//! work of one lane, a *dispatch delay* is how long a lane takes to pick up a job: the only choice in a
//! run, and with it the interleaving.
//! Invariants: a job reads at the moment it starts and takes effect at the moment it ends. The same
//! protocol, block and delays give the same run everywhere.
//! Absent on purpose: anything that a protocol knows (locks, versions, batches), and real time.

mod dispatch;
mod drive;
mod events;
mod recorder;

pub(in crate::executor) use dispatch::Dispatch;
pub use dispatch::Script;
pub(in crate::executor) use drive::{Begun, Clockwork, Moment, Protocol};
pub(in crate::executor) use recorder::{Recorder, Start, Touch};
