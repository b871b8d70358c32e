//! Votes for every block that it has heard of, wherever it votes for one.

use super::{Liar, class};
use crate::consensus::descriptor::Descriptor;
use crate::consensus::protocol::{Out, ProtocolMessage};
use crate::sim::{Action, Sizes};
use crate::trace::consensus::Class;

pub(super) fn distort<M: ProtocolMessage>(liar: &Liar, protocol: &Descriptor, out: &mut Out<M>) {
    let mut further = Vec::new();
    for action in &out.actions {
        let (Action::Broadcast(message) | Action::Send { message, .. }) = action else {
            continue;
        };
        // Where the client counts them, votes are answers to it.
        if !matches!(class(protocol, message), Class::Vote | Class::Client) {
            continue;
        }
        let envelope = message.envelope(&Sizes::default());
        for block in liar.blocks.values().flatten() {
            let same_place = block.height == envelope.height && block.id.0 != envelope.block;
            let Some(lie) = same_place.then(|| message.instead(block)).flatten() else {
                continue;
            };
            further.push(match action {
                Action::Send { to, .. } => Action::Send {
                    to: *to,
                    message: lie,
                },
                _ => Action::Broadcast(lie),
            });
        }
    }
    out.actions.extend(further);
}
