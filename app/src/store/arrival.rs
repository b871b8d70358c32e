//! How a lab that is a program of its own comes to its document, and at which moment it enters the run.

use super::document::Linked;
use super::{DocumentStore, Notice, Notices, autosave, route};
use leptos::prelude::*;

/// The way to documents. Copies are the same way.
pub struct Arrival<D: Linked> {
    document: DocumentStore<D>,
    notices: Notices,
    /// Where the next picture is to be entered, if it matters.
    entry: StoredValue<Option<u64>>,
}

impl<D: Linked> Clone for Arrival<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Linked> Copy for Arrival<D> {}

impl<D: Linked> Arrival<D> {
    pub(super) fn new(document: DocumentStore<D>, notices: Notices) -> Self {
        Self {
            document,
            notices,
            entry: StoredValue::new(None),
        }
    }

    /// Puts the first document in place: what the address names, or what this tab was at, or the first
    /// preset.
    pub fn begin(&self) {
        let hash = route::hash();
        let is_reload = route::is_reload();
        let slot = autosave::slot::<D>();
        if let Some(slot) = slot.filter(|slot| is_reload || slot.hash == hash) {
            self.document.begin_from(slot.scenario, slot.base);
            return self.enter_at(slot.step);
        }
        self.document.begin(D::first());
        match route::read_lab::<D>(&hash) {
            route::Destination::Document(found) => {
                let (document, moment) = *found;
                self.document.begin(document);
                self.entry.set_value(moment);
            }
            route::Destination::Nothing => {}
            route::Destination::Broken(reason) => self.notices.show(Notice::BadLink(reason)),
        }
    }

    /// Opens whatever a hash names; one that names nothing is told, and changes nothing.
    pub fn open_hash(&self, hash: &str) {
        match route::read_lab::<D>(hash) {
            route::Destination::Nothing => {}
            route::Destination::Broken(reason) => {
                self.notices.show(Notice::BadLink(reason));
                route::restore(&self.document.document().get_untracked());
            }
            route::Destination::Document(found) => {
                let (document, moment) = *found;
                self.entry.set_value(moment);
                self.open(document);
            }
        }
    }

    /// Opens another document: a step back like any other, and one for the browser's back button.
    pub fn open(&self, document: D) {
        route::push(&document);
        self.document.open(document);
    }

    /// Enters the next picture at this moment.
    pub fn enter_at(&self, moment: u64) {
        self.entry.set_value(Some(moment));
    }

    /// Whether somebody has said where the next picture is entered.
    pub fn has_entry(&self) -> bool {
        self.entry.with_value(Option::is_some)
    }

    /// The moment at which the picture that is there now is entered; once.
    pub fn take_entry(&self) -> Option<u64> {
        self.entry.try_update_value(Option::take).flatten()
    }
}
