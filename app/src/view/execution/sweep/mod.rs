//! The sweeps: the block again and again while one thing about it changes, as curves.
//!
//! Vocabulary: a *pick* is the axis and the way that are chosen; a *chart* is all curves over an axis with
//! their names; a *way* is how points are come by, counted or timed.
//! Invariants: curves of different origin differ in ink and in shape; the picture on the page and the file
//! are painted from the same marks; what is drawn is there in words and numbers as well.
//! Absent on purpose: asking for points (the store's), the figures themselves (the model's).
//! Start at [`SweepPanel`].

mod chart;
mod marks;
mod panel;
mod words;

pub use chart::Chart;
pub use panel::{SaveAs, SweepPanel};
pub use words::axis_name;
