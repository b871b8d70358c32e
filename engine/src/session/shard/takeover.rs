//! Who could take a shard over: exact odds, and how often it happens when committees are really drawn.

use crate::primitives::Seed;
use crate::scenario::Problem;
use crate::scenario::shard::{ShardScenario, check};
use crate::shard::committee::adversary::{cost, fallen_epochs};
use crate::shard::committee::draw::{Draw, draw};
use crate::shard::committee::takeover::hypergeometric;
use serde::{Deserialize, Serialize};

/// Digits of the odds.
pub const DIGITS: u32 = 18;

/// Takeover in figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Takeover {
    /// Corrupt members that are enough to take a committee over.
    pub enough: u32,
    /// Odds that one committee falls, in parts of 10^18, rounded down (hypergeometric).
    pub one: u128,
    /// A bound on the odds that any of them falls, in parts of 10^18: the sum of their odds.
    pub any: u128,
    /// Epochs that were drawn, each with its own committees.
    pub epochs: u32,
    /// Committees that fell in them.
    pub fallen: u64,
    /// Epochs in which some committee fell.
    pub fallen_epochs: u64,
    /// The last epoch's committees: corrupt members of each.
    pub corrupt: Vec<u32>,
    /// Epochs in which some committee fell to an adversary who aims at members.
    pub aimed: u64,
    /// Nodes to corrupt for one shard if its members are known, and for all.
    pub cost: (u64, u64),
}

/// Reckons and draws.
///
/// # Errors
/// All problems of the document.
pub fn takeover(scenario: &ShardScenario) -> Result<Takeover, Vec<Problem>> {
    let problems = check(scenario);
    if !problems.is_empty() {
        return Err(problems);
    }
    let t = &scenario.takeover;
    let what = Draw {
        nodes: t.nodes,
        committees: scenario.shards.into(),
        members: t.members,
    };
    let [part, whole] = t.threshold;
    // Strictly more than this share would be one more where it divides; enough is the least that reaches it.
    let enough = (u64::from(t.members) * u64::from(part))
        .div_ceil(u64::from(whole))
        .max(1) as u32;
    let odds = hypergeometric(t.nodes, t.corrupt, t.members, enough);
    let seed = Seed::new(scenario.seed).fork("takeover");
    let (mut fallen, mut epochs_fallen, mut last) = (0, 0, Vec::new());
    for epoch in 0..t.epochs {
        let committees = draw(what, &seed, epoch.into()).unwrap_or_default();
        // Nodes are alike but for their numbers: the first ones are the adversary's.
        let corrupt =
            |members: &Vec<u32>| members.iter().filter(|node| **node < t.corrupt).count() as u32;
        last = committees.iter().map(corrupt).collect();
        let own = last.iter().filter(|bad| **bad >= enough).count() as u64;
        fallen += own;
        epochs_fallen += u64::from(own > 0);
    }
    let aimed = fallen_epochs(
        what,
        t.corrupt,
        enough,
        t.delay.into(),
        t.epochs.into(),
        &seed,
    );
    Ok(Takeover {
        enough,
        one: odds.as_ref().map_or(0, |odds| odds.scaled(DIGITS)),
        any: odds
            .as_ref()
            .map_or(0, |odds| odds.any_of(scenario.shards.into(), DIGITS)),
        epochs: t.epochs,
        fallen,
        fallen_epochs: epochs_fallen,
        corrupt: last,
        aimed: aimed.unwrap_or_default(),
        cost: cost(what, enough),
    })
}
