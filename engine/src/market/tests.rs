use super::import::import;
use super::process::{Law, profile};
use super::statistic::{self, Summary, correlation, log_returns, summarise};
use super::*;
use crate::primitives::{Decimal, Seed};
use std::path::Path as FilePath;

const HOUR: u32 = 3_600;
const YEAR: f64 = 365.0 * 86_400.0;

pub(super) fn one(law: Law, step_s: u32, steps: u32) -> MarketSettings {
    MarketSettings {
        step_s,
        steps,
        assets: vec![AssetSettings {
            symbol: "ETH".to_owned(),
            price: Decimal::whole(2_000),
            law,
        }],
        correlation_ppm: Vec::new(),
        shocks: Vec::new(),
        news: None,
        perpetuals: Vec::new(),
    }
}

fn returns(settings: &MarketSettings, seed: u64) -> Vec<f64> {
    assert_eq!(check(settings), vec![]);
    log_returns(&Market::generate(settings, &Seed::new(seed)).paths[0].prices)
}

fn yearly(summary: &Summary, step_s: u32) -> f64 {
    summary.deviation * (YEAR / f64::from(step_s)).sqrt()
}

#[test]
fn a_brownian_path_has_its_law() {
    let law = Law::Gbm {
        drift_ppm: 200_000,
        volatility_ppm: 800_000,
    };
    let found = summarise(&returns(&one(law, HOUR, 100_000), 1)).expect("moves");
    // The deviation of a sample deviation is σ/√2n: 0.0018 of it.
    assert!(
        (yearly(&found, HOUR) / 0.8 - 1.0).abs() < 0.008,
        "{found:?}"
    );
    assert!(
        (found.kurtosis - 3.0).abs() < 0.07 && found.clustering.abs() < 0.014,
        "{found:?}"
    );
    // The mean of 11.4 years has the deviation 0.8/√11.4.
    assert!((found.mean * YEAR / 3_600.0 - 0.2).abs() < 0.8, "{found:?}");
}

#[test]
fn a_price_that_is_drawn_back_has_the_stationary_spread() {
    let law = Law::MeanReversion {
        level: Decimal::whole(2_000),
        half_life_s: 86_400,
        volatility_ppm: 800_000,
    };
    let market = Market::generate(&one(law, HOUR, 200_000), &Seed::new(2));
    let logs: Vec<f64> = market.paths[0]
        .prices
        .iter()
        .map(|p| libm::log(p.0 as f64 / 2e11))
        .collect();
    let variance = logs.iter().map(|x| x * x).sum::<f64>() / logs.len() as f64;
    let pull = std::f64::consts::LN_2 * 365.0;
    let expected = 0.64 / (2.0 * pull);
    assert!(
        (variance / expected - 1.0).abs() < 0.1,
        "{variance} {expected}"
    );
    let keep = statistic::autocorrelation(&logs, 24);
    assert!(
        (keep - 0.5).abs() < 0.05,
        "half is left after the half-life: {keep}"
    );
}

#[test]
fn jumps_add_their_variance_and_make_tails() {
    let law = Law::JumpDiffusion {
        drift_ppm: 0,
        volatility_ppm: 500_000,
        jumps_per_thousand_years: 100_000,
        jump_mean_ppm: 0,
        jump_deviation_ppm: 50_000,
    };
    let found = summarise(&returns(&one(law, HOUR, 200_000), 3)).expect("moves");
    // A hundred jumps a year of 5 %: 0.25 more variance a year.
    assert!(
        (yearly(&found, HOUR) / 0.5f64.sqrt() - 1.0).abs() < 0.03,
        "{found:?}"
    );
    assert!(found.kurtosis > 30.0, "{found:?}");
}

