//! What a market may be.

use super::correlate::Cholesky;
use super::perpetual;
use super::process::{LAWS, Law, profile};
use super::settings::{AssetSettings, MarketSettings};
use crate::primitives::Decimal;

/// Most assets.
pub const ASSETS_MAX: usize = 16;
/// Most steps over all assets.
pub const STEPS_MAX: u64 = 4_000_000;

/// Largest first price.
const PRICE_MAX: Decimal = Decimal::whole(1_000_000_000);
/// Largest volatility a year: 50.
const VOLATILITY_MAX: u32 = 50_000_000;

/// All problems of settings, each as (path, message, hint).
pub fn check(settings: &MarketSettings) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut add = |path: &str, message: String, hint: &str| {
        found.push((path.to_owned(), message, hint.to_owned()));
    };
    let s = settings;
    if !(1..=604_800).contains(&s.step_s) {
        add(
            "step_s",
            format!("{} is out of range", s.step_s),
            "choose 1 to 604800",
        );
    }
    if !(1..=ASSETS_MAX).contains(&s.assets.len()) {
        let message = format!("{} assets", s.assets.len());
        add("assets", message, "choose 1 to 16");
        return found;
    }
    let most = STEPS_MAX / s.assets.len() as u64;
    if s.steps == 0 || u64::from(s.steps) > most {
        add(
            "steps",
            format!("{} is out of range", s.steps),
            &format!("choose 1 to {most}"),
        );
    }
    for (number, asset) in s.assets.iter().enumerate() {
        let path = format!("assets[{number}]");
        let fits = asset.symbol.len() <= 12
            && asset.symbol.starts_with(|c: char| c.is_ascii_uppercase())
            && asset
                .symbol
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !fits
            || s.assets[..number]
                .iter()
                .any(|other| other.symbol == asset.symbol)
        {
            let message = format!("{:?} cannot name it", asset.symbol);
            add(
                &format!("{path}.symbol"),
                message,
                "capitals and digits, each asset once: ETH",
            );
        }
        if asset.price <= Decimal::ZERO || asset.price > PRICE_MAX {
            let message = format!("{} is out of range", asset.price);
            add(
                &format!("{path}.price"),
                message,
                "choose more than 0 and at most 1000000000",
            );
        }
        if let Some((message, hint)) = of_law(asset) {
            add(&format!("{path}.law"), message, &hint);
        }
    }
    for (number, perpetual) in s.perpetuals.iter().enumerate() {
        let path = format!("perpetuals[{number}]");
        for (field, message, hint) in perpetual::check(perpetual, s.step_s, s.assets.len()) {
            add(&format!("{path}.{field}"), message, &hint);
        }
        let mut before = s.perpetuals[..number].iter();
        if before.any(|other| other.asset == perpetual.asset) {
            let message = "a second perpetual on one asset".to_owned();
            add(&format!("{path}.asset"), message, "leave one of them out");
        }
    }
    let pairs = s.assets.len() * (s.assets.len() - 1) / 2;
    if !s.correlation_ppm.is_empty() && s.correlation_ppm.len() != pairs {
        let message = format!("{} correlations", s.correlation_ppm.len());
        add(
            "correlation_ppm",
            message,
            &format!("give {pairs}, or none"),
        );
    } else if let Err(error) = Cholesky::new(s.assets.len(), &s.correlation_ppm) {
        add("correlation_ppm", error.to_string(), "make them smaller");
    }
    if s.shocks.len() > 1_000 {
        add(
            "shocks",
            format!("{} shocks", s.shocks.len()),
            "choose at most 1000",
        );
    }
    for (number, shock) in s.shocks.iter().enumerate().take(1_000) {
        let path = format!("shocks[{number}]");
        if shock
            .asset
            .is_some_and(|asset| asset as usize >= s.assets.len())
        {
            add(&path, "no such asset".to_owned(), "count assets from 0");
        }
        if !(-999_999..=100_000_000).contains(&shock.change_ppm)
            || !(1..=100_000_000).contains(&shock.volatility_ppm)
        {
            let message = "the change is out of range".to_owned();
            add(
                &path,
                message,
                "lose less than all, gain at most a hundredfold",
            );
        }
    }
    if let Some(news) = &s.news
        && (news.per_thousand_days > 10_000_000
            || news.impact_ppm > 100_000_000
            || news.volatility_ppm > 100_000_000)
    {
        add(
            "news",
            "out of range".to_owned(),
            "choose fewer or smaller ones",
        );
    }
    found
}

