//! How good an assignment is.

use super::Graph;

/// A shard for every account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Number of shards, at least one.
    pub shards: u16,
    /// Shard of each account, below `shards`.
    pub of: Vec<u16>,
}

/// What an assignment costs, in transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Transactions between shards.
    pub cut: u64,
    /// All transactions.
    pub total: u64,
    /// Load of each shard.
    pub loads: Vec<u64>,
}

impl Measure {
    /// Cross-shard transactions per million, rounded down; zero when there are none at all.
    #[must_use]
    pub fn cross_per_million(&self) -> u64 {
        per_million(self.cut, self.total)
    }

    /// Load of the fullest shard over the mean load, per million, rounded down.
    #[must_use]
    pub fn imbalance_per_million(&self) -> u64 {
        let most = self.loads.iter().copied().max().unwrap_or(0);
        let sum = self.loads.iter().sum();
        per_million(most.saturating_mul(self.loads.len() as u64), sum)
    }
}

fn per_million(part: u64, whole: u64) -> u64 {
    let scaled = u128::from(part) * 1_000_000 / u128::from(whole.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// Measures an assignment that has a shard for every vertex.
#[must_use]
pub fn measure(graph: &Graph, assignment: &Assignment) -> Measure {
    let mut loads = vec![0; usize::from(assignment.shards)];
    let (mut cut, mut twice) = (0, 0);
    for (vertex, load) in graph.loads().iter().enumerate() {
        let own = assignment.of[vertex];
        loads[usize::from(own)] += load;
        for &(other, weight) in graph.neighbours(vertex) {
            twice += weight;
            if assignment.of[other as usize] != own {
                cut += weight;
            }
        }
    }
    Measure {
        cut: cut / 2,
        total: twice / 2 + graph.inner(),
        loads,
    }
}