#[test]
fn regimes_take_turns_and_garch_clusters_around_its_long_run() {
    let regime = |volatility_ppm, lasts_s| process_regime(volatility_ppm, lasts_s);
    let law = Law::Regimes(vec![
        regime(300_000, 30 * 86_400),
        regime(1_500_000, 10 * 86_400),
    ]);
    let found = summarise(&returns(&one(law, HOUR, 200_000), 4)).expect("moves");
    let expected = (0.09f64 * 0.75 + 2.25 * 0.25).sqrt();
    assert!(
        (yearly(&found, HOUR) / expected - 1.0).abs() < 0.12,
        "{found:?}"
    );
    assert!(found.clustering > 0.3, "{found:?}");
    let law = Law::Garch {
        drift_ppm: 0,
        volatility_ppm: 800_000,
        alpha_ppm: 80_000,
        beta_ppm: 900_000,
    };
    let found = summarise(&returns(&one(law, HOUR, 200_000), 5)).expect("moves");
    assert!((yearly(&found, HOUR) / 0.8 - 1.0).abs() < 0.04, "{found:?}");
    // Kurtosis of GARCH(1,1): 3(1 − (α+β)²)/(1 − (α+β)² − 2α²) = 4.43.
    assert!(
        (3.9..5.3).contains(&found.kurtosis) && found.clustering > 0.1,
        "{found:?}"
    );
}

fn process_regime(volatility_ppm: u32, lasts_s: u32) -> super::process::Regime {
    super::process::Regime {
        drift_ppm: 0,
        volatility_ppm,
        lasts_s,
    }
}

/// Name, yearly volatility, raw kurtosis, autocorrelation of |r| at lag 1 and its mean over lags 2 to 24.
const PUBLISHED: [(&str, f64, f64, f64, f64); 6] = [
    ("btc-hourly", 0.763673, 48.461183, 0.274778, 0.181396),
    (
        "btc-hourly-eventful",
        1.666291,
        7.787885,
        0.179553,
        0.154612,
    ),
    ("btc-hourly-calm", 0.378881, 39.564754, 0.314759, 0.069927),
    ("btc-daily", 0.825234, 5.698162, 0.177899, 0.138889),
    ("eth-daily", 1.004828, 5.193023, 0.136566, 0.059056),
    ("ltc-daily", 1.121953, 9.642805, 0.16968, 0.069884),
];

/// What is outside the bands, in words; empty when the series would be taken for the published one.
fn outside(
    found: &Summary,
    step_s: u32,
    published: &(&str, f64, f64, f64, f64),
    quantiles: &[f64],
) -> Vec<String> {
    let mut list = Vec::new();
    let (_, volatility, kurtosis, near, far) = *published;
    let mut band = |what: &str, value: f64, low: f64, high: f64| {
        if !(low..=high).contains(&value) {
            list.push(format!("{what} {value:.4} not in {low:.4}..{high:.4}"));
        }
    };
    band(
        "volatility",
        yearly(found, step_s),
        volatility * 0.9,
        volatility * 1.1,
    );
    band("kurtosis", found.kurtosis, kurtosis * 0.5, kurtosis * 2.0);
    band("clustering", found.clustering, near - 0.08, near + 0.08);
    band(
        "far clustering",
        found.clustering_far,
        far - 0.05,
        far + 0.05,
    );
    for (number, wanted) in quantiles.iter().enumerate() {
        let part = if number == 0 || number == 10 {
            0.30
        } else {
            0.15
        };
        // The median of a profile is a rounding error beside its spread.
        let width = (wanted.abs() * part).max(found.deviation * 0.05);
        band(
            "quantile",
            found.quantiles[number],
            wanted - width,
            wanted + width,
        );
    }
    list
}

#[test]
fn profiles_keep_to_the_published_bands() {
    for published in &PUBLISHED {
        let profile = profile::named(published.0).expect("a profile");
        let law = Law::Profile {
            name: published.0.to_owned(),
        };
        let settings = one(law, profile.step_s, 2_000);
        let all: Vec<f64> = (0..20).flat_map(|seed| returns(&settings, seed)).collect();
        let found = summarise(&all).expect("moves");
        let wrong = outside(&found, profile.step_s, published, &profile.quantiles[1..12]);
        assert!(wrong.is_empty(), "{}: {wrong:?}\n{found:?}", published.0);
    }
}

