//! What is to come, in one total order.

use crate::primitives::Micros;
use std::cmp::Reverse;
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
///
/// A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, JACM 1990) of times: what is later than the moment of the
/// last event lies in a bucket by the highest bit in which the two differ, and is looked at again only when the
/// bucket's turn comes. What happens at one moment, in a network most often thousands of arrivals, is sorted
/// once. Events themselves stay where they are.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    /// The moment that `present` belongs to. Nothing in a bucket is earlier or at the same time.
    moment: u64,
    /// What happens at that moment, the last first.
    present: Vec<(u64, Place)>,
    /// What was scheduled for that moment, or an earlier one, once it had come.
    late: BinaryHeap<Reverse<(u128, Place)>>,
    buckets: Vec<Bucket>,
    /// Which buckets have something in them, a bit each.
    filled: u64,
    events: Vec<Option<E>>,
    free: Vec<Place>,
    counters: Vec<u32>,
    limit: usize,
}

/// Where an event is kept.
type Place = u32;

/// Events whose times differ from the moment in the same bit first: each one's time, its rank (8 bits), node
/// (24) and counter (32), and its place.
#[derive(Clone, Debug)]
struct Bucket {
    entries: Vec<(u64, u64, Place)>,
    earliest: u64,
}

impl Bucket {
    const EMPTY: Self = Self {
        entries: Vec::new(),
        earliest: u64::MAX,
    };
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
            moment: 0,
            present: Vec::new(),
            late: BinaryHeap::new(),
            buckets: vec![Bucket::EMPTY; 64],
            filled: 0,
            events: Vec::new(),
            free: Vec::new(),
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
        self.len() >= self.limit
    }

    /// How many events are to come.
    pub fn len(&self) -> usize {
        self.events.len() - self.free.len()
    }

    /// Whether nothing is to come.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an event.
    pub fn schedule(&mut self, at: Micros, rank: Rank, node: u32, event: E) {
        let counter = &mut self.counters[node as usize];
        let order = (rank as u64) << 56 | u64::from(node) << 32 | u64::from(*counter);
        *counter = counter.wrapping_add(1);
        let place = match self.free.pop() {
            Some(place) => {
                self.events[place as usize] = Some(event);
                place
            }
            None => {
                self.events.push(Some(event));
                self.events.len() as Place - 1
            }
        };
        match at.0 > self.moment {
            true => self.put((at.0, order, place)),
            false => self.late.push(Reverse((key(at.0, order), place))),
        }
    }

    /// Puts what is later than the moment into its bucket.
    fn put(&mut self, entry: (u64, u64, Place)) {
        let number = 63 - (entry.0 ^ self.moment).leading_zeros();
        self.filled |= 1 << number;
        let bucket = &mut self.buckets[number as usize];
        bucket.earliest = bucket.earliest.min(entry.0);
        bucket.entries.push(entry);
    }

    /// When the next event happens.
    pub fn next_at(&self) -> Option<Micros> {
        let late = self.late.peek().map(|Reverse((key, _))| (key >> 64) as u64);
        let present = (!self.present.is_empty()).then_some(self.moment);
        let first = self.buckets.get(self.filled.trailing_zeros() as usize);
        let now = late.or(present);
        now.or(first.map(|bucket| bucket.earliest)).map(Micros)
    }

    /// A node's pending events, in order.
    pub fn pending(&self, node: u32) -> Vec<Due<E>>
    where
        E: Clone,
    {
        let late = self.late.iter().map(|Reverse(entry)| *entry);
        let present = self.present.iter();
        let present = present.map(|(order, place)| (key(self.moment, *order), *place));
        let entries = self.buckets.iter().flat_map(|bucket| &bucket.entries);
        let later = entries.map(|(at, order, place)| (key(*at, *order), *place));
        let all = late.chain(present).chain(later);
        let mut entries: Vec<_> = all
            .filter(|(key, _)| node_of(*key as u64) == node)
            .collect();
        entries.sort_unstable();
        let due = |(key, place): (u128, Place)| {
            Some(Due {
                at: Micros((key >> 64) as u64),
                node,
                event: self.events[place as usize].clone()?,
            })
        };
        entries.into_iter().filter_map(due).collect()
    }

    /// Takes the next event.
    pub fn pop(&mut self) -> Option<Due<E>> {
        if self.present.is_empty() && self.late.is_empty() {
            self.go_on();
        }
        let present = self.present.last();
        let present = present.map(|(order, place)| (key(self.moment, *order), *place));
        let late = self.late.peek().map(|Reverse(entry)| *entry);
        let first = late.filter(|late| present.is_none_or(|present| *late < present));
        let (key, place) = if let Some(late) = first {
            self.late.pop();
            late
        } else {
            self.present.pop();
            present?
        };
        self.free.push(place);
        Some(Due {
            at: Micros((key >> 64) as u64),
            node: node_of(key as u64),
            event: self.events[place as usize].take()?,
        })
    }

    /// Goes on to the next moment at which something happens. All of the bucket that it is in goes to lower
    /// ones: none differs from it in a bit as high.
    fn go_on(&mut self) {
        let number = self.filled.trailing_zeros() as usize;
        let Some(bucket) = self.buckets.get_mut(number) else {
            return;
        };
        let mut entries = std::mem::take(&mut bucket.entries);
        self.moment = std::mem::replace(&mut bucket.earliest, u64::MAX);
        self.filled &= self.filled - 1;
        for entry in entries.drain(..) {
            match entry.0 == self.moment {
                true => self.present.push((entry.1, entry.2)),
                false => self.put(entry),
            }
        }
        // Its memory serves again.
        self.buckets[number].entries = entries;
        self.present.sort_unstable_by(|one, other| other.cmp(one));
    }
}