fn of_law(asset: &AssetSettings) -> Option<(String, String)> {
    let volatility = |ppm: u32| {
        (ppm > VOLATILITY_MAX).then(|| {
            let hint = format!("choose at most {VOLATILITY_MAX}");
            (format!("a volatility of {ppm} millionths"), hint)
        })
    };
    let drift = |ppm: i32| {
        (ppm.unsigned_abs() > 100_000_000).then(|| {
            (
                format!("a drift of {ppm} millionths"),
                "choose at most 100000000".to_owned(),
            )
        })
    };
    match &asset.law {
        Law::Still => None,
        Law::Gbm {
            drift_ppm,
            volatility_ppm,
        } => drift(*drift_ppm).or_else(|| volatility(*volatility_ppm)),
        Law::MeanReversion {
            level,
            volatility_ppm,
            ..
        } => {
            if *level <= Decimal::ZERO || *level > PRICE_MAX {
                return Some((format!("a level of {level}"), "choose a price".to_owned()));
            }
            volatility(*volatility_ppm)
        }
        Law::JumpDiffusion {
            drift_ppm,
            volatility_ppm,
            jumps_per_thousand_years,
            jump_mean_ppm,
            jump_deviation_ppm,
        } => {
            if *jumps_per_thousand_years > 10_000_000
                || jump_mean_ppm.unsigned_abs() > 2_000_000
                || *jump_deviation_ppm > 2_000_000
            {
                let hint = "at most 10000 a year, of 2000000 millionths".to_owned();
                return Some(("the jumps are out of range".to_owned(), hint));
            }
            drift(*drift_ppm).or_else(|| volatility(*volatility_ppm))
        }
        Law::Regimes(regimes) => {
            if !(1..=3).contains(&regimes.len()) {
                return Some((
                    format!("{} states", regimes.len()),
                    "give 1 to 3".to_owned(),
                ));
            }
            let mut each = regimes.iter();
            each.find_map(|r| drift(r.drift_ppm).or_else(|| volatility(r.volatility_ppm)))
        }
        Law::Garch {
            drift_ppm,
            volatility_ppm,
            alpha_ppm,
            beta_ppm,
        } => {
            if u64::from(*alpha_ppm) + u64::from(*beta_ppm) >= 1_000_000 {
                let hint = "alpha and beta together stay below 1000000".to_owned();
                return Some(("the variance has no long run".to_owned(), hint));
            }
            drift(*drift_ppm).or_else(|| volatility(*volatility_ppm))
        }
        Law::Profile { name } => {
            let names: Vec<_> = profile::PROFILES.iter().map(|p| p.name).collect();
            (!names.contains(&name.as_str())).then(|| {
                (
                    format!("no profile {name:?}"),
                    format!("there are: {}", names.join(", ")),
                )
            })
        }
        Law::Bootstrap { returns_ppb, block } => {
            let fits = (50..=100_000).contains(&returns_ppb.len()) && (1..=10_000).contains(block);
            (!fits).then(|| {
                let message = format!("{} returns in blocks of {block}", returns_ppb.len());
                (
                    message,
                    "give 50 to 100000, in blocks of 1 to 10000".to_owned(),
                )
            })
        }
        Law::Replay { prices } => {
            let fits = (2..=1_000_001).contains(&prices.len())
                && prices.first() == Some(&asset.price)
                && prices
                    .iter()
                    .all(|price| *price > Decimal::ZERO && *price <= PRICE_MAX);
            (!fits).then(|| {
                let hint = format!("the first is the asset's; laws are: {}", LAWS.join(", "));
                ("the series cannot be replayed".to_owned(), hint)
            })
        }
    }
}
