//! Running a block along a graph of who must wait for whom, in block order where it matters.
//!
//! Shared by the disciplines that differ only in the edges they draw: [`super::priority_graph`],
//! [`super::preassigned`] and [`super::dependency_graph`].
//!
//! ```text
//!            all it waits for ended            end               all before committed, not in doubt
//!   Waiting ───────────────────────▶ Ready ──▶ Running ─▶ Ran ─────────────────────────────────▶ Committed
//!      ▲                               ▲          │        │ ▲
//!      │ breach: until all before      │          │ in     ▼ │ reads hold
//!      │ are committed                 │          │ doubt  Checking
//!      └───────────────────────────────┼──────────┘        │
//!                                      └───────────────────┘ a read is stale
//! ```
//!
//! Why it is right whatever was declared: transactions are committed in block order, and a transaction is
//! committed only when the values that it read are those that stand there once all before it are
//! committed. Whoever publishes a slot puts every later transaction that has read it *in doubt*; one in
//! doubt is checked, by value, and runs again if a read is stale. Edges that hold what they promise put
//! nobody in doubt, so that nothing is checked and nothing aborts. A transaction whose run breaches its
//! declaration, or that cannot declare, runs once all before it are committed: then everything it reads is
//! final and it may touch what it likes.

mod graph;
mod protocol;

pub(super) use graph::{Graph, Order};
pub(super) use protocol::{Precedence, Rules};
