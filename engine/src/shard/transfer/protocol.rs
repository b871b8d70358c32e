//! The seam.

use super::{atomix, broker, commit, coordinator, kronos, receipts};
use crate::contracts::crossing::{Phase, Step};
use crate::primitives::Address;
use crate::shard::deal::{Deal, Wish};
use serde::{Deserialize, Serialize};

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A shard's committee.
    Shard(u16),
    /// Whoever wants the transaction, or a broker.
    Client,
    /// A committee of reference or a manager that carries transactions of others through.
    Reference,
}

/// What a note says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Do this.
    Request,
    /// This was done: what a receipt, a relayed transaction or a proof of acceptance is.
    Receipt,
    /// It came to nothing here.
    Rejection,
    /// Get ready.
    Prepare,
    /// Whether a shard is ready.
    Vote,
    /// Make it so.
    Commit,
    /// Let go.
    Abort,
    /// It is so.
    Acknowledgement,
}

/// A message about one ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Note {
    /// What it says.
    pub kind: NoteKind,
    /// Of which leg.
    pub leg: u8,
    /// An amount, where it says one.
    pub value: u64,
    /// Whether all is well.
    pub is_well: bool,
    /// Who says so.
    pub from: Place,
}

/// What happens at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The transaction is asked for here.
    Begin,
    /// A note arrives.
    Note(Note),
    /// A step has been executed in a block of this shard.
    Done {
        /// Which leg, or a number of the protocol's own.
        index: u8,
        /// In which phase.
        phase: Phase,
        /// With how much.
        amount: u64,
        /// What it came to, or the contract's refusal.
        result: Result<u64, &'static str>,
    },
    /// The committee of reference has agreed on what it was asked.
    Decided,
}

/// How a transaction ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// All of it was done.
    Committed,
    /// Nothing of it was done; why.
    Aborted(&'static str),
    /// It was begun, and what was taken was given back; why.
    Refunded(&'static str),
}

/// What a place does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Sends a note.
    Send(Place, Note),
    /// Has a step executed in one of this shard's next blocks.
    Execute {
        /// The leg, or a number of the protocol's own.
        index: u8,
        /// In which phase.
        phase: Phase,
        /// What.
        step: Step,
        /// How much.
        amount: u64,
    },
    /// Has somebody pay somebody in one of this shard's next blocks.
    Pay {
        /// A number of the protocol's own.
        index: u8,
        /// Who pays.
        from: Address,
        /// Who is paid.
        to: Address,
        /// In which token.
        token: u8,
        /// How much.
        amount: u64,
    },
    /// Has the committee of reference agree.
    Decide,
    /// This place has nothing more to do for the ticket, and this is how it ends.
    End(Outcome),
    /// No place has, and this is how it ends.
    Over(Outcome),
}

/// The effects of one event.
#[derive(Default, Debug)]
pub struct Effects(pub Vec<Effect>);

impl Effects {
    /// Sends a note that all is well.
    pub fn send(&mut self, from: Place, to: Place, kind: NoteKind, leg: u8, value: u64) {
        self.note(from, to, kind, leg, value, true);
    }

    /// Sends a note.
    pub fn note(
        &mut self,
        from: Place,
        to: Place,
        kind: NoteKind,
        leg: u8,
        value: u64,
        is_well: bool,
    ) {
        self.0.push(Effect::Send(
            to,
            Note {
                kind,
                leg,
                value,
                is_well,
                from,
            },
        ));
    }

    /// Has a leg executed.
    pub fn execute(&mut self, deal: &Deal, leg: u8, phase: Phase, amount: u64) {
        self.0.push(Effect::Execute {
            index: leg,
            phase,
            step: deal.legs[usize::from(leg)].step,
            amount,
        });
    }

    /// Ends everywhere.
    pub fn over(&mut self, outcome: Outcome) {
        self.0.push(Effect::Over(outcome));
    }

