use super::takeover::takeover;
use super::*;
use crate::consensus::registry::COMMITTEES;
use crate::primitives::Micros;
use crate::scenario::shard::{ShardScenario, preset};
use crate::shard::transfer::Protocol;
use crate::trace::look::Glance;

fn run(scenario: &ShardScenario) -> Ran {
    Shards::run(scenario, 100_000, 1).expect("a sound document")
}

#[test]
fn every_preset_shows_what_it_says() {
    for preset in preset::all() {
        let scenario = preset.scenario();
        let ran = run(&scenario);
        let (report, name) = (&ran.report, preset.name);
        assert_eq!(report.fates.stuck, 0, "{name} {:?}", report.fates);
        let created = report.conservation.drift.iter().any(|units| *units != 0);
        assert_eq!(created, name == "reorganisation-after-relay", "{name}");
        assert_eq!(ran.recording.full_at, None, "{name}");
        match name {
            "city" => {
                assert!(
                    report.crossing_ppm.abs_diff(750_000) < 60_000,
                    "{}",
                    report.crossing_ppm
                );
                assert!(ran.expected.crossing_ppm.abs_diff(750_000) < 60_000);
            }
            "perfect-sharding" => {
                assert_eq!(report.crossing_ppm, 0);
                assert!(report.per_second > 3 * 500, "{}", report.per_second);
            }
            "hot-account" => assert!(report.scaling.imbalance > 1_200_000),
            "dex-on-one-shard" => assert!(report.each[0].entries > report.each[1].entries),
            "broker-rescue" => assert!(report.fates.refunded.contains_key("BROKER_DRY")),
            "vanished-client" => assert!(report.latency_crossing_us.p99 > 3_000_000),
            "dead-coordinator" => assert!(report.locked_us.p99 > 1_500_000),
            "parted-shards" => assert!(report.latency_crossing_us.p99 > 2_000_000),
            "reorganisation-after-relay" => assert!(report.conservation.drift[0] > 0),
            "reshard-under-load" => assert!(report.moved > 100, "{}", report.moved),
            "takeover-of-a-small-committee" => {
                assert!(takeover(&scenario).is_ok_and(|t| t.fallen > 100));
            }
            "real-committees" => {
                assert!(
                    report.committee_messages >= 24 * report.blocks,
                    "{report:?}"
                );
            }
            other => panic!("{other} is not looked at"),
        }
    }
}

#[test]
fn confirmations_prevent_what_the_reorganisation_does() {
    let preset = preset::named("reorganisation-after-relay").expect("it is shipped");
    let scenario = ShardScenario {
        confirmations: 3,
        ..preset.scenario()
    };
    let report = run(&scenario).report;
    assert_eq!(report.conservation.drift, [0, 0, 0]);
    assert!(report.receipts_refused > 0);
}

#[test]
fn real_committees_take_as_long_as_their_protocol_takes() {
    let mut scenario = ShardScenario::default();
    scenario.traffic.transactions = 200;
    scenario.block.agreement = Some("pbft".to_owned());
    scenario.block.span_ms = 40;
    let pbft = run(&scenario).report;
    assert_eq!(pbft.fates.committed, 200, "{:?}", pbft.fates);
    for entry in COMMITTEES {
        let protocol = entry.descriptor.name;
        scenario.block.agreement = Some(protocol.to_owned());
        let report = run(&scenario).report;
        assert_eq!(report.fates.committed, 200, "{protocol} {:?}", report.fates);
        assert!(report.latency_us.p50 >= 80_000, "{protocol}");
        assert!(report.committee_messages > 0);
    }
}

#[test]
fn the_same_document_gives_the_same_run_in_any_steps_and_on_any_threads() {
    let scenario = ShardScenario::default();
    let whole = run(&scenario).report.digest;
    let mut stepwise = Shards::open(&scenario, 0, 3).expect("sound");
    while stepwise.advance(7).expect("no fault") {}
    assert_eq!(stepwise.finish().report.digest, whole);
}

#[test]
fn all_protocols_on_one_document() {
    let mut scenario = ShardScenario::default();
    scenario.traffic.transactions = 400;
    scenario.traffic.weights = [6, 1, 1, 1, 1];
    let reports = comparison(&scenario, 1).expect("a sound document");
    assert_eq!(reports.len(), Protocol::ALL.len());
    for report in &reports {
        assert_eq!(report.conservation.off, 0, "{:?}", report.protocol);
        let anomalies = &report.isolation.counts;
        if report.protocol.is_isolated() {
            assert!(anomalies.is_empty(), "{:?} {anomalies:?}", report.protocol);
        }
        // What is not locked is seen half done.
        if report.protocol == Protocol::Receipts {
            assert!(!anomalies.is_empty());
        }
    }
}

