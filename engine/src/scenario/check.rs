//! Every problem of a document at once, each with its path and the way out.

use super::build::{BORROWERS_MAX, uses_tokens};
use super::catalogue;
use super::format::{SCENARIO_VERSION, Scenario, Workload};
use super::problem::{Problem, Problems};
use super::recorded;
use super::traffic::TRAFFIC_BLOCKS;

/// Most slots of the state before the first block: about half a gigabyte with its commitment.
const GENESIS_SLOTS_MAX: u64 = 3_000_000;

/// Most synthetic work of one block, in rounds of about a nanosecond: ten seconds.
const BLOCK_ROUNDS_MAX: u64 = 10_000_000_000;

/// Longest distance: those who take turns then all have a debt to draw on where the mix borrows.
const DISTANCE_MAX: u64 = BORROWERS_MAX as u64;

/// All problems of a document; a document without any can be built and run.
pub fn check(scenario: &Scenario) -> Vec<Problem> {
    let mut problems = Problems::default();
    problems.version(scenario.version, SCENARIO_VERSION);
    problems.name("name", &scenario.name);
    problems.range("blocks", u64::from(scenario.blocks), 1, 1_000);
    check_workload(scenario, &mut problems);
    let execution = &scenario.execution;
    problems.range("execution.lanes", u64::from(execution.lanes), 1, 1_024);
    problems.range(
        "execution.validate_read_ticks",
        u64::from(execution.validate_read_ticks),
        0,
        1_000_000,
    );
    problems.range(
        "execution.dispatch_ticks",
        u64::from(execution.dispatch_ticks),
        0,
        1_000_000,
    );
    problems.0
}

fn check_workload(scenario: &Scenario, problems: &mut Problems) {
    let workload = &scenario.workload;
    let fields = [
        ("transactions", workload.transactions, 1, 100_000),
        ("accounts", workload.accounts, 2, 1_000_000),
        ("skew_permille", workload.skew_permille, 0, 3_000),
        ("hot_permille", workload.hot_permille, 0, 1_000),
        (
            "hot_accounts_permille",
            workload.hot_accounts_permille,
            1,
            1_000,
        ),
        (
            "dependency_distance",
            workload.dependency_distance,
            0,
            DISTANCE_MAX,
        ),
        ("pools", workload.pools, 1, 1_024),
        ("work_rounds", workload.work_rounds, 0, 1_000_000),
        ("touch_slots", workload.touch_slots, 1, 1_000_000),
        ("drop_cap", workload.drop_cap, 0, 1_000_000_000),
        ("drop_stock", workload.drop_stock, 0, 1_000_000_000),
    ];
    for (field, value, low, high) in fields {
        problems.range(&format!("workload.{field}"), u64::from(value), low, high);
    }
    let shares = workload.mix.shares();
    for (field, (_, share)) in MIX_FIELDS.into_iter().zip(shares) {
        problems.range(
            &format!("workload.mix.{field}"),
            u64::from(share),
            0,
            1_000_000,
        );
    }
    if workload.is_generated() && workload.dependency_distance > 0 {
        check_distance(workload, problems);
    }
    if workload.is_generated() && shares.iter().all(|(_, share)| *share == 0) {
        problems.add(
            "workload.mix",
            "every share is 0, so there is nothing to generate".to_owned(),
            "give at least one kind a share, for example \"transfer\": 1",
        );
    }
    if let Some(number) = workload.traffic
        && !TRAFFIC_BLOCKS.contains(&number)
    {
        problems.add(
            "workload.traffic",
            format!("block {number} does not come with this program"),
            format!("choose one of {TRAFFIC_BLOCKS:?}, or null to generate"),
        );
    }
    if let Err(error) = recorded::read(workload) {
        problems.add(
            "workload.recorded",
            format!("the block {error}"),
            "open it again from the lab that it was recorded in, or leave the field empty to generate",
        );
    }
    if workload.traffic.is_some() && !workload.recorded.is_empty() {
        problems.add(
            "workload.traffic",
            "a block is real or recorded, not both".to_owned(),
            "set traffic to null or recorded to \"\"",
        );
    }
    if workload.drop_cap > 0 && workload.drop_stock > 0 {
        problems.add(
            "workload.drop_stock",
            "a drop with a stock has no cap on its claims".to_owned(),
            "set one of drop_cap and drop_stock to 0",
        );
    }
    let held = if uses_tokens(&workload.mix) {
        catalogue::tokens_for(workload.pools.min(1_024)) as u64
    } else {
        0
    };
    let slots = u64::from(workload.accounts) * (1 + held);
    if workload.is_generated() && slots > GENESIS_SLOTS_MAX && workload.accounts <= 1_000_000 {
        problems.add(
            "workload.accounts",
            format!(
                "{} accounts that hold {held} tokens each are too many",
                workload.accounts
            ),
            format!(
                "choose at most {} accounts, or a mix of pay, claim and touch only",
                GENESIS_SLOTS_MAX / (1 + held)
            ),
        );
    }
    let rounds = u64::from(workload.work_rounds) * u64::from(workload.transactions);
    if rounds > BLOCK_ROUNDS_MAX && workload.work_rounds <= 1_000_000 {
        problems.add(
            "workload.work_rounds",
            format!(
                "a block would take {} seconds of work",
                rounds / 1_000_000_000
            ),
            "choose fewer rounds or fewer transactions, for at most 10 seconds a block",
        );
    }
}

