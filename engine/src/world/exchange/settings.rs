//! What fixes a market with people on it.

use crate::intent::language::Document;
use crate::intent::solver::{Attack, Dishonest, Solver, all};
use crate::market::MarketSettings;
use crate::primitives::{Decimal, Seed};

/// All of it. Whoever builds it has checked every place and bound.
#[derive(Clone, PartialEq, Debug)]
pub struct ExchangeSettings {
    /// Prices of everything but the quote currency; token `i + 1` is its asset `i`.
    pub market: MarketSettings,
    /// The quote currency's symbol: token 0, worth 1.
    pub quote: String,
    /// Pools.
    pub pools: Vec<PoolSettings>,
    /// Lending markets over all tokens.
    pub lenders: Vec<LenderSettings>,
    /// Yearly reward on what people supply at the first lending market, paid in the same token.
    pub reward: Decimal,
    /// Everybody else.
    pub crowd: CrowdSettings,
    /// People with strategies.
    pub people: Vec<PersonSettings>,
    /// Solvers, by name.
    pub solvers: Vec<String>,
    /// Dealers, whom orders that ask for quotes go to.
    pub dealers: Vec<DealerSettings>,
    /// Keepers.
    pub keepers: KeeperSettings,
    /// The root of all randomness.
    pub seed: Seed,
}

/// A pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PoolSettings {
    /// Its tokens, by place.
    pub tokens: [usize; 2],
    /// Worth of either side at the start, in the quote currency.
    pub worth: Decimal,
    /// Its fee.
    pub fee_bps: u32,
}

/// A lending market.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LenderSettings {
    /// What the borrow rate gains up to 80 % usage, a year.
    pub slope_bps: u32,
    /// Worth of the house's supply of each token, in the quote currency.
    pub worth: Decimal,
    /// What of the quote currency is lent out at the start, in basis points of the supply.
    pub usage_bps: u32,
}

/// Everybody else, as rates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrowdSettings {
    /// Swaps of retail in a thousand hours; each brings on others (Hawkes).
    pub retail_per_thousand_hours: u32,
    /// Largest worth of one of them, in the quote currency.
    pub retail_worth: Decimal,
    /// Orders that retail hands to the auction, in a thousand hours.
    pub orders_per_thousand_hours: u32,
    /// Whether pools are kept at the market.
    pub arbitrage: bool,
    /// Changes of liquidity in a thousand hours.
    pub liquidity_per_thousand_hours: u32,
    /// Borrowers at each lending market.
    pub borrowers: u32,
}

/// A person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonSettings {
    /// What people call them.
    pub name: String,
    /// What they have at the start, by token.
    pub purse: Vec<Decimal>,
    /// What of it is supplied at the first lending market at the start, by token.
    pub supplied: Vec<Decimal>,
    /// What they owe there at the start, by token.
    pub owed: Vec<Decimal>,
    /// Their strategies.
    pub document: Document,
}

/// A dealer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DealerSettings {
    /// Its name.
    pub name: String,
    /// What it takes off the feed's price, in basis points.
    pub spread_bps: u32,
    /// Most that is drawn for each order and step and taken off besides, in basis points.
    pub wobble_bps: u32,
    /// Most that it hands out at once, in the quote currency.
    pub worth: Decimal,
}

/// Keepers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeeperSettings {
    /// How many.
    pub count: u32,
    /// What an execution costs its owner, in the quote currency.
    pub fee: Decimal,
    /// What each has to begin with, in the quote currency.
    pub funds: Decimal,
    /// Chance in a thousand that one misses a step.
    pub absent_permille: u32,
    /// Most steps that one is late.
    pub late_steps: u32,
}

/// The dishonest solvers that a document can name.
const ATTACKS: [Attack; 8] = [
    Attack::ShiftSurplus,
    Attack::ShiftAcross,
    Attack::Skim,
    Attack::Inflate,
    Attack::Replay,
    Attack::CutUp,
    Attack::LateRevert,
    Attack::Switch,
];

/// The names of all solvers, honest ones first.
pub fn solver_names() -> Vec<&'static str> {
    let honest = all().map(|method| method.name());
    let cheats = ATTACKS.map(|attack| cheat(attack).name());
    honest.into_iter().chain(cheats).collect()
}

const fn cheat(attack: Attack) -> Dishonest {
    Dishonest { attack, past: None }
}

/// Solvers of these names; those that nobody knows are left out (the document's check names them).
pub(super) fn solvers(names: &[String]) -> Vec<Box<dyn Solver + Send>> {
    let mut found: Vec<Box<dyn Solver + Send>> = Vec::new();
    for name in names {
        if let Some(method) = all().into_iter().find(|method| method.name() == name) {
            found.push(Box::new(method));
        } else if let Some(attack) = ATTACKS.into_iter().find(|a| cheat(*a).name() == name) {
            found.push(Box::new(cheat(attack)));
        }
    }
    found
}
