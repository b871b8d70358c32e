//! Fetching: what somebody misses, and what somebody who is behind does not know of.

use super::graph::Dag;
use super::vertex::{Parent, Sealed};

/// Most vertices in one answer.
const VERTICES_MAX: usize = 256;
/// Most vertices asked for at once.
pub const WANTED_MAX: usize = 256;

/// How far a node is: it knows vertices with this digest from this round on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary {
    /// From this round on.
    pub from: u64,
    /// Their names, folded; the order does not matter.
    pub digest: u64,
}

impl Summary {
    /// What a node knows from a round on.
    pub fn of(dag: &Dag, from: u64) -> Self {
        let names = dag.from_round(from).map(|sealed| sealed.vertex.block.id.0);
        Self {
            from,
            digest: names.fold(0, |digest, name| digest ^ name),
        }
    }

    /// What another node answers: what it knows from there on, oldest first, unless it knows the same.
    pub fn answer(&self, dag: &Dag) -> Vec<Sealed> {
        if *self == Self::of(dag, self.from) {
            return Vec::new();
        }
        dag.from_round(self.from)
            .take(VERTICES_MAX)
            .cloned()
            .collect()
    }
}

/// What a node answers who is asked for these.
pub fn wanted(dag: &Dag, places: &[Parent]) -> Vec<Sealed> {
    let known = places
        .iter()
        .take(WANTED_MAX)
        .filter_map(|place| dag.get(place));
    known.cloned().collect()
}

/// Whether an answer may have been cut off.
pub fn is_full(answer: &[Sealed]) -> bool {
    answer.len() >= VERTICES_MAX
}
