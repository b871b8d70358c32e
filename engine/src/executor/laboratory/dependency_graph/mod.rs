//! Optimistic execution along a graph of dependencies that came with the block.
//!
//! Sources: Polygon PoS, whose producer puts the dependencies it saw into the block's header (PIP-16,
//! "Transaction dependency data"; `bor`, `core/blockstm`); grevm 2.1 (Galxe, `docs/v2`), which runs along
//! dependencies learned at run time and validates.
//!
//! A first run of the block, by whoever built it and not timed here, tells what every transaction read and
//! wrote. From that come the read-after-write edges, and only those: versions make the others needless. A
//! transaction starts when those it read from have ended; every run is checked, and one whose reads no
//! longer hold runs again. So a wrong or missing hint costs an abort and never a wrong result.
//!
//! Guarantees: keeps the block's order. Needs no declarations, but hints. Aborts only where a hint was
//! wrong or missing. The state machine is drawn in [`super::precedence`].

mod hints;

pub(super) use hints::{Hints, graph};
