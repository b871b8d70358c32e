//! The shard lab's end of the wire.

use super::lab::{self, LabClient};
use crate::bridge::shard::{Ask, News, VERSION};

/// What an ask is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The picture.
    Picture,
    /// Protocols side by side, or numbers of shards.
    Runs,
    /// Takeover.
    Takeover,
    /// A moment from near.
    Look,
}

/// What is heard.
pub type Heard = lab::Heard<Purpose, News>;
/// The lab's one client.
pub type ShardClient = LabClient<Purpose, Ask, News>;

/// Starts the worker; `tell` hears what comes of asks.
pub fn start(tell: impl Fn(Heard) + 'static) -> ShardClient {
    LabClient::start("engine/shard/worker.js", VERSION, tell)
}
