//! Replay along a block-level access list.
//!
//! Source: EIP-7928, "Block-Level Access Lists": the block carries, for every slot, the values after each
//! transaction that changed it, so that whoever checks the block can run all transactions at once.
//!
//! ```text
//!   Recording(0) ─▶ Recording(1) ─▶ … ─▶ all recorded ─▶ Replaying, in any order ─▶ Committed, in order
//! ```
//!
//! The first pass is what the builder of the block does: one transaction after the other, each leaving its
//! reads and its values in the list. The second pass is what everybody else does: every transaction reads
//! the list's values below its place, waits for nobody, and is checked against the list. Both passes are in
//! the recording, the first one as incarnation 0; figures of how long the block takes are those of the
//! second, the first is told apart.
//!
//! Guarantees: keeps the block's order. Needs no declarations, but a list. Never aborts: a run that does not
//! do what the list says would make the block invalid, and is a fault here.

mod protocol;

pub(super) use protocol::AccessList;
