//! Proof of work against its closed forms, and what its nodes do when messages, nodes or halves are lost.

use super::closed::{
    double_spend_exact, double_spend_poisson, natural_forks, selfish_revenue, selfish_threshold,
};
use super::{DESCRIPTOR, Nakamoto, flood};
use crate::consensus::trial::{self, Harm};
use crate::consensus::{Behaviour, Lab, Run, Safety, Settings};
use crate::primitives::Micros;
use crate::sim::{Act, ActKind, Latency};
use crate::trace::consensus::What;
use std::collections::BTreeMap;

const INTERVAL: usize = 0;
const CONFIRMATIONS: usize = 1;
const INVENTORY: usize = 2;
const PEERS: usize = 3;
const SHARE: usize = 4;
const LARGE_AND_SMALL: usize = 5;

fn settings(nodes: u32, interval_ms: u64, delay_ms: u64, decisions: u64) -> Settings {
    let mut settings = Settings::of(&DESCRIPTOR, nodes);
    settings.config.decisions = decisions;
    settings.config.knobs[INTERVAL] = interval_ms;
    settings.network.latency = Latency::Constant(Micros::from_millis(delay_ms));
    settings.horizon = Micros::NEVER;
    settings
}

fn act(at_ms: u64, kind: ActKind) -> Act {
    Act {
        at: Micros::from_millis(at_ms),
        kind,
    }
}

fn finish(settings: &Settings) -> Run<Nakamoto> {
    let mut run = Run::new(settings);
    run.finish();
    run
}

fn found(run: &Run<Nakamoto>, nodes: u32) -> u64 {
    (0..nodes).map(|node| run.protocol(node).found()).sum()
}

/// Mean and standard error.
fn spread(samples: &[f64]) -> (f64, f64) {
    let count = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / count;
    let square: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
    (mean, (square / (count - 1.0) / count).sqrt())
}

#[test]
fn every_block_is_one_flood() {
    for nodes in [1, 2, 3, 4, 7, 10, 16, 31] {
        for announces in [0, 1] {
            let mut settings = settings(nodes, 10_000, 100, 40);
            settings.config.knobs[INVENTORY] = announces;
            let run = finish(&settings);
            let report = run.report();
            assert!(report.verdict.is_safe() && report.verdict.is_done());
            let count = |kind: usize| report.messages[kind].1;
            let told = found(&run, nodes) * u64::from(nodes - 1);
            assert_eq!(count(announces as usize), told, "n={nodes}");
            let expected = found(&run, nodes) * flood(&settings.config).unwrap();
            // The last block may still be on its way when all is confirmed.
            let on_its_way = 2 * u64::from(nodes);
            let all = report.messages_total - count(3) - count(4);
            assert!(all <= expected && all + on_its_way * announces >= expected);
        }
    }
}

#[test]
fn confirmations_take_as_many_blocks() {
    // One miner, no forks: the height confirmed and the head are always so far apart.
    for confirmations in [1, 6, 20] {
        let mut settings = settings(1, 1_000, 0, 300);
        settings.config.knobs[CONFIRMATIONS] = confirmations;
        let run = finish(&settings);
        assert_eq!(run.protocol(0).found(), 299 + confirmations);
        assert_eq!(run.protocol(0).rewards(), [300]);
        // Three hundred blocks a second apart: the deviation of their time is √300 seconds.
        let expected = 1_000_000 * (299 + confirmations);
        assert!(run.now().0.abs_diff(expected) < 3 * 17_900_000);
    }
}

#[test]
fn natural_forks_are_as_many_as_delay_and_interval_say() {
    for (delay_ms, blocks) in [(1_000, 5_000), (3_000, 3_000)] {
        let run = finish(&settings(40, 10_000, delay_ms, blocks));
        let all = found(&run, 40);
        let stale = 1.0 - run.protocol(0).height() as f64 / all as f64;
        let delay = delay_ms as f64 / 10_000.0;
        // A miner knows its own block at once: of the others' hash power it is one in forty.
        let expected = natural_forks(delay * 39.0 / 40.0);
        let deviation = (expected * (1.0 - expected) / all as f64).sqrt();
        assert!(
            (stale - expected).abs() < 3.0 * deviation,
            "{stale} {expected} ± {deviation}"
        );
        assert!(run.watch().reverts().keys().any(|reverted| *reverted > 0));
    }
}