#[test]
fn drawn_committees_fall_as_often_as_the_odds_say() {
    let preset = preset::named("takeover-of-a-small-committee").expect("it is shipped");
    let takeover = takeover(&preset.scenario()).expect("sound");
    let committees = f64::from(takeover.epochs) * 16.0;
    let odds = takeover.one as f64 / 1e18;
    let deviation = (committees * odds * (1.0 - odds)).sqrt();
    let off = (takeover.fallen as f64 - committees * odds).abs();
    assert!(off < 3.0 * deviation + 1.0, "{takeover:?}");
    assert!(takeover.any >= takeover.one);
    assert_eq!(takeover.corrupt.len(), 16);
}

#[test]
fn every_preset_can_be_looked_at_from_near_and_shows_the_run() {
    for preset in preset::all() {
        let scenario = preset.scenario();
        let ran = run(&scenario);
        let mut eye = Shards::watch(&scenario).expect("sound");
        for part in 1..=4 {
            let at = Micros(ran.report.elapsed.0 * part / 5);
            while !eye.advance_to(at, 1_000).expect("no fault") {}
            let mut asked = 0;
            for shard in 0..scenario.shards {
                let glance = Glance {
                    at,
                    shard: Some(shard),
                    ..Glance::default()
                };
                let look = eye.look(glance).expect("no fault");
                asked = look.busiest.iter().flatten().map(|it| it.asked).sum();
                let Some(block) = look.block else { continue };
                assert!(block.lanes.is_same, "{} {shard} at {at:?}", preset.name);
                // One that was undone has been built again under its number.
                let is_it = |it: &&crate::trace::shard::Block| {
                    (it.shard, it.height, it.agreed) == (shard, block.number, block.agreed)
                };
                let recorded = ran.recording.blocks.iter().find(is_it);
                let recorded = recorded.expect("it is recorded");
                assert_eq!(block.entries.len() as u32, recorded.alone + recorded.steps);
            }
            assert!(asked > 0, "{}", preset.name);
        }
        while eye.advance(1_000).expect("no fault") {}
        assert_eq!(
            eye.finish().report.digest,
            ran.report.digest,
            "{}",
            preset.name
        );
    }
}

#[test]
fn random_documents_with_random_faults_lose_nothing() {
    // The last one would have a shard undo its blocks twice.
    for seed in (0..1_500).chain([11_686]) {
        assert_eq!(trial::trial(seed), Ok(()), "seed {seed}");
    }
}

#[test]
fn throughput_grows_with_shards_and_stays_below_the_ceiling_of_its_protocol() {
    let mut scenario = ShardScenario {
        protocol: Protocol::Relay,
        accounts: 2_000,
        ..ShardScenario::default()
    };
    scenario.traffic.weights = [1, 0, 0, 0, 0];
    let point = |shards| scale_point(&scenario, shards, 2).expect("sound");
    let points: Vec<ScalePoint> = [1, 4, 16].into_iter().map(point).collect();
    for pair in points.windows(2) {
        assert!(pair[1].per_second > 2 * pair[0].per_second, "{points:?}");
    }
    for point in &points {
        assert!(point.per_second <= point.relay_ceiling, "{point:?}");
        let exact = 1_000_000 - 1_000_000 / u64::from(point.shards);
        assert!(point.crossing_ppm.abs_diff(exact) < 30_000, "{point:?}");
    }
}

#[test]
fn a_committee_looked_at_says_what_its_protocol_says_and_decides_when_its_block_is_agreed_on() {
    let mut scenario = ShardScenario::default();
    scenario.traffic.transactions = 200;
    scenario.block.members = 7;
    for entry in COMMITTEES {
        let protocol = entry.descriptor.name;
        scenario.block.agreement = Some(protocol.to_owned());
        let mut eye = Shards::watch(&scenario).expect("sound");
        let mut looked = 0;
        for part in 1..=6 {
            let at = Micros(part * 150_000);
            while !eye.advance_to(at, 1_000).expect("no fault") {}
            let glance = Glance {
                at,
                shard: Some(1),
                ..Glance::default()
            };
            let Some(block) = eye.look(glance).expect("no fault").block else {
                continue;
            };
            looked += 1;
            let talk = block.talk.expect("its members talk");
            assert_eq!((talk.members, talk.protocol.as_str()), (7, protocol));
            let quorum = talk.quorum as usize;
            assert_eq!(
                talk.decided[quorum - 1].0,
                block.agreed,
                "{protocol} {at:?}"
            );
            let sent = talk.said.iter().map(|said| said.sent);
            assert!(
                sent.clone()
                    .all(|sent| (block.proposed..=block.agreed).contains(&sent))
            );
            let own = talk.said.iter().filter(|said| said.is_own).count();
            assert!(own >= 6, "{protocol}");
            if protocol == "pbft" {
                // As Castro and Liskov count: n−1 pre-prepares, (n−1)² prepares, n(n−1) commits.
                assert_eq!(own, 6 + 36 + 42);
                assert_eq!((talk.decided.len(), talk.said.len()), (7, own));
                // Three hops, and no empty block in its way.
                let span = Micros::from_millis(scenario.block.span_ms.into());
                assert_eq!(block.agreed.since(block.proposed).0, 3 * span.0);
            }
        }
        assert!(looked >= 3, "{protocol} {looked}");
    }
}
