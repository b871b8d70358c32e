//! The documents that we ship.

use super::format::{ActDocument, Adversary, ConsensusScenario, Deed, NetworkPart, PayloadPart};
use crate::scenario::shipped::{Named, Shipped};

/// A document that we ship.
pub type Preset = Shipped<ConsensusScenario>;

impl Named for ConsensusScenario {
    fn with_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

/// All presets, the first one first seen.
pub const fn all() -> &'static [Preset] {
    &PRESETS
}

/// The preset of this name.
pub fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// Acts by time, in milliseconds.
fn acts<const N: usize>(list: [(u64, Deed); N]) -> Vec<ActDocument> {
    let act = |(at_ms, deed)| ActDocument {
        at_us: at_ms * 1_000,
        deed,
    };
    list.into_iter().map(act).collect()
}

/// A little jitter, so that arrivals do not all fall on one moment.
fn lively() -> NetworkPart {
    NetworkPart {
        jitter_ppm: 120_000,
        ..NetworkPart::default()
    }
}

/// Validators who have left sign another history, and a node comes back that does not know of their leaving.
fn long_range(is_told: bool) -> ConsensusScenario {
    let liars = 7;
    let back = Deed::Recover {
        node: 9,
        forgets: false,
    };
    let alone = Deed::Partition {
        groups: vec![(0..liars).chain([9]).collect()],
    };
    let mut acts = acts([
        (50, Deed::Crash { node: 9 }),
        (120_000, alone),
        (120_000, back),
        (180_000, Deed::Heal),
    ]);
    if is_told {
        let told = ActDocument {
            at_us: 120_000_000,
            deed: Deed::Trust { node: 9 },
        };
        acts.insert(3, told);
    }
    ConsensusScenario {
        protocol: "gasper".to_owned(),
        nodes: 10,
        byzantine: liars,
        adversary: Adversary::LongRange,
        decisions: 200,
        knobs: [("slots_per_epoch".to_owned(), 4)].into(),
        horizon_ms: 300_000,
        acts,
        ..ConsensusScenario::default()
    }
}

/// Abraham et al.'s counter-example to Zyzzyva's view change as published (arXiv 1712.01367), with two
/// machines of one identity as the liar.
fn zyzzyva(flaw: Option<&str>) -> ConsensusScenario {
    let lost = |kind: &str, from, to, count| Deed::Drop {
        kind: kind.to_owned(),
        from: Some(from),
        to,
        count,
    };
    let apart = |groups: &[&[u32]]| Deed::Partition {
        groups: groups.iter().map(|group| group.to_vec()).collect(),
    };
    let twice = Deed::Lie {
        node: 0,
        how: Adversary::TwoWorlds,
    };
    ConsensusScenario {
        protocol: "zyzzyva".to_owned(),
        decisions: 2,
        timeout_ms: 1_000,
        flaw: flaw.map(str::to_owned),
        acts: acts([
            (0, twice),
            // One half of the liar orders what node 2's client wants, the other half what node 3's does.
            (0, apart(&[&[0, 1, 2], &[3, 4]])),
            // Node 2 alone gets the commit certificate that its client makes of three answers.
            (0, lost("commit", 2, Some(0), 1)),
            (0, lost("commit", 2, Some(1), 1)),
            // The next view begins from the reports of nodes 1, 3 and the other half of the liar,
            (600, apart(&[&[1, 3, 4], &[2]])),
            // and all answer in it: node 3's client is content.
            (850, apart(&[&[1, 2, 3, 4]])),
            // Its primary orders nothing else that arrives: the view after next.
            (850, lost("order_req", 1, None, 12)),
        ]),
        horizon_ms: 60_000,
        ..ConsensusScenario::default()
    }
}

/// The name of the first one.
pub const FIRST: &str = "fault-free";

