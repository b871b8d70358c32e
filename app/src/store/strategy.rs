//! What the strategies lab knows, and the asking: changes of the document become asks of the worker, answers
//! become what is on the screen.

use super::look::Looks;
use super::{
    Arrival, Course, Document, DocumentStore, Fans, Freshness, Notice, Notices, Preference,
};
use crate::bridge::strategy::{Ask, Look, News};
use crate::link::strategy::{self, Heard, PictureClient, Purpose};
use crate::model::strategy::StrategyIndex;
use crate::store::course::Moments;
use engine::primitives::Micros;
use engine::scenario::strategy::{StrategyScenario, check};
use leptos::prelude::*;
use std::sync::Arc;

/// Lanes on which a step's transactions are shown.
const LANES: u32 = 4;

/// Everything that the lab knows. Copies are the same stores.
#[derive(Clone, Copy)]
pub struct StrategyStores {
    /// The document being edited, with its past.
    pub document: DocumentStore<StrategyScenario>,
    /// How documents come here.
    pub arrival: Arrival<StrategyScenario>,
    /// The run on the screen.
    pub picture: RwSignal<Option<Arc<StrategyIndex>>>,
    /// How the run relates to the document.
    pub freshness: RwSignal<Freshness>,
    /// How far a run under way has come: steps made, of all.
    pub underway: RwSignal<Option<[u32; 2]>>,
    /// The present step, as far as it has been asked for.
    pub look: RwSignal<Option<Arc<Look>>>,
    /// The document under many seeds.
    pub fans: Fans,
    /// Where on the time line we are.
    pub course: Course<StrategyIndex>,
    /// Whose strategies are on the screen.
    pub person: RwSignal<u32>,
    /// Which token's price is on the screen.
    pub token: RwSignal<u32>,
    /// What the person prefers.
    pub preference: Preference,
    /// What a person should know.
    pub notices: Notices,
    client: StoredValue<Option<PictureClient>, LocalStorage>,
    asked: StoredValue<Option<StrategyScenario>>,
    looks: Looks<u32>,
}

impl StrategyStores {
    /// Empty stores, with the preferences that this browser remembers.
    pub fn new() -> Self {
        let picture = RwSignal::new(None);
        let document = DocumentStore::default();
        let notices = Notices::default();
        Self {
            document,
            arrival: Arrival::new(document, notices),
            picture,
            freshness: RwSignal::new(Freshness::Computing),
            underway: RwSignal::new(None),
            look: RwSignal::new(None),
            fans: Fans::new(),
            course: Course::new(picture),
            person: RwSignal::new(0),
            token: RwSignal::new(1),
            preference: Preference::load(),
            notices,
            client: StoredValue::new_local(None),
            asked: StoredValue::new(None),
            looks: Looks::new(),
        }
    }

    /// Starts the worker and follows the document and the time line.
    pub fn start(&self) {
        let stores = *self;
        let client = strategy::start(move |heard| stores.hear(heard));
        self.client.set_value(Some(client));
        let document = self.document.document();
        Effect::new(move || {
            document.track();
            stores.compute();
        });
        let (at, picture) = (self.course.at(), self.picture);
        Effect::new(move || {
            let is_there = picture.with(Option::is_some);
            let step = at.get() as u32;
            if is_there && stores.freshness.get_untracked() == Freshness::Fresh {
                stores.look_at(step);
            }
        });
    }

    /// Computes the run again.
    pub fn compute(&self) {
        let scenario = self.document.document().get_untracked();
        self.course.pause();
        self.underway.set(None);
        let problems = check(&scenario);
        if !problems.is_empty() {
            self.asked.set_value(None);
            return self.freshness.set(Freshness::refused(&problems));
        }
        let means = |asked: &StrategyScenario| asked.unnamed() == scenario.unnamed();
        let was_asked = self
            .asked
            .with_value(|asked| asked.as_ref().is_some_and(means));
        if was_asked && self.freshness.get_untracked() == Freshness::Fresh {
            return;
        }
        // A change by hand is looked at from where the person is, another document from its end.
        let is_opened = self.document.base().get_untracked() == scenario;
        let has_picture = self.picture.with_untracked(Option::is_some);
        if has_picture && !is_opened && !self.arrival.has_entry() {
            self.arrival.enter_at(self.course.at().get_untracked());
        }
        self.asked.set_value(Some(scenario.clone()));
        self.freshness.set(Freshness::Computing);
        self.looks.end();
        self.ask(Purpose::Picture, Ask::Open(Box::new(scenario)));
    }

    /// Gives up the run under way.
    pub fn stop(&self) {
        self.asked.set_value(None);
        self.underway.set(None);
        self.freshness.set(Freshness::Stopped);
        self.ask(Purpose::Picture, Ask::Stop);
    }

    /// Starts a worker in the place of one that died.
    pub fn start_anew(&self) {
        if let Some(client) = self.client.get_value() {
            client.open();
        }
        self.asked.set_value(None);
        self.compute();
    }

    /// Asks for a step; while one look is under way, only the newest wish is kept.
    fn look_at(&self, step: u32) {
        let Some(scenario) = self.asked.get_value() else {
            return;
        };
        if self.looks.begin(step) {
            self.ask(Purpose::Look, Ask::Look(Box::new(scenario), step, LANES));
        }
    }

    fn ask(&self, purpose: Purpose, ask: Ask) {
        // Cloned first: an answer may come before the ask is done.
        if let Some(client) = self.client.get_value() {
            client.ask(purpose, ask);
        }
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Died(reason) => {
                self.underway.set(None);
                self.notices.show(Notice::WorkerDied(reason.clone()));
                self.freshness.set(Freshness::Failed(vec![reason]));
            }
            Heard::About(Purpose::Picture, news) => self.hear_run(news),
            Heard::About(Purpose::Look, news) => {
                let wanted = self.looks.end();
                if let News::Looked(look) = news {
                    self.look.set(Some(Arc::from(look)));
                }
                if let Some(step) = wanted {
                    self.look_at(step);
                }
            }
        }
    }

    fn hear_run(&self, news: News) {
        match news {
            News::Progress(steps) => self.underway.set(Some(steps)),
            News::Opened(opened) => {
                if let Some(scenario) = self.asked.get_value() {
                    let index = StrategyIndex::new(scenario, opened.recording, opened.summary);
                    self.show(Arc::new(index));
                }
            }
            News::Refused(problems) => {
                self.freshness.set(Freshness::refused(&problems));
            }
            _ => {}
        }
    }

    fn show(&self, index: Arc<StrategyIndex>) {
        // Where something happened last: the end of a run is often empty.
        let end = index.knot(Micros(u64::from(index.steps())), false);
        let end = end.0.min(u64::from(index.steps().saturating_sub(1)));
        let entry = self.arrival.take_entry();
        self.underway.set(None);
        self.freshness.set(Freshness::Fresh);
        if self.person.get_untracked() as usize >= index.scenario.people.len() {
            self.person.set(0);
        }
        if self.token.get_untracked() as usize >= index.recording.tokens.len() {
            self.token.set(1);
        }
        self.look.set(None);
        self.picture.set(Some(index));
        self.course.seek(entry.unwrap_or(end));
    }
}

impl Default for StrategyStores {
    fn default() -> Self {
        Self::new()
    }
}
