//! The strategies lab's end of the wire: one worker for the picture, and a crew of them for many seeds.

use super::lab::{self, LabClient};
use crate::bridge::strategy::{Ask, News, VERSION};

/// What the lab's page loads, and its workers too.
const SCRIPT: &str = "engine/strategy/worker.js";
/// Most workers of a crew.
const CREW_MAX: usize = 8;

/// What an ask is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// The picture.
    Picture,
    /// A step of it.
    Look,
}

/// The picture's client.
pub type PictureClient = LabClient<Purpose, Ask, News>;
/// What is heard about the picture.
pub type Heard = lab::Heard<Purpose, News>;

/// Starts the picture's worker; `tell` hears what comes of asks.
pub fn start(tell: impl Fn(Heard) + 'static) -> PictureClient {
    LabClient::start(SCRIPT, VERSION, tell)
}

/// Workers that share pieces of work. Copies are the same crew.
#[derive(Clone)]
pub struct Crew {
    members: Vec<LabClient<u32, Ask, News>>,
}

impl Crew {
    /// Starts as many workers as this machine has threads, at most eight; `tell` hears of a worker, by
    /// number, what comes of its piece, by number.
    pub fn start(tell: impl Fn(usize, lab::Heard<u32, News>) + Clone + 'static) -> Self {
        let threads = leptos::prelude::window().navigator().hardware_concurrency();
        let count = (threads.max(1.0) as usize).min(CREW_MAX);
        let member = |number: usize| {
            let tell = tell.clone();
            LabClient::start(SCRIPT, VERSION, move |heard| tell(number, heard))
        };
        Self {
            members: (0..count).map(member).collect(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Hands a worker a piece of work.
    pub fn ask(&self, member: usize, piece: u32, ask: Ask) {
        if let Some(member) = self.members.get(member) {
            member.ask(piece, ask);
        }
    }
}
