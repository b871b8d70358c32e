//! Which leaders are committed (§III, Algorithm 1 to 3): directly, or as a later one has it.

use super::form::{CERTIFY, SKIP_WITHOUT_BLAMES, leaders};
use crate::consensus::block::BlockId;
use crate::consensus::certificate::Certificate;
use crate::consensus::config::Config;
use crate::consensus::dag::{Dag, Parent, Vertex};
use crate::consensus::leader;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// Rounds of a wave: leaders, votes, certificates.
const WAVE: u64 = 3;

/// What is known of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Nothing yet.
    Undecided,
    /// The leader's vertex is an anchor.
    Commit(Parent),
    /// The leader is passed over.
    Skip,
}

/// A leader's place in a round.
#[derive(Clone, Debug)]
struct Slot {
    leader: NodeIndex,
    /// Whose vertices of the next round name no vertex of the leader.
    blames: Signers,
    /// Who votes, by the vertex that is voted for.
    votes: BTreeMap<BlockId, Signers>,
    /// Who has more than one vertex in that round: theirs have to be looked at one by one.
    doubtful: Signers,
    /// Whose vertices certify, by what they certify; and those vertices.
    certified: BTreeMap<BlockId, (Signers, BTreeSet<Parent>)>,
    status: Status,
}

/// Decides slots in order.
#[derive(Clone, Debug)]
pub struct Committer {
    nodes: u32,
    quorum: u32,
    /// How many blames skip a leader.
    blames: u32,
    leaders: u32,
    slots: BTreeMap<(u64, u32), Slot>,
    /// The first slot that is not decided.
    next: (u64, u32),
}

impl Committer {
    /// A committer before the start.
    pub fn new(config: &Config) -> Self {
        let quorum = config.quorum;
        let is_flawed = config.flaw == Some(SKIP_WITHOUT_BLAMES);
        Self {
            nodes: quorum.nodes,
            quorum: quorum.size,
            blames: if is_flawed {
                quorum.weak()
            } else {
                quorum.size
            },
            leaders: leaders(config),
            slots: BTreeMap::new(),
            next: (1, 0),
        }
    }

    /// The first round that is not decided.
    pub fn round(&self) -> u64 {
        self.next.0
    }

    /// The leaders of a round, in the order of their slots.
    pub fn leaders_of(&self, round: u64) -> impl Iterator<Item = NodeIndex> + use<> {
        let nodes = self.nodes;
        let first = round.saturating_sub(1);
        (0..self.leaders).map(move |offset| leader::in_turn(first + u64::from(offset), nodes))
    }

    /// Whether it is settled how the next round votes for this one's leaders: for each a quorum votes
    /// for one vertex, or blames.
    pub fn is_settled(&self, round: u64) -> bool {
        (0..self.leaders).all(|offset| match self.slots.get(&(round, offset)) {
            Some(slot) => {
                let most = slot.votes.values().map(Signers::count).max();
                slot.status != Status::Undecided
                    || most.unwrap_or(0).max(slot.blames.count()) >= self.quorum
            }
            None => round < self.next.0,
        })
    }

    fn slot_mut(&mut self, round: u64, offset: u32) -> Option<&mut Slot> {
        if (round, offset) < self.next {
            return None;
        }
        let leader = self.leaders_of(round).nth(offset as usize)?;
        Some(self.slots.entry((round, offset)).or_insert_with(|| Slot {
            leader,
            blames: Signers::default(),
            votes: BTreeMap::new(),
            doubtful: Signers::default(),
            certified: BTreeMap::new(),
            status: Status::Undecided,
        }))
    }

    /// Counts what a vertex that is new in the graph says of the leaders of the two rounds before it.
    pub fn add(&mut self, dag: &Dag, vertex: &Vertex) {
        let (round, author) = (vertex.round(), vertex.author());
        for offset in 0..self.leaders {
            if round >= 2
                && let Some(slot) = self.slot_mut(round - 1, offset)
            {
                if slot.has_spoken(author) {
                    slot.doubtful.add(author);
                }
                match vertex.parent_at(round - 1, slot.leader) {
                    Some(block) => slot.votes.entry(block).or_default().add(author),
                    None => slot.blames.add(author),
                };
            }
            if round >= WAVE {
                self.certify(dag, vertex, offset);
            }
        }
    }

