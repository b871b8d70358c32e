//! Faults as data: an act is scripted, or done by hand and then recorded, which is the same thing.

use crate::primitives::Micros;
use serde::{Deserialize, Serialize};

/// A fault at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Act {
    /// When, in microseconds since the start.
    pub at: Micros,
    /// What.
    pub kind: ActKind,
}

/// What befalls a node or the network. Nodes are named by number; copies come after all originals.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ActKind {
    /// The node stops; what arrives meanwhile is lost.
    Crash {
        /// Which.
        node: u32,
    },
    /// The node is up again with what it had stored.
    Recover {
        /// Which.
        node: u32,
        /// It has lost its stable storage as well.
        forgets: bool,
    },
    /// Messages go only between nodes of one group; others are held until it heals. Nodes that no group
    /// names form one more group. Replaces an earlier partition.
    Partition {
        /// The groups.
        groups: Vec<Vec<u32>>,
    },
    /// The partition ends; what was held is sent on.
    Heal,
    /// Everything that the node sends takes longer.
    Slow {
        /// Which.
        node: u32,
        /// By how much; 0 ends it.
        delay: Micros,
    },
    /// Everything from one node to another takes longer.
    Delay {
        /// The sender.
        from: u32,
        /// The receiver.
        to: u32,
        /// By how much; 0 ends it.
        delay: Micros,
    },
    /// One message that is on its way is lost.
    DropMessage {
        /// Its number.
        id: u64,
    },
    /// The next messages of a kind are lost.
    DropKind {
        /// From this node only.
        from: Option<u32>,
        /// To this node only.
        to: Option<u32>,
        /// Of this kind, by number.
        kind: u8,
        /// How many.
        count: u32,
    },
    /// The node's clock is wrong.
    Skew {
        /// Which.
        node: u32,
        /// It shows so much more than the right time; timers that run are not moved.
        ahead: Micros,
        /// It runs faster by so many millionths (slower if negative).
        drift_ppm: i32,
    },
    /// The node is given an order by number.
    Order {
        /// Which.
        node: u32,
        /// What the order means is the machine's affair.
        order: u8,
    },
    /// From now on two machines run with the node's identity; the copy is a new node.
    Copy {
        /// Which.
        node: u32,
    },
}
