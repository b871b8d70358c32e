//! Sends nothing at all, like one who has crashed; but it listens.

use crate::consensus::protocol::Out;
use crate::sim::Action;

pub(super) fn distort<M>(out: &mut Out<M>) {
    out.actions
        .retain(|action| matches!(action, Action::SetTimer { .. } | Action::Note(_)));
}
