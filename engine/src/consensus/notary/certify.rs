//! Certificates: how views end, and how blocks become final.

use super::chain::Gap;
use super::message::{NotaryMessage, Whom};
use super::replica::Notary;
use super::rules::{Finality, NOTARIZE, NULLIFY};
use crate::consensus::block::BlockId;
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use std::sync::Arc;

impl Notary {
    /// Whether a certificate ends its view.
    fn ends_view(&self, proof: &Certificate) -> bool {
        let names = match proof.phase {
            NOTARIZE => proof.block != BlockId::NONE && proof.height > 0,
            NULLIFY => proof.block == BlockId::NONE && proof.height == 0,
            _ => false,
        };
        names && proof.signers.count() >= self.enough()
    }

    /// Whether a certificate makes its block final.
    pub(super) fn is_final(&self, proof: &Certificate) -> bool {
        proof.phase == self.rules.final_phase()
            && proof.block != BlockId::NONE
            && proof.height > 0
            && proof.signers.count() >= self.config.quorum.size
    }

    /// Passes a certificate on to everybody.
    pub(super) fn pass_on(&self, proof: &Certificate, out: &mut Out<NotaryMessage>) {
        let proof = Arc::new(proof.clone());
        out.broadcast(if proof.phase == NULLIFY {
            NotaryMessage::Nullification(proof)
        } else {
            NotaryMessage::Notarization(proof)
        });
    }

    /// A view has ended: "broadcast notarization(c,v) (even if we have not verified c)", or the
    /// nullification, and "enter v+1". What was fetched is not passed on again.
    pub(super) fn on_certificate(
        &mut self,
        proof: &Certificate,
        is_news: bool,
        out: &mut Out<NotaryMessage>,
    ) {
        if !self.ends_view(proof) || proof.view <= self.chain.floor() {
            return;
        }
        // Enough have been in that view: the next one is not too far ahead.
        let view = self.views.entry(proof.view).or_default();
        if proof.phase == NULLIFY {
            if view.nullified.is_some() {
                return;
            }
            view.nullified = Some(proof.clone());
        } else {
            // Liars beyond the bound could notarise any number of blocks; two tell enough.
            if view.notarisation(proof.block).is_some() || view.notarised.len() >= 2 {
                return;
            }
            view.notarised.push(proof.clone());
        }
        out.certified(proof);
        if is_news {
            self.pass_on(proof, out);
        }
        if proof.phase == NOTARIZE {
            out.locked(proof.view, proof.block);
            self.join(proof, out);
            if self.rules.finality == Finality::OwnVotes {
                self.finalize((proof.view, proof.height, proof.block), out);
            }
        }
        if proof.view >= self.view {
            self.enter(proof.view + 1, out);
        } else {
            self.lead(out);
            self.consider(out);
        }
    }

    /// "Mark c as finalized (and recursively finalize its parents); broadcast finalization(c,v)".
    pub(super) fn finalise(
        &mut self,
        proof: &Certificate,
        is_news: bool,
        whom: Whom,
        out: &mut Out<NotaryMessage>,
    ) {
        if proof.height <= self.chain.decided() || proof.view <= self.chain.floor() {
            return;
        }
        let path = match self.chain.path(proof.block) {
            Ok(path) => path,
            Err(Gap::Fork) => return,
            Err(Gap::Missing(_)) => {
                if self
                    .ahead
                    .as_ref()
                    .is_none_or(|ahead| ahead.view < proof.view)
                {
                    self.ahead = Some(proof.clone());
                    self.ask(whom, out);
                }
                return;
            }
        };
        out.certified(proof);
        for block in &path {
            out.decided(block.height, block.id, proof.clone());
        }
        self.chain.decide(&path, proof);
        let floor = self.chain.floor();
        self.views.retain(|view, _| *view > floor);
        if self.ahead.as_ref().is_some_and(|ahead| ahead.view <= floor) {
            self.ahead = None;
        }
        if is_news && self.rules.finality == Finality::OwnVotes {
            out.broadcast(NotaryMessage::Finalization(Arc::new(proof.clone())));
        }
        if floor >= self.view {
            self.enter(floor + 1, out);
        } else {
            self.lead(out);
            self.consider(out);
        }
    }

    /// A block has come that a finalisation may have waited for.
    pub(super) fn finalise_ahead(&mut self, whom: Whom, out: &mut Out<NotaryMessage>) {
        if let Some(proof) = self.ahead.clone()
            && self.chain.path(proof.block).is_ok()
        {
            self.finalise(&proof, true, whom, out);
        }
    }
}
