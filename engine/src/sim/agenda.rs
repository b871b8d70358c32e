//! What is to come, in one total order.

use crate::primitives::Micros;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What happens, and its rank among what happens at one moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rank {
    /// A fault begins or ends.
    Act = 0,
    /// A node starts, or is given something from outside.
    External = 1,
    /// A message arrives.
    Arrive = 2,
    /// A node has come to the end of checking a message, and handles it.
    Handle = 3,
    /// A timer fires: after every message of the same moment.
    Timer = 4,
    /// Bandwidth is shared anew, once for all that was sent at one moment.
    Flow = 5,
}

/// Pending events by (time, rank, node, counter); the counter is each node's own.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    heap: BinaryHeap<Entry<E>>,
    counters: Vec<u32>,
    limit: usize,
}

#[derive(Clone, Debug)]
struct Entry<E> {
    /// Time (64 bits), rank (8), node (24), counter (32): one comparison.
    key: u128,
    event: E,
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl<E> Eq for Entry<E> {}
impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its largest first, and the earliest is wanted.
        other.key.cmp(&self.key)
    }
}

/// An event and where it belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due<E> {
    /// When.
    pub at: Micros,
    /// At which node.
    pub node: u32,
    /// What.
    pub event: E,
}

impl<E> Agenda<E> {
    /// An empty agenda of so many nodes that takes so many events.
    pub fn new(nodes: u32, limit: usize) -> Self {
        Self {
            heap: BinaryHeap::new(),
            counters: vec![0; nodes as usize],
            limit,
        }
    }

    /// Makes room for one more node.
    pub fn add_node(&mut self) {
        self.counters.push(0);
    }

    /// Whether it has come to its limit. Messages are then lost; acts and timers, of which there are few,
    /// are taken still.
    pub fn is_full(&self) -> bool {
        self.heap.len() >= self.limit
    }

    /// How many events are to come.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether nothing is to come.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// Adds an event.
    pub fn schedule(&mut self, at: Micros, rank: Rank, node: u32, event: E) {
        let counter = &mut self.counters[node as usize];
        let key = u128::from(at.0) << 64
            | u128::from(rank as u8) << 56
            | u128::from(node) << 32
            | u128::from(*counter);
        *counter = counter.wrapping_add(1);
        self.heap.push(Entry { key, event });
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Micros> {
        self.heap
            .peek()
            .map(|entry| Micros((entry.key >> 64) as u64))
    }

    /// A node's pending events, in order.
    pub fn pending(&self, node: u32) -> Vec<Due<E>>
    where
        E: Clone,
    {
        let of_node = |key: u128| (key >> 32) as u32 & 0x00ff_ffff == node;
        let mut entries: Vec<_> = self.heap.iter().filter(|e| of_node(e.key)).collect();
        entries.sort_by_key(|entry| entry.key);
        let due = |entry: &Entry<E>| Due {
            at: Micros((entry.key >> 64) as u64),
            node,
            event: entry.event.clone(),
        };
        entries.into_iter().map(due).collect()
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<Due<E>> {
        self.heap.pop().map(|Entry { key, event }| Due {
            at: Micros((key >> 64) as u64),
            node: (key >> 32) as u32 & 0x00ff_ffff,
            event,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_by_time_then_rank_then_node_then_order_of_scheduling() {
        let mut agenda = Agenda::new(3, 10);
        agenda.schedule(Micros(5), Rank::Arrive, 0, "e");
        agenda.schedule(Micros(1), Rank::Timer, 0, "d");
        agenda.schedule(Micros(1), Rank::Arrive, 2, "c");
        agenda.schedule(Micros(1), Rank::Arrive, 1, "a");
        agenda.schedule(Micros(1), Rank::Arrive, 1, "b");
        assert_eq!(agenda.next_at(), Some(Micros(1)));
        let order: Vec<_> = std::iter::from_fn(|| agenda.pop()).collect();
        let names: Vec<_> = order.iter().map(|due| due.event).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
        assert_eq!((order[2].at, order[2].node), (Micros(1), 2));
    }
}
