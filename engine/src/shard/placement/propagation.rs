//! Label propagation with a penalty on load: CLPA (Li, Luo, Zheng and others, SRDS 2022, section IV).
//!
//! A vertex moves to the shard with the best `w * (1 - beta * load / least load)`, `w` the weight of
//! its edges into that shard; a shard's load is the weight of the edges that touch it.

use super::{Assignment, Graph};

/// Limits and penalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The penalty `beta`, in thousandths.
    pub penalty: u32,
    /// Most passes over all vertices.
    pub passes: u32,
    /// Most moves of one vertex.
    pub moves: u32,
}

impl Default for Settings {
    /// A penalty of one half, 100 passes, 50 moves.
    fn default() -> Self {
        Self {
            penalty: 500,
            passes: 100,
            moves: 50,
        }
    }
}

/// Improves `base`, which has a shard for every vertex. Without a penalty the cut never rises.
#[must_use]
pub fn propagate(graph: &Graph, base: &Assignment, settings: Settings) -> Assignment {
    let mut result = base.clone();
    let shards = usize::from(base.shards);
    let mut load = vec![0u64; shards];
    for vertex in 0..graph.len() {
        for &(other, weight) in graph.neighbours(vertex) {
            let (own, there) = (result.of[vertex], result.of[other as usize]);
            // An inner edge is seen from both ends and counts once.
            if own != there || vertex < other as usize {
                load[usize::from(own)] += weight;
            }
        }
    }
    let mut moved = vec![0u32; graph.len()];
    let mut towards = vec![0u64; shards];
    let mut touched = Vec::new();
    for _ in 0..settings.passes {
        let mut quiet = true;
        for (vertex, moved) in moved.iter_mut().enumerate() {
            if *moved >= settings.moves {
                continue;
            }
            let own = usize::from(result.of[vertex]);
            let mut degree = 0;
            for &(other, weight) in graph.neighbours(vertex) {
                let shard = usize::from(result.of[other as usize]);
                if towards[shard] == 0 {
                    touched.push(shard);
                }
                towards[shard] += weight;
                degree += weight;
            }
            let least = load.iter().copied().min().unwrap_or(0).max(1);
            let score = |shard: usize| {
                let room = 1000 * i128::from(least)
                    - i128::from(settings.penalty) * i128::from(load[shard]);
                i128::from(towards[shard]) * room
            };
            touched.sort_unstable();
            let mut best = own;
            for &shard in &touched {
                if score(shard) > score(best) {
                    best = shard;
                }
            }
            if best != own {
                load[own] -= degree - towards[own];
                load[best] += degree - towards[best];
                // Below the number of shards, a u16.
                result.of[vertex] = best as u16;
                *moved += 1;
                quiet = false;
            }
            for shard in touched.drain(..) {
                towards[shard] = 0;
            }
        }
        if quiet {
            break;
        }
    }
    result
}
