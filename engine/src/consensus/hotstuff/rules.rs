//! What makes the phases of [`crate::consensus::chain::phases`] basic HotStuff.

use super::form::{DESCRIPTOR, LOCK_CHECK_DROPPED};
use crate::consensus::certificate::Phase;
use crate::consensus::chain::message::Link;
use crate::consensus::chain::phases::{Opening, Phases, Rules};
use crate::consensus::descriptor::Descriptor;

/// A basic HotStuff replica.
pub type Hotstuff = Phases<Basic, 3>;

/// Basic HotStuff's rules.
#[derive(Clone, Debug)]
pub struct Basic;

impl Rules<3> for Basic {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    /// Algorithm 2, commit phase: lockedQC becomes the commit message's justify, which is precommitQC.
    const LOCKS: Phase = 1;

    /// Algorithm 2, prepare phase: the leader waits for a quorum's new-views and extends the highest
    /// prepareQC.
    const OPENING: Opening = Opening::NewViews;

    /// safeNode (Algorithm 1): the block extends the locked one (safety), or its justify is newer than the
    /// lock (liveness).
    fn may_vote(replica: &Phases<Self, 3>, link: &Link) -> bool {
        replica.has_flaw(LOCK_CHECK_DROPPED)
            || replica.extends_lock(link.block.id)
            || link.justify.view > replica.lock().view
    }
}
