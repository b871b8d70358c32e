//! The kinds of transactions.

use super::format::Mix;
use serde::{Deserialize, Serialize};

/// The kinds of transactions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TxKind {
    /// A payment of the native coin.
    Pay,
    /// A transfer of a token.
    Transfer,
    /// A swap against a pool.
    Swap,
    /// Liquidity added to a pool.
    AddLiquidity,
    /// Liquidity taken out of a pool.
    RemoveLiquidity,
    /// An asset supplied to the lending market.
    Supply,
    /// An asset borrowed from the lending market.
    Borrow,
    /// A debt repaid to the lending market.
    Repay,
    /// A position liquidated in the lending market.
    Liquidate,
    /// A claim of the token drop.
    Claim,
    /// A touch of a shared slot.
    Touch,
}

impl Mix {
    /// The shares by kind.
    pub const fn shares(&self) -> [(TxKind, u32); 11] {
        [
            (TxKind::Pay, self.pay),
            (TxKind::Transfer, self.transfer),
            (TxKind::Swap, self.swap),
            (TxKind::AddLiquidity, self.add_liquidity),
            (TxKind::RemoveLiquidity, self.remove_liquidity),
            (TxKind::Supply, self.supply),
            (TxKind::Borrow, self.borrow),
            (TxKind::Repay, self.repay),
            (TxKind::Liquidate, self.liquidate),
            (TxKind::Claim, self.claim),
            (TxKind::Touch, self.touch),
        ]
    }
}
