//! What each scheduler promises, as data: what a picker shows and a command lists.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a scheduler promises.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Descriptor {
    /// Its name in documents and commands.
    pub name: Cow<'static, str>,
    /// What it does and what that costs, in a sentence or two.
    pub line: Cow<'static, str>,
    /// Whether its result is that of the block's own order.
    pub keeps_block_order: bool,
    /// Whether a run can be withdrawn although nothing was declared wrongly.
    pub can_abort: bool,
    /// Whether it has to be told beforehand what transactions touch.
    pub needs_access_sets: bool,
    /// Who described it, and where.
    pub source: Cow<'static, str>,
}

/// Every scheduler, in the order in which a picker shows them.
pub static DESCRIPTORS: [Descriptor; 10] = [
    Descriptor {
        name: Cow::Borrowed("serial"),
        line: Cow::Borrowed(
            "One after the other, in block order: the result that the others are measured against.",
        ),
        keeps_block_order: true,
        can_abort: false,
        needs_access_sets: false,
        source: Cow::Borrowed("the definition of a block"),
    },
    Descriptor {
        name: Cow::Borrowed("block_stm"),
        line: Cow::Borrowed(
            "Runs everything at once on versions and checks afterwards; whoever read something stale runs again.",
        ),
        keeps_block_order: true,
        can_abort: true,
        needs_access_sets: false,
        source: Cow::Borrowed("Gelashvili et al., Block-STM, PPoPP 2023 (arXiv 2203.06871)"),
    },
    Descriptor {
        name: Cow::Borrowed("block_stm_2"),
        line: Cow::Borrowed(
            "Block-STM without validations: whoever changes a value withdraws exactly the runs that had read it.",
        ),
        keeps_block_order: true,
        can_abort: true,
        needs_access_sets: false,
        source: Cow::Borrowed(
            "Block-STM's order and versions; visible reads (Herlihy et al., PODC 2003); after an idea of Aptos's second scheduler",
        ),
    },
    Descriptor {
        name: Cow::Borrowed("priority_graph"),
        line: Cow::Borrowed(
            "Locks what transactions declare and starts each when those before it let go; every writer waits for every reader.",
        ),
        keeps_block_order: true,
        can_abort: false,
        needs_access_sets: true,
        source: Cow::Borrowed("Solana: Agave's prio-graph scheduler"),
    },
    Descriptor {
        name: Cow::Borrowed("preassigned"),
        line: Cow::Borrowed(
            "Gives every declared read its version beforehand, so that only readers wait, and only for that version.",
        ),
        keeps_block_order: true,
        can_abort: false,
        needs_access_sets: true,
        source: Cow::Borrowed(
            "Faleiro and Abadi, BOHM, VLDB 2015; Sui's shared-object version assignment",
        ),
    },
    Descriptor {
        name: Cow::Borrowed("reservation"),
        line: Cow::Borrowed(
            "Runs a batch on one snapshot and lets the smallest place win each slot; losers run in the next batch, out of the block's order.",
        ),
        keeps_block_order: false,
        can_abort: true,
        needs_access_sets: false,
        source: Cow::Borrowed("Lu, Yu, Cao and Madden, Aria, VLDB 2020"),
    },
    Descriptor {
        name: Cow::Borrowed("bloom_frames"),
        line: Cow::Borrowed(
            "Sorts transactions into frames without conflicts by Bloom filters and runs frame after frame, out of the block's order.",
        ),
        keeps_block_order: false,
        can_abort: false,
        needs_access_sets: true,
        source: Cow::Borrowed("Zarick et al., FAFO, 2025 (arXiv 2507.10757)"),
    },
    Descriptor {
        name: Cow::Borrowed("dependency_graph"),
        line: Cow::Borrowed(
            "Follows the dependencies that the block's builder saw, and checks every run; a wrong hint costs a run.",
        ),
        keeps_block_order: true,
        can_abort: true,
        needs_access_sets: true,
        source: Cow::Borrowed("Polygon PIP-16 (bor); grevm 2.1"),
    },
    Descriptor {
        name: Cow::Borrowed("access_list"),
        line: Cow::Borrowed(
            "Replays the block along a list of every value: nobody waits, but somebody ran it in order first.",
        ),
        keeps_block_order: true,
        can_abort: false,
        needs_access_sets: true,
        source: Cow::Borrowed("EIP-7928, Block-Level Access Lists"),
    },
    Descriptor {
        name: Cow::Borrowed("two_phase_locking"),
        line: Cow::Borrowed(
            "Takes locks while running and holds them to the commit; an earlier transaction takes them from a later one, which runs again.",
        ),
        keeps_block_order: true,
        can_abort: true,
        needs_access_sets: false,
        source: Cow::Borrowed(
            "Eswaran et al., CACM 1976; wound-wait: Rosenkrantz, Stearns and Lewis, TODS 1978",
        ),
    },
];

/// The descriptor with this name.
pub fn named(name: &str) -> Option<&'static Descriptor> {
    DESCRIPTORS.iter().find(|entry| entry.name == name)
}
