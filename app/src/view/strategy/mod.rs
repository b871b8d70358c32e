//! The strategies lab: people's automations on a living market.
//!
//! Vocabulary: a *person* has strategies; a *mark* on the price is something that happened to one of them; the
//! *sentence* is a strategy's text with its numbers as fields; a *fan* is one document under many seeds.
//! Invariants: text and sentence edit the same text; what is computed comes from the engine, step by step; every
//! picture has a twin in words. Absent on purpose: the engine's runs (they are in workers), the frame's parts
//! that every lab has (the shell's). Start at [`frame::Shell`].

mod auction;
mod chart;
mod command;
mod editor;
mod events;
mod fan;
mod fare;
mod frame;
mod intents;
mod knobs;
mod lanes;
mod market;
mod people;
mod sentence;
mod words;

pub use frame::Shell;
