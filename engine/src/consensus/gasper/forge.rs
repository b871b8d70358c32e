//! The long-range fork: validators who have withdrawn sign another history, from a checkpoint of the time
//! when they had not.
//!
//! Nothing that they have at stake is left to be slashed, and signing costs nothing: whoever has their old keys
//! writes in a moment what would have taken days (Buterin and others, arXiv 2003.03052, §9; Deirmentzoglou and
//! others, A Survey on Long-Range Attacks for Proof of Stake Protocols, IEEE Access 7, 2019). In that
//! history nobody withdraws, so their votes are two thirds of it and make it final. A node that was there when
//! the true one became final refuses it; one that comes back from a time before has no way to tell, unless it
//! is given a recent checkpoint by somebody it trusts (*weak subjectivity*).
//!
//! They hand each other their keys by messages of a kind of its own: nobody signs for who has not done so.

use super::duty;
use super::message::{Attestation, GasperMessage, Sealed};
use super::replica::Gasper;
use super::state::State;
use crate::consensus::block::{Block, BlockId, Payload};
use crate::consensus::protocol::Out;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use crate::primitives::hash::mix;

/// Slots of the other history that are written at most at one time.
const SLOTS_MAX: u64 = 4_096;

/// What somebody has who has withdrawn and lies.
#[derive(Clone, Default, Debug)]
pub(super) struct Forger {
    /// Whether it lies now.
    pub(super) is_active: bool,
    /// Whose old keys it has.
    keys: Signers,
    history: Option<History>,
}

/// The other history so far.
#[derive(Clone, Debug)]
struct History {
    tip: BlockId,
    height: u64,
    state: State,
    /// The next slot to be written.
    slot: u64,
    /// Votes that no block has brought yet.
    votes: Vec<Attestation>,
}

impl Gasper {
    /// Begins to lie, or ends it.
    pub(super) fn set_forging(&mut self, is_active: bool, out: &mut Out<GasperMessage>) {
        self.forger.is_active = is_active;
        if is_active {
            // Who validates has to leave first.
            self.is_leaving = true;
            self.forger.keys.add(self.me);
            out.broadcast(GasperMessage::Key);
            self.try_forge(out);
        }
    }

    /// Somebody hands over its key.
    pub(super) fn on_key(&mut self, from: NodeIndex, out: &mut Out<GasperMessage>) {
        self.forger.keys.add(from);
        self.try_forge(out);
    }

    /// Publishes the other history, once it has withdrawn for good and has the keys of what was a quorum.
    pub(super) fn try_forge(&mut self, out: &mut Out<GasperMessage>) {
        if !self.forger.is_active
            || self.forger.history.is_some()
            || self.forger.keys.count() < self.config.quorum.size
            || !self.finalized_exits().has(self.me)
        {
            return;
        }
        let base = self.fork_point();
        let Some(known) = self.states.get(&base) else {
            return;
        };
        let slot = self.tree.get(base).map_or(0, |sealed| sealed.block.view);
        self.forger.history = Some(History {
            tip: base,
            height: self.tree.height(base),
            state: known.state.clone(),
            slot: slot + 1,
            votes: Vec::new(),
        });
        if let Some((height, block)) = self.forged() {
            out.broadcast(GasperMessage::Head { height, block });
        }
    }

    /// The last block that was final on this node's chain before the first exit.
    fn fork_point(&self) -> BlockId {
        let chain = self.tree.branch(self.finalized.block, 0);
        let mut states = chain.filter_map(|sealed| self.states.get(&sealed.block.id));
        let before = states.find(|known| !known.state.knows_exits());
        let last = before.map(|known| known.state.justification.finalized.block);
        last.filter(|block| self.tree.has(*block))
            .unwrap_or(self.tree.root().0)
    }

    /// The tip of the other history, written up to the present slot; `None` if this node has none.
    pub(super) fn forged(&mut self) -> Option<(u64, BlockId)> {
        if !self.forger.is_active {
            return None;
        }
        let mut history = self.forger.history.take()?;
        let until = self.slot.min(history.slot.saturating_add(SLOTS_MAX));
        let mut epoch = None;
        let mut committees = Vec::new();
        while history.slot < until {
            let now = history.slot / self.slots;
            if epoch != Some(now) {
                epoch = Some(now);
                committees = duty::committees(&self.config, now, &Signers::default());
            }
            self.write(&mut history, &committees);
            history.slot += 1;
        }
        let tip = (history.height, history.tip);
        self.forger.history = Some(history);
        Some(tip)
    }

    /// One slot of the other history: a block if its proposer's key is there, and the votes of those in its
    /// committee whose keys are.
    fn write(&mut self, history: &mut History, committees: &[(NodeIndex, u64)]) {
        let (slot, quorum) = (history.slot, self.config.quorum);
        let epoch = slot / self.slots;
        let mut here = history.state.clone();
        here.advance(epoch, history.tip, &quorum);
        let everybody = Signers::default();
        let proposer = self.coins.proposer(&self.config, slot, &everybody);
        if self.forger.keys.has(proposer) {
            let useful = history.votes.iter().filter(|vote| here.wants(vote));
            let votes: Vec<Attestation> = useful.copied().collect();
            let payload = Payload {
                tag: mix(slot ^ self.config.seed.fork("forged").stream().below(u64::MAX)).max(1),
                ..Payload::default()
            };
            let block = Block::new(history.tip, history.height + 1, slot, proposer, payload);
            let sealed = Sealed::new(block, votes.into(), false);
            if let Some(state) = history.state.apply(&sealed, self.slots, &quorum) {
                history.state = state;
                (history.tip, history.height) = (sealed.block.id, sealed.block.height);
                self.tree.add(sealed);
                here = history.state.clone();
            }
        }
        let signing = committees
            .iter()
            .filter(|(validator, in_slot)| *in_slot == slot && self.forger.keys.has(*validator));
        let votes = signing.map(|(validator, _)| Attestation {
            validator: *validator,
            slot,
            height: history.height,
            head: history.tip,
            source: here.justification.current,
            target: here.target(),
        });
        history.votes.extend(votes);
        history.votes.retain(|vote| vote.target.epoch + 1 >= epoch);
    }
}
