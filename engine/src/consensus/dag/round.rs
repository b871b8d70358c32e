//! The vertices of one round, and which of them are in which past.

use super::vertex::{Parent, Sealed};
use crate::consensus::block::BlockId;
use crate::consensus::signers::Signers;
use crate::primitives::NodeIndex;
use std::collections::BTreeSet;

/// A past that vertices are taken into.
#[derive(Clone, Copy)]
pub(super) enum Past {
    /// Of what this node has made.
    Included,
    /// Of the ledger.
    Ordered,
}

/// The vertices of a round. Those that an author who lies has beside its first are apart.
#[derive(Clone, Default, Debug)]
pub(super) struct Round {
    /// By author, the names of the firsts: most questions need no more, and they lie side by side.
    pub(super) ids: Vec<BlockId>,
    /// By author, the first that came; empty before any has.
    firsts: Vec<Option<Sealed>>,
    pub(super) others: Vec<Sealed>,
    /// How many authors have one.
    pub(super) count: u32,
    /// Whose firsts are in which past, and which others are.
    past: [(Signers, BTreeSet<BlockId>); 2],
    /// What stands for the parents that the last vertex of the round names, which are all there: where nothing is
    /// lost, all of a round name the same.
    pub(super) found: Option<u64>,
}

impl Round {
    pub(super) fn first(&self, author: NodeIndex) -> Option<&Sealed> {
        self.firsts.get(author.as_usize())?.as_ref()
    }

    /// An author's vertices, in the order in which they came.
    pub(super) fn of(&self, author: NodeIndex) -> impl Iterator<Item = &Sealed> {
        let others = self.others.iter();
        let others = others.filter(move |sealed| sealed.vertex.author() == author);
        self.first(author).into_iter().chain(others)
    }

    fn is_first(&self, place: &Parent) -> bool {
        let author = place.author.as_usize();
        self.ids.get(author) == Some(&place.id) && self.firsts[author].is_some()
    }

    pub(super) fn get(&self, place: &Parent) -> Option<&Sealed> {
        if self.is_first(place) {
            return self.first(place.author);
        }
        self.others.iter().find(|sealed| {
            let block = &sealed.vertex.block;
            (block.id, block.proposer) == (place.id, place.author)
        })
    }

    /// Takes a vertex into a past; whether it is there and was not in it.
    pub(super) fn mark(&mut self, place: &Parent, past: Past) -> bool {
        let is_first = self.is_first(place);
        if !is_first && self.get(place).is_none() {
            return false;
        }
        let (firsts, others) = &mut self.past[past as usize];
        match is_first {
            true => firsts.add(place.author),
            false => others.insert(place.id),
        }
    }

    /// The firsts of all but these authors; the round's number is its own.
    pub(super) fn places(&self, round: u64, without: &Signers) -> impl Iterator<Item = Parent> {
        let firsts = (0..).map(NodeIndex).zip(self.ids.iter().zip(&self.firsts));
        firsts
            .filter(|(author, (_, first))| first.is_some() && !without.has(*author))
            .map(move |(author, (id, _))| Parent {
                round,
                author,
                id: *id,
            })
    }

    /// Whose firsts are in a past.
    pub(super) const fn marked(&self, past: Past) -> &Signers {
        &self.past[past as usize].0
    }

    /// Whether every author of so many has one vertex, and all are in a past.
    pub(super) fn is_over(&self, nodes: u32, past: Past) -> bool {
        self.count == nodes && self.others.is_empty() && self.marked(past).count() == nodes
    }

    /// Takes in a vertex whose parents are there, of one of so many nodes. Whether its author had one before.
    pub(super) fn put(&mut self, sealed: Sealed, nodes: u32) -> bool {
        if self.firsts.is_empty() {
            self.firsts.resize(nodes as usize, None);
            self.ids.resize(nodes as usize, BlockId::NONE);
        }
        self.found = Some(sealed.vertex.named());
        let author = sealed.vertex.author().as_usize();
        let is_other = self.firsts[author].is_some();
        if is_other {
            self.others.push(sealed);
        } else {
            self.ids[author] = sealed.vertex.block.id;
            self.firsts[author] = Some(sealed);
            self.count += 1;
        }
        is_other
    }
}
