//! How the worker is.

use crate::bridge::capability::{Build, Obstacle};
use leptos::prelude::*;

/// The worker's state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Worker {
    /// It is starting.
    Starting,
    /// It can be asked, on so many real threads.
    Ready(Build, u32),
    /// There is none to be had; in words, why.
    Closed(String),
}

/// How the worker is, and why it has no more threads than it has.
#[derive(Clone, Copy)]
pub struct Status {
    /// The worker.
    pub worker: RwSignal<Worker>,
    /// What stands in the way of real threads.
    pub obstacle: RwSignal<Option<Obstacle>>,
    /// How many threads the machine says it has.
    pub hardware_threads: RwSignal<u32>,
    /// How many workers have died on this page.
    pub deaths: RwSignal<u32>,
}

impl Status {
    pub(super) fn new() -> Self {
        Self {
            worker: RwSignal::new(Worker::Starting),
            obstacle: RwSignal::new(None),
            hardware_threads: RwSignal::new(1),
            deaths: RwSignal::new(0),
        }
    }

    /// The real threads that a live run uses: one until the worker is ready.
    pub fn threads(&self) -> Signal<u32> {
        let worker = self.worker;
        Signal::derive(move || match worker.get() {
            Worker::Ready(_, threads) => threads,
            Worker::Starting | Worker::Closed(_) => 1,
        })
    }
}
