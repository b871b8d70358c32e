//! A protocol on a node, with the behaviour of somebody who lies or without.

use super::adversary::{Behaviour, Liar};
use super::block::{BlockId, Payload};
use super::config::Config;
use super::note::Note;
use super::order;
use super::protocol::{Input, Out, Protocol};
use crate::primitives::{Micros, NodeIndex};
use crate::sim::{self, Machine};
use std::sync::Arc;

/// What comes to a node from outside the network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum External {
    /// Something to propose.
    Payload(Payload),
    /// A block that is final, from somebody it trusts.
    Trusted {
        /// The block's height.
        height: u64,
        /// The block.
        block: BlockId,
    },
}

/// A protocol on a node.
#[derive(Clone)]
pub struct Replica<P: Protocol> {
    protocol: P,
    me: NodeIndex,
    config: Arc<Config>,
    /// Boxed: hardly anybody lies.
    liar: Option<Box<Liar>>,
}

impl<P: Protocol> Replica<P> {
    /// An honest replica before the start.
    pub fn new(config: &Arc<Config>, me: NodeIndex) -> Self {
        Self {
            protocol: P::new(config, me),
            me,
            config: Arc::clone(config),
            liar: None,
        }
    }

    /// The protocol's state.
    pub fn protocol(&self) -> &P {
        &self.protocol
    }
}

impl<P: Protocol> Machine for Replica<P> {
    type Message = P::Message;
    type External = External;
    type Note = Note;

    fn handle(
        &mut self,
        now: Micros,
        input: sim::Input<'_, P::Message, External>,
        out: &mut Out<P::Message>,
    ) {
        let input = match input {
            sim::Input::Start => Input::Start,
            sim::Input::Message { from, message } => {
                if let Some(liar) = &mut self.liar {
                    liar.hear(message);
                }
                Input::Message { from, message }
            }
            sim::Input::Timer(timer) => Input::Timer(timer),
            sim::Input::External(External::Payload(payload)) => Input::Payload(payload),
            sim::Input::External(External::Trusted { height, block }) => {
                return self.protocol.trust(height, block);
            }
            sim::Input::Recover { forgets: false } => Input::Recover,
            sim::Input::Recover { forgets: true } => {
                self.protocol = P::new(&self.config, self.me);
                Input::Start
            }
            sim::Input::Order(order::WITHDRAW) => return self.protocol.withdraw(),
            // The run answers.
            sim::Input::Order(order::TRUST) => return,
            sim::Input::Order(order) => {
                let behaviour = Behaviour::numbered(order);
                self.liar = behaviour.map(|behaviour| Box::new(Liar::new(behaviour, self.me)));
                return self.protocol.misbehave(behaviour, out);
            }
            // Its own payloads tell it from the original: whoever answers knows the node.
            sim::Input::Copied { .. } => return,
        };
        self.protocol.step(now, input, out);
        if let Some(liar) = &mut self.liar {
            liar.distort(P::DESCRIPTOR, self.config.quorum.nodes, out);
        }
    }
}
