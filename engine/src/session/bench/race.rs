//! Committed transactions a second, by preset and by method.

use super::BenchError;
use super::course::Course;
use super::rows::{BLOCKS, Bench};
use crate::scenario::{Scenario, preset};
use crate::session::Method;

/// Blocks over which processor time is measured: the host tells it in hundredths of a second.
const PROCESSOR_BLOCKS: u32 = 600;

/// Times that one thread is measured: what the compiler makes of a program shows only once a browser has
/// compiled it for the second time and its memory has been touched.
const PASSES: usize = 5;

/// Times that the machine's ceiling is measured.
#[cfg(feature = "threads")]
const CEILINGS: usize = 5;

impl Bench<'_> {
    /// Committed transactions a second, by preset, in the way that proves quickest.
    pub(super) fn throughput(&mut self) -> Result<(), BenchError> {
        for (name, bar) in [
            ("payments", Some("≥ 1,000,000 in a browser")),
            ("default", Some("≥ 600,000 in a browser")),
            ("one-pool", None),
            ("one-key", None),
            ("token-drop", None),
            ("token-drop-commutative", None),
            ("lending-rush", None),
        ] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let threads = self.threads;
            let live = self.live(&preset.scenario(), Method::Chosen, threads, BLOCKS)?;
            let note = format!(
                "{} of {} transactions by declaration, {} in order; the root of a block beside the next block",
                live.declared,
                live.transactions,
                live.transactions - live.declared
            );
            let title = format!("{name}, {threads} threads");
            let with_root = format!("{title}, with state root");
            self.push(&with_root, live.tps(), "tx/s", bar, &note);
            let note = format!(
                "×{:.2} of serial, which does {:.0}",
                live.speedup(),
                live.transactions as f64 / live.serial_seconds
            );
            let bar = (name == "one-pool").then_some("≥ 1,000,000 in a browser, ≥ ×1.3");
            let without_root = format!("{title}, without root");
            self.push(&without_root, live.tps_without_root(), "tx/s", bar, &note);
        }
        Ok(())
    }

    /// One after the other on one thread: what a browser's compiler makes of the same program.
    pub(super) fn one_thread(&mut self) -> Result<(), BenchError> {
        for name in ["payments", "default", "one-pool"] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let mut course = Course::new(&preset.scenario(), BLOCKS, |_| {});
            let mut tps: f64 = 0.0;
            for _ in 0..PASSES {
                let run = course.compare(Method::Serial, 1, self.clock)?;
                let seconds = run.seconds.min(run.serial_seconds);
                tps = tps.max(run.transactions as f64 / seconds);
                self.go_on()?;
            }
            let name = format!("{name}, serial, 1 thread, without root");
            let note = format!("best of {} runs over the same blocks", 2 * PASSES);
            self.push(&name, tps, "tx/s", None, &note);
        }
        Ok(())
    }

    /// What the machine's second core is worth where there is nothing to wait for and nothing shared.
    #[cfg(feature = "threads")]
    pub(super) fn ceilings(&mut self) -> Result<(), BenchError> {
        for name in ["payments", "default", "one-pool", "heavy-work"] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let course = Course::new(&preset.scenario(), BLOCKS, |_| {});
            let mut ratios = Vec::new();
            for _ in 0..CEILINGS {
                ratios.push(course.ceiling(self.clock)?);
                self.go_on()?;
            }
            ratios.sort_by(f64::total_cmp);
            let note = format!(
                "two worlds, each in order on a thread of its own, against one; median of {CEILINGS}"
            );
            let title = format!("{name}, the machine's ceiling for 2 threads");
            self.push(&title, ratios[ratios.len() / 2], "×", None, &note);
        }
        Ok(())
    }

    /// Each method on all threads against the serial crew.
    pub(super) fn methods(&mut self) -> Result<(), BenchError> {
        for (name, method, bar) in [
            ("default", Method::Declared, Some("≥ 1.7 natively")),
            ("default", Method::BlockStm, None),
            ("default", Method::BlockStm2, None),
            ("payments", Method::Declared, None),
            ("payments", Method::BlockStm, None),
            ("payments", Method::BlockStm2, None),
            ("one-pool", Method::Declared, None),
            ("one-pool", Method::BlockStm2, None),
            ("heavy-work", Method::Declared, None),
            ("heavy-work", Method::BlockStm2, Some("≥ 1.7")),
        ] {
            let Some(preset) = preset::named(name) else {
                continue;
            };
            let live = self.live(&preset.scenario(), method, self.threads, BLOCKS)?;
            self.speedup(&format!("{name}, {}", method.name()), bar, &live);
        }
        Ok(())
    }

    /// More threads than the machine has cores, against as many.
    pub(super) fn crowds(&mut self) -> Result<(), BenchError> {
        let scenario = Scenario::default();
        let usual = self.live(&scenario, Method::Declared, self.threads, BLOCKS)?;
        for threads in [2 * self.threads, 4 * self.threads] {
            let live = self.live(&scenario, Method::Declared, threads, BLOCKS)?;
            let name = format!(
                "default, declared, {threads} lanes ÷ {} lanes",
                self.threads
            );
            let ratio = usual.execute_seconds / live.execute_seconds;
            self.push(
                &name,
                ratio,
                "×",
                Some("≥ 0.9"),
                "lanes share the threads of the pool",
            );
        }
        Ok(())
    }

    /// Everybody writes one slot: parallel work cannot pay, and must not cost.
    pub(super) fn worst_block(&mut self) -> Result<(), BenchError> {
        let Some(preset) = preset::named("one-key") else {
            return Ok(());
        };
        let scenario = preset.scenario();
        for (method, bar) in [(Method::Chosen, "≤ 1.03"), (Method::BlockStm2, "≤ 1.2")] {
            let live = self.live(&scenario, method, self.threads, 4 * BLOCKS)?;
            let ratio = live.execute_seconds / live.serial_seconds;
            let note = format!(
                "{} of {} transactions run in order",
                live.in_order, live.transactions
            );
            let name = method.name();
            self.push(
                &format!("one-key, {name}, time ÷ serial's"),
                ratio,
                "×",
                Some(bar),
                &note,
            );
        }
        Ok(())
    }

    /// How many processors the worst block keeps busy while it is executed, and nothing else.
    pub(super) fn processor_time(&mut self) -> Result<(), BenchError> {
        if self.clock.cpu_seconds().is_none() {
            return Ok(());
        }
        let Some(preset) = preset::named("one-key") else {
            return Ok(());
        };
        let course = Course::new(&preset.scenario(), PROCESSOR_BLOCKS, |_| {});
        for (method, bar) in [
            (Method::Chosen, Some("< 120")),
            (Method::BlockStm2, Some("< 120")),
        ] {
            let Some(share) = course.processor_share(method, self.threads, self.clock)? else {
                continue;
            };
            let name = format!("one-key, {}, processor time", method.name());
            let note =
                format!("{PROCESSOR_BLOCKS} blocks one right after the other, nothing beside them");
            self.push(&name, share * 100.0, "%", bar, &note);
            self.go_on()?;
        }
        Ok(())
    }
}
