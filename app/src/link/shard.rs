//! The shard lab's end of the wire.

use super::lab::{self, LabClient};
use super::probe;
use crate::bridge::Build;
use crate::bridge::shard::{Ask, News, VERSION};

/// What an ask is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The picture.
    Picture,
    /// Protocols side by side, numbers of shards, or a race.
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

/// The script of the lab's worker on one thread.
const SINGLE: &str = "engine/shard/worker.js";

/// Starts the worker; `tell` hears what comes of asks.
pub fn start(tell: impl Fn(Heard) + 'static) -> ShardClient {
    LabClient::start(SINGLE, VERSION, tell)
}

/// Starts a second one for what runs beside the picture: on so many real threads if there can be any.
pub fn start_crew(threads: Option<u32>, tell: impl Fn(Heard) + 'static) -> ShardClient {
    let capability = probe::capability();
    let script = match (capability.build(), threads) {
        (Build::Single, _) | (_, Some(1)) => SINGLE.to_owned(),
        (Build::Threads, threads) => {
            let threads = threads.unwrap_or_else(|| capability.default_threads());
            format!("engine/shard-mt/start.js?threads={threads}")
        }
    };
    LabClient::start(&script, VERSION, tell)
}
