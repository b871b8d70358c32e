//! Votes like everybody, but never proposes and opens no view: the leader that a view change is for.

use super::class;
use crate::consensus::descriptor::Descriptor;
use crate::consensus::protocol::{Out, ProtocolMessage};
use crate::sim::Action;
use crate::trace::consensus::Class;

pub(super) fn distort<M: ProtocolMessage>(protocol: &Descriptor, out: &mut Out<M>) {
    out.actions.retain(|action| match action {
        Action::Send { message, .. }
        | Action::Multicast { message, .. }
        | Action::Broadcast(message) => class(protocol, message) != Class::Proposal,
        Action::SetTimer { .. } | Action::Note(_) => true,
    });
}
