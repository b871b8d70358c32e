//! A run of shards as pictures and sentences need it: pure, tested natively.
//!
//! Vocabulary: a *district* is a shard as it is drawn; a *moment* is a time at which a block is agreed on, a
//! *knot* one at which something befalls the shards or a transaction comes to nothing; a *pick* is what is
//! selected.
//! Invariants: nothing here changes a recording.
//! Start at [`index::ShardIndex`].

pub mod index;
pub mod layout;

pub use index::{District, ShardIndex};
pub use layout::City;

/// What is selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pick {
    /// Nothing.
    None,
    /// A shard.
    Shard(u16),
    /// A transaction, by its row.
    Deal(u32),
}
