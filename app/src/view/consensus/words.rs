//! What happened, in plain sentences.

use crate::i18n::*;
use crate::model::agreement::{AgreementIndex, Pick, What};
use crate::model::format;
use engine::primitives::Micros;
use engine::trace::consensus::{DropReason, Fate, Mark, Message, NO_ROW, Offence, What as Marked};

/// A text of the consensus lab with its values filled in.
macro_rules! tell {
    ($locale:expr, $key:ident $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::view::execution::wording::fill(
            $crate::i18n::td_string!($locale, consensus.$key),
            &[$((stringify!($name), &$value as &dyn std::fmt::Display)),*],
        )
    };
}
pub(super) use tell;

/// A block in four letters.
pub(super) fn block(block: u64) -> String {
    format!("{:04X}", block >> 48)
}

/// A moment or a span.
pub(super) fn time(at: Micros) -> String {
    format::simulated(at.0)
}

/// Names in a protocol's paper are written with spaces.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// Nodes by their names: `0, 2 and 3`.
pub(super) fn nodes(locale: Locale, index: &AgreementIndex, list: &[u32]) -> String {
    let names: Vec<String> = list.iter().map(|node| index.name(*node)).collect();
    match names.split_last() {
        None => td_string!(locale, consensus.nobody).to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => tell!(locale, list_and, before = before.join(", "), last = last),
    }
}

/// A message in a few words.
pub(super) fn message(locale: Locale, index: &AgreementIndex, message: &Message) -> String {
    tell!(
        locale,
        message,
        kind = spaced(index.kind(message)),
        from = index.name(message.from),
        to = index.name(message.to)
    )
}

/// What happens, as one sentence.
pub(super) fn happening(locale: Locale, index: &AgreementIndex, what: What) -> String {
    match what {
        What::Arrived(row) => index.message(row).map_or_else(String::new, |found| {
            tell!(locale, arrives, message = message(locale, index, found))
        }),
        What::Lost(row) => index.message(row).map_or_else(String::new, |found| {
            tell!(
                locale,
                is_lost,
                message = message(locale, index, found),
                reason = reason(locale, found.fate)
            )
        }),
        What::Mark(row) => index
            .mark(row)
            .map_or_else(String::new, |found| mark(locale, index, found)),
    }
}

fn reason(locale: Locale, fate: Fate) -> &'static str {
    match fate {
        Fate::Dropped(DropReason::Loss) => td_string!(locale, consensus.lost_network),
        Fate::Dropped(DropReason::Crashed) => td_string!(locale, consensus.lost_crashed),
        Fate::Dropped(DropReason::Act) => td_string!(locale, consensus.lost_act),
        Fate::Dropped(DropReason::QueueFull) => td_string!(locale, consensus.lost_queue),
        Fate::Dropped(DropReason::Duplicate) => td_string!(locale, consensus.lost_duplicate),
        Fate::Flying | Fate::Held | Fate::Delivered => "",
    }
}

/// A mark, as one sentence.
pub(super) fn mark(locale: Locale, index: &AgreementIndex, mark: &Mark) -> String {
    let node = index.name(mark.node);
    match &mark.what {
        Marked::TimerSet { view, fires, .. } => {
            tell!(
                locale,
                timer_set,
                node = node,
                view = view,
                fires = time(*fires)
            )
        }
        Marked::TimerFired { view, .. } => tell!(locale, timer_fired, node = node, view = view),
        Marked::Proposed {
            view,
            height,
            block: what,
        } => {
            tell!(
                locale,
                proposed,
                node = node,
                view = view,
                height = height,
                block = block(*what)
            )
        }
        Marked::Entered { view, leader } => {
            tell!(
                locale,
                entered,
                node = node,
                view = view,
                leader = index.name(*leader)
            )
        }
        Marked::Locked { view, block: what } => {
            tell!(
                locale,
                locked,
                node = node,
                view = view,
                block = block(*what)
            )
        }
        Marked::Counted {
            phase,
            view,
            have,
            need,
            ..
        } => tell!(
            locale,
            counted,
            node = node,
            phase = spaced(index.phase(*phase)),
            view = view,
            have = have,
            need = need
        ),
        Marked::Certified { certificate } => {
            let certificate = index.recording.certificates.get(*certificate as usize);
            certificate.map_or_else(String::new, |found| {
                tell!(
                    locale,
                    certified,
                    node = node,
                    votes = found.signers.len(),
                    phase = spaced(index.phase(found.phase)),
                    block = block(found.block),
                    view = found.view,
                    signers = nodes(locale, index, &found.signers)
                )
            })
        }
        Marked::Decided {
            height,
            block: what,
            hops,
            latency,
            ..
        } => tell!(
            locale,
            decided,
            node = node,
            height = height,
            block = block(*what),
            hops = hops,
            latency = time(*latency)
        ),
        Marked::Head {
            height,
            block: what,
            reverted,
        } => tell!(
            locale,
            head,
            node = node,
            height = height,
            block = block(*what),
            reverted = reverted
        ),
        Marked::Evidence { culprit, offence } => {
            let offence = match offence {
                Offence::Equivocation => td_string!(locale, consensus.offence_equivocation),
                Offence::DoubleVote => td_string!(locale, consensus.offence_double_vote),
                Offence::SurroundVote => td_string!(locale, consensus.offence_surround),
            };
            tell!(
                locale,
                evidence,
                node = node,
                culprit = index.name(*culprit),
                offence = offence
            )
        }
        Marked::Act { act: place } => {
            let found = index.acts.get(*place as usize);
            found.map_or_else(String::new, |found| super::fault::act(locale, index, found))
        }
    }
}

