//! Who must wait for whom.
//!
//! Nodes are transactions, and *junctions* that stand for a group of them: everybody who waits for the
//! group waits for its junction, so that the edges stay as few as the accesses.

use crate::primitives::TxIndex;

/// A graph of waits among the transactions of a block.
#[derive(Debug)]
pub(in crate::executor::laboratory) struct Graph {
    transactions: u32,
    successors: Vec<Vec<u32>>,
    /// How many nodes each node still waits for.
    waits: Vec<u32>,
    released: Vec<u32>,
}

impl Graph {
    /// A graph without edges.
    pub(in crate::executor::laboratory) fn new(transactions: u32) -> Self {
        Self {
            transactions,
            successors: vec![Vec::new(); transactions as usize],
            waits: vec![0; transactions as usize],
            released: Vec::new(),
        }
    }

    /// `after` starts only when `before` has ended.
    pub(in crate::executor::laboratory) fn edge(&mut self, before: u32, after: u32) {
        // A transaction that uses a slot twice does not wait for itself.
        if before != after {
            self.successors[before as usize].push(after);
            self.waits[after as usize] += 1;
        }
    }

    /// The node that ends when all of these have: a new junction, or the only one of them.
    pub(in crate::executor::laboratory) fn junction(&mut self, members: &[u32]) -> Option<u32> {
        match members {
            [] => None,
            [one] => Some(*one),
            many => {
                let junction = self.successors.len() as u32;
                self.successors.push(Vec::new());
                self.waits.push(0);
                for member in many {
                    self.edge(*member, junction);
                }
                Some(junction)
            }
        }
    }

    /// Whether a transaction waits for nobody.
    pub(super) fn is_free(&self, tx: TxIndex) -> bool {
        self.waits[tx.as_usize()] == 0
    }

    /// A transaction has ended: the transactions that now wait for nobody any more.
    pub(super) fn end(&mut self, tx: TxIndex) -> &[u32] {
        self.released.clear();
        let mut ended = vec![tx.0];
        while let Some(node) = ended.pop() {
            for after in std::mem::take(&mut self.successors[node as usize]) {
                let waits = &mut self.waits[after as usize];
                *waits -= 1;
                if *waits > 0 {
                    continue;
                }
                if after < self.transactions {
                    self.released.push(after);
                } else {
                    ended.push(after);
                }
            }
        }
        &self.released
    }
}

/// How a transaction uses a slot, as far as waiting goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::executor::laboratory) enum Order {
    /// Needs the newest version before it.
    Read,
    /// Needs the newest version before it and makes a new one.
    Write,
    /// Makes a new version without needing the one before.
    Replace,
    /// Adds to whatever stands there, without needing it.
    Add,
}