#[test]
fn the_bands_refuse_what_only_has_the_right_volatility() {
    let profile = profile::named("btc-hourly").expect("a profile");
    let law = Law::Gbm {
        drift_ppm: 0,
        volatility_ppm: 763_673,
    };
    let found = summarise(&returns(&one(law, HOUR, 40_000), 7)).expect("moves");
    let wrong = outside(&found, HOUR, &PUBLISHED[0], &profile.quantiles[1..12]);
    assert!(wrong.iter().any(|w| w.starts_with("kurtosis")), "{wrong:?}");
    assert!(
        wrong.iter().any(|w| w.starts_with("clustering")),
        "{wrong:?}"
    );
    assert!(wrong.iter().any(|w| w.starts_with("quantile")), "{wrong:?}");
}

#[test]
fn three_coins_move_together_as_published() {
    let coin = |symbol: &str, name: &str| AssetSettings {
        symbol: symbol.to_owned(),
        price: Decimal::whole(1_000),
        law: Law::Profile {
            name: name.to_owned(),
        },
    };
    let settings = MarketSettings {
        step_s: 86_400,
        steps: 1_000,
        assets: vec![
            coin("BTC", "btc-daily"),
            coin("ETH", "eth-daily"),
            coin("LTC", "ltc-daily"),
        ],
        correlation_ppm: vec![880_000, 860_000, 935_000],
        shocks: Vec::new(),
        news: None,
        perpetuals: Vec::new(),
    };
    assert_eq!(check(&settings), vec![]);
    let mut returns = vec![Vec::new(); 3];
    for seed in 0..20 {
        let market = Market::generate(&settings, &Seed::new(seed));
        for (all, path) in returns.iter_mut().zip(&market.paths) {
            all.extend(log_returns(&path.prices));
        }
    }
    // Correlations of innovations are larger than those of returns: volatilities are each coin's own.
    let published = [(0, 1, 0.744954), (0, 2, 0.718143), (1, 2, 0.81404)];
    let found = published.map(|(a, b, _)| correlation(&returns[a], &returns[b]));
    for (found_one, (.., wanted)) in found.iter().zip(published) {
        assert!((found_one - wanted).abs() < 0.05, "{found:?}");
    }
}