/// Time and order at that time: one comparison.
fn key(at: u64, order: u64) -> u128 {
    u128::from(at) << 64 | u128::from(order)
}

/// The node of an order.
const fn node_of(order: u64) -> u32 {
    (order >> 32) as u32 & 0x00ff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn gives_what_a_sorted_list_gives(
            steps in prop::collection::vec((0u64..4, 0u64..1 << 20, 0u32..6, 0u32..5, any::<bool>()), 0..400),
        ) {
            let (mut agenda, mut list) = (Agenda::new(5, 400), Vec::new());
            let (mut now, mut counters) = (0, [0; 5]);
            let ranks = [Rank::Act, Rank::External, Rank::Arrive, Rank::Handle, Rank::Timer, Rank::Flow];
            for (number, (how, time, rank, node, takes)) in steps.into_iter().enumerate() {
                // Now, soon, at one of a few times, at any later time; and now and then in the past.
                let at = match how {
                    0 => now,
                    1 => now + time % 3,
                    2 => now / 1_000 * 1_000 + time % 5 * 1_000,
                    _ => now + time,
                };
                agenda.schedule(Micros(at), ranks[rank as usize], node, number);
                list.push((at, rank, node, counters[node as usize], number));
                counters[node as usize] += 1;
                list.sort_unstable();
                prop_assert_eq!(agenda.next_at(), list.first().map(|first| Micros(first.0)));
                prop_assert_eq!(agenda.len(), list.len());
                let of_node = list.iter().filter(|entry| entry.2 == node).map(|entry| entry.4);
                let pending = agenda.pending(node);
                prop_assert!(pending.iter().map(|due| due.event).eq(of_node));
                if takes {
                    let (at, _, node, _, event) = list.remove(0);
                    prop_assert_eq!(agenda.pop(), Some(Due { at: Micros(at), node, event }));
                    now = now.max(at);
                }
            }
            for (at, _, node, _, event) in list {
                prop_assert_eq!(agenda.pop(), Some(Due { at: Micros(at), node, event }));
            }
            prop_assert!(agenda.pop().is_none() && agenda.is_empty() && agenda.next_at().is_none());
        }
    }
}
