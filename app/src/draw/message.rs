//! How messages look: colour and shape by what they are for, told apart in grey as well.

use super::Ink;
use engine::trace::consensus::{Class, Kind};

/// How messages of one kind look.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Look {
    /// Their colour.
    pub ink: Ink,
    /// The width of their line.
    pub width: f32,
    /// Whether their line is broken.
    pub is_dashed: bool,
}

/// The look of a kind among all kinds of its protocol. The second kind of votes has another colour and a
/// broken line, the third another colour again.
pub fn look(kinds: &[Kind], kind: u8) -> Look {
    let class = kinds
        .get(usize::from(kind))
        .map_or(Class::Client, |kind| kind.class);
    let before = kinds
        .iter()
        .take(usize::from(kind))
        .filter(|other| other.class == class)
        .count();
    let of = |ink, width, is_dashed| Look {
        ink,
        width,
        is_dashed,
    };
    match (class, before) {
        (Class::Proposal, _) => of(Ink::Executing, 2.0, false),
        (Class::Vote, 0) => of(Ink::Committed, 1.0, false),
        (Class::Vote, 1) => of(Ink::Validating, 1.0, true),
        (Class::Vote, _) => of(Ink::Waiting, 1.0, false),
        (Class::Certificate, _) => of(Ink::Waiting, 2.0, false),
        (Class::ViewChange, _) => of(Ink::Aborted, 2.0, true),
        (Class::Checkpoint | Class::Sync | Class::Client | Class::Collusion, _) => {
            of(Ink::Superseded, 1.0, true)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::consensus::registry::PROTOCOLS;

    #[test]
    fn what_matters_in_a_protocol_looks_different() {
        for entry in PROTOCOLS {
            let kind = |(name, class): &(&str, Class)| Kind {
                name: (*name).to_owned(),
                class: *class,
            };
            let kinds: Vec<Kind> = entry.descriptor.kinds.iter().map(kind).collect();
            let mut classes = std::collections::BTreeMap::new();
            for (number, kind) in kinds.iter().enumerate() {
                let look = look(&kinds, number as u8);
                let key = (look.ink as u8, look.is_dashed, look.width.to_bits());
                let known = classes.entry(key).or_insert(kind.class);
                let is_quiet = |class| {
                    matches!(
                        class,
                        Class::Checkpoint | Class::Sync | Class::Client | Class::Collusion
                    )
                };
                assert!(
                    *known == kind.class || is_quiet(*known) && is_quiet(kind.class),
                    "{}: {} looks like another class",
                    entry.descriptor.name,
                    kind.name
                );
            }
        }
    }
}
