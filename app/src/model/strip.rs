//! A block's tasks as bars on lanes.

use super::format;
use engine::primitives::Incarnation;
use engine::trace::intent::StepLanes;
use engine::trace::{Outcome, Task, TaskKind};
use std::collections::BTreeMap;

/// Width of a strip, and height of a lane, in a strip's own units.
pub const WIDE: f64 = 600.0;
/// See above.
pub const TALL: f64 = 14.0;
/// Least width of a bar.
const LEAST: f64 = 1.5;
/// Most bars of a strip: more are thinner than can be seen, and slow.
pub const BARS_MAX: usize = 2_000;

/// One run of a transaction.
#[derive(Clone, PartialEq, Debug)]
pub struct Bar {
    /// Which transaction, by its place in the block.
    pub tx: u32,
    /// What it is: a shape and a colour each. `ran`, `waited` or `again`.
    pub class: &'static str,
    /// Where it begins, which lane it is on, how long it is: in the strip's units.
    pub x: f64,
    /// See above.
    pub y: f64,
    /// See above.
    pub width: f64,
    /// The slot that made it wait or run again, by its place among the names.
    pub slot: Option<u32>,
}

fn class(task: &Task, is_last: bool) -> &'static str {
    match task.outcome {
        Outcome::Executed if is_last => "ran",
        Outcome::Blocked { .. } | Outcome::LockWait { .. } => "waited",
        _ => "again",
    }
}

impl Bar {
    /// Whether it came to nothing.
    pub fn is_for_nothing(&self) -> bool {
        self.class != "ran"
    }

    /// The name of the slot that made it wait or run again.
    pub fn slot<'a>(&self, lanes: &'a StepLanes) -> Option<&'a str> {
        let slot = lanes.keys.get(self.slot? as usize);
        slot.map(String::as_str)
    }

    /// What it says: its transaction, and the slot that it met.
    pub fn title(&self, transaction: &str, lanes: &StepLanes) -> String {
        match self.slot(lanes) {
            Some(slot) => format!("{transaction} · {slot}"),
            None => transaction.to_owned(),
        }
    }
}

/// What the lanes bring.
pub struct Gain {
    /// How many times as quick as one after the other.
    pub quicker: String,
    /// The same on as many lanes as one likes.
    pub most: String,
    /// Runs that came to nothing.
    pub repeats: u64,
}

impl Gain {
    /// That of a block.
    pub fn of(lanes: &StepLanes) -> Self {
        let in_order = lanes.ticks_in_order as f64;
        let times = |ticks: u64| format::times(in_order / ticks.max(1) as f64);
        Self {
            quicker: times(lanes.ticks),
            most: times(lanes.ticks_at_least),
            repeats: u64::from(lanes.executions).saturating_sub(lanes.transactions.len() as u64),
        }
    }
}

/// Runs of transactions, in the order in which they began, the first [`BARS_MAX`] of them. A run is withdrawn
/// by what checks it later: the slot is said at the run that it cost.
pub fn bars(lanes: &StepLanes) -> Vec<Bar> {
    let runs = || {
        lanes
            .tasks
            .iter()
            .filter(|task| task.kind == TaskKind::Execute)
    };
    let end = lanes.tasks.iter().map(|task| task.end.0).max().unwrap_or(0);
    let scale = WIDE / end.max(1) as f64;
    // What ran again later came to nothing.
    let mut last = vec![Incarnation::default(); lanes.transactions.len()];
    for task in runs() {
        if let Some(last) = last.get_mut(task.tx.as_usize()) {
            *last = task.incarnation.max(*last);
        }
    }
    let mut withdrawn = BTreeMap::new();
    for check in &lanes.tasks {
        if let (TaskKind::Validate, Outcome::Aborted { key, .. }) = (check.kind, check.outcome) {
            withdrawn.insert((check.tx, check.incarnation), key);
        }
    }
    let bar = |task: &Task| {
        let last = last.get(task.tx.as_usize())?;
        let class = class(task, *last == task.incarnation);
        Some(Bar {
            tx: task.tx.0,
            class,
            x: task.start.0 as f64 * scale,
            y: f64::from(task.lane.0) * TALL + 1.0,
            width: ((task.end.0 - task.start.0) as f64 * scale - 0.8).max(LEAST),
            slot: match task.outcome {
                Outcome::Blocked { key, .. } | Outcome::Aborted { key, .. } => Some(key),
                _ if class == "again" => withdrawn.get(&(task.tx, task.incarnation)).copied(),
                _ => None,
            },
        })
    };
    runs().filter_map(bar).take(BARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::primitives::Micros;
    use engine::scenario::shard::ShardScenario;
    use engine::session::shard::Shards;
    use engine::trace::look::Glance;

    #[test]
    fn every_transaction_runs_once_for_good_and_what_runs_again_says_why() {
        let mut scenario = ShardScenario::default();
        // Swaps with one pool: they meet.
        scenario.traffic.weights = [0, 0, 1, 0, 0];
        scenario.traffic.pools_on = Some(0);
        let glance = Glance {
            at: Micros(2_000_000),
            shard: Some(0),
            ..Glance::default()
        };
        let look = Shards::look_at(&scenario, glance).unwrap();
        let lanes = look.block.unwrap().lanes;
        let bars = bars(&lanes);
        let ran = bars.iter().filter(|bar| bar.class == "ran");
        assert_eq!(ran.count(), lanes.transactions.len());
        assert!(bars.len() > lanes.transactions.len());
        for bar in &bars {
            assert!(bar.x >= 0.0 && bar.x + bar.width <= WIDE + LEAST);
            assert!(bar.y < f64::from(lanes.lanes) * TALL);
            let name = bar.slot.and_then(|slot| lanes.keys.get(slot as usize));
            assert!(bar.class != "waited" || name.is_some());
        }
        let mut again = bars.iter().filter(|bar| bar.class == "again");
        assert!(again.any(|bar| bar.slot.is_some()));
    }
}
