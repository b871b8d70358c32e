//! What is selected.

/// One thing of a run.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Pick {
    /// Nothing.
    #[default]
    None,
    /// A node.
    Node(u32),
    /// A message, by its row.
    Message(u32),
    /// A mark, by its row.
    Mark(u32),
}
