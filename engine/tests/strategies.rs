//! Golden digests: every preset with strategies gives the same run on every machine.
//! `INTERLEAVE_UPDATE=1 cargo test -p engine --test strategies` writes the file anew; a change to it is a
//! change to what every published link shows.

use engine::scenario::strategy::link::{StrategyLink, decode, encode};
use engine::scenario::strategy::preset;
use engine::session::Unwatched;
use engine::session::strategy::{FanSettings, StrategyRun, fan};
use std::fmt::Write;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/strategies.txt");

#[test]
fn presets_give_the_published_digests_and_links() {
    let mut found = String::from("# preset digest log_digest link\n");
    for preset in preset::all() {
        let scenario = preset.scenario();
        let link = StrategyLink {
            scenario: scenario.clone(),
            step: None,
        };
        let mut run = StrategyRun::open(scenario, true).expect(preset.name);
        assert!(!run.advance(u32::MAX).expect(preset.name));
        let summary = run.summary();
        let text = encode(&link).expect(preset.name);
        writeln!(
            found,
            "{} {} {} {text}",
            preset.name, summary.digest, summary.log_digest
        )
        .expect("text takes all");
    }
    if std::env::var_os("INTERLEAVE_UPDATE").is_some() {
        std::fs::write(FILE, &found).expect("the golden file can be written");
    }
    let published = std::fs::read_to_string(FILE).expect("the golden file is there");
    for (found, published) in found.lines().zip(published.lines()) {
        assert_eq!(found, published);
    }
    assert_eq!(found.lines().count(), published.lines().count());
    for line in published.lines().skip(1) {
        let text = line.rsplit(' ').next().expect("a link");
        assert!(decode(text).is_ok(), "{text}");
    }
}

const FANS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fans.txt");

#[test]
fn fans_give_the_published_digests() {
    let mut found = String::from("# preset seeds digest\n");
    for (name, seeds) in [
        ("dca-calm", 100),
        ("stop-crash", 20),
        ("leverage-guarded", 20),
    ] {
        let scenario = preset::named(name).expect(name).scenario();
        let settings = FanSettings {
            first: scenario.seed,
            seeds,
            points: 2,
        };
        let report = fan(&scenario, &settings, &Unwatched);
        let report = report.expect(name).expect(name).expect("nobody cancels");
        writeln!(found, "{name} {seeds} {}", report.digest).expect("text takes all");
    }
    if std::env::var_os("INTERLEAVE_UPDATE").is_some() {
        std::fs::write(FANS, &found).expect("the golden file can be written");
    }
    let published = std::fs::read_to_string(FANS).expect("the golden file is there");
    assert_eq!(found, published);
}
