//! What a run tells whoever serves it with payloads.

use super::block::Block;
use super::block::BlockId;
use crate::primitives::Micros;
use crate::sim::Moment;

/// A replica wants something to propose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// When, where, and through which messages.
    pub moment: Moment,
    /// At which height.
    pub height: u64,
    /// Whether it wants one client's transactions left out ([`super::Behaviour::Censor`]).
    pub is_censoring: bool,
}

/// An honest replica decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decided {
    /// When.
    pub at: Micros,
    /// Which node.
    pub node: u32,
    /// At which height.
    pub height: u64,
    /// Which block.
    pub block: BlockId,
}

/// What has happened, each list in order; proposals come before decisions, decisions before questions.
#[derive(Clone, Default, Debug)]
pub struct News {
    /// Blocks proposed for the first time, and when.
    pub proposed: Vec<(Micros, Block)>,
    /// Decisions of honest replicas.
    pub decided: Vec<Decided>,
    /// Who wants something to propose.
    pub asks: Vec<Ask>,
}