/// What a dependency distance goes with.
fn check_distance(workload: &Workload, problems: &mut Problems) {
    let path = "workload.dependency_distance";
    if workload.hot_permille > 0 {
        problems.add(
            path,
            "hot accounts and a distance both say who sends".to_owned(),
            "set hot_permille or dependency_distance to 0",
        );
    }
    if workload.mix.remove_liquidity > 0 {
        problems.add(
            path,
            "liquidity can only be taken out by those who hold it, so they send at no distance of ours"
                .to_owned(),
            "set mix.remove_liquidity or dependency_distance to 0",
        );
    }
    if workload.dependency_distance.saturating_mul(2) > workload.accounts {
        problems.add(
            path,
            format!(
                "{} senders in turn are more than half of {} accounts",
                workload.dependency_distance, workload.accounts
            ),
            "choose a smaller distance or more accounts",
        );
    }
}

/// The names of the mix's shares, in the order of [`super::format::Mix::shares`].
const MIX_FIELDS: [&str; 11] = [
    "pay",
    "transfer",
    "swap",
    "add_liquidity",
    "remove_liquidity",
    "supply",
    "borrow",
    "repay",
    "liquidate",
    "claim",
    "touch",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::format::Mix;
    use crate::scenario::preset;

    #[test]
    fn presets_have_no_problems_and_names_and_numbers_of_their_own() {
        for (index, preset) in preset::all().iter().enumerate() {
            assert_eq!(check(&preset.scenario()), [], "{}", preset.name);
            assert_eq!(usize::from(preset.id), index);
            assert_eq!(preset::named(preset.name).unwrap().id, preset.id);
            assert!(preset.description.ends_with('.'), "{}", preset.name);
        }
    }

    #[test]
    fn all_problems_come_at_once_each_with_path_and_hint() {
        let mut scenario = preset::all()[0].scenario();
        scenario.version = 9;
        scenario.name = "x".repeat(49);
        scenario.blocks = 0;
        scenario.workload.accounts = 1;
        scenario.workload.skew_permille = 3_001;
        scenario.workload.mix = Mix::default();
        scenario.execution.lanes = 1_025;
        let problems = check(&scenario);
        let paths: Vec<_> = problems.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "version",
                "name",
                "blocks",
                "workload.accounts",
                "workload.skew_permille",
                "workload.mix",
                "execution.lanes"
            ]
        );
        assert!(problems.iter().all(|problem| !problem.hint.is_empty()));
        assert_eq!(
            problems[3].to_string(),
            "workload.accounts: 1 is out of range (choose 2 to 1000000)"
        );
    }

    #[test]
    fn a_distance_goes_with_what_it_can_keep() {
        let mut scenario = preset::all()[0].scenario();
        scenario.workload.dependency_distance = 500;
        assert_eq!(check(&scenario), []);
        scenario.workload.accounts = 999;
        scenario.workload.hot_permille = 300;
        scenario.workload.mix.remove_liquidity = 1;
        let problems = check(&scenario);
        assert_eq!(problems.len(), 3);
        assert!(
            problems
                .iter()
                .all(|problem| problem.path == "workload.dependency_distance")
        );
        scenario.workload.dependency_distance = 0;
        assert_eq!(check(&scenario), []);
        scenario.workload.dependency_distance = 1_001;
        scenario.workload.hot_permille = 1_001;
        scenario.workload.hot_accounts_permille = 0;
        scenario.workload.traffic = Some(TRAFFIC_BLOCKS[0]);
        assert_eq!(check(&scenario).len(), 3);
    }

    #[test]
    fn a_drop_has_a_cap_or_a_stock() {
        let mut scenario = preset::all()[0].scenario();
        (scenario.workload.drop_cap, scenario.workload.drop_stock) = (1, 1);
        let paths: Vec<_> = check(&scenario).into_iter().map(|p| p.path).collect();
        assert_eq!(paths, ["workload.drop_stock"]);
        scenario.workload.drop_cap = 0;
        assert_eq!(check(&scenario), []);
    }

    #[test]
    fn a_state_or_a_block_too_large_for_a_browser_is_refused_before_it_is_built() {
        let mut scenario = preset::all()[0].scenario();
        scenario.workload.accounts = 1_000_000;
        scenario.workload.transactions = 100_000;
        scenario.workload.work_rounds = 1_000_000;
        scenario.workload.traffic = None;
        let paths: Vec<_> = check(&scenario).into_iter().map(|p| p.path).collect();
        assert_eq!(paths, ["workload.accounts", "workload.work_rounds"]);
        scenario.workload.traffic = Some(5);
        assert!(
            check(&scenario)
                .iter()
                .any(|p| p.path == "workload.traffic")
        );
    }
}
