//! The edges of locks.

use crate::executor::laboratory::declared::Declared;
use crate::executor::laboratory::precedence::Graph;
use crate::primitives::TxIndex;
use crate::vm::Intent;

/// Who shares a slot's lock at the moment, and who held it before.
#[derive(Clone, Default)]
struct Lock {
    intent: Option<Intent>,
    members: Vec<u32>,
    before: Option<u32>,
}

/// The graph of a block's locks; `capacity` is above every slot's number.
pub(in crate::executor::laboratory) fn graph(
    declared: &Declared,
    count: u32,
    capacity: usize,
) -> Graph {
    let mut graph = Graph::new(count);
    let mut locks = vec![Lock::default(); capacity];
    let mut barrier = None;
    for tx in 0..count {
        if let Some(barrier) = barrier {
            graph.edge(barrier, tx);
        }
        let Some(accesses) = declared.of(TxIndex(tx)) else {
            // Starts when all before it are committed; nothing after it starts before it has ended.
            barrier = Some(tx);
            continue;
        };
        for (id, intent) in accesses {
            let lock = &mut locks[id.0 as usize];
            if *intent == Intent::Write || lock.intent != Some(*intent) {
                lock.before = graph.junction(&lock.members).or(lock.before);
                lock.members.clear();
                lock.intent = Some(*intent);
            }
            lock.members.push(tx);
            if let Some(before) = lock.before {
                graph.edge(before, tx);
            }
        }
    }
    graph
}
