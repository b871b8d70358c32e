//! The consensus lab's end of the wire.

use super::lab::{self, LabClient};
use crate::bridge::agreement::{News, SeatAsk, VERSION};

/// What an ask is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The run of a seat.
    Run(u8),
    /// A moment of the picture's run.
    Moment,
}

/// What is heard.
pub type Heard = lab::Heard<Purpose, News>;
/// The lab's one client.
pub type AgreementClient = LabClient<Purpose, SeatAsk, News>;

/// Starts the worker; `tell` hears what comes of asks.
pub fn start(tell: impl Fn(Heard) + 'static) -> AgreementClient {
    LabClient::start("engine/consensus/worker.js", VERSION, tell)
}
