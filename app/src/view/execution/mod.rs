//! The execution lab: lanes over virtual time, the keys that conflict, and why.
//!
//! Vocabulary: a *scene* is a replay seen through a window of time at a moment; *lit* is what is selected
//! or under the pointer; *words* are what pictures say.
//! Invariants: components take signals and callbacks, never a store; what is drawn is a function of
//! replay, window, step and lit; every picture has a twin in words with the same order and the same keys.
//! Absent on purpose: the time line's buttons and the knobs (the shell's).

pub mod lane_marks;
pub mod layout;
pub mod overlay;
#[cfg(test)]
mod picture_test;
pub mod wording;
