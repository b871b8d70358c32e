//! The shard lab: chains that split the state, seen as a city, and interfered with.
//!
//! Vocabulary: a *district* is a shard; a *flow* is what two of them have to do with each other in the whole
//! run; a *dot* is a message on its way; a *tag* is an account that can be dragged to another district.
//! Invariants: protocols, what they can do and their sources come from the engine; what is done by hand is an
//! edit of the document, so undo takes it back and the link replays it; every picture has a twin in words.
//! Absent on purpose: the engine's runs (they are in the worker); the frame's parts that every lab has (the
//! shell's). The lab is a program of its own, loaded when it is opened: `engine/decisions/`.
//! Start at [`frame::Shell`].

mod account;
mod beside;
mod block;
mod chart;
mod city;
mod command;
mod committee;
mod deals;
mod entry;
mod figures;
mod frame;
mod hand;
mod knobs;
mod pick;
mod placement;
mod race;
mod tag;
mod takeover;
mod verdict;
mod words;

pub use frame::Shell;
