//! The documents that we ship.

use super::format::{
    ActDocument, BlockPart, Deed, EpochPart, Placement, ShardScenario, TakeoverPart, TrafficPart,
};
use crate::scenario::shipped::{Named, Shipped};
use crate::shard::transfer::Protocol;

/// A document that we ship.
pub type Preset = Shipped<ShardScenario>;

impl Named for ShardScenario {
    fn with_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }
}

/// All presets, the one that is first seen first.
pub const fn all() -> &'static [Preset] {
    &PRESETS
}

/// The preset of this name.
pub fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The name of the first one.
pub const FIRST: &str = "city";

fn traffic() -> TrafficPart {
    ShardScenario::default().traffic
}

fn block() -> BlockPart {
    ShardScenario::default().block
}

fn act(at_ms: u64, deed: Deed) -> ActDocument {
    ActDocument {
        at_us: at_ms * 1_000,
        deed,
    }
}

const PRESETS: [Preset; 12] = [
    Preset {
        name: FIRST,
        description: "Four shards, accounts placed by hash: three payments in four leave their shard, and every one of those takes two blocks.",
        make: ShardScenario::default,
    },
    Preset {
        name: "perfect-sharding",
        description: "Everybody deals within one community, and every community has a shard of its own: four times as fast as one.",
        make: || ShardScenario {
            placement: Placement::Application,
            traffic: TrafficPart {
                communities: 4,
                inside: 1_000,
                per_second: 1_900,
                transactions: 6_000,
                ..traffic()
            },
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "hot-account",
        description: "One account takes part in a third of everything: its shard's queue grows while the others are idle.",
        make: || ShardScenario {
            traffic: TrafficPart {
                skew: 1_300,
                per_second: 900,
                transactions: 4_000,
                weights: [1, 0, 0, 0, 0],
                ..traffic()
            },
            congestion: 200,
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "dex-on-one-shard",
        description: "All pools on one shard: every trade from elsewhere is three steps, and that shard does one of each.",
        make: || ShardScenario {
            traffic: TrafficPart {
                weights: [0, 0, 1, 0, 0],
                pools_on: Some(0),
                per_second: 600,
                ..traffic()
            },
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "broker-rescue",
        description: "Brokers with units on every shard make two payments of one; when one has no more where it is to pay, it pays back.",
        make: || ShardScenario {
            protocol: Protocol::Broker,
            traffic: TrafficPart {
                weights: [1, 0, 0, 0, 0],
                brokers: 3_000,
                ..traffic()
            },
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "vanished-client",
        description: "Clients drive every transaction, and for four seconds they are gone: what they have locked stays locked until they are back.",
        make: || ShardScenario {
            protocol: Protocol::Atomix,
            traffic: TrafficPart {
                weights: [4, 1, 0, 0, 0],
                ..traffic()
            },
            acts: vec![act(
                1_500,
                Deed::Vanish {
                    for_ms: Some(4_000),
                },
            )],
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "dead-coordinator",
        description: "A committee of reference leads every transaction between shards; it halts for two seconds, and all locks with it.",
        make: || ShardScenario {
            protocol: Protocol::Reference,
            acts: vec![act(
                1_500,
                Deed::Halt {
                    for_ms: Some(2_000),
                },
            )],
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "parted-shards",
        description: "The network parts two shards from the other two: money is on its way for three seconds, and none is lost.",
        make: || ShardScenario {
            acts: vec![act(
                1_000,
                Deed::Partition {
                    groups: vec![vec![0, 1], vec![2, 3]],
                    for_ms: Some(3_000),
                },
            )],
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "reorganisation-after-relay",
        description: "A shard undoes its last blocks after others have paid out what they sent: money is created. Three confirmations prevent it.",
        make: || ShardScenario {
            protocol: Protocol::Relay,
            traffic: TrafficPart {
                weights: [1, 0, 0, 0, 0],
                ..traffic()
            },
            acts: vec![act(2_500, Deed::Reorganise { shard: 0, depth: 3 })],
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "reshard-under-load",
        description: "Accounts pay within communities that are scattered over all shards; at the end of each epoch they move to where their partners are.",
        make: || ShardScenario {
            accounts: 300,
            traffic: TrafficPart {
                communities: 12,
                inside: 950,
                transactions: 6_000,
                weights: [1, 0, 0, 0, 0],
                ..traffic()
            },
            epochs: Some(EpochPart {
                length_ms: 3_000,
                moves: 120,
                penalty: 200,
            }),
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "takeover-of-a-small-committee",
        description: "Sixteen committees of twelve, a quarter of all nodes corrupt: how often some shard falls, by exact odds and by drawing.",
        make: || ShardScenario {
            shards: 16,
            accounts: 1_600,
            traffic: TrafficPart {
                transactions: 1_500,
                ..traffic()
            },
            takeover: TakeoverPart {
                nodes: 400,
                corrupt: 100,
                members: 12,
                threshold: [1, 2],
                epochs: 2_000,
                delay: 1,
            },
            ..ShardScenario::default()
        },
    },
    Preset {
        name: "real-committees",
        description: "Every shard's blocks are agreed on by four replicas that run PBFT for real, message by message.",
        make: || ShardScenario {
            traffic: TrafficPart {
                transactions: 1_000,
                ..traffic()
            },
            block: BlockPart {
                agreement: Some("pbft".to_owned()),
                span_ms: 40,
                ..block()
            },
            ..ShardScenario::default()
        },
    },
];
