//! What happens in a view: new-views, proposal, votes, certificates, timeouts.

use super::message::{Link, Timeout, TimeoutCertificate};
use super::phases::{Opening, Phases, Rules, START_TIMER, VIEWS_AHEAD};
use super::phases_message::PhasesMessage;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::{Certificate, Phase};
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;
use std::sync::Arc;

impl<R: Rules<PHASES>, const PHASES: u8> Phases<R, PHASES> {
    /// The present view begins, or goes on after a crash.
    pub(super) fn begin_view(&mut self, out: &mut Out<PhasesMessage<PHASES>>) {
        let view = self.pace.view();
        self.asked = None;
        self.wanted = None;
        self.votes.retain(|slot| slot.view >= view);
        self.proposals = self.proposals.split_off(&view);
        self.new_views = self.new_views.split_off(&view);
        if self.is_resting() {
            return;
        }
        let leader = self.leader(view);
        out.entered(view, leader);
        self.pace.restart_timer(&self.config, out);
        // In the first view everybody holds the same; later the leader is told who holds what, unless it
        // was all seen to decide.
        let is_told = match R::OPENING {
            Opening::NewViews => view > 1,
            Opening::Bound => self.pace.entered().is_some(),
        };
        if is_told && leader != self.me {
            let high = self.high.clone();
            out.send(leader, PhasesMessage::NewView { view, high });
        } else if leader == self.me {
            self.new_views.entry(view).or_default().add(self.me);
            if R::OPENING == Opening::Bound && self.high.view + 1 != view {
                out.set_timer(START_TIMER, view, self.config.bound);
            }
        }
        self.try_propose(out);
        self.vote_for_proposal(out);
    }

    fn enter(
        &mut self,
        view: u64,
        entered: Option<Arc<TimeoutCertificate>>,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        self.pace.enter(view, entered);
        self.begin_view(out);
    }

    /// Somebody enters a view that this replica leads. A quorum that does has left all earlier ones.
    pub(super) fn on_new_view(
        &mut self,
        from: NodeIndex,
        view: u64,
        high: &Certificate,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let present = self.pace.view();
        if self.leader(view) != self.me
            || view < present
            || view > present + VIEWS_AHEAD
            || self.is_resting()
        {
            return;
        }
        let of_view = self.new_views.entry(view).or_default();
        of_view.add(from);
        let is_open = of_view.count() >= self.config.quorum.size;
        self.on_certificate(from, high, out);
        if is_open && view > self.pace.view() {
            self.enter(view, None, out);
        }
        self.try_propose(out);
    }

    /// Whether the leader has heard what it must before it proposes.
    fn is_open(&self) -> bool {
        let view = self.pace.view();
        match R::OPENING {
            Opening::NewViews => {
                let entered = self.new_views.get(&view).map_or(0, Signers::count);
                view == 1 || entered >= self.config.quorum.size
            }
            Opening::Bound => self.high.view + 1 == view || self.waited >= view,
        }
    }

    /// The leader asks for a block, once in a view.
    pub(super) fn try_propose(&mut self, out: &mut Out<PhasesMessage<PHASES>>) {
        let view = self.pace.view();
        if self.leader(view) == self.me
            && self.proposed < view
            && self.asked != Some(view)
            && !self.is_resting()
            && !self.pace.has_given_up()
            && self.tree.has(self.high.block)
            && self.is_open()
        {
            self.asked = Some(view);
            let height = self.high.height + 1;
            if height > self.config.decisions {
                // Certified are all, decided not yet: an empty block decides those before it.
                self.propose(Payload::default(), out);
            } else {
                out.ask(height);
            }
        }
    }

    pub(super) fn propose(&mut self, payload: Payload, out: &mut Out<PhasesMessage<PHASES>>) {
        let view = self.pace.view();
        let is_asked = self.asked.take() == Some(view);
        if !is_asked || self.is_resting() || self.pace.has_given_up() {
            return;
        }
        let justify = self.tree.earlier(&self.high, usize::from(self.is_stale));
        let height = justify.height + 1;
        let block = Block::new(justify.block, height, view, self.me, payload);
        self.proposed = view;
        out.proposed(block);
        let link = Arc::new(Link { block, justify });
        out.broadcast(PhasesMessage::Propose(Arc::clone(&link)));
        self.on_proposal(self.me, &link, out);
    }

    pub(super) fn on_proposal(
        &mut self,
        from: NodeIndex,
        link: &Arc<Link>,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let block = &link.block;
        let view = block.view;
        if from != self.leader(view)
            || block.proposer != from
            || !link.is_valid(&self.config.quorum)
            || self.is_resting()
        {
            return;
        }
        self.on_certificate(from, &link.justify, out);
        if view < self.pace.view() || view > self.pace.view() + VIEWS_AHEAD {
            return;
        }
        let first = self.proposals.entry(view);
        let first = first.or_insert_with(|| Arc::clone(link));
        if first.block.id != block.id {
            out.evidence(from, Offence::Equivocation);
        }
        self.vote_for_proposal(out);
    }

    /// Votes in the first phase for the present view's proposal, if there is one, its parent is there, and
    /// the protocol's rules let it.
    pub(super) fn vote_for_proposal(&mut self, out: &mut Out<PhasesMessage<PHASES>>) {
        let view = self.pace.view();
        let Some(link) = self.proposals.get(&view).cloned() else {
            return;
        };
        if self.voted.0 >= view {
            return;
        }
        let block = link.block;
        if !self.tree.insert(&link) {
            if !self.tree.has(block.parent) {
                self.want(Some(block.proposer), block.parent, out);
            }
        } else if R::may_vote(self, &link) {
            self.vote(0, (block.height, block.id), out);
        }
    }

