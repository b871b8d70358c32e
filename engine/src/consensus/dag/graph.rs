//! The graph: vertices by round and author, and those that wait for parents.

use super::vertex::{Parent, Sealed};
use crate::primitives::NodeIndex;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// Vertices that wait for parents; more are not kept.
const WAITING_MAX: usize = 4_096;

/// Vertices of rounds further ahead than this are not kept.
const ROUNDS_AHEAD: u64 = 4_096;

/// About so many vertices are kept.
const VERTICES_KEPT: u64 = 32_768;

/// How many rounds a past reaches back.
pub const fn depth(nodes: u32) -> u64 {
    let rounds = VERTICES_KEPT / (nodes as u64 + 1);
    if rounds < 64 { 64 } else { rounds }
}

/// A vertex in the graph.
#[derive(Clone, Debug)]
struct Entry {
    sealed: Sealed,
    /// It is in the past of what this node has made.
    is_included: bool,
    /// It is in the ledger.
    is_ordered: bool,
}

/// The vertices of a round, by author; more than one of an author only if it lies.
#[derive(Clone, Debug)]
struct Round {
    authors: Vec<SmallVec<[Entry; 1]>>,
    count: u32,
}

/// What became of a vertex that came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Inserted {
    /// It was known, or is of no use.
    Known,
    /// It waits for parents.
    Waits,
    /// These vertices are in the graph now, in this order.
    Added(Vec<Sealed>),
}

/// The graph as one node knows it.
#[derive(Clone, Debug)]
pub struct Dag {
    nodes: u32,
    quorum: u32,
    rounds: BTreeMap<u64, Round>,
    waiting: BTreeMap<Parent, Sealed>,
    /// Vertices of rounds up to here are forgotten.
    floor: u64,
    /// The newest round of which a quorum is there.
    full: u64,
}

impl Dag {
    /// An empty graph among so many nodes.
    pub fn new(nodes: u32, quorum: u32) -> Self {
        Self {
            nodes,
            quorum,
            rounds: BTreeMap::new(),
            waiting: BTreeMap::new(),
            floor: 0,
            full: 0,
        }
    }

    /// The newest round of which a quorum is there; 0 at the start.
    pub fn full(&self) -> u64 {
        self.full
    }

    fn entries(&self, round: u64, author: NodeIndex) -> &[Entry] {
        let round = self.rounds.get(&round);
        round.map_or(&[], |round| round.authors[author.as_usize()].as_slice())
    }

    fn entry(&self, place: &Parent) -> Option<&Entry> {
        let entries = self.entries(place.round, place.author);
        entries
            .iter()
            .find(|e| e.sealed.vertex.block.id == place.id)
    }

    fn entry_mut(&mut self, place: &Parent) -> Option<&mut Entry> {
        let round = self.rounds.get_mut(&place.round)?;
        let entries = &mut round.authors[place.author.as_usize()];
        entries
            .iter_mut()
            .find(|e| e.sealed.vertex.block.id == place.id)
    }

    /// A vertex.
    pub fn get(&self, place: &Parent) -> Option<&Sealed> {
        self.entry(place).map(|entry| &entry.sealed)
    }

    /// Whether a vertex is in the graph, or too old to matter.
    pub fn has(&self, place: &Parent) -> bool {
        place.round <= self.floor || self.entry(place).is_some()
    }

    /// The vertex of an author in a round that came first.
    pub fn of(&self, round: u64, author: NodeIndex) -> Option<&Sealed> {
        self.entries(round, author)
            .first()
            .map(|entry| &entry.sealed)
    }

    /// How many authors have a vertex in a round.
    pub fn count(&self, round: u64) -> u32 {
        self.rounds.get(&round).map_or(0, |round| round.count)
    }

    /// Every vertex from a round on, by round and author.
    pub fn from_round(&self, round: u64) -> impl Iterator<Item = &Sealed> {
        let rounds = self.rounds.range(round..).map(|(_, round)| round);
        let entries = rounds.flat_map(|round| round.authors.iter().flatten());
        entries.map(|entry| &entry.sealed)
    }

    /// Adds a well-made vertex, when its parents are there.
    pub fn insert(&mut self, sealed: Sealed) -> Inserted {
        let place = sealed.vertex.place();
        let is_of_use = place.round > self.floor && place.round <= self.full + ROUNDS_AHEAD;
        if !is_of_use || self.has(&place) || self.waiting.contains_key(&place) {
            return Inserted::Known;
        }
        // Honest nodes refer to at most one vertex of each place: as many as nodes can be of use.
        if self.entries(place.round, place.author).len() >= self.nodes as usize {
            return Inserted::Known;
        }
        if !sealed.vertex.parents.iter().all(|parent| self.has(parent)) {
            if self.waiting.len() < WAITING_MAX {
                self.waiting.insert(place, sealed);
            }
            return Inserted::Waits;
        }
        self.add(sealed.clone());
        let mut added = vec![sealed];
        self.add_waiting(&mut added);
        Inserted::Added(added)
    }

