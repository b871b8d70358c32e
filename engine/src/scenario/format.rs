//! The document.

use crate::executor::laboratory::{Descriptor, Discipline, descriptor};
use serde::{Deserialize, Serialize};

/// The version of the document that this program writes.
pub const SCENARIO_VERSION: u32 = 1;

/// A scenario: everything that fixes a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Always [`SCENARIO_VERSION`].
    pub version: u32,
    /// What people call it; at most 48 bytes, on one line.
    #[serde(default)]
    pub name: String,
    /// The root of all randomness.
    #[serde(default)]
    pub seed: u64,
    /// How many blocks a run executes, 1 to 1,000.
    #[serde(default = "one")]
    pub blocks: u32,
    /// What is in the blocks.
    #[serde(default)]
    pub workload: Workload,
    /// How the replay executes them.
    #[serde(default)]
    pub execution: Execution,
}

/// What is in the blocks: generated from the seed, real traffic, or what was recorded in another lab.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workload {
    /// Transactions in a block, 1 to 100,000.
    pub transactions: u32,
    /// Accounts that send and receive, 2 to 1,000,000.
    pub accounts: u32,
    /// Zipf exponent of how unevenly accounts and pools are used, in thousandths: 0 is even
    /// (accounts take turns), 3,000 the most.
    pub skew_permille: u32,
    /// Share of the choices of an account that fall on a hot one, in thousandths: 0 to 1,000. In the
    /// place of the skew, which then goes for pools only; 0 is off.
    pub hot_permille: u32,
    /// Share of the accounts that are hot, in thousandths: 1 to 1,000.
    pub hot_accounts_permille: u32,
    /// Every transaction is sent by whoever sent the one so many places before it, and so depends on it:
    /// 0 to 1,000, at most half as many as there are accounts. 0 is off.
    pub dependency_distance: u32,
    /// Constant-product pools, 1 to 1,024.
    pub pools: u32,
    /// Shares of the kinds of transactions; only their proportions matter.
    pub mix: Mix,
    /// Rounds of synthetic work in every transaction, about a nanosecond each, 0 to 1,000,000.
    pub work_rounds: u32,
    /// How claims of the token drop count themselves.
    pub drop: DropKind,
    /// Claims that the token drop serves before it refuses, 1 to 1,000,000,000; 0 for no such cap.
    pub drop_cap: u32,
    /// Units that the token drop has to give away, 1 to 1,000,000,000, of which every claim draws 1 to 2,000
    /// as long as they last; 0 for a drop that gives every claim the same. Not together with a cap.
    pub drop_stock: u32,
    /// Distinct slots that `touch` transactions hit, 1 to 1,000,000.
    pub touch_slots: u32,
    /// Number of a real Ethereum block whose senders, recipients and values are played instead of the
    /// generated mix; `null` to generate.
    pub traffic: Option<u64>,
    /// A block of another lab's run that is executed instead, as [`crate::contracts::recorded::Recorded`]
    /// packs it, in base64url; empty for none.
    pub recorded: String,
}

/// Shares of the kinds of transactions.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mix {
    /// Payments of the native coin.
    pub pay: u32,
    /// Transfers of a token.
    pub transfer: u32,
    /// Swaps against a pool.
    pub swap: u32,
    /// Liquidity added to a pool.
    pub add_liquidity: u32,
    /// Liquidity taken out of a pool.
    pub remove_liquidity: u32,
    /// Assets supplied to the lending market.
    pub supply: u32,
    /// Assets borrowed from the lending market.
    pub borrow: u32,
    /// Debts repaid to the lending market.
    pub repay: u32,
    /// Positions liquidated in the lending market.
    pub liquidate: u32,
    /// Claims of the token drop.
    pub claim: u32,
    /// Touches of shared slots: read and replaced.
    pub touch: u32,
}

/// How claims of the token drop count themselves.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropKind {
    /// The counter, or what is left, is read and replaced: every claim conflicts with the one before.
    #[default]
    Ordered,
    /// It is added to: claims commute, and where there is a bound, only one that turns another's answer
    /// conflicts with it.
    Commutative,
}

/// How the replay executes the blocks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Execution {
    /// Which algorithm.
    pub scheduler: Scheduler,
    /// Virtual lanes, 1 to 1,024.
    pub lanes: u32,
    /// Virtual ticks that it takes to check one read.
    pub validate_read_ticks: u32,
    /// Virtual ticks between two tasks of a lane, at most; the seed draws how many.
    pub dispatch_ticks: u32,
}

