//! What changes from point to point.

use super::SweepError;
use crate::scenario::build::uses_pools;
use crate::scenario::{Problem, Scenario, check};
use serde::{Deserialize, Serialize};

/// Most values of one sweep.
pub const VALUES_MAX: usize = 64;

/// Most synthetic work in a block of a sweep that nobody gave the values of, in rounds of about a
/// nanosecond: a second.
const ROUNDS_MAX: u64 = 1_000_000_000;

/// The one thing that changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Virtual lanes, or real threads.
    #[default]
    Lanes,
    /// Accounts that send and receive.
    Accounts,
    /// Zipf exponent of how unevenly accounts and pools are used, in thousandths.
    Skew,
    /// Share of the choices of an account that fall on a hot one, in thousandths.
    Hot,
    /// How many places back the transaction is on which each one depends.
    Distance,
    /// Constant-product pools.
    Pools,
    /// Synthetic work in every transaction, in rounds of about a nanosecond.
    Grain,
    /// Transactions in a block.
    Block,
}

/// Which values a sweep goes through when nobody says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Values {
    /// Those of virtual time.
    Modelled,
    /// Those of a machine with so many threads.
    Measured {
        /// Threads of the pool.
        threads: u32,
    },
}

impl Axis {
    /// All of them, in the order in which a picker shows them.
    pub const ALL: [Self; 8] = [
        Self::Lanes,
        Self::Accounts,
        Self::Skew,
        Self::Hot,
        Self::Distance,
        Self::Pools,
        Self::Grain,
        Self::Block,
    ];

    /// Its name in commands and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lanes => "lanes",
            Self::Accounts => "accounts",
            Self::Skew => "skew",
            Self::Hot => "hot",
            Self::Distance => "distance",
            Self::Pools => "pools",
            Self::Grain => "grain",
            Self::Block => "block",
        }
    }

    /// The axis with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|axis| axis.name() == name)
    }

    /// What its values count, for files.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Lanes => "lanes or threads",
            Self::Accounts => "accounts",
            Self::Skew => "thousandths of a Zipf exponent",
            Self::Hot => "thousandths of all choices",
            Self::Distance => "places",
            Self::Pools => "pools",
            Self::Grain => "rounds of about a nanosecond",
            Self::Block => "transactions",
        }
    }

    /// The values of a sweep when nobody says, ascending: those at which this document can be run, with
    /// blocks of at most about a second of work in order.
    pub fn values(self, base: &Scenario, values: Values) -> Vec<u32> {
        let all = match (self, values) {
            (Self::Lanes, Values::Modelled) => vec![1, 2, 4, 8, 16, 32, 64],
            (Self::Lanes, Values::Measured { threads }) => doublings(threads),
            (Self::Accounts, _) => vec![2, 10, 100, 1_000, 10_000],
            (Self::Skew, _) => vec![0, 300, 600, 900, 1_200, 1_500, 2_000],
            (Self::Hot, _) => vec![100, 300, 500, 700, 900, 1_000],
            (Self::Distance, _) => vec![1, 2, 3, 4, 8, 16, 32, 64],
            (Self::Pools, _) => vec![1, 10, 100, 1_000],
            (Self::Grain, _) => vec![0, 1_000, 10_000, 100_000],
            (Self::Block, _) => vec![100, 1_000, 10_000, 100_000],
        };
        let is_quick = |scenario: &Scenario| {
            let workload = &scenario.workload;
            let rounds = u64::from(workload.work_rounds) * u64::from(workload.transactions);
            !workload.is_generated() || rounds <= ROUNDS_MAX
        };
        all.into_iter()
            .filter(|value| self.at(base, *value).is_ok_and(|there| is_quick(&there)))
            .collect()
    }

    /// The document at this value. Hot accounts, distances and skew each say who sends: where one of them
    /// is the axis, the others give way.
    ///
    /// # Errors
    /// The problems of the document there, or that the axis means nothing to it.
    pub fn at(self, base: &Scenario, value: u32) -> Result<Scenario, SweepError> {
        let mut problems: Vec<Problem> = self.idle(base).into_iter().collect();
        let mut scenario = base.clone();
        let workload = &mut scenario.workload;
        match self {
            Self::Lanes => scenario.execution.lanes = value,
            Self::Accounts => workload.accounts = value,
            Self::Skew => {
                workload.skew_permille = value;
                (workload.hot_permille, workload.dependency_distance) = (0, 0);
            }
            Self::Hot => (workload.hot_permille, workload.dependency_distance) = (value, 0),
            Self::Distance => (workload.dependency_distance, workload.hot_permille) = (value, 0),
            Self::Pools => workload.pools = value,
            Self::Grain => workload.work_rounds = value,
            Self::Block => workload.transactions = value,
        }
        problems.extend(check(&scenario));
        if problems.is_empty() {
            Ok(scenario)
        } else {
            Err(SweepError::Problems(problems))
        }
    }

    /// Why this axis means nothing to this document, if it does not.
    pub fn idle(self, base: &Scenario) -> Option<Problem> {
        let workload = &base.workload;
        let problem = |path: &str, message: &str, hint: &str| Problem {
            path: path.to_owned(),
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        if !workload.is_generated() && !matches!(self, Self::Lanes | Self::Grain) {
            let (path, hint) = if workload.traffic.is_some() {
                (
                    "workload.traffic",
                    "sweep lanes or grain, or set traffic to null",
                )
            } else {
                (
                    "workload.recorded",
                    "sweep lanes or grain, or set recorded to \"\"",
                )
            };
            return Some(problem(
                path,
                "a block that is not generated is as large, and its accounts are as many and as busy, as they are",
                hint,
            ));
        }
        (self == Self::Pools && !uses_pools(&workload.mix)).then(|| {
            problem(
                "workload.mix",
                "nothing in the mix uses a pool",
                "give swap a share",
            )
        })
    }
}

/// 1, 2, 4 and so on below this number, and the number itself.
fn doublings(most: u32) -> Vec<u32> {
    let most = most.max(1);
    let mut values: Vec<u32> = std::iter::successors(Some(1_u32), |value| value.checked_mul(2))
        .take_while(|value| *value < most)
        .collect();
    values.push(most);
    values
}
