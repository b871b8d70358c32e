//! Declared locks with a priority graph, as in Solana's validators.
//!
//! Source: Agave's transaction scheduler, `core/src/banking_stage/transaction_scheduler/
//! prio_graph_scheduler.rs` and the `prio-graph` crate; locks as in Sealevel (Yakovenko, 2019).
//!
//! Every transaction declares which slots it reads and writes. In block order, each draws an edge from
//! whoever holds a lock that does not go with its own: reads go with reads, and, since additions commute
//! here, additions with additions; a write goes with nothing. A transaction starts when all that it has
//! edges from have ended. Who cannot declare is a barrier: it runs alone.
//!
//! Guarantees: keeps the block's order among transactions that conflict, so the result is the block's.
//! Needs access sets. Aborts nothing as long as declarations hold. Simplified: one queue in place of
//! Agave's per-thread queues and look-ahead window; fees do not reorder, the block does.
//! The state machine is drawn in [`super::precedence`].

mod locks;

pub(super) use locks::graph;
