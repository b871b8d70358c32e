//! How one asset's price moves.
//!
//! Every law turns one standard normal innovation a step, shared over assets by their correlation, and
//! draws of its own (jumps, regimes, blocks) into a log return. Parameters are whole numbers: millionths,
//! of a year where they are rates.
//! Start at [`Law`].

mod bootstrap;
mod law;
pub mod profile;
mod step;

pub use law::{LAWS, Law, Regime};
pub(super) use step::stepper;
