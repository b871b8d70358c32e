//! A shard splits while much is waiting at it and on its way to it.

use super::*;
use crate::shard::split::Splits;

/// How many are asked for, within half a second.
const WISHES: u32 = 120;

/// Everybody pays everybody, more than shards of these blocks can do at once, and the first shard splits.
fn crowded(protocol: Protocol, acts: Vec<Act>) -> (ShardsReport, Recording) {
    let settings = Settings {
        capacity: 6,
        retries: 32,
        horizon: Micros(600_000_000),
        acts,
        ..settings(protocol, 3)
    };
    let wishes: Vec<(u64, Wish)> = (0..WISHES)
        .map(|at| {
            // Neighbours on the first shard, which part when it splits, and accounts of other shards.
            let (from, to) = match at % 4 {
                0 => (at % 24, at % 24 + 1),
                1 => (25 + at % 50, at % 25),
                2 => (at % 25, 25 + at % 50),
                _ => (25 + at % 25, 50 + at % 25),
            };
            (u64::from(at) * 4_000, pay(from, to, 3))
        })
        .collect();
    run(&settings, &wishes)
}

fn split(at: u64, shard: u16) -> Act {
    Act {
        at: Micros(at),
        kind: ActKind::Split { shard },
    }
}

/// Each copy was executed by one of the two shards and dropped by the other.
fn is_exact(splits: &Splits) {
    assert_eq!(splits.copied, splits.dropped, "{splits:?}");
}

#[test]
fn what_waits_is_copied_to_both_and_executed_once_under_every_protocol() {
    for protocol in Protocol::ALL {
        let (report, _) = crowded(protocol, vec![split(400_000, 0)]);
        is_sound(&report);
        is_exact(&report.splits);
        assert_eq!(report.splits.count, 1, "{protocol:?}");
        assert_eq!(report.splits.accounts, 12, "{protocol:?}");
        assert!(report.splits.copied > 0, "{protocol:?} {:?}", report.splits);
        assert!(report.splits.begun_again > 0, "{protocol:?}");
        assert_eq!(
            report.fates.committed,
            u64::from(WISHES),
            "{protocol:?} {:?}",
            report.fates
        );
        assert_eq!(report.each[3].accounts, 12);
        assert!(report.each[3].entries > 10, "{protocol:?}");
        // At once, after the block that was being agreed on.
        assert!(
            report.moving_us.p99 <= B,
            "{protocol:?} {:?}",
            report.moving_us
        );
        if protocol.is_isolated() {
            assert!(report.isolation.is_serializable(), "{protocol:?}");
        }
    }
}

#[test]
fn everybody_ends_with_what_they_would_have_without_the_split() {
    let balances = |report: &ShardsReport| report.conservation.clone();
    for protocol in [Protocol::Relay, Protocol::Receipts, Protocol::Reference] {
        let (calm, _) = crowded(protocol, Vec::new());
        let (torn, _) = crowded(protocol, vec![split(300_000, 0), split(300_000, 0)]);
        is_exact(&torn.splits);
        assert_eq!(calm.fates.committed, torn.fates.committed);
        assert_eq!(balances(&calm).drift, balances(&torn).drift);
        // 25 accounts: 13 and 12, then 7 and 6.
        let accounts: Vec<u64> = torn.each.iter().map(|shard| shard.accounts).collect();
        assert_eq!(accounts, [7, 25, 25, 12, 6], "{protocol:?}");
    }
}

#[test]
fn a_split_waits_for_its_shard_and_the_run_goes_on_with_replays_and_splits_of_splits() {
    for protocol in Protocol::ALL {
        let act = |at, kind| Act {
            at: Micros(at),
            kind,
        };
        let replay = |at, shard| act(at, ActKind::Replay { shard, count: 200 });
        let until = Micros(900_000);
        let acts = vec![
            act(250_000, ActKind::Stall { shard: 0, until }),
            split(300_000, 0),
            split(950_001, 3),
            replay(980_000, 0),
            split(1_000_001, 1),
            replay(1_050_000, 3),
            replay(1_300_000, 1),
            act(1_500_000, ActKind::Merge { shard: 4, into: 1 }),
        ];
        let (report, _) = crowded(protocol, acts);
        is_sound(&report);
        is_exact(&report.splits);
        assert_eq!(report.splits.count, 3, "{protocol:?}");
        assert_eq!(report.fates.stuck, 0, "{protocol:?} {:?}", report.fates);
        // It could not split before it was back.
        assert!(report.moving_us.p99 >= 600_000, "{protocol:?}");
        assert!(report.replayed > 0);
        let accounts: u64 = report.each.iter().map(|shard| shard.accounts).sum();
        assert_eq!((accounts, report.each[4].accounts), (75, 0), "{protocol:?}");
    }
}

#[test]
fn what_a_protocol_cannot_carry_between_shards_is_turned_away_once_its_accounts_are_apart() {
    // The pool is on shard 1 and so is its trader, until that shard splits.
    let swap = |trader| Wish::Swap {
        trader,
        pool: 0,
        zero_for_one: true,
        amount: 100,
        least: 1,
    };
    let wishes: Vec<(u64, Wish)> = (25..50).map(|trader| (0, swap(trader))).collect();
    let settings = Settings {
        capacity: 5,
        acts: vec![split(B + 1, 1)],
        ..settings(Protocol::Kronos, 3)
    };
    let (report, _) = run(&settings, &wishes);
    is_sound(&report);
    let turned_away = report.fates.unsupported[&Unsupported::ContractCalls];
    assert!(turned_away > 5, "{:?}", report.fates);
    assert_eq!(report.fates.committed + turned_away, 25);
    assert_eq!(report.splits.begun_again, turned_away);
}
