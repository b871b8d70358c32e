//! The laboratory: other people's schedulers, on the same block, seed and virtual lanes.
//!
//! Vocabulary: a *discipline* is one of these schedulers, an *attempt* is a transaction's run that is not
//! yet published, a *place* is where a transaction stands in the order of commits (its place in the block,
//! for those that keep the block's order), a *breach* is a run that touched what its transaction had not
//! declared.
//! Invariants: every discipline really runs every transaction through `Vm::run`; what it leaves equals the
//! serial execution of the block, or, for those that do not keep the block's order, of the order that it
//! says it committed. A wrong or missing declaration costs time and never a result. Work that happens
//! before a lane starts (gathering declarations, building graphs or frames) takes no virtual time.
//! Absent on purpose: real threads, and the block of a discipline's own chain (fees, signatures).
//! Start at [`Discipline`] and [`descriptor::DESCRIPTORS`].

mod access_list;
mod attempt;
mod bloom_frames;
mod declared;
mod dependency_graph;
pub mod descriptor;
mod discipline;
mod preassigned;
mod precedence;
mod priority_graph;
mod reservation;
#[cfg(test)]
mod tests;
mod two_phase_locking;
mod workbench;

pub use descriptor::Descriptor;
pub use discipline::Discipline;
