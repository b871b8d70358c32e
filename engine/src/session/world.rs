//! Runs of the whole: a scenario's transactions through an agreement protocol into execution.

use crate::executor::crew::stepped::StepSettings;
use crate::primitives::{Address, Seed};
use crate::scenario::consensus::{ConsensusScenario, build as build_consensus};
use crate::scenario::{self, Problem, Scenario, World};
use crate::vm::Fault;
use crate::world::{self, Ground, WorldReport};
use serde::{Deserialize, Serialize};

/// What joins the two documents.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorldSettings {
    /// Transactions that arrive in a second, 1 to 10,000,000.
    pub rate_per_second: u32,
    /// Most transactions of a block, 1 to 100,000.
    pub block_transactions: u32,
    /// How large a transaction is on the wire, up to 65,536 bytes.
    pub transaction_bytes: u32,
    /// Whether agreement on a block begins before the last one is executed.
    pub is_pipelined: bool,
    /// Nanoseconds that a virtual tick of execution takes, up to 1,000,000; a tick is about a nanosecond of
    /// this engine's native work, other machines' contracts take hundreds.
    pub nanoseconds_per_tick: u32,
    /// The account whose transactions nodes leave out that censor; must be one of the workload's.
    pub censored_account: u32,
}

impl Default for WorldSettings {
    fn default() -> Self {
        Self {
            rate_per_second: 5_000,
            block_transactions: 1_000,
            transaction_bytes: 200,
            is_pipelined: true,
            nanoseconds_per_tick: 100,
            censored_account: 0,
        }
    }
}

/// Why the whole was not run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WorldError {
    /// A document or the settings have problems.
    #[error("{0:?}")]
    Problems(Vec<Problem>),
    /// Our own bug, or a bound of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl WorldSettings {
    /// All problems.
    pub fn check(&self) -> Vec<Problem> {
        let fields = [
            ("rate_per_second", self.rate_per_second, 1, 10_000_000),
            ("block_transactions", self.block_transactions, 1, 100_000),
            ("transaction_bytes", self.transaction_bytes, 0, 65_536),
            (
                "nanoseconds_per_tick",
                self.nanoseconds_per_tick,
                0,
                1_000_000,
            ),
        ];
        let bad = fields
            .into_iter()
            .filter(|(_, value, low, high)| value < low || value > high);
        bad.map(|(path, value, low, high)| Problem {
            path: format!("world.{path}"),
            message: format!("{value} is out of range"),
            hint: format!("choose {low} to {high}"),
        })
        .collect()
    }
}

