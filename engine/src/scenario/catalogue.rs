//! The tokens and pools that generated workloads use.

/// One token of the catalogue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listing {
    /// The ticker.
    pub(super) symbol: &'static str,
    /// Units in a whole token.
    pub(super) unit: u128,
    /// Price of a whole token in dollars.
    pub(super) price: u128,
}

/// Round prices: the workload needs proportions, not quotes.
pub(super) const TOKENS: [Listing; 6] = [
    listing("ETH", 18, 2_500),
    listing("USDC", 6, 1),
    listing("WBTC", 8, 60_000),
    listing("DAI", 18, 1),
    listing("USDT", 6, 1),
    listing("LINK", 18, 15),
];

const fn listing(symbol: &'static str, decimals: u32, price: u128) -> Listing {
    Listing {
        symbol,
        unit: 10u128.pow(decimals),
        price,
    }
}

impl Listing {
    /// Units worth this many cents at the catalogue's price; rounds down.
    pub(super) const fn worth(&self, cents: u128) -> u128 {
        cents * self.unit / (self.price * 100)
    }
}

/// How many tokens so many pools trade: the fewest whose pairs suffice, at most all.
pub(super) const fn tokens_for(pools: u32) -> usize {
    let mut tokens = 2;
    while tokens < TOKENS.len() && tokens * (tokens - 1) / 2 < pools as usize {
        tokens += 1;
    }
    tokens
}

/// A pool of the catalogue.
#[derive(Clone, Debug)]
pub(super) struct PoolListing {
    /// For example "ETH/USDC", or "ETH/USDC 0.05%" for a pair's further pools.
    pub(super) name: String,
    /// Indices of the tokens.
    pub(super) tokens: [usize; 2],
    /// The fee.
    pub(super) fee_bps: u32,
}

/// The usual fee, of every pair's first pool.
const FEE_BPS: u32 = 30;

/// The fees of a pair's further pools: the usual tiers first, then whatever is left from 2 up.
fn fee_of_tier(tier: usize) -> u32 {
    const FIRST: [u32; 4] = [FEE_BPS, 5, 100, 1];
    FIRST.get(tier).copied().unwrap_or_else(|| {
        (2..)
            .filter(|fee| !FIRST.contains(fee))
            .nth(tier - FIRST.len())
            .unwrap_or(FEE_BPS)
    })
}

/// The first `count` pools: every pair once, then every pair again with another fee.
pub(super) fn pools(count: u32) -> Vec<PoolListing> {
    let tokens = tokens_for(count);
    let mut pairs = Vec::new();
    for second in 1..tokens {
        for first in 0..second {
            pairs.push([first, second]);
        }
    }
    (0..count as usize)
        .map(|index| {
            let [first, second] = pairs[index % pairs.len()];
            let tier = index / pairs.len();
            let fee_bps = fee_of_tier(tier);
            let pair = format!("{}/{}", TOKENS[first].symbol, TOKENS[second].symbol);
            PoolListing {
                name: if tier == 0 {
                    pair
                } else {
                    format!("{pair} {}.{:02}%", fee_bps / 100, fee_bps % 100)
                },
                tokens: [first, second],
                fee_bps,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pool_has_a_name_of_its_own_and_a_fee() {
        for count in [1, 2, 3, 64, 1_024] {
            let pools = pools(count);
            assert_eq!(pools.len(), count as usize);
            assert_eq!(pools[0].name, "ETH/USDC");
            let mut names: Vec<_> = pools.iter().map(|pool| &pool.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count as usize);
            assert!(pools.iter().all(|pool| (1..10_000).contains(&pool.fee_bps)));
            assert!(pools.iter().all(|pool| pool.tokens[0] < pool.tokens[1]));
        }
    }
}