    /// Adds what no longer waits. Older rounds come first, so once through is enough.
    fn add_waiting(&mut self, added: &mut Vec<Sealed>) {
        if self.waiting.is_empty() {
            return;
        }
        for (place, sealed) in std::mem::take(&mut self.waiting) {
            if sealed.vertex.parents.iter().all(|parent| self.has(parent)) {
                self.add(sealed.clone());
                added.push(sealed);
            } else {
                self.waiting.insert(place, sealed);
            }
        }
    }

    fn add(&mut self, sealed: Sealed) {
        let (number, author) = (sealed.vertex.round(), sealed.vertex.author());
        let nodes = self.nodes as usize;
        let round = self.rounds.entry(number).or_insert_with(|| Round {
            authors: vec![SmallVec::new(); nodes],
            count: 0,
        });
        let entries = &mut round.authors[author.as_usize()];
        if entries.is_empty() {
            round.count += 1;
        }
        entries.push(Entry {
            sealed,
            is_included: false,
            is_ordered: false,
        });
        if round.count >= self.quorum {
            self.full = self.full.max(number);
        }
    }

    /// Parents that vertices wait for and nobody has sent, each with the author of one that waits.
    pub fn missing(&self) -> BTreeMap<Parent, NodeIndex> {
        let mut missing = BTreeMap::new();
        for sealed in self.waiting.values() {
            for parent in &sealed.vertex.parents {
                if !self.has(parent) && !self.waiting.contains_key(parent) {
                    missing.insert(*parent, sealed.vertex.author());
                }
            }
        }
        missing
    }

    /// What a new vertex of a round builds on: of the round before every author's vertex, the first that
    /// came; of older rounds what nothing that this node made has in its past. It all is in its past now.
    pub fn parents_for(&mut self, round: u64) -> Vec<Parent> {
        let authors = (0..self.nodes).map(NodeIndex);
        let firsts = authors.filter_map(|author| self.of(round.saturating_sub(1), author));
        let mut parents: Vec<Parent> = firsts.map(|sealed| sealed.vertex.place()).collect();
        self.include(parents.clone());
        // Newest first: what an older one would add may be in a newer one's past.
        let mut older: Vec<Parent> = Vec::new();
        for (_, entries) in self.rounds.range(..round.saturating_sub(1)).rev() {
            let lists = entries.authors.iter().filter(|list| !list.is_empty());
            let fresh = lists.filter_map(|list| list.first().filter(|entry| !entry.is_included));
            let before = older.len();
            older.extend(fresh.map(|entry| entry.sealed.vertex.place()));
            if older.len() == before && entries.count == self.nodes {
                break;
            }
        }
        for place in older {
            if self.entry(&place).is_some_and(|entry| !entry.is_included) {
                self.include(vec![place]);
                parents.push(place);
            }
        }
        parents
    }

    fn include(&mut self, mut places: Vec<Parent>) {
        while let Some(place) = places.pop() {
            if let Some(entry) = self.entry_mut(&place)
                && !std::mem::replace(&mut entry.is_included, true)
            {
                places.extend_from_slice(&entry.sealed.vertex.clone().parents);
            }
        }
    }

    /// Whether a vertex has one of these in its past, itself included.
    pub fn reaches(&self, from: Parent, targets: &BTreeSet<Parent>) -> bool {
        let Some(lowest) = targets.first().map(|target| target.round) else {
            return false;
        };
        let mut seen = BTreeSet::new();
        let mut places = vec![from];
        while let Some(place) = places.pop() {
            if targets.contains(&place) {
                return true;
            }
            if let Some(entry) = self.entry(&place) {
                let parents = entry.sealed.vertex.parents.iter();
                let next = parents.filter(|parent| parent.round >= lowest);
                places.extend(next.filter(|parent| seen.insert(**parent)));
            }
        }
        false
    }

    /// The part of an anchor's past, itself included, that is not in the ledger, by round and author; it
    /// is from now on. Rounds too far back are left out.
    pub fn take_past(&mut self, anchor: Parent) -> Vec<Parent> {
        let oldest = anchor.round.saturating_sub(depth(self.nodes));
        let mut past = Vec::new();
        let mut places = vec![anchor];
        while let Some(place) = places.pop() {
            if place.round > oldest
                && let Some(entry) = self.entry_mut(&place)
                && !std::mem::replace(&mut entry.is_ordered, true)
            {
                places.extend_from_slice(&entry.sealed.vertex.clone().parents);
                past.push(place);
            }
        }
        past.sort_unstable();
        past
    }

    /// Forgets rounds that no later anchor's past reaches.
    pub fn forget(&mut self, anchor_round: u64) {
        self.floor = self
            .floor
            .max(anchor_round.saturating_sub(depth(self.nodes)));
        let floor = self.floor;
        while self
            .rounds
            .first_key_value()
            .is_some_and(|(round, _)| *round <= floor)
        {
            self.rounds.pop_first();
        }
        self.waiting.retain(|place, _| place.round > floor);
    }

    /// Whether an author has another vertex at this place.
    pub fn has_rival(&self, place: &Parent) -> bool {
        let entries = self.entries(place.round, place.author);
        entries
            .iter()
            .any(|entry| entry.sealed.vertex.block.id != place.id)
    }

    /// The waiting vertices' number.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
