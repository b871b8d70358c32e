//! `interleave strategy --text`: a bare market, watched with a text of strategies; nothing is settled.

use crate::failure::Failure;
use crate::source;
use crate::strategy::Arguments;
use engine::intent::language::{TEXT_MAX, format, parse};
use engine::market::{
    AssetSettings, Law, Market, MarketSettings, NewsSettings, PerpetualSettings, check,
};
use engine::primitives::{Decimal, Seed};
use engine::session::strategy::watch_market;
use std::path::Path;

/// Watches with the text of this file.
pub(crate) fn watch(arguments: &Arguments, path: &Path) -> Result<(), Failure> {
    let text = source::text(path, TEXT_MAX)?;
    let document = parse(&text).map_err(|errors| {
        for error in errors {
            eprintln!("error: {}: {error}", path.display());
        }
        Failure::Silent
    })?;
    if arguments.format {
        print!("{}", format(&document));
        return Ok(());
    }
    let price = Decimal::parse(&arguments.price).ok_or_else(|| {
        Failure::Input(
            format!("no price {:?}", arguments.price),
            "write 2000 or 0.5".to_owned(),
        )
    })?;
    let settings = MarketSettings {
        step_s: 3_600,
        steps: arguments.days.unwrap_or(30).saturating_mul(24),
        assets: vec![AssetSettings {
            symbol: arguments.asset.clone(),
            price,
            law: Law::Profile {
                name: arguments.profile.clone(),
            },
        }],
        correlation_ppm: Vec::new(),
        shocks: Vec::new(),
        news: Some(NewsSettings {
            per_thousand_days: 100_000,
            impact_ppm: 500_000,
            volatility_ppm: 300_000,
            half_life_s: 21_600,
        }),
        // The usual funding every eight hours.
        perpetuals: vec![PerpetualSettings {
            asset: 0,
            premium_ppm: 100,
            deviation_ppm: 800,
            half_life_s: 28_800,
            interval_s: 28_800,
            interest_ppm: 100,
            clamp_ppm: 500,
            cap_ppm: 7_500,
        }],
    };
    if let Some((path, message, hint)) = check(&settings).into_iter().next() {
        return Err(Failure::Input(format!("{path}: {message}"), hint));
    }
    let market = Market::generate(&settings, &Seed::new(arguments.seed.unwrap_or(0)));
    let report = watch_market(&document, &market);
    if arguments.json {
        let mut shown =
            serde_json::json!({ "market": market.digest().to_string(), "report": report });
        shown["report"]["digest"] = report.digest.to_string().into();
        println!("{shown}");
        return Ok(());
    }
    println!(
        "{} rules, {} moments, {} news: {} firings",
        report.rules,
        report.moments,
        market.news.len(),
        report.fired
    );
    for firing in report.firings.iter().take(50) {
        println!(
            "  {:>9} s  rule {}  at {}",
            firing.at_s, firing.rule, firing.price
        );
    }
    for waiting in &report.waiting {
        let why = &waiting.why_not;
        let number = |value: Option<Decimal>| value.map_or("-".to_owned(), |v| v.to_string());
        println!(
            "  rule {} waits: {:?} {} is {}, {} away",
            waiting.rule,
            why.obstacle,
            why.clause,
            number(why.value),
            number(why.distance)
        );
    }
    println!(
        "market {}, firings {}",
        market.digest().short(),
        report.digest.short()
    );
    Ok(())
}
