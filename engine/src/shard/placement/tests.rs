use super::allocation::{self, allocate};
use super::louvain::communities;
use super::propagation::{Settings, propagate};
use super::refine::refine;
use super::{Graph, GraphError, application, hash, measure, multilevel, occupancy, pinned, range};
use crate::primitives::Seed;

/// Communities by the account's remainder, so that ranges do not find them by luck.
fn planted(accounts: u32, groups: u32, pairs: usize, cross_percent: u64) -> (Graph, Vec<u16>, u64) {
    let mut stream = Seed::new(7).fork("planted").stream();
    let mut drawn = Vec::new();
    let mut cut = 0;
    while drawn.len() < pairs {
        let from = stream.below(accounts.into()) as u32;
        let cross = stream.below(100) < cross_percent;
        let to = if cross {
            stream.below(accounts.into()) as u32
        } else {
            from % groups + groups * stream.below(u64::from(accounts / groups)) as u32
        };
        if from != to {
            cut += u64::from(from % groups != to % groups);
            drawn.push((from, to));
        }
    }
    let homes = (0..accounts).map(|a| (a % groups) as u16).collect();
    let graph = Graph::of_transactions(accounts, &drawn).expect("within bounds");
    (graph, homes, cut)
}

#[test]
fn the_multilevel_placement_recovers_planted_communities() {
    for (accounts, groups) in [(400, 4), (1600, 8), (3200, 16)] {
        let (graph, _, cut) = planted(accounts, groups, accounts as usize * 10, 10);
        let found = measure(&graph, &multilevel::place(&graph, groups as u16, 50));
        assert!(
            found.cut * 100 <= cut * 105,
            "{groups} groups: cut {} for {cut} planted",
            found.cut
        );
        assert!(found.imbalance_per_million() <= 1_060_000, "{found:?}");
    }
}

#[test]
fn the_cross_shard_share_falls_from_98_to_12_percent_at_60_shards() {
    let (graph, _, _) = planted(12_000, 60, 120_000, 8);
    let hashed = measure(&graph, &hash::place(12_000, 60, &Seed::new(1))).cross_per_million();
    let placed = measure(&graph, &multilevel::place(&graph, 60, 50)).cross_per_million();
    assert!((975_000..=990_000).contains(&hashed), "{hashed}");
    assert!(placed <= 120_000, "{placed}");
}

#[test]
fn refinement_never_raises_the_cut_and_counts_its_fall_exactly() {
    let (graph, _, _) = planted(800, 8, 6000, 20);
    let mut assignment = hash::place(800, 8, &Seed::new(3));
    let mut cut = measure(&graph, &assignment).cut;
    let mut fell = 0;
    for _ in 0..20 {
        let falls = refine(&graph, &mut assignment, 2000, 1);
        let now = measure(&graph, &assignment).cut;
        assert_eq!(now + falls[0], cut);
        fell += falls[0];
        cut = now;
    }
    assert!(fell > 1000, "{fell}");
    assert!(
        measure(&graph, &assignment)
            .loads
            .iter()
            .all(|&load| load <= 2000)
    );
}

#[test]
fn label_propagation_never_raises_the_cut_without_a_penalty_and_balances_with_one() {
    let (graph, _, _) = planted(800, 8, 6000, 20);
    let base = hash::place(800, 8, &Seed::new(3));
    let mut before = measure(&graph, &base).cut;
    for passes in 1..12 {
        let settings = Settings {
            penalty: 0,
            passes,
            moves: 50,
        };
        let now = measure(&graph, &propagate(&graph, &base, settings)).cut;
        assert!(now <= before, "pass {passes}: {now} after {before}");
        before = now;
    }
    let free = propagate(
        &graph,
        &base,
        Settings {
            penalty: 0,
            ..Settings::default()
        },
    );
    let fair = propagate(&graph, &base, Settings::default());
    let (free, fair) = (measure(&graph, &free), measure(&graph, &fair));
    assert!(
        fair.imbalance_per_million() < free.imbalance_per_million(),
        "{fair:?} {free:?}"
    );
    assert!(fair.cut < measure(&graph, &base).cut);
}

#[test]
fn allocation_recovers_planted_communities_and_keeps_shards_within_their_room() {
    for (accounts, groups) in [(400, 4), (1600, 8), (3200, 16)] {
        let (graph, homes, cut) = planted(accounts, groups, accounts as usize * 10, 10);
        let found = allocate(&graph, groups as u16, allocation::Settings::default());
        let found = measure(&graph, &found.assignment);
        assert!(
            found.cut * 100 <= cut * 105,
            "{groups} groups: cut {} for {cut} planted",
            found.cut
        );
        assert!(found.imbalance_per_million() <= 1_100_000, "{found:?}");
        // Communities are numbered by their first account, as the planted ones are.
        let named = communities(&graph);
        let alike = named
            .iter()
            .zip(&homes)
            .filter(|(a, b)| **a == u32::from(**b));
        assert!(alike.count() * 100 >= homes.len() * 95);
    }
}

#[test]
fn allocation_never_loses_throughput_and_counts_it_exactly() {
    for (seed, cross) in [(3u64, 20), (4, 50), (5, 90)] {
        let (graph, ..) = planted(800, 40, 6000, cross);
        let mut before = 0;
        for passes in 0..12 {
            let settings = allocation::Settings {
                passes,
                ..Default::default()
            };
            let found = allocate(&graph, 8, settings);
            let now = allocation::throughput(&graph, &found.assignment, settings.eta);
            assert_eq!(found.throughput.last(), Some(&now), "{passes} passes");
            assert!(now >= before, "{passes} passes: {now} after {before}");
            before = now;
        }
        let hashed = hash::place(800, 8, &Seed::new(seed));
        assert!(before > allocation::throughput(&graph, &hashed, 2_000));
    }
}

