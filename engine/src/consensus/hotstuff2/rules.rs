//! What makes the phases of [`crate::consensus::chain::phases`] HotStuff-2.

use super::form::{DESCRIPTOR, LOCK_CHECK_DROPPED};
use crate::consensus::certificate::Phase;
use crate::consensus::chain::message::Link;
use crate::consensus::chain::phases::{Opening, Phases, Rules};
use crate::consensus::descriptor::Descriptor;

/// A HotStuff-2 replica.
pub type Hotstuff2 = Phases<Two, 2>;

/// HotStuff-2's rules.
#[derive(Clone, Debug)]
pub struct Two;

impl Rules<2> for Two {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    /// §3, second vote: on the prepare message a party updates its lock to C(B).
    const LOCKS: Phase = 0;

    /// §3, propose: at once with the certificate of the view before, else after Δ.
    const OPENING: Opening = Opening::Bound;

    /// §3, vote: if the proposal's certificate ranks no lower than the lock.
    fn may_vote(replica: &Phases<Self, 2>, link: &Link) -> bool {
        replica.has_flaw(LOCK_CHECK_DROPPED) || link.justify.view >= replica.lock().view
    }
}
