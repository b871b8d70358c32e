//! What a lab and its worker say to each other, whatever the lab: asks with numbers, news about them.

use serde::{Deserialize, Serialize};

/// One ask of the page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Request<A> {
    /// Its number; replies carry the same.
    pub id: u32,
    /// What is asked.
    pub ask: A,
}

/// What the worker says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Reply<N> {
    /// The module is loaded and listens.
    Hello {
        /// The version of its messages.
        version: u32,
    },
    /// About a request.
    About {
        /// The request.
        id: u32,
        /// What is said.
        news: N,
    },
}
