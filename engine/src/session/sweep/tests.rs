use super::*;
use crate::scenario::{Scenario, preset};
use crate::session::{Clock, Method, Session, Unwatched};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn small(name: &str) -> Scenario {
    let mut scenario = preset::named(name).unwrap().scenario();
    scenario.workload.transactions = 150;
    scenario.workload.accounts = scenario.workload.accounts.min(400);
    scenario.workload.work_rounds = 0;
    scenario
}

fn point(scenario: &Scenario, axis: Axis, value: u32) -> ModelledPoint {
    modelled(scenario, axis, value, &Unwatched)
        .unwrap()
        .unwrap()
}

/// Each call a tenth of a second later.
#[derive(Default)]
struct Counting(AtomicU32);

impl Clock for Counting {
    fn now_seconds(&self) -> f64 {
        f64::from(self.0.fetch_add(1, Relaxed)) / 10.0
    }
}

/// Wants no more after so many reports, and keeps the last.
struct CancelAfter(AtomicU32, AtomicU32);

impl CancelAfter {
    const fn new(reports: u32) -> Self {
        Self(AtomicU32::new(reports), AtomicU32::new(0))
    }
}

impl Progress for CancelAfter {
    fn report(&self, done: u32, total: u32) {
        assert!(done <= total && done >= self.1.swap(done, Relaxed));
        let _ = self
            .0
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
    }
    fn is_cancelled(&self) -> bool {
        self.0.load(Relaxed) == 0
    }
}

#[test]
fn a_point_agrees_with_the_replay_of_its_document() {
    for axis in Axis::ALL {
        let base = small("default");
        let value = axis.values(&base, Values::Modelled)[1];
        let found = point(&base, axis, value);
        let scenario = axis.at(&base, value).unwrap();
        let execution = scenario.execution.clone();
        let mut session = Session::open(scenario).unwrap();
        let replay = session.replay(0, &execution, &Unwatched).unwrap().unwrap();
        let summary = replay.summary;
        assert_eq!(found.value, value);
        assert_eq!(found.ticks, summary.ticks, "{axis:?}");
        assert_eq!(found.ticks_one_lane, summary.ticks_one_lane);
        assert_eq!(found.critical_path_ticks, summary.critical_path_ticks);
        assert_eq!(
            (found.aborts, found.blocked),
            (summary.aborts, summary.blocked)
        );
        assert_eq!(found, point(&base, axis, value), "{axis:?} again");
    }
}

#[test]
fn the_distance_is_the_most_that_lanes_can_do() {
    let mut base = small("payments");
    base.execution.lanes = 64;
    for distance in [1, 3, 8] {
        let found = point(&base, Axis::Distance, distance);
        // Chains of payments that cost the same: the longest has its share, rounded up.
        let chain = u64::from(found.transactions.div_ceil(distance));
        assert_eq!(found.critical_path_ticks % chain, 0);
        assert!(
            found.speedup() < f64::from(distance) * 1.05,
            "{distance}: {}",
            found.speedup()
        );
        assert!(found.speedup() <= found.bound());
    }
    let (near, far) = (
        point(&base, Axis::Distance, 1),
        point(&base, Axis::Distance, 32),
    );
    assert!(far.speedup() > 4.0 * near.speedup());
}

#[test]
fn fewer_accounts_hotter_accounts_and_fewer_pools_cost_speed() {
    let mut base = small("random-pairs");
    base.execution.lanes = 16;
    let speedup = |base: &Scenario, axis, value| point(base, axis, value).speedup();
    assert!(speedup(&base, Axis::Accounts, 10_000) > 3.0 * speedup(&base, Axis::Accounts, 2));
    base.workload.hot_accounts_permille = 10;
    assert!(speedup(&base, Axis::Hot, 10) > 2.0 * speedup(&base, Axis::Hot, 1_000));
    let base = small("one-pool");
    assert!(speedup(&base, Axis::Pools, 100) > 2.0 * speedup(&base, Axis::Pools, 1));
}

#[test]
fn every_axis_has_values_at_which_every_generated_preset_can_be_run() {
    for preset in preset::all() {
        let scenario = preset.scenario();
        for axis in Axis::ALL {
            for values in [Values::Modelled, Values::Measured { threads: 6 }] {
                let values = axis.values(&scenario, values);
                assert!(values.is_sorted() && values.len() <= VALUES_MAX);
                let is_idle = axis.idle(&scenario).is_some();
                // Who takes liquidity out has to hold some: no distance goes with that.
                let has_holders = scenario.workload.mix.remove_liquidity > 0;
                let is_empty = is_idle || (axis == Axis::Distance && has_holders);
                assert_eq!(values.is_empty(), is_empty, "{} {axis:?}", preset.name);
            }
        }
    }
    // What would take a block of ten seconds is left out.
    let heavy = preset::named("random-pairs").unwrap().scenario();
    let values = Axis::Block.values(&heavy, Values::Modelled);
    assert_eq!(values, [100, 1_000, 10_000]);
    let default = Scenario::default();
    assert_eq!(
        Axis::Lanes.values(&default, Values::Measured { threads: 6 }),
        [1, 2, 4, 6]
    );
    for axis in Axis::ALL {
        assert_eq!(Axis::named(axis.name()), Some(axis));
        let name = serde_json::to_value(axis).unwrap();
        assert_eq!(name, axis.name());
    }
}

