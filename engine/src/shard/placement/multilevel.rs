//! Coarsen, place the coarse graph, refine on the way back: after METIS (Karypis and Kumar, SIAM
//! J. Sci. Comput. 20, 1998), written anew.
//!
//! Coarsening joins each vertex with the neighbour of the heaviest edge; the coarsest graph is
//! filled by growing one shard after another; `refine` works at every level.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::refine::refine;
use super::{Assignment, Graph};

/// Starts tried on the coarsest graph.
const TRIES: usize = 8;
/// Passes of refinement at each level.
const PASSES: u32 = 8;
/// Coarse vertices per shard at which coarsening ends.
const COARSE: usize = 12;
/// Most levels.
const LEVELS: usize = 40;

/// Places on `shards` (at least one), each filled to at most `slack` thousandths above the mean
/// load where the vertices' own loads allow it.
#[must_use]
pub fn place(graph: &Graph, shards: u16, slack: u32) -> Assignment {
    let shards = shards.max(1);
    let total: u64 = graph.loads().iter().sum();
    let mean = total.div_ceil(u64::from(shards));
    let capacity = mean + mean * u64::from(slack) / 1000;
    let mut levels: Vec<(Graph, Vec<u32>)> = Vec::new();
    let mut finest = graph.clone();
    let enough = usize::from(shards) * COARSE;
    while finest.len() > enough && levels.len() < LEVELS {
        let (coarse, joined) = coarsen(&finest, mean / 6);
        // Shrinking by less than a twentieth is not worth a level.
        if coarse.len() * 20 > finest.len() * 19 {
            break;
        }
        levels.push((finest, joined));
        finest = coarse;
    }
    let mut assignment = start(&finest, shards, mean, capacity);
    while let Some((fine, joined)) = levels.pop() {
        assignment.of = joined
            .iter()
            .map(|&coarse| assignment.of[coarse as usize])
            .collect();
        refine(&fine, &mut assignment, capacity, PASSES);
    }
    assignment
}

/// Joins pairs along heavy edges, none above `most` of load; gives each vertex's coarse one.
fn coarsen(graph: &Graph, most: u64) -> (Graph, Vec<u32>) {
    const FREE: u32 = u32::MAX;
    let mut joined = vec![FREE; graph.len()];
    let mut loads: Vec<u64> = Vec::new();
    let mut order: Vec<usize> = (0..graph.len()).collect();
    order.sort_by_key(|&vertex| graph.neighbours(vertex).len());
    for vertex in order {
        if joined[vertex] != FREE {
            continue;
        }
        let own = graph.loads()[vertex];
        // Of equal edges the one to the lighter neighbour, then to the lower number.
        let partner = graph
            .neighbours(vertex)
            .iter()
            .filter(|(other, _)| {
                joined[*other as usize] == FREE && own + graph.loads()[*other as usize] <= most
            })
            .max_by_key(|(other, weight)| {
                (*weight, Reverse((graph.loads()[*other as usize], *other)))
            });
        // At most `MAX_ACCOUNTS` vertices.
        let name = loads.len() as u32;
        joined[vertex] = name;
        let mut load = own;
        if let Some(&(other, _)) = partner {
            joined[other as usize] = name;
            load += graph.loads()[other as usize];
        }
        loads.push(load);
    }
    let mut directed = Vec::new();
    for vertex in 0..graph.len() {
        for &(other, weight) in graph.neighbours(vertex) {
            let (from, to) = (joined[vertex], joined[other as usize]);
            if from != to {
                directed.push((from, to, weight));
            }
        }
    }
    // What lies within a coarse vertex is not needed: the measure is taken on the finest graph.
    (Graph::of_directed(loads, 0, directed), joined)
}

/// The best of several grown starts, each refined.
fn start(graph: &Graph, shards: u16, mean: u64, capacity: u64) -> Assignment {
    let mut best: Option<(u64, Assignment)> = None;
    for attempt in 0..TRIES {
        let mut grown = grow(graph, shards, mean, attempt);
        refine(graph, &mut grown, capacity, PASSES);
        let cut = super::measure(graph, &grown).cut;
        if best.as_ref().is_none_or(|(least, _)| cut < *least) {
            best = Some((cut, grown));
        }
    }
    best.map_or_else(
        || grow(graph, shards, mean, 0),
        |(_, assignment)| assignment,
    )
}

/// Grows shard after shard, always by the free vertex most tied to it, up to the mean load.
fn grow(graph: &Graph, shards: u16, mean: u64, attempt: usize) -> Assignment {
    let mut of: Vec<Option<u16>> = vec![None; graph.len()];
    let mut heaviest: Vec<usize> = (0..graph.len()).collect();
    heaviest.sort_by_key(|&vertex| (Reverse(graph.loads()[vertex]), vertex));
    let shift = attempt * graph.len() / TRIES;
    heaviest.rotate_left(shift);
    let mut load = vec![0u64; usize::from(shards)];
    for shard in 0..shards {
        let mut tie = vec![0u64; graph.len()];
        let mut border: BTreeSet<(u64, Reverse<usize>)> = BTreeSet::new();
        let mut seeds = heaviest.iter().copied();
        while load[usize::from(shard)] < mean {
            let next = match border.pop_last() {
                Some((_, Reverse(vertex))) => vertex,
                // Nothing tied to it is free: go on from the next free one.
                None => match seeds.find(|&vertex| of[vertex].is_none()) {
                    Some(vertex) => vertex,
                    None => break,
                },
            };
            let grown = load[usize::from(shard)] + graph.loads()[next];
            // Stop short when that is nearer to the mean than stepping over it.
            if grown > mean && grown - mean > mean - load[usize::from(shard)] {
                break;
            }
            of[next] = Some(shard);
            load[usize::from(shard)] = grown;
            for &(other, weight) in graph.neighbours(next) {
                let vertex = other as usize;
                if of[vertex].is_none() {
                    border.remove(&(tie[vertex], Reverse(vertex)));
                    tie[vertex] += weight;
                    border.insert((tie[vertex], Reverse(vertex)));
                }
            }
        }
    }
    // What no shard grew to goes to the emptiest, heaviest first.
    heaviest.rotate_right(shift);
    for vertex in heaviest {
        if of[vertex].is_none() {
            let shard = (0..shards)
                .min_by_key(|&shard| load[usize::from(shard)])
                .unwrap_or(0);
            of[vertex] = Some(shard);
            load[usize::from(shard)] += graph.loads()[vertex];
        }
    }
    Assignment {
        shards,
        of: of.into_iter().map(|shard| shard.unwrap_or(0)).collect(),
    }
}
