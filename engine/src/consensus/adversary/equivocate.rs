//! Proposes one block to the others of even rank and another one to those of odd rank.

use super::Liar;
use crate::consensus::protocol::{Out, ProtocolMessage};
use crate::sim::Action;

pub(super) fn distort<M: ProtocolMessage>(liar: &Liar, nodes: u32, out: &mut Out<M>) {
    let mut changed = Vec::with_capacity(out.actions.len() + 1);
    for action in out.actions.drain(..) {
        let lie = match &action {
            Action::Broadcast(message) => message
                .proposed()
                .and_then(|block| message.instead(&block.rival(0))),
            _ => None,
        };
        match (action, lie) {
            (Action::Broadcast(message), Some(lie)) => {
                let others = liar.others(nodes);
                let rank = |parity: usize| others.iter().skip(parity).step_by(2).copied().collect();
                changed.push(Action::Multicast {
                    to: rank(0),
                    message,
                });
                changed.push(Action::Multicast {
                    to: rank(1),
                    message: lie,
                });
            }
            (action, _) => changed.push(action),
        }
    }
    out.actions = changed;
}
