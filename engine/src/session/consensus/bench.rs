//! Benchmark rows of agreement protocols.

use crate::consensus::Settings;
use crate::consensus::registry::PROTOCOLS;
use crate::session::Clock;
use crate::session::bench::Row;

/// Delivered messages that a measurement aims at.
const MESSAGES: u64 = 1_000_000;
/// Decisions after the first that show what one more takes.
const PROBED: u64 = 8;
/// Most decisions of a measurement.
const DECISIONS_MAX: u64 = 20_000;

/// A measurement is repeated so often, and until it has taken so long: some protocols' runs are over before a
/// browser has compiled them for the second time.
const RUNS_MIN: u32 = 2;
const SECONDS_MIN: f64 = 0.4;

/// Delivered messages a second of every protocol among 16 and 100 nodes under constant delay, and once
/// with recording.
pub fn rows(clock: &dyn Clock) -> Vec<Row> {
    let mut rows = Vec::new();
    for entry in PROTOCOLS {
        for (nodes, record) in [(16, 0), (100, 0), (100, 200_000)] {
            let mut settings = Settings::of(entry.descriptor, nodes);
            settings.record = record;
            // The first decisions of some protocols cost many times what those after them do.
            let mut delivered = |decisions| {
                settings.config.decisions = decisions;
                let mut probe = (entry.open)(&settings);
                probe.finish();
                probe.tally().delivered
            };
            let (few, more) = (delivered(1), delivered(1 + PROBED));
            let each = more.saturating_sub(few).div_ceil(PROBED).max(1);
            let left = MESSAGES.saturating_sub(few);
            settings.config.decisions = (1 + left / each).min(DECISIONS_MAX);
            let (mut best, mut spent, mut runs) = (f64::MAX, 0.0, 0);
            let lab = loop {
                let mut lab = (entry.open)(&settings);
                let start = clock.now_seconds();
                lab.finish();
                let seconds = clock.now_seconds() - start;
                best = best.min(seconds);
                (spent, runs) = (spent + seconds.max(1e-3), runs + 1);
                if runs >= RUNS_MIN && spent >= SECONDS_MIN {
                    break lab;
                }
            };
            let delivered = lab.tally().delivered;
            let recorded = if record > 0 { ", recorded" } else { "" };
            rows.push(Row {
                name: format!("{}, {nodes} nodes{recorded}", entry.descriptor.name),
                value: delivered as f64 / best.max(1e-9),
                unit: "messages/s".to_owned(),
                bar: (record == 0)
                    .then(|| "≥ 1,000,000 natively, ≥ 500,000 in a browser".to_owned()),
                note: format!(
                    "{delivered} delivered for {} decisions, one thread; best of {runs} runs",
                    lab.report().decisions
                ),
            });
        }
    }
    rows
}
