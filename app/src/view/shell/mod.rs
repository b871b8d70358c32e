//! The frame that every lab shares.
//!
//! Vocabulary: a *knob* edits one field of the document; a *command* is something that a key, the
//! palette or a button does; the *desk* is what commands of the execution lab act on; the *board* is what
//! the parts that every lab has act on; a *sheet* is a dialog over the page.
//! Invariants: left is cause, middle is what happens, right is what it means, bottom is time; every
//! command is in one table, from which keys, palette and help sheet come; no knob without default,
//! unit, one sentence and reset.
//! Absent on purpose: links to labs that do not exist yet; the frames of the other labs, which are made
//! of the same parts and of `program`.
//! Start at [`Shell`].

mod badge;
pub(crate) mod board;
mod command;
mod compare;
mod desk;
pub(crate) mod file;
mod frame;
pub(crate) mod header;
pub(crate) mod icon;
mod isolation;
pub(crate) mod keyboard;
pub(crate) mod knob;
mod knobs;
mod lab;
pub(crate) mod link_part;
mod mix;
pub(crate) mod notices;
pub(crate) mod palette;
mod probe;
pub(crate) mod program;
mod qr;
mod run;
mod scheduler;
mod share;
pub(crate) mod sheet;
mod sweep;
mod timeline;
mod traffic;

pub use desk::{Desk, use_desk};
pub use frame::Shell;