#[test]
fn throughput_is_the_papers() {
    // Two transactions inside shard 0, one alone in shard 1, one between them; room for two each.
    let pairs = [(0, 1), (0, 1), (2, 2), (1, 2)];
    let graph = Graph::of_transactions(3, &pairs).expect("small");
    let placed = pinned::pin(&range::place(3, 2), &[(1, 0), (2, 1)]).expect("there");
    // Shard 0: workload 2 + 2, so (2 + 1/2) * 2 / 4 = 1.25; shard 1: 1 + 2, so (1 + 1/2) * 2 / 3 = 1.
    let found = allocation::throughput(&graph, &placed, 2_000);
    assert_eq!(found, (1 << 20) * 9 / 4);
    let all = super::Assignment {
        shards: 2,
        of: vec![0; 3],
    };
    // Four transactions on a shard with room for two.
    assert_eq!(allocation::throughput(&graph, &all, 2_000), (1 << 20) * 2);
}

#[test]
fn allocation_brings_98_percent_to_12_at_60_shards_for_many_accounts() {
    // 600 communities, ten times as many as there are shards.
    let (graph, ..) = planted(100_000, 600, 200_000, 8);
    let hashed = measure(&graph, &hash::place(100_000, 60, &Seed::new(1))).cross_per_million();
    let found = allocate(&graph, 60, allocation::Settings::default());
    let placed = measure(&graph, &found.assignment);
    assert!((975_000..=990_000).contains(&hashed), "{hashed}");
    assert!(placed.cross_per_million() <= 120_000, "{placed:?}");
    assert!(placed.imbalance_per_million() <= 1_200_000, "{placed:?}");
}

#[test]
fn accounts_without_transactions_are_spread() {
    let graph = Graph::of_transactions(90, &[(0, 1)]).expect("small");
    let found = allocate(&graph, 3, allocation::Settings::default()).assignment;
    let count = |shard| found.of.iter().filter(|of| **of == shard).count();
    // The two that pay each other are load enough for one of three.
    assert_eq!([0, 1, 2].map(count), [2, 44, 44]);
    let empty = Graph::of_transactions(0, &[]).expect("small");
    assert!(
        allocate(&empty, 4, allocation::Settings::default())
            .assignment
            .of
            .is_empty()
    );
}

#[test]
fn occupancy_is_the_stirling_form() {
    let (ways, all) = occupancy::ways(3, 4).expect("small");
    assert_eq!((ways, all), (vec![0, 4, 36, 24], 64));
    let (ways, all) = occupancy::ways(5, 16).expect("small");
    assert_eq!(ways.iter().sum::<u128>(), all);
    assert_eq!(ways[1], 16);
    assert_eq!(occupancy::ways(200, 1000), None);
}

#[test]
fn hash_placement_meets_the_exact_share_within_three_sigma() {
    for (touched, shards) in [(2u8, 4u16), (3, 4), (3, 16), (5, 2), (2, 60)] {
        let draws = 30_000u32;
        let placed = hash::place(draws * u32::from(touched), shards, &Seed::new(11));
        let mut seen = vec![0u128; usize::from(touched) + 1];
        for accounts in placed.of.chunks(touched.into()) {
            let mut homes = accounts.to_vec();
            homes.sort_unstable();
            homes.dedup();
            seen[homes.len()] += 1;
        }
        let (ways, all) = occupancy::ways(touched, shards).expect("small");
        // (seen - n p)^2 <= 9 n p (1 - p), times all^2.
        let n = u128::from(draws);
        let off = (seen[1] * all).abs_diff(n * ways[1]);
        assert!(
            off * off <= 9 * n * ways[1] * (all - ways[1]),
            "{touched} on {shards}: {seen:?}"
        );
    }
}

#[test]
fn the_plain_placements_do_what_they_say() {
    assert_eq!(range::place(7, 3).of, [0, 0, 0, 1, 1, 2, 2]);
    let graph = Graph::of_transactions(4, &[(0, 1), (0, 1), (2, 3), (2, 2)]).expect("small");
    let placed = application::place(&graph, &[9, 9, 5, 5], 2).expect("one each");
    assert_eq!(placed.of, [0, 0, 1, 1]);
    let found = measure(&graph, &placed);
    assert_eq!((found.cut, found.total, found.loads), (0, 4, vec![4, 3]));
    assert_eq!(application::place(&graph, &[1], 2), None);
    assert_eq!(
        pinned::pin(&placed, &[(3, 0)]).expect("there").of,
        [0, 0, 1, 0]
    );
    assert_eq!(
        pinned::pin(&placed, &[(4, 2), (0, 5)]),
        Err(vec![
            pinned::PinError::Shard(0),
            pinned::PinError::Account(0),
            pinned::PinError::Shard(1),
        ])
    );
    assert_eq!(
        Graph::of_transactions(2, &[(0, 1), (2, 0)]),
        Err(vec![GraphError::Account {
            index: 1,
            account: 2
        }])
    );
    let empty = Graph::of_transactions(0, &[]).expect("small");
    assert!(multilevel::place(&empty, 4, 50).of.is_empty());
}
