//! Bloom-filter frames.
//!
//! Source: Zarick, Zhang, Wong, Kim, Pellegrino, Li and Wong, "FAFO: Over 1 million TPS on a single node
//! running EVM while still Merkleizing every block", 2025 (arXiv 2507.10757); LayerZero-Labs/fafo.
//!
//! Before anything runs, every transaction goes, by its declared accesses, into one of 64 open *frames*: the
//! first one behind the newest that it conflicts with. Each frame remembers its accesses in Bloom filters, so
//! that asking costs a few bits and now and then sees a conflict that is none. Nothing in a frame conflicts,
//! so a frame runs in parallel, and is committed as its transactions end. Who cannot declare, or breaches
//! its declaration, has a frame of its own.
//!
//! Guarantees: needs access sets; does *not* keep the block's order (transactions that conflict keep theirs,
//! an account's nonces demand it; others move forward into earlier frames, and breaches move back).
//! Aborts nothing as long as declarations hold. Simplified: a frame starts when the one before has ended;
//! the original lets frames overlap along a precedence graph by slot, and forms them before the block.

mod filter;
mod framing;
mod protocol;

pub(super) use protocol::Frames;
