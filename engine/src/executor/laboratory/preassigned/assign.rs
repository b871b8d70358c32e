//! The edges of assigned versions.

use crate::executor::laboratory::declared::Declared;
use crate::executor::laboratory::precedence::{Graph, Order};
use crate::executor::optimistic::KeyId;
use crate::primitives::TxIndex;
use crate::vm::Intent;

/// What a slot's next reader has to wait for.
#[derive(Clone, Default)]
struct Newest {
    /// The maker of the newest version, or a junction of several.
    version: Option<u32>,
    /// Additions since.
    added: Vec<u32>,
}

/// Assigns versions in block order.
pub(in crate::executor::laboratory) struct Assignment {
    pub(in crate::executor::laboratory) graph: Graph,
    newest: Vec<Newest>,
}

impl Assignment {
    /// Nothing assigned yet; `capacity` is above every slot's number.
    pub(in crate::executor::laboratory) fn new(count: u32, capacity: usize) -> Self {
        Self {
            graph: Graph::new(count),
            newest: vec![Newest::default(); capacity],
        }
    }

    /// The next transaction in block order uses a slot so.
    pub(in crate::executor::laboratory) fn access(&mut self, tx: u32, id: KeyId, order: Order) {
        let newest = &mut self.newest[id.0 as usize];
        match order {
            Order::Add => newest.added.push(tx),
            Order::Replace => {
                newest.added.clear();
                newest.version = Some(tx);
            }
            Order::Read | Order::Write => {
                if !newest.added.is_empty() {
                    newest.added.extend(newest.version);
                    newest.version = self.graph.junction(&newest.added);
                    newest.added.clear();
                }
                if let Some(version) = newest.version {
                    self.graph.edge(version, tx);
                }
                if order == Order::Write {
                    newest.version = Some(tx);
                }
            }
        }
    }
}

/// The graph of a block's declared versions; `capacity` is above every slot's number.
pub(in crate::executor::laboratory) fn graph(
    declared: &Declared,
    count: u32,
    capacity: usize,
) -> Graph {
    let mut assignment = Assignment::new(count, capacity);
    let mut barrier = None;
    for tx in 0..count {
        if let Some(barrier) = barrier {
            assignment.graph.edge(barrier, tx);
        }
        let Some(accesses) = declared.of(TxIndex(tx)) else {
            // Starts when all before it are committed; nothing after it starts before it has ended.
            barrier = Some(tx);
            continue;
        };
        for (id, intent) in accesses {
            let order = match intent {
                Intent::Read => Order::Read,
                Intent::Write | Intent::Foreseen => Order::Write,
                Intent::Add => Order::Add,
            };
            assignment.access(tx, *id, order);
        }
    }
    assignment.graph
}
