//! Floor 5: how nodes agree. The seam of agreement protocols, one folder for each, and who watches them.
//!
//! Vocabulary: a *block* is what is agreed on; a *view* (round, epoch, slot) is one leader's try; a *vote*
//! is one node's signed word for a block, a *certificate* a *quorum*'s; a node *decides* a block for a
//! *height*, for ever; a *replica* is a protocol on a node, with the *behaviour* of somebody who lies or
//! without; a *flaw* is a known mistake that can be switched on, to be seen and to be caught.
//! Invariants: a protocol is a pure step, knows no clock, no network and no randomness but what it is
//! given; quorums are right for every number of nodes; messages can only be signed by who sends them;
//! honest replicas decide each height once, in order. The *watch* checks what they decide, and trusts
//! nobody's word for it.
//! Absent on purpose: client requests and replies as messages (payloads come from outside) but where the client
//! decides ([`zyzzyva`]), and real signatures (modelled by size and cost).
//! Adding a protocol: a folder with a `Protocol`, and one line in [`registry`].
//! Proofs go through [`trial`], for every protocol alike.
//! Start at [`protocol::Protocol`], then [`run::Run`].

pub mod adversary;
pub mod block;
pub mod bullshark;
pub mod card;
pub mod certificate;
pub mod chain;
pub mod chained_hotstuff;
pub mod config;
pub mod dag;
pub mod descriptor;
pub mod gasper;
pub mod hotstuff;
pub mod hotstuff2;
pub mod ibft;
pub mod inclusion;
pub mod jolteon;
pub mod leader;
pub mod ledger;
pub mod minimmit;
pub mod mysticeti;
pub mod nakamoto;
pub mod news;
pub mod notary;
pub mod note;
pub mod order;
pub mod pbft;
#[cfg(test)]
mod proof;
pub mod protocol;
#[cfg(test)]
mod prove;
pub mod quorum;
pub mod registry;
pub mod replica;
pub mod report;
pub mod run;
pub mod signers;
pub mod simplex;
pub mod snowman;
pub mod streamlet;
pub mod tendermint;
pub mod timeout;
pub mod tree;
pub mod trial;
pub mod twins;
pub mod verdict;
pub mod vote;
pub mod wanted;
pub mod watch;
pub mod zyzzyva;

pub use adversary::Behaviour;
pub use block::{Block, BlockId, Payload};
pub use card::{Card, Waits};
pub use certificate::{Certificate, Phase};
pub use config::{Config, Settings};
pub use descriptor::{Descriptor, Flaw, Form, Knob};
pub use inclusion::Inclusion;
pub use news::{Ask, Decided, News};
pub use note::Note;
pub use protocol::{Input, Out, Protocol, ProtocolMessage, Served};
pub use quorum::Quorum;
pub use replica::Replica;
pub use report::Report;
pub use run::{Lab, Run};
pub use signers::Signers;
pub use verdict::{Progress, Safety, Verdict, Violation};
pub use vote::{Count, Slot, Votes};
