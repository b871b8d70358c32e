//! Counterparties, keepers, solvers, and the run as a whole.

use super::*;

#[test]
fn every_way_to_a_counterparty_is_walked() {
    for venue in ["pool", "auction", "quote"] {
        let text = format!("once: sell 1 ETH for USDC, at most 1% from oracle, via {venue}");
        let done = run(settings(&text, &[2_000; 4]));
        let traded = fills(done.recording());
        assert_eq!(traded.len(), 1, "{venue}: {:?}", refusals(done.recording()));
        assert!(traded[0].3 > Decimal::whole(1_980), "{venue}");
    }
    let dutch = "once: sell 1 ETH for USDC, at most 1% from oracle, via dutch from 2% over 4h";
    let hours = hours(dutch, &[2_000; 8]);
    assert!(matches!(hours[..], [2..=4]), "{hours:?}");
}

#[test]
fn keepers_are_late_absent_and_broke() {
    let text = "when price(ETH) < 1950: sell 1 ETH for USDC";
    let mut late = settings(text, &[2_000, 1_940, 2_000, 2_000, 2_000]);
    late.keepers = KeeperSettings {
        late_steps: 3,
        count: 1,
        ..late.keepers
    };
    for seed in 0..8 {
        let done = run(ExchangeSettings {
            seed: Seed::new(seed),
            ..late.clone()
        });
        let came = done.recording().events.iter().find_map(|e| match e.what {
            What::Keeper { late, .. } => Some(late),
            _ => None,
        });
        let is_filled = !fills(done.recording()).is_empty();
        assert_eq!(
            is_filled,
            came == Some(0),
            "late by {came:?}: the price is back by then"
        );
    }
    let mut broke = settings(text, &[2_000, 1_940, 1_940]);
    broke.keepers.funds = Decimal::ZERO;
    let done = run(broke);
    assert!(refusals(done.recording()).contains(&"no keeper came"));
}

#[test]
fn cheats_are_caught_and_the_honest_still_fill() {
    for cheat in solver_names().into_iter().skip(7) {
        let mut with = settings("every 2h: sell 0.3 ETH for USDC", &[2_000; 24]);
        with.solvers = vec![cheat.to_owned(), "split".to_owned()];
        let done = run(with);
        let verdicts = done
            .recording()
            .events
            .iter()
            .filter_map(|event| match &event.what {
                What::Bid {
                    solver, verdict, ..
                } if solver == cheat => Some(verdict.as_str()),
                _ => None,
            });
        let verdicts: Vec<_> = verdicts.collect();
        // An order without a victim in its batch gives a shifter nothing to shift.
        if !matches!(cheat, "shift-surplus" | "shift-across") {
            let wins = verdicts.iter().filter(|verdict| **verdict == "won").count();
            assert_eq!(wins, 0, "{cheat}: {verdicts:?}");
            assert!(!verdicts.is_empty(), "{cheat}");
        }
        assert!(!fills(done.recording()).is_empty(), "{cheat}: {verdicts:?}");
        for (_, _, gave, got) in fills(done.recording()) {
            assert!(
                got > gave.times(Decimal::whole(1_900)),
                "{cheat}: {got} for {gave}"
            );
        }
    }
}

#[test]
fn three_people_trade_in_a_ring_without_a_pool() {
    let mut ring = settings("once: sell 1 ETH for BTC", &[2_000; 3]);
    ring.market.assets.push(AssetSettings {
        symbol: "BTC".to_owned(),
        price: Decimal::whole(40_000),
        law: Law::Still,
    });
    ring.pools.clear();
    ring.crowd.orders_per_thousand_hours = 0;
    let you = ring.people[0].clone();
    let person = |name: &str, text: &str| PersonSettings {
        name: name.to_owned(),
        purse: vec![Decimal::whole(10_000), Decimal::whole(5), Decimal::ONE],
        document: parse(text).expect(text),
        ..you.clone()
    };
    ring.people = vec![
        person("a", "once: sell 1 ETH for BTC"),
        person("b", "once: sell 0.05 BTC for USDC"),
        person("c", "once: sell 2000 USDC for ETH"),
    ];
    let done = run(ring);
    assert_eq!(
        fills(done.recording()).len(),
        3,
        "{:?}",
        done.recording().events
    );
    let solver = done
        .recording()
        .events
        .iter()
        .find_map(|event| match &event.what {
            What::Fill { solver, .. } => Some(solver.clone()),
            _ => None,
        });
    assert_eq!(solver.as_deref(), Some("ring"));
}

#[test]
fn the_same_settings_give_the_same_run_recorded_or_not() {
    let mut lively = settings(
        "every 3h: buy 50 USDC of ETH; when drop(ETH) >= 3%: sell 50% ETH for USDC",
        &[2_000; 100],
    );
    lively.market.assets[0].law = Law::Profile {
        name: "btc-hourly".to_owned(),
    };
    lively.market.news = Some(NewsSettings {
        per_thousand_days: 500_000,
        impact_ppm: 500_000,
        volatility_ppm: 300_000,
        half_life_s: 21_600,
    });
    let kept = run(lively.clone());
    let mut bare = Exchange::new(lively.clone(), false);
    while bare.advance().expect("no trouble") {}
    assert_eq!(kept.digest(), bare.digest());
    assert!(bare.recording().events.is_empty());
    let news = kept
        .recording()
        .events
        .iter()
        .filter(|e| matches!(e.what, What::News { .. }));
    assert!(news.count() > 0);
    let other = run(ExchangeSettings {
        seed: Seed::new(2),
        ..lively
    });
    assert_ne!(kept.digest(), other.digest());
}

#[test]
fn whoever_does_not_fire_says_why() {
    let done = run(settings(
        "when price(ETH) < 1500 and volatility(ETH, 3h) > 20%: sell all ETH for USDC",
        &[2_000; 6],
    ));
    let waits = done
        .recording()
        .events
        .iter()
        .find_map(|event| match &event.what {
            What::Waits {
                clause,
                value,
                distance,
                ..
            } => Some((clause.clone(), *value, *distance)),
            _ => None,
        });
    assert_eq!(
        waits,
        Some((
            "price(ETH) < 1500".to_owned(),
            Some(Decimal::whole(2_000)),
            Some(Decimal::whole(500))
        ))
    );
}
