//! A run of shards as pictures and sentences need it: pure, tested natively.
//!
//! Vocabulary: a *district* is a shard as it is drawn; a *moment* is a time at which a block is agreed on, a
//! *knot* one at which something befalls the shards or a transaction comes to nothing; a *pick* is what is
//! selected; a *tag* is an account as it is drawn at its district.
//! Invariants: nothing here changes a recording.
//! Start at [`index::ShardIndex`].

pub mod index;
pub mod layout;
pub mod resident;
pub mod talk;

pub use index::{District, ShardIndex};
pub use layout::City;
pub use resident::Tags;

/// What is selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pick {
    /// Nothing.
    None,
    /// A shard.
    Shard(u16),
    /// A transaction, by its row.
    Deal(u32),
    /// An account.
    Account(u32),
}

/// Where somebody has gone nearer: a district's block, and perhaps an entry of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zoom {
    /// The district.
    pub shard: u16,
    /// The entry, by its place in the block, and its transaction.
    pub entry: Option<(u32, u64)>,
}
