//! Deterministic community allocation for throughput, after TxAllo (Zhang, Pan and Yu, ICDE 2023,
//! arXiv 2212.11584, its global algorithm G-TxAllo), written anew.
//!
//! A shard's *workload* is its inner transactions and `eta` times those it shares with another one; it
//! has room for `capacity`, an equal part of all transactions. Its *throughput* is its inner
//! transactions and half of the shared ones, cut down by `capacity / workload` once it is overloaded.
//! Communities ([`super::louvain`]) are given to shards, largest first; then accounts move, in the order
//! of their numbers, to the connected or the least loaded shard where the sum of throughputs gains most.
//!
//! Three things are not as in the paper. It gives the accounts of small communities to shards one by one;
//! here a community goes as a whole, since communities may be far more than shards. It goes to a shard that
//! stays below the mean workload as long as there is one: beyond its room, a shard's throughput hardly
//! depends on how much more it is given, so the measure alone leaves shards uneven. And of moves that gain
//! nothing in throughput, those that cut less are made: as long as no shard is full, the measure does not
//! tell placements apart.

use std::cmp::Reverse;

use super::louvain::communities;
use super::{Assignment, Graph};

/// Parts that one transaction's throughput is counted in. Even, as a shared one counts half.
const PARTS: u64 = 1 << 20;

/// Cost and limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What a transaction between shards costs each of its two, in thousandths of an inner one.
    pub eta: u32,
    /// Most passes over all accounts.
    pub passes: u32,
}

impl Default for Settings {
    /// Twice the work at each of both shards, the least that the paper looks at; 100 passes.
    fn default() -> Self {
        Self {
            eta: 2_000,
            passes: 100,
        }
    }
}

/// An allocation, and how it came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Where accounts are.
    pub assignment: Assignment,
    /// Throughput once communities have their shards, and after each pass: in `1 / 2^20` transactions.
    pub throughput: Vec<u128>,
}

/// What one shard has, in transactions.
#[derive(Debug, Clone, Copy, Default)]
struct Book {
    inner: u64,
    shared: u64,
    accounts: u64,
}

/// What transactions cost and how much room a shard has, in thousandths of one.
#[derive(Debug, Clone, Copy)]
struct Rule {
    eta: u64,
    capacity: u64,
}

impl Rule {
    fn new(graph: &Graph, shards: u16, eta: u32) -> Self {
        let edges: u64 = (0..graph.len())
            .flat_map(|vertex| graph.neighbours(vertex))
            .map(|edge| edge.1)
            .sum();
        Self {
            eta: eta.into(),
            capacity: 1_000 * (edges / 2 + graph.inner()) / u64::from(shards),
        }
    }

    fn workload(self, book: Book) -> u64 {
        1_000 * book.inner + self.eta * book.shared
    }

    /// Rounded down.
    fn throughput(self, book: Book) -> u128 {
        let full = u128::from(PARTS * book.inner + PARTS / 2 * book.shared);
        let workload = self.workload(book);
        if workload <= self.capacity {
            full
        } else {
            full * u128::from(self.capacity) / u128::from(workload)
        }
    }
}

/// The throughput of a placement that has a shard for every vertex, in `1 / 2^20` transactions.
#[must_use]
pub fn throughput(graph: &Graph, assignment: &Assignment, eta: u32) -> u128 {
    let rule = Rule::new(graph, assignment.shards.max(1), eta);
    let books = books(graph, &assignment.of, assignment.shards.into());
    books.into_iter().map(|book| rule.throughput(book)).sum()
}

/// Allocates to `shards` (at least one).
#[must_use]
pub fn allocate(graph: &Graph, shards: u16, settings: Settings) -> Allocation {
    let shards = shards.max(1);
    let rule = Rule::new(graph, shards, settings.eta);
    let mut assignment = Assignment {
        shards,
        of: hand_out(graph, shards, rule),
    };
    let mut books = books(graph, &assignment.of, shards.into());
    let sum = |books: &[Book]| books.iter().map(|book| rule.throughput(*book)).sum();
    let mut throughput: Vec<u128> = vec![sum(&books)];
    for _ in 0..settings.passes {
        if !pass(graph, &mut assignment.of, &mut books, rule) {
            break;
        }
        throughput.push(sum(&books));
    }
    Allocation {
        assignment,
        throughput,
    }
}

/// Inner and shared transactions of each group.
fn books(graph: &Graph, of: &[impl Copy + Eq + Into<u32>], groups: usize) -> Vec<Book> {
    let mut books = vec![Book::default(); groups];
    for (vertex, own) in of.iter().enumerate() {
        let mut inside = 0;
        let book = &mut books[(*own).into() as usize];
        for &(other, weight) in graph.neighbours(vertex) {
            if of[other as usize] == *own {
                inside += weight;
            } else {
                book.shared += weight;
            }
        }
        // Twice what lies within, until all vertices have been seen.
        book.inner += 2 * alone(graph, vertex) + inside;
        book.accounts += 1;
    }
    for book in &mut books {
        book.inner /= 2;
    }
    books
}

