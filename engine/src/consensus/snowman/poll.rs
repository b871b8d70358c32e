//! Polls (§2.4): k nodes are asked what they prefer, and α of them must agree.

use super::message::SnowmanMessage;
use super::replica::{ANSWERS, Snowman};
use crate::consensus::block::BlockId;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;

/// A poll that is open.
#[derive(Clone, Debug)]
pub(super) struct Poll {
    pub(super) number: u64,
    /// Who was asked and has not answered.
    open: Vec<NodeIndex>,
    /// Who answered what.
    chits: BTreeMap<NodeIndex, BlockId>,
}

impl Snowman {
    /// Asks, if there is something to decide and no poll is open.
    pub(super) fn ask_if_open(&mut self, out: &mut Out<SnowmanMessage>) {
        let has_rivals = self.snowballs.contains_key(&self.decided.0);
        if self.poll.is_none() && has_rivals && self.decided.1 < self.config.decisions {
            self.ask(out);
        }
    }

    /// Opens a poll: draws whom to ask, each at most once.
    pub(super) fn ask(&mut self, out: &mut Out<SnowmanMessage>) {
        self.polls += 1;
        let nodes = self.config.quorum.nodes;
        let mut others: Vec<NodeIndex> = (0..nodes)
            .map(NodeIndex)
            .filter(|node| *node != self.me)
            .collect();
        let asked = self.rules.asked as usize;
        for place in 0..asked {
            let rest = (others.len() - place) as u64;
            others.swap(place, place + self.stream.below(rest) as usize);
        }
        others.truncate(asked);
        let block = self.preferred();
        let query = SnowmanMessage::Query {
            poll: self.polls,
            height: self.tree.height(block),
            block,
        };
        // One by one: whom it asks is nobody else's affair.
        for node in &others {
            out.send(*node, query.clone());
        }
        out.set_timer(ANSWERS, self.polls, self.config.timeout);
        let is_alone = others.is_empty();
        self.poll = Some(Poll {
            number: self.polls,
            open: others,
            chits: BTreeMap::new(),
        });
        if is_alone {
            self.close(out);
        }
    }

    /// A chit. The poll ends when all have answered, or what is missing no longer matters.
    pub(super) fn count(
        &mut self,
        from: NodeIndex,
        number: u64,
        block: BlockId,
        out: &mut Out<SnowmanMessage>,
    ) {
        let Some(poll) = self.poll.as_mut().filter(|poll| poll.number == number) else {
            return;
        };
        let Some(place) = poll.open.iter().position(|node| *node == from) else {
            return;
        };
        poll.open.swap_remove(place);
        poll.chits.insert(from, block);
        let open = poll.open.len() as u64;
        let most = self.votes().values().copied().max().unwrap_or_default();
        if open == 0 || most >= self.rules.alpha || most + open < self.rules.alpha {
            self.close(out);
        }
    }

    /// How many chits each block has that extends what is decided; a chit counts for its block's ancestors
    /// as well.
    fn votes(&self) -> BTreeMap<BlockId, u64> {
        let mut votes = BTreeMap::new();
        for chit in self.poll.iter().flat_map(|poll| poll.chits.values()) {
            if self.tree.is_ancestor(self.decided.0, *chit) {
                for block in self.tree.branch(*chit, self.decided.1) {
                    *votes.entry(block.id).or_default() += 1;
                }
            }
        }
        votes
    }

    /// Ends the poll: each decision on the way up has won, until one has not.
    pub(super) fn close(&mut self, out: &mut Out<SnowmanMessage>) {
        let votes = self.votes();
        let Some(poll) = self.poll.take() else {
            return;
        };
        let mut at = self.decided.0;
        let mut won: Vec<BlockId> = Vec::new();
        // Nobody else is there to be asked: its own preference is everybody's.
        let is_alone = self.rules.asked == 0;
        while let Some(rivals) = self.snowballs.get_mut(&at) {
            let children = self.tree.children(at).iter().copied();
            let winner = if is_alone {
                rivals.preference()
            } else {
                children.into_iter().find(|child| {
                    votes
                        .get(child)
                        .is_some_and(|count| *count >= self.rules.alpha)
                })
            };
            let Some(winner) = winner else { break };
            rivals.succeed(winner);
            won.push(at);
            at = winner;
        }
        for (parent, rivals) in &mut self.snowballs {
            if !won.contains(parent) {
                rivals.fail();
            }
        }
        let signers: Signers = poll
            .chits
            .iter()
            .filter(|(_, chit)| self.tree.is_ancestor(at, **chit))
            .map(|(node, _)| *node)
            .collect();
        self.decide(&signers, out);
        self.ask_if_open(out);
    }
}
