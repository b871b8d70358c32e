//! Agreement (§3.2): the primary orders, replicas execute at once and answer, clients make them commit.

use super::chain::Ordered;
use super::form::RESPONSE;
use super::message::{Grounds, Place, Request, ZyzzyvaMessage};
use super::replica::{VIEWS_AHEAD, Zyzzyva};
use crate::consensus::block::Block;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;
use std::sync::Arc;

/// A client that asks for an executed request so often makes replicas doubt that the primary told all the
/// same.
const TRIES_MAX: u32 = 3;

impl Zyzzyva {
    /// A client asks (§3.2, step 1), or a backup whom it asked passes that on (step 4c, CONFIRM-REQ).
    pub(super) fn on_request(
        &mut self,
        request: &Request,
        is_passed_on: bool,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if request.view > self.begun {
            self.say_status(out);
        }
        if let Some((number, height)) = self.chain.executed(request.client)
            && number >= request.number
        {
            if number == request.number && !self.is_changing {
                self.respond(height, out);
                if request.tries >= TRIES_MAX {
                    self.unanswered.insert(request.client, number);
                    self.start_timer(out);
                }
            }
            return;
        }
        self.pending.insert(request.client, *request);
        if self.is_changing {
            return;
        }
        if self.primary() == self.me {
            return self.order(out);
        }
        if !is_passed_on {
            // §3.2, step 4c: passes it on to the primary, and starts a timer.
            out.send(self.primary(), ZyzzyvaMessage::ConfirmReq(*request));
        }
        self.start_timer(out);
    }

    /// The primary orders what clients want (§3.2, step 2).
    pub(super) fn order(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        if self.primary() != self.me || self.is_changing {
            return;
        }
        let requests: Vec<Request> = self.pending.values().copied().collect();
        for request in requests {
            let (height, parent) = self.chain.tip();
            if !self.has_room(height + 1) {
                // Backups wait as well, and it is for checkpoints.
                return self.start_timer(out);
            }
            let ordered = Ordered {
                block: Block::new(parent, height + 1, self.view, self.me, request.payload),
                client: request.client,
                number: request.number,
            };
            out.proposed(ordered.block);
            out.broadcast(ZyzzyvaMessage::OrderReq(ordered));
            self.execute(ordered, out);
        }
    }

    pub(super) fn on_order(
        &mut self,
        from: NodeIndex,
        ordered: &Ordered,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        let Block { view, height, .. } = ordered.block;
        if from != self.primary_of(view) || ordered.block.proposer != from {
            return;
        }
        if self.is_in(view) {
            self.accept(*ordered, out);
            self.accept_early(out);
        } else if view >= self.view && view <= self.view + VIEWS_AHEAD && self.has_room(height) {
            self.early.entry((view, height)).or_insert(*ordered);
        }
    }

    /// §3.2, step 3: executes an order of the present view if it extends the history; a gap is asked for.
    fn accept(&mut self, ordered: Ordered, out: &mut Out<ZyzzyvaMessage>) {
        let (block, (tip, last)) = (&ordered.block, self.chain.tip());
        if let Some(orders) = self.contradiction(&ordered) {
            return self.catch(self.view, &Arc::new(orders), out);
        }
        if !self.has_room(block.height) || block.height <= tip {
            return;
        }
        if block.height > tip + 1 {
            self.early.insert((self.view, block.height), ordered);
            out.send(self.primary(), self.status());
            return self.start_timer(out);
        }
        let executed = self.chain.executed(ordered.client);
        let is_new = executed.is_none_or(|(number, _)| number < ordered.number);
        if block.parent == last && is_new {
            self.execute(ordered, out);
        }
    }

    /// Orders that were ahead of the history, as far as it has come.
    pub(super) fn accept_early(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        while !self.is_changing {
            let next = (self.view, self.chain.tip().0 + 1);
            let Some(ordered) = self.early.remove(&next) else {
                return;
            };
            self.accept(ordered, out);
        }
    }