/// Transactions of a vertex with itself.
fn alone(graph: &Graph, vertex: usize) -> u64 {
    let edges: u64 = graph.neighbours(vertex).iter().map(|edge| edge.1).sum();
    graph.loads()[vertex] - edges
}

/// Gives communities to shards: the largest one each, the others in order to where workload stays below
/// its mean and throughput gains most, then where they have most in common, then where there are fewest
/// accounts; to the least loaded where none has room.
fn hand_out(graph: &Graph, shards: u16, rule: Rule) -> Vec<u16> {
    let community = communities(graph);
    let count = community.iter().max().map_or(0, |last| *last as usize + 1);
    let sizes = books(graph, &community, count);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (vertex, &of) in community.iter().enumerate() {
        members[of as usize].push(vertex);
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&number| (Reverse(rule.workload(sizes[number])), number));
    let whole: u64 = sizes.iter().map(|size| rule.workload(*size)).sum();
    let mean = whole.div_ceil(shards.into());
    let mut home: Vec<Option<u16>> = vec![None; count];
    let mut filled = vec![Book::default(); usize::from(shards)];
    let mut common = vec![0u64; usize::from(shards)];
    for (rank, number) in order.into_iter().enumerate() {
        common.fill(0);
        for &vertex in &members[number] {
            for &(other, weight) in graph.neighbours(vertex) {
                if let Some(shard) = home[community[other as usize] as usize] {
                    common[usize::from(shard)] += weight;
                }
            }
        }
        let with = |shard: u16| {
            let (book, size) = (filled[usize::from(shard)], sizes[number]);
            let both = common[usize::from(shard)];
            Book {
                inner: book.inner + size.inner + both,
                shared: book.shared + size.shared - 2 * both,
                accounts: book.accounts + size.accounts,
            }
        };
        let first = (rank < usize::from(shards)).then_some(rank as u16);
        let best = first.or_else(|| {
            (0..shards).max_by_key(|&shard| {
                let book = filled[usize::from(shard)];
                // Shards may lose by what they take on, but both sums are below 2^63.
                let gain = rule.throughput(with(shard)) as i128 - rule.throughput(book) as i128;
                let both = common[usize::from(shard)];
                let over = rule.workload(with(shard)).saturating_sub(mean);
                let wanted = (gain, both, Reverse(book.accounts), Reverse(shard));
                (Reverse(over), wanted)
            })
        });
        let best = best.unwrap_or_default();
        filled[usize::from(best)] = with(best);
        home[number] = Some(best);
    }
    community
        .iter()
        .map(|&number| home[number as usize].unwrap_or_default())
        .collect()
}

/// Moves each account once to where the sum of throughputs gains most, or where it cuts less at no
/// loss. Whether one moved.
fn pass(graph: &Graph, of: &mut [u16], books: &mut [Book], rule: Rule) -> bool {
    let mut towards = vec![0u64; books.len()];
    let mut touched: Vec<usize> = Vec::new();
    let mut has_moved = false;
    for vertex in 0..graph.len() {
        let own = usize::from(of[vertex]);
        let mut edges = 0;
        for &(other, weight) in graph.neighbours(vertex) {
            let shard = usize::from(of[other as usize]);
            if towards[shard] == 0 {
                touched.push(shard);
            }
            towards[shard] += weight;
            edges += weight;
        }
        let itself = graph.loads()[vertex] - edges;
        let least = (0..books.len()).min_by_key(|&shard| (rule.workload(books[shard]), shard));
        touched.extend(least.filter(|&shard| towards[shard] == 0));
        touched.sort_unstable();
        let left = Book {
            inner: books[own].inner - itself - towards[own],
            shared: books[own].shared + towards[own] - (edges - towards[own]),
            accounts: books[own].accounts - 1,
        };
        let joined = |shard: usize| Book {
            inner: books[shard].inner + itself + towards[shard],
            shared: books[shard].shared + (edges - towards[shard]) - towards[shard],
            accounts: books[shard].accounts + 1,
        };
        let sums = |shard: usize| {
            let apart = rule.throughput(left) + rule.throughput(joined(shard));
            let stay = rule.throughput(books[own]) + rule.throughput(books[shard]);
            apart as i128 - stay as i128
        };
        let (mut best, mut most) = (own, (0, towards[own]));
        for &shard in touched.iter().filter(|&&shard| shard != own) {
            let gained = (sums(shard), towards[shard]);
            if gained > most {
                (best, most) = (shard, gained);
            }
        }
        if best != own {
            books[best] = joined(best);
            books[own] = left;
            // Below the number of shards, a u16.
            of[vertex] = best as u16;
            has_moved = true;
        }
        for shard in touched.drain(..) {
            towards[shard] = 0;
        }
    }
    has_moved
}