const PRESETS: [Preset; 15] = [
    Preset {
        name: FIRST,
        description: "Four nodes agree on three blocks while nothing goes wrong: this is what a decision costs.",
        make: || ConsensusScenario {
            decisions: 3,
            network: lively(),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "slow-leader",
        description: "The first leader falls so far behind that the others give up on it and agree under the next one.",
        make: || ConsensusScenario {
            nodes: 7,
            decisions: 3,
            timeout_ms: 1_000,
            network: lively(),
            acts: acts([(
                0,
                Deed::Slow {
                    node: 0,
                    delay_us: 3_000_000,
                },
            )]),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "partition-heals",
        description: "The network falls into two and three: neither side has a quorum, nothing is decided, and once it heals everybody catches up.",
        make: || ConsensusScenario {
            nodes: 5,
            decisions: 4,
            timeout_ms: 1_000,
            network: lively(),
            acts: acts([
                (
                    350,
                    Deed::Partition {
                        groups: vec![vec![0, 1], vec![2, 3, 4]],
                    },
                ),
                (4_000, Deed::Heal),
            ]),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "liar-held",
        description: "The leader is one liar among four: it proposes two blocks, neither finds a quorum, and a view change saves the day.",
        make: || ConsensusScenario {
            byzantine: 1,
            adversary: Adversary::Equivocate,
            timeout_ms: 1_000,
            network: lively(),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "liars-fork",
        description: "Two liars among four, more than any quorum forgives: each is two machines with one identity, and honest nodes decide different blocks.",
        make: || ConsensusScenario {
            byzantine: 2,
            network: lively(),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "wrong-quorum",
        description: "Six nodes, and 2f+1 = 3 taken for a quorum: a plain partition forks them, and nobody lies.",
        make: || ConsensusScenario {
            nodes: 6,
            quorum: Some(3),
            timeout_ms: 1_000,
            network: lively(),
            acts: acts([(
                0,
                Deed::Partition {
                    groups: vec![vec![0, 1, 2], vec![3, 4, 5]],
                },
            )]),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "censor-stays",
        description: "The leader leaves one client out. It proposes in time, so nobody gives up on it: with a leader that stays, the client waits for ever.",
        make: || ConsensusScenario {
            byzantine: 1,
            adversary: Adversary::Censor,
            decisions: 12,
            network: lively(),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "censor-in-turn",
        description: "The same leader where leaders take turns: the client waits for the next one.",
        make: || ConsensusScenario {
            protocol: "tendermint".to_owned(),
            byzantine: 1,
            adversary: Adversary::Censor,
            decisions: 12,
            network: lively(),
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "long-range",
        description: "Seven of ten validators leave, and sign another history with their old keys. Those who were there refuse it; the one who comes back after two minutes and hears of it first believes it.",
        make: || long_range(false),
    },
    Preset {
        name: "long-range-checkpoint",
        description: "The same, but the one who comes back is told a recent checkpoint by somebody it trusts: it refuses the other history too.",
        make: || long_range(true),
    },
    Preset {
        name: "zyzzyva-published",
        description: "One liar among four, which is allowed: by the view change that Zyzzyva was published with, an old certificate undoes what a client had from all four.",
        make: || zyzzyva(Some("view_change_by_sequence_first")),
    },
    Preset {
        name: "zyzzyva-repaired",
        description: "The same liar, the same faults: where the newest view comes first, the other client's request is ordered second.",
        make: || zyzzyva(None),
    },
    Preset {
        name: "big-blocks",
        description: "Blocks of a megabyte behind uplinks of 100 megabits a second: the leader sends them out one copy after the other, and that is what everybody waits for.",
        make: || ConsensusScenario {
            nodes: 10,
            decisions: 3,
            timeout_ms: 10_000,
            payload: PayloadPart {
                bytes: 1_000_000,
                transactions: 5_000,
            },
            network: NetworkPart {
                delay_us: 50_000,
                uplink_kbps: 100_000,
                ..lively()
            },
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "ten-regions",
        description: "Twenty nodes over ten cloud regions: a quorum is as far away as its slowest member that is still needed.",
        make: || ConsensusScenario {
            nodes: 20,
            decisions: 3,
            network: NetworkPart {
                regions: Some("cloud".to_owned()),
                jitter_ppm: 22_000,
                ..NetworkPart::default()
            },
            ..ConsensusScenario::default()
        },
    },
    Preset {
        name: "a-hundred",
        description: "A hundred nodes that all talk to all: some twenty thousand messages for one block.",
        make: || ConsensusScenario {
            nodes: 100,
            network: lively(),
            ..ConsensusScenario::default()
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::{Safety, trial};
    use crate::scenario::consensus::{build, check};

    #[test]
    fn every_preset_is_sound_and_shows_what_it_says() {
        for preset in all() {
            let scenario = preset.scenario();
            assert_eq!(check(&scenario), [], "{}", preset.name);
            let (entry, settings) = build(&scenario).unwrap();
            let report = trial::run(entry, &settings);
            let is_fork = [
                "liars-fork",
                "wrong-quorum",
                "long-range",
                "zyzzyva-published",
            ]
            .contains(&preset.name);
            let verdict = &report.verdict;
            assert_eq!(verdict.is_safe(), !is_fork, "{}: {verdict}", preset.name);
            // Who is misled has a chain to decide as well.
            assert!(verdict.is_done(), "{}: {verdict}", preset.name);
            assert_eq!(report.decisions, scenario.decisions, "{}", preset.name);
            let is_long_range = verdict.to_string().contains("long-range");
            let expected = preset.name == "long-range";
            assert_eq!(is_long_range, expected, "{}: {verdict}", preset.name);
            let held = verdict.inclusion.as_ref().map(|found| found.is_held_back());
            let expected = match preset.name {
                "censor-stays" => Some(true),
                "censor-in-turn" => Some(false),
                _ => None,
            };
            assert_eq!(held, expected, "{}: {verdict}", preset.name);
            let changes = report
                .messages
                .iter()
                .any(|(kind, count)| kind == "view_change" && *count > 0);
            let has_change = [
                "slow-leader",
                "liar-held",
                "wrong-quorum",
                "partition-heals",
            ];
            assert!(
                changes || !has_change.contains(&preset.name),
                "{}: nobody gave up a view",
                preset.name
            );
        }
    }

    #[test]
    fn the_published_view_change_undoes_what_all_four_had_signed() {
        let scenario = named("zyzzyva-published").unwrap().scenario();
        let (entry, settings) = build(&scenario).unwrap();
        let Safety::Broken(fork) = trial::run(entry, &settings).verdict.safety else {
            panic!("no fork");
        };
        let of = |at: usize| (fork.decisions[at].node, fork.decisions[at].view);
        assert_eq!((fork.height, of(0), of(1)), (1, (3, 1), (2, 2)));
        assert_eq!(fork.decisions[0].signers, [0, 1, 2, 3]);
    }

    #[test]
    fn names_are_found_and_differ() {
        for preset in all() {
            assert_eq!(
                named(preset.name).map(|found| found.description),
                Some(preset.description)
            );
        }
        assert!(named("none").is_none());
    }
}
