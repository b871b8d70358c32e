//! Indices that must not be mixed up.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
        )]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into a slice.
            pub const fn as_usize(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

index!(
    /// A transaction's place in its block, from zero.
    TxIndex
);
index!(
    /// How many times a transaction has been started before: 0 the first time.
    Incarnation
);
index!(
    /// A worker of a crew, from zero.
    LaneIndex
);
index!(
    /// A node of a simulated network, from zero.
    NodeIndex
);
