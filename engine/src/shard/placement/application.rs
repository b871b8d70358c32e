//! By application: all accounts of one application together, the heaviest application first to
//! the emptiest shard (longest processing time first: Graham, SIAM J. Appl. Math. 17, 1969).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Assignment, Graph};

/// Places by `application`, one number per vertex. `None` if its length is not the graph's.
#[must_use]
pub fn place(graph: &Graph, application: &[u32], shards: u16) -> Option<Assignment> {
    if application.len() != graph.len() {
        return None;
    }
    let shards = shards.max(1);
    let mut weight: BTreeMap<u32, u64> = BTreeMap::new();
    for (name, load) in application.iter().zip(graph.loads()) {
        *weight.entry(*name).or_default() += load;
    }
    let mut heaviest: Vec<_> = weight.into_iter().collect();
    heaviest.sort_by_key(|&(name, load)| (Reverse(load), name));
    let mut filled = vec![0u64; usize::from(shards)];
    let mut home = BTreeMap::new();
    for (name, load) in heaviest {
        let shard = (0..shards)
            .min_by_key(|&shard| filled[usize::from(shard)])
            .unwrap_or(0);
        filled[usize::from(shard)] += load;
        home.insert(name, shard);
    }
    Some(Assignment {
        shards,
        of: application.iter().map(|name| home[name]).collect(),
    })
}
