//! Perpetual futures: their mark price beside the index, and the funding rate that follows from it.
//!
//! The mark is the index times one and a *premium*, which is drawn to a mean (Ornstein and Uhlenbeck, 1930,
//! stepped exactly) from the asset's own seed: it stands for the traders of the perpetual, who are not here.
//! Everything after the mark is reckoned as exchanges publish it: the premium index P of an interval is the
//! mean of (mark − index) ÷ index over the steps in it, and with the interest I of an interval the rate is
//! `P + clamp(I − P, −c, c)` (BitMEX, Perpetual Contracts Guide, funding rate calculations; Binance Futures,
//! Introduction to Funding Rates), held between −cap and cap. The rate of an interval is known at its end.
//! Positive: who holds longs pays who holds shorts.

use super::path::Path;
use crate::primitives::draw::Normals;
use crate::primitives::{Decimal, Seed};
use serde::{Deserialize, Serialize};

/// A perpetual on an asset. Shares are in millionths.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PerpetualSettings {
    /// Which asset, by place: its price is the index.
    pub asset: u32,
    /// What the premium is drawn to.
    pub premium_ppm: i32,
    /// Its deviation in the long run.
    pub deviation_ppm: u32,
    /// Seconds in which a distance from the mean halves; at least 1.
    pub half_life_s: u32,
    /// Seconds between two fundings: at least a step.
    pub interval_s: u32,
    /// The interest of an interval.
    pub interest_ppm: i32,
    /// How far the rate follows the interest instead of the premium: `c`.
    pub clamp_ppm: u32,
    /// The largest rate.
    pub cap_ppm: u32,
}

/// What a perpetual did.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Perpetual {
    /// Which asset's, by place.
    pub asset: u32,
    /// Its mark price, one a step, the first at time 0.
    pub marks: Vec<Decimal>,
    /// The funding rate of each interval, and the second at which it ends.
    pub rates: Vec<(u64, Decimal)>,
}

impl Perpetual {
    /// The perpetual on an index; `seed` is the asset's own.
    pub(super) fn generate(
        settings: &PerpetualSettings,
        index: &Path,
        step_s: u32,
        seed: &Seed,
    ) -> Self {
        let s = settings;
        let mut normals = Normals::new(seed.fork("premium").stream());
        let mean = f64::from(s.premium_ppm) / 1e6;
        let kept = libm::exp2(-f64::from(step_s) / f64::from(s.half_life_s.max(1)));
        let drawn = f64::from(s.deviation_ppm) / 1e6 * libm::sqrt(1.0 - kept * kept);
        let mut premium = mean;
        let marks: Vec<Decimal> = index
            .prices
            .iter()
            .enumerate()
            .map(|(step, price)| {
                if step > 0 {
                    premium = mean + kept * (premium - mean) + drawn * normals.draw();
                }
                // A premium below −90 % would leave no price.
                let mark = price.0 as f64 * (1.0 + premium.max(-0.9));
                Decimal((libm::round(mark) as i64).max(1))
            })
            .collect();
        let rates = rates(settings, &index.prices, &marks, step_s);
        Self {
            asset: s.asset,
            marks,
            rates,
        }
    }
}

/// The rates of all intervals that end within the series, each with its end.
fn rates(
    settings: &PerpetualSettings,
    index: &[Decimal],
    marks: &[Decimal],
    step_s: u32,
) -> Vec<(u64, Decimal)> {
    let interval = u64::from(settings.interval_s.max(1));
    let mut rates = Vec::new();
    // The sum of the premiums of the interval that is running, and how many there are.
    let (mut sum, mut count, mut ends) = (0i128, 0i128, interval);
    for (step, (index, mark)) in index.iter().zip(marks).enumerate().skip(1) {
        let at_s = step as u64 * u64::from(step_s);
        while at_s > ends {
            // An interval in which no step falls has no premium of its own: there is none.
            if count > 0 {
                rates.push((ends, rate(settings, sum, count)));
            }
            (sum, count, ends) = (0, 0, ends + interval);
        }
        let premium = mark.minus(*index).over(*index).unwrap_or_default();
        sum += i128::from(premium.0);
        count += 1;
        if at_s == ends {
            rates.push((ends, rate(settings, sum, count)));
            (sum, count, ends) = (0, 0, ends + interval);
        }
    }
    rates
}

/// `P + clamp(I − P, −c, c)`, between −cap and cap; P is the mean, rounded towards zero to eight places.
fn rate(settings: &PerpetualSettings, sum: i128, count: i128) -> Decimal {
    const PPM: i128 = 100;
    let premium = sum / count;
    let clamp = i128::from(settings.clamp_ppm) * PPM;
    let cap = i128::from(settings.cap_ppm) * PPM;
    let interest = i128::from(settings.interest_ppm) * PPM;
    let rate = premium + (interest - premium).clamp(-clamp, clamp);
    // Between ±cap, which is a u32 times 100.
    Decimal(rate.clamp(-cap, cap) as i64)
}