    /// A certificate: a vertex of the third round that names a quorum of votes.
    fn certify(&mut self, dag: &Dag, vertex: &Vertex, offset: u32) {
        let (round, quorum) = (vertex.round() - 2, self.quorum);
        let Some(slot) = self.slot_mut(round, offset) else {
            return;
        };
        // Its parents' votes are known by author: two sets are intersected. An author with several vertices
        // may have voted for several.
        let leader = slot.leader;
        let mut unsure: Vec<BlockId> = Vec::new();
        if slot.doubtful.count() > 0 {
            let parents = vertex.strong();
            let parents = parents.filter(|parent| slot.doubtful.has(parent.author));
            unsure.extend(parents.filter_map(|parent| {
                let voter = dag.get(parent)?;
                voter.vertex.parent_at(round, leader)
            }));
        }
        let sure = vertex.strong_authors().without(&slot.doubtful);
        let count = |(block, voters): (&BlockId, &Signers)| {
            let also = unsure.iter().filter(|voted| *voted == block).count();
            (*block, sure.common(voters).count() + also as u32)
        };
        let votes: SmallVec<[(BlockId, u32); 2]> = slot.votes.iter().map(count).collect();
        for (block, _) in votes.into_iter().filter(|(_, count)| *count >= quorum) {
            let (signers, vertices) = slot.certified.entry(block).or_default();
            signers.add(vertex.author());
            vertices.insert(vertex.place());
        }
    }

    /// Decides what can be decided, later slots first, and hands out, in order, what is then settled:
    /// anchors with their certificates.
    pub fn decide(&mut self, dag: &Dag) -> Vec<(Parent, Certificate)> {
        let open: Vec<(u64, u32)> = self
            .slots
            .iter()
            .filter(|(_, slot)| slot.status == Status::Undecided)
            .map(|(at, _)| *at)
            .collect();
        for at in open.into_iter().rev() {
            let status = match self.directly(at) {
                Status::Undecided => self.indirectly(dag, at),
                decided => decided,
            };
            if let Some(slot) = self.slots.get_mut(&at) {
                slot.status = status;
            }
        }
        let mut anchors = Vec::new();
        while let Some(slot) = self.slots.get(&self.next) {
            match slot.status {
                Status::Undecided => break,
                Status::Skip => {}
                Status::Commit(anchor) => {
                    let known = slot.certified.get(&anchor.id);
                    let proof = Certificate {
                        view: anchor.round,
                        phase: CERTIFY,
                        height: 0,
                        block: anchor.id,
                        signers: known
                            .map(|(signers, _)| signers.clone())
                            .unwrap_or_default(),
                    };
                    anchors.push((anchor, proof));
                }
            }
            self.slots.remove(&self.next);
            let (round, offset) = self.next;
            self.next = if offset + 1 < self.leaders {
                (round, offset + 1)
            } else {
                (round + 1, 0)
            };
        }
        anchors
    }

    /// Direct decision: a quorum of certificates commits, a quorum of blames skips.
    fn directly(&self, at: (u64, u32)) -> Status {
        let Some(slot) = self.slots.get(&at) else {
            return Status::Undecided;
        };
        if slot.blames.count() >= self.blames {
            return Status::Skip;
        }
        let enough = |(block, (signers, _)): (&BlockId, &(Signers, _))| {
            (signers.count() >= self.quorum).then(|| slot.anchor(at.0, *block))
        };
        let found = slot.certified.iter().find_map(enough);
        found.map_or(Status::Undecided, Status::Commit)
    }

    /// Indirect decision: by the first slot after the wave that is not skipped. If that is committed, a
    /// certificate in its past commits, and none skips.
    fn indirectly(&self, dag: &Dag, at: (u64, u32)) -> Status {
        // A round of which nothing is known yet lies between: its slots are undecided.
        let mut expected = (at.0 + WAVE, 0);
        let anchor = loop {
            match self.slots.get(&expected).map(|slot| slot.status) {
                None | Some(Status::Undecided) => return Status::Undecided,
                Some(Status::Commit(anchor)) => break anchor,
                Some(Status::Skip) => {}
            }
            expected = if expected.1 + 1 < self.leaders {
                (expected.0, expected.1 + 1)
            } else {
                (expected.0 + 1, 0)
            };
        };
        let Some(slot) = self.slots.get(&at) else {
            return Status::Undecided;
        };
        let in_past = slot
            .certified
            .iter()
            .find(|(_, (_, vertices))| dag.reaches(anchor, vertices));
        in_past.map_or(Status::Skip, |(block, _)| {
            Status::Commit(slot.anchor(at.0, *block))
        })
    }

    /// The first slot that is not decided: votes and certificates for its leader's vertex.
    pub fn front(&self) -> (u64, NodeIndex, Option<(BlockId, u32)>) {
        let leader = self.leaders_of(self.next.0).nth(self.next.1 as usize);
        let certified = self.slots.get(&self.next).and_then(|slot| {
            let most = slot
                .certified
                .iter()
                .max_by_key(|(_, (signers, _))| signers.count());
            most.map(|(block, (signers, _))| (*block, signers.count()))
        });
        (self.next.0, leader.unwrap_or_default(), certified)
    }
}

impl Slot {
    /// Whether an author's vertex of the next round is counted already.
    fn has_spoken(&self, author: NodeIndex) -> bool {
        self.blames.has(author) || self.votes.values().any(|voters| voters.has(author))
    }

    fn anchor(&self, round: u64, id: BlockId) -> Parent {
        Parent {
            round,
            author: self.leader,
            id,
        }
    }
}
