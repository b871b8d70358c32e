//! What users want, and the steps it takes on which shards.

use super::layout::Layout;
use crate::contracts::crossing::{self, Phase, Step};
use crate::primitives::{Address, Micros};
use crate::vm::native::Call;
use serde::{Deserialize, Serialize};

/// Numbers a transaction over all shards, from 1.
pub type Ticket = u64;

/// Most steps of one transaction.
pub const LEGS_MAX: usize = 8;

/// What a user wants. Accounts, tokens and pools by number; amounts in units of the token that goes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Pays.
    Pay {
        /// Who pays.
        from: u32,
        /// Who is paid.
        to: u32,
        /// In which token.
        token: u8,
        /// How much.
        amount: u64,
    },
    /// Two pay one, each the amount: two inputs and one output.
    Gather {
        /// Who pay.
        from: [u32; 2],
        /// Who is paid.
        to: u32,
        /// In which token.
        token: u8,
        /// How much each.
        amount: u64,
    },
    /// Trades with a pool.
    Swap {
        /// Who trades.
        trader: u32,
        /// With which pool.
        pool: u8,
        /// Whether token 0 goes in.
        zero_for_one: bool,
        /// How much goes in.
        amount: u64,
        /// Least that must come out.
        least: u64,
    },
    /// Trades with two pools, one after the other: the second takes what comes out of the first.
    Route {
        /// Who trades.
        trader: u32,
        /// With which pools.
        pools: [u8; 2],
        /// Whether token 0 goes in.
        zero_for_one: [bool; 2],
        /// How much goes in.
        amount: u64,
        /// Least that must come out in the end.
        least: u64,
    },
    /// Pays if a third account holds enough.
    Withdraw {
        /// Who pays.
        from: u32,
        /// Who is paid.
        to: u32,
        /// Whose balance is looked at.
        guard: u32,
        /// In which token.
        token: u8,
        /// How much.
        amount: u64,
        /// Least that the third must hold.
        least: u64,
    },
    /// An account moves to another shard, with all it has. Not a user's wish: the end of an epoch's.
    Move {
        /// Which.
        account: u32,
        /// Where to.
        to: u16,
    },
}

impl Wish {
    /// The accounts it names, the one who sends it first.
    pub fn accounts(&self) -> impl Iterator<Item = u32> {
        let (named, count) = match *self {
            Self::Pay { from, to, .. } => ([from, to, 0], 2),
            Self::Gather { from, to, .. } => ([from[0], from[1], to], 3),
            Self::Swap { trader, .. } | Self::Route { trader, .. } => ([trader, 0, 0], 1),
            Self::Withdraw {
                from, to, guard, ..
            } => ([from, to, guard], 3),
            Self::Move { account, .. } => ([account, 0, 0], 1),
        };
        named.into_iter().take(count)
    }

    /// The amount that goes in, of each input.
    pub const fn amount(&self) -> u64 {
        match *self {
            Self::Pay { amount, .. }
            | Self::Gather { amount, .. }
            | Self::Swap { amount, .. }
            | Self::Route { amount, .. }
            | Self::Withdraw { amount, .. } => amount,
            Self::Move { .. } => 0,
        }
    }

    /// Its steps in order. An account's number is its address.
    fn steps(&self, layout: &Layout) -> Vec<Step> {
        let debit = |account, token| Step::Debit {
            account: Address::account(account),
            token,
        };
        let credit = |account, token| Step::Credit {
            account: Address::account(account),
            token,
        };
        match *self {
            Self::Pay {
                from, to, token, ..
            } => vec![debit(from, token), credit(to, token)],
            Self::Gather {
                from: [first, second],
                to,
                token,
                ..
            } => vec![debit(first, token), debit(second, token), credit(to, token)],
            Self::Swap {
                trader,
                pool,
                zero_for_one,
                least,
                ..
            } => {
                let (token_in, token_out) = layout.sides(pool, zero_for_one);
                let trade = Step::Trade {
                    pool,
                    zero_for_one,
                    least,
                };
                vec![debit(trader, token_in), trade, credit(trader, token_out)]
            }
            Self::Route {
                trader,
                pools,
                zero_for_one,
                least,
                ..
            } => {
                let (token_in, _) = layout.sides(pools[0], zero_for_one[0]);
                let (_, token_out) = layout.sides(pools[1], zero_for_one[1]);
                let trade = |at: usize, least| Step::Trade {
                    pool: pools[at],
                    zero_for_one: zero_for_one[at],
                    least,
                };
                vec![
                    debit(trader, token_in),
                    trade(0, 1),
                    trade(1, least),
                    credit(trader, token_out),
                ]
            }
            Self::Withdraw {
                from,
                to,
                guard,
                token,
                least,
                ..
            } => {
                let check = Step::Check {
                    account: Address::account(guard),
                    token,
                    least,
                };
                vec![check, debit(from, token), credit(to, token)]
            }
            Self::Move { account, .. } => {
                let tokens = 0..layout.tokens.len() as u8;
                let empty = tokens.clone().map(|token| Step::Empty {
                    account: Address::account(account),
                    token,
                });
                empty.chain(tokens.map(|t| credit(account, t))).collect()
            }
        }
    }

