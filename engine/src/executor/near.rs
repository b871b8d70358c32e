//! Slots that are looked at before the transactions that touch them run.

use crate::vm::Vm;

/// Transactions whose slots are looked at together: loads that do not depend on one another overlap, and waiting
/// for memory is most of what a small transaction takes.
pub(super) const TOGETHER: usize = 16;

/// Which slots some transactions touch most likely. Its memory is kept.
#[derive(Default, Debug)]
pub(super) struct Near(Vec<u32>);

impl Near {
    /// The places of what these transactions touch, where `place` knows one: all are found before the first of
    /// them is loaded.
    pub(super) fn of<'a, M: Vm>(
        &mut self,
        vm: &M,
        txs: impl Iterator<Item = &'a M::Tx>,
        place: impl Fn(&M::Key) -> Option<u32>,
    ) -> &[u32]
    where
        M::Tx: 'a,
    {
        self.0.clear();
        for tx in txs {
            vm.near(tx, &mut |key| {
                if let Some(place) = place(key) {
                    self.0.push(place);
                }
            });
        }
        &self.0
    }
}
