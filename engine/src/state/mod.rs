//! Floor 1: what a block reads and writes.
//!
//! Vocabulary: a *key* names one slot, a *word* is its 256-bit value, the *store* holds the state
//! between blocks, an *overlay* holds one transaction's writes until it ends, a *view* is all that a
//! running transaction may see, a *bound* is a question to it that is answered with yes or no, the *commitment* is the Merkle root of the store with its proofs.
//! Invariants: a slot that was never written and one that holds [`Word::ZERO`] are the same slot.
//! Absent on purpose: knowledge of contracts, of versions, and of who runs the transaction.

pub mod bound;
pub mod cells;
pub mod commitment;
mod directory;
pub mod key;
pub mod overlay;
pub mod store;
pub mod view;
pub mod word;

pub use bound::{Answer, Bound, Half};
pub use cells::Cells;
pub use commitment::Commitment;
pub use key::Key;
pub use overlay::Overlay;
pub use store::Store;
pub use view::{Additive, DenseStorage, Places, ReadView, Storage};
pub use word::Word;
