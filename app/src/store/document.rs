//! What labs have in common: a document with a link, edited, kept and undone.

use super::undo::Undo;
use engine::scenario::link::LinkError;
use engine::scenario::{Problem, Scenario};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// The labs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lab {
    /// Blocks, executed.
    Execution,
    /// Nodes that agree.
    Consensus,
    /// Chains that split the state.
    Shards,
    /// Strategies on a market.
    Strategies,
}

impl Lab {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 4] = [
        Self::Execution,
        Self::Consensus,
        Self::Shards,
        Self::Strategies,
    ];
}

/// What a lab edits.
pub trait Document:
    Clone + PartialEq + Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Whose document it is.
    const LAB: Lab;
    /// Where this tab keeps it.
    const SLOT: &'static str;
    /// Where this browser keeps those used lately.
    const RECENT: &'static str;
    /// What people call it.
    fn name(&self) -> &str;
    /// Calls it something else.
    fn rename(&mut self, name: String);
    /// The same without its name: what it means.
    fn unnamed(&self) -> Self {
        let mut document = self.clone();
        document.rename(String::new());
        document
    }
    /// The root of its randomness.
    fn seed(&mut self) -> &mut u64;
    /// What is wrong with it.
    fn problems(&self) -> Vec<Problem>;
    /// Whether it has no problems.
    fn is_sound(&self) -> bool {
        self.problems().is_empty()
    }
    /// Its link's fragment; only for one that is sound.
    fn hash(&self) -> String;
}

/// What a lab edits that is a program of its own: its run has moments, to which its links can lead.
pub trait Linked: Document {
    /// What comes before the name of a preset in a hash that somebody wrote by hand.
    const PREFIX: &'static str;
    /// What a file of it is called.
    const FILE: &'static str;
    /// The document of a preset.
    fn preset(name: &str) -> Option<Self>;
    /// Names of the presets, the one first seen first.
    fn presets() -> Vec<&'static str>;
    /// A document in a few words.
    fn describe(&self) -> String;
    /// Its link's fragment, perhaps at a moment; only for one that is sound.
    fn link(&self, moment: Option<u64>) -> String;
    /// Reads a link, as people paste it.
    ///
    /// # Errors
    /// Why it is none.
    fn read_link(text: &str) -> Result<(Self, Option<u64>), LinkError>;
    /// Reads a file.
    ///
    /// # Errors
    /// All problems of what it says.
    fn read_file(text: &str) -> Result<Self, Vec<Problem>>;
    /// The text of a file.
    fn print(&self) -> String;
    /// The document first seen.
    fn first() -> Self {
        let name = Self::presets().first().copied();
        name.and_then(Self::preset).unwrap_or_default()
    }
}

impl Document for Scenario {
    const LAB: Lab = Lab::Execution;
    const SLOT: &'static str = "interleave.tab";
    const RECENT: &'static str = "interleave.recent";

    fn name(&self) -> &str {
        &self.name
    }

    fn rename(&mut self, name: String) {
        self.name = name;
    }

    fn seed(&mut self) -> &mut u64 {
        &mut self.seed
    }

    fn problems(&self) -> Vec<Problem> {
        engine::scenario::check(self)
    }

    fn hash(&self) -> String {
        engine::scenario::link::encode(self, None)
    }
}

/// The document, its past, and what its knobs go back to.
pub struct DocumentStore<D: Document> {
    document: RwSignal<D>,
    undo: RwSignal<Undo<D>>,
    base: RwSignal<D>,
}

impl<D: Document> Clone for DocumentStore<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Document> Copy for DocumentStore<D> {}

impl<D: Document> Default for DocumentStore<D> {
    fn default() -> Self {
        Self {
            document: RwSignal::new(D::default()),
            undo: RwSignal::new(Undo::default()),
            base: RwSignal::new(D::default()),
        }
    }
}

impl<D: Document> DocumentStore<D> {
    /// The document, to follow.
    pub fn document(&self) -> Signal<D> {
        self.document.into()
    }

    /// One part of the document, to follow; it changes only if that part does.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        &self,
        read: impl Fn(&D) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let document = self.document;
        Memo::new(move |_| document.with(&read))
    }

    /// What the knobs go back to: the preset or link that was opened last.
    pub fn base(&self) -> Signal<D> {
        self.base.into()
    }

    /// Changes the document. Edits of the same `what` in quick succession are one step back.
    pub fn edit(&self, what: &'static str, change: impl FnOnce(&mut D)) {
        let before = self.document.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.undo
                .update(|undo| undo.remember(before, what, now_ms()));
            self.document.set(after);
        }
    }

    /// Puts another document in the place of this one; a step back like any other.
    pub fn open(&self, document: D) {
        self.base.set(document.clone());
        let before = self.document.get_untracked();
        if document != before {
            // Never the same edit as the one before: the time is that of another day.
            self.undo
                .update(|undo| undo.remember(before, "", f64::INFINITY));
            self.document.set(document);
        }
    }

    /// Begins with this document: there is nothing before it.
    pub fn begin(&self, document: D) {
        self.base.set(document.clone());
        self.document.set(document);
    }

    /// Begins with a document that was edited since `base` was opened.
    pub fn begin_from(&self, document: D, base: D) {
        self.base.set(base);
        self.document.set(document);
    }

    /// One step back.
    pub fn undo(&self) {
        let present = self.document.get_untracked();
        if let Some(before) = self.undo.try_update(|undo| undo.undo(present)).flatten() {
            self.document.set(before);
        }
    }

    /// One step forth again.
    pub fn redo(&self) {
        let present = self.document.get_untracked();
        if let Some(after) = self.undo.try_update(|undo| undo.redo(present)).flatten() {
            self.document.set(after);
        }
    }

    /// Whether there is a step back.
    pub fn can_undo(&self) -> Signal<bool> {
        let undo = self.undo;
        Signal::derive(move || undo.with(Undo::can_undo))
    }

    /// Whether there is a step forth.
    pub fn can_redo(&self) -> Signal<bool> {
        let undo = self.undo;
        Signal::derive(move || undo.with(Undo::can_redo))
    }
}

fn now_ms() -> f64 {
    js_sys::Date::now()
}
