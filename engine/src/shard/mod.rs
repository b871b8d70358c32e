//! Floor 5: parallel chains that split the state, and transactions between them that stay consistent.
//!
//! Vocabulary: a *shard* is a chain that holds a part of the accounts and has a *committee* of its own; a
//! *wish* is what a user wants, a *deal* the wish on its way, a *leg* one of its steps on one shard, a *ticket*
//! its number; what has been taken on one shard and not given on another is *on its way*; an *entry* is what a
//! block holds one of.
//! Invariants: whole numbers only; what all shards hold and what is on its way is constant, and the meter
//! says so after every block or by how much it is not; the same settings, wishes and seed give the same run
//! on every machine and any number of threads.
//! Absent on purpose: how a committee agrees, which whoever runs a simulation hands in as
//! [`settings::Agreement`].
//! Start at [`simulation::Simulation`], then [`transfer`], then [`placement`] and [`committee`].

pub mod act;
mod block;
pub mod chain;
pub mod committee;
pub mod deal;
mod deliver;
mod flight;
pub mod isolation;
pub mod layout;
mod look;
pub mod meter;
pub mod placement;
mod reallocate;
mod recorder;
pub mod report;
pub mod settings;
pub mod simulation;
pub mod split;
#[cfg(test)]
mod tests;
mod touch;
pub mod transfer;

pub use act::{Act, ActKind};
pub use deal::{Ticket, Wish};
pub use report::ShardsReport;
pub use settings::{Agreement, Epochs, Settings, Steady};
pub use simulation::Simulation;