    /// Votes in a phase of the present view, once.
    fn vote(
        &mut self,
        phase: Phase,
        (height, block): (u64, BlockId),
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let view = self.pace.view();
        if self.pace.has_given_up() || self.voted >= (view, phase + 1) {
            return;
        }
        self.voted = (view, phase + 1);
        let leader = self.leader(view);
        if leader == self.me {
            let slot = Slot {
                view,
                height,
                phase,
            };
            self.on_vote(self.me, slot, block, out);
        } else {
            out.send(
                leader,
                PhasesMessage::Vote {
                    phase,
                    view,
                    height,
                    block,
                },
            );
        }
    }

    pub(super) fn on_vote(
        &mut self,
        from: NodeIndex,
        slot: Slot,
        block: BlockId,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let is_mine = self.leader(slot.view) == self.me && slot.view == self.pace.view();
        if !is_mine || slot.phase >= PHASES || self.is_resting() {
            return;
        }
        let need = self.config.quorum.size;
        let count = self.votes.add(slot, block, from);
        out.counted(slot, block, from, count, need);
        if count.is_new && count.have == need {
            let certificate = self.votes.certificate(slot, block);
            out.certified(&certificate);
            out.broadcast(PhasesMessage::Certified(certificate.clone()));
            self.on_certified(self.me, &certificate, out);
        }
    }

    /// The leader's certificate of a phase: it opens the next one.
    pub(super) fn on_certified(
        &mut self,
        from: NodeIndex,
        certificate: &Certificate,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let is_leader = from == self.leader(certificate.view);
        if self.is_resting() || !certificate.is_valid(&self.config.quorum) {
            return;
        }
        self.on_certificate(from, certificate, out);
        let phase = certificate.phase.saturating_add(1);
        if is_leader && phase < PHASES && certificate.view == self.pace.view() {
            self.vote(phase, (certificate.height, certificate.block), out);
        }
    }

    /// A certificate, whoever brought it: the highest is kept, it may lock or decide, and it takes a
    /// replica to its view, or beyond if it was the view's last.
    pub(super) fn on_certificate(
        &mut self,
        from: NodeIndex,
        certificate: &Certificate,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        if certificate.is_genesis()
            || certificate.phase >= PHASES
            || !certificate.is_valid(&self.config.quorum)
        {
            return;
        }
        let (view, phase) = (certificate.view, certificate.phase);
        if phase == 0 && view > self.high.view {
            self.high = certificate.clone();
        }
        if phase == R::LOCKS && view > self.lock.view {
            out.locked(view, certificate.block);
            self.lock = certificate.clone();
        }
        let is_last = phase + 1 == PHASES;
        if is_last && self.commit.as_ref().is_none_or(|commit| view > commit.view) {
            self.commit = Some(certificate.clone());
        }
        if self.tree.has(certificate.block) {
            let height_max = self.config.decisions;
            if is_last && self.tree.decide(certificate, certificate, height_max, out) {
                self.pace.succeed();
            }
        } else if certificate.height > self.tree.height() && !self.is_resting() {
            self.want(Some(from), certificate.block, out);
        }
        let opened = view + u64::from(is_last);
        if opened > self.pace.view() {
            self.enter(opened, None, out);
        } else {
            self.try_propose(out);
        }
    }

    /// The view's timer has expired: gives it up, and says so until the next one begins.
    pub(super) fn give_up(&mut self, out: &mut Out<PhasesMessage<PHASES>>) {
        if self.is_resting() {
            return;
        }
        self.asked = None;
        self.wanted = None;
        let timeout = Arc::new(self.timeout());
        out.broadcast(PhasesMessage::Timeout(timeout));
        let view = self.pace.view();
        self.pace.give_up(self.me, view, self.high.view, self.me);
        self.pace.restart_timer(&self.config, out);
        self.check_timeouts(out);
    }

    pub(super) fn on_timeout(
        &mut self,
        from: NodeIndex,
        timeout: &Timeout,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        if timeout.decided < self.tree.height() {
            self.help(from, timeout.decided, self.high.block, out);
        }
        if self.is_resting() {
            return;
        }
        for certificate in timeout.commit.iter().chain([&timeout.high]) {
            self.on_certificate(from, certificate, out);
        }
        if let Some(entered) = &timeout.entered {
            self.on_timeout_certificate(entered, out);
        }
        if timeout.view <= self.pace.view() + VIEWS_AHEAD {
            self.pace
                .give_up(from, timeout.view, timeout.high.view, self.me);
            self.check_timeouts(out);
        }
    }

    fn check_timeouts(&mut self, out: &mut Out<PhasesMessage<PHASES>>) {
        if self.is_resting() {
            return;
        }
        if let Some(certificate) = self.pace.certificate(self.config.quorum.size) {
            self.on_timeout_certificate(&Arc::new(certificate), out);
        } else if !self.pace.has_given_up() && self.pace.given_up() >= self.config.quorum.weak() {
            self.give_up(out);
        }
    }

    fn on_timeout_certificate(
        &mut self,
        certificate: &Arc<TimeoutCertificate>,
        out: &mut Out<PhasesMessage<PHASES>>,
    ) {
        let is_valid = certificate.is_valid(&self.config.quorum);
        if is_valid && certificate.view >= self.pace.view() {
            let entered = Some(Arc::clone(certificate));
            self.enter(certificate.view + 1, entered, out);
        }
    }
}
