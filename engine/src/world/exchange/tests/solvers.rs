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

/// Who bid on orders of the person, and how that ended.
fn bids(recording: &Recording) -> Vec<(String, String)> {
    let each = recording
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Bid {
                solver, verdict, ..
            } => Some((solver.clone(), verdict.clone())),
            _ => None,
        });
    each.collect()
}

#[test]
fn the_best_of_the_quotes_is_settled_and_the_others_are_told_why() {
    let quoted = |text: &str| {
        let mut quoted = settings(text, &[2_000; 4]);
        quoted.crowd.orders_per_thousand_hours = 0;
        quoted
    };
    let bid = |dealer: &str, verdict: &str| (dealer.to_owned(), verdict.to_owned());
    // One ETH is within what the keen dealer has; two are not.
    let done = run(quoted("once: sell 1 ETH for USDC, via quote"));
    let expected = [bid("deep", "another one is better"), bid("keen", "taken")];
    assert_eq!(bids(done.recording()), expected);
    let [(0, 1, gave, got)] = fills(done.recording())[..] else {
        panic!("{:?}", done.recording().events);
    };
    assert_eq!(gave, Decimal::ONE);
    // 5 to 7 basis points off 2,000.
    assert!(
        (Decimal::bps(19_986_000)..=Decimal::bps(19_990_000)).contains(&got),
        "{got}"
    );
    let done = run(quoted("once: buy 2 ETH with USDC, via quote"));
    let expected = [
        bid("deep", "taken"),
        bid("keen", "the dealer does not have so much"),
    ];
    assert_eq!(bids(done.recording()), expected);
    let [(0, 0, gave, got)] = fills(done.recording())[..] else {
        panic!("{:?}", done.recording().events);
    };
    assert_eq!(got, Decimal::whole(2));
    assert!(
        (Decimal::whole(4_016)..=Decimal::bps(40_168_000)).contains(&gave),
        "{gave}"
    );
    let position = done.position(0, Decimal::ZERO);
    assert_eq!(position.wallet[1], Decimal::whole(7));
}

#[test]
fn no_quote_is_taken_below_the_limit_or_without_a_dealer_or_against_a_condition() {
    let refused = |text: &str, dealers: Vec<DealerSettings>| {
        let done = run(ExchangeSettings {
            dealers,
            ..settings(text, &[2_000; 4])
        });
        assert!(fills(done.recording()).is_empty(), "{text}");
        let verdicts = bids(done.recording());
        let of_dealers = |by: &str| by == "deep" || by == "keen";
        let verdicts = verdicts.into_iter().filter(|(by, _)| of_dealers(by));
        let reasons = refusals(done.recording()).join("; ");
        (verdicts.map(|(_, why)| why).collect::<Vec<_>>(), reasons)
    };
    // Told once, though the order is up and asks again for hours.
    let (verdicts, _) = refused(
        "once: sell 1 ETH for USDC, limit 2001, via quote",
        dealers(),
    );
    assert_eq!(verdicts, ["it is below the limit"; 2]);
    let (verdicts, reasons) = refused("once: sell 1 ETH for USDC, via quote", Vec::new());
    assert!(
        verdicts.is_empty() && reasons.contains("no dealer"),
        "{reasons}"
    );
    let text = "once: sell 1 ETH for USDC, ensure balance(ETH) >= 5, via quote";
    let (_, reasons) = refused(text, dealers());
    assert!(reasons.contains("undone"), "{reasons}");
}

#[test]
fn a_funding_rate_fires_and_says_how_far_away_it_is() {
    let mut funded = settings(
        "when funding(ETH) < 0.1%: sell 1 ETH for USDC; when funding(ETH) > 2%: sell 1 ETH for USDC",
        &[2_000; 20],
    );
    let done = run(funded.clone());
    assert!(fills(done.recording()).is_empty(), "there is no perpetual");
    funded.market.perpetuals = vec![PerpetualSettings {
        asset: 0,
        premium_ppm: 0,
        deviation_ppm: 0,
        half_life_s: 3_600,
        interval_s: 28_800,
        interest_ppm: 100,
        clamp_ppm: 500,
        cap_ppm: 7_500,
    }];
    let done = run(funded);
    // The first interval ends after eight hours, at the interest: no premium is 0.05 % away from it.
    let hours: Vec<u32> = fills(done.recording())
        .iter()
        .map(|(hour, ..)| *hour)
        .collect();
    assert_eq!(hours, [8], "{:?}", refusals(done.recording()));
    let mut waits = done
        .recording()
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Waits {
                clause,
                value: Some(value),
                distance,
                ..
            } => Some((clause.as_str(), *value, *distance)),
            _ => None,
        });
    let away = Decimal::bps(200).minus(Decimal::bps(1));
    let expected = ("funding(ETH) > 2%", Decimal::bps(1), Some(away));
    assert!(
        waits.any(|told| told == expected),
        "{:?}",
        done.recording().events
    );
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