/// The pool's share of the chain over ten seeds, and γ as it came out.
fn pool(alpha_permille: u64, honest: u32, blocks: u64) -> (Vec<f64>, f64) {
    let mut settings = settings(honest + 1, 600_000, 1, blocks);
    settings.config.knobs[SHARE] = alpha_permille;
    let order = Behaviour::SelfishMine as u8;
    settings.acts = vec![act(0, ActKind::Order { node: 0, order })];
    // The pool is well connected: what it answers overtakes what it answers to.
    for (from, to) in (1..=honest).flat_map(|from| (1..=honest).map(move |to| (from, to))) {
        let delay = Micros(50_000);
        settings
            .acts
            .push(act(0, ActKind::Delay { from, to, delay }));
    }
    let mut gammas = Vec::new();
    let shares = (0..10).map(|seed| {
        settings.seed = seed;
        let run = finish(&settings);
        let rewards = run.protocol(1).rewards();
        let pool = run.protocol(0).selfish().unwrap();
        gammas.push(pool.gamma_ppm().unwrap() as f64 / 1e6);
        rewards[0] as f64 / rewards.iter().sum::<u64>() as f64
    });
    let shares = shares.collect();
    (shares, spread(&gammas).0)
}

#[test]
fn a_selfish_pool_gets_what_eyal_and_sirer_say() {
    // With m other miners, all but the one who found the other block hear of the pool's first: γ = 1-1/m.
    for (alpha, honest, blocks) in [
        (250, 1, 4_000),
        (400, 1, 4_000),
        (300, 2, 4_000),
        (300, 8, 2_000),
    ] {
        let (shares, found) = pool(alpha, honest, blocks);
        let gamma = 1.0 - 1.0 / f64::from(honest);
        assert!((found - gamma).abs() < 0.02, "γ {found} for {gamma}");
        let share = alpha as f64 / 1e3;
        let (mean, error) = spread(&shares);
        let expected = selfish_revenue(share, gamma);
        assert!(error < 0.01, "{error}");
        assert!(
            (mean - expected).abs() < 3.0 * error,
            "α {share}, γ {gamma}: {mean} ± {error}, expected {expected}"
        );
        // It pays above the threshold, and below it does not.
        assert_eq!(mean > share, share > selfish_threshold(gamma));
    }
}

#[test]
fn double_spends_succeed_as_often_as_rosenfeld_says() {
    for (permille, confirmations, tries) in [(100, 1, 2_000), (100, 3, 6_000), (300, 4, 2_000)] {
        let mut settings = settings(2, 600_000, 1, u64::MAX);
        settings.config.knobs[SHARE] = permille;
        settings.config.knobs[CONFIRMATIONS] = confirmations;
        let order = Behaviour::DoubleSpend as u8;
        settings.acts = vec![act(0, ActKind::Order { node: 0, order })];
        let mut run = Run::<Nakamoto>::new(&settings);
        let attack = |run: &Run<Nakamoto>| {
            let attack = run.protocol(0).double_spend();
            attack.map_or((0, 0), |attack| (attack.tries, attack.wins))
        };
        while attack(&run).0 <= tries {
            assert!(run.step());
        }
        let q = permille as f64 / 1e3;
        let chance = attack(&run).1 as f64 / tries as f64;
        let expected = double_spend_exact(q, confirmations as u32);
        let deviation = (expected * (1.0 - expected) / tries as f64).sqrt();
        assert!(
            (chance - expected).abs() < 3.0 * deviation,
            "q {q}, {confirmations} confirmations: {chance}, expected {expected} ± {deviation}"
        );
        // The watch sees a merchant's node confirm two blocks for one height.
        let Safety::Broken(violation) = run.verdict().safety else {
            panic!("no double spend was seen");
        };
        let [first, second] = violation.decisions;
        assert_eq!((first.node, second.node), (1, 1));
    }
    // The Poisson form is another number: with six confirmations and ten in a hundred, 2.4 times smaller.
    assert!(double_spend_exact(0.1, 6) > 2.0 * double_spend_poisson(0.1, 6));
}

