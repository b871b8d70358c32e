//! Controls that know nothing of blocks and lanes: props in, callbacks out.
//!
//! Vocabulary: a *field* is a labelled input that knows its unit, default and meaning; a *split* is a border
//! between two shares of a bar; a *twin* is the same content for those who do not see the picture.
//! Invariants: every control works by keyboard alone, names itself, is at least 24 px to hit and shows
//! where the focus is; text comes from the caller, who knows the language.
//! Absent on purpose: stores, colours (the style sheet has them), texts.

mod dialog;
mod lane_strip;
mod mix_bar;
mod number_field;
mod pairs;
mod scrubber;
mod speed;
mod tab;
mod table;
mod tooltip;

pub use dialog::Dialog;
pub use lane_strip::LaneStrip;
pub use mix_bar::{MixBar, Share};
pub use number_field::{NumberField, Scale};
pub use pairs::Pairs;
pub use scrubber::Scrubber;
pub use speed::SpeedChoice;
pub use tab::Tabs;
pub use table::Table;
pub use tooltip::{PointerTip, Tooltip};

/// An id that no other element of the page has.
fn fresh_id(prefix: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
