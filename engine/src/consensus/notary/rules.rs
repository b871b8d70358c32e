//! What tells the protocols of this family apart.

use crate::consensus::quorum::Quorum;

/// The phase of votes that notarise, by number.
pub const NOTARIZE: u8 = 0;
/// The phase of votes that nullify, by number.
pub const NULLIFY: u8 = 1;
/// The phase of votes that finalise, where they are votes of their own, by number.
pub const FINALIZE: u8 = 2;

/// How a block becomes final.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finality {
    /// By a second round of votes of those who saw it notarised and have not given the view up (Simplex).
    OwnVotes,
    /// By more of the votes that notarise it (Minimmit).
    SameVotes,
}

/// The rules of one protocol.
#[derive(Debug)]
pub struct Rules {
    /// How a block becomes final; that takes [`Quorum::size`] votes.
    pub finality: Finality,
    /// How many votes notarise or nullify.
    pub enough: fn(&Quorum) -> u32,
    /// The flaw that drops the promise behind finality, by number.
    pub unfaithful: u8,
}

impl Rules {
    /// The phase whose votes finalise.
    pub const fn final_phase(&self) -> u8 {
        match self.finality {
            Finality::OwnVotes => FINALIZE,
            Finality::SameVotes => NOTARIZE,
        }
    }
}
