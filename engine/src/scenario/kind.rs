//! The kinds of transactions.

use super::format::Mix;
use crate::contracts::{code, lending, pool, token};
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
    /// An order placed with, or filled by, the settlement of auctions; in recorded blocks only.
    Settle,
    /// A step of a transaction between shards; in recorded blocks only.
    Cross,
    /// Any other call of a contract, a price that is set for example; in recorded blocks only.
    Call,
}

impl TxKind {
    /// The kind of a call of a contract with this code; a payment where there is none.
    pub(super) const fn of(code: Option<u8>, method: u16) -> Self {
        match (code, method) {
            (None, _) => Self::Pay,
            (Some(code::TOKEN), token::method::TRANSFER..=token::method::OPERATE_PULL) => {
                Self::Transfer
            }
            (
                Some(code::POOL),
                pool::method::SWAP_EXACT_IN | pool::method::SWAP_EXACT_OUT | pool::method::SWAP,
            ) => Self::Swap,
            (Some(code::POOL), pool::method::ADD_LIQUIDITY | pool::method::MINT) => {
                Self::AddLiquidity
            }
            (Some(code::POOL), pool::method::REMOVE_LIQUIDITY | pool::method::BURN) => {
                Self::RemoveLiquidity
            }
            (Some(code::LENDING), lending::method::SUPPLY) => Self::Supply,
            (Some(code::LENDING), lending::method::BORROW) => Self::Borrow,
            (Some(code::LENDING), lending::method::REPAY) => Self::Repay,
            (Some(code::LENDING), lending::method::LIQUIDATE) => Self::Liquidate,
            (Some(code::SETTLEMENT), _) => Self::Settle,
            (Some(code::CROSSING), _) => Self::Cross,
            (Some(code::COUNTER), _) => Self::Touch,
            (Some(code::DROP), _) => Self::Claim,
            _ => Self::Call,
        }
    }
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
