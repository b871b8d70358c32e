//! The scenario being edited.

use super::undo::Undo;
use engine::scenario::Scenario;
use leptos::prelude::*;

/// The document, its past, and what its knobs go back to.
#[derive(Clone, Copy)]
pub struct ScenarioStore {
    document: RwSignal<Scenario>,
    undo: RwSignal<Undo<Scenario>>,
    base: RwSignal<Scenario>,
}

impl ScenarioStore {
    pub(super) fn new() -> Self {
        Self {
            document: RwSignal::new(Scenario::default()),
            undo: RwSignal::new(Undo::default()),
            base: RwSignal::new(Scenario::default()),
        }
    }

    /// The document, to follow.
    pub fn document(&self) -> Signal<Scenario> {
        self.document.into()
    }

    /// One part of the document, to follow; it changes only if that part does.
    pub fn part<T: Clone + PartialEq + Send + Sync + 'static>(
        &self,
        read: impl Fn(&Scenario) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let document = self.document;
        Memo::new(move |_| document.with(&read))
    }

    /// What the knobs go back to: the preset or link that was opened last.
    pub fn base(&self) -> Signal<Scenario> {
        self.base.into()
    }

    /// Changes the document. Edits of the same `what` in quick succession are one step back.
    pub fn edit(&self, what: &'static str, change: impl FnOnce(&mut Scenario)) {
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
    pub fn open(&self, scenario: Scenario) {
        self.base.set(scenario.clone());
        let before = self.document.get_untracked();
        if scenario != before {
            // Never the same edit as the one before: the time is that of another day.
            self.undo
                .update(|undo| undo.remember(before, "", f64::INFINITY));
            self.document.set(scenario);
        }
    }

    /// Begins with this document: there is nothing before it.
    pub fn begin(&self, scenario: Scenario) {
        self.base.set(scenario.clone());
        self.document.set(scenario);
    }

    /// Begins with a document that was edited since `base` was opened.
    pub fn begin_from(&self, scenario: Scenario, base: Scenario) {
        self.base.set(base);
        self.document.set(scenario);
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
