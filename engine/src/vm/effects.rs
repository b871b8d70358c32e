//! What a transaction does.

use super::Vm;
use crate::state::overlay::{Overlay, Write};

/// What one run of a transaction did: its writes, the gas it used, its output.
pub struct Effects<M: Vm + ?Sized> {
    /// The writes; at most one a key.
    pub overlay: Overlay<M::Key, M::Value>,
    /// Gas used: also the run's length in virtual ticks.
    pub gas: u64,
    /// The receipt; a run overwrites it whole.
    pub output: M::Output,
}

impl<M: Vm + ?Sized> Default for Effects<M> {
    fn default() -> Self {
        Self {
            overlay: Overlay::default(),
            gas: 0,
            output: M::Output::default(),
        }
    }
}

impl<M: Vm + ?Sized> Effects<M> {
    /// Forgets writes and gas, keeping the memory. The output stays as some earlier run left it, so
    /// that the next run can reuse its memory; whoever runs overwrites it whole.
    pub fn clear(&mut self) {
        self.overlay.clear();
        self.gas = 0;
    }

    /// The writes in the order of their first occurrence.
    pub fn writes(&self) -> &[(M::Key, Write<M::Value>)] {
        self.overlay.writes()
    }
}
