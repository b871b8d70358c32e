//! Making up for what was lost: who is behind says so, who is further helps (TOCS 2002 §5.2, §6.2).

use super::form::COMMIT;
use super::message::PbftMessage;
use super::replica::Pbft;
use crate::consensus::block::Block;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::primitives::NodeIndex;
use std::sync::Arc;

/// Most blocks in one answer.
const BLOCKS_MAX: usize = 64;

impl Pbft {
    /// The last view that began.
    fn begun(&self) -> u64 {
        self.beginning
            .as_ref()
            .map_or(0, |beginning| beginning.view)
    }

    /// Says how far this replica is.
    pub(super) fn say_status(&mut self, out: &mut Out<PbftMessage>) {
        out.broadcast(PbftMessage::Status {
            view: self.begun(),
            executed: self.executed,
        });
    }

    pub(super) fn on_status(
        &mut self,
        from: NodeIndex,
        view: u64,
        executed: u64,
        out: &mut Out<PbftMessage>,
    ) {
        // Who has just asked for this view will hear of its beginning.
        if view < self.begun()
            && self.changes.get(self.begun(), from).is_none()
            && let Some(beginning) = &self.beginning
        {
            out.send(from, PbftMessage::NewView(Arc::clone(beginning)));
        }
        let missing: Vec<_> = self
            .history
            .range(executed + 1..)
            .take(BLOCKS_MAX)
            .map(|(_, pair)| pair.clone())
            .collect();
        if !missing.is_empty() {
            out.send(from, PbftMessage::Missing(Arc::new(missing)));
        }
    }

    /// Executes what others have committed, if it is proven and comes next.
    pub(super) fn on_missing(
        &mut self,
        from: NodeIndex,
        blocks: &[(Block, Certificate)],
        out: &mut Out<PbftMessage>,
    ) {
        let before = self.executed;
        for (block, proof) in blocks {
            let is_proven = proof.is_valid(&self.config.quorum)
                && proof.phase == COMMIT
                && (proof.block, proof.height) == (block.id, block.height);
            if is_proven && block.height == self.executed + 1 {
                self.execute(*block, proof.clone(), out);
            }
        }
        if self.executed == before {
            return;
        }
        self.failures = 0;
        self.next = self.next.max(self.executed + 1);
        self.restart_timer(out);
        self.execute_all(out);
        self.propose(out);
        if blocks.len() == BLOCKS_MAX {
            let status = PbftMessage::Status {
                view: self.begun(),
                executed: self.executed,
            };
            out.send(from, status);
        }
    }
}
