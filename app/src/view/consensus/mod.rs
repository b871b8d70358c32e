//! The consensus lab: nodes that agree, seen in space and time, and interfered with.
//!
//! Vocabulary: the *diagram* shows nodes as lines over simulated time; a *scene* is a run through a window
//! of time; *lights* are what is selected and what it
//! is linked to; an *act* is something done to a node or the network by hand or by script.
//! Invariants: protocols, kinds, flaws and knobs come from the engine's registry, never by name; what is
//! done by hand is an edit of the document, so undo takes it back and the link replays it; every picture has
//! a twin in words.
//! Absent on purpose: the engine's runs (they are in the worker); the frame's parts that every lab has (the
//! shell's). The lab is a program of its own, loaded when it is opened: `engine/decisions/`.
//! Start at [`frame::Shell`].

mod command;
mod compare;
mod diagram;
mod fault;
mod figures;
mod frame;
mod hand;
mod knobs;
mod legend;
mod map;
mod moment;
mod network;
mod overlay;
mod painter;
mod protocol;
mod replicas;
mod scene;
mod selection;
mod touch;
mod verdict;
mod words;

pub use frame::Shell;
