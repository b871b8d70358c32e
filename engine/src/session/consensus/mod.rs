//! Runs of agreement protocols, for a page or a command.
//!
//! Vocabulary: the *head* is the run as far as it has gone, recorded; the *cursor* is the same run at the
//! moment that is looked at; *checkpoints* make the cursor quick to move back.
//! Invariants: the document with the acts done so far gives this run again, event by event; moving the
//! cursor changes nothing of it.
//! Start at [`Agreement`].

mod agreement;
pub mod bench;
pub mod oracle;
#[cfg(test)]
mod tests;

pub use agreement::{Agreement, Snapshot};
