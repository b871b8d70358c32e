//! Shards from outside: settings and wishes in, figures out.

use super::deal::Wish;
use super::isolation::Anomaly;
use super::layout::Endowment;
use super::placement::range;
use super::settings::{Epochs, Settings, Steady};
use super::transfer::{NoteKind, Protocol, Unsupported};
use super::*;
use crate::contracts::crossing::Weakness;
use crate::primitives::{Micros, Seed};
use crate::trace::shard::Recording;

mod faults;
mod moves;
mod split;

const B: u64 = 100_000;
const H: u64 = 10_000;

/// Shards of 25 accounts each, a pool on each of the first three.
fn settings(protocol: Protocol, shards: u16) -> Settings {
    let accounts = 25 * u32::from(shards);
    Settings {
        endowment: Endowment {
            symbols: ["ETH", "USDC", "DAI"].map(str::to_owned).to_vec(),
            pools: vec![([0, 1], 1_000_000_000), ([1, 2], 1_000_000_000)],
            balance: 1_000_000,
            brokers: 1_000_000,
        },
        assignment: range::place(accounts, shards),
        pool_home: vec![1 % shards, 2 % shards],
        protocol,
        weakness: Weakness::default(),
        hop: Micros(H),
        jitter_ppm: 0,
        loss_ppm: 0,
        retransmit: Micros(50_000),
        capacity: 1_000,
        lanes: 4,
        threads: 1,
        retries: 8,
        confirmations: 0,
        congestion: 0,
        epochs: None,
        acts: Vec::new(),
        horizon: Micros(60_000_000),
        seed: Seed::new(1),
        record: 10_000,
        sample: Micros(50_000),
    }
}

fn run(settings: &Settings, wishes: &[(u64, Wish)]) -> (ShardsReport, Recording) {
    let agreement = Steady {
        span: Micros(B),
        members: 4,
        blocks: 0,
    };
    let wishes = wishes.to_vec();
    let mut wishes = wishes.into_iter();
    let next = move || wishes.next().map(|(at, wish)| (Micros(at), wish));
    let mut simulation = Simulation::new(settings.clone(), Box::new(agreement), Box::new(next));
    while simulation.step().expect("no fault of ours") {}
    simulation.finish()
}

fn pay(from: u32, to: u32, amount: u64) -> Wish {
    Wish::Pay {
        from,
        to,
        token: 0,
        amount,
    }
}

const SWAP: Wish = Wish::Swap {
    trader: 0,
    pool: 0,
    zero_for_one: true,
    amount: 1_000,
    least: 1,
};
const ROUTE: Wish = Wish::Route {
    trader: 0,
    pools: [0, 1],
    zero_for_one: [true, true],
    amount: 1_000,
    least: 1,
};
const GATHER: Wish = Wish::Gather {
    from: [0, 30],
    to: 60,
    token: 0,
    amount: 1_000,
};

fn is_sound(report: &ShardsReport) {
    let conservation = &report.conservation;
    assert!(conservation.checks > 0 || report.blocks == 0);
    assert_eq!(
        conservation.off, 0,
        "{:?} {conservation:?}",
        report.protocol
    );
    if report.fates.stuck == 0 {
        assert!(
            conservation.in_flight.iter().all(|units| *units == 0),
            "{conservation:?}"
        );
    }
}

#[test]
fn messages_and_latency_of_a_payment_are_those_of_the_mechanism() {
    // (protocol, blocks' times, hops, messages between shards and with the committee of reference).
    let table = [
        (Protocol::Relay, 2, 1, 1),
        (Protocol::Receipts, 2, 1, 1),
        (Protocol::Broker, 2, 2, 0),
        (Protocol::Atomix, 2, 3, 0),
        (Protocol::Sbac, 2, 2, 2),
        (Protocol::Byzcuit, 2, 4, 8),
        (Protocol::Reference, 4, 3, 6),
        (Protocol::Kronos, 2, 1, 1),
    ];
    for (protocol, blocks, hops, messages) in table {
        let (report, recording) = run(&settings(protocol, 4), &[(0, pay(0, 30, 500))]);
        is_sound(&report);
        assert_eq!(report.fates.committed_crossing, 1, "{protocol:?}");
        let expected = blocks * B + hops * H;
        assert_eq!(report.latency_crossing_us.mean, expected, "{protocol:?}");
        let sent: u64 = report.messages.values().sum();
        assert_eq!(sent, messages, "{protocol:?} {:?}", report.messages);
        assert_eq!(recording.deals.len(), 1);
        // Two shards, four members each: 24 messages a block and committee.
        let agreed = 24 * (report.blocks + report.reference_blocks);
        assert_eq!(report.committee_messages, agreed);
        let per_block = match protocol {
            Protocol::Sbac | Protocol::Byzcuit => 4,
            Protocol::Reference => 6,
            // The broker fetches what was locked for it.
            Protocol::Broker => 3,
            _ => 2,
        };
        assert_eq!(report.committee_messages, 24 * per_block, "{protocol:?}");
    }
}

