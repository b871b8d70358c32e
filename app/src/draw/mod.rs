//! Pictures as data, and the ways to paint them.
//!
//! Vocabulary: a *mark* is a rectangle, line or label; an *ink* names a colour by what it means; a *fill*
//! is how a rectangle is filled (the shape that tells states apart without colour); a *batch* is all
//! marks of one ink and fill, painted in one go; a *picture* is batches in painting order, then lines,
//! then knots, then labels.
//! Invariants: pictures hold no colours, only inks, so one picture paints in light and dark, on canvas
//! and as SVG; a picture of thousands of marks becomes pixels here, not in the browser; a picture is
//! cleared and refilled, never rebuilt; no text goes through markup unescaped.
//! Absent on purpose: what a picture means (that is the views').
//! Start at [`mark::Picture`].

pub mod canvas;
pub mod mark;
pub mod message;
pub mod palette;
pub mod raster;
pub mod svg;

pub use mark::{Align, Fill, Knot, Label, Line, Picture, Rect, Shape};
pub use palette::{Ink, Palette};
