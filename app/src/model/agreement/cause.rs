//! Who caused what: one hop, and the whole chain.

use super::index::AgreementIndex;
use super::pick::Pick;
use engine::trace::consensus::{NO_ROW, What};

/// Most arrows of one hop that are drawn: more would hide what they point at.
pub const HOP_MAX: usize = 400;

/// Messages lit up for a selection.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Lit {
    /// What is selected itself, if it is a message.
    pub own: Option<u32>,
    /// What led to it: one message, or the whole chain, newest first.
    pub before: Vec<u32>,
    /// What it led to.
    pub after: Vec<u32>,
}

impl AgreementIndex {
    /// What is lit up for a selection: one hop, or with `is_whole` everything behind it.
    pub fn lit(&self, pick: Pick, is_whole: bool) -> Lit {
        match pick {
            Pick::None | Pick::Node(_) => Lit::default(),
            Pick::Message(row) => {
                let cause = self.message(row).map_or(NO_ROW, |message| message.cause);
                Lit {
                    own: Some(row),
                    before: self.chain(cause, is_whole),
                    after: self.effects(row).iter().copied().take(HOP_MAX).collect(),
                }
            }
            Pick::Mark(row) => {
                let cause = self.mark(row).map_or(NO_ROW, |mark| mark.cause);
                Lit {
                    own: None,
                    before: if is_whole {
                        self.chain(cause, true)
                    } else {
                        self.votes(row)
                    },
                    after: Vec::new(),
                }
            }
        }
    }

    /// What an arrow key leads to from a selection: up and down from node to node, left to the cause, right
    /// to the first effect.
    pub fn neighbour(&self, pick: Pick, key: &str) -> Option<Pick> {
        let cause = |row: u32| (self.message(row).is_some()).then_some(Pick::Message(row));
        match (pick, key) {
            (Pick::None, _) => Some(Pick::Node(0)),
            (Pick::Node(node), "ArrowDown") => {
                (node + 1 < self.nodes()).then_some(Pick::Node(node + 1))
            }
            (Pick::Node(node), "ArrowUp") => node.checked_sub(1).map(Pick::Node),
            // Into the diagram: the node's first message.
            (Pick::Node(node), "ArrowRight") => {
                let mut messages = self.recording.messages.iter();
                let first = messages.position(|message| message.from == node);
                first.map(|row| Pick::Message(row as u32))
            }
            (Pick::Message(row), "ArrowLeft") => cause(self.message(row)?.cause),
            (Pick::Mark(row), "ArrowLeft") => cause(self.mark(row)?.cause),
            (Pick::Message(row), "ArrowRight") => {
                self.effects(row).first().copied().map(Pick::Message)
            }
            // Among those sent at once, for the same reason.
            (Pick::Message(row), "ArrowDown" | "ArrowUp") => {
                let by = if key == "ArrowDown" { 1 } else { -1 };
                let other = u32::try_from(i64::from(row) + by).ok()?;
                let (one, two) = (self.message(row)?, self.message(other)?);
                let is_sibling = (one.sent, one.from) == (two.sent, two.from);
                is_sibling.then_some(Pick::Message(other))
            }
            _ => None,
        }
    }

    /// From a message back along causes; only itself without `is_whole`.
    fn chain(&self, from: u32, is_whole: bool) -> Vec<u32> {
        let mut chain = Vec::new();
        let mut row = from;
        while let Some(message) = self.message(row) {
            chain.push(row);
            // A cause is always sent before what it causes, so this ends.
            if !is_whole || message.cause == NO_ROW || message.cause >= row {
                break;
            }
            row = message.cause;
        }
        chain
    }

    /// The messages behind a mark: for a certificate or a decision every vote that made it, else its
    /// cause.
    fn votes(&self, row: u32) -> Vec<u32> {
        let Some(mark) = self.mark(row) else {
            return Vec::new();
        };
        let certificate = match mark.what {
            What::Certified { certificate } | What::Decided { certificate, .. } => certificate,
            _ => return self.chain(mark.cause, false),
        };
        let Some(certificate) = self.recording.certificates.get(certificate as usize) else {
            return self.chain(mark.cause, false);
        };
        let marks = &self.recording.marks[..row as usize];
        let is_vote = |what: &What| match what {
            What::Counted {
                phase, view, block, ..
            } => {
                (*phase, *view, *block) == (certificate.phase, certificate.view, certificate.block)
            }
            _ => false,
        };
        let counted = marks.iter().rev().filter(|counted| {
            counted.node == mark.node && counted.cause != NO_ROW && is_vote(&counted.what)
        });
        let mut votes: Vec<u32> = counted.map(|counted| counted.cause).take(HOP_MAX).collect();
        if votes.is_empty() {
            votes = self.chain(mark.cause, false);
        }
        votes
    }
}

#[cfg(test)]
mod tests {
    use super::super::index::run;
    use super::*;
    use engine::scenario::consensus::preset;

    #[test]
    fn the_chain_behind_a_decision_goes_back_to_its_proposal() {
        let index = run(&preset::all()[0].scenario());
        let (row, hops) = index
            .recording
            .marks
            .iter()
            .enumerate()
            .find_map(|(row, mark)| match mark.what {
                What::Decided { hops, .. } => Some((row as u32, hops)),
                _ => None,
            })
            .expect("something is decided");
        let chain = index.lit(Pick::Mark(row), true).before;
        assert!(chain.len() >= hops as usize, "{} of {hops}", chain.len());
        for pair in chain.windows(2) {
            assert_eq!(index.message(pair[0]).unwrap().cause, pair[1]);
        }
        let last = index.message(*chain.last().unwrap()).unwrap();
        assert_eq!(last.cause, NO_ROW);
    }

    #[test]
    fn a_certificate_shows_the_votes_that_made_it() {
        let index = run(&preset::all()[0].scenario());
        let marks = index.recording.marks.iter().enumerate();
        let certified = marks.filter(|(_, mark)| matches!(mark.what, What::Certified { .. }));
        let mut seen = 0;
        for (row, mark) in certified {
            let votes = index.lit(Pick::Mark(row as u32), false).before;
            assert!(!votes.is_empty());
            assert!(
                votes
                    .iter()
                    .all(|vote| index.message(*vote).unwrap().to == mark.node)
            );
            seen += 1;
        }
        assert!(seen > 0);
    }

    #[test]
    fn one_hop_is_the_cause_and_the_effects() {
        let index = run(&preset::all()[0].scenario());
        let row = (0..index.recording.messages.len() as u32)
            .find(|row| {
                !index.effects(*row).is_empty() && index.message(*row).unwrap().cause != NO_ROW
            })
            .expect("a message in the middle");
        let lit = index.lit(Pick::Message(row), false);
        assert_eq!(lit.before, [index.message(row).unwrap().cause]);
        assert_eq!(lit.after, index.effects(row));
        assert_eq!(index.lit(Pick::None, true), Lit::default());
        let back = index.neighbour(Pick::Message(row), "ArrowLeft");
        assert_eq!(back, Some(Pick::Message(index.message(row).unwrap().cause)));
        let on = index.neighbour(Pick::Message(row), "ArrowRight");
        assert_eq!(on, Some(Pick::Message(index.effects(row)[0])));
        assert_eq!(index.neighbour(Pick::Node(0), "ArrowUp"), None);
        assert_eq!(
            index.neighbour(Pick::Node(0), "ArrowDown"),
            Some(Pick::Node(1))
        );
    }
}
