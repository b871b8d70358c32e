use super::*;
use crate::primitives::Decimal;
use crate::scenario::strategy::preset;
use crate::session::{Progress, Unwatched};
use std::sync::atomic::{AtomicU32, Ordering};

fn few() -> FanSettings {
    FanSettings {
        first: 5,
        seeds: 40,
        points: 11,
    }
}

fn short(name: &str) -> crate::scenario::strategy::StrategyScenario {
    let mut scenario = preset::named(name).expect(name).scenario();
    scenario.days = 4;
    scenario.shocks.clear();
    scenario
}

fn fan_of(name: &str) -> FanReport {
    fan(&short(name), &few(), &Unwatched)
        .expect("sound")
        .expect("no trouble")
        .expect("not cancelled")
}

#[test]
fn a_fan_is_its_runs_in_the_order_of_seeds() {
    let report = fan_of("dca-calm");
    assert_eq!((report.seeds, report.times_s.len()), (40, 11));
    assert_eq!(report.times_s[10], 4 * 86_400);
    let mut profits = Vec::new();
    for seed in 5..45 {
        let mut scenario = short("dca-calm");
        scenario.seed = seed;
        let mut run = StrategyRun::open(scenario, false).expect("sound");
        assert!(!run.advance(u32::MAX).expect("no trouble"));
        profits.push(run.outcomes()[0].profit);
    }
    profits.sort_unstable();
    let you = &report.people[0];
    assert_eq!(you.profit[3], profits[20], "the median");
    assert_eq!(
        (you.distribution.0, you.distribution.1),
        (profits[0], profits[39])
    );
    assert_eq!(you.distribution.2.iter().sum::<u32>(), 40);
    assert_eq!(you.endings.iter().sum::<u32>(), 40);
    assert_eq!(
        you.gained as usize,
        profits.iter().filter(|p| **p > Decimal::ZERO).count()
    );
    for at in &you.equity {
        assert!(at.is_sorted(), "{at:?}");
    }
}

#[cfg(feature = "threads")]
#[test]
fn a_fan_is_the_same_for_any_number_of_threads() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| fan_of("leverage-guarded"))
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
}

#[test]
fn parts_that_were_run_apart_come_to_the_same() {
    let one = short("stop-crash");
    let mut two = one.clone();
    two.people[0].text = "once: sell all ETH for USDC".to_owned();
    let parts = |scenario: &crate::scenario::strategy::StrategyScenario, cuts: [u32; 4]| {
        let pairs = cuts.windows(2).map(|cut| [cut[0], cut[1]]);
        let part = |cut| fan_part(scenario, &few(), cut).expect("sound");
        pairs
            .map(|cut| part(cut).expect("no trouble"))
            .collect::<Vec<FanPart>>()
    };
    // The last part is longer than what there is.
    let [of_one, of_two] = [parts(&one, [0, 1, 17, 99]), parts(&two, [0, 20, 20, 40])];
    let whole = compare(&one, &two, &few(), &Unwatched)
        .expect("sound")
        .expect("no trouble");
    assert_eq!(
        join(&one, &few(), &of_one),
        whole.as_ref().expect("whole").one
    );
    assert_eq!(
        Some(join_two([&one, &two], &few(), [&of_one, &of_two])),
        whole
    );
}

struct Stops(AtomicU32);

impl Progress for Stops {
    fn report(&self, done: u32, total: u32) {
        assert!(done <= total);
        self.0.store(done, Ordering::Relaxed);
    }
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= 32
    }
}

#[test]
fn a_fan_can_be_cancelled_and_is_bounded() {
    let stops = Stops(AtomicU32::new(0));
    let done = fan(&short("dca-calm"), &few(), &stops)
        .expect("sound")
        .expect("no trouble");
    assert_eq!(done, None);
    let many = FanSettings {
        seeds: FAN_SEEDS_MAX + 1,
        points: 1,
        ..few()
    };
    let problems = fan(&short("dca-calm"), &many, &Unwatched).expect_err("too many");
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["fan.seeds", "fan.points"]);
}

#[test]
fn two_documents_are_compared_seed_by_seed() {
    let one = short("dca-calm");
    let same = compare(&one, &one, &few(), &Unwatched)
        .expect("sound")
        .expect("no trouble")
        .expect("whole");
    assert_eq!((same.better, same.difference), (0, [Decimal::ZERO; 7]));
    assert_eq!(same.one, same.two);
    let mut two = one.clone();
    two.people[0].text = "once: buy 5000 USDC of ETH".to_owned();
    let other = compare(&one, &two, &few(), &Unwatched)
        .expect("sound")
        .expect("no trouble")
        .expect("whole");
    assert!(other.better > 0 && other.better < 40, "{}", other.better);
    assert!(other.difference[0] < Decimal::ZERO && other.difference[6] > Decimal::ZERO);
}

#[test]
fn a_run_goes_as_far_as_it_is_told_and_shows_every_step() {
    let mut run = StrategyRun::open(short("dca-calm"), true).expect("sound");
    assert!(run.advance(10).expect("no trouble"));
    assert_eq!(run.steps(), [10, 97]);
    assert_eq!(run.recording().prices[1].len(), 10);
    assert!(!run.why_not().is_empty());
    while run.advance(7).expect("no trouble") {}
    let mut whole = StrategyRun::open(short("dca-calm"), true).expect("sound");
    whole.advance(u32::MAX).expect("no trouble");
    assert_eq!(run.summary(), whole.summary());
    let last = run.position(0, 96).expect("a position");
    assert!(last.wallet[1] > Decimal::ZERO, "{last:?}");
    assert_eq!(run.position(0, 0).map(|p| p.person), Some(0));
}

#[test]
fn a_step_on_parallel_lanes_leaves_the_state_that_it_left_in_order() {
    let (mut repeats, mut quickest) = (0, 0);
    for preset in preset::all() {
        let mut scenario = preset.scenario();
        scenario.days = scenario.days.min(7);
        scenario.shocks.retain(|shock| shock.at_s < 7 * 86_400);
        let mut plain = StrategyRun::open(scenario.clone(), true).expect("sound");
        let mut run = StrategyRun::open(scenario, true).expect("sound");
        for step in 0.. {
            let went_on = plain.advance(1).expect("no trouble") || plain.steps()[0] > step;
            let lanes = run.advance_on_lanes(8).expect("no trouble");
            let Some(lanes) = lanes else { break };
            assert!(went_on && lanes.is_same, "{} step {step}", preset.name);
            assert_eq!((lanes.step, lanes.lanes), (step, 8));
            let count = lanes.transactions.len() as u32;
            assert!(lanes.executions >= count);
            repeats += lanes.executions - count;
            assert!(lanes.ticks_at_least <= lanes.ticks_in_order);
            quickest = quickest.max(lanes.ticks_in_order * 100 / lanes.ticks.max(1));
        }
        assert_eq!(run.summary(), plain.summary(), "{}", preset.name);
    }
    assert!(repeats > 0, "some transactions need each other");
    assert!(quickest > 150, "some do not: {quickest} %");
}
