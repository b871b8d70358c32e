//! Which history a new view begins with (§3.3): the rule as it was published, and the repaired one.
//!
//! Repaired: what the newest view certified comes first. A replica takes part in a view only with a
//! certificate for the history that the view began with, so a report's certificate is of the view that it was
//! last in. Let w be the newest view of any report and C its certificate for the greatest height. If a request
//! was completed in view w with local-commits, q replicas held a certificate of w for it, one of them is
//! honest and among the reports, and certificates of one view lie on one history, since two quorums share an
//! honest replica: C covers it. If it was completed in w by n equal answers, every honest replica has it, and
//! at least f+1 of those that report are honest and were last in w. If it was completed in an older view, the
//! history that w began with has it, by induction, and C covers that. Nothing else can gain f+1 reports of w
//! against it: one of them would be honest.
//!
//! Published: the certificate for the greatest height comes first, whatever its view, then what f+1 reports
//! have in common, whatever theirs. Then a certificate of an old view, for a request that nobody completed,
//! outweighs what a later view completed by n answers (Abraham et al., arXiv 1712.01367).

use super::chain::Ordered;
use super::form::CONFIRM;
use super::message::ViewChange;
use crate::consensus::block::BlockId;
use crate::consensus::certificate::Certificate;
use crate::consensus::quorum::Quorum;
use crate::primitives::NodeIndex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reports, and who made them.
pub(super) type Reports = [(NodeIndex, Arc<ViewChange>)];

/// A history: what comes after a final block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Choice {
    /// A final height and its block.
    pub(super) low: (u64, BlockId),
    /// What comes after it.
    pub(super) blocks: Vec<Ordered>,
}

impl Choice {
    /// The last height and block.
    pub(super) fn tip(&self) -> (u64, BlockId) {
        let last = self.blocks.last();
        last.map_or(self.low, |last| (last.block.height, last.block.id))
    }
}

/// The history of the next view.
pub(super) fn choose(reports: &Reports, quorum: &Quorum, is_published: bool) -> Choice {
    let mut best: Option<((u64, u64), Choice)> = None;
    for (_, report) in reports {
        let low = (report.stable.height, report.stable.block);
        let stable = (&report.stable, &[][..]);
        let certified = (&report.best, report.certified.as_slice());
        for (certificate, blocks) in [stable, certified] {
            let rank = rank(certificate, is_published);
            let is_better = best.as_ref().is_none_or(|(other, _)| rank > *other);
            if is_better && (blocks.is_empty() || certificate.height > low.0) {
                let blocks = blocks.to_vec();
                best = Some((rank, Choice { low, blocks }));
            }
        }
    }
    let Some(((view, _), mut choice)) = best else {
        return Choice {
            low: (0, BlockId::NONE),
            blocks: Vec::new(),
        };
    };
    while let Some(next) = next(
        reports,
        quorum,
        choice.tip(),
        (!is_published).then_some(view),
    ) {
        choice.blocks.push(next);
    }
    choice
}

/// What outranks what: by view and height, or, as published, by height alone. There, that a view has begun
/// says nothing of what is to come first.
fn rank(certificate: &Certificate, is_published: bool) -> (u64, u64) {
    if !is_published {
        (certificate.view, certificate.height)
    } else if certificate.phase == CONFIRM {
        (0, 0)
    } else {
        (0, certificate.height)
    }
}

/// What f+1 reports, of the replicas that were last in this view if it matters, have after a block.
fn next(
    reports: &Reports,
    quorum: &Quorum,
    (height, id): (u64, BlockId),
    view: Option<u64>,
) -> Option<Ordered> {
    let mut found: BTreeMap<BlockId, (u32, Ordered)> = BTreeMap::new();
    let counted = reports
        .iter()
        .filter(|(_, report)| view.is_none_or(|view| report.begun == view));
    for (_, report) in counted {
        let above = (height + 1).checked_sub(report.stable.height + 1);
        let Some(ordered) = above.and_then(|at| report.history.get(at as usize)) else {
            continue;
        };
        if ordered.block.parent == id {
            let entry = found.entry(ordered.block.id).or_insert((0, *ordered));
            entry.0 += 1;
        }
    }
    found
        .into_values()
        .filter(|(count, _)| *count >= quorum.weak())
        .max_by_key(|(count, _)| *count)
        .map(|(_, ordered)| ordered)
}
