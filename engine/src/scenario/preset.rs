//! The scenarios that we ship.

use super::format::{DropKind, Mix, Scenario, Workload};

/// A scenario that we ship.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its number in links; never given to another.
    pub id: u8,
    /// Its name: `preset:NAME` on the command line.
    pub name: &'static str,
    /// One sentence on what it shows.
    pub description: &'static str,
    workload: fn() -> Workload,
}

impl Preset {
    /// The document.
    pub fn scenario(&self) -> Scenario {
        Scenario {
            name: self.name.to_owned(),
            workload: (self.workload)(),
            ..Scenario::default()
        }
    }
}

/// All presets, the default first.
pub const fn all() -> &'static [Preset] {
    &PRESETS
}

/// The preset of this name.
pub fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The preset of this number.
pub fn numbered(id: u8) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

/// A block of the usual size with this mix and nothing else.
fn only(mix: Mix) -> Workload {
    Workload {
        mix,
        ..Workload::default()
    }
}

fn traffic(number: u64) -> Workload {
    Workload {
        traffic: Some(number),
        ..Workload::default()
    }
}

const PRESETS: [Preset; 21] = [
    Preset {
        id: 0,
        name: "default",
        description: "A DeFi day: half transfers, two fifths swaps over 64 pools, a tenth lending, some accounts and pools busier than others.",
        workload: Workload::default,
    },
    Preset {
        id: 1,
        name: "payments",
        description: "Every account pays or is paid at most once: nothing conflicts, so every lane counts.",
        workload: || Workload {
            transactions: 5_000,
            skew_permille: 0,
            pools: 1,
            ..only(Mix {
                pay: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 2,
        name: "one-pool",
        description: "Everybody swaps against one pool: its reserves make the block serial, however many lanes there are.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            ..only(Mix {
                swap: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 3,
        name: "one-key",
        description: "The worst block: every transaction reads and replaces the same slot.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            ..only(Mix {
                touch: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 4,
        name: "token-drop",
        description: "A token drop that counts its claims in one slot: a counter nobody needed makes thousands of strangers wait for one another.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            ..only(Mix {
                claim: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 5,
        name: "token-drop-commutative",
        description: "The same drop repaired: claims add to the counter without reading it, and the conflict is gone.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            drop: DropKind::Commutative,
            ..only(Mix {
                claim: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 6,
        name: "lending-rush",
        description: "A falling market: everybody borrows, repays and liquidates in the same two reserves, whose totals are read by all.",
        workload: || Workload {
            transactions: 2_000,
            pools: 15,
            ..only(Mix {
                supply: 15,
                borrow: 25,
                repay: 40,
                liquidate: 20,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 7,
        name: "whale",
        description: "One account sends or receives more than half of everything: its nonce alone is a chain that no scheduler can cut.",
        workload: || Workload {
            transactions: 2_000,
            skew_permille: 1_500,
            ..only(Mix {
                pay: 40,
                transfer: 60,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 8,
        name: "liquidity",
        description: "Pools at work: swaps with liquidity coming and going, so that the share tokens conflict as well as the reserves.",
        workload: || Workload {
            transactions: 2_000,
            pools: 30,
            ..only(Mix {
                swap: 60,
                add_liquidity: 20,
                remove_liquidity: 20,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 9,
        name: "many-keys",
        description: "Touches over a thousand slots: the birthday problem decides how many conflict.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            touch_slots: 1_000,
            ..only(Mix {
                touch: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 10,
        name: "heavy-work",
        description: "The default mix with 20 microseconds of work in every transaction: the grain at which parallel execution pays.",
        workload: || Workload {
            transactions: 2_000,
            work_rounds: 20_000,
            ..Workload::default()
        },
    },
    Preset {
        id: 11,
        name: "exchange-12244000",
        description: "Ethereum's block 12244000: three quarters are calls, many of the same exchange router and stablecoin.",
        workload: || traffic(12_244_000),
    },
    Preset {
        id: 12,
        name: "deposits-13217637",
        description: "Ethereum's block 13217637: 934 of 1,100 transactions pay into one account, an exchange that gathers its deposits.",
        workload: || traffic(13_217_637),
    },
    Preset {
        id: 13,
        name: "airdrop-13287210",
        description: "Ethereum's block 13287210: 1,408 of 1,414 transactions are sent by one account, an airdrop whose nonces form one chain.",
        workload: || traffic(13_287_210),
    },
    Preset {
        id: 14,
        name: "capped-drop",
        description: "A drop that serves 1,000 of 2,000 claims: to know whether one is left, each reads the counter and replaces it, and all of them form one chain.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            drop_cap: 1_000,
            ..only(Mix {
                claim: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 15,
        name: "capped-drop-bounded",
        description: "The same drop repaired: a claim adds to the counter within the cap and sees only whether it may, so that claims conflict where the cap is reached, and nowhere else.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            drop: DropKind::Commutative,
            drop_cap: 1_000,
            ..only(Mix {
                claim: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 16,
        name: "faucet",
        description: "Everybody draws from one faucet, which is empty half way through the block: its balance, never below zero, is read and replaced by each.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            drop_stock: 1_000_000,
            ..only(Mix {
                claim: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 17,
        name: "faucet-bounded",
        description: "The same faucet repaired: a draw takes from the balance if that covers it and sees nothing else of it, so that draws conflict only where it runs dry.",
        workload: || Workload {
            transactions: 2_000,
            pools: 1,
            skew_permille: 0,
            drop: DropKind::Commutative,
            drop_stock: 1_000_000,
            ..only(Mix {
                claim: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 18,
        name: "four-chains",
        description: "Whoever sent the transaction four places before sends this one: four chains, so four lanes are all that can help.",
        workload: || Workload {
            transactions: 2_000,
            skew_permille: 0,
            pools: 1,
            dependency_distance: 4,
            ..only(Mix {
                pay: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 19,
        name: "hot-tenth",
        description: "A tenth of two hundred accounts gets nine tenths of all payments: few are hot, and everybody meets them.",
        workload: || Workload {
            transactions: 2_000,
            accounts: 200,
            pools: 1,
            hot_permille: 900,
            ..only(Mix {
                pay: 1,
                ..Mix::default()
            })
        },
    },
    Preset {
        id: 20,
        name: "random-pairs",
        description: "Payments of 100 microseconds between random pairs of a thousand accounts: the workload of the Block-STM paper.",
        workload: || Workload {
            transactions: 1_000,
            accounts: 1_000,
            pools: 1,
            // Everybody is as hot as everybody else: no turns, no skew.
            hot_permille: 1_000,
            hot_accounts_permille: 1_000,
            work_rounds: 100_000,
            ..only(Mix {
                pay: 1,
                ..Mix::default()
            })
        },
    },
];
