//! The seam: what a protocol is.

use super::adversary::Behaviour;
use super::block::{Block, BlockId, Payload};
use super::card::Card;
use super::config::Config;
use super::descriptor::Descriptor;
use super::note::Note;
use crate::primitives::{Micros, NodeIndex};
use crate::sim::{Message, Outbox, Timer};

/// What a protocol is told.
#[derive(Clone, Debug)]
pub enum Input<'a, M> {
    /// The run begins.
    Start,
    /// The node is up again with everything it had; its timers are gone, and it may have missed messages.
    Recover,
    /// A message has come, signed by this node.
    Message {
        /// Who signed it.
        from: NodeIndex,
        /// The message.
        message: &'a M,
    },
    /// A timer fired. Protocols see by its number whether it is out of date.
    Timer(Timer),
    /// The answer to [`Out::ask`]: what to propose.
    Payload(Payload),
}

/// Where a protocol puts its outputs: messages and timers ([`Outbox`]), and notes for the watch. Only
/// what is put here leaves the replica.
pub type Out<M> = Outbox<M, Note>;

/// An agreement protocol, as one replica runs it: a pure step from state and input to state and outputs.
pub trait Protocol: Clone + 'static {
    /// What replicas send each other.
    type Message: ProtocolMessage;

    /// What the protocol is, and what it is said to cost.
    const DESCRIPTOR: &'static Descriptor;

    /// Whether decisions are only likely to last: then a replica may decide a height anew, for another
    /// block, and the watch calls that what it is, safety broken.
    const IS_REVERSIBLE: bool = false;

    /// Whether its validators can leave, and a node that comes back can be told a checkpoint:
    /// [`Protocol::withdraw`] and [`Protocol::trust`].
    const IS_STAKED: bool = false;

    /// Behaviours beyond [`Behaviour::GENERAL`] that [`Protocol::misbehave`] knows.
    const BEHAVIOURS: &'static [Behaviour] = &[];

    /// A replica before the start. Also what one that has lost its storage begins with again.
    fn new(config: &Config, me: NodeIndex) -> Self;

    /// One step. `now` is the node's own clock: only protocols that go by slots should look at it.
    fn step(&mut self, now: Micros, input: Input<'_, Self::Message>, out: &mut Out<Self::Message>);

    /// What a viewer is shown of the replica: where it stands, and what it waits for.
    fn card(&self) -> Card;

    /// From now on the replica misbehaves, or behaves again. Only for behaviours that take the protocol's
    /// own knowledge; those that change messages by their class stand outside it.
    fn misbehave(&mut self, _: Option<Behaviour>, _: &mut Out<Self::Message>) {}

    /// The validator is to leave ([`super::order::WITHDRAW`]).
    fn withdraw(&mut self) {}

    /// How far the client on this node has come, where clients decide and not replicas: then a run is done
    /// when all clients of honest nodes have what they want.
    fn served(&self) -> Option<Served> {
        None
    }

    /// Somebody that the node trusts has told it a block that is final ([`super::order::TRUST`]).
    fn trust(&mut self, _height: u64, _block: BlockId) {}
}

/// How far a client on a node has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Served {
    /// How many of its requests are complete.
    pub complete: u64,
    /// Whether that is all it wants.
    pub is_all: bool,
}

/// A message of a protocol, with what an adversary may do to it: change what its sender alone signs.
pub trait ProtocolMessage: Message + 'static {
    /// The block that it proposes, if it proposes one.
    fn proposed(&self) -> Option<&Block>;

    /// The same proposal, or the same vote, for another block at the same place; `None` if that would
    /// take somebody else's signature.
    fn instead(&self, block: &Block) -> Option<Self>;
}
