//! View changes (§3.3): who hates the primary says so; f+1 who do, or a proof that it misbehaved, make all
//! report their histories; the next primary hands a quorum's reports to all, everybody works out the same
//! history from them, and the view begins for whoever sees a quorum confirm it.

use super::chain::is_linked;
use super::form::{CHECKPOINT, CONFIRM, HATE, RESPONSE, STABLE};
use super::history::choose;
use super::message::{Grounds, NewView, Place, ViewChange, ZyzzyvaMessage};
use super::replica::{VIEWS_AHEAD, Zyzzyva};
use crate::consensus::block::BlockId;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use std::sync::Arc;

fn hating(view: u64) -> Slot {
    Slot {
        view,
        height: 0,
        phase: HATE,
    }
}

impl Zyzzyva {
    /// §3.3, step 1: the primary has not done in time what this replica waits for.
    pub(super) fn hate(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        let (view, primary) = (self.view, self.primary());
        for request in self.pending.values() {
            out.send(primary, ZyzzyvaMessage::ConfirmReq(*request));
        }
        out.broadcast(ZyzzyvaMessage::Hate { view });
        self.on_hate(self.me, view, out);
    }

    /// §3.3, step 2: f+1 who hate the primary.
    pub(super) fn on_hate(&mut self, from: NodeIndex, view: u64, out: &mut Out<ZyzzyvaMessage>) {
        if view < self.view || view > self.view + VIEWS_AHEAD {
            return;
        }
        let slot = hating(view);
        let count = self.votes.add(slot, BlockId::NONE, from);
        if self.is_in(view) && count.have >= self.config.quorum.weak() {
            let haters = self.votes.signers(slot, BlockId::NONE).cloned();
            self.grounds = Some(Grounds {
                view,
                haters: haters.unwrap_or_default(),
                caught: None,
            });
            self.want(view + 1, out);
        }
    }

    /// Whether somebody had reason to leave the view that this replica is in.
    fn is_grounded(&self, grounds: &Grounds) -> bool {
        let primary = self.primary_of(grounds.view);
        let caught = grounds.caught.as_deref();
        self.is_in(grounds.view)
            && (grounds.haters.count() >= self.config.quorum.weak()
                || caught.is_some_and(|[a, b]| a.contradicts(b, grounds.view, primary)))
    }

    /// The timer of a replica that waits for a view to begin has expired.
    pub(super) fn give_up_change(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        let is_beginning = self.installing.is_some();
        if is_beginning && !self.has_repeated {
            // Perhaps others have begun it, and what they sent is lost: a replica that goes on alone cannot
            // come back.
            self.has_repeated = true;
            return self.confirm(out);
        }
        if is_beginning || self.reports.count_from(self.view) >= self.config.quorum.size {
            self.failures += 1;
            return self.want(self.view + 1, out);
        }
        if let Some(report) = self.reports.get(self.view, self.me) {
            out.broadcast(ZyzzyvaMessage::ViewChange(Arc::clone(report)));
        }
    }

    /// Leaves the view, and reports to the one that it wants.
    pub(super) fn want(&mut self, view: u64, out: &mut Out<ZyzzyvaMessage>) {
        (self.view, self.is_changing, self.installing) = (view, true, None);
        out.entered(view, self.primary());
        let report = Arc::new(self.report(view));
        out.broadcast(ZyzzyvaMessage::ViewChange(Arc::clone(&report)));
        self.reports.forget_before(view);
        self.reports.insert(view, self.me, report);
        self.restart_timer(out);
        self.try_begin(out);
    }

    fn report(&self, view: u64) -> ViewChange {
        let base = self.chain.base();
        let above = self.chain.above();
        let kept = self.kept.as_deref().unwrap_or(above);
        let certified: Vec<_> = kept
            .iter()
            .filter(|at| at.block.height > base.0 && at.block.height <= self.best.height)
            .copied()
            .collect();
        let last = certified.last().map(|last| last.block.id);
        // A certificate for what stable checkpoints have overtaken proves no more than they do.
        let is_shown = self.best.height <= base.0
            || (last == Some(self.best.block) && is_linked(base, &certified));
        let (best, certified) = if is_shown {
            (self.best.clone(), certified)
        } else {
            (self.stable.clone(), Vec::new())
        };
        ViewChange {
            view,
            grounds: self.grounds.clone(),
            begun: self.begun,
            stable: self.stable.clone(),
            best,
            certified,
            history: above.to_vec(),
        }
    }

    pub(super) fn on_view_change(
        &mut self,
        from: NodeIndex,
        report: &Arc<ViewChange>,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if !self.is_proven(report) || report.view > self.view + VIEWS_AHEAD {
            return;
        }
        if report.view <= self.begun {
            // The sender has missed how a view began.
            if let Some((new_view, proof)) = &self.opening {
                let message = ZyzzyvaMessage::Opening(Arc::clone(new_view), proof.clone());
                out.send(from, message);
            }
            return;
        }
        if report.view < self.view {
            return;
        }
        if !self.reports.insert(report.view, from, Arc::clone(report)) {
            // One who asks again may lack what this replica has to go on.
            if let (true, Some((new_view, _))) = (report.view == self.view, &self.installing) {
                out.send(from, ZyzzyvaMessage::NewView(Arc::clone(new_view)));
            }
            return;
        }
        // §3.3: a view change that bears its grounds makes every replica of that view join it.
        let grounds = report.grounds.as_ref();
        if let Some(grounds) = grounds.filter(|grounds| self.is_grounded(grounds)) {
            self.grounds = Some(grounds.clone());
            self.want(self.view + 1, out);
        }
        if let Some(next) = self.reports.next(self.view, &self.config.quorum) {
            return self.want(next, out);
        }
        if self.is_changing && self.reports.count(self.view) == self.config.quorum.size {
            self.restart_timer(out);
        }
        self.try_begin(out);
    }

