//! Who touched what, in order.

use super::circle::{Anomalies, Kind, judge};
use crate::shard::deal::Ticket;
use std::collections::{BTreeMap, BTreeSet};

/// Most accesses that are kept.
const ACCESSES_MAX: usize = 1 << 20;

/// Most dependencies that are looked at.
const EDGES_MAX: usize = 1 << 22;

/// What is touched: an account's units of a token, or a pool.
pub type Subject = u64;

/// How it is touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Its value is used.
    Read,
    /// Its value is replaced.
    Write,
    /// It is added to, whatever it is.
    Add,
    /// What the transaction did to it is taken back.
    Back,
}

/// Accesses by subject, each list in the order in which they happened.
#[derive(Clone, Default, Debug)]
pub struct History {
    by_subject: BTreeMap<Subject, Vec<(Ticket, Access)>>,
    count: usize,
    is_full: bool,
}

impl History {
    /// One more.
    pub fn push(&mut self, subject: Subject, ticket: Ticket, access: Access) {
        if self.count == ACCESSES_MAX {
            self.is_full = true;
            return;
        }
        self.count += 1;
        let list = self.by_subject.entry(subject).or_default();
        list.push((ticket, access));
    }

    /// Judges the committed ones; what others left counts only if a committed one read it.
    pub fn judge(&self, committed: &BTreeSet<Ticket>) -> Anomalies {
        let mut edges = Vec::new();
        let mut dirty = Vec::new();
        for (subject, list) in &self.by_subject {
            depend(*subject, list, committed, &mut edges, &mut dirty);
            if edges.len() >= EDGES_MAX {
                break;
            }
        }
        let is_partial = self.is_full || edges.len() >= EDGES_MAX;
        judge(&edges, &dirty, is_partial)
    }
}

/// One of two transactions comes after the other: because of which subject, and how.
pub(super) type Edge = (Ticket, Ticket, Kind, Subject);

fn depend(
    subject: Subject,
    list: &[(Ticket, Access)],
    committed: &BTreeSet<Ticket>,
    edges: &mut Vec<Edge>,
    dirty: &mut Vec<(Ticket, Ticket, Subject)>,
) {
    let mut last: Option<Ticket> = None;
    let mut adds: Vec<Ticket> = Vec::new();
    let mut readers: Vec<Ticket> = Vec::new();
    for (ticket, access) in list {
        let ticket = *ticket;
        if edges.len() >= EDGES_MAX {
            return;
        }
        let is_committed = committed.contains(&ticket);
        let mut edge = |from: Ticket, kind: Kind| {
            if from != ticket && is_committed && committed.contains(&from) {
                edges.push((from, ticket, kind, subject));
            }
        };
        match access {
            Access::Read => {
                for &writer in last.iter().chain(&adds) {
                    edge(writer, Kind::WriteRead);
                    let is_gone = writer != ticket && !committed.contains(&writer);
                    if is_gone && is_committed {
                        dirty.push((writer, ticket, subject));
                    }
                }
                readers.push(ticket);
            }
            Access::Write => {
                for &writer in last.iter().chain(&adds) {
                    edge(writer, Kind::WriteWrite);
                }
                for &reader in &readers {
                    edge(reader, Kind::ReadWrite);
                }
                last = Some(ticket);
                adds.clear();
                readers.clear();
            }
            Access::Add => {
                if let Some(writer) = last {
                    edge(writer, Kind::WriteWrite);
                }
                for &reader in &readers {
                    edge(reader, Kind::ReadWrite);
                }
                adds.push(ticket);
            }
            Access::Back => {
                if last == Some(ticket) {
                    last = None;
                }
                adds.retain(|add| *add != ticket);
            }
        }
    }
}
