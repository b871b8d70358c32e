//! Votes: for a block, to leave a view, and what they add up to.

use super::message::{Named, NotaryMessage, Whom};
use super::replica::Notary;
use super::rules::{FINALIZE, Finality, NOTARIZE, NULLIFY};
use crate::consensus::block::{Block, BlockId};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::vote::Slot;
use crate::primitives::NodeIndex;
use crate::trace::consensus::Offence;

const fn slot(phase: u8, view: u64, height: u64) -> Slot {
    Slot {
        view,
        height,
        phase,
    }
}

impl Notary {
    /// "Upon receiving first notarize(c,v) from l": kept, and voted for if it extends what it must.
    pub(super) fn on_propose(
        &mut self,
        from: NodeIndex,
        block: Block,
        out: &mut Out<NotaryMessage>,
    ) {
        if from != self.leader_of(block.view) || block.proposer != from {
            return;
        }
        let Some(view) = self.view_mut(block.view) else {
            return;
        };
        match &view.proposal {
            Some(first) if first.id != block.id => out.evidence(from, Offence::Equivocation),
            Some(_) => {}
            None => {
                view.proposal = Some(block);
                self.chain.insert(block);
            }
        }
        // The proposal is the leader's vote.
        self.on_notarize(from, (block.view, block.height, block.id), out);
        self.consider(out);
        self.finalise_ahead(Whom::One(from), out);
    }

    /// Votes for the leader's block if "the container's parent is notarized at v_parent and we have null
    /// notarizations for all views between v and v_parent".
    pub(super) fn consider(&mut self, out: &mut Out<NotaryMessage>) {
        let Some(known) = self.views.get(&self.view) else {
            return;
        };
        let Some(block) = known.proposal else {
            return;
        };
        if known.voted.is_some() || known.has_nullified {
            return;
        }
        match self.extends(&block) {
            Some(true) => {}
            Some(false) => return,
            None => return self.ask_once(Whom::One(block.proposer), out),
        }
        let named = (block.view, block.height, block.id);
        if let Some(view) = self.view_mut(block.view) {
            view.voted = Some((block.height, block.id));
        }
        if self.me != block.proposer {
            out.broadcast(NotaryMessage::Notarize(named));
            self.on_notarize(self.me, named, out);
        }
    }

    /// Minimmit: who sees the block of its view notarised before it has voted votes for it as well, so that
    /// going on early costs no finality. Some honest replica has checked the block.
    pub(super) fn join(&mut self, proof: &Certificate, out: &mut Out<NotaryMessage>) {
        if self.rules.finality != Finality::SameVotes || proof.view != self.view {
            return;
        }
        let Some(view) = self.view_mut(proof.view) else {
            return;
        };
        if view.voted.is_none() && !view.has_nullified {
            view.voted = Some((proof.height, proof.block));
            if self.me != self.leader_of(proof.view) {
                let named = (proof.view, proof.height, proof.block);
                out.broadcast(NotaryMessage::Notarize(named));
                self.on_notarize(self.me, named, out);
            }
        }
    }

    /// Whether a block of the present view extends what it must; `None` if that cannot be told yet.
    fn extends(&self, block: &Block) -> Option<bool> {
        let is_after = |height: u64| block.height == height + 1;
        for view in (self.chain.floor() + 1..self.view).rev() {
            let known = self.views.get(&view)?;
            if let Some(proof) = known.notarisation(block.parent) {
                return Some(is_after(proof.height));
            }
            known.nullified.as_ref()?;
        }
        if block.parent == self.chain.tip() {
            return Some(is_after(self.chain.decided()));
        }
        // It extends something of a view that is nullified here, and may be notarised elsewhere.
        (block.height <= self.chain.decided()).then_some(false)
    }

    pub(super) fn on_notarize(
        &mut self,
        from: NodeIndex,
        named: Named,
        out: &mut Out<NotaryMessage>,
    ) {
        let (view, height, block) = named;
        let (enough, quorum) = (self.enough(), self.config.quorum.size);
        let at = slot(NOTARIZE, view, height);
        let Some(known) = self.view_mut(view) else {
            return;
        };
        let Some(count) = known.count(at, block, from) else {
            return;
        };
        out.counted(at, block, from, count, enough);
        if !count.is_new {
            return;
        }
        let is_notarised = known.notarisation(block).is_some();
        let proof = (count.have >= enough).then(|| known.votes.certificate(at, block));
        if let Some(proof) = proof {
            if !is_notarised {
                self.on_certificate(&proof, true, out);
            }
            if self.rules.finality == Finality::SameVotes && count.have >= quorum {
                self.finalise(&proof, true, Whom::One(from), out);
            }
        }
        self.doubt(view, out);
    }

