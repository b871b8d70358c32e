//! The execution lab: lanes over virtual time, the keys that conflict, and why.
//!
//! Vocabulary: a *scene* is a replay seen through a window of time at a moment; *lit* is what is selected
//! or under the pointer; the *stage* is what all parts look at together, a *sight* one picture of it;
//! *words* are what pictures say; a *hop* is one link from who wrote to who suffered.
//! Invariants: components take signals and callbacks, never a store; what is drawn is a function of
//! replay, window, step and lit; every picture has a twin in words with the same order and the same keys.
//! Absent on purpose: the time line's buttons and the knobs (the shell's).
//! Start at [`ExecutionPicture`].

mod answer;
mod bar_marks;
mod compare_view;
mod conflicts;
mod diff_list;
pub mod export;
pub(crate) mod hand;
mod heat_map;
mod keys;
mod lane_marks;
pub mod lanes;
mod layout;
pub mod legend;
mod matrix;
mod overlay;
mod painter;
mod picture;
#[cfg(test)]
mod picture_test;
pub(crate) mod pointer;
mod remedy_panel;
mod results;
mod scheduler;
mod selection_panel;
mod share_marks;
mod sight;
mod stage;
mod steps;
mod sweep;
mod touch;
pub mod wording;

pub use compare_view::CompareView;
pub use conflicts::ConflictMatrix;
pub use export::Shot;
pub use keys::HotKeys;
pub use lanes::LanePicture;
pub use legend::Legend;
pub use picture::ExecutionPicture;
pub use remedy_panel::RemedyPanel;
pub use results::{InkLegend, MeasuredResults, ModelledResults};
pub use scheduler::{SchedulerCard, title as scheduler_title};
pub use selection_panel::SelectionPanel;
pub use stage::Stage;
pub use steps::{StepCaption, StepList};
pub use sweep::{Chart as SweepChart, SaveAs, SweepPanel, axis_name};