/// Microseconds from a block found to each other node that prefers it: the median.
fn propagation(settings: &Settings) -> u64 {
    let mut settings = settings.clone();
    settings.record = 200_000;
    settings.config.decisions = 60;
    let run = finish(&settings);
    let mut begun = BTreeMap::new();
    let mut spans = Vec::new();
    for mark in &run.recording().unwrap().marks {
        match mark.what {
            What::Proposed { block, .. } => _ = begun.insert(block, (mark.at, mark.node)),
            What::Head { block, .. } if begun[&block].1 != mark.node => {
                spans.push(mark.at.since(begun[&block].0).0);
            }
            _ => {}
        }
    }
    spans.sort_unstable();
    spans[spans.len() / 2]
}

#[test]
fn stale_rates_are_those_of_gervais_and_others() {
    // Gervais et al., CCS 2016, Bitcoin-Simulator's table for the standard relay: interval in milliseconds,
    // median propagation in milliseconds, stale blocks in a hundred thousand.
    let table = [
        (600_000, 14_700, 1_510, 3_000),
        (60_000, 2_080, 2_150, 4_000),
        (20_000, 1_210, 3_200, 3_000),
        (10_000, 1_000, 4_770, 3_000),
        (5_000, 890, 8_640, 2_000),
        (2_000, 840, 16_650, 1_500),
        (1_000, 820, 26_740, 1_500),
        (500, 820, 38_150, 1_500),
    ];
    let mut last = 0.0;
    for (interval, median, stale_per_100_000, blocks) in table {
        // Sixteen pools, announcements, and two numbers fitted: a delay, three quarters of what the median of
        // six thousand nodes would need, since pools stand nearer to each other than most nodes do, and
        // an uplink for blocks of 890 bytes for every second of the interval (534 kB in ten minutes).
        let mut settings = settings(16, interval, 210, blocks);
        settings.config.knobs[INVENTORY] = 1;
        settings.config.knobs[LARGE_AND_SMALL] = 1;
        settings.payload_bytes = (interval * 890 / 1_000) as u32;
        settings.network.uplink_kbps = vec![1_900; 16];
        let found_median = propagation(&settings) as f64 / 1e3;
        let ratio = found_median / median as f64;
        assert!(
            (0.65..1.25).contains(&ratio),
            "{interval}: {found_median} ms"
        );
        let run = finish(&settings);
        let all = found(&run, 16);
        let stale = 1.0 - run.protocol(0).height() as f64 / all as f64;
        let ratio = stale * 1e5 / f64::from(stale_per_100_000);
        assert!((1.0 / 1.5..1.5).contains(&ratio), "{interval}: {stale}");
        assert!(stale > last, "{interval}: {stale} after {last}");
        last = stale;
    }
}

#[test]
fn a_partition_forks_confirmed_blocks_if_it_lasts_and_heals_to_one_chain() {
    for (lasts_ms, is_safe) in [(15_000, true), (600_000, false)] {
        let mut settings = settings(6, 10_000, 100, 120);
        let groups = vec![vec![0, 1, 2]];
        settings.acts = vec![
            act(100_000, ActKind::Partition { groups }),
            act(100_000 + lasts_ms, ActKind::Heal),
        ];
        let run = finish(&settings);
        assert_eq!(run.verdict().is_safe(), is_safe);
        assert!(run.verdict().is_done());
        // Every miner has confirmed the same chain.
        for node in 1..6 {
            assert_eq!(run.protocol(node).rewards(), run.protocol(0).rewards());
        }
        let deepest = run.watch().reverts().last_key_value().unwrap();
        assert_eq!(*deepest.0 >= 6, !is_safe);
    }
}