/// The figures typed in above are those of the file of calibration, where it lies beside the checkout.
#[test]
fn the_published_figures_are_those_of_the_file() {
    let Some(folder) = FilePath::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .map(|f| f.join("shared/prices"))
    else {
        return;
    };
    let Ok(text) = std::fs::read_to_string(folder.join("calibration.json")) else {
        println!(
            "no calibration.json in {}: nothing to compare with",
            folder.display()
        );
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let places = [
        "/hourly/BTC_2018_05_to_2022_03",
        "/hourly/BTC_eventful_window",
        "/hourly/BTC_calm_window",
        "/daily/BTC",
        "/daily/ETH",
        "/daily/LTC",
    ];
    for (published, place) in PUBLISHED.iter().zip(places) {
        let part = file.pointer(place).expect("a part");
        let number = |name: &str| part[name].as_f64().expect("a number");
        assert_eq!(number("annualised_vol"), published.1);
        assert_eq!(number("kurtosis_raw"), published.2);
        let lags: Vec<f64> = part["abs_return_autocorrelation"]
            .as_array()
            .expect("lags")
            .iter()
            .filter_map(|v| v.as_f64())
            .collect();
        assert_eq!(lags[0], published.3);
        assert!((lags[1..].iter().sum::<f64>() / 23.0 - published.4).abs() < 1e-6);
        let profile = profile::named(published.0).expect("a profile");
        assert_eq!(profile.quantiles[0], number("worst_log"));
        assert_eq!(profile.quantiles[12], number("best_log"));
        for (level, value) in statistic::LEVELS.iter().zip(&profile.quantiles[1..12]) {
            assert_eq!(
                part["quantiles_log"][level.to_string()].as_f64(),
                Some(*value),
                "{place} {level}"
            );
        }
    }
    // A real series goes through the importer, and has the file's figures.
    let real = std::fs::read_to_string(folder.join("btc_usd_hourly_calm.csv")).expect("a series");
    let series = import(&real).expect("a sound file");
    assert_eq!((series.step_s, series.prices.len()), (HOUR, 2_000));
    let found = summarise(&log_returns(&series.prices)).expect("moves");
    assert!((yearly(&found, HOUR) - 0.378881).abs() < 1e-4, "{found:?}");
    // Its blocks in random order keep the returns and lose the long memory.
    let Some(Law::Bootstrap { returns_ppb, .. }) = series.bootstrap(24) else {
        panic!("long enough")
    };
    let law = Law::Bootstrap {
        returns_ppb,
        block: 24,
    };
    let drawn = summarise(&returns(&one(law, HOUR, 40_000), 9)).expect("moves");
    assert!(
        (drawn.deviation / found.deviation - 1.0).abs() < 0.1,
        "{drawn:?} {found:?}"
    );
}

#[test]
fn a_seed_is_a_market_and_an_asset_has_its_own_stream() {
    let mut settings = one(
        Law::Profile {
            name: "btc-hourly".to_owned(),
        },
        HOUR,
        500,
    );
    settings.news = Some(NewsSettings {
        per_thousand_days: 500_000,
        impact_ppm: 1_000_000,
        volatility_ppm: 500_000,
        half_life_s: 21_600,
    });
    settings.shocks = vec![Shock {
        step: 100,
        asset: None,
        change_ppm: -300_000,
        volatility_ppm: 3_000_000,
        half_life: 24,
    }];
    let market = Market::generate(&settings, &Seed::new(10));
    assert_eq!(market, Market::generate(&settings, &Seed::new(10)));
    assert_ne!(
        market.digest(),
        Market::generate(&settings, &Seed::new(11)).digest()
    );
    // Pinned: the same bytes on every platform.
    assert_eq!(market.digest().short(), "e431c850");
    let mut more = settings.clone();
    more.assets.push(AssetSettings {
        symbol: "BTC".to_owned(),
        ..more.assets[0].clone()
    });
    more.news = None;
    settings.news = None;
    let alone = Market::generate(&settings, &Seed::new(10));
    assert_eq!(
        alone.paths[0],
        Market::generate(&more, &Seed::new(10)).paths[0]
    );
    let drop = alone.paths[0].prices[100].0 as f64 / alone.paths[0].prices[99].0 as f64;
    assert!((0.6..0.8).contains(&drop), "{drop}");
}

#[test]
fn news_come_at_their_rate_and_move_the_price() {
    let mut settings = one(Law::Still, HOUR, 24 * 1_000);
    settings.news = Some(NewsSettings {
        per_thousand_days: 2_000,
        impact_ppm: 1_000_000,
        volatility_ppm: 0,
        half_life_s: 3_600,
    });
    let market = Market::generate(&settings, &Seed::new(12));
    // 2,000 with a deviation of 45.
    assert!(
        (1_820..=2_180).contains(&market.news.len()),
        "{}",
        market.news.len()
    );
    let severe = market.news.iter().filter(|news| news.severity >= 2).count();
    assert!((880..=1_120).contains(&severe), "{severe}");
    let prices = &market.paths[0].prices;
    let moves = prices.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let steps: std::collections::BTreeSet<_> = market.news.iter().map(|news| news.at_s).collect();
    assert!(
        moves + 5 >= steps.len() && moves <= steps.len(),
        "{moves} {}",
        steps.len()
    );
}
