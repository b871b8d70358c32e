//! A point on this machine's threads.

use super::{Axis, SweepError};
use crate::executor::Executor;
use crate::scenario::Scenario;
use crate::session::Session;
use crate::session::live::{Clock, execute};
use crate::session::report::{Method, Progress};
use serde::{Deserialize, Serialize};

/// Blocks of a point: at least, at most.
const BLOCKS: (u32, u32) = (2, 64);
/// Seconds after which a point has enough blocks.
const ENOUGH_SECONDS: f64 = 0.5;
/// Seconds after which a point ends even with one block.
const SLOW_SECONDS: f64 = 3.0;
/// Steps in which a point tells how far it is.
const STEPS: u32 = 100;

/// How points are measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MeasuredSettings {
    /// Real threads to use; on the axis of lanes its value takes their place.
    pub threads: u32,
    /// How blocks are executed.
    pub method: Method,
}

/// What was measured at one value, on this machine, now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MeasuredPoint {
    /// The place on the axis.
    pub value: u32,
    /// Real threads used.
    pub threads: u32,
    /// How blocks were executed.
    pub method: Method,
    /// Blocks executed, after one to warm up.
    pub blocks: u32,
    /// Transactions committed.
    pub transactions: u64,
    /// Seconds spent executing and committing, without state roots.
    pub seconds: f64,
    /// The same blocks executed by the serial crew, in turn: seconds.
    pub serial_seconds: f64,
    /// Runs that were withdrawn, and plans that were broken.
    pub aborts: u64,
    /// Whether the serial crew wrote the same receipts.
    pub equals_serial: bool,
}

impl MeasuredPoint {
    /// Times as quick as the serial crew on the same blocks.
    pub fn speedup(&self) -> f64 {
        self.serial_seconds / self.seconds.max(1e-9)
    }

    /// Committed transactions a second, without state roots.
    pub fn throughput(&self) -> f64 {
        self.transactions as f64 / self.seconds.max(1e-9)
    }
}

/// Executes blocks of the document at this value on real threads and, block by block in turn, one
/// transaction after the other: for about half a second, 2 to 64 blocks. Which goes first changes from
/// block to block. `None` when cancelled, which is looked for between blocks.
///
/// # Errors
/// A [`SweepError`].
pub fn measured(
    base: &Scenario,
    axis: Axis,
    value: u32,
    settings: &MeasuredSettings,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Option<MeasuredPoint>, SweepError> {
    let scenario = axis.at(base, value)?;
    let threads = match axis {
        Axis::Lanes => value,
        _ => settings.threads,
    };
    let threads = if cfg!(feature = "threads") {
        threads.max(1)
    } else {
        1
    };
    let Session {
        mut vm,
        ground,
        mut generator,
        ..
    } = Session::open(scenario).map_err(SweepError::Problems)?;
    let by = (settings.method, threads);
    let (mut parallel, mut serial) = (Executor::default(), Executor::default());
    let mut stores = (ground.store.clone(), ground.store);
    let first = generator.block(0).transactions;
    for (executor, by) in [(&mut parallel, by), (&mut serial, (Method::Serial, 1))] {
        if progress.is_cancelled() {
            return Ok(None);
        }
        execute(&vm, executor, &mut stores.0.clone(), &first, by, clock)?;
    }
    let mut point = MeasuredPoint {
        value,
        threads,
        method: settings.method,
        blocks: 0,
        transactions: 0,
        seconds: 0.0,
        serial_seconds: 0.0,
        aborts: 0,
        equals_serial: true,
    };
    while !is_enough(&point) {
        if progress.is_cancelled() {
            return Ok(None);
        }
        let block = point.blocks;
        let txs = generator.block(block).transactions;
        vm.timestamp = generator.seconds(block);
        let is_odd = !block.is_multiple_of(2);
        for is_serial in [is_odd, !is_odd] {
            let begin = clock.now_seconds();
            if is_serial {
                let by = (Method::Serial, 1);
                execute(&vm, &mut serial, &mut stores.1, &txs, by, clock)?;
                point.serial_seconds += clock.now_seconds() - begin;
            } else {
                let stats = execute(&vm, &mut parallel, &mut stores.0, &txs, by, clock)?;
                point.seconds += clock.now_seconds() - begin;
                point.aborts += stats.aborts;
            }
        }
        // What a block wrote is for a commitment that nobody asks for here.
        stores.0.take_written();
        stores.1.take_written();
        point.equals_serial &= parallel.outputs()[..txs.len()] == serial.outputs()[..txs.len()];
        point.transactions += txs.len() as u64;
        point.blocks += 1;
        let spent = (spent(&point) / ENOUGH_SECONDS * f64::from(STEPS)) as u32;
        progress.report(spent.min(STEPS - 1), STEPS);
    }
    progress.report(STEPS, STEPS);
    Ok(Some(point))
}

fn spent(point: &MeasuredPoint) -> f64 {
    point.seconds + point.serial_seconds
}

fn is_enough(point: &MeasuredPoint) -> bool {
    let (least, most) = BLOCKS;
    let spent = spent(point);
    point.blocks >= most
        || (point.blocks >= least && spent >= ENOUGH_SECONDS)
        || (point.blocks > 0 && spent >= SLOW_SECONDS)
}