    /// The call that does all of it on one shard; none for a move.
    fn alone(&self) -> Option<Call> {
        let account = Address::account;
        match *self {
            Self::Pay {
                from,
                to,
                token,
                amount,
            } => Some(crossing::pay(account(from), account(to), token, amount)),
            Self::Swap {
                trader,
                pool,
                zero_for_one,
                amount,
                least,
            } => Some(crossing::swap(
                account(trader),
                pool,
                zero_for_one,
                amount,
                least,
            )),
            Self::Route {
                trader,
                pools,
                zero_for_one,
                amount,
                least,
            } => Some(crossing::route(
                account(trader),
                pools,
                zero_for_one,
                amount,
                least,
            )),
            Self::Withdraw {
                from,
                to,
                guard,
                token,
                amount,
                least,
            } => Some(crossing::withdraw(
                account(from),
                account(to),
                account(guard),
                token,
                amount,
                least,
            )),
            Self::Gather { .. } | Self::Move { .. } => None,
        }
    }
}

/// A step and where it is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// What.
    pub step: Step,
    /// The shard whose committee answers for it.
    pub shard: u16,
    /// The shard that executes it: another one once its account has gone to a shard that split off.
    pub at: u16,
}

/// A wish on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deal {
    /// Its number.
    pub ticket: Ticket,
    /// What is wanted.
    pub wish: Wish,
    /// When it was asked for, tries before this one included.
    pub asked: Micros,
    /// How many tries there were before.
    pub tries: u8,
    /// Its steps.
    pub legs: Vec<Leg>,
    /// The token that is in transit before each of them, where there is any.
    pub held: Vec<u8>,
}

impl Deal {
    /// The wish's steps with the shards of their subjects.
    pub fn new(ticket: Ticket, wish: Wish, asked: Micros, layout: &Layout) -> Self {
        let steps = wish.steps(layout);
        let half = steps.len() / 2;
        let place = |(at, step): (usize, Step)| {
            let shard = match (wish, step) {
                (Wish::Move { to, .. }, _) if at >= half => to,
                (_, Step::Trade { pool, .. }) => layout.pool_home[usize::from(pool)],
                (
                    _,
                    Step::Debit { account, .. }
                    | Step::Credit { account, .. }
                    | Step::Check { account, .. }
                    | Step::Empty { account, .. },
                ) => layout.home(account),
            };
            Leg {
                step,
                shard,
                at: shard,
            }
        };
        let mut token = 0;
        let mut held = Vec::with_capacity(steps.len());
        for step in &steps {
            held.push(token);
            match *step {
                Step::Debit { token: taken, .. } => token = taken,
                Step::Trade {
                    pool, zero_for_one, ..
                } => token = layout.sides(pool, zero_for_one).1,
                Step::Credit { .. } | Step::Check { .. } | Step::Empty { .. } => {}
            }
        }
        Self {
            ticket,
            wish,
            asked,
            tries: 0,
            legs: steps.into_iter().enumerate().map(place).collect(),
            held,
        }
    }

    /// The shards it touches, each once, in the order of its steps.
    pub fn shards(&self) -> Vec<u16> {
        let mut shards: Vec<u16> = Vec::new();
        for leg in &self.legs {
            if !shards.contains(&leg.shard) {
                shards.push(leg.shard);
            }
        }
        shards
    }

    /// The shard that executes what one answers for and is about one of these accounts.
    pub fn executes(&self, shard: u16, about: &[Address]) -> u16 {
        let mut legs = self.legs.iter().filter(|leg| leg.shard == shard);
        let leg = legs.find(|leg| leg.step.account().is_some_and(|of| about.contains(&of)));
        leg.map_or(shard, |leg| leg.at)
    }

    /// Whether it touches more than one shard.
    pub fn is_cross(&self) -> bool {
        self.legs
            .windows(2)
            .any(|pair| pair[0].shard != pair[1].shard)
    }

    /// All in one call, if it touches one shard only.
    pub fn alone(&self) -> Option<Call> {
        if self.is_cross() {
            None
        } else {
            self.wish.alone()
        }
    }

    /// The legs on a shard, by number.
    pub fn legs_on(&self, shard: u16) -> impl Iterator<Item = u8> + Clone + '_ {
        let numbered = self.legs.iter().enumerate();
        numbered
            .filter(move |(_, leg)| leg.shard == shard)
            .map(|(at, _)| at as u8)
    }

    /// The leg of this kind that gives something to somebody in the end.
    pub fn last(&self) -> u8 {
        (self.legs.len() - 1) as u8
    }
}

/// What a shard's block holds an entry of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// A wish that needs this shard only, in one call.
    Alone,
    /// A payment of a protocol's own within the shard.
    Pay {
        /// Its number.
        index: u8,
        /// Who pays.
        from: Address,
        /// Who is paid.
        to: Address,
        /// In which token.
        token: u8,
        /// How much.
        amount: u64,
    },
    /// A step of a wish.
    Step {
        /// Its number among the wish's steps; further ones are the protocol's own.
        index: u8,
        /// In which phase.
        phase: Phase,
        /// What.
        step: Step,
        /// How much.
        amount: u64,
    },
}