/// Problems of a perpetual: (field, message, hint).
pub(super) fn check(
    s: &PerpetualSettings,
    step_s: u32,
    assets: usize,
) -> Vec<(&'static str, String, String)> {
    let mut found = Vec::new();
    let mut range = |field, value: i64, low: i64, high: i64| {
        if !(low..=high).contains(&value) {
            let message = format!("{value} is out of range");
            found.push((field, message, format!("choose {low} to {high}")));
        }
    };
    range("asset", s.asset.into(), 0, assets as i64 - 1);
    range("premium_ppm", s.premium_ppm.into(), -100_000, 100_000);
    range("deviation_ppm", s.deviation_ppm.into(), 0, 100_000);
    range("half_life_s", s.half_life_s.into(), 1, 31_536_000);
    range("interval_s", s.interval_s.into(), step_s.into(), 604_800);
    range("interest_ppm", s.interest_ppm.into(), -10_000, 10_000);
    range("clamp_ppm", s.clamp_ppm.into(), 0, 100_000);
    range("cap_ppm", s.cap_ppm.into(), 0, 1_000_000);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::tests::one;
    use crate::market::{Law, Market, MarketSettings, check};

    const USUAL: PerpetualSettings = PerpetualSettings {
        asset: 0,
        premium_ppm: 0,
        deviation_ppm: 500,
        half_life_s: 14_400,
        interval_s: 28_800,
        interest_ppm: 100,
        clamp_ppm: 500,
        cap_ppm: 7_500,
    };

    fn ppm(rate: Decimal) -> i64 {
        assert_eq!(rate.0 % 100, 0, "{rate}");
        rate.0 / 100
    }

    #[test]
    fn the_rate_is_the_published_one() {
        // BitMEX's guide: a premium of 0.03 % and an interest of 0.01 % are within 0.05 % of each other, and
        // the rate is the interest; a premium further away is cut by 0.05 %.
        let of = |premium_ppm: i128| ppm(rate(&USUAL, premium_ppm * 100 * 8, 8));
        assert_eq!(of(300), 100);
        assert_eq!(of(600), 100);
        assert_eq!(of(-400), 100);
        assert_eq!(of(800), 300);
        assert_eq!(of(-1_000), -500);
        assert_eq!(of(20_000), 7_500);
        assert_eq!(of(-20_000), -7_500);
    }

    #[test]
    fn an_interval_has_the_mean_of_its_own_steps() {
        let index = [Decimal::whole(1_000); 18];
        // 0.1 % over the index in the first eight hours, 0.3 % below it in the next eight, then more.
        let mark = |step: usize| match step {
            0 => 5_000,
            1..=8 => 1_001,
            9..=16 => 997,
            _ => 2_000,
        };
        let marks: Vec<Decimal> = (0..18).map(|step| Decimal::whole(mark(step))).collect();
        let found = rates(&USUAL, &index, &marks, 3_600);
        let found: Vec<_> = found
            .iter()
            .map(|(at_s, rate)| (*at_s, ppm(*rate)))
            .collect();
        assert_eq!(found, [(28_800, 500), (57_600, -2_500)]);
        // Steps that do not meet the ends of intervals.
        let found = rates(&USUAL, &index, &marks, 3_500);
        assert_eq!(found[0].0, 28_800);
    }

    #[test]
    fn premiums_keep_to_their_mean_and_deviation() {
        let index = Path {
            symbol: "ETH".to_owned(),
            prices: vec![Decimal::whole(2_000); 40_000],
        };
        let settings = PerpetualSettings {
            premium_ppm: 200,
            half_life_s: 7_200,
            ..USUAL
        };
        let made = Perpetual::generate(&settings, &index, 3_600, &Seed::new(5));
        let premiums = made
            .marks
            .iter()
            .map(|mark| (mark.0 as f64 / 2e11 - 1.0) * 1e6);
        let premiums: Vec<f64> = premiums.collect();
        let mean = premiums.iter().sum::<f64>() / premiums.len() as f64;
        let square = premiums
            .iter()
            .map(|p| (p - mean) * (p - mean))
            .sum::<f64>();
        let deviation = libm::sqrt(square / premiums.len() as f64);
        assert!((mean - 200.0).abs() < 20.0, "{mean}");
        assert!((deviation - 500.0).abs() < 25.0, "{deviation}");
        assert_eq!(made.rates.len(), 39_999 / 8);
    }

    #[test]
    fn a_perpetual_has_a_funding_rate_and_changes_nothing_else() {
        let law = Law::Gbm {
            drift_ppm: 0,
            volatility_ppm: 800_000,
        };
        let bare = one(law, 3_600, 720);
        let usual = USUAL;
        let with = MarketSettings {
            perpetuals: vec![usual],
            ..bare.clone()
        };
        assert_eq!(check(&with), vec![]);
        let seed = Seed::new(3);
        let (without, market) = (
            Market::generate(&bare, &seed),
            Market::generate(&with, &seed),
        );
        assert_eq!(without.paths, market.paths);
        assert_ne!(without.digest(), market.digest());
        assert_eq!(market, Market::generate(&with, &seed));
        // Known at the end of an interval, and in force until the next one ends.
        assert_eq!(market.funding(0, 7), None);
        let (first, at_s) = market.funding(0, 8).expect("an interval has ended");
        assert_eq!(at_s, 28_800);
        assert_eq!(market.funding(0, 15), Some((first, 28_800)));
        assert_eq!(market.funding(0, 16).expect("another one").1, 57_600);
        assert_eq!(without.funding(0, 16), None);
        assert_eq!(market.perpetuals[0].rates.len(), 90);
        let wrong = MarketSettings {
            perpetuals: vec![
                usual,
                PerpetualSettings {
                    interval_s: 60,
                    cap_ppm: 2_000_000,
                    ..usual
                },
                PerpetualSettings { asset: 1, ..usual },
            ],
            ..bare
        };
        let paths: Vec<String> = check(&wrong).into_iter().map(|(path, ..)| path).collect();
        assert_eq!(
            paths,
            [
                "perpetuals[1].interval_s",
                "perpetuals[1].cap_ppm",
                "perpetuals[1].asset",
                "perpetuals[2].asset"
            ]
        );
    }
}
