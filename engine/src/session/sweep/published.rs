//! What others published, to be shown beside: theirs, on their machines, with their settings.
//!
//! Figures are facts, quoted from the tables and texts that are named; where a text gives a bound
//! ("at most 30 % slower"), the bound is the figure and the setting says so.

use super::Axis;

/// What a published figure says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// Times as quick as their own sequential execution.
    Speedup,
    /// Times their own throughput at the axis's first value: where no sequential figure was published.
    OfFirst,
}

/// One curve that somebody published.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Published {
    /// Whose, of what.
    pub name: &'static str,
    /// Machine, threads and workload, as far as they were told.
    pub setting: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// What the figures say.
    pub quantity: Quantity,
    /// Values on the axis, ascending, each with its figure in hundredths.
    pub points: &'static [(u32, u32)],
}

const PAPER: &str = "Gelashvili et al., Block-STM, PPoPP 2023";
const GREVM: &str = "Galxe, grevm docs/v2/grevm2.1.md";
const GREVM_MACHINE: &str =
    "32 vCPU (AWS c7g.8xlarge), 1 Ggas of EVM transactions, state in memory, no database latency";

const LANES: [Published; 2] = [
    Published {
        name: "Block-STM, Diem payments",
        setting: "16 and 32 threads, AWS c5a.16xlarge, Move, state in memory, largest blocks; about 190 µs a transaction",
        source: PAPER,
        quantity: Quantity::Speedup,
        points: &[(16, 1_300), (32, 2_100)],
    },
    Published {
        name: "Block-STM, Aptos payments",
        setting: "16 and 32 threads, AWS c5a.16xlarge, Move, state in memory, largest blocks; about 100 µs a transaction",
        source: PAPER,
        quantity: Quantity::Speedup,
        points: &[(16, 1_200), (32, 1_700)],
    },
];

const ACCOUNTS: [Published; 1] = [Published {
    name: "Block-STM, Aptos payments",
    setting: "up to 32 threads, Move, random pairs, 8 reads and 5 writes, about 100 µs a transaction; with 2 accounts at most 30 % slower than in order, ahead from 10 on (drawn at 1), up to 8 with 100, 16 from 1,000 on",
    source: PAPER,
    quantity: Quantity::Speedup,
    points: &[
        (2, 70),
        (10, 100),
        (100, 800),
        (1_000, 1_600),
        (10_000, 1_600),
    ],
}];

const HOT: [Published; 3] = [
    Published {
        name: "grevm 2.1, raw transfers",
        setting: "10 % of 100,000 accounts get 30 % of the accesses; 32 vCPU (AWS c7g.8xlarge), EVM, 47,620 transactions",
        source: GREVM,
        quantity: Quantity::Speedup,
        points: &[(300, 267)],
    },
    Published {
        name: "grevm 2.1, ERC-20 transfers",
        setting: "10 % of 100,000 accounts get 30 % of the accesses; 32 vCPU (AWS c7g.8xlarge), EVM, 33,628 transactions",
        source: GREVM,
        quantity: Quantity::Speedup,
        points: &[(300, 413)],
    },
    Published {
        name: "grevm 2.1, mixed with two Uniswap pairs",
        setting: "10 % of 100,000 accounts get 30 % of the accesses; 32 vCPU (AWS c7g.8xlarge), EVM, 36,580 transactions",
        source: GREVM,
        quantity: Quantity::Speedup,
        points: &[(300, 142)],
    },
];

const DISTANCE: [Published; 2] = [
    Published {
        name: "grevm 2.1, chain of ERC-20 transfers",
        setting: "each depends on the one before; 32 vCPU (AWS c7g.8xlarge), 33,628 transactions, 128 % processor time",
        source: GREVM,
        quantity: Quantity::Speedup,
        points: &[(1, 95)],
    },
    Published {
        name: "pevm (Block-STM), the same chain",
        setting: "each depends on the one before; 32 vCPU (AWS c7g.8xlarge), 33,628 transactions, 2,987 % processor time",
        source: GREVM,
        quantity: Quantity::Speedup,
        points: &[(1, 69)],
    },
];

const POOLS: [Published; 1] = [Published {
    name: "Aptos, swaps",
    setting: "814 swaps/s on 1 pool, 11,378 on 100; Move, Aptos's continuous-integration runner, all stages of a node",
    source: "aptos-core testsuite/single_node_performance_values.tsv",
    quantity: Quantity::OfFirst,
    points: &[(1, 100), (100, 1_397)],
}];

const GRAIN: [Published; 2] = [
    Published {
        name: "grevm 2.1, no conflicts",
        setting: GREVM_MACHINE,
        source: "Galxe, grevm docs/v2/grevm2.1.md, table 1; grain is their sequential time over their transactions",
        quantity: Quantity::Speedup,
        points: &[(3_900, 281), (9_800, 506), (120_400, 868)],
    },
    Published {
        name: "Block-STM, Move payments",
        setting: "32 threads, AWS c5a.16xlarge, low contention; grain is a second over their sequential rate",
        source: PAPER,
        quantity: Quantity::Speedup,
        points: &[(100_000, 1_700), (190_000, 2_100)],
    },
];

const BLOCK: [Published; 2] = [
    Published {
        name: "Block-STM, Diem payments",
        setting: "32 threads, low contention; blocks of 10,000, and the largest blocks (drawn at 50,000)",
        source: PAPER,
        quantity: Quantity::Speedup,
        points: &[(10_000, 1_800), (50_000, 2_100)],
    },
    Published {
        name: "Sei, optimistic execution",
        setting: "Go, bank transfers, a microbenchmark of a pull request of 2025: their loss with the size of the block",
        source: "sei-protocol/sei-chain pull request 2901",
        quantity: Quantity::Speedup,
        points: &[(100, 270), (5_000, 72)],
    },
];

/// The curves that were published over this axis; none for the skew.
pub const fn published(axis: Axis) -> &'static [Published] {
    match axis {
        Axis::Lanes => &LANES,
        Axis::Accounts => &ACCOUNTS,
        Axis::Skew => &[],
        Axis::Hot => &HOT,
        Axis::Distance => &DISTANCE,
        Axis::Pools => &POOLS,
        Axis::Grain => &GRAIN,
        Axis::Block => &BLOCK,
    }
}
