//! Curves as a table: one file for everything that is drawn together.

use super::{Axis, MeasuredPoint, ModelledPoint, Published, Quantity};
use crate::scenario::Scheduler;
use std::fmt::Write;

/// What goes into a table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The axis of all curves.
    pub axis: Axis,
    /// Which scheduler the modelled points are of.
    pub scheduler: Scheduler,
    /// Points in virtual time.
    pub modelled: &'a [ModelledPoint],
    /// Points of this machine.
    pub measured: &'a [MeasuredPoint],
    /// Curves of others.
    pub published: &'a [Published],
}

/// The columns. What a kind cannot say is empty.
const HEAD: &str = "kind,who,axis,unit,value,speedup,of_first,bound,lanes,transactions,ticks,\
ticks_one_lane,first_pass_ticks,critical_path_ticks,seconds,serial_seconds,aborts,blocked,setting,source";

/// The table as comma-separated values (RFC 4180, lines end in LF): ratios with four places, times in
/// virtual ticks or in seconds, never both in one row. `of_first` is the throughput over that of the
/// curve's first point.
pub fn csv(table: &Table<'_>) -> String {
    let mut text = format!("{HEAD}\n");
    let (axis, unit) = (table.axis.name(), table.axis.unit());
    let first = table.modelled.first().map(ModelledPoint::throughput);
    for point in table.modelled {
        let of_first = first.map_or(1.0, |first| point.throughput() / first);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "modelled,{},{axis},{unit},{},{:.4},{of_first:.4},{:.4},{},{},{},{},{},{},,,{},{},virtual time,",
            table.scheduler.name(),
            point.value,
            point.speedup(),
            point.bound(),
            point.lanes,
            point.transactions,
            point.ticks,
            point.ticks_one_lane,
            point.first_pass_ticks,
            point.critical_path_ticks,
            point.aborts,
            point.blocked,
        );
    }
    let first = table.measured.first().map(MeasuredPoint::throughput);
    for point in table.measured {
        let of_first = first.map_or(1.0, |first| point.throughput() / first);
        let _ = writeln!(
            text,
            "measured,{},{axis},{unit},{},{:.4},{of_first:.4},,{},{},,,,,{:.6},{:.6},{},,this machine; no state roots,",
            point.method.name(),
            point.value,
            point.speedup(),
            point.threads,
            point.transactions,
            point.seconds,
            point.serial_seconds,
            point.aborts,
        );
    }
    for curve in table.published {
        for (value, hundredths) in curve.points {
            let figure = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let (speedup, of_first) = match curve.quantity {
                Quantity::Speedup => (figure, String::new()),
                Quantity::OfFirst => (String::new(), figure),
            };
            let _ = writeln!(
                text,
                "published,{},{axis},{unit},{value},{speedup},{of_first},,,,,,,,,,,,{},{}",
                quoted(curve.name),
                quoted(curve.setting),
                quoted(curve.source),
            );
        }
    }
    text
}

/// A cell that may hold commas and quotation marks.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}