    /// Ends here.
    pub fn end(&mut self, outcome: Outcome) {
        self.0.push(Effect::End(outcome));
    }
}

/// What a place remembers of a ticket. Small and plain, so that a stranger's notes cannot make it grow.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Memory {
    /// How far it is; each protocol's own numbers.
    pub stage: u8,
    /// Legs or shards that are heard of, by bit.
    pub heard: u64,
    /// Those of them for which all is well.
    pub well: u64,
    /// What legs came to.
    pub values: [u64; crate::shard::deal::LEGS_MAX],
    /// Why it comes to nothing.
    pub reason: Option<&'static str>,
}

impl Memory {
    /// Hears of one; false if it was heard of before.
    pub fn hear(&mut self, number: u32, is_well: bool) -> bool {
        let bit = 1u64 << (number % 64);
        let is_new = self.heard & bit == 0;
        self.heard |= bit;
        if is_well {
            self.well |= bit;
        }
        is_new
    }

    /// Whether all of so many numbers are heard of.
    pub const fn has_heard(&self, mask: u64) -> bool {
        self.heard & mask == mask
    }

    /// Whether all of them are well.
    pub const fn is_well(&self, mask: u64) -> bool {
        self.well & mask == mask
    }
}

/// What a protocol cannot do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsupported {
    /// It moves units only: a contract's answer cannot be waited for.
    ContractCalls,
    /// Nothing is given back once it is taken, so nothing may refuse afterwards.
    Refusals,
    /// Every shard gets ready at once, so none may need what another one's step comes to.
    DependentSteps,
    /// One payer a transaction.
    SeveralInputs,
}

/// Whom a protocol needs to go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Only the shards it touches.
    Shards,
    /// The client or a broker as well.
    Client,
    /// A committee of reference or a manager as well.
    Reference,
}

/// How transactions between shards are carried through.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Monoxide: debit, relay with a proof, credit. Never aborts.
    Relay,
    /// NEAR: every step is a receipt; what fails is given back by another.
    Receipts,
    /// BrokerChain: a broker with units on both shards makes two transactions of one.
    Broker,
    /// OmniLedger's Atomix: the client locks inputs, and unlocks with the proofs.
    Atomix,
    /// Chainspace's S-BAC: the shards agree among themselves in two phases.
    Sbac,
    /// Byzcuit: the same with a manager of transactions.
    Byzcuit,
    /// AHL: two-phase commit and two-phase locking, led by a committee of reference.
    Reference,
    /// Kronos: a buffer that a shard holds jointly.
    Kronos,
}