#[test]
fn atomix_takes_a_request_and_a_proof_for_each_input_and_an_unlock_for_the_output() {
    let (report, _) = run(&settings(Protocol::Atomix, 4), &[(0, GATHER)]);
    is_sound(&report);
    assert_eq!(
        (report.fates.committed, report.client_messages),
        (1, 2 + 2 + 1)
    );
    let (report, _) = run(&settings(Protocol::Kronos, 4), &[(0, GATHER)]);
    assert_eq!((report.fates.committed, report.client_messages), (1, 0));
    assert_eq!(report.messages.get(&NoteKind::Receipt), Some(&2));
}

#[test]
fn a_swap_whose_token_lives_elsewhere_and_a_route_over_three_shards() {
    for protocol in Protocol::ALL {
        let (report, _) = run(&settings(protocol, 4), &[(0, SWAP), (1_000_000, ROUTE)]);
        is_sound(&report);
        let unsupported: u64 = report.fates.unsupported.values().sum();
        assert_eq!(
            report.fates.committed + unsupported,
            2,
            "{protocol:?} {:?}",
            report.fates
        );
        let expected = match protocol {
            Protocol::Receipts | Protocol::Reference => 0,
            Protocol::Sbac | Protocol::Byzcuit => 1,
            _ => 2,
        };
        assert_eq!(unsupported, expected, "{protocol:?}");
        assert!(report.isolation.is_serializable());
    }
    let (report, _) = run(&settings(Protocol::Sbac, 4), &[(0, ROUTE)]);
    let why = Unsupported::DependentSteps;
    assert_eq!(report.fates.unsupported.get(&why), Some(&1));
}

#[test]
fn what_a_contract_refuses_comes_to_nothing_and_nothing_is_lost() {
    let greedy = Wish::Swap {
        trader: 0,
        pool: 0,
        zero_for_one: true,
        amount: 1_000,
        least: 1_000_000,
    };
    let poor = pay(0, 30, 2_000_000);
    let half = Wish::Gather {
        from: [0, 30],
        to: 60,
        token: 0,
        amount: 600_000,
    };
    // One of the two inputs has spent too much before.
    let wishes = [
        (0, greedy),
        (1_000_000, poor),
        (2_000_000, pay(30, 31, 500_000)),
        (3_000_000, half),
    ];
    for protocol in Protocol::ALL {
        let (report, _) = run(&settings(protocol, 4), &wishes);
        is_sound(&report);
        let fates = &report.fates;
        assert_eq!(fates.committed, 1, "{protocol:?} {fates:?}");
        assert_eq!(fates.stuck, 0, "{protocol:?} {fates:?}");
        let ended: u64 = fates.aborted.values().sum::<u64>()
            + fates.refunded.values().sum::<u64>()
            + fates.unsupported.values().sum::<u64>();
        assert_eq!(ended, 3, "{protocol:?} {fates:?}");
    }
}

/// Payments, swaps, guarded withdrawals between random accounts, a burst of them.
fn crowd(seed: u64, count: u64, accounts: u64, gap: u64) -> Vec<(u64, Wish)> {
    let mut stream = Seed::new(seed).fork("crowd").stream();
    (0..count)
        .map(|number| {
            let mut account = || stream.below(accounts) as u32;
            let (from, to, guard) = (account(), account(), account());
            let to = if to == from {
                (to + 1) % accounts as u32
            } else {
                to
            };
            let amount = 1 + stream.below(200_000);
            let wish = match stream.below(10) {
                0..=5 => pay(from, to, amount),
                6 | 7 => Wish::Swap {
                    trader: from,
                    pool: stream.below(2) as u8,
                    zero_for_one: stream.below(2) == 0,
                    amount: amount / 10 + 1,
                    least: amount / 11,
                },
                8 => Wish::Withdraw {
                    from,
                    to,
                    guard,
                    token: 0,
                    amount,
                    least: 900_000,
                },
                _ => Wish::Route {
                    trader: from,
                    pools: [0, 1],
                    zero_for_one: [true, true],
                    amount: amount / 10 + 1,
                    least: 1,
                },
            };
            (number * gap, wish)
        })
        .collect()
}