/// Which algorithm executes a block.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheduler {
    /// One after the other, in block order.
    Serial,
    /// Optimistic, with versions: Block-STM (Gelashvili et al., PPoPP 2023).
    #[default]
    BlockStm,
    /// Block-STM, second generation: writers withdraw the readers of what they change.
    #[serde(rename = "block_stm_2")]
    BlockStm2,
    /// Declared locks with a priority graph (Solana).
    PriorityGraph,
    /// Versions assigned before execution (BOHM, Sui).
    Preassigned,
    /// Batches with deterministic reservations (Aria).
    Reservation,
    /// Bloom-filter frames (FAFO).
    BloomFrames,
    /// Optimistic along dependencies that came with the block (Polygon, grevm).
    DependencyGraph,
    /// Replay along a block-level access list (EIP-7928).
    AccessList,
    /// Strict two-phase locking with wound-wait.
    TwoPhaseLocking,
}

impl Scheduler {
    /// All of them, in the order in which a picker shows them.
    pub const ALL: [Self; 10] = [
        Self::Serial,
        Self::BlockStm,
        Self::BlockStm2,
        Self::PriorityGraph,
        Self::Preassigned,
        Self::Reservation,
        Self::BloomFrames,
        Self::DependencyGraph,
        Self::AccessList,
        Self::TwoPhaseLocking,
    ];

    /// Its name in documents and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::BlockStm => "block_stm",
            Self::BlockStm2 => "block_stm_2",
            _ => match self.discipline() {
                Some(discipline) => discipline.name(),
                None => "",
            },
        }
    }

    /// The scheduler with this name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|scheduler| scheduler.name() == name)
    }

    /// Which of the laboratory's disciplines it is, if it is one.
    pub const fn discipline(self) -> Option<Discipline> {
        match self {
            Self::Serial | Self::BlockStm | Self::BlockStm2 => None,
            Self::PriorityGraph => Some(Discipline::PriorityGraph),
            Self::Preassigned => Some(Discipline::Preassigned),
            Self::Reservation => Some(Discipline::Reservation),
            Self::BloomFrames => Some(Discipline::BloomFrames),
            Self::DependencyGraph => Some(Discipline::DependencyGraph),
            Self::AccessList => Some(Discipline::AccessList),
            Self::TwoPhaseLocking => Some(Discipline::TwoPhaseLocking),
        }
    }

    /// What it promises.
    pub fn descriptor(self) -> Option<&'static Descriptor> {
        descriptor::named(self.name())
    }
}

const fn one() -> u32 {
    1
}

impl Workload {
    /// Whether its transactions are drawn from the seed.
    pub const fn is_generated(&self) -> bool {
        self.traffic.is_none() && self.recorded.is_empty()
    }
}

impl Default for Workload {
    fn default() -> Self {
        Self {
            transactions: 10_000,
            accounts: 10_000,
            skew_permille: 600,
            hot_permille: 0,
            hot_accounts_permille: 100,
            dependency_distance: 0,
            pools: 64,
            mix: Mix {
                transfer: 50,
                swap: 40,
                supply: 5,
                borrow: 3,
                repay: 2,
                ..Mix::default()
            },
            work_rounds: 0,
            drop: DropKind::Ordered,
            drop_cap: 0,
            drop_stock: 0,
            touch_slots: 1,
            traffic: None,
            recorded: String::new(),
        }
    }
}

impl Default for Execution {
    fn default() -> Self {
        Self {
            scheduler: Scheduler::BlockStm,
            lanes: 8,
            validate_read_ticks: 20,
            dispatch_ticks: 20,
        }
    }
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            version: SCENARIO_VERSION,
            name: "default".to_owned(),
            seed: 1,
            blocks: 1,
            workload: Workload::default(),
            execution: Execution::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedulers_are_named_and_described_alike_everywhere() {
        assert_eq!(Scheduler::ALL.len(), descriptor::DESCRIPTORS.len());
        for (scheduler, entry) in Scheduler::ALL.into_iter().zip(&descriptor::DESCRIPTORS) {
            assert_eq!(scheduler.name(), entry.name);
            assert_eq!(serde_json::json!(scheduler), entry.name.as_ref());
            assert_eq!(Scheduler::named(&entry.name), Some(scheduler));
            assert_eq!(scheduler.descriptor(), Some(entry));
            assert!(entry.line.ends_with('.') && !entry.source.is_empty());
            let text = serde_json::to_string(entry).expect("a descriptor is plain data");
            assert_eq!(
                serde_json::from_str::<Descriptor>(&text).ok().as_ref(),
                Some(entry)
            );
        }
        for discipline in Discipline::ALL {
            let scheduler = Scheduler::named(discipline.name());
            assert_eq!(scheduler.and_then(Scheduler::discipline), Some(discipline));
        }
    }
}