impl Protocol {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Relay,
        Self::Receipts,
        Self::Broker,
        Self::Atomix,
        Self::Sbac,
        Self::Byzcuit,
        Self::Reference,
        Self::Kronos,
    ];

    /// Its name in documents and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Receipts => "receipts",
            Self::Broker => "broker",
            Self::Atomix => "atomix",
            Self::Sbac => "sbac",
            Self::Byzcuit => "byzcuit",
            Self::Reference => "reference",
            Self::Kronos => "kronos",
        }
    }

    /// Where it is from.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Relay => "Monoxide, Wang and Wang, NSDI 2019",
            Self::Receipts => "NEAR Nightshade, Nomicon (receipts), NEP-539",
            Self::Broker => "BrokerChain, Huang et al., INFOCOM 2022",
            Self::Atomix => "OmniLedger, Kokoris-Kogias et al., S&P 2018",
            Self::Sbac => "Chainspace, Al-Bassam et al., NDSS 2018",
            Self::Byzcuit => "Byzcuit, Sonnino et al., EuroS&P 2020",
            Self::Reference => "AHL, Dang et al., SIGMOD 2019",
            Self::Kronos => "Kronos, Liu et al., arXiv 2403.03655",
        }
    }

    /// Whether a transaction is done whole or not at all, whatever a contract refuses.
    pub const fn is_atomic(self) -> bool {
        !matches!(self, Self::Relay | Self::Receipts | Self::Broker)
    }

    /// Whether nobody sees or changes what a transaction is about until it has ended.
    pub const fn is_isolated(self) -> bool {
        matches!(self, Self::Sbac | Self::Byzcuit | Self::Reference)
    }

    /// Whom it needs.
    pub const fn trust(self) -> Trust {
        match self {
            Self::Relay | Self::Receipts | Self::Sbac | Self::Kronos => Trust::Shards,
            Self::Broker | Self::Atomix => Trust::Client,
            Self::Byzcuit | Self::Reference => Trust::Reference,
        }
    }

    /// Why it cannot carry a wish through, if it cannot.
    pub fn refuses(self, wish: &Wish) -> Option<Unsupported> {
        let moves_only = matches!(
            self,
            Self::Relay | Self::Broker | Self::Atomix | Self::Kronos
        );
        match wish {
            Wish::Pay { .. } | Wish::Move { .. } => None,
            Wish::Gather { .. } => matches!(self, Self::Relay | Self::Receipts | Self::Broker)
                .then_some(Unsupported::SeveralInputs),
            Wish::Withdraw { .. } if self == Self::Relay => Some(Unsupported::Refusals),
            _ if moves_only => Some(Unsupported::ContractCalls),
            Wish::Route { .. } if matches!(self, Self::Sbac | Self::Byzcuit) => {
                Some(Unsupported::DependentSteps)
            }
            _ => None,
        }
    }

    /// Where a transaction is asked for first.
    pub fn begins_at(self, deal: &Deal) -> Vec<Place> {
        match self {
            _ if matches!(deal.wish, Wish::Move { .. }) => vec![Place::Shard(deal.legs[0].shard)],
            Self::Relay | Self::Receipts | Self::Broker => {
                vec![Place::Shard(deal.legs[0].shard)]
            }
            Self::Atomix | Self::Sbac => vec![Place::Client],
            Self::Byzcuit | Self::Reference => vec![Place::Reference],
            Self::Kronos => {
                let (_, inputs) = deal.legs.split_last().unwrap_or((&deal.legs[0], &[]));
                let mut shards: Vec<u16> = inputs.iter().map(|leg| leg.shard).collect();
                shards.dedup();
                shards.into_iter().map(Place::Shard).collect()
            }
        }
    }

    /// Whether whoever asked for it has what was wanted as soon as it has ended in one place.
    pub const fn is_done_at_first(self) -> bool {
        matches!(self, Self::Broker)
    }

    /// In how many places a transaction has to end.
    pub fn ends(self, deal: &Deal) -> usize {
        match self {
            _ if matches!(deal.wish, Wish::Move { .. }) => 1,
            Self::Sbac | Self::Reference => deal.shards().len(),
            // The payee has its units, the broker has its own.
            Self::Broker => 2,
            // The manager ends as well, when it has heard of all.
            Self::Byzcuit => deal.shards().len() + 1,
            _ => 1,
        }
    }

    /// One event at one place.
    pub fn react(
        self,
        deal: &Deal,
        at: Place,
        memory: &mut Memory,
        event: Event,
        effects: &mut Effects,
    ) {
        // An account moves in the same way whatever is between shards otherwise.
        if matches!(deal.wish, Wish::Move { .. }) {
            return receipts::relocate(deal, at, memory, event, effects);
        }
        match self {
            Self::Relay | Self::Receipts => receipts::react(deal, at, memory, event, effects),
            Self::Broker => broker::react(deal, at, memory, event, effects),
            Self::Atomix => atomix::react(deal, at, memory, event, effects),
            Self::Sbac => commit::react(deal, at, memory, event, effects),
            Self::Byzcuit => coordinator::react(false, deal, at, memory, event, effects),
            Self::Reference => coordinator::react(true, deal, at, memory, event, effects),
            Self::Kronos => kronos::react(deal, at, memory, event, effects),
        }
    }
}
