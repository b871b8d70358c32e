//! The document.

use crate::market::{Law, NewsSettings};
use crate::primitives::Decimal;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// The version of the document that this program writes.
pub const STRATEGY_VERSION: u32 = 1;

/// A decimal: a text in JSON, hundred-millionths in a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub struct Plain(pub Decimal);

impl Plain {
    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self(Decimal::whole(number))
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&self.0)
        } else {
            serializer.serialize_i64(self.0.0)
        }
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Ok(Self(Decimal(i64::deserialize(deserializer)?)));
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Whole(i64),
        }
        match Written::deserialize(deserializer)? {
            Written::Text(text) => Decimal::parse(&text).map(Self).ok_or_else(|| {
                D::Error::custom(format!("{text:?} is no decimal of at most eight places"))
            }),
            Written::Whole(number) => Ok(Self::whole(number)),
        }
    }
}

/// Everything that fixes a market with people on it. Fields and variants are only ever appended: links hold
/// them by place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StrategyScenario {
    /// Always [`STRATEGY_VERSION`].
    pub version: u32,
    /// What people call it; at most 48 bytes, on one line.
    pub name: String,
    /// The root of all randomness.
    pub seed: u64,
    /// How long it lasts, 1 to 366.
    pub days: u32,
    /// Seconds of a step, 60 to 86,400; at most 20,000 steps.
    pub step_s: u32,
    /// The quote currency's symbol: it is worth 1.
    pub quote: String,
    /// Everything else that is traded, 1 to 7.
    pub assets: Vec<AssetPart>,
    /// Correlations of the assets in millionths: of asset 1 with 0; of 2 with 0, 1; … Empty for none.
    pub correlation_ppm: Vec<i32>,
    /// Scripted changes of prices.
    pub shocks: Vec<ShockPart>,
    /// News; `null` for a world without.
    pub news: Option<NewsSettings>,
    /// Pools, up to 12.
    pub pools: Vec<PoolPart>,
    /// Lending markets over all tokens, up to 2.
    pub lenders: Vec<LenderPart>,
    /// Yearly reward on what people supply at the first lending market, in basis points.
    pub reward_bps: u32,
    /// Everybody without a text.
    pub crowd: CrowdPart,
    /// People, 1 to 8.
    pub people: Vec<PersonPart>,
    /// Solvers by name, 1 to 15.
    pub solvers: Vec<String>,
    /// Keepers.
    pub keepers: KeeperPart,
    /// Dealers, whom orders `via quote` ask, up to 8.
    pub dealers: Vec<DealerPart>,
    /// Perpetuals on assets: they give `funding`. At most one an asset.
    pub perpetuals: Vec<PerpetualPart>,
}

/// An asset.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetPart {
    /// Its symbol.
    pub symbol: String,
    /// Its first price.
    pub price: Plain,
    /// How it moves.
    pub law: Law,
}

/// A scripted change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShockPart {
    /// When, in seconds since the start.
    pub at_s: u64,
    /// Which asset; `null` for all.
    pub asset: Option<String>,
    /// Change of the price in millionths: −300,000 takes 30 % away.
    pub change_ppm: i32,
    /// Volatility from then on, in millionths of what it would be.
    pub volatility_ppm: u32,
    /// Seconds in which the extra volatility halves; 0 for none.
    pub half_life_s: u32,
}

/// A pool.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolPart {
    /// Its tokens' symbols.
    pub tokens: [String; 2],
    /// Worth of either side at the start, in the quote currency.
    pub worth: Plain,
    /// Its fee in basis points, up to 1,000.
    pub fee_bps: u32,
}

/// A lending market.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LenderPart {
    /// What the yearly borrow rate gains up to 80 % usage, in basis points, up to 5,000.
    pub slope_bps: u32,
    /// Worth of what the house supplies of each token, in the quote currency.
    pub worth: Plain,
    /// What of the quote currency is lent out at the start, in basis points, up to 9,500.
    pub usage_bps: u32,
}

/// Everybody without a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CrowdPart {
    /// Swaps of retail in a thousand hours.
    pub retail_per_thousand_hours: u32,
    /// Largest worth of one of them, in the quote currency.
    pub retail_worth: Plain,
    /// Orders of retail for the auction in a thousand hours.
    pub orders_per_thousand_hours: u32,
    /// Whether pools are kept at the market.
    pub arbitrage: bool,
    /// Changes of liquidity in a thousand hours.
    pub liquidity_per_thousand_hours: u32,
    /// Borrowers at each lending market, up to 32.
    pub borrowers: u32,
}

/// A person.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonPart {
    /// What people call them; at most 48 bytes.
    pub name: String,
    /// What they have at the start, by symbol.
    pub purse: BTreeMap<String, Plain>,
    /// What they have supplied at the first lending market besides.
    pub supplied: BTreeMap<String, Plain>,
    /// What they owe there; it was borrowed into the purse besides.
    pub owed: BTreeMap<String, Plain>,
    /// Their strategies, in the strategy language.
    pub text: String,
}

