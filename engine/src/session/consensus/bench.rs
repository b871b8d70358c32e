//! Benchmark rows of agreement protocols.

use crate::consensus::Settings;
use crate::consensus::registry::PROTOCOLS;
use crate::session::Clock;
use crate::session::bench::Row;

/// Delivered messages that a measurement aims at.
const MESSAGES: u64 = 1_000_000;

/// Delivered messages a second of every protocol among 16 and 100 nodes under constant delay, and once
/// with recording.
pub fn rows(clock: &dyn Clock) -> Vec<Row> {
    let mut rows = Vec::new();
    for entry in PROTOCOLS {
        for (nodes, record) in [(16, 0), (100, 0), (100, 200_000)] {
            let mut settings = Settings::of(entry.descriptor, nodes);
            settings.record = record;
            settings.config.decisions = 1;
            let mut probe = (entry.open)(&settings);
            probe.finish();
            let one = probe.tally().delivered.max(1);
            settings.config.decisions = (MESSAGES / one).clamp(1, 10_000);
            let mut lab = (entry.open)(&settings);
            let start = clock.now_seconds();
            lab.finish();
            let seconds = clock.now_seconds() - start;
            let delivered = lab.tally().delivered;
            let recorded = if record > 0 { ", recorded" } else { "" };
            rows.push(Row {
                name: format!("{}, {nodes} nodes{recorded}", entry.descriptor.name),
                value: delivered as f64 / seconds.max(1e-9),
                unit: "messages/s".to_owned(),
                bar: (record == 0)
                    .then(|| "≥ 1,000,000 natively, ≥ 500,000 in a browser".to_owned()),
                note: format!(
                    "{delivered} delivered for {} decisions, one thread",
                    lab.report().decisions
                ),
            });
        }
    }
    rows
}
