//! Numbers for people.
//!
//! In a browser its own `Intl` formats write them, in the language that the page says it is in; anywhere
//! else, and in a browser that has none, they are written in English. Both write the same English.
//! Absent on purpose: reading numbers (that is the fields' that people type into).

#[cfg(target_arch = "wasm32")]
mod intl;
pub mod plain;
mod unit;

#[cfg(target_arch = "wasm32")]
pub use intl::{three_figures, whole};
#[cfg(not(target_arch = "wasm32"))]
pub use plain::{three_figures, whole};
pub use unit::{axis, percent, seconds, simulated, times};
