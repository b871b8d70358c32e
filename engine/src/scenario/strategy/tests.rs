use super::link::{StrategyLink, decode, encode};
use super::*;
use crate::primitives::Seed;
use crate::scenario::LinkError;

fn paths(text: &str) -> Vec<String> {
    match parse(text) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().map(|problem| problem.path).collect(),
    }
}

#[test]
fn presets_are_sound_and_come_back_from_text_and_link() {
    for preset in preset::all() {
        let scenario = preset.scenario();
        assert_eq!(check(&scenario), [], "{}", preset.name);
        assert_eq!(
            parse(&print(&scenario)).as_ref(),
            Ok(&scenario),
            "{}",
            preset.name
        );
        let link = StrategyLink {
            scenario,
            step: Some(7),
        };
        let text = encode(&link).expect(preset.name);
        assert!(
            text.starts_with("#4.") && text.len() < 3_000,
            "{}: {}",
            preset.name,
            text.len()
        );
        assert_eq!(decode(&text), Ok(link), "{}", preset.name);
    }
}

#[test]
fn every_problem_comes_at_once_with_its_path() {
    let text = r#"{"days": 5, "solver": [], "keepers": {"count": "x"}, "reward_bps": -1}"#;
    assert_eq!(paths(text), ["version", "keepers", "reward_bps", "solver"]);
    let text = r#"{"version": 1, "quote": "ETH", "solvers": ["split", "split"],
        "pools": [{"tokens": ["ETH", "XYZ"], "worth": "5000", "fee_bps": 5000}],
        "people": [{"name": "a", "purse": {"DOGE": "1"}, "owed": {"ETH": 1}, "text": "every: buy"}],
        "crowd": {"borrowers": 99}, "news": null}"#;
    let found = paths(text);
    for path in [
        "quote",
        "pools[0].tokens",
        "pools[0].fee_bps",
        "crowd.borrowers",
        "solvers[1]",
        "people[0].purse.DOGE",
        "people[0]",
        "people[0].text",
    ] {
        assert!(
            found.iter().any(|found| found == path),
            "{path} of {found:?}"
        );
    }
    assert_eq!(paths("[1]"), [""]);
    assert_eq!(paths("{"), [""]);
    assert_eq!(paths(&" ".repeat(parse::TEXT_MAX + 1)), [""]);
}

#[test]
fn loans_that_nobody_would_give_are_refused() {
    let mut scenario = preset::named("leverage-guarded")
        .expect("a preset")
        .scenario();
    scenario.people[0]
        .owed
        .insert("USDC".to_owned(), Plain::whole(17_000));
    assert_eq!(check(&scenario)[0].path, "people[0].owed");
    scenario.people[0]
        .owed
        .insert("USDC".to_owned(), Plain::whole(11_000));
    scenario.lenders[0].worth = Plain::whole(1_000);
    assert_eq!(check(&scenario)[0].path, "lenders[0].worth");
}

#[test]
fn amounts_are_texts_for_people() {
    let text = print(&preset::named("dca-calm").expect("a preset").scenario());
    assert!(
        text.contains("\"USDC\": \"10000\"") && text.contains("\"fee\": \"0.5\""),
        "{text}"
    );
    let twice = r#"{"version": 1, "keepers": {"fee": "1e3"}}"#;
    assert_eq!(paths(twice), ["keepers"]);
}

#[test]
fn altered_links_are_refused_whole() {
    let scenario = preset::named("dca-calm").expect("a preset").scenario();
    let text = encode(&StrategyLink {
        scenario,
        step: None,
    })
    .expect("short");
    let mut stream = Seed::new(4).stream();
    for _ in 0..2_000 {
        let mut bytes = text.clone().into_bytes();
        let at = 3 + stream.below(bytes.len() as u64 - 3) as usize;
        bytes[at] = b"abcXYZ019-_."[stream.below(12) as usize];
        let altered = String::from_utf8(bytes).expect("text");
        if altered != text {
            assert!(decode(&altered).is_err(), "{altered}");
        }
        let cut = &text[..stream.below(text.len() as u64) as usize];
        assert!(decode(cut).is_err(), "{cut}");
    }
    assert!(matches!(decode("#2.AAAA"), Err(LinkError::WrongVersion(_))));
}

