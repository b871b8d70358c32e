//! `interleave bench`: rows for `cargo xtask bench`, measured natively on this machine.
//!
//! A transaction here is a decoded call of a contract: no signature, no decoding; its nonce, fee, gas,
//! contract and receipt are in.

use crate::failure::Failure;
use crate::run::on_threads;
use engine::scenario::preset;
use engine::session::{LiveSettings, Session};
use serde_json::{Value, json};

/// Blocks that a row is the mean of.
const BLOCKS: u32 = 10;

pub(crate) fn run() -> Result<(), Failure> {
    let machine = std::thread::available_parallelism().map_or(1, usize::from) as u32;
    let mut rows = Vec::new();
    for name in ["default", "payments", "one-pool", "one-key"] {
        for threads in [1, machine] {
            rows.extend(preset_rows(name, threads)?);
        }
    }
    println!("{}", json!({ "rows": rows }));
    Ok(())
}

fn preset_rows(name: &str, threads: u32) -> Result<[Value; 2], Failure> {
    let scenario = preset::named(name).map(preset::Preset::scenario);
    let mut session = Session::open(scenario.unwrap_or_default())?;
    let settings = LiveSettings {
        threads,
        blocks: BLOCKS,
    };
    let live = on_threads(&mut session, &settings)?;
    if !live.equals_serial {
        return Err(Failure::Failed(format!(
            "preset {name} on {threads} threads differs from the serial crew"
        )));
    }
    let row = |what: &str, value: f64| {
        json!({
            "name": format!("preset {name}, {threads} threads, {what}"),
            "where": "native",
            "value": value.round(),
            "unit": "tx/s",
            "bar": null,
            "note": format!("committed, mean of {BLOCKS} blocks after one of warming up"),
        })
    };
    Ok([
        row("state root in", live.tps()),
        row("state root out", live.tps_without_root()),
    ])
}
