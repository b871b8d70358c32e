//! What happens in a view of a pipeline: proposal, votes, certificates, timeouts.

use super::message::{Link, Timeout, TimeoutCertificate};
use super::pipeline::{Pipeline, Rules, VIEWS_AHEAD};
use super::pipeline_message::{PipelineMessage, Proposal};
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;
use std::sync::Arc;

impl<R: Rules> Pipeline<R> {
    /// The present view begins, or goes on after a crash.
    pub(super) fn begin_view(&mut self, out: &mut Out<PipelineMessage>) {
        let view = self.pace.view();
        self.asked = None;
        self.wanted = None;
        self.votes.retain(|slot| slot.view + 1 >= view);
        self.proposals = self.proposals.split_off(&view);
        if self.is_resting() {
            return;
        }
        out.entered(view, self.leader(view));
        self.pace.restart_timer(&self.config, out);
        self.try_propose(out);
        self.vote(out);
    }

    fn enter(
        &mut self,
        view: u64,
        entered: Option<Arc<TimeoutCertificate>>,
        out: &mut Out<PipelineMessage>,
    ) {
        self.pace.enter(view, entered);
        self.begin_view(out);
    }

    /// The leader asks for a block, once in a view, when it has the block that it is to extend. Blocks
    /// beyond what was asked for, which only certify those before them, are empty.
    pub(super) fn try_propose(&mut self, out: &mut Out<PipelineMessage>) {
        let view = self.pace.view();
        if self.leader(view) != self.me
            || self.proposed >= view
            || self.asked == Some(view)
            || self.is_resting()
            || self.pace.has_given_up()
            || !self.tree.has(self.high.block)
        {
            return;
        }
        self.asked = Some(view);
        let height = self.high.height + 1;
        if height > self.config.decisions {
            self.propose(Payload::default(), out);
        } else {
            out.ask(height);
        }
    }

    pub(super) fn propose(&mut self, payload: Payload, out: &mut Out<PipelineMessage>) {
        let view = self.pace.view();
        let is_asked = self.asked.take() == Some(view);
        if is_asked && !self.is_resting() && !self.pace.has_given_up() {
            self.send_proposal(payload, out);
        }
    }

    fn send_proposal(&mut self, payload: Payload, out: &mut Out<PipelineMessage>) {
        let view = self.pace.view();
        // Who lies about what is certified does so after a failed view, where nobody else may know better,
        // and builds on that from then on.
        let steps = if self.is_stale && self.pace.entered().is_some() {
            R::chain(&self.config) - 1
        } else {
            0
        };
        let justify = self.tree.earlier(&self.high, steps);
        let height = justify.height + 1;
        let block = Block::new(justify.block, height, view, self.me, payload);
        self.proposed = view;
        out.proposed(block);
        let proposal = Arc::new(Proposal {
            link: Link { block, justify },
            entered: self.pace.entered().cloned(),
        });
        out.broadcast(PipelineMessage::Proposal(Arc::clone(&proposal)));
        self.proposals.insert(view, proposal);
        self.vote(out);
    }

    pub(super) fn on_proposal(
        &mut self,
        from: NodeIndex,
        proposal: &Arc<Proposal>,
        out: &mut Out<PipelineMessage>,
    ) {
        let block = &proposal.link.block;
        let view = block.view;
        let entered = proposal.entered.as_ref();
        let is_entered = proposal.link.justify.view + 1 == view
            || entered.is_some_and(|entered| entered.view + 1 == view);
        if from != self.leader(view)
            || block.proposer != from
            || (!is_entered && view > self.pace.view())
            || !proposal.link.is_valid(&self.config.quorum)
        {
            return;
        }
        // Who hears from this proposal that all is decided votes for it, and rests.
        let was_resting = self.is_resting();
        self.on_certificate(from, &proposal.link.justify, out);
        if let Some(entered) = entered {
            self.on_timeout_certificate(entered, out);
        }
        if was_resting || view < self.pace.view() || view > self.pace.view() + VIEWS_AHEAD {
            return;
        }
        let first = self.proposals.entry(view);
        let first = first.or_insert_with(|| Arc::clone(proposal));
        if first.link.block.id != block.id {
            out.evidence(from, Offence::Equivocation);
        }
        self.vote(out);
    }

    /// Votes for the present view's proposal, if there is one, its parent is there, and the protocol's
    /// rules let it.
    pub(super) fn vote(&mut self, out: &mut Out<PipelineMessage>) {
        let view = self.pace.view();
        let Some(proposal) = self.proposals.get(&view).cloned() else {
            return;
        };
        if self.voted >= view {
            return;
        }
        let block = proposal.link.block;
        if !self.tree.insert(&proposal.link) {
            if !self.tree.has(block.parent) {
                self.want(Some(block.proposer), block.parent, out);
            }
            return;
        }
        if !R::may_vote(self, &proposal) {
            return;
        }
        self.voted = view;
        let next = self.leader(view + 1);
        if next == self.me {
            self.on_vote(self.me, (view, block.height), block.id, out);
        } else {
            out.send(
                next,
                PipelineMessage::Vote {
                    view,
                    height: block.height,
                    block: block.id,
                },
            );
        }
    }

