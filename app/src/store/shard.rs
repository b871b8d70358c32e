//! What the shard lab knows, and the asking: changes of the document become asks of the worker, answers
//! become what is on the screen.

use super::course::Moments;
use super::line::Line;
use super::look::Looks;
use super::media;
use super::{LabRun, told};
use crate::bridge::shard::{Ask, News};
use crate::link::shard::{self, Heard, Purpose};
use crate::model::shard::{Pick, ShardIndex, Zoom};
use engine::primitives::Micros;
use engine::scenario::shard::{ActDocument, Deed, ShardScenario};
use engine::session::shard::takeover::Takeover;
use engine::session::shard::{Raced, ScalePoint};
use engine::shard::ShardsReport;
use engine::trace::look::{Glance, Look};
use leptos::prelude::*;
use std::sync::Arc;

impl Moments for ShardIndex {
    fn end(&self) -> Micros {
        self.end
    }

    fn step(&self, at: Micros, steps: i64) -> Micros {
        Self::step(self, at, steps)
    }

    fn knot(&self, at: Micros, is_forward: bool) -> Micros {
        Self::knot(self, at, is_forward)
    }
}

/// Runs beside the picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Beside {
    /// The document that they are of.
    pub of: Option<ShardScenario>,
    /// One protocol after the other.
    pub protocols: Vec<Arc<ShardsReport>>,
    /// One number of shards after the other.
    pub scale: Vec<ScalePoint>,
    /// Sixteen shards against one, on this machine.
    pub race: Option<Raced>,
    /// Whether more are to come.
    pub is_running: bool,
    /// Why there are none.
    pub trouble: Option<String>,
}

/// Everything that the lab knows. Copies are the same stores.
#[derive(Clone, Copy)]
pub struct ShardStores {
    /// The document, and its run, whose progress is the moment, and transactions that have ended, of all.
    pub run: LabRun<ShardScenario, ShardIndex, (Micros, u64, u64)>,
    /// Other protocols and other numbers of shards.
    pub beside: RwSignal<Beside>,
    /// Who could take a shard over.
    pub takeover: RwSignal<Option<Arc<Takeover>>>,
    /// What is selected.
    pub pick: RwSignal<Pick>,
    /// Where somebody has gone nearer.
    pub zoom: RwSignal<Option<Zoom>>,
    /// The present moment from near, as far as it has been asked for.
    pub look: RwSignal<Option<Arc<Look>>>,
    /// Whether the screen is small, and fingers are at work.
    pub is_narrow: Signal<bool>,
    line: Line<Purpose, Ask, News>,
    /// A worker for what runs beside the picture, started when that is first asked for.
    crew: Line<Purpose, Ask, News>,
    looks: Looks<Glance>,
}

impl ShardStores {
    /// Empty stores, with the preferences that this browser remembers.
    pub fn new() -> Self {
        Self {
            run: LabRun::new(),
            beside: RwSignal::new(Beside::default()),
            takeover: RwSignal::new(None),
            pick: RwSignal::new(Pick::None),
            zoom: RwSignal::new(None),
            look: RwSignal::new(None),
            is_narrow: media::follow(media::NARROW),
            line: Line::new(),
            crew: Line::new(),
            looks: Looks::new(),
        }
    }

    /// Starts the worker and follows the document.
    pub fn start(&self) {
        let stores = *self;
        let client = shard::start(move |heard| stores.hear(heard));
        self.line.connect(client);
        self.run.follow(move || stores.compute());
        Effect::new(move || {
            let is_there = stores.run.picture.with(Option::is_some);
            let glance = stores.glance();
            if is_there && stores.run.is_fresh() {
                stores.look_at(glance);
            }
        });
    }

    /// What is to be seen from near now.
    fn glance(&self) -> Glance {
        let zoom = self.zoom.get();
        Glance {
            at: Micros(self.run.course.at().get()),
            account: match self.pick.get() {
                Pick::Account(account) => Some(account),
                _ => None,
            },
            shard: zoom.map(|zoom| zoom.shard),
            ticket: zoom.and_then(|zoom| zoom.entry).map(|(_, ticket)| ticket),
        }
    }

    /// Asks for a look; while one is under way, only the newest wish is kept.
    fn look_at(&self, glance: Glance) {
        let Some(scenario) = self.run.asked() else {
            return;
        };
        if self.looks.begin(glance) {
            self.line
                .ask(Purpose::Look, Ask::Look(Box::new(scenario), glance));
        }
    }

