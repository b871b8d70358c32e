//! A lab's document and the run of it that is on the screen: what every lab that is a program of its own has.

use super::course::Moments;
use super::{Arrival, Course, DocumentStore, Freshness, Linked, Notice, Notices, Preference};
use engine::scenario::Problem;
use leptos::prelude::*;
use std::sync::Arc;

/// A document `D`, its run as an index `I`, and how far a run under way has come, `P`. Copies are the same one.
pub struct LabRun<D: Linked, I: Moments, P: Send + Sync + 'static> {
    /// The document being edited, with its past.
    pub document: DocumentStore<D>,
    /// How documents come here.
    pub arrival: Arrival<D>,
    /// The run on the screen.
    pub picture: RwSignal<Option<Arc<I>>>,
    /// How the run relates to the document.
    pub freshness: RwSignal<Freshness>,
    /// How far a run under way has come.
    pub underway: RwSignal<Option<P>>,
    /// Where on the time line we are.
    pub course: Course<I>,
    /// What the person prefers.
    pub preference: Preference,
    /// What a person should know.
    pub notices: Notices,
    /// The document that was asked for last.
    asked: StoredValue<Option<D>>,
}

impl<D: Linked, I: Moments, P: Send + Sync + 'static> Clone for LabRun<D, I, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Linked, I: Moments, P: Send + Sync + 'static> Copy for LabRun<D, I, P> {}

impl<D: Linked, I: Moments, P: Send + Sync + 'static> LabRun<D, I, P> {
    /// Nothing yet, with the preferences that this browser remembers.
    pub(super) fn new() -> Self {
        let picture = RwSignal::new(None);
        let document = DocumentStore::default();
        let notices = Notices::default();
        Self {
            document,
            arrival: Arrival::new(document, notices),
            picture,
            freshness: RwSignal::new(Freshness::Computing),
            underway: RwSignal::new(None),
            course: Course::new(picture),
            preference: Preference::load(),
            notices,
            asked: StoredValue::new(None),
        }
    }

    /// Computes now, and whenever the document changes.
    pub(super) fn follow(&self, compute: impl Fn() + 'static) {
        let document = self.document.document();
        Effect::new(move || {
            document.track();
            compute();
        });
    }

    /// The document, if its run is to be computed: it is sound, and not the one of the run on the screen.
    pub(super) fn begin(&self) -> Option<D> {
        let scenario = self.document.document().get_untracked();
        self.course.pause();
        self.underway.set(None);
        let problems = scenario.problems();
        if !problems.is_empty() {
            self.forget();
            self.refuse(&problems);
            return None;
        }
        // A name changes nothing about a run.
        let means = |asked: &D| asked.unnamed() == scenario.unnamed();
        let is_there = self
            .asked
            .with_value(|asked| asked.as_ref().is_some_and(means));
        if is_there && self.is_fresh() {
            return None;
        }
        self.asked.set_value(Some(scenario.clone()));
        self.freshness.set(Freshness::Computing);
        Some(scenario)
    }

    /// The document that was asked for last.
    pub(super) fn asked(&self) -> Option<D> {
        self.asked.get_value()
    }

    /// What was asked for is waited for no more.
    pub(super) fn forget(&self) {
        self.asked.set_value(None);
    }

    /// Whether the run on the screen is that of the document.
    pub(super) fn is_fresh(&self) -> bool {
        self.freshness.get_untracked() == Freshness::Fresh
    }

    /// The run under way is given up.
    pub(super) fn stop(&self) {
        self.forget();
        self.underway.set(None);
        self.freshness.set(Freshness::Stopped);
    }

    /// The document cannot be run.
    pub(super) fn refuse(&self, problems: &[Problem]) {
        self.freshness.set(Freshness::refused(problems));
    }

    /// The worker died.
    pub(super) fn die(&self, reason: String) {
        self.underway.set(None);
        self.notices.show(Notice::WorkerDied(reason.clone()));
        self.freshness.set(Freshness::Failed(vec![reason]));
    }

    /// Shows a run from where the document's link says, or else from a moment.
    pub(super) fn show(&self, index: Arc<I>, otherwise: u64) {
        let entry = self.arrival.take_entry();
        self.underway.set(None);
        self.freshness.set(Freshness::Fresh);
        self.picture.set(Some(index));
        self.course.seek(entry.unwrap_or(otherwise));
    }
}
