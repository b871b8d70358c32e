//! What is selected: one thing, the same in every lab.

use engine::primitives::TxIndex;

/// The thing that is lit up everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Selection {
    /// Nothing.
    #[default]
    None,
    /// A transaction, whatever its runs.
    Transaction(TxIndex),
    /// A slot, as an index into the replay's names.
    Key(u32),
    /// One stretch of work of one lane, as an index into the recording's tasks.
    Task(u32),
}

impl Selection {
    /// Whether nothing is selected.
    pub const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }
}