    /// Computes the run again.
    pub fn compute(&self) {
        let Some(scenario) = self.run.begin() else {
            return;
        };
        self.takeover.set(None);
        self.looks.end();
        self.line
            .ask(Purpose::Takeover, Ask::Takeover(Box::new(scenario.clone())));
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

    /// Runs the document under every protocol.
    pub fn compare(&self) {
        self.begin_beside(|beside| beside.protocols.clear());
        let scenario = self.run.document.document().get_untracked();
        self.ask_crew(Ask::Compare(Box::new(scenario)));
    }

    /// Runs it with one number of shards after another.
    pub fn scale(&self) {
        self.begin_beside(|beside| beside.scale.clear());
        let scenario = self.run.document.document().get_untracked();
        self.ask_crew(Ask::Scale(Box::new(scenario)));
    }

    /// Races sixteen shards against one on this machine's threads.
    pub fn race(&self) {
        self.begin_beside(|beside| beside.race = None);
        self.ask_crew(Ask::Race);
    }

    fn ask_crew(&self, ask: Ask) {
        if !self.crew.is_connected() {
            let stores = *self;
            let threads = self.run.preference.threads().get_untracked();
            let client = shard::start_crew(threads, move |heard| match heard {
                Heard::Died(reason) => {
                    stores.crew.end();
                    stores.beside.update(|beside| {
                        beside.is_running = false;
                        beside.trouble = Some(reason);
                    });
                }
                heard => stores.hear(heard),
            });
            self.crew.connect(client);
        }
        self.crew.ask(Purpose::Runs, ask);
    }

    fn begin_beside(&self, clear: impl FnOnce(&mut Beside)) {
        let scenario = self.run.document.document().get_untracked();
        self.crew.ask(Purpose::Runs, Ask::StopRuns);
        self.beside.update(|beside| {
            if beside.of.as_ref() != Some(&scenario) {
                *beside = Beside {
                    // That is of no document.
                    race: beside.race,
                    ..Beside::default()
                };
            }
            clear(beside);
            beside.of = Some(scenario);
            beside.is_running = true;
            beside.trouble = None;
        });
    }

    /// Gives up the runs beside the picture.
    pub fn stop_beside(&self) {
        self.crew.ask(Purpose::Runs, Ask::StopRuns);
        self.beside.update(|beside| beside.is_running = false);
    }

    /// Does something by hand at the present moment: from then on another future. What was done by hand later
    /// than that is forgotten.
    pub fn act(&self, deed: Deed) {
        let at_us = self.run.course.at().get_untracked();
        self.run.arrival.enter_at(at_us);
        self.run.document.edit("", |scenario| {
            let place = scenario.acts.partition_point(|act| act.at_us <= at_us);
            scenario.acts.insert(place, ActDocument { at_us, deed });
        });
    }

    /// Goes nearer, to a shard's block, or to an entry of it.
    pub fn zoom_to(&self, shard: u16, entry: Option<(u32, u64)>) {
        self.run.course.pause();
        self.zoom.set(Some(Zoom { shard, entry }));
    }

    /// Goes one step back: from an entry to its block, from a block to the city; `false` if it is there.
    pub fn zoom_back(&self) -> bool {
        let zoom = self.zoom.get_untracked();
        let back = zoom.and_then(|zoom| {
            zoom.entry.map(|_| Zoom {
                entry: None,
                ..zoom
            })
        });
        self.zoom.set(back);
        zoom.is_some()
    }

    /// Takes an act out of the document.
    pub fn undo_act(&self, place: usize) {
        self.run.document.edit("", |scenario| {
            if place < scenario.acts.len() {
                scenario.acts.remove(place);
            }
        });
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Died(reason) => self.run.die(reason),
            Heard::About(Purpose::Picture, news) => self.hear_run(news),
            Heard::About(Purpose::Runs, news) => self.hear_beside(news),
            Heard::About(Purpose::Look, news) => {
                let wanted = self.looks.end();
                if let News::Looked(look) = news {
                    self.look.set(Some(Arc::from(look)));
                }
                if let Some(glance) = wanted {
                    self.look_at(glance);
                }
            }
            Heard::About(Purpose::Takeover, news) => {
                if let News::Takeover(found) = news {
                    self.takeover.set(Some(Arc::from(found)));
                }
            }
        }
    }

    fn hear_beside(&self, news: News) {
        self.beside.update(|beside| match news {
            News::Compared(report) => beside.protocols.push(Arc::from(report)),
            News::Scaled(point) => beside.scale.push(point),
            News::Raced(raced) => beside.race = Some(raced),
            News::Refused(problems) => {
                beside.trouble = Some(told(&problems));
                beside.is_running = false;
            }
            News::Done => beside.is_running = false,
            _ => {}
        });
    }

    fn hear_run(&self, news: News) {
        match news {
            News::Progress { at, ended, of } => self.run.underway.set(Some((at, ended, of))),
            News::Opened(ran) => {
                if let Some(scenario) = self.run.asked() {
                    self.show(Arc::new(ShardIndex::new(scenario, *ran)));
                }
            }
            News::Refused(problems) => self.run.refuse(&problems),
            _ => {}
        }
    }

    fn show(&self, index: Arc<ShardIndex>) {
        // The middle is where things happen; the end of a run is empty.
        let middle = index.end.0 / 2;
        let shards = index.ran.report.shards;
        let accounts = index.ran.homes.len() as u32;
        let stays = |pick: Pick| match pick {
            Pick::Shard(shard) => shard < shards,
            Pick::Account(account) => account < accounts,
            Pick::Deal(_) | Pick::None => false,
        };
        if !stays(self.pick.get_untracked()) {
            self.pick.set(Pick::None);
        }
        // An entry is one of another run.
        let zoom = self.zoom.get_untracked();
        let zoom = zoom.filter(|zoom| zoom.shard < shards);
        self.zoom.set(zoom.map(|zoom| Zoom {
            entry: None,
            ..zoom
        }));
        self.look.set(None);
        self.run.show(index, middle);
    }
}

impl Default for ShardStores {
    fn default() -> Self {
        Self::new()
    }
}
