//! Circles among dependencies, and their names.

use super::history::{Edge, Subject};
use crate::shard::deal::Ticket;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Most circles that are shown.
const EXAMPLES_MAX: usize = 16;

/// How one transaction depends on another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It overwrote what the other wrote.
    WriteWrite,
    /// It read what the other wrote.
    WriteRead,
    /// It wrote what the other had read before.
    ReadWrite,
}

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anomaly {
    /// Two overwrote each other's values in turns (G0).
    DirtyWrite,
    /// One read what another wrote and took back (G1a).
    DirtyRead,
    /// Two saw each other's writes (G1c).
    CircularFlow,
    /// One overwrote another's write without having seen it.
    LostUpdate,
    /// One saw half of another (G-single).
    ReadSkew,
    /// Two read what the other then wrote (G2).
    WriteSkew,
}

/// One circle.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Example {
    /// What it is.
    pub anomaly: Anomaly,
    /// Each transaction, how the next one depends on it, and over which subject.
    pub circle: Vec<(Ticket, Kind, Subject)>,
}

/// What is wrong with a history.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Anomalies {
    /// Groups of transactions that cannot be put in any order, and reads of what was taken back, by kind.
    pub counts: BTreeMap<Anomaly, u64>,
    /// Transactions in such groups.
    pub transactions: u64,
    /// Some of them.
    pub examples: Vec<Example>,
    /// Whether the history was too long to be judged whole.
    pub is_partial: bool,
}

impl Anomalies {
    /// Whether the history could have happened one after the other.
    pub fn is_serializable(&self) -> bool {
        self.counts.is_empty()
    }
}

pub(super) fn judge(
    edges: &[Edge],
    dirty: &[(Ticket, Ticket, Subject)],
    is_partial: bool,
) -> Anomalies {
    let mut anomalies = Anomalies {
        is_partial,
        ..Anomalies::default()
    };
    for (writer, reader, subject) in dirty {
        let circle = vec![
            (*writer, Kind::WriteRead, *subject),
            (*reader, Kind::WriteRead, *subject),
        ];
        anomalies.add(Anomaly::DirtyRead, 1, circle);
    }
    let graph = Graph::of(edges);
    for group in graph.groups() {
        let Some(circle) = graph.circle(&group) else {
            continue;
        };
        let anomaly = name(&circle);
        anomalies.add(anomaly, group.len() as u64, circle);
    }
    anomalies
}

impl Anomalies {
    fn add(&mut self, anomaly: Anomaly, transactions: u64, circle: Vec<(Ticket, Kind, Subject)>) {
        *self.counts.entry(anomaly).or_default() += 1;
        self.transactions += transactions;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(Example { anomaly, circle });
        }
    }
}

fn name(circle: &[(Ticket, Kind, Subject)]) -> Anomaly {
    let skews = circle
        .iter()
        .filter(|(_, kind, _)| *kind == Kind::ReadWrite);
    let is_one_subject = circle.iter().all(|(_, _, subject)| *subject == circle[0].2);
    let reads = circle.iter().any(|(_, kind, _)| *kind == Kind::WriteRead);
    match skews.count() {
        0 if reads => Anomaly::CircularFlow,
        0 => Anomaly::DirtyWrite,
        _ if is_one_subject => Anomaly::LostUpdate,
        1 => Anomaly::ReadSkew,
        _ => Anomaly::WriteSkew,
    }
}

/// Dependencies by place; tickets in order.
struct Graph {
    tickets: Vec<Ticket>,
    out: Vec<Vec<(u32, Kind, Subject)>>,
}

impl Graph {
    fn of(edges: &[Edge]) -> Self {
        let mut tickets: Vec<Ticket> = edges.iter().flat_map(|edge| [edge.0, edge.1]).collect();
        tickets.sort_unstable();
        tickets.dedup();
        let place = |ticket: Ticket| tickets.partition_point(|t| *t < ticket);
        let mut out = vec![Vec::new(); tickets.len()];
        for (from, to, kind, subject) in edges {
            out[place(*from)].push((place(*to) as u32, *kind, *subject));
        }
        for list in &mut out {
            list.sort_unstable();
            list.dedup();
        }
        Self { tickets, out }
    }

    /// Groups of more than one in which everybody is reached from everybody (Tarjan 1972, without
    /// recursion).
    fn groups(&self) -> Vec<Vec<u32>> {
        const NEW: u32 = u32::MAX;
        let count = self.out.len();
        let mut number = vec![NEW; count];
        let mut low = vec![0; count];
        let mut is_open = vec![false; count];
        let (mut open, mut path, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        let mut next = 0;
        for start in 0..count {
            if number[start] != NEW {
                continue;
            }
            path.push((start, 0));
            while let Some((at, edge)) = path.pop() {
                if edge == 0 {
                    number[at] = next;
                    low[at] = next;
                    next += 1;
                    open.push(at);
                    is_open[at] = true;
                }
                if let Some(&(to, ..)) = self.out[at].get(edge) {
                    let to = to as usize;
                    path.push((at, edge + 1));
                    if number[to] == NEW {
                        path.push((to, 0));
                    } else if is_open[to] {
                        low[at] = low[at].min(number[to]);
                    }
                    continue;
                }
                if low[at] == number[at] {
                    let mut group = Vec::new();
                    while let Some(member) = open.pop() {
                        is_open[member] = false;
                        group.push(member as u32);
                        if member == at {
                            break;
                        }
                    }
                    if group.len() > 1 {
                        group.sort_unstable();
                        groups.push(group);
                    }
                }
                if let Some(&(above, _)) = path.last() {
                    low[above] = low[above].min(low[at]);
                }
            }
        }
        groups
    }

    /// A shortest circle through a group's first member.
    fn circle(&self, group: &[u32]) -> Option<Vec<(Ticket, Kind, Subject)>> {
        let start = *group.first()?;
        let mut came: BTreeMap<u32, (u32, Kind, Subject)> = BTreeMap::new();
        let mut waiting = VecDeque::from([start]);
        while let Some(at) = waiting.pop_front() {
            for &(to, kind, subject) in &self.out[at as usize] {
                if group.binary_search(&to).is_err() || came.contains_key(&to) {
                    continue;
                }
                came.insert(to, (at, kind, subject));
                if to == start {
                    return Some(self.walk(start, &came));
                }
                waiting.push_back(to);
            }
        }
        None
    }

    fn walk(
        &self,
        start: u32,
        came: &BTreeMap<u32, (u32, Kind, Subject)>,
    ) -> Vec<(Ticket, Kind, Subject)> {
        let mut circle = Vec::new();
        let mut at = start;
        while let Some(&(before, kind, subject)) = came.get(&at) {
            circle.push((self.tickets[before as usize], kind, subject));
            at = before;
            if at == start {
                break;
            }
        }
        circle.reverse();
        circle
    }
}
