//! Those who lie: small targeted behaviours, one file each, for every protocol alike.
//!
//! They stand between an honest protocol and the network and change what it sends, by the class of each
//! message. What they cannot do is sign for somebody else. The strongest adversary needs no file here:
//! two copies of one node with one identity ([`crate::sim::ActKind::Copy`]) and a partition, which is
//! *Twins* (Bano et al., arXiv 2004.10617). Forgotten state is a recovery that forgets.

mod double_vote;
mod equivocate;
mod silent;
mod silent_leader;
mod withhold;

use super::block::Block;
use super::descriptor::Descriptor;
use super::protocol::{Out, ProtocolMessage};
use crate::primitives::NodeIndex;
use crate::sim::Message;
use crate::trace::consensus::Class;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a node misbehaves. Its number is the order that starts it; 0 makes the node honest again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// Sends nothing at all.
    Silent = 1,
    /// Never proposes, and opens no view.
    SilentLeader = 2,
    /// Proposes one block to one half of the others, and another to the other half.
    Equivocate = 3,
    /// Votes for every block that it hears of.
    DoubleVote = 4,
    /// Sends to the first half of the others only.
    Withhold = 5,
    /// Keeps blocks of its own back and publishes them when that makes others' work stale (Eyal and Sirer,
    /// Financial Cryptography 2014). Only where blocks take work.
    SelfishMine = 6,
    /// Works on a branch of its own without a payment, and publishes it once the payment is confirmed and
    /// the branch is longer. Only where blocks take work.
    DoubleSpend = 7,
    /// Proposes as if it had never seen the newest certificates: what locks are there for. Only where
    /// blocks extend certified ones.
    Stale = 8,
    /// Proposes like everybody, but leaves one client's transactions out ([`super::inclusion`]).
    Censor = 9,
    /// Leaves, and with others who have left signs another history from before. Only where a stake is what
    /// makes a validator.
    LongRange = 10,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Silent,
        Self::SilentLeader,
        Self::Equivocate,
        Self::DoubleVote,
        Self::Withhold,
        Self::SelfishMine,
        Self::DoubleSpend,
        Self::Stale,
        Self::Censor,
        Self::LongRange,
    ];

    /// Those that every protocol knows: they change messages by their class, or what is proposed.
    pub const GENERAL: [Self; 6] = [
        Self::Silent,
        Self::SilentLeader,
        Self::Equivocate,
        Self::DoubleVote,
        Self::Withhold,
        Self::Censor,
    ];

    /// The behaviour of this number.
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|one| *one as u8 == number)
    }

    /// Its name in documents and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::SilentLeader => "silent_leader",
            Self::Equivocate => "equivocate",
            Self::DoubleVote => "double_vote",
            Self::Withhold => "withhold",
            Self::SelfishMine => "selfish_mine",
            Self::DoubleSpend => "double_spend",
            Self::Stale => "stale",
            Self::Censor => "censor",
            Self::LongRange => "long_range",
        }
    }
}

/// Most places of which a liar remembers the blocks.
const PLACES_MAX: usize = 64;

/// Somebody who lies, and what they remember for it.
#[derive(Clone, Debug)]
pub struct Liar {
    behaviour: Behaviour,
    me: NodeIndex,
    /// Blocks heard of, by view and height: the newest places only.
    blocks: BTreeMap<(u64, u64), Vec<Block>>,
}

impl Liar {
    pub(super) fn new(behaviour: Behaviour, me: NodeIndex) -> Self {
        Self {
            behaviour,
            me,
            blocks: BTreeMap::new(),
        }
    }

    /// Remembers proposed blocks.
    pub(super) fn hear<M: ProtocolMessage>(&mut self, message: &M) {
        let Some(block) = message.proposed() else {
            return;
        };
        let blocks = self.blocks.entry((block.view, block.height)).or_default();
        if !blocks.contains(block) {
            blocks.push(*block);
        }
        if self.blocks.len() > PLACES_MAX {
            self.blocks.pop_first();
        }
    }

    /// Changes what is about to be sent.
    pub(super) fn distort<M: ProtocolMessage>(
        &mut self,
        protocol: &Descriptor,
        nodes: u32,
        out: &mut Out<M>,
    ) {
        match self.behaviour {
            Behaviour::Silent => silent::distort(out),
            Behaviour::SilentLeader => silent_leader::distort(protocol, out),
            Behaviour::Equivocate => equivocate::distort(self, nodes, out),
            Behaviour::DoubleVote => double_vote::distort(self, protocol, out),
            Behaviour::Withhold => withhold::distort(self, nodes, out),
            // The protocol itself does these: [`super::Protocol::misbehave`].
            Behaviour::SelfishMine
            | Behaviour::DoubleSpend
            | Behaviour::Stale
            | Behaviour::LongRange => {}
            // Whoever answers its question for something to propose does this one.
            Behaviour::Censor => {}
        }
    }

    /// The others, by number.
    fn others(&self, nodes: u32) -> Vec<NodeIndex> {
        (0..nodes)
            .map(NodeIndex)
            .filter(|node| *node != self.me)
            .collect()
    }
}

/// What a message is for.
fn class<M: Message>(protocol: &Descriptor, message: &M) -> Class {
    let kind = message.envelope(&crate::sim::Sizes::default()).kind;
    protocol.kinds[usize::from(kind)].1
}
