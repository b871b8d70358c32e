//! The Merkle commitment to the store: one root for all slots, with proofs that a slot holds a value
//! or holds none.
//!
//! Vocabulary: the slots that are not zero are spread over 2^depth *buckets* by the first bits of
//! [`Key::spread`](crate::state::Key::spread); a bucket's *leaf* is the BLAKE3 hash of its entries in
//! key order; an *inner node* is one BLAKE3 parent compression of its two children; the *root* binds
//! the depth and the topmost node. A *stripe* is some buckets in a row with all nodes above them: the
//! writes to it are made and hashed in one go, while it is in a core's own caches, and stripes are
//! worked on side by side.
//! Invariants: the root is a function of the slots alone. The depth follows from how many slots are
//! not zero, so neither the order of writes, nor how they were grouped into updates, nor the number of
//! threads can show. Leaves, inner nodes and the root cannot be taken for one another: the root says how
//! many levels there are, and BLAKE3 itself marks parents and roots with flags.
//! Why buckets and not a trie by key: an update touches flat arrays only, allocates nothing a slot, and
//! stripes need no locks. The price: placing by a mixing function that is
//! not cryptographic lets whoever chooses keys freely fill one bucket; proofs bound what a verifier
//! accepts ([`proof::ENTRIES_MAX`]), and keys here come from contracts, not from strangers.
//! Absent on purpose: history. A commitment knows one state; older roots are kept by whoever needs them.
//! Start at [`Commitment`].

mod bucket;
mod compress;
mod leaf;
mod level;
pub mod proof;
mod stripe;
#[cfg(test)]
mod tests;
mod tree;

pub use proof::Proof;
pub use tree::Commitment;
