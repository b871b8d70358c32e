//! What befalls shards, and what becomes of it.

use super::*;

fn act(at: u64, kind: ActKind) -> Act {
    Act {
        at: Micros(at),
        kind,
    }
}

#[test]
fn a_client_that_vanishes_leaves_what_it_locked_until_it_comes_back() {
    let until = Micros(5_000_000);
    let vanish = |until| vec![act(B, ActKind::Vanish { until })];
    let for_ever = Settings {
        acts: vanish(Micros::NEVER),
        ..settings(Protocol::Atomix, 4)
    };
    let (report, _) = run(&for_ever, &[(0, pay(0, 30, 500))]);
    is_sound(&report);
    assert_eq!(
        (report.fates.stuck, report.conservation.in_flight[0]),
        (1, 500)
    );
    let back = Settings {
        acts: vanish(until),
        ..for_ever
    };
    let (report, _) = run(&back, &[(0, pay(0, 30, 500))]);
    is_sound(&report);
    assert_eq!(report.fates.committed, 1);
    // Shards that lead themselves need no client.
    let sbac = Settings {
        protocol: Protocol::Sbac,
        acts: vanish(Micros::NEVER),
        ..back
    };
    let (report, _) = run(&sbac, &[(0, pay(0, 30, 500))]);
    assert_eq!(report.fates.committed, 1);
}

#[test]
fn a_coordinator_that_halts_holds_every_lock_until_another_takes_over() {
    let halt = |until| vec![act(B + H + 1, ActKind::Halt { until })];
    let settings = Settings {
        acts: halt(Micros::NEVER),
        retries: 0,
        ..settings(Protocol::Reference, 4)
    };
    let wishes = [(0, pay(0, 30, 500)), (2_000_000, pay(0, 1, 5))];
    let (report, recording) = run(&settings, &wishes);
    is_sound(&report);
    assert_eq!(report.fates.stuck, 1, "{:?}", report.fates);
    assert_eq!(report.fates.aborted.get("LOCKED"), Some(&1));
    assert!(
        recording
            .samples
            .last()
            .is_some_and(|last| last.locks.iter().sum::<u32>() == 2)
    );
    let again = Settings {
        acts: halt(Micros(3_000_000)),
        ..settings
    };
    let (report, _) = run(&again, &wishes);
    is_sound(&report);
    assert_eq!(report.fates.stuck, 0);
    assert!(report.locked_us.p99 > 2_000_000);
}

#[test]
fn a_partition_delays_and_loses_nothing_and_a_stalled_shard_catches_up() {
    for protocol in Protocol::ALL {
        let settings = Settings {
            acts: vec![
                act(
                    200_000,
                    ActKind::Partition {
                        groups: vec![vec![0, 1]],
                        until: Micros(3_000_000),
                    },
                ),
                act(
                    4_000_000,
                    ActKind::Stall {
                        shard: 2,
                        until: Micros(6_000_000),
                    },
                ),
            ],
            ..settings(protocol, 4)
        };
        let (report, _) = run(&settings, &crowd(3, 200, 100, 25_000));
        is_sound(&report);
        assert_eq!(report.fates.stuck, 0, "{protocol:?} {:?}", report.fates);
        assert!(report.latency_crossing_us.p99 > 1_000_000, "{protocol:?}");
    }
}

#[test]
fn a_replayed_receipt_is_paid_once_unless_nobody_remembers() {
    let wishes: Vec<(u64, Wish)> = (0..10).map(|at| (at * 1_000, pay(0, 30, 500))).collect();
    for protocol in [
        Protocol::Relay,
        Protocol::Receipts,
        Protocol::Atomix,
        Protocol::Kronos,
    ] {
        let strong = Settings {
            acts: vec![act(
                1_000_000,
                ActKind::Replay {
                    shard: 1,
                    count: 10,
                },
            )],
            ..settings(protocol, 4)
        };
        // Something that keeps the run going beyond the replay.
        let mut wishes = wishes.clone();
        wishes.push((3_000_000, pay(0, 1, 1)));
        let (report, _) = run(&strong, &wishes);
        is_sound(&report);
        assert_eq!(report.replayed, 10, "{protocol:?}");
        let weak = Settings {
            weakness: Weakness {
                repeats: true,
                ..Weakness::default()
            },
            ..strong
        };
        let (report, _) = run(&weak, &wishes);
        assert_eq!(
            report.conservation.off > 0,
            protocol != Protocol::Kronos,
            "{protocol:?}"
        );
    }
}