    /// Whether a report proves what it says. Repaired, whoever has taken part in a view shows a certificate
    /// of that view.
    fn is_proven(&self, report: &ViewChange) -> bool {
        let (quorum, stable, best) = (&self.config.quorum, &report.stable, &report.best);
        let base = (stable.height, stable.block);
        let is_certified = match report.certified.last() {
            Some(last) => (last.block.height, last.block.id) == (best.height, best.block),
            None => best.height <= stable.height,
        };
        (stable.is_genesis() || (stable.phase == STABLE && stable.is_valid(quorum)))
            && matches!(best.phase, RESPONSE | CHECKPOINT | CONFIRM | STABLE)
            && best.is_valid(quorum)
            && best.view < report.view
            && report.begun < report.view
            && (self.is_published() || best.view >= report.begun)
            && is_certified
            && is_linked(base, &report.certified)
            && is_linked(base, &report.history)
    }

    /// The primary of the view that is wanted hands on a quorum's reports.
    fn try_begin(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        if !self.is_changing
            || self.installing.is_some()
            || self.primary() != self.me
            || self.reports.count(self.view) < self.config.quorum.size
        {
            return;
        }
        let new_view = Arc::new(NewView {
            view: self.view,
            reports: self.reports.of(self.view),
        });
        out.broadcast(ZyzzyvaMessage::NewView(Arc::clone(&new_view)));
        self.on_new_view(&new_view, out);
    }

    /// §3.3, step 4: everybody works out the new view's history from the same reports, so that it matters
    /// not who hands them on.
    pub(super) fn on_new_view(&mut self, new_view: &Arc<NewView>, out: &mut Out<ZyzzyvaMessage>) {
        let view = new_view.view;
        let is_wanted = view == self.view && self.is_changing && self.installing.is_none();
        if view < self.view || (view == self.view && !is_wanted) {
            return;
        }
        let signers: Signers = new_view.reports.iter().map(|(node, _)| *node).collect();
        let mut reports = new_view.reports.iter();
        if signers.count() < self.config.quorum.size
            || signers.count() as usize != new_view.reports.len()
            || !reports.all(|(_, report)| report.view == view && self.is_proven(report))
        {
            return;
        }
        if self.view != view {
            (self.view, self.is_changing) = (view, true);
            out.entered(view, self.primary());
        }
        let is_published = self.is_published();
        let choice = choose(&new_view.reports, &self.config.quorum, is_published);
        self.installing = Some((Arc::clone(new_view), choice));
        self.has_repeated = false;
        self.restart_timer(out);
        self.confirm(out);
    }

    /// Confirms the history of the view that is to begin, if this replica has what that rests on.
    pub(super) fn confirm(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        let Some((_, choice)) = &self.installing else {
            return;
        };
        if !self.chain.reaches(choice.low, &choice.blocks) {
            return self.say_status(out);
        }
        let (height, block) = choice.tip();
        let place = Place {
            view: self.view,
            height,
            block,
        };
        out.broadcast(ZyzzyvaMessage::ViewConfirm(place));
        self.on_view_confirm(self.me, &place, out);
    }

    pub(super) fn on_view_confirm(
        &mut self,
        from: NodeIndex,
        place: &Place,
        out: &mut Out<ZyzzyvaMessage>,
    ) {
        if place.view <= self.begun || place.view > self.view + VIEWS_AHEAD {
            return;
        }
        let slot = Slot {
            view: place.view,
            height: place.height,
            phase: CONFIRM,
        };
        let (count, size) = (
            self.votes.add(slot, place.block, from),
            self.config.quorum.size,
        );
        out.counted(slot, place.block, from, count, size);
        if count.have == size && self.installing.is_none() {
            // A view begins, and it is not known with what.
            self.say_status(out);
        }
        self.check_confirmed(out);
    }

    /// §3.3, step 5: the view begins when a quorum confirms the same history.
    pub(super) fn check_confirmed(&mut self, out: &mut Out<ZyzzyvaMessage>) {
        let Some((_, choice)) = &self.installing else {
            return;
        };
        let (height, block) = choice.tip();
        let slot = Slot {
            view: self.view,
            height,
            phase: CONFIRM,
        };
        if self.votes.count(slot, block) >= self.config.quorum.size
            && self.chain.reaches(choice.low, &choice.blocks)
        {
            let proof = self.votes.certificate(slot, block);
            self.begin(proof, out);
        }
    }

    /// Rolls back to the new view's history, and answers for it in the new view.
    fn begin(&mut self, proof: Certificate, out: &mut Out<ZyzzyvaMessage>) {
        let Some((new_view, choice)) = self.installing.take() else {
            return;
        };
        if self.is_published() {
            // It keeps its commit certificate, with what that is for.
            let kept = self.report(self.view + 1).certified;
            self.kept = (!kept.is_empty()).then_some(kept);
        } else {
            (self.best, self.kept) = (proof.clone(), None);
        }
        self.chain.replace(choice.low, &choice.blocks);
        out.certified(&proof);
        let view = self.view;
        (self.is_changing, self.begun) = (false, view);
        self.opening = Some((new_view, proof));
        (self.grounds, self.announced) = (None, None);
        self.unanswered.clear();
        self.reports.forget_before(view + 1);
        self.votes
            .retain(|slot| slot.view >= view || slot.phase == STABLE);
        self.forget_executed();
        self.restart_timer(out);
        let heights = self.chain.above().iter().map(|at| at.block.height);
        for height in heights {
            self.respond(height, out);
        }
        self.repeat_checkpoint(out);
        self.early.retain(|(early, _), _| *early >= view);
        self.accept_early(out);
        self.order(out);
    }
}