/// Runs the whole: the workload of one document, the agreement of the other. Execution is by the stepped
/// Block-STM crew on the lanes of the first.
///
/// # Errors
/// All problems of both documents and of the settings, or a fault.
pub fn run_world(
    workload: &Scenario,
    agreement: &ConsensusScenario,
    settings: &WorldSettings,
) -> Result<WorldReport, WorldError> {
    let mut problems = scenario::check(workload);
    problems.extend(settings.check());
    let accounts = workload.workload.accounts;
    if settings.censored_account >= accounts {
        problems.push(Problem {
            path: "world.censored_account".to_owned(),
            message: format!("no account {}", settings.censored_account),
            hint: format!("accounts are 0 to {}", accounts.saturating_sub(1)),
        });
    }
    let built = build_consensus(agreement).map_err(|of_agreement| {
        problems.extend(of_agreement);
        WorldError::Problems(problems.clone())
    });
    let (entry, consensus) = built?;
    if !problems.is_empty() {
        return Err(WorldError::Problems(problems));
    }
    let World {
        vm,
        genesis,
        mut generator,
    } = scenario::build(workload);
    let execution = &workload.execution;
    let first = generator.clone();
    let timestamp = |block| first.seconds(block);
    let mut source = |chunk| generator.block(chunk).transactions;
    let ground = Ground {
        vm,
        genesis,
        source: &mut source,
        timestamp: &timestamp,
        step: StepSettings {
            lanes: execution.lanes,
            validate_read_ticks: execution.validate_read_ticks,
            dispatch_ticks: execution.dispatch_ticks,
            seed: Seed::new(workload.seed).fork("interleaving"),
            is_recorded: false,
        },
        nanoseconds_per_tick: settings.nanoseconds_per_tick,
    };
    let whole = world::Settings {
        rate_per_second: settings.rate_per_second,
        block_transactions: settings.block_transactions,
        transaction_bytes: settings.transaction_bytes,
        is_pipelined: settings.is_pipelined,
        nodes: agreement.nodes,
        quorum: consensus.config.quorum.size,
        decisions: agreement.decisions,
        uplink_kbps: consensus.network.uplink_kbps.clone(),
        seed: Seed::new(agreement.seed).fork("world"),
        censored: Address::account(settings.censored_account),
    };
    Ok(world::run((entry.open)(&consensus), ground, &whole)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::consensus::{Adversary, ConsensusScenario};
    use crate::world::Bottleneck;

    fn workload() -> Scenario {
        let mut scenario = Scenario::default();
        scenario.workload.accounts = 500;
        scenario.workload.transactions = 200;
        scenario
    }

    fn agreement(decisions: u64) -> ConsensusScenario {
        ConsensusScenario {
            decisions,
            ..ConsensusScenario::default()
        }
    }

    fn run(agreement: &ConsensusScenario, settings: &WorldSettings) -> WorldReport {
        run_world(&workload(), agreement, settings).unwrap()
    }

    #[test]
    fn what_arrives_gets_through_and_every_replica_has_the_same_root() {
        let settings = WorldSettings {
            rate_per_second: 500,
            ..WorldSettings::default()
        };
        let report = run(&agreement(10), &settings);
        assert_eq!((report.blocks, report.bottleneck), (10, Bottleneck::Load));
        assert_eq!((report.roots_checked, report.roots_differing), (40, 0));
        assert!(report.transactions > 1_000, "{}", report.transactions);
        // Nobody waits longer than for one block before its own.
        assert!(report.latency_us.p99 < 700_000, "{:?}", report.latency_us);
        assert_eq!(run(&agreement(10), &settings), report);
    }

    #[test]
    fn the_bottleneck_is_the_stage_that_is_made_slow() {
        let flood = WorldSettings {
            rate_per_second: 50_000,
            block_transactions: 200,
            ..WorldSettings::default()
        };
        assert_eq!(run(&agreement(8), &flood).bottleneck, Bottleneck::Ordering);
        let mut narrow = agreement(8);
        // 40 kB to three others at 1 Mbit/s take 0.96 s.
        narrow.network.uplink_kbps = 1_000;
        let report = run(&narrow, &flood);
        assert_eq!(report.bottleneck, Bottleneck::Bandwidth);
        // Seven full blocks, and the first, which takes what has arrived.
        assert!((840_000..960_000).contains(&report.stages.bandwidth));
        let slow = WorldSettings {
            nanoseconds_per_tick: 20_000,
            ..flood.clone()
        };
        assert_eq!(run(&agreement(8), &slow).bottleneck, Bottleneck::Execution);
    }

    #[test]
    fn pipelining_hides_execution_behind_agreement() {
        let pipelined = WorldSettings {
            rate_per_second: 50_000,
            block_transactions: 200,
            nanoseconds_per_tick: 2_000,
            ..WorldSettings::default()
        };
        let sequential = WorldSettings {
            is_pipelined: false,
            ..pipelined.clone()
        };
        let (quick, slow) = (
            run(&agreement(12), &pipelined),
            run(&agreement(12), &sequential),
        );
        assert_eq!(quick.state_root, slow.state_root);
        assert!(quick.stages.execution > 40_000, "{:?}", quick.stages);
        assert!(
            quick.per_second > slow.per_second,
            "{} {}",
            quick.per_second,
            slow.per_second
        );
    }

    #[test]
    fn a_fork_shows_in_roots_and_a_view_change_loses_no_transaction() {
        let forked = ConsensusScenario {
            byzantine: 2,
            ..agreement(3)
        };
        let small = WorldSettings {
            block_transactions: 50,
            ..WorldSettings::default()
        };
        let report = run(&forked, &small);
        assert!(
            !report.consensus.verdict.is_safe(),
            "{}",
            report.consensus.verdict
        );
        assert!(report.roots_differing > 0, "{}", report.roots_checked);
        let silent = ConsensusScenario {
            byzantine: 1,
            adversary: Adversary::SilentLeader,
            ..agreement(4)
        };
        let report = run(&silent, &WorldSettings::default());
        assert!(report.consensus.verdict.is_done() && report.roots_differing == 0);
        assert_eq!(report.blocks, 4);
    }

    /// Ten accounts, one of which is censored by node 0.
    fn censored(protocol: &str) -> WorldReport {
        let agreement = ConsensusScenario {
            protocol: protocol.to_owned(),
            byzantine: 1,
            adversary: Adversary::Censor,
            ..agreement(12)
        };
        let mut workload = workload();
        workload.workload.accounts = 10;
        let settings = WorldSettings {
            rate_per_second: 200,
            censored_account: 3,
            ..WorldSettings::default()
        };
        run_world(&workload, &agreement, &settings).unwrap()
    }

    #[test]
    fn a_leader_that_stays_censors_for_ever_and_one_that_does_not_delays() {
        let stays = censored("pbft");
        let found = stays.censored.unwrap();
        // Node 0 leads all twelve blocks; the first is proposed before the account has sent anything.
        assert_eq!(stays.blocks, 12);
        assert!(found.left_out >= 11 && found.transactions == 0, "{found:?}");
        // A tenth of some 200 a second in four seconds, and the oldest has waited nearly all of them.
        assert!((40..120).contains(&found.waiting), "{found:?}");
        assert!(found.longest_us > 3_000_000, "{found:?}");
        let turns = censored("tendermint");
        let found = turns.censored.unwrap();
        assert!(found.left_out > 0 && found.left_out <= 4, "{found:?}");
        assert!(found.transactions > 40, "{found:?}");
        // It waits for the next leader at most: for one block more than the others.
        let block = turns.elapsed.0 / turns.blocks;
        assert!(
            found.latency_us.p99 <= turns.latency_us.p99 + block,
            "{found:?} {:?}",
            turns.latency_us
        );
        assert!(found.latency_us.mean > turns.latency_us.mean, "{found:?}");
        // Nobody lies: nobody is left out.
        let none = run(&agreement(3), &WorldSettings::default());
        assert_eq!(none.censored, None);
    }

    #[test]
    fn a_censor_with_one_other_account_waits_for_it_and_a_victim_must_exist() {
        let mut workload = workload();
        workload.workload.accounts = 2;
        let agreement = ConsensusScenario {
            byzantine: 1,
            adversary: Adversary::Censor,
            ..agreement(3)
        };
        match run_world(&workload, &agreement, &WorldSettings::default()) {
            Ok(report) => {
                let censored = report.censored.unwrap();
                assert_eq!((report.blocks, censored.transactions), (3, 0));
                assert!(report.transactions > 0 && censored.waiting > 0);
            }
            Err(error) => panic!("{error}"),
        }
        let settings = WorldSettings {
            censored_account: 2,
            ..WorldSettings::default()
        };
        let refused = run_world(&workload, &agreement, &settings).unwrap_err();
        let WorldError::Problems(problems) = refused else {
            panic!("a fault");
        };
        assert_eq!(problems[0].path, "world.censored_account");
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let bad = WorldSettings {
            rate_per_second: 0,
            ..WorldSettings::default()
        };
        let mut nobody = agreement(1);
        nobody.nodes = 0;
        let WorldError::Problems(problems) = run_world(&workload(), &nobody, &bad).unwrap_err()
        else {
            panic!("a fault");
        };
        let paths: Vec<_> = problems
            .iter()
            .map(|problem| problem.path.as_str())
            .collect();
        assert_eq!(paths, ["world.rate_per_second", "nodes"]);
    }
}
