//! Block-STM, second generation: writers withdraw the readers of what they change.
//!
//! The first generation ([`super::optimistic`]) lets every run validate what it read, again after every
//! set-back. Here reads are *visible* (Herlihy, Luchangco, Moir and Scherer, "Software Transactional
//! Memory for Dynamic-Sized Data Structures", PODC 2003, name both kinds): each slot keeps a registry of
//! who read it, and a run that changes a value withdraws exactly the runs that read it otherwise, as in
//! commit-time invalidation (Gottschlich, Vachharajani and Siek, CGO 2010). The fixed order, the versions
//! and the lowest-transaction-first rule are those of Block-STM (Gelashvili et al., PPoPP 2023, sections
//! 3 and 4). The gate before a second run, and waiting for the writer that withdrew one, follow the idea
//! of the second scheduler of Aptos (`block-executor`, 2025), whose code this does not share.
//!
//! - [`versions`]: the keys of a block; [`history`]: what runs wrote to one slot and who read it; `asker`:
//!   who has compared it with what.
//! - [`scheduler`]: who runs what next; `status`: the states of a transaction, drawn.
//! - [`lane`]: what one worker does with a run; two halves, for real and for virtual time alike; `view`:
//!   what its transaction sees meanwhile.
//! - [`arena`]: the memory of all of them, kept from block to block.
//! - `threaded`, `stepped`: the two crews; `judge` tells the first when parallel work stops to pay.
//!
//! Invariants: a run that stands has read what serial execution would show it, or a lower transaction
//! is still to run that will withdraw it. A write that leaves a value as it was withdraws nobody;
//! additions commute, and meet only whoever reads their sum, or whose comparison with it they turn (a
//! *predicate read*: limit and answer in place of a value, after RapidLane, arXiv 2405.06117). No lock is
//! held while a transaction runs, and a lane's memory, records and tables are kept from block to block.
//! What a warm block still allocates on the way of a transaction is room for a slot with more versions or
//! readers than lie in it, or with askers: slots are numbered anew in each block, so that room is not
//! always where it is needed again.
//! Absent on purpose: validation, waves, estimates (a version whose writer is not
//! executed is one, for readers; a comparison looks through it).

pub mod arena;
mod asker;
pub mod history;
#[cfg(test)]
mod interleavings;
#[cfg(feature = "threads")]
mod judge;
pub mod lane;
pub mod scheduler;
mod status;
mod stepped;
mod sync;
#[cfg(test)]
mod tests;
#[cfg(feature = "threads")]
mod threaded;
pub mod versions;
mod view;

pub use arena::Arena;

/// A slot of the state fits its lines: one that spills over takes twice as many.
#[cfg(target_pointer_width = "64")]
const _: () = {
    use crate::state::{Key, Word};
    assert!(versions::Versions::<Key, Word>::SLOT_BYTES <= 128);
};
