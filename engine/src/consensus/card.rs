//! What a viewer is shown of one replica.

use super::block::BlockId;
use super::certificate::Phase;
use crate::primitives::NodeIndex;
use serde::{Deserialize, Serialize};

/// Where a replica stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Card {
    /// The view it is in.
    pub view: u64,
    /// Who leads that view.
    pub leader: NodeIndex,
    /// The height it decided last; 0 for none.
    pub decided: u64,
    /// The view and the block that it is locked on.
    pub lock: Option<(u64, BlockId)>,
    /// What it counts, the newest first; few lines.
    pub counts: Vec<CardCount>,
    /// What it waits for.
    pub waits: Waits,
}

/// A count toward a quorum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CardCount {
    /// The phase, by its number in the protocol's list of names.
    pub phase: Phase,
    /// The view.
    pub view: u64,
    /// The height.
    pub height: u64,
    /// The block.
    pub block: BlockId,
    /// How many it has.
    pub have: u32,
    /// How many it needs.
    pub need: u32,
}

/// What a replica waits for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// For nothing: all that was asked for is decided.
    Nothing,
    /// For something to propose.
    Payload,
    /// For the leader's proposal.
    Proposal {
        /// In this view.
        view: u64,
        /// From this node.
        leader: NodeIndex,
    },
    /// For votes.
    Votes {
        /// In this phase.
        phase: Phase,
        /// In this view.
        view: u64,
        /// So many are there.
        have: u32,
        /// So many are needed.
        need: u32,
    },
    /// For others to give up the view as well.
    ViewChange {
        /// To get to this view.
        view: u64,
        /// So many want to.
        have: u32,
        /// So many are needed.
        need: u32,
    },
    /// For the leader of a new view to open it.
    NewView {
        /// Which view.
        view: u64,
        /// Who is to open it.
        leader: NodeIndex,
    },
    /// For blocks that others have decided.
    Sync,
    /// For a slot or a span of time to pass.
    Time,
}
