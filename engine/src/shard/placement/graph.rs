//! Accounts as vertices, transactions between two of them as weighted edges.

/// Most accounts in a graph.
pub const MAX_ACCOUNTS: u32 = 1 << 20;
/// Most transactions a graph is built from.
pub const MAX_TRANSACTIONS: usize = 1 << 23;

/// Why a graph cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// More accounts than the bound.
    #[error("accounts: {0} is more than {MAX_ACCOUNTS}; take fewer")]
    Accounts(u32),
    /// More transactions than the bound.
    #[error("transactions: {0} is more than {MAX_TRANSACTIONS}; take fewer")]
    Transactions(usize),
    /// A transaction names an account that is not there.
    #[error("transactions[{index}]: account {account} is not below the number of accounts")]
    Account {
        /// Position of the transaction.
        index: usize,
        /// The account it names.
        account: u32,
    },
}

/// An undirected weighted graph in compressed rows: every edge is stored at both ends, no edge
/// joins a vertex with itself, neighbours ascend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    offsets: Vec<usize>,
    edges: Vec<(u32, u64)>,
    loads: Vec<u64>,
    inner: u64,
}

impl Graph {
    /// Builds from pairs of accounts, one per transaction; a pair of the same account twice is a
    /// transaction that no placement can split. A vertex's load is the transactions it is part of.
    ///
    /// # Errors
    /// Too many accounts or transactions, or every transaction naming an unknown account.
    pub fn of_transactions(accounts: u32, pairs: &[(u32, u32)]) -> Result<Self, Vec<GraphError>> {
        let mut problems = Vec::new();
        if accounts > MAX_ACCOUNTS {
            problems.push(GraphError::Accounts(accounts));
        }
        if pairs.len() > MAX_TRANSACTIONS {
            problems.push(GraphError::Transactions(pairs.len()));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        for (index, &(from, to)) in pairs.iter().enumerate() {
            for account in [from, to] {
                if account >= accounts {
                    problems.push(GraphError::Account { index, account });
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut loads = vec![0; accounts as usize];
        let mut inner = 0;
        let mut directed = Vec::with_capacity(pairs.len() * 2);
        for &(from, to) in pairs {
            loads[from as usize] += 1;
            if from == to {
                inner += 1;
            } else {
                loads[to as usize] += 1;
                directed.push((from, to, 1));
                directed.push((to, from, 1));
            }
        }
        Ok(Self::of_directed(loads, inner, directed))
    }

    /// Builds from edges given at both ends; equal edges are added up.
    pub(super) fn of_directed(
        loads: Vec<u64>,
        inner: u64,
        mut directed: Vec<(u32, u32, u64)>,
    ) -> Self {
        directed.sort_unstable();
        let mut offsets = vec![0; loads.len() + 1];
        let mut edges: Vec<(u32, u64)> = Vec::with_capacity(directed.len());
        let mut last = None;
        for (from, to, weight) in directed {
            if last == Some((from, to)) {
                if let Some(edge) = edges.last_mut() {
                    edge.1 += weight;
                }
            } else {
                edges.push((to, weight));
                offsets[from as usize + 1] += 1;
                last = Some((from, to));
            }
        }
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        Self {
            offsets,
            edges,
            loads,
            inner,
        }
    }

    /// The same edges with other loads, one per vertex.
    pub(super) fn with_loads(&self, loads: Vec<u64>) -> Self {
        Self {
            loads,
            ..self.clone()
        }
    }

    /// Number of vertices.
    #[must_use]
    pub fn len(&self) -> usize {
        self.loads.len()
    }

    /// Whether there is no vertex.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.loads.is_empty()
    }

    /// Neighbours of a vertex below `len()`, with the weight of the edge to each.
    #[must_use]
    pub fn neighbours(&self, vertex: usize) -> &[(u32, u64)] {
        &self.edges[self.offsets[vertex]..self.offsets[vertex + 1]]
    }

    /// Load of each vertex, in transactions.
    #[must_use]
    pub fn loads(&self) -> &[u64] {
        &self.loads
    }

    /// Transactions within one vertex.
    #[must_use]
    pub const fn inner(&self) -> u64 {
        self.inner
    }
}
