//! A lab's line to its worker.

use crate::link::lab::LabClient;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

type Client<P, A, N> = StoredValue<Option<LabClient<P, A, N>>, LocalStorage>;

/// The line, dead until it is connected. Copies are the same line.
pub(super) struct Line<P: 'static, A: 'static, N: 'static>(Client<P, A, N>);

impl<P: 'static, A: 'static, N: 'static> Clone for Line<P, A, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: 'static, A: 'static, N: 'static> Copy for Line<P, A, N> {}

impl<P, A, N> Line<P, A, N>
where
    P: Copy + PartialEq + 'static,
    A: Serialize + 'static,
    N: DeserializeOwned + 'static,
{
    pub(super) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Whether there is anybody who answers.
    pub(super) fn is_connected(&self) -> bool {
        self.0.with_value(Option::is_some)
    }

    /// Nobody answers any more.
    pub(super) fn end(&self) {
        // Dropped later: it may be the one that is telling something now.
        let client = self.0.try_update_value(Option::take).flatten();
        set_timeout(move || drop(client), Duration::ZERO);
    }

    /// From now on this client answers.
    pub(super) fn connect(&self, client: LabClient<P, A, N>) {
        self.0.set_value(Some(client));
    }

    /// Starts a worker in the place of one that died.
    pub(super) fn open(&self) {
        if let Some(client) = self.0.get_value() {
            client.open();
        }
    }

    /// Asks for something, in the place of what was asked before for the same purpose.
    pub(super) fn ask(&self, purpose: P, ask: A) {
        // Cloned first: an answer may come before the ask is done.
        if let Some(client) = self.0.get_value() {
            client.ask(purpose, ask);
        }
    }
}
