//! The frame that every lab shares.
//!
//! Vocabulary: a *knob* edits one field of the document; a *command* is something that a key, the
//! palette or a button does; the *desk* is what commands act on; a *sheet* is a dialog over the page.
//! Invariants: left is cause, middle is what happens, right is what it means, bottom is time; every
//! command is in one table, from which keys, palette and help sheet come; no knob without default,
//! unit, one sentence and reset.
//! Absent on purpose: links to labs that do not exist yet.
//! Start at [`Shell`].

mod badge;
mod command;
mod compare;
mod desk;
mod file;
mod frame;
mod header;
mod icon;
mod isolation;
mod keyboard;
mod knob;
mod knobs;
mod lab;
mod mix;
mod notices;
mod palette;
mod probe;
mod qr;
mod run;
mod scheduler;
mod share;
mod sheet;
mod sweep;
mod timeline;

pub use desk::{Desk, use_desk};
pub use frame::Shell;
