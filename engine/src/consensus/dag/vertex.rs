//! Vertices.

use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::Certificate;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use crate::primitives::hash::mix;
use crate::sim::Sizes;
use std::sync::{Arc, OnceLock};

/// Names a vertex with its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Parent {
    /// The round.
    pub round: u64,
    /// Whose.
    pub author: NodeIndex,
    /// Which.
    pub id: BlockId,
}

/// One node's block of one round. The block's height and view are the round, its parent stands for all
/// parents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vertex {
    /// The block.
    pub block: Block,
    /// Its parents, by round and author, one of each.
    pub parents: Vec<Parent>,
    /// Whose vertices of the round before it names.
    strong: Signers,
    /// Stands for its parents, each at its place.
    named: u64,
    well_made: WellMade,
}

/// Whether a vertex is well made, for a number of nodes and a quorum, once somebody has looked: everybody else
/// who is sent the same vertex would come to the same. Says nothing about which vertex it is.
#[derive(Clone, Default, Debug)]
struct WellMade(OnceLock<(u32, u32, bool)>);

impl PartialEq for WellMade {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for WellMade {}

/// A vertex, and where vertices are certified its certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The vertex.
    pub vertex: Arc<Vertex>,
    /// Its certificate.
    pub proof: Option<Arc<Certificate>>,
}

fn digest(parents: &[Parent]) -> BlockId {
    let fold = |name: u64, parent: &Parent| mix(name.rotate_left(17) ^ parent.id.0);
    BlockId(parents.iter().fold(parents.len() as u64, fold))
}

impl Vertex {
    /// A vertex of a round over its parents.
    pub fn new(round: u64, author: NodeIndex, mut parents: Vec<Parent>, payload: Payload) -> Self {
        parents.sort_unstable();
        let block = Block::new(digest(&parents), round, round, author, payload);
        Self::of(block, parents)
    }

    /// The same vertex with another block that names the same parents.
    pub fn with(&self, block: &Block) -> Option<Self> {
        (block.parent == self.block.parent).then(|| Self::of(*block, self.parents.clone()))
    }

    fn of(block: Block, parents: Vec<Parent>) -> Self {
        let before = parents.iter().filter(|at| at.round + 1 == block.height);
        let fold = |name: u64, at: &Parent| {
            let place = mix(at.round.rotate_left(32) ^ u64::from(at.author.0));
            mix(name.rotate_left(17) ^ place ^ at.id.0)
        };
        Self {
            named: parents.iter().fold(parents.len() as u64, fold),
            strong: before.map(|at| at.author).collect(),
            block,
            parents,
            well_made: WellMade::default(),
        }
    }

    /// Whose vertices of the round before it names.
    pub const fn strong_authors(&self) -> &Signers {
        &self.strong
    }

    /// What stands for its parents, each at its place: equal where they are the same.
    pub(super) const fn named(&self) -> u64 {
        self.named
    }

    /// Its round.
    pub const fn round(&self) -> u64 {
        self.block.height
    }

    /// Its author.
    pub const fn author(&self) -> NodeIndex {
        self.block.proposer
    }

    /// Its name with its place.
    pub const fn place(&self) -> Parent {
        Parent {
            round: self.block.height,
            author: self.block.proposer,
            id: self.block.id,
        }
    }

    /// Its parents of the round before.
    pub fn strong(&self) -> impl Iterator<Item = &Parent> {
        let before = self.round() - 1;
        self.parents
            .iter()
            .filter(move |parent| parent.round == before)
    }

    /// Its parent at this place.
    pub fn parent_at(&self, round: u64, author: NodeIndex) -> Option<BlockId> {
        let key = |parent: &Parent| (parent.round, parent.author);
        let at = self
            .parents
            .binary_search_by_key(&(round, author), key)
            .ok()?;
        Some(self.parents[at].id)
    }

    /// Whether it is made as it must be: of a round above its parents', over a quorum of the round
    /// before, each place named once.
    pub fn is_well_made(&self, nodes: u32, quorum: u32) -> bool {
        let look = || (nodes, quorum, self.look(nodes, quorum));
        let (of_nodes, of_quorum, is_well_made) = *self.well_made.0.get_or_init(look);
        if (of_nodes, of_quorum) == (nodes, quorum) {
            is_well_made
        } else {
            self.look(nodes, quorum)
        }
    }

    fn look(&self, nodes: u32, quorum: u32) -> bool {
        let round = self.round();
        let is_ordered = self
            .parents
            .windows(2)
            .all(|two| (two[0].round, two[0].author) < (two[1].round, two[1].author));
        round > 0
            && round == self.block.view
            && self.block.parent == digest(&self.parents)
            && is_ordered
            && self.author().0 < nodes
            && self
                .parents
                .iter()
                .all(|p| p.round > 0 && p.round < round && p.author.0 < nodes)
            && (round == 1 || self.strong().count() >= quorum as usize)
    }

    /// How large it is without its payload.
    pub fn bytes(&self, sizes: &Sizes) -> u32 {
        sizes.header + sizes.signature + self.parents.len() as u32 * sizes.digest
    }
}
