//! Making up for what was lost (§3.2, step 3: fill-hole): who lacks something says what it has; others send the rest.

use super::chain::{Ordered, is_linked};
use super::form::{CONFIRM, STABLE};
use super::message::{NewView, ZyzzyvaMessage};
use super::replica::Zyzzyva;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use std::sync::Arc;

impl Zyzzyva {
    /// What this replica has.
    pub(super) fn status(&self) -> ZyzzyvaMessage {
        ZyzzyvaMessage::FillHole {
            view: self.begun,
            height: self.chain.tip().0,
            stable: self.chain.base().0,
        }
    }

    /// Says to all what it has.
    pub(super) fn say_status(&self, out: &mut Out<ZyzzyvaMessage>) {
        out.broadcast(self.status());
    }

    pub(super) fn on_fill_hole(
        &mut self,
        from: NodeIndex,
        view: u64,
        height: u64,
        stable: u64,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if stable < self.chain.base().0
            && let Some(orders) = self.chain.settled_after(stable)
        {
            let message = ZyzzyvaMessage::Missing(Arc::new(orders), self.stable.clone());
            out.send(from, message);
        }
        if view > self.begun {
            // The sender is ahead: it may help in turn.
            return out.send(from, self.status());
        }
        if view < self.begun {
            if let Some((new_view, proof)) = &self.opening {
                let message = ZyzzyvaMessage::Opening(Arc::clone(new_view), proof.clone());
                out.send(from, message);
            }
            return;
        }
        let orders = self.chain.after(height).iter().copied();
        let orders: Vec<Ordered> = orders.filter(|at| at.block.view == view).collect();
        if !orders.is_empty() {
            let orders = Arc::new(orders);
            out.send(from, ZyzzyvaMessage::Fill { view, orders });
        }
    }

    /// Orders that somebody passes on bear the signature of their view's primary all the same.
    pub(super) fn on_fill(&mut self, view: u64, orders: &[Ordered], out: &mut Out<ZyzzyvaMessage>) {
        let primary = self.primary_of(view);
        for ordered in orders {
            if self.is_in(view) && (ordered.block.view, ordered.block.proposer) == (view, primary) {
                self.on_order(primary, ordered, out);
            }
        }
    }

    /// A view has begun without this replica. It enters it unless it has reported its history to a later one:
    /// that report must stay true.
    pub(super) fn on_opening(
        &mut self,
        new_view: &Arc<NewView>,
        proof: &Certificate,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if proof.phase != CONFIRM
            || proof.view != new_view.view
            || new_view.view <= self.begun
            || !proof.is_valid(&self.config.quorum)
        {
            return;
        }
        self.on_new_view(new_view, out);
        let slot = Slot {
            view: proof.view,
            height: proof.height,
            phase: CONFIRM,
        };
        for signer in proof.signers.iter() {
            self.votes.add(slot, proof.block, signer);
        }
        self.check_confirmed(out);
    }

    /// Final blocks take the place of whatever this replica has executed speculatively.
    pub(super) fn on_missing(
        &mut self,
        orders: &[Ordered],
        proof: &Certificate,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        let base = self.chain.base();
        let is_new =
            proof.phase == STABLE && proof.height > base.0 && proof.is_valid(&self.config.quorum);
        let from = orders.partition_point(|ordered| ordered.block.height <= base.0);
        let orders = &orders[from..];
        let proven = orders
            .last()
            .is_some_and(|last| (last.block.height, last.block.id) == (proof.height, proof.block));
        if !is_new || !proven || !is_linked(base, orders) {
            return;
        }
        if !self.chain.has(proof.height, proof.block) {
            self.chain.replace(base, orders);
        }
        self.stabilise(proof.clone(), out);
        self.forget_executed();
        if !self.is_changing && proof.view > self.view {
            // What it did in its view has been overtaken.
            return self.want(proof.view, out);
        }
        self.confirm(out);
        self.accept_early(out);
    }
}
