//! Faults, and what replicas wait for, in plain sentences.

use super::words::{message, nodes, spaced, tell, time};
use crate::i18n::*;
use crate::model::agreement::AgreementIndex;
use engine::consensus::{Waits, order};
use engine::primitives::Micros;
use engine::sim::{Act, ActKind};

/// A fault, as one sentence.
pub(super) fn act(locale: Locale, index: &AgreementIndex, act: &Act) -> String {
    let name = |node: &u32| index.name(*node);
    match &act.kind {
        ActKind::Crash { node } => tell!(locale, act_crash, node = name(node)),
        ActKind::Recover {
            node,
            forgets: false,
        } => tell!(locale, act_recover, node = name(node)),
        ActKind::Recover { node, .. } => tell!(locale, act_recover_forgets, node = name(node)),
        ActKind::Partition { groups } => {
            let groups: Vec<String> = groups
                .iter()
                .map(|group| nodes(locale, index, group))
                .collect();
            tell!(locale, act_partition, groups = groups.join(" | "))
        }
        ActKind::Heal => td_string!(locale, consensus.act_heal).to_owned(),
        ActKind::Slow {
            node,
            delay: Micros(0),
        } => tell!(locale, act_not_slow, node = name(node)),
        ActKind::Slow { node, delay } => {
            tell!(locale, act_slow, node = name(node), delay = time(*delay))
        }
        ActKind::Delay { from, to, delay } => {
            tell!(
                locale,
                act_delay,
                from = name(from),
                to = name(to),
                delay = time(*delay)
            )
        }
        ActKind::DropMessage { id } => {
            let mut messages = index.recording.messages.iter();
            match messages.find(|message| message.id == *id) {
                Some(found) => {
                    tell!(locale, act_drop, message = message(locale, index, found))
                }
                None => tell!(locale, act_drop_number, id = id),
            }
        }
        ActKind::DropKind { kind, count, .. } => {
            let kind = index.recording.kinds.get(usize::from(*kind));
            let kind = kind.map_or_else(String::new, |kind| spaced(&kind.name));
            tell!(locale, act_drop_kind, kind = kind, count = count)
        }
        ActKind::Skew {
            node,
            ahead,
            drift_ppm,
        } => tell!(
            locale,
            act_skew,
            node = name(node),
            ahead = time(*ahead),
            drift = drift_ppm
        ),
        ActKind::Order { node, order: 0 } => tell!(locale, act_repent, node = name(node)),
        ActKind::Order {
            node,
            order: order::WITHDRAW,
        } => tell!(locale, act_withdraw, node = name(node)),
        ActKind::Order {
            node,
            order: order::TRUST,
        } => tell!(locale, act_trust, node = name(node)),
        ActKind::Order { node, .. } => tell!(locale, act_lie, node = name(node)),
        ActKind::Copy { node } => tell!(locale, act_copy, node = name(node)),
    }
}

/// What a replica waits for.
pub(super) fn waits(locale: Locale, index: &AgreementIndex, waits: &Waits) -> String {
    match waits {
        Waits::Nothing => td_string!(locale, consensus.waits_nothing).to_owned(),
        Waits::Payload => td_string!(locale, consensus.waits_payload).to_owned(),
        Waits::Proposal { view, leader } => {
            tell!(
                locale,
                waits_proposal,
                view = view,
                leader = index.name(leader.0)
            )
        }
        Waits::Votes {
            phase,
            view,
            have,
            need,
        } => tell!(
            locale,
            waits_votes,
            phase = spaced(index.phase(*phase)),
            view = view,
            have = have,
            need = need
        ),
        Waits::ViewChange { view, have, need } => {
            tell!(
                locale,
                waits_view_change,
                view = view,
                have = have,
                need = need
            )
        }
        Waits::NewView { view, leader } => {
            tell!(
                locale,
                waits_new_view,
                view = view,
                leader = index.name(leader.0)
            )
        }
        Waits::Sync => td_string!(locale, consensus.waits_sync).to_owned(),
        Waits::Time => td_string!(locale, consensus.waits_time).to_owned(),
    }
}
