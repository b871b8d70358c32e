//! What the strategies lab knows, and the asking: changes of the document become asks of the worker, answers
//! become what is on the screen.

use super::line::Line;
use super::look::Looks;
use super::{Fans, LabRun};
use crate::bridge::strategy::{Ask, Look, News};
use crate::link::strategy::{self, Heard, Purpose};
use crate::model::strategy::StrategyIndex;
use crate::store::course::Moments;
use engine::primitives::Micros;
use engine::scenario::strategy::StrategyScenario;
use leptos::prelude::*;
use std::sync::Arc;

/// Lanes on which a step's transactions are shown.
const LANES: u32 = 4;

/// Everything that the lab knows. Copies are the same stores.
#[derive(Clone, Copy)]
pub struct StrategyStores {
    /// The document, and its run, whose progress is steps made, of all.
    pub run: LabRun<StrategyScenario, StrategyIndex, [u32; 2]>,
    /// The present step, as far as it has been asked for.
    pub look: RwSignal<Option<Arc<Look>>>,
    /// The document under many seeds.
    pub fans: Fans,
    /// Whose strategies are on the screen.
    pub person: RwSignal<u32>,
    /// Which token's price is on the screen.
    pub token: RwSignal<u32>,
    line: Line<Purpose, Ask, News>,
    looks: Looks<u32>,
}

impl StrategyStores {
    /// Empty stores, with the preferences that this browser remembers.
    pub fn new() -> Self {
        Self {
            run: LabRun::new(),
            look: RwSignal::new(None),
            fans: Fans::new(),
            person: RwSignal::new(0),
            token: RwSignal::new(1),
            line: Line::new(),
            looks: Looks::new(),
        }
    }

    /// Starts the worker and follows the document and the time line.
    pub fn start(&self) {
        let stores = *self;
        let client = strategy::start(move |heard| stores.hear(heard));
        self.line.connect(client);
        self.run.follow(move || stores.compute());
        let (at, picture) = (self.run.course.at(), self.run.picture);
        Effect::new(move || {
            let is_there = picture.with(Option::is_some);
            let step = at.get() as u32;
            if is_there && stores.run.is_fresh() {
                stores.look_at(step);
            }
        });
    }

    /// Computes the run again.
    pub fn compute(&self) {
        let Some(scenario) = self.run.begin() else {
            return;
        };
        // A change by hand is looked at from where the person is, another document from its end.
        let is_opened = self.run.document.base().get_untracked() == scenario;
        let has_picture = self.run.picture.with_untracked(Option::is_some);
        if has_picture && !is_opened && !self.run.arrival.has_entry() {
            let at = self.run.course.at().get_untracked();
            self.run.arrival.enter_at(at);
        }
        self.looks.end();
        self.line
            .ask(Purpose::Picture, Ask::Open(Box::new(scenario)));
    }

    /// Gives up the run under way.
    pub fn stop(&self) {
        self.run.stop();
        self.line.ask(Purpose::Picture, Ask::Stop);
    }

    /// Starts a worker in the place of one that died.
    pub fn start_anew(&self) {
        self.line.open();
        self.run.forget();
        self.compute();
    }

    /// Asks for a step; while one look is under way, only the newest wish is kept.
    fn look_at(&self, step: u32) {
        let Some(scenario) = self.run.asked() else {
            return;
        };
        if self.looks.begin(step) {
            self.line
                .ask(Purpose::Look, Ask::Look(Box::new(scenario), step, LANES));
        }
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Died(reason) => self.run.die(reason),
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
            News::Progress(steps) => self.run.underway.set(Some(steps)),
            News::Opened(opened) => {
                if let Some(scenario) = self.run.asked() {
                    let index = StrategyIndex::new(scenario, opened.recording, opened.summary);
                    self.show(Arc::new(index));
                }
            }
            News::Refused(problems) => self.run.refuse(&problems),
            _ => {}
        }
    }

    fn show(&self, index: Arc<StrategyIndex>) {
        // Where something happened last: the end of a run is often empty.
        let end = index.knot(Micros(u64::from(index.steps())), false);
        let end = end.0.min(u64::from(index.steps().saturating_sub(1)));
        if self.person.get_untracked() as usize >= index.scenario.people.len() {
            self.person.set(0);
        }
        if self.token.get_untracked() as usize >= index.recording.tokens.len() {
            self.token.set(1);
        }
        self.look.set(None);
        self.run.show(index, end);
    }
}

impl Default for StrategyStores {
    fn default() -> Self {
        Self::new()
    }
}