    /// Gives the present view up.
    pub(super) fn nullify(&mut self, out: &mut Out<NotaryMessage>) {
        self.give_up(self.view, out);
    }

    fn give_up(&mut self, at: u64, out: &mut Out<NotaryMessage>) {
        let Some(view) = self.view_mut(at) else {
            return;
        };
        if !std::mem::replace(&mut view.has_nullified, true) {
            out.broadcast(NotaryMessage::Nullify(at));
            self.on_nullify(self.me, at, out);
        }
    }

    pub(super) fn on_nullify(&mut self, from: NodeIndex, view: u64, out: &mut Out<NotaryMessage>) {
        let enough = self.enough();
        let at = slot(NULLIFY, view, 0);
        let Some(known) = self.view_mut(view) else {
            return;
        };
        let Some(count) = known.count(at, BlockId::NONE, from) else {
            return;
        };
        out.counted(at, BlockId::NONE, from, count, enough);
        if count.is_new && count.have >= enough && known.nullified.is_none() {
            let proof = known.votes.certificate(at, BlockId::NONE);
            self.on_certificate(&proof, true, out);
        }
        self.doubt(view, out);
    }

    /// Minimmit, nullify by contradiction: a replica that voted for one block and sees enough nodes say
    /// something else knows that the block cannot become final here, and helps the view to its end.
    fn doubt(&mut self, view: u64, out: &mut Out<NotaryMessage>) {
        if view != self.view || self.rules.finality != Finality::SameVotes {
            return;
        }
        let Some(known) = self.views.get(&view).filter(|known| !known.has_nullified) else {
            return;
        };
        if known
            .voted
            .is_some_and(|(_, block)| known.against(block) >= self.enough())
        {
            self.give_up(view, out);
        }
    }

    /// Votes that came before the view was entered may contradict already.
    pub(super) fn leave_in_doubt(&mut self, out: &mut Out<NotaryMessage>) {
        self.doubt(self.view, out);
    }

    /// Simplex: "if have not broadcast nullify(v), broadcast finalize(c,v)".
    pub(super) fn finalize(&mut self, named: Named, out: &mut Out<NotaryMessage>) {
        let (view, height, block) = named;
        let is_flawed = self.has_flaw(self.rules.unfaithful);
        let Some(known) = self.view_mut(view) else {
            return;
        };
        if known.finalized.is_none() && (!known.has_nullified || is_flawed) {
            known.finalized = Some((height, block));
            out.broadcast(NotaryMessage::Finalize(named));
            self.on_finalize(self.me, named, out);
        }
    }

    pub(super) fn on_finalize(
        &mut self,
        from: NodeIndex,
        named: Named,
        out: &mut Out<NotaryMessage>,
    ) {
        let (view, height, block) = named;
        let need = self.config.quorum.size;
        let at = slot(FINALIZE, view, height);
        let Some(known) = self.view_mut(view) else {
            return;
        };
        let Some(count) = known.count(at, block, from) else {
            return;
        };
        out.counted(at, block, from, count, need);
        if count.is_new && count.have >= need {
            let proof = known.votes.certificate(at, block);
            self.finalise(&proof, true, Whom::One(from), out);
        }
    }

    /// Says again what it said in this view, and how it got here, and asks for what it lacks.
    pub(super) fn say_again(&mut self, out: &mut Out<NotaryMessage>) {
        let before = self.views.get(&self.view.saturating_sub(1));
        let proofs = before.into_iter().flat_map(|view| {
            let notarised = view.notarised.first().cloned();
            let nullified = view.nullified.clone();
            notarised.or(nullified)
        });
        for proof in proofs {
            self.pass_on(&proof, out);
        }
        let known = self.views.get(&self.view).cloned().unwrap_or_default();
        match (known.voted, known.proposal) {
            (Some(_), Some(block)) if block.proposer == self.me => {
                out.broadcast(NotaryMessage::Propose(block));
            }
            (Some((height, block)), _) => {
                out.broadcast(NotaryMessage::Notarize((self.view, height, block)));
            }
            (None, _) => {}
        }
        if known.has_nullified {
            out.broadcast(NotaryMessage::Nullify(self.view));
        }
        self.ask(Whom::All, out);
    }
}
