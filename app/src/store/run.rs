//! What the engine answered.

use crate::link::Purpose;
use crate::model::ReplayIndex;
use engine::scenario::{Problem, Scenario};
use engine::session::{Live, Trial};
use leptos::prelude::*;
use std::sync::Arc;

/// How what is on the screen relates to the document.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Freshness {
    /// The engine is working on it; what is shown is of an earlier document, or nothing yet.
    #[default]
    Computing,
    /// It is of the present document.
    Fresh,
    /// The person stopped it; what is shown is of an earlier document.
    Stopped,
    /// The document has problems, or the engine failed; in words.
    Failed(Vec<String>),
}

impl Freshness {
    /// A document that has problems.
    pub fn refused(problems: &[Problem]) -> Self {
        Self::Failed(problems.iter().map(ToString::to_string).collect())
    }
}

/// All problems in one line.
pub fn told(problems: &[Problem]) -> String {
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    texts.join("; ")
}

/// A measured run with the document that it measured.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// The document, without its execution settings, which a live run does not use.
    pub of: Scenario,
    /// The figures.
    pub live: Live,
}

/// What changes would do about a slot, with the document it belongs to.
#[derive(Clone, PartialEq, Debug)]
pub struct Remedied {
    /// The document.
    pub of: Scenario,
    /// The slot's name.
    pub key: String,
    /// What they would do; the block as it is first.
    pub trials: Vec<Trial>,
}

/// Everything that the engine answered.
#[derive(Clone, Copy)]
pub struct Run {
    /// The replay on the screen.
    pub picture: RwSignal<Option<Arc<ReplayIndex>>>,
    /// How it relates to the document.
    pub freshness: RwSignal<Freshness>,
    /// The replay beside it, if two are compared.
    pub comparison: RwSignal<Option<Arc<ReplayIndex>>>,
    /// The last measured run.
    pub measured: RwSignal<Option<Measured>>,
    /// What changes would do about the slot that was last asked about.
    pub remedied: RwSignal<Option<Remedied>>,
    /// What the worker is busy with, and how far it is: done, total.
    pub progress: RwSignal<Option<(Purpose, u32, u32)>>,
    /// Which purposes have been asked and not answered, each with the number of its newest ask.
    pub asked: RwSignal<Vec<(Purpose, u32)>>,
}

impl Run {
    pub(super) fn new() -> Self {
        Self {
            picture: RwSignal::new(None),
            freshness: RwSignal::new(Freshness::Computing),
            comparison: RwSignal::new(None),
            measured: RwSignal::new(None),
            remedied: RwSignal::new(None),
            progress: RwSignal::new(None),
            asked: RwSignal::new(Vec::new()),
        }
    }

    /// Whether this purpose has been asked and not answered.
    pub fn is_asked(&self, purpose: Purpose) -> Signal<bool> {
        let asked = self.asked;
        Signal::derive(move || asked.with(|asked| asked.iter().any(|(other, _)| *other == purpose)))
    }
}
