//! All rows.

use super::{BenchError, Row};
use crate::scenario::Scenario;
use crate::session::{Clock, Live, LiveSettings, Method, Progress, Session};

/// Blocks of a measurement, after one to warm up.
pub(super) const BLOCKS: u32 = 15;

/// About how often a measurement says that it goes on: what progress is counted against.
const SIGNS_ABOUT: u32 = 400;

/// Runs all rows of executing blocks on so many real threads; those of agreement protocols are
/// [`crate::session::consensus::bench::rows`], another program's in a browser.
///
/// # Errors
/// A [`BenchError`].
pub fn rows(
    threads: u32,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Vec<Row>, BenchError> {
    let mut bench = Bench {
        threads,
        clock,
        progress,
        rows: Vec::new(),
        signs: 0,
    };
    bench.throughput()?;
    bench.one_thread()?;
    #[cfg(feature = "threads")]
    bench.ceilings()?;
    bench.methods()?;
    bench.crowds()?;
    bench.worst_block()?;
    bench.processor_time()?;
    bench.block_sizes()?;
    let rounds_per_micro = bench.calibrate()?;
    bench.grains(rounds_per_micro)?;
    bench.contention(rounds_per_micro)?;
    bench.shapes(rounds_per_micro)?;
    bench.stepped()?;
    bench.replays()?;
    Ok(bench.rows)
}

pub(super) struct Bench<'a> {
    pub(super) threads: u32,
    pub(super) clock: &'a dyn Clock,
    pub(super) progress: &'a dyn Progress,
    rows: Vec<Row>,
    signs: u32,
}

impl Bench<'_> {
    pub(super) fn push(
        &mut self,
        name: &str,
        value: f64,
        unit: &str,
        bar: Option<&str>,
        note: &str,
    ) {
        self.rows.push(Row {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            bar: bar.map(str::to_owned),
            note: note.to_owned(),
        });
        self.sign();
    }

    pub(super) fn live(
        &self,
        scenario: &Scenario,
        method: Method,
        threads: u32,
        blocks: u32,
    ) -> Result<Live, BenchError> {
        let mut session = Session::open(scenario.clone()).map_err(BenchError::Problems)?;
        let settings = LiveSettings {
            threads,
            blocks,
            method,
        };
        session
            .live(&settings, self.clock, self.progress)?
            .ok_or(BenchError::Cancelled)
    }

    pub(super) fn speedup(&mut self, name: &str, bar: Option<&str>, live: &Live) {
        let note = format!(
            "{} threads; {} aborts in {} transactions, {} by declaration",
            live.threads, live.aborts, live.transactions, live.declared
        );
        self.push(name, live.speedup(), "× serial", bar, &note);
    }

    /// Whoever waits takes silence for a hang, and what is measured with a clock in hand says nothing.
    fn sign(&mut self) {
        self.signs += 1;
        self.progress.report(self.signs, SIGNS_ABOUT);
    }

    /// Says that it goes on, and looks whether anybody still wants that.
    pub(super) fn go_on(&mut self) -> Result<(), BenchError> {
        self.sign();
        match self.progress.is_cancelled() {
            true => Err(BenchError::Cancelled),
            false => Ok(()),
        }
    }
}
