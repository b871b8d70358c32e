//! The frame that every lab shares.
mod frame;
pub use frame::Shell;
