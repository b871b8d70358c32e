//! Real threads and a real clock.

use crate::failure::Failure;
use engine::session::Clock;
use std::time::Instant;

/// The machine's monotonic clock.
pub(crate) struct WallClock(Instant);

impl WallClock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for WallClock {
    fn now_seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// From `/proc/self/stat`: user and system time of all threads, in hundredths of a second. `None`
    /// where there is no such file.
    fn cpu_seconds(&self) -> Option<f64> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        // The program's name, in parentheses, may hold anything; fields are counted after it.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut hundredths = || fields.next()?.parse::<f64>().ok();
        Some((hundredths()? + hundredths()?) / 100.0)
    }
}

/// How many threads the machine runs at once; 1 where it does not say.
pub(crate) fn machine_threads() -> u32 {
    std::thread::available_parallelism().map_or(1, usize::from) as u32
}

/// Calls `work` on a pool of exactly so many threads.
#[cfg(feature = "threads")]
pub(crate) fn in_pool<T: Send>(
    threads: u32,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads as usize)
        .build()
        .map(|pool| pool.install(work))
        .map_err(|error| Failure::Failed(format!("no thread pool: {error}")))
}

/// Calls `work`: this build has no threads.
#[cfg(not(feature = "threads"))]
pub(crate) fn in_pool<T: Send>(
    _threads: u32,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    Ok(work())
}
