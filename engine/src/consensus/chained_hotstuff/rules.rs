//! What makes the pipeline of [`crate::consensus::chain::pipeline`] chained HotStuff.

use super::form::{DESCRIPTOR, LOCK_CHECK_DROPPED, TWO_CHAIN};
use crate::consensus::certificate::Certificate;
use crate::consensus::chain::pipeline::{Pipeline, Rules};
use crate::consensus::chain::pipeline_message::Proposal;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;

/// A chained HotStuff replica.
pub type ChainedHotstuff = Pipeline<ThreeChain>;

/// Chained HotStuff's rules.
#[derive(Clone, Debug)]
pub struct ThreeChain;

impl Rules for ThreeChain {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    /// Algorithm 3, decide phase: "(b*.parent = b″) ∧ (b″.parent = b′) ∧ (b′.parent = b)".
    fn chain(config: &Config) -> usize {
        if config.flaw == Some(TWO_CHAIN) { 2 } else { 3 }
    }

    /// Algorithm 3, commit phase: lockedQC becomes b″.justify, the certificate of the parent of what is
    /// certified; as Algorithm 4 has it, whenever that is newer.
    fn lock<'a>(_: &'a Certificate, parent: &'a Certificate) -> Option<&'a Certificate> {
        (!parent.is_genesis()).then_some(parent)
    }

    /// safeNode (Algorithm 1): the block extends the locked one (safety), or its justify is newer than the
    /// lock (liveness).
    fn may_vote(replica: &Pipeline<Self>, proposal: &Proposal) -> bool {
        replica.has_flaw(LOCK_CHECK_DROPPED)
            || replica.extends_lock(proposal.link.block.id)
            || proposal.link.justify.view > replica.lock().view
    }
}
