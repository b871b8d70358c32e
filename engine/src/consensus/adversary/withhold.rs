//! Sends to the first half of the others only: enough to make them differ, too little to decide.

use super::Liar;
use crate::consensus::protocol::Out;
use crate::primitives::NodeIndex;
use crate::sim::Action;

pub(super) fn distort<M>(liar: &Liar, nodes: u32, out: &mut Out<M>) {
    let others = liar.others(nodes);
    let favoured = &others[..others.len() / 2];
    let is_favoured = |node: &NodeIndex| favoured.contains(node);
    let mut changed = Vec::with_capacity(out.actions.len());
    for action in out.actions.drain(..) {
        changed.push(match action {
            Action::Broadcast(message) => Action::Multicast {
                to: favoured.to_vec(),
                message,
            },
            Action::Multicast { mut to, message } => {
                to.retain(is_favoured);
                Action::Multicast { to, message }
            }
            Action::Send { to, .. } if !is_favoured(&to) => continue,
            action => action,
        });
    }
    out.actions = changed;
}
