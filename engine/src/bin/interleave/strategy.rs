//! `interleave strategy`: reads a strategy's text, and watches a generated market with it.

use crate::failure::Failure;
use crate::source;
use engine::intent::language::{TEXT_MAX, format, parse};
use engine::market::{AssetSettings, Law, Market, MarketSettings, NewsSettings, check};
use engine::primitives::{Decimal, Seed};
use engine::session::strategy::watch_market;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A text of strategies.
    #[arg(long)]
    text: PathBuf,
    /// Only print it as the formatter writes it.
    #[arg(long)]
    format: bool,
    /// The asset that is generated.
    #[arg(long, default_value = "ETH")]
    asset: String,
    /// Its first price.
    #[arg(long, default_value = "2000")]
    price: String,
    /// The published statistics that it keeps to.
    #[arg(long, default_value = "btc-hourly")]
    profile: String,
    /// Days of the market, by the hour.
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// The seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = source::text(&arguments.text, TEXT_MAX)?;
    let document = parse(&text).map_err(|errors| {
        for error in errors {
            eprintln!("error: {}: {error}", arguments.text.display());
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
        steps: arguments.days.saturating_mul(24),
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
    };
    if let Some((path, message, hint)) = check(&settings).into_iter().next() {
        return Err(Failure::Input(format!("{path}: {message}"), hint));
    }
    let market = Market::generate(&settings, &Seed::new(arguments.seed));
    let report = watch_market(&document, &market);
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({ "market": market.digest().to_string(), "report": report })
        );
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