/// What is under a pointer, in a few words.
pub(super) fn brief(locale: Locale, index: &AgreementIndex, pick: Pick) -> Option<String> {
    match pick {
        Pick::None => None,
        Pick::Node(node) => Some(tell!(locale, node_name, node = index.name(node))),
        Pick::Message(row) => {
            let found = index.message(row)?;
            Some(format!(
                "{} · {} → {}",
                message(locale, index, found),
                time(found.sent),
                time(index.until(found))
            ))
        }
        Pick::Mark(row) => Some(mark(locale, index, index.mark(row)?)),
    }
}

/// A message explained: what it is about, why it was sent, what became of it, what it caused.
pub(super) fn explain(locale: Locale, index: &AgreementIndex, row: u32) -> Vec<String> {
    let Some(found) = index.message(row) else {
        return Vec::new();
    };
    let kind = spaced(index.kind(found));
    let about = if found.block == 0 {
        tell!(
            locale,
            about_view,
            kind = kind,
            view = found.view,
            bytes = format::whole(found.bytes.into())
        )
    } else {
        tell!(
            locale,
            about_block,
            kind = kind,
            block = block(found.block),
            height = found.height,
            view = found.view,
            bytes = format::whole(found.bytes.into())
        )
    };
    let from = index.name(found.from);
    let sent = match index.message(found.cause).filter(|_| found.cause != NO_ROW) {
        Some(cause) => tell!(
            locale,
            sent_because,
            from = from,
            sent = time(found.sent),
            cause = spaced(index.kind(cause)),
            by = index.name(cause.from)
        ),
        None => tell!(locale, sent_by_itself, from = from, sent = time(found.sent)),
    };
    let mut lines = vec![about, sent];
    if found.left > found.sent {
        let wait = time(found.left.since(found.sent));
        lines.push(tell!(locale, uplink_wait, wait = wait));
    }
    lines.push(fate(locale, index, found));
    if found.fate == Fate::Delivered {
        lines.extend(
            index
                .marks_of(row)
                .take(4)
                .map(|made| mark(locale, index, made)),
        );
        let effects = index.effects(row);
        if let Some(effect) = effects.first().and_then(|effect| index.message(*effect)) {
            lines.push(tell!(
                locale,
                made_send,
                to = index.name(found.to),
                count = effects.len(),
                kind = spaced(index.kind(effect))
            ));
        }
    }
    lines
}

fn fate(locale: Locale, index: &AgreementIndex, message: &Message) -> String {
    match message.fate {
        Fate::Delivered => tell!(
            locale,
            fate_delivered,
            to = index.name(message.to),
            ended = time(message.ended),
            took = time(message.ended.since(message.sent))
        ),
        Fate::Dropped(_) => tell!(locale, fate_lost, reason = reason(locale, message.fate)),
        Fate::Held => td_string!(locale, consensus.fate_held).to_owned(),
        Fate::Flying => td_string!(locale, consensus.fate_flying).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::agreement::index::run;
    use engine::scenario::consensus::preset;

    #[test]
    fn whatever_happens_has_a_sentence_without_holes() {
        for preset in preset::all()
            .iter()
            .filter(|preset| preset.name != "a-hundred")
        {
            let index = run(&preset.scenario());
            let mut count = 0;
            for moment in index.moments() {
                for happening_ in index.at(*moment) {
                    let text = happening(Locale::en, &index, happening_.what);
                    assert!(
                        text.ends_with('.') && !text.contains(['{', '}']),
                        "{text:?}"
                    );
                    count += 1;
                }
            }
            assert!(count > 50, "{}", preset.name);
        }
    }

    #[test]
    fn a_message_is_explained_from_its_cause_to_its_effects() {
        let index = run(&preset::all()[0].scenario());
        let row = (0..index.recording.messages.len() as u32)
            .find(|row| {
                !index.effects(*row).is_empty() && index.message(*row).unwrap().cause != NO_ROW
            })
            .expect("a message in the middle");
        let text = explain(Locale::en, &index, row).join(" ");
        assert!(
            text.contains("because") && text.contains("made node"),
            "{text}"
        );
        assert!(!text.contains(['{', '}']), "{text}");
    }
}
