//! Calls, typed and packed: tokens and pools by their place in the shard's lists.

use crate::primitives::Address;
use crate::vm::native::Call;

/// Method numbers: transactions of one shard, then steps, one method a kind and phase.
pub(super) mod method {
    pub(in super::super) const PAY: u16 = 1;
    pub(in super::super) const SWAP: u16 = 2;
    pub(in super::super) const ROUTE: u16 = 3;
    pub(in super::super) const WITHDRAW: u16 = 4;
    pub(in super::super) const STEP: u16 = 16;
}

/// One action of a transaction on one shard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// Takes the amount from an account.
    Debit {
        /// Whose.
        account: Address,
        /// Which token.
        token: u8,
    },
    /// Gives the amount to an account.
    Credit {
        /// Whose.
        account: Address,
        /// Which token.
        token: u8,
    },
    /// Trades the amount with a pool.
    Trade {
        /// Which pool.
        pool: u8,
        /// Whether token 0 goes in.
        zero_for_one: bool,
        /// Least that must come out.
        least: u64,
    },
    /// Demands that an account holds so much.
    Check {
        /// Whose.
        account: Address,
        /// Which token.
        token: u8,
        /// Least that it must hold.
        least: u64,
    },
    /// Takes all that an account has of a token: it moves to another shard.
    Empty {
        /// Whose.
        account: Address,
        /// Which token.
        token: u8,
    },
}

impl Step {
    /// The account that it is about; none for a trade, which is about its pool.
    pub const fn account(self) -> Option<Address> {
        match self {
            Self::Debit { account, .. }
            | Self::Credit { account, .. }
            | Self::Check { account, .. }
            | Self::Empty { account, .. } => Some(account),
            Self::Trade { .. } => None,
        }
    }
}

/// When a step is done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// At once and for good.
    Now,
    /// Checked and locked.
    Prepare,
    /// As prepared.
    Commit,
    /// Let go of what was prepared.
    Abort,
    /// Back what was done for good: the refund of a debit.
    Refund,
}

impl Phase {
    pub(super) const fn bit(self) -> u128 {
        1 << self as u32
    }
}

/// A step's call. The amount is what it takes, gives or trades; ignored by checks and aborts.
pub const fn step(ticket: u64, index: u8, phase: Phase, what: Step, amount: u64) -> Call {
    let (kind, who, which, least) = match what {
        Step::Debit { account, token } => (0, account.0, token, 0),
        Step::Credit { account, token } => (1, account.0, token, 0),
        Step::Trade {
            pool,
            zero_for_one,
            least,
        } => (2, zero_for_one as u32, pool, least),
        Step::Check {
            account,
            token,
            least,
        } => (3, account.0, token, least),
        Step::Empty { account, token } => (4, account.0, token, 0),
    };
    Call {
        method: method::STEP + phase as u16,
        args: [
            ticket as u128 | (index as u128) << 64,
            who as u128 | (which as u128) << 32 | (kind as u128) << 40,
            amount as u128,
            least as u128,
        ],
    }
}

/// The inverse of [`step`]; `None` for words that it does not make.
pub(super) fn read_step(args: &[u128; 4]) -> Option<(u64, u8, Step, u64)> {
    let (who, which, kind) = (args[1] as u32, (args[1] >> 32) as u8, args[1] >> 40);
    let account = Address(who);
    let least = u64::try_from(args[3]).ok()?;
    let what = match kind {
        0 => Step::Debit {
            account,
            token: which,
        },
        1 => Step::Credit {
            account,
            token: which,
        },
        2 => Step::Trade {
            pool: which,
            zero_for_one: who != 0,
            least,
        },
        3 => Step::Check {
            account,
            token: which,
            least,
        },
        4 => Step::Empty {
            account,
            token: which,
        },
        _ => return None,
    };
    let index = u8::try_from(args[0] >> 64).ok()?;
    Some((args[0] as u64, index, what, u64::try_from(args[2]).ok()?))
}

/// Pays from one account to another of the same shard.
pub const fn pay(from: Address, to: Address, token: u8, amount: u64) -> Call {
    Call {
        method: method::PAY,
        args: [from.0 as u128, to.0 as u128, token as u128, amount as u128],
    }
}

/// Trades with a pool of the same shard. Returns what came out.
pub const fn swap(trader: Address, pool: u8, zero_for_one: bool, amount: u64, least: u64) -> Call {
    Call {
        method: method::SWAP,
        args: [
            trader.0 as u128,
            pool as u128 | (zero_for_one as u128) << 8,
            amount as u128,
            least as u128,
        ],
    }
}

/// Trades with two pools of the same shard, one after the other. Returns what came out of the second.
pub const fn route(
    trader: Address,
    pools: [u8; 2],
    zero_for_one: [bool; 2],
    amount: u64,
    least: u64,
) -> Call {
    Call {
        method: method::ROUTE,
        args: [
            trader.0 as u128,
            pools[0] as u128
                | (zero_for_one[0] as u128) << 8
                | (pools[1] as u128) << 16
                | (zero_for_one[1] as u128) << 24,
            amount as u128,
            least as u128,
        ],
    }
}

/// Pays if a third account of the same shard holds enough.
pub const fn withdraw(
    from: Address,
    to: Address,
    guard: Address,
    token: u8,
    amount: u64,
    least: u64,
) -> Call {
    Call {
        method: method::WITHDRAW,
        args: [
            from.0 as u128 | (to.0 as u128) << 32 | (guard.0 as u128) << 64,
            token as u128,
            amount as u128,
            least as u128,
        ],
    }
}
