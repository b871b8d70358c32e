//! The graph against one that keeps sets and goes through everything.

use super::graph::{Dag, Inserted};
use super::vertex::{Parent, Sealed, Vertex};
use crate::consensus::block::Payload;
use crate::primitives::NodeIndex;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ROUNDS: u64 = 6;

/// What a graph knows, said plainly.
#[derive(Default)]
struct Plain {
    known: BTreeMap<Parent, Arc<Vertex>>,
    /// By round and author, the one that came first.
    firsts: BTreeMap<(u64, NodeIndex), Parent>,
    waiting: Vec<Arc<Vertex>>,
    included: BTreeSet<Parent>,
    ordered: BTreeSet<Parent>,
}

impl Plain {
    fn insert(&mut self, vertex: &Arc<Vertex>) {
        self.waiting.push(Arc::clone(vertex));
        self.waiting.sort_by_key(|waiting| waiting.place());
        // Older rounds first, so once through is enough.
        for vertex in std::mem::take(&mut self.waiting) {
            if vertex.parents.iter().all(|at| self.known.contains_key(at)) {
                let place = vertex.place();
                self.firsts
                    .entry((place.round, place.author))
                    .or_insert(place);
                self.known.insert(place, vertex);
            } else {
                self.waiting.push(vertex);
            }
        }
    }

    /// What a vertex reaches, itself included.
    fn past(&self, from: Parent) -> BTreeSet<Parent> {
        let mut past = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(place) = open.pop() {
            let parents = &self.known[&place].parents;
            open.extend(parents.iter().filter(|parent| past.insert(**parent)));
        }
        past
    }

    fn take_past(&mut self, anchor: Parent) -> Vec<Parent> {
        let past = self.past(anchor);
        let new = past.difference(&self.ordered).copied().collect();
        self.ordered.extend(past);
        new
    }

    fn parents_for(&mut self, round: u64, nodes: u32) -> Vec<Parent> {
        let firsts = |of: u64| {
            let all = self
                .firsts
                .range((of, NodeIndex(0))..(of + 1, NodeIndex(0)));
            all.map(|(_, place)| *place).collect::<Vec<_>>()
        };
        let mut parents = firsts(round - 1);
        let mut included = std::mem::take(&mut self.included);
        for parent in &parents {
            included.extend(self.past(*parent));
        }
        let mut older = Vec::new();
        for of in (1..round - 1).rev() {
            let firsts = firsts(of);
            let fresh = firsts.iter().filter(|first| !included.contains(first));
            let fresh: Vec<Parent> = fresh.copied().collect();
            if fresh.is_empty() && firsts.len() == nodes as usize {
                break;
            }
            older.extend(fresh);
        }
        for place in older {
            if !included.contains(&place) {
                included.extend(self.past(place));
                parents.push(place);
            }
        }
        self.included = included;
        parents
    }
}

/// Vertices of some rounds: some authors make none or two, some leave parents out, and some name a parent
/// under another's place.
fn made(nodes: u32, choices: &[(u8, u64)]) -> Vec<Arc<Vertex>> {
    let mut made: Vec<Arc<Vertex>> = Vec::new();
    let mut choices = choices.iter().copied().cycle();
    for round in 1..=ROUNDS {
        for author in (0..nodes).map(NodeIndex) {
            let (how, bits) = choices.next().unwrap_or_default();
            let count = match how {
                0 => 0,
                1 => 2,
                _ => 1,
            };
            for tag in 0..count {
                let mut parents: BTreeMap<(u64, NodeIndex), Parent> = BTreeMap::new();
                for (at, vertex) in made.iter().enumerate() {
                    let place = vertex.place();
                    let is_before = place.round + 1 == round;
                    let is_named = bits >> ((at as u64 + tag) % 64) & 1 == 1;
                    if place.round < round && (is_named || (is_before && how > 4)) {
                        parents.entry((place.round, place.author)).or_insert(place);
                    }
                }
                if how == 2
                    && let Some(mut wrong) = parents.pop_first().map(|(_, place)| place)
                {
                    wrong.author = NodeIndex((wrong.author.0 + 1) % nodes);
                    parents.insert((wrong.round, wrong.author), wrong);
                }
                let payload = Payload {
                    tag,
                    ..Payload::default()
                };
                let parents = parents.into_values().collect();
                made.push(Arc::new(Vertex::new(round, author, parents, payload)));
            }
        }
    }
    made
}

proptest! {
    #[test]
    fn pasts_and_parents_are_those_of_plain_sets(
        nodes in 3u32..6, choices in prop::collection::vec((0u8..12, any::<u64>()), 1..40),
        order in prop::collection::vec((0usize..12, 0u8..4), 1..60), is_quiet in any::<bool>(),
    ) {
        // Where all is quiet, everybody names everybody, as in most rounds of a real run.
        let quiet = [(11, u64::MAX)];
        let made = made(nodes, if is_quiet { &quiet } else { &choices });
        let (mut dag, mut plain) = (Dag::new(nodes, nodes - nodes / 3), Plain::default());
        let mut rest = made.clone();
        let mut steps = order.into_iter().cycle();
        while !rest.is_empty() {
            let (ahead, act) = steps.next().unwrap_or_default();
            let vertex = rest.remove(ahead.min(rest.len() - 1));
            let place = vertex.place();
            let inserted = dag.insert(Sealed { vertex: Arc::clone(&vertex), proof: None });
            plain.insert(&vertex);
            prop_assert_eq!(matches!(inserted, Inserted::Added(_)), plain.known.contains_key(&place));
            for vertex in &made {
                let place = vertex.place();
                prop_assert_eq!(dag.has(&place), plain.known.contains_key(&place));
            }
            match act {
                0 if plain.known.contains_key(&place) => {
                    prop_assert_eq!(dag.take_past(place), plain.take_past(place));
                }
                1 => {
                    let round = dag.full() + 1;
                    prop_assert_eq!(dag.parents_for(round), plain.parents_for(round, nodes));
                }
                _ => {}
            }
        }
        for vertex in &made {
            let place = vertex.place();
            if plain.known.contains_key(&place) {
                prop_assert_eq!(dag.take_past(place), plain.take_past(place));
            }
        }
    }

    #[test]
    fn a_parent_is_known_only_at_its_own_place(author in 0u32..4, other in 0u32..4) {
        prop_assume!(author != other);
        let first = |author: u32| Vertex::new(1, NodeIndex(author), Vec::new(), Payload::default());
        let mut dag = Dag::new(4, 3);
        let sealed = |vertex: Vertex| Sealed { vertex: Arc::new(vertex), proof: None };
        let mut lie = first(author);
        for tag in [0, 1] {
            lie = Vertex::new(1, NodeIndex(author), Vec::new(), Payload { tag, ..Payload::default() });
            dag.insert(sealed(lie.clone()));
            dag.insert(sealed(first(other)));
        }
        // One that names it as it is comes first: what it names must not stand for the other's parents.
        let named = |place: Parent| Vertex::new(2, NodeIndex(0), vec![place], Payload::default());
        prop_assert!(matches!(dag.insert(sealed(named(lie.place()))), Inserted::Added(_)));
        let wrong = Parent { author: NodeIndex(other), ..lie.place() };
        let wrong = Vertex::new(2, NodeIndex(1), vec![wrong], Payload::default());
        prop_assert_eq!(dag.insert(sealed(wrong)), Inserted::Waits);
    }
}