#[test]
fn a_source_that_reorganises_after_the_relay_has_created_money_unless_confirmations_are_waited_for()
{
    let wishes: Vec<(u64, Wish)> = (0..20)
        .map(|at| {
            (
                at * 50_000,
                if at % 2 == 0 {
                    pay(0, 30, 500)
                } else {
                    pay(1, 2, 5)
                },
            )
        })
        .collect();
    let hasty = Settings {
        acts: vec![act(650_001, ActKind::Reorganise { shard: 0, depth: 3 })],
        ..settings(Protocol::Relay, 4)
    };
    let (report, recording) = run(&hasty, &wishes);
    assert!(report.reorganised > 0 && report.left_out > 0);
    assert!(
        report.conservation.drift[0] > 0,
        "{:?}",
        report.conservation
    );
    assert_eq!(
        recording
            .blocks
            .iter()
            .filter(|block| block.is_undone)
            .count(),
        3
    );
    let patient = Settings {
        confirmations: 3,
        ..hasty
    };
    let (report, _) = run(&patient, &wishes);
    assert!(report.reorganised > 0 && report.receipts_refused > 0);
    assert_eq!(report.conservation.drift[0], 0, "{:?}", report.conservation);
    assert!(report.latency_crossing_us.p50 >= 5 * B);
}

#[test]
fn accounts_move_to_where_their_traffic_is_and_nobody_is_in_two_places() {
    // Accounts pay within pairs that live on different shards.
    let wishes: Vec<(u64, Wish)> = (0..2_000)
        .map(|at| {
            let from = (at % 50) as u32;
            (at * 5_000, pay(from, from + 50, 10))
        })
        .collect();
    let settings = Settings {
        epochs: Some(Epochs {
            length: Micros(2_000_000),
            moves: 100,
            penalty: 0,
        }),
        ..settings(Protocol::Relay, 4)
    };
    let (report, _) = run(&settings, &wishes);
    is_sound(&report);
    assert!(report.moved >= 40, "{}", report.moved);
    assert_eq!(report.fates.committed, 2_000);
    assert!(report.fates.crossing < 1_200, "{}", report.fates.crossing);
    assert_eq!(
        report.each.iter().map(|shard| shard.accounts).sum::<u64>(),
        100
    );
}

#[test]
fn a_shard_splits_under_load_and_merges_again() {
    let settings = Settings {
        acts: vec![
            act(500_000, ActKind::Split { shard: 0 }),
            act(4_000_000, ActKind::Merge { shard: 4, into: 0 }),
        ],
        ..settings(Protocol::Receipts, 4)
    };
    let wishes: Vec<(u64, Wish)> = (0..800)
        .map(|at| {
            (
                at * 10_000,
                pay((at % 25) as u32, ((at * 7 + 1) % 100) as u32, 3),
            )
        })
        .filter(|(_, wish)| !matches!(wish, Wish::Pay { from, to, .. } if from == to))
        .collect();
    let (report, _) = run(&settings, &wishes);
    is_sound(&report);
    assert_eq!(report.shards, 5);
    assert_eq!(report.moved, 24);
    assert_eq!(report.fates.committed, wishes.len() as u64);
    assert_eq!(report.each[4].accounts, 0);
    assert!(report.each[4].entries > 50);
}

#[test]
fn congestion_holds_receipts_back_and_lets_them_through_later() {
    let settings = Settings {
        capacity: 4,
        congestion: 8,
        ..settings(Protocol::Relay, 4)
    };
    // Everybody pays accounts of one shard.
    let wishes: Vec<(u64, Wish)> = (0..300)
        .map(|at| (at * 5_000, pay(25 + (at % 75) as u32, (at % 25) as u32, 3)))
        .collect();
    let (report, recording) = run(&settings, &wishes);
    is_sound(&report);
    assert_eq!(report.fates.committed, 300);
    assert!(report.held_back > 0);
    let most = recording
        .samples
        .iter()
        .map(|sample| sample.queues[0])
        .max();
    let free = Settings {
        congestion: 0,
        ..settings
    };
    let (_, recording) = run(&free, &wishes);
    let more = recording
        .samples
        .iter()
        .map(|sample| sample.queues[0])
        .max();
    assert!(most < more, "{most:?} {more:?}");
}

#[test]
fn random_faults_create_and_lose_nothing() {
    for seed in 0..40 {
        let mut stream = Seed::new(seed).fork("faults").stream();
        let protocol = Protocol::ALL[stream.below(8) as usize];
        let mut acts: Vec<Act> = (0..stream.below(5))
            .map(|_| {
                let at = stream.below(3_000_000);
                let until = Micros(at + stream.below(2_000_000));
                let shard = stream.below(4) as u16;
                let kind = match stream.below(5) {
                    0 => ActKind::Stall { shard, until },
                    1 => ActKind::Partition {
                        groups: vec![vec![shard]],
                        until,
                    },
                    2 => ActKind::Vanish { until },
                    3 => ActKind::Halt { until },
                    _ => ActKind::Replay { shard, count: 50 },
                };
                act(at, kind)
            })
            .collect();
        acts.sort_by_key(|act| act.at);
        let settings = Settings {
            acts,
            loss_ppm: 50_000,
            jitter_ppm: 500_000,
            seed: Seed::new(seed),
            lanes: 0,
            record: 0,
            ..settings(protocol, 4)
        };
        let (report, _) = run(&settings, &crowd(seed, 120, 100, 20_000));
        is_sound(&report);
        assert_eq!(
            report.fates.stuck, 0,
            "seed {seed}: {protocol:?} {:?}",
            report.fates
        );
        if protocol.is_isolated() {
            assert!(
                report.isolation.is_serializable(),
                "seed {seed}: {protocol:?}"
            );
        }
    }
}
