//! Moving one vertex at a time, the best first, also when it costs; then back to the best moment.
//!
//! Fiduccia and Mattheyses (DAC 1982), for many shards at once as Karypis and Kumar do it (J.
//! Parallel Distrib. Comput. 48, 1998). Buckets of equal gain are an ordered set here, because a
//! gain is as large as a transaction count.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Assignment, Graph};

/// Moves without a new best after which a pass ends.
const PATIENCE: usize = 256;

struct Pass<'a> {
    graph: &'a Graph,
    assignment: &'a mut Assignment,
    load: Vec<u64>,
    capacity: u64,
    towards: Vec<u64>,
    touched: Vec<usize>,
    buckets: BTreeSet<(i64, Reverse<usize>, u16)>,
    filed: Vec<Option<(i64, u16)>>,
    locked: Vec<bool>,
}

/// Refines in at most `passes` passes, with no move into a shard above `capacity` transactions of
/// load. The cut never rises. Gives the cut's fall after each pass, in transactions.
pub fn refine(graph: &Graph, assignment: &mut Assignment, capacity: u64, passes: u32) -> Vec<u64> {
    let mut falls = Vec::new();
    for _ in 0..passes {
        let mut pass = Pass::new(graph, assignment, capacity);
        let fall = pass.run();
        falls.push(fall);
        if fall == 0 {
            break;
        }
    }
    falls
}

impl<'a> Pass<'a> {
    fn new(graph: &'a Graph, assignment: &'a mut Assignment, capacity: u64) -> Self {
        let mut load = vec![0; usize::from(assignment.shards)];
        for (shard, vertex_load) in assignment.of.iter().zip(graph.loads()) {
            load[usize::from(*shard)] += vertex_load;
        }
        Self {
            towards: vec![0; load.len()],
            touched: Vec::new(),
            buckets: BTreeSet::new(),
            filed: vec![None; graph.len()],
            locked: vec![false; graph.len()],
            graph,
            assignment,
            load,
            capacity,
        }
    }

    fn run(&mut self) -> u64 {
        for vertex in 0..self.graph.len() {
            self.file(vertex);
        }
        let (mut gained, mut best, mut kept) = (0i64, 0i64, 0);
        let mut trail: Vec<(usize, u16)> = Vec::new();
        while let Some((gain, Reverse(vertex), target)) = self.buckets.pop_last() {
            self.filed[vertex] = None;
            if self.load[usize::from(target)] + self.graph.loads()[vertex] > self.capacity {
                // Room went since it was filed; file again where there is some, if anywhere.
                self.file(vertex);
                continue;
            }
            trail.push((vertex, self.assignment.of[vertex]));
            self.locked[vertex] = true;
            self.put(vertex, target);
            gained += gain;
            if gained > best {
                (best, kept) = (gained, trail.len());
            }
            if trail.len() - kept > PATIENCE {
                break;
            }
            for at in 0..self.graph.neighbours(vertex).len() {
                let other = self.graph.neighbours(vertex)[at].0 as usize;
                self.file(other);
            }
        }
        for (vertex, home) in trail.drain(kept..).rev() {
            self.put(vertex, home);
        }
        best.unsigned_abs()
    }

    fn put(&mut self, vertex: usize, shard: u16) {
        let weight = self.graph.loads()[vertex];
        self.load[usize::from(self.assignment.of[vertex])] -= weight;
        self.load[usize::from(shard)] += weight;
        self.assignment.of[vertex] = shard;
    }

    /// Files a free vertex under its best move into a shard with room that it has an edge to.
    fn file(&mut self, vertex: usize) {
        if let Some((gain, target)) = self.filed[vertex].take() {
            self.buckets.remove(&(gain, Reverse(vertex), target));
        }
        if self.locked[vertex] {
            return;
        }
        let own = usize::from(self.assignment.of[vertex]);
        for &(other, weight) in self.graph.neighbours(vertex) {
            let shard = usize::from(self.assignment.of[other as usize]);
            if self.towards[shard] == 0 {
                self.touched.push(shard);
            }
            self.towards[shard] += weight;
        }
        let weight = self.graph.loads()[vertex];
        let inside = self.towards[own];
        let best = self
            .touched
            .iter()
            .copied()
            .filter(|&shard| shard != own && self.load[shard] + weight <= self.capacity)
            .max_by_key(|&shard| (self.towards[shard], Reverse(shard)));
        if let Some(shard) = best {
            // Both are at most the number of transactions, far below 2^63.
            let gain = self.towards[shard] as i64 - inside as i64;
            let target = shard as u16;
            self.buckets.insert((gain, Reverse(vertex), target));
            self.filed[vertex] = Some((gain, target));
        }
        for shard in self.touched.drain(..) {
            self.towards[shard] = 0;
        }
    }
}
