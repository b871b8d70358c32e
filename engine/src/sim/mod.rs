//! Floor 4: a network of nodes in simulated time. Time, randomness, loss and order belong here alone.
//!
//! Vocabulary: a *machine* is what runs on a node, a pure step from input to outputs; a *node* is one
//! machine with a place in the network; an *identity* is whose signatures it makes (a *copy* shares its
//! original's); a *letter* is a message as sent, once however many receive it; a *flight* is a letter on
//! its way to one node; an *act* is a fault, scripted or done by hand; the *agenda* holds what is to come.
//! Invariants: the same settings, seed and acts give the same run on every machine, event by event; the
//! order of events is total (time, kind, node, counter); every node draws from streams of its own, so a
//! further node leaves the others' delays alone; every queue is bounded, and reaching the bound is
//! counted; recording changes nothing but memory and time.
//! Absent on purpose: clocks, threads, protocols. Floats live in [`sample`] alone and leave it as whole
//! microseconds.
//! Start at [`Simulation`].

pub mod agenda;
mod apply;
pub mod fault;
mod flow;
mod inbound;
mod letter;
pub mod machine;
pub mod network;
mod node;
mod outbound;
pub mod region;
pub mod rolling;
pub mod sample;
pub mod simulation;
pub mod tally;
#[cfg(test)]
mod tests;

pub use fault::{Act, ActKind};
pub use machine::{Action, Envelope, Input, Machine, Message, Moment, Observer, Outbox, Timer};
pub use network::{Costs, Jitter, Latency, NetworkSettings, Sizes, Spread};
pub use node::neighbours;
pub use simulation::Simulation;
pub use tally::Tally;
