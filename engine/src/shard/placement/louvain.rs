//! Communities by modularity, for [`super::allocation`] to begin with.
//!
//! Blondel, Guillaume, Lambiotte and Lefebvre (J. Stat. Mech. P10008, 2008): every vertex moves to
//! the neighbouring community that raises modularity most until none does; communities become the
//! vertices of a smaller graph, and again. Vertices go in the order of their numbers and ties stay
//! or go to the lowest community, so that there is one result. Gains are compared multiplied by the
//! weight of all edges, in whole numbers.

use super::Graph;

/// Passes over all vertices of one level.
const PASSES: usize = 32;
/// Most levels.
const LEVELS: usize = 32;

/// The community of each vertex: numbers from 0 on without gaps, by their first vertex.
#[must_use]
pub fn communities(graph: &Graph) -> Vec<u32> {
    // What a vertex's edges weigh; what lies within it counts at both of its ends.
    let strengths = (0..graph.len())
        .map(|vertex| {
            let edges: u64 = graph.neighbours(vertex).iter().map(|edge| edge.1).sum();
            2 * graph.loads()[vertex] - edges
        })
        .collect();
    let mut level = graph.with_loads(strengths);
    // There are at most `MAX_ACCOUNTS` vertices.
    let mut of: Vec<u32> = (0..graph.len() as u32).collect();
    for _ in 0..LEVELS {
        let Some(joined) = join(&level) else {
            break;
        };
        for community in &mut of {
            *community = joined[*community as usize];
        }
        level = merge(&level, &joined);
    }
    of
}

/// One level: the community of each vertex, or nothing if none moves.
fn join(graph: &Graph) -> Option<Vec<u32>> {
    let strengths = graph.loads();
    let whole: i128 = strengths.iter().map(|strength| i128::from(*strength)).sum();
    let mut of: Vec<u32> = (0..graph.len() as u32).collect();
    let mut total = strengths.to_vec();
    let mut towards = vec![0u64; graph.len()];
    let mut touched: Vec<u32> = Vec::new();
    let mut has_moved = false;
    for _ in 0..PASSES {
        let mut quiet = true;
        for (vertex, &strength) in strengths.iter().enumerate() {
            for &(other, weight) in graph.neighbours(vertex) {
                let community = of[other as usize];
                if towards[community as usize] == 0 {
                    touched.push(community);
                }
                towards[community as usize] += weight;
            }
            let own = of[vertex];
            total[own as usize] -= strength;
            let gain = |community: u32| {
                let place = community as usize;
                i128::from(towards[place]) * whole - i128::from(strength) * i128::from(total[place])
            };
            touched.sort_unstable();
            let (mut best, mut most) = (own, gain(own));
            for &community in &touched {
                let gained = gain(community);
                if gained > most {
                    (best, most) = (community, gained);
                }
            }
            total[best as usize] += strength;
            quiet &= best == own;
            of[vertex] = best;
            for community in touched.drain(..) {
                towards[community as usize] = 0;
            }
        }
        if quiet {
            break;
        }
        has_moved = true;
    }
    has_moved.then(|| number(&of))
}

/// The same communities, numbered by their first vertex.
fn number(of: &[u32]) -> Vec<u32> {
    let mut names: Vec<Option<u32>> = vec![None; of.len()];
    let mut next = 0;
    of.iter()
        .map(|&community| {
            *names[community as usize].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

/// The graph whose vertices are the communities.
fn merge(graph: &Graph, joined: &[u32]) -> Graph {
    let count = joined.iter().max().map_or(0, |last| *last as usize + 1);
    let mut strengths = vec![0; count];
    let mut directed = Vec::new();
    for (vertex, &from) in joined.iter().enumerate() {
        strengths[from as usize] += graph.loads()[vertex];
        for &(other, weight) in graph.neighbours(vertex) {
            let to = joined[other as usize];
            if from != to {
                directed.push((from, to, weight));
            }
        }
    }
    Graph::of_directed(strengths, 0, directed)
}