/// Keepers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeeperPart {
    /// How many, up to 16.
    pub count: u32,
    /// What an execution costs its owner, in the quote currency.
    pub fee: Plain,
    /// What each has to begin with, in the quote currency.
    pub funds: Plain,
    /// Chance in a thousand that one misses a step.
    pub absent_permille: u32,
    /// Most steps that one is late, up to 100.
    pub late_steps: u32,
}

/// A dealer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DealerPart {
    /// Its name; at most 48 bytes.
    pub name: String,
    /// What it takes off the feed's price, in basis points, up to 1,000.
    pub spread_bps: u32,
    /// Most that is drawn for each order and step and taken off besides, in basis points, up to 1,000.
    pub wobble_bps: u32,
    /// Most that it hands out at once, in the quote currency.
    pub worth: Plain,
}

/// A perpetual on an asset. Shares are in millionths.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PerpetualPart {
    /// The asset whose price is its index.
    pub asset: String,
    /// What the premium of the mark over the index is drawn to, ±100,000.
    pub premium_ppm: i32,
    /// The premium's deviation in the long run, up to 100,000.
    pub deviation_ppm: u32,
    /// Seconds in which a distance of the premium from its mean halves.
    pub half_life_s: u32,
    /// Seconds between two fundings: a step to a week.
    pub interval_s: u32,
    /// The interest of an interval, ±10,000.
    pub interest_ppm: i32,
    /// How far the rate follows the interest instead of the premium, up to 100,000.
    pub clamp_ppm: u32,
    /// The largest rate, up to 1,000,000.
    pub cap_ppm: u32,
}

impl Default for PerpetualPart {
    /// Every eight hours, 0.01 % of interest, followed up to 0.05 %, as exchanges have it.
    fn default() -> Self {
        Self {
            asset: "ETH".to_owned(),
            premium_ppm: 100,
            deviation_ppm: 800,
            half_life_s: 28_800,
            interval_s: 28_800,
            interest_ppm: 100,
            clamp_ppm: 500,
            cap_ppm: 7_500,
        }
    }
}

/// The dealers of a document that names none: three, who differ in price and depth.
pub(super) fn usual_dealers() -> Vec<DealerPart> {
    let dealer = |name: &str, spread_bps, wobble_bps, worth| DealerPart {
        name: name.to_owned(),
        spread_bps,
        wobble_bps,
        worth: Plain::whole(worth),
    };
    vec![
        dealer("deep", 20, 5, 5_000_000),
        dealer("steady", 12, 5, 250_000),
        dealer("keen", 4, 12, 20_000),
    ]
}

impl Default for CrowdPart {
    fn default() -> Self {
        Self {
            retail_per_thousand_hours: 1_500,
            retail_worth: Plain::whole(5_000),
            orders_per_thousand_hours: 100,
            arbitrage: true,
            liquidity_per_thousand_hours: 40,
            borrowers: 4,
        }
    }
}

impl Default for KeeperPart {
    fn default() -> Self {
        Self {
            count: 3,
            fee: Plain(Decimal::bps(5_000)),
            funds: Plain::whole(500),
            absent_permille: 20,
            late_steps: 0,
        }
    }
}

impl Default for StrategyScenario {
    fn default() -> Self {
        let mine = |symbol: &str, amount| (symbol.to_owned(), Plain::whole(amount));
        Self {
            version: STRATEGY_VERSION,
            name: String::new(),
            seed: 0,
            days: 30,
            step_s: 3_600,
            quote: "USDC".to_owned(),
            assets: vec![AssetPart {
                symbol: "ETH".to_owned(),
                price: Plain::whole(2_000),
                law: Law::Profile {
                    name: "btc-hourly-calm".to_owned(),
                },
            }],
            correlation_ppm: Vec::new(),
            shocks: Vec::new(),
            news: None,
            pools: vec![PoolPart {
                tokens: ["ETH", "USDC"].map(str::to_owned),
                worth: Plain::whole(5_000_000),
                fee_bps: 30,
            }],
            lenders: Vec::new(),
            reward_bps: 0,
            crowd: CrowdPart::default(),
            people: vec![PersonPart {
                name: "you".to_owned(),
                purse: [mine("USDC", 10_000)].into_iter().collect(),
                text: "every 1d: buy 100 USDC of ETH".to_owned(),
                ..PersonPart::default()
            }],
            solvers: ["direct", "split", "multi-hop", "coincidence", "ring"]
                .map(str::to_owned)
                .to_vec(),
            keepers: KeeperPart::default(),
            dealers: usual_dealers(),
            perpetuals: Vec::new(),
        }
    }
}
