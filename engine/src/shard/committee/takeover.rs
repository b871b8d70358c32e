//! How likely a committee falls, as an exact fraction.
//!
//! Drawn without replacement from a pool, the corrupt members follow the hypergeometric law; from
//! an endless pool the binomial law (Feller, An Introduction to Probability Theory I, II.6, VI.2).

use ruint::Uint;

/// Holds every binomial coefficient of 4096, times 10^30.
pub type Wide = Uint<4608, 72>;

/// Most nodes of a pool.
pub const MAX_NODES: u32 = 4096;
/// Most members under the binomial law.
pub const MAX_MEMBERS: u32 = 1024;
/// Largest denominator of the corrupt share under the binomial law.
pub const MAX_DENOMINATOR: u32 = 16;

/// A probability as a fraction of integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odds {
    /// Ways that fall.
    pub fall: Wide,
    /// All ways, at least one.
    pub all: Wide,
}

fn wide(number: u32) -> Wide {
    Wide::from(number)
}

fn choose(from: u32, take: u32) -> Wide {
    (0..take).fold(Wide::ONE, |ways, at| ways * wide(from - at) / wide(at + 1))
}

/// `threshold` or more of `members` drawn from `nodes`, of which `corrupt` are corrupt. `None` if
/// `nodes` passes the bound, or `corrupt` or `members` pass `nodes`.
#[must_use]
pub fn hypergeometric(nodes: u32, corrupt: u32, members: u32, threshold: u32) -> Option<Odds> {
    if nodes > MAX_NODES || corrupt > nodes || members > nodes {
        return None;
    }
    let honest = nodes - corrupt;
    let fewest = members.saturating_sub(honest);
    let mut term = choose(corrupt, fewest) * choose(honest, members - fewest);
    let mut fall = Wide::ZERO;
    for bad in fewest..=members.min(corrupt) {
        if bad >= threshold {
            fall += term;
        }
        term = term * wide((corrupt - bad) * (members - bad))
            / wide((bad + 1) * (honest + bad + 1 - members));
    }
    let all = choose(nodes, members);
    Some(Odds { fall, all })
}

/// `threshold` or more of `members`, each corrupt with probability `part / whole` on its own.
/// `None` if `members` or `whole` pass their bounds, `whole` is zero or `part` passes it.
#[must_use]
pub fn binomial(members: u32, part: u32, whole: u32, threshold: u32) -> Option<Odds> {
    if members > MAX_MEMBERS || whole == 0 || whole > MAX_DENOMINATOR || part > whole {
        return None;
    }
    let honest = wide(whole - part);
    let mut fall = Wide::ZERO;
    let mut ways = Wide::ONE;
    for bad in 0..=members {
        if bad >= threshold {
            let rest = wide(members - bad);
            fall += ways * wide(part).pow(wide(bad)) * honest.pow(rest);
        }
        ways = ways * wide(members - bad) / wide(bad + 1);
    }
    let all = wide(whole).pow(wide(members));
    Some(Odds { fall, all })
}

impl Odds {
    /// In parts of 10^`digits` (at most 30), rounded down.
    #[must_use]
    pub fn scaled(&self, digits: u32) -> u128 {
        let unit = wide(10).pow(wide(digits.min(30)));
        // At most 10^30, below 2^128.
        u128::try_from(self.fall * unit / self.all).unwrap_or(u128::MAX)
    }

    /// The bound on any of `committees` falling: the sum of their odds, in parts of 10^`digits` (at
    /// most 30), rounded up and never above one.
    #[must_use]
    pub fn any_of(&self, committees: u32, digits: u32) -> u128 {
        let digits = digits.min(30);
        let each = self.scaled(digits).saturating_add(1);
        let sum = each.saturating_mul(committees.into());
        sum.min(10u128.pow(digits))
    }
}