#[test]
fn an_axis_that_means_nothing_says_so_with_a_way_out() {
    let problems = |name: &str, axis: Axis, value| match axis
        .at(&preset::named(name).unwrap().scenario(), value)
    {
        Err(SweepError::Problems(problems)) => problems,
        other => panic!("{other:?}"),
    };
    let real = problems("deposits-13217637", Axis::Accounts, 10);
    assert_eq!(real[0].path, "workload.traffic");
    assert!(real[0].hint.contains("sweep lanes"));
    assert_eq!(
        problems("payments", Axis::Pools, 10)[0].path,
        "workload.mix"
    );
    assert_eq!(
        problems("default", Axis::Lanes, 0)[0].path,
        "execution.lanes"
    );
    assert_eq!(
        problems("liquidity", Axis::Distance, 2)[0].path,
        "workload.dependency_distance"
    );
}

#[test]
fn a_measured_point_takes_turns_with_the_serial_crew_and_agrees_with_it() {
    let base = small("default");
    for method in [Method::Chosen, Method::Declared, Method::BlockStm2] {
        let settings = MeasuredSettings { threads: 2, method };
        let clock = Counting::default();
        let found = measured(&base, Axis::Accounts, 100, &settings, &clock, &Unwatched);
        let found = found.unwrap().unwrap();
        assert!(found.equals_serial, "{method:?}");
        assert_eq!(found.transactions, u64::from(found.blocks) * 150);
        assert!(found.blocks >= 2 && found.seconds > 0.0 && found.serial_seconds > 0.0);
    }
    let settings = MeasuredSettings {
        threads: 2,
        method: Method::BlockStm,
    };
    let found = measured(
        &base,
        Axis::Lanes,
        3,
        &settings,
        &Counting::default(),
        &Unwatched,
    );
    let threads = if cfg!(feature = "threads") { 3 } else { 1 };
    assert_eq!(found.unwrap().unwrap().threads, threads);
}

#[test]
fn a_sweep_hands_over_each_point_and_stops_where_it_is_told() {
    let base = small("payments");
    let values = [1, 2, 4];
    let mut found = Vec::new();
    let point = |value, progress: &dyn Progress| modelled(&base, Axis::Lanes, value, progress);
    let is_whole = sweep(&values, &Unwatched, point, |point| found.push(point)).unwrap();
    assert!(is_whole);
    let lanes: Vec<u32> = found.iter().map(|point| point.lanes).collect();
    assert_eq!(lanes, values);
    for reports in 1..9 {
        let cancel = CancelAfter::new(reports);
        let mut some = Vec::new();
        let is_whole = sweep(&values, &cancel, point, |point| some.push(point)).unwrap();
        assert!(!is_whole || reports == 9);
        assert_eq!(some, found[..some.len()], "{reports} reports");
        assert_eq!(some.len() as u32, reports / 3, "{reports} reports");
    }
    let settings = MeasuredSettings {
        threads: 2,
        method: Method::default(),
    };
    let clock = Counting::default();
    let cancelled = measured(
        &base,
        Axis::Lanes,
        2,
        &settings,
        &clock,
        &CancelAfter::new(1),
    );
    assert_eq!(cancelled, Ok(None));
}

#[test]
fn the_table_keeps_kinds_and_columns_apart() {
    let base = small("one-pool");
    let modelled = [point(&base, Axis::Pools, 1), point(&base, Axis::Pools, 10)];
    let measured = [MeasuredPoint {
        value: 1,
        threads: 2,
        method: Method::Chosen,
        blocks: 2,
        transactions: 300,
        seconds: 0.5,
        serial_seconds: 1.0,
        aborts: 3,
        equals_serial: true,
    }];
    let text = csv(&Table {
        axis: Axis::Pools,
        scheduler: base.execution.scheduler,
        modelled: &modelled,
        measured: &measured,
        published: published(Axis::Pools),
    });
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 2 + 1 + 2);
    let cells = |line: &str| {
        // Commas within quotation marks are no ends of cells.
        let mut is_quoted = false;
        1 + line
            .chars()
            .filter(|character| {
                is_quoted ^= *character == '"';
                *character == ',' && !is_quoted
            })
            .count()
    };
    for line in &lines {
        assert_eq!(cells(line), cells(lines[0]), "{line}");
    }
    assert!(lines[1].starts_with("modelled,block_stm,pools,pools,1,"));
    assert!(lines[3].starts_with("measured,quickest,pools,pools,1,2.0000,1.0000,"));
    assert!(lines[5].starts_with("published,\"Aptos, swaps\",pools,pools,100,,13.97,"));
}

#[test]
fn what_others_published_is_told_with_setting_and_source() {
    for axis in Axis::ALL {
        for curve in published(axis) {
            assert!(!curve.setting.is_empty() && !curve.source.is_empty());
            assert!(!curve.points.is_empty() && curve.points.is_sorted());
        }
    }
}
