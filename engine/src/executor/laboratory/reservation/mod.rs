//! Deterministic reservation.
//!
//! Source: Lu, Yu, Cao and Madden, "Aria: a fast and practical deterministic OLTP database", VLDB 2020:
//! batches on a snapshot (section 3), the commit rule with deterministic reordering (section 5).
//!
//! ```text
//!           all ran                    all checked
//!   Running ───────▶ reserve, Checking ───────────▶ winners committed; losers lead the next batch
//!      ▲                                               │
//!      └───────────────────────────────────────────────┘
//! ```
//!
//! A batch runs on the state that the last one left. Every run reserves what it read and wrote; the smallest
//! place in the block wins a slot. A run loses if a smaller one writes what it writes (additions do not
//! count against additions), or if a smaller one writes what it read *and* a smaller one read what it
//! writes: with only one of the two it can be put in front. Winners take effect together; the order that
//! their result equals puts every reader in front of the writers of what it read.
//!
//! Guarantees: needs no access sets; does *not* keep the block's order; the batches, the losers and the
//! order depend on the block alone, on no seed and no number of lanes. Runs that lose run again, on one
//! lane as well. Two additions to the paper: a run that wrote nothing is not put in front of whom it read
//! from (on a chain that is a transaction refused because an earlier one of its sender had not run), and
//! the size of a batch follows the losers, doubling when there are none and halving when half lose.

mod protocol;
mod rules;

pub(super) use protocol::Reservation;