#[test]
fn whoever_was_down_and_whoever_starts_late_gets_the_chain() {
    for peers in [0, 3] {
        let mut settings = settings(8, 2_000, 50, 300);
        settings.config.knobs[PEERS] = peers;
        let forgets = peers == 0;
        settings.acts = vec![
            act(1_000, ActKind::Crash { node: 5 }),
            act(
                400_000,
                ActKind::Recover {
                    node: 5,
                    forgets: false,
                },
            ),
            act(450_000, ActKind::Recover { node: 6, forgets }),
        ];
        let run = finish(&settings);
        assert!(run.verdict().is_done(), "{}", run.verdict());
        assert_eq!(run.watch().decided(5), 300);
        // It fetched, in few messages, some two hundred blocks.
        assert!(run.tally().sent[3] > 0 && run.tally().sent[4] > 0);
        assert!(run.protocol(6).height() >= 300);
    }
}

#[test]
fn a_node_forgets_old_rivals_and_keeps_the_chain() {
    let run = finish(&settings(3, 1_000, 300, 6_000));
    assert!(run.verdict().is_done());
    assert!(run.protocol(0).tree.count() < 6_000);
    assert_eq!(run.protocol(0).rewards().iter().sum::<u64>(), 6_000);
}

#[test]
fn chains_grow_and_agree_under_hundreds_of_scripts() {
    for seed in 0..150 {
        for harm in [Harm::Late, Harm::Lost] {
            let mut settings = trial::settings(&DESCRIPTOR, seed, harm);
            // Work cannot be copied: a copy would be hash power from nowhere. Others may lie as they like.
            settings
                .acts
                .retain(|act| !matches!(act.kind, ActKind::Copy { .. }));
            settings.config.knobs[INTERVAL] = 1_000;
            settings.config.knobs[CONFIRMATIONS] = 12;
            settings.config.decisions = 60;
            // Few liars cut a network of few links in two, which is an eclipse; not one of many links.
            if settings.config.knobs[PEERS] > 0 {
                settings.config.knobs[PEERS] = 6;
            }
            let run = finish(&settings);
            assert!(run.verdict().is_done(), "seed {seed}: {}", run.verdict());
            // A minute after all faults have ended, honest nodes share all but the last few blocks.
            let nodes = settings.config.quorum.nodes;
            let honest: Vec<u32> = (0..nodes)
                .filter(|node| run.watch().is_honest(*node))
                .collect();
            for node in &honest {
                let (a, b) = (run.protocol(honest[0]), run.protocol(*node));
                let height = a.height().min(b.height()).saturating_sub(12);
                let block = a.tree.ancestor(a.head, height);
                assert_eq!(block, b.tree.ancestor(b.head, height), "seed {seed}");
                assert_eq!(b.rewards().iter().sum::<u64>(), 60);
            }
        }
    }
}

#[test]
fn the_seed_fixes_a_run_and_a_fork_of_it_goes_on_the_same() {
    let mut settings = settings(5, 1_000, 100, 50);
    let digest = finish(&settings).report().digest;
    let mut run = Run::<Nakamoto>::new(&settings);
    run.advance(Micros::from_millis(20_000));
    let mut fork = run.fork();
    fork.finish();
    assert_eq!(fork.report().digest, digest);
    settings.seed = 1;
    assert_ne!(finish(&settings).report().digest, digest);
}

#[test]
fn silent_nodes_on_a_ring_cut_it_in_two() {
    // One peer each is a ring: two who pass nothing on let either side go its own way.
    let mut settings = settings(10, 1_000, 10, 60);
    settings.config.knobs[PEERS] = 1;
    let order = Behaviour::Silent as u8;
    settings.acts = [2, 7]
        .map(|node| act(0, ActKind::Order { node, order }))
        .to_vec();
    assert!(!finish(&settings).verdict().is_safe());
    settings.config.knobs[PEERS] = 4;
    assert!(finish(&settings).verdict().is_safe());
}