#[test]
fn dealers_and_perpetuals_are_checked_and_come_back_from_text_and_link() {
    let plain = preset::named("dca-calm").expect("a preset").scenario();
    let link = |scenario: &StrategyScenario| {
        let scenario = scenario.clone();
        let step = Some(3);
        StrategyLink { scenario, step }
    };
    let mut with = plain.clone();
    with.perpetuals = vec![format::PerpetualPart::default()];
    with.dealers.truncate(1);
    for scenario in [&plain, &with] {
        assert_eq!(check(scenario), []);
        assert_eq!(parse(&print(scenario)).as_ref(), Ok(scenario));
        let text = encode(&link(scenario)).expect("short");
        assert_eq!(decode(&text), Ok(link(scenario)));
    }
    // What a document had before there were any is still what its link says.
    let before = encode(&link(&plain)).expect("short");
    assert!(before.starts_with("#4.BA"), "{before}");
    assert!(encode(&link(&with)).expect("short").starts_with("#4.BQ"));
    let text = r#"{"version": 1, "perpetuals": [{"asset": "XYZ"}, {"interval_s": 60}, {}],
        "dealers": [{"name": "a", "spread_bps": 2000, "wobble_bps": 0, "worth": "1"}]}"#;
    assert_eq!(
        paths(text),
        [
            "perpetuals[0].asset",
            "perpetuals[1].interval_s",
            "perpetuals[2].asset",
            "dealers[0].spread_bps"
        ]
    );
}

/// Hostile documents that the check lets through run to their end without a panic.
#[test]
fn what_is_let_through_runs() {
    use crate::world::exchange::Exchange;
    let extremes = [
        (
            "\"0.0001\"",
            "\"1000000000\"",
            "once: grid ETH with USDC from 0.00000001 to 10000000000 in 200 steps of 1",
        ),
        (
            "\"10000000\"",
            "\"100\"",
            "when price(ETH) > 0 on level: sell all ETH for USDC in 1000 parts every 300d jitter 299d, limit 10000000000",
        ),
        (
            "\"2000\"",
            "\"100\"",
            "every 1h: buy 10000000000 ETH with USDC, at most 99.9% from oracle; every 1h: sell 0.00000001 ETH for USDC",
        ),
        (
            "\"2000\"",
            "\"100000\"",
            "when ratio > 0% on level: boost ETH against USDC to 130% within 1%; when health < 2 on level: repay ETH against USDC to 1000% within 1%",
        ),
        (
            "\"2000\"",
            "\"100000\"",
            "every 1h: buy 50% USDC of ETH, impact 0.01%, via dutch from 99% over 300d; every 1h: buy 50% USDC of ETH, via quote, partial",
        ),
    ];
    for (price, worth, text) in extremes {
        let document = format!(
            r#"{{"version": 1, "days": 2, "assets": [{{"symbol": "ETH", "price": {price}, "law": {{"gbm": {{"drift_ppm": 0, "volatility_ppm": 50000000}}}}}}],
            "pools": [{{"tokens": ["ETH", "USDC"], "worth": {worth}, "fee_bps": 1000}}], "lenders": [{{"slope_bps": 5000, "worth": {worth}, "usage_bps": 9500}}],
            "people": [{{"name": "x", "purse": {{"ETH": "1000000000", "USDC": "1000000000"}}, "supplied": {{"ETH": "0.5"}}, "text": {text:?}}}],
            "reward_bps": 100000, "crowd": {{"retail_per_thousand_hours": 1000000, "retail_worth": "1000000", "orders_per_thousand_hours": 20000, "liquidity_per_thousand_hours": 100000, "borrowers": 32}}}}"#
        );
        let scenario = parse(&document).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        let mut exchange = Exchange::new(build(&scenario).expect("sound"), true);
        while exchange
            .advance()
            .unwrap_or_else(|trouble| panic!("{text}: {trouble}"))
        {}
    }
}
