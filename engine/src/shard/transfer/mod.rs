//! How a transaction that touches several shards is carried through: one file a protocol, each a pure step.
//!
//! Vocabulary: a *place* is who acts (the client, a shard, a committee of reference), a *note* is a message
//! from one place to another, a *memory* is what a place remembers of one ticket.
//! Invariants: a protocol sees a place's memory and one event and gives effects; time, order, loss and
//! faults are the simulation's. A place does only its own work. Every protocol says what it cannot do.
//! Sources: Monoxide (Wang and Wang, NSDI 2019, section 5); NEAR's receipts (Nomicon, runtime, receipts; NEP-539);
//! BrokerChain (Huang et al., INFOCOM 2022); Atomix (OmniLedger, Kokoris-Kogias et al., S&P 2018, section 5);
//! S-BAC (Chainspace, Al-Bassam et al., NDSS 2018, section 4) with Byzcuit (Sonnino et al., EuroS&P 2020); AHL
//! (Dang et al., SIGMOD 2019, section 6); Kronos (Liu et al., arXiv 2403.03655).
//! Absent on purpose: messages within a committee, which the agreement of a block stands for.
//! Start at [`Protocol`].

mod atomix;
mod broker;
mod commit;
mod coordinator;
mod kronos;
mod protocol;
mod receipts;

pub use protocol::{
    Effect, Effects, Event, Memory, Note, NoteKind, Outcome, Place, Protocol, Trust, Unsupported,
};
