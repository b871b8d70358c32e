//! The graph: vertices by round and author, and those that wait for parents.

use super::vertex::{Parent, Sealed, Vertex};
use crate::consensus::block::BlockId;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

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
    /// Its name, here as well: most questions need no more.
    id: BlockId,
    sealed: Sealed,
}

/// A past that vertices are taken into.
#[derive(Clone, Copy)]
enum Past {
    /// Of what this node has made.
    Included,
    /// Of the ledger.
    Ordered,
}

/// The vertices of a round. Those that an author who lies has beside its first are apart.
#[derive(Clone, Default, Debug)]
struct Round {
    /// By author, the first that came; empty before any has.
    firsts: Vec<Option<Entry>>,
    others: Vec<Entry>,
    /// How many authors have one.
    count: u32,
    /// Whose firsts are in which past, and which others are.
    past: [(Signers, BTreeSet<BlockId>); 2],
}

impl Round {
    fn first(&self, author: NodeIndex) -> Option<&Entry> {
        self.firsts.get(author.as_usize())?.as_ref()
    }

    /// An author's vertices, in the order in which they came.
    fn of(&self, author: NodeIndex) -> impl Iterator<Item = &Entry> {
        let others = self.others.iter();
        let others = others.filter(move |entry| entry.sealed.vertex.author() == author);
        self.first(author).into_iter().chain(others)
    }

    fn entry(&self, place: &Parent) -> Option<&Entry> {
        match self.first(place.author) {
            Some(first) if first.id == place.id => Some(first),
            Some(_) => self.of(place.author).find(|entry| entry.id == place.id),
            None => None,
        }
    }

    /// Takes a vertex into a past; the vertex, the first time.
    fn mark(&mut self, place: &Parent, past: Past) -> Option<Arc<Vertex>> {
        let first = self.firsts.get(place.author.as_usize())?.as_ref()?;
        let (firsts, others) = &mut self.past[past as usize];
        let (entry, is_new) = if first.id == place.id {
            (first, firsts.add(place.author))
        } else {
            // A name says whose it is.
            let entry = self.others.iter().find(|entry| entry.id == place.id)?;
            (entry, others.insert(place.id))
        };
        is_new.then(|| Arc::clone(&entry.sealed.vertex))
    }

    /// Whose firsts are in a past.
    const fn marked(&self, past: Past) -> &Signers {
        &self.past[past as usize].0
    }
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
    /// From the one after [`Dag::floor`] on.
    rounds: VecDeque<Round>,
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
            rounds: VecDeque::new(),
            waiting: BTreeMap::new(),
            floor: 0,
            full: 0,
        }
    }

    /// The newest round of which a quorum is there; 0 at the start.
    pub fn full(&self) -> u64 {
        self.full
    }

    fn round(&self, number: u64) -> Option<&Round> {
        let place = number.checked_sub(self.floor + 1)?;
        self.rounds.get(usize::try_from(place).ok()?)
    }

    fn entry(&self, place: &Parent) -> Option<&Entry> {
        self.round(place.round)?.entry(place)
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
        let first = self.round(round)?.first(author);
        first.map(|entry| &entry.sealed)
    }

    /// How many authors have a vertex in a round.
    pub fn count(&self, round: u64) -> u32 {
        self.round(round).map_or(0, |round| round.count)
    }

    /// Every vertex from a round on, by round and author.
    pub fn from_round(&self, round: u64) -> impl Iterator<Item = &Sealed> {
        let before = round.saturating_sub(self.floor + 1);
        let rounds = self.rounds.iter().skip(before as usize);
        let nodes = self.nodes;
        let entries = rounds
            .flat_map(move |round| (0..nodes).flat_map(move |author| round.of(NodeIndex(author))));
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
        let known = self.round(place.round);
        if known.is_some_and(|round| round.of(place.author).count() >= self.nodes as usize) {
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
        let place = (number - self.floor - 1) as usize;
        if self.rounds.len() <= place {
            self.rounds.resize_with(place + 1, Round::default);
        }
        let round = &mut self.rounds[place];
        if round.firsts.is_empty() {
            round.firsts.resize(self.nodes as usize, None);
        }
        let entry = Entry {
            id: sealed.vertex.block.id,
            sealed,
        };
        let first = &mut round.firsts[author.as_usize()];
        if first.is_some() {
            round.others.push(entry);
        } else {
            *first = Some(entry);
            round.count += 1;
        }
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
        let before = round.saturating_sub(1).saturating_sub(self.floor + 1) as usize;
        for round in self.rounds.iter().take(before).rev() {
            let firsts = round.firsts.iter().flatten();
            let included = round.marked(Past::Included);
            let places = firsts.map(|entry| entry.sealed.vertex.place());
            let before = older.len();
            older.extend(places.filter(|place| !included.has(place.author)));
            if older.len() == before && round.count == self.nodes {
                break;
            }
        }
        for place in older {
            let included = self.round(place.round).map(|it| it.marked(Past::Included));
            if included.is_some_and(|included| !included.has(place.author)) {
                self.include(vec![place]);
                parents.push(place);
            }
        }
        parents
    }

    fn include(&mut self, places: Vec<Parent>) {
        self.walk(places, 0, Past::Included, |_| {});
    }

    /// Takes vertices of rounds after `oldest`, and what is before them, into a past; tells of each that was not
    /// in it.
    fn walk(
        &mut self,
        mut places: Vec<Parent>,
        oldest: u64,
        past: Past,
        mut tell: impl FnMut(Parent),
    ) {
        let oldest = oldest.max(self.floor);
        while let Some(place) = places.pop() {
            if place.round <= oldest {
                continue;
            }
            let at = (place.round - self.floor - 1) as usize;
            let round = self.rounds.get_mut(at);
            let Some(vertex) = round.and_then(|round| round.mark(&place, past)) else {
                continue;
            };
            tell(place);
            let before = place.round - 1;
            let older = vertex.parents.partition_point(|at| at.round < before);
            places.extend_from_slice(&vertex.parents[..older]);
            match at.checked_sub(1).and_then(|at| self.rounds.get(at)) {
                // What a vertex names was there when it came: where nobody lies, the one of each author.
                Some(round) if round.others.is_empty() => {
                    let fresh = vertex.strong_authors().without(round.marked(past));
                    places.extend(fresh.iter().filter_map(|author| {
                        let id = round.first(author)?.id;
                        Some(Parent {
                            round: before,
                            author,
                            id,
                        })
                    }));
                }
                _ => places.extend_from_slice(&vertex.parents[older..]),
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
        self.walk(vec![anchor], oldest, Past::Ordered, |place| {
            past.push(place)
        });
        past.sort_unstable();
        past
    }

    /// Forgets rounds that no later anchor's past reaches.
    pub fn forget(&mut self, anchor_round: u64) {
        let floor = self
            .floor
            .max(anchor_round.saturating_sub(depth(self.nodes)));
        let gone = (floor - self.floor).min(self.rounds.len() as u64) as usize;
        self.rounds.drain(..gone);
        self.floor = floor;
        self.waiting.retain(|place, _| place.round > floor);
    }

    /// Whether an author has another vertex at this place.
    pub fn has_rival(&self, place: &Parent) -> bool {
        let round = self.round(place.round);
        round.is_some_and(|round| round.of(place.author).any(|entry| entry.id != place.id))
    }

    /// The waiting vertices' number.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
