//! The graph: vertices by round and author, and those that wait for parents.

use super::round::{Past, Round};
use super::vertex::{Parent, Sealed, Vertex};
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    /// For each past, the last round up to which nothing is to come into it any more, but what liars make up.
    over: [u64; 2],
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
            over: [0; 2],
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

    /// A vertex.
    pub fn get(&self, place: &Parent) -> Option<&Sealed> {
        self.round(place.round)?.get(place)
    }

    /// Whether a vertex is in the graph, or too old to matter.
    pub fn has(&self, place: &Parent) -> bool {
        place.round <= self.floor || self.get(place).is_some()
    }

    /// Whether a vertex's parents all are.
    fn has_parents(&self, vertex: &Vertex) -> bool {
        let round = self.round(vertex.round());
        let is_found = round.is_some_and(|round| round.found == Some(vertex.named()));
        is_found || vertex.parents.iter().all(|parent| self.has(parent))
    }

    /// The vertex of an author in a round that came first.
    pub fn of(&self, round: u64, author: NodeIndex) -> Option<&Sealed> {
        self.round(round)?.first(author)
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
        rounds.flat_map(move |round| (0..nodes).flat_map(move |author| round.of(NodeIndex(author))))
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
        if !self.has_parents(&sealed.vertex) {
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
            if self.has_parents(&sealed.vertex) {
                self.add(sealed.clone());
                added.push(sealed);
            } else {
                self.waiting.insert(place, sealed);
            }
        }
    }

    fn add(&mut self, sealed: Sealed) {
        let number = sealed.vertex.round();
        let place = (number - self.floor - 1) as usize;
        if self.rounds.len() <= place {
            self.rounds.resize_with(place + 1, Round::default);
        }
        let round = &mut self.rounds[place];
        if round.put(sealed, self.nodes) {
            self.over = self.over.map(|over| over.min(number - 1));
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
        let before = round.saturating_sub(1);
        let mut parents: Vec<Parent> = Vec::new();
        if let Some(firsts) = self.round(before) {
            parents.extend(firsts.places(before, &Signers::default()));
        }
        self.include(parents.clone());
        // Newest first: what an older one would add may be in a newer one's past.
        let mut older: Vec<Parent> = Vec::new();
        for number in (self.over[Past::Included as usize] + 1..before).rev() {
            let Some(round) = self.round(number) else {
                break;
            };
            let before = older.len();
            older.extend(round.places(number, round.marked(Past::Included)));
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
        // Nothing of rounds up to here is told of.
        let over = self.over[past as usize].max(oldest).max(self.floor);
        while let Some(place) = places.pop() {
            if place.round <= over {
                continue;
            }
            let at = (place.round - self.floor - 1) as usize;
            let round = self.rounds.get_mut(at);
            if !round.is_some_and(|round| round.mark(&place, past)) {
                continue;
            }
            tell(place);
            let before = place.round - 1;
            let vertex = self.get(&place).filter(|_| before > over);
            let Some(vertex) = vertex.map(|sealed| &sealed.vertex) else {
                continue;
            };
            let older = vertex.parents.partition_point(|at| at.round < before);
            places.extend_from_slice(&vertex.parents[..older]);
            match self.round(before) {
                // What a vertex names was there when it came: where nobody lies, the one of each author.
                Some(round) if round.others.is_empty() => {
                    let fresh = vertex.strong_authors().without(round.marked(past));
                    places.extend(fresh.iter().filter_map(|author| {
                        let id = *round.ids.get(author.as_usize())?;
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
        let mut over = self.over[past as usize].max(self.floor);
        while self
            .round(over + 1)
            .is_some_and(|round| round.is_over(self.nodes, past))
        {
            over += 1;
        }
        self.over[past as usize] = over;
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
            if let Some(sealed) = self.get(&place) {
                let parents = sealed.vertex.parents.iter();
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
        round.is_some_and(|round| {
            round
                .of(place.author)
                .any(|it| it.vertex.block.id != place.id)
        })
    }

    /// The waiting vertices' number.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