    /// What it has executed that contradicts an order, if that shows that the primary misbehaves.
    fn contradiction(&self, ordered: &Ordered) -> Option<[Ordered; 2]> {
        let height = ordered.block.height;
        let executed = self.chain.executed(ordered.client);
        let twice = executed.map_or(height, |(_, height)| height);
        let places = [height, height.saturating_sub(1), height + 1, twice];
        let known = places
            .into_iter()
            .filter_map(|height| self.chain.at(height));
        let primary = self.primary();
        let mut known = known.filter(|known| known.contradicts(ordered, self.view, primary));
        known.next().map(|known| [*known, *ordered])
    }

    fn execute(&mut self, ordered: Ordered, out: &mut Out<ZyzzyvaMessage>) {
        let (client, height) = (ordered.client, ordered.block.height);
        self.chain.push(ordered);
        self.unanswered.remove(&client);
        let pending = self.pending.get(&client);
        if pending.is_some_and(|request| request.number <= ordered.number) {
            self.pending.remove(&client);
        }
        self.failures = 0;
        if self.is_timing {
            self.restart_timer(out);
        }
        self.respond(height, out);
        if height.is_multiple_of(self.checkpoint_every()) {
            self.make_checkpoint(height, out);
        }
    }

    /// Requests that the history has are pending no longer.
    pub(super) fn forget_executed(&mut self) {
        let chain = &self.chain;
        self.pending.retain(|client, asked| {
            let executed = chain.executed(*client);
            executed.is_none_or(|(number, _)| number < asked.number)
        });
    }

    /// Answers whoever asked for what was executed at a height.
    pub(super) fn respond(&self, height: u64, out: &mut Out<ZyzzyvaMessage>) {
        if let Some(ordered) = self.chain.at(height) {
            let message = ZyzzyvaMessage::SpecResponse {
                view: self.begun,
                ordered: *ordered,
            };
            out.send(ordered.client, message);
        }
    }

    /// §3.2, step 4b.1: a commit certificate for a part of its history in its view. Once it has reported its
    /// history to the next view it is too late.
    pub(super) fn on_commit(
        &mut self,
        from: NodeIndex,
        proof: &Certificate,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if proof.phase != RESPONSE || !proof.is_valid(&self.config.quorum) {
            return;
        }
        let is_known = self.chain.has(proof.height, proof.block);
        if proof.view > self.begun || (self.is_in(proof.view) && !is_known) {
            self.say_status(out);
        }
        if self.is_in(proof.view) && is_known {
            self.adopt(proof, out);
            out.send(from, ZyzzyvaMessage::LocalCommit(Place::of(proof)));
        }
    }

    /// Keeps the best certificate: that of the newest view for the greatest height; as published, that for
    /// the greatest height.
    pub(super) fn adopt(&mut self, proof: &Certificate, out: &mut Out<ZyzzyvaMessage>) {
        let is_better = if self.is_published() {
            proof.height >= self.best.height
        } else {
            (proof.view, proof.height) > (self.best.view, self.best.height)
        };
        if is_better {
            self.best = proof.clone();
            self.kept = None;
            out.certified(proof);
            out.locked(proof.view, proof.block);
        }
    }

    /// §3.2, step 4d: a proof that the primary misbehaved is passed on, and starts a view change.
    pub(super) fn on_misbehaviour(
        &mut self,
        view: u64,
        orders: &Arc<[Ordered; 2]>,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        let [a, b] = &**orders;
        if self.is_in(view) && a.contradicts(b, view, self.primary()) {
            self.catch(view, orders, out);
        }
    }

    fn catch(&mut self, view: u64, orders: &Arc<[Ordered; 2]>, out: &mut Out<ZyzzyvaMessage>) {
        out.evidence(self.primary_of(view), Offence::Equivocation);
        let message = ZyzzyvaMessage::Misbehaviour {
            view,
            orders: Arc::clone(orders),
        };
        out.broadcast(message);
        self.grounds = Some(Grounds {
            view,
            haters: Signers::default(),
            caught: Some(Arc::clone(orders)),
        });
        self.want(view + 1, out);
    }
}