    pub(super) fn on_vote(
        &mut self,
        from: NodeIndex,
        (view, height): (u64, u64),
        block: BlockId,
        out: &mut Out<PipelineMessage>,
    ) {
        let present = self.pace.view();
        if self.leader(view + 1) != self.me
            || view + 1 < present
            || view > present + VIEWS_AHEAD
            || self.is_resting()
        {
            return;
        }
        let slot = Slot {
            view,
            height,
            phase: 0,
        };
        let need = self.config.quorum.size;
        let count = self.votes.add(slot, block, from);
        out.counted(slot, block, from, count, need);
        if count.is_new && count.have == need {
            let certificate = self.votes.certificate(slot, block);
            out.certified(&certificate);
            self.on_certificate(from, &certificate, out);
            if self.is_resting() && self.pace.view() == view + 1 {
                // Only this leader has the certificate that decides the last block: it tells the others,
                // and rests.
                self.send_proposal(Payload::default(), out);
            }
        }
    }

    /// A certificate, whoever brought it: the highest is kept, it may lock and decide, and it opens the
    /// next view.
    pub(super) fn on_certificate(
        &mut self,
        from: NodeIndex,
        certificate: &Certificate,
        out: &mut Out<PipelineMessage>,
    ) {
        if certificate.is_genesis()
            || certificate.phase != 0
            || !certificate.is_valid(&self.config.quorum)
        {
            return;
        }
        if certificate.view > self.high.view {
            self.high = certificate.clone();
        }
        if let Some(link) = self.tree.get(certificate.block) {
            let lock = R::lock(certificate, &link.justify).cloned();
            if let Some(lock) = lock.filter(|lock| lock.view > self.lock.view) {
                out.locked(lock.view, lock.block);
                self.lock = lock;
            }
            self.decide(certificate, out);
        } else if !self.is_resting() && certificate.height > self.tree.height() {
            self.want(Some(from), certificate.block, out);
        }
        if certificate.view >= self.pace.view() {
            self.enter(certificate.view + 1, None, out);
        }
    }

    /// The commit rule: as many certified blocks as the protocol wants, in views in a row, decide the
    /// first of them with all its ancestors.
    fn decide(&mut self, certificate: &Certificate, out: &mut Out<PipelineMessage>) {
        let mut first = certificate;
        for _ in 1..R::chain(&self.config) {
            let Some(link) = self.tree.get(first.block) else {
                return;
            };
            if link.justify.is_genesis() || link.justify.view + 1 != first.view {
                return;
            }
            first = &link.justify;
        }
        if first.height <= self.tree.height() {
            return;
        }
        let first = first.clone();
        let height_max = self.config.decisions;
        if self.tree.decide(&first, certificate, height_max, out) {
            self.pace.succeed();
        }
    }

    /// The view's timer has expired: gives it up, and says so until the next one begins.
    pub(super) fn give_up(&mut self, out: &mut Out<PipelineMessage>) {
        if self.is_resting() {
            return;
        }
        let view = self.pace.view();
        self.voted = self.voted.max(view);
        self.asked = None;
        self.wanted = None;
        let timeout = Arc::new(self.timeout());
        out.broadcast(PipelineMessage::Timeout(timeout));
        self.pace.give_up(self.me, view, self.high.view, self.me);
        self.pace.restart_timer(&self.config, out);
        self.check_timeouts(out);
    }

    pub(super) fn on_timeout(
        &mut self,
        from: NodeIndex,
        timeout: &Timeout,
        out: &mut Out<PipelineMessage>,
    ) {
        if timeout.decided < self.tree.height() {
            self.help(from, timeout.decided, self.high.block, out);
        }
        if self.is_resting() {
            return;
        }
        self.on_certificate(from, &timeout.high, out);
        if let Some(entered) = &timeout.entered {
            self.on_timeout_certificate(entered, out);
        }
        let is_near = timeout.view <= self.pace.view() + VIEWS_AHEAD;
        if is_near && timeout.high.is_valid(&self.config.quorum) {
            self.pace
                .give_up(from, timeout.view, timeout.high.view, self.me);
            self.check_timeouts(out);
        }
    }

    fn check_timeouts(&mut self, out: &mut Out<PipelineMessage>) {
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
        out: &mut Out<PipelineMessage>,
    ) {
        let is_valid = certificate.is_valid(&self.config.quorum);
        if is_valid && certificate.view >= self.pace.view() {
            let entered = Some(Arc::clone(certificate));
            self.enter(certificate.view + 1, entered, out);
        }
    }
}
