//! Gas: what bounds a run, and its length in virtual ticks.

use super::Stop;

/// What each action costs. One gas is about one nanosecond of native work, so that virtual time has
/// the proportions of real time.
pub mod schedule {
    /// Starting a transaction: nonce, fee, receipt.
    pub const TRANSACTION: u64 = 100;
    /// Reading a slot.
    pub const READ: u64 = 40;
    /// Replacing a slot's value.
    pub const WRITE: u64 = 60;
    /// Adding to a slot without reading it.
    pub const ADD: u64 = 40;
    /// Comparing a slot with a limit: what reading it costs.
    pub const COMPARE: u64 = READ;
    /// Entering a contract.
    pub const CALL: u64 = 20;
    /// Emitting an event.
    pub const EVENT: u64 = 20;
    /// One 256-bit multiplication or division.
    pub const WIDE_ARITHMETIC: u64 = 20;
    /// One round of the synthetic work that a workload may ask for.
    pub const WORK_ROUND: u64 = 1;
}

/// Gas left and used.
#[derive(Clone, Copy, Debug)]
pub struct Gas {
    limit: u64,
    used: u64,
}

impl Gas {
    /// A full tank.
    pub const fn new(limit: u64) -> Self {
        Self { limit, used: 0 }
    }

    /// Uses this much.
    ///
    /// # Errors
    /// [`Stop::OutOfGas`] when less is left; all of it then counts as used.
    pub fn charge(&mut self, gas: u64) -> Result<(), Stop> {
        let used = self.used.saturating_add(gas);
        if used > self.limit {
            self.used = self.limit;
            return Err(Stop::OutOfGas);
        }
        self.used = used;
        Ok(())
    }

    /// How much has been used.
    pub const fn used(&self) -> u64 {
        self.used
    }
}
