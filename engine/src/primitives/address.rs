//! Who holds, sends and is called.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Names an account or a contract in 32 bits.
///
/// The top bit tells contracts from accounts, so both fit in one key field.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug, Serialize, Deserialize,
)]
pub struct Address(pub u32);

impl Address {
    const CONTRACT_BIT: u32 = 1 << 31;

    /// The account with this number (31 bits; higher bits are cut).
    pub const fn account(number: u32) -> Self {
        Self(number & !Self::CONTRACT_BIT)
    }

    /// The contract with this number (31 bits; higher bits are cut).
    pub const fn contract(number: u32) -> Self {
        Self(number | Self::CONTRACT_BIT)
    }

    /// Whether this names a contract.
    pub const fn is_contract(self) -> bool {
        self.0 & Self::CONTRACT_BIT != 0
    }

    /// The number without the bit that tells contracts from accounts.
    pub const fn number(self) -> u32 {
        self.0 & !Self::CONTRACT_BIT
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_contract() {
            "contract"
        } else {
            "account"
        };
        write!(f, "{kind} {}", self.number())
    }
}
