//! View changes (§4.4): what was prepared is carried into the next view, so that what was committed
//! keeps its number.

use super::form::{CHECKPOINT, PREPARE, WITHOUT_CERTIFICATES};
use super::message::{NewView, PbftMessage, ViewChange};
use super::replica::{Pbft, VIEWS_AHEAD};
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::certificate::Certificate;
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Pbft {
    /// The timer of a backup that waits for something has expired.
    pub(super) fn give_up(&mut self, out: &mut Out<PbftMessage>) {
        if !self.is_waiting() {
            return;
        }
        if self.is_changing && self.changes.count_from(self.view) < self.config.quorum.size {
            // §4.4 starts this timer only once a quorum wants the view; until then, say it again. Who wants
            // a later view counts, since what it said of this one may be lost.
            self.want_again(out);
            self.restart_timer(out);
        } else {
            self.failures += 1;
            self.want(self.view + 1, out);
        }
        self.say_status(out);
    }

    /// Stops taking part in the view and asks for another one.
    fn want(&mut self, view: u64, out: &mut Out<PbftMessage>) {
        self.view = view;
        self.is_changing = true;
        self.asked = None;
        out.entered(view, self.primary());
        let is_flawed = self.config.flaw == Some(WITHOUT_CERTIFICATES);
        let change = Arc::new(ViewChange {
            view,
            stable: self.stable.clone(),
            prepared: if is_flawed {
                Vec::new()
            } else {
                let places = self.log.values();
                places.filter_map(|place| place.prepared.clone()).collect()
            },
            next: self.executed + 1,
        });
        out.broadcast(PbftMessage::ViewChange(Arc::clone(&change)));
        self.changes.forget_before(view);
        self.changes.insert(view, self.me, change);
        self.restart_timer(out);
        self.try_begin(out);
    }

    fn want_again(&mut self, out: &mut Out<PbftMessage>) {
        if let Some(change) = self.changes.get(self.view, self.me) {
            out.broadcast(PbftMessage::ViewChange(Arc::clone(change)));
        }
    }

    pub(super) fn on_view_change(
        &mut self,
        from: NodeIndex,
        change: &Arc<ViewChange>,
        out: &mut Out<PbftMessage>,
    ) {
        if !self.is_proven(change) || change.view > self.view + VIEWS_AHEAD {
            return;
        }
        let is_past = change.view < self.view || (change.view == self.view && !self.is_changing);
        let is_repeated = self.changes.get(change.view, from).is_some();
        if is_past && (is_repeated || change.view < self.view) {
            // The sender has missed how this view began.
            if let Some(beginning) = &self.beginning {
                out.send(from, PbftMessage::NewView(Arc::clone(beginning)));
            }
            return;
        }
        if is_repeated {
            return;
        }
        self.changes.insert(change.view, from, Arc::clone(change));
        if is_past {
            return;
        }
        if let Some(next) = self.changes.next(self.view, &self.config.quorum) {
            return self.want(next, out);
        }
        if self.is_changing && self.changes.count(self.view) == self.config.quorum.size {
            // "starts a timer that expires after some time T" when a quorum wants the view.
            self.restart_timer(out);
        }
        self.try_begin(out);
    }

    /// Whether a view change proves what it says.
    fn is_proven(&self, change: &ViewChange) -> bool {
        let quorum = &self.config.quorum;
        let stable = &change.stable;
        let is_stable = stable.height == 0
            || (stable.phase == CHECKPOINT && stable.signers.count() >= quorum.size);
        is_stable
            && change.prepared.iter().all(|(block, proof)| {
                proof.phase == PREPARE
                    && proof.is_valid(quorum)
                    && proof.view < change.view
                    && (proof.block, proof.height) == (block.id, block.height)
            })
    }

    /// The primary of the view that is wanted begins it, when a quorum wants it.
    fn try_begin(&mut self, out: &mut Out<PbftMessage>) {
        if !self.is_changing
            || self.primary() != self.me
            || self.changes.count(self.view) < self.config.quorum.size
        {
            return;
        }
        let changes = self.changes.of(self.view);
        let new_view = Arc::new(NewView {
            view: self.view,
            blocks: self.reissued(self.view, &changes),
            changes,
        });
        out.broadcast(PbftMessage::NewView(Arc::clone(&new_view)));
        self.begin(&new_view, out);
    }

    /// O (§4.4): from the latest stable checkpoint of V to the highest number of any prepared message,
    /// the block prepared in the newest view, or the null request where none was.
    fn reissued(&self, view: u64, changes: &[(NodeIndex, Arc<ViewChange>)]) -> Vec<Block> {
        let low = Self::latest_stable(changes).map_or(0, |stable| stable.height);
        let mut newest: BTreeMap<u64, (u64, Block)> = BTreeMap::new();
        for (block, proof) in changes.iter().flat_map(|(_, change)| &change.prepared) {
            let best = newest.entry(block.height).or_insert((proof.view, *block));
            if proof.view > best.0 {
                *best = (proof.view, *block);
            }
        }
        let high = newest.last_key_value().map_or(low, |(height, _)| *height);
        let null = |height| {
            let nothing = Payload::default();
            Block::new(BlockId::NONE, height, view, self.primary_of(view), nothing)
        };
        (low + 1..=high)
            .map(|height| {
                newest
                    .get(&height)
                    .map_or_else(|| null(height), |(_, b)| *b)
            })
            .collect()
    }

    fn latest_stable(changes: &[(NodeIndex, Arc<ViewChange>)]) -> Option<&Certificate> {
        let stable = changes.iter().map(|(_, change)| &change.stable);
        stable.max_by_key(|stable| stable.height)
    }

    /// A backup accepts a new view "if it is signed properly, if the view-change messages it contains are
    /// valid, and if the set O is correct". Its primary signed it; who passes it on need not be that.
    pub(super) fn on_new_view(&mut self, new_view: &Arc<NewView>, out: &mut Out<PbftMessage>) {
        let view = new_view.view;
        let is_later = view > self.view || (view == self.view && self.is_changing);
        let wanted =
            |(_, change): &(_, Arc<ViewChange>)| change.view == view && self.is_proven(change);
        let signers: Signers = new_view.changes.iter().map(|(node, _)| *node).collect();
        if is_later
            && new_view.changes.iter().all(wanted)
            && signers.count() >= self.config.quorum.size
            && new_view.blocks == self.reissued(view, &new_view.changes)
        {
            self.begin(new_view, out);
        }
    }

    /// Enters the view: every block of O is pre-prepared in it.
    fn begin(&mut self, new_view: &Arc<NewView>, out: &mut Out<PbftMessage>) {
        if self.view != new_view.view {
            self.view = new_view.view;
            out.entered(self.view, self.primary());
        }
        self.is_changing = false;
        self.beginning = Some(Arc::clone(new_view));
        self.asked = None;
        let view = self.view;
        self.changes.forget_before(view);
        self.votes
            .retain(|slot| slot.view >= view || slot.phase == CHECKPOINT);
        self.restart_timer(out);
        if let Some(stable) = Self::latest_stable(&new_view.changes) {
            self.stabilise(stable.clone(), out);
        }
        for block in &new_view.blocks {
            if self.is_in_log(block.height) {
                self.accept(*block, out);
            }
        }
        let last = new_view.blocks.last().map_or(0, |block| block.height);
        self.next = if self.config.flaw == Some(WITHOUT_CERTIFICATES) {
            self.executed + 1
        } else {
            last.max(self.stable.height) + 1
        };
        self.early.retain(|(early, _), _| *early >= view);
        let due: Vec<Block> = self
            .early
            .range((view, 0)..=(view, u64::MAX))
            .map(|(_, block)| *block)
            .collect();
        self.early.retain(|(early, _), _| *early > view);
        for block in due.into_iter().filter(|block| block.height > last) {
            self.on_pre_prepare(self.primary(), view, block, out);
        }
        self.propose(out);
    }
}