#[test]
fn a_crowd_leaves_every_unit_accounted_for_under_every_protocol() {
    let mut digests = std::collections::BTreeSet::new();
    for protocol in Protocol::ALL {
        let settings = Settings {
            jitter_ppm: 200_000,
            loss_ppm: 20_000,
            ..settings(protocol, 4)
        };
        let (report, _) = run(&settings, &crowd(1, 400, 100, 5_000));
        is_sound(&report);
        assert_eq!(report.fates.stuck, 0, "{protocol:?} {:?}", report.fates);
        assert!(
            report.fates.committed > 150,
            "{protocol:?} {:?}",
            report.fates
        );
        if protocol.is_isolated() {
            let isolation = &report.isolation;
            assert!(isolation.is_serializable(), "{protocol:?} {isolation:?}");
        }
        assert!(report.scaling.utilisation <= 1_000_000);
        digests.insert(report.digest);
    }
    // For payments with one input, a buffer does what a relay does.
    assert_eq!(digests.len(), Protocol::ALL.len() - 1);
}

#[test]
fn threads_and_lanes_change_no_state() {
    let base = settings(Protocol::Receipts, 8);
    let wishes = crowd(2, 300, 200, 2_000);
    let (report, _) = run(&base, &wishes);
    for (lanes, threads) in [(0, 1), (0, 4), (4, 3), (16, 2)] {
        let settings = Settings {
            lanes,
            threads,
            ..base.clone()
        };
        let (other, _) = run(&settings, &wishes);
        assert_eq!(
            other.digest, report.digest,
            "{lanes} lanes, {threads} threads"
        );
    }
}

#[test]
fn locks_serialise_and_without_them_the_checker_names_what_happened() {
    // Two accounts on different shards that must hold something together; two withdraw from one each while
    // looking at the other.
    let withdraw = |from, guard| Wish::Withdraw {
        from,
        to: from + 1,
        guard,
        token: 0,
        amount: 600_000,
        least: 1_000_000,
    };
    let wishes = [(0, withdraw(0, 30)), (0, withdraw(30, 0))];
    let strong = Settings {
        retries: 0,
        ..settings(Protocol::Reference, 4)
    };
    let (report, _) = run(&strong, &wishes);
    is_sound(&report);
    assert!(report.fates.committed <= 1);
    let weak = Settings {
        weakness: Weakness {
            has_no_read_locks: true,
            ..Weakness::default()
        },
        ..strong.clone()
    };
    let (report, _) = run(&weak, &wishes);
    is_sound(&report);
    assert_eq!(report.fates.committed, 2);
    assert!(
        report.isolation.counts.contains_key(&Anomaly::WriteSkew),
        "{:?}",
        report.isolation
    );

    // Two debits of one account, prepared at the same time: the second overwrites the first.
    let wishes = [(0, pay(0, 30, 300)), (0, pay(0, 60, 200))];
    let no_locks = Settings {
        weakness: Weakness {
            has_no_locks: true,
            ..Weakness::default()
        },
        ..strong.clone()
    };
    let (report, _) = run(&no_locks, &wishes);
    assert_eq!(report.fates.committed, 2);
    assert!(
        report.isolation.counts.contains_key(&Anomaly::LostUpdate),
        "{:?}",
        report.isolation
    );
    assert!(report.conservation.off > 0);
    assert!(
        report.conservation.drift[0] > 0,
        "{:?}",
        report.conservation
    );

    // A credit that is there when it is prepared is spent before it is taken back.
    let eager = Settings {
        weakness: Weakness {
            is_eager: true,
            ..Weakness::default()
        },
        ..strong
    };
    let wishes = [
        (0, pay(0, 30, 2_000_000)),
        (B + 2 * H, pay(30, 31, 2_500_000)),
    ];
    let (report, _) = run(&eager, &wishes);
    assert_eq!(report.fates.committed, 1, "{:?}", report.fates);
    assert!(
        report.isolation.counts.contains_key(&Anomaly::DirtyRead),
        "{:?}",
        report.isolation
    );
    assert!(report.conservation.drift[0] != 0);
}
