//! Acts done by hand, as edits of the document.

use super::format::{ActDocument, ConsensusScenario, Deed};
use crate::primitives::Micros;

impl ConsensusScenario {
    /// The document with something done by hand at a moment. The first `scripted` acts stay as they are;
    /// of those behind them, done by hand before, the later ones are forgotten: they belong to another
    /// future.
    #[must_use]
    pub fn with_act(mut self, scripted: usize, at: Micros, deed: Deed) -> Self {
        let mut by_hand = self.acts.split_off(scripted.min(self.acts.len()));
        by_hand.retain(|act| act.at_us <= at.0);
        self.acts.extend(by_hand);
        self.acts.push(ActDocument { at_us: at.0, deed });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_future_forgets_what_was_done_later_by_hand() {
        let of = |scenario: &ConsensusScenario| -> Vec<u64> {
            scenario.acts.iter().map(|act| act.at_us).collect()
        };
        let scripted = ConsensusScenario::default().with_act(0, Micros(900), Deed::Heal);
        let once = scripted.with_act(1, Micros(50), Deed::Crash { node: 1 });
        let twice = once.with_act(1, Micros(70), Deed::Crash { node: 2 });
        assert_eq!(of(&twice), [900, 50, 70]);
        let back = twice.with_act(1, Micros(60), Deed::Heal);
        assert_eq!(of(&back), [900, 50, 60]);
    }
}
