//! Who leads a view.

use crate::primitives::NodeIndex;

/// In turn: view modulo the number of nodes (PBFT §4, and most since).
pub const fn in_turn(view: u64, nodes: u32) -> NodeIndex {
    NodeIndex((view % nodes as u64) as u32)
}
