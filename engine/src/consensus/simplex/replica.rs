//! Simplex: the shared replica with its rules.

use super::form::{DESCRIPTOR, RULES};
use crate::consensus::card::Card;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::notary::{Notary, NotaryMessage};
use crate::consensus::protocol::{Input, Out, Protocol};
use crate::primitives::{Micros, NodeIndex};

/// A Simplex replica.
#[derive(Clone, Debug)]
pub struct Simplex(Notary);

impl Protocol for Simplex {
    type Message = NotaryMessage;

    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    fn new(config: &Config, me: NodeIndex) -> Self {
        Self(Notary::new(&RULES, config, me))
    }

    fn step(&mut self, _: Micros, input: Input<'_, NotaryMessage>, out: &mut Out<NotaryMessage>) {
        self.0.step(input, out);
    }

    fn card(&self) -> Card {
        self.0.card()
    }
}
