//! What the pictures are made of: pure, tested natively, no browser in sight (but for `format::intl`).
//!
//! Vocabulary: an *index* answers one kind of question about a replay in less than a frame, a *projection*
//! maps ticks to pixels, a *look* is what a task is at a moment (which may differ from how it ends), a
//! *culprit* is the transaction whose write made another one wait or run again, a *hop* is one such link.
//! Invariants: nothing here changes a recording; every answer is a function of the recording and a step.
//! Absent on purpose: text for people (that is the views', which know the language), colours, Leptos.
//! Start at [`index::ReplayIndex`].

pub mod agreement;
pub mod compare;
pub mod conflict;
pub mod curve;
pub mod diff;
pub mod explanation;
#[cfg(test)]
pub(crate) mod fixture;
pub mod format;
pub mod heat;
pub mod history;
pub mod index;
pub mod lane;
pub mod look;
pub mod projection;
pub mod selection;
pub mod shard;
pub mod strategy;
pub mod strip;
pub mod sweep;
pub mod timeline;

pub use index::ReplayIndex;
pub use projection::Projection;
pub use selection::Selection;
