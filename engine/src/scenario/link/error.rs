//! Why a link does not open.

use crate::scenario::Problem;
use thiserror::Error;

/// Why a link does not open.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LinkError {
    /// The text holds no link of ours.
    #[error("this is not a link to a scenario")]
    NotALink,
    /// Something is missing at its end, or was altered on the way.
    #[error("the link is cut short or was altered on its way")]
    Cut,
    /// It was made by a program with another codec.
    #[error("the link has version {0}, this program reads version 1")]
    WrongVersion(String),
    /// It starts from a preset that this program does not have.
    #[error("the link starts from preset number {0}, which is not known here")]
    UnknownPreset(u8),
    /// It sets a field that this program does not have.
    #[error("the link sets field number {0}, which is not known here")]
    UnknownField(u8),
    /// Its checksum is right, but what it says makes no sense.
    #[error("the link contradicts itself: {0}")]
    Malformed(&'static str),
    /// It says something that a scenario must not say.
    #[error("the link's scenario has problems: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Problems(Vec<Problem>),
}

impl LinkError {
    /// The way out, for people.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotALink => {
                "a link ends in #1. and some thirty letters and digits; copy all of it"
            }
            Self::Cut => {
                "copy the link again from where it was shared, all of it; chat programs cut long messages"
            }
            Self::WrongVersion(_) | Self::UnknownPreset(_) | Self::UnknownField(_) => {
                "reload the page to get the newest version, then open the link again"
            }
            Self::Malformed(_) | Self::Problems(_) => {
                "ask whoever shared it for the scenario's JSON file, or start from a preset"
            }
        }
    }
}
