//! What makes the pipeline of [`crate::consensus::chain::pipeline`] Jolteon.

use super::form::{DESCRIPTOR, WITHOUT_TIMEOUT_CERTIFICATES};
use crate::consensus::certificate::Certificate;
use crate::consensus::chain::pipeline::{Pipeline, Rules};
use crate::consensus::chain::pipeline_message::Proposal;
use crate::consensus::config::Config;
use crate::consensus::descriptor::Descriptor;

/// A Jolteon replica.
pub type Jolteon = Pipeline<TwoChain>;

/// Jolteon's rules.
#[derive(Clone, Debug)]
pub struct TwoChain;

impl Rules for TwoChain {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;

    /// §4, commit: two adjacent certified blocks in rounds in a row decide the first.
    fn chain(_: &Config) -> usize {
        2
    }

    /// §4, lock: qc_high; a timeout carries it, and that is all that it is for.
    fn lock<'a>(certificate: &'a Certificate, _: &'a Certificate) -> Option<&'a Certificate> {
        Some(certificate)
    }

    /// §4, vote: r = qc.r + 1, or r = tc.r + 1 and qc.r ≥ max{qc_high.r | qc_high in tc}.
    fn may_vote(replica: &Pipeline<Self>, proposal: &Proposal) -> bool {
        let view = proposal.link.block.view;
        let justify = proposal.link.justify.view;
        let is_carried = proposal.entered.as_ref().is_some_and(|entered| {
            entered.view + 1 == view
                && (justify >= entered.high || replica.has_flaw(WITHOUT_TIMEOUT_CERTIFICATES))
        });
        justify + 1 == view || is_carried
    }
}
