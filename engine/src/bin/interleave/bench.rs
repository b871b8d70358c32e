//! `interleave bench`: the benchmark's rows, measured natively on this machine, for `cargo xtask bench`.

use crate::failure::Failure;
use crate::pool::{WallClock, in_pool, machine_threads};
use engine::session::{Unwatched, bench, consensus, shard, strategy};
use serde_json::{Value, json};

pub(crate) fn run() -> Result<(), Failure> {
    let threads = machine_threads();
    let clock = WallClock::start();
    let mut rows = in_pool(threads, || bench::rows(threads, &clock, &Unwatched))?
        .map_err(|error| Failure::Failed(error.to_string()))?;
    rows.extend(consensus::bench::rows(&clock));
    rows.extend(in_pool(threads, || shard::bench::rows(threads, &clock))?);
    let of_strategies = in_pool(threads, || {
        strategy::bench::rows(threads, &clock, &Unwatched)
    })?;
    rows.extend(of_strategies.ok_or_else(|| Failure::Failed("no rows of strategies".to_owned()))?);
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "name": row.name,
                "where": "native",
                "value": row.value,
                "unit": row.unit,
                "bar": row.bar,
                "note": row.note,
            })
        })
        .collect();
    println!("{}", json!({ "rows": rows }));
    Ok(())
}
