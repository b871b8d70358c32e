//! Turns changes of the document into asks of the worker, and answers into what is on the screen.

use super::run::{Freshness, Measured, Remedied};
use super::status::Worker;
use super::{Notice, Stores};
use crate::bridge::message::Answer;
use crate::bridge::{Ask, Digests};
use crate::link::{Client, Event, Outcome, Purpose, probe};
use crate::model::{ReplayIndex, Selection};
use engine::primitives::TxIndex;
use engine::scenario::{Execution, LinkMoment, Scenario, check};
use engine::session::bench::Row;
use engine::session::{LiveSettings, Method};
use leptos::prelude::*;
use std::sync::Arc;

/// Blocks of the run that the page makes by itself: enough for a figure, too few to wait for.
const FIRST_BLOCKS: u32 = 4;
/// Blocks of a run that somebody asked for.
const ASKED_BLOCKS: u32 = 20;
/// Parts into which a hot slot is split, to see what that would do.
const REMEDY_WAYS: u32 = 8;

/// The one that asks the worker. Copies are the same conductor.
#[derive(Clone, Copy)]
pub struct Conductor {
    stores: Stores,
    client: StoredValue<Client, LocalStorage>,
    /// Where the next picture is to be entered, if not at its end.
    entry: StoredValue<Option<LinkMoment>>,
    /// Whether the run that the page makes by itself is still to come.
    is_first: StoredValue<bool>,
    /// How many asks there have been.
    asks: StoredValue<u32>,
}

impl Conductor {
    /// Starts the worker and follows the document.
    pub fn start(stores: Stores) -> Self {
        let capability = probe::capability();
        stores.status.obstacle.set(capability.obstacle.clone());
        stores
            .status
            .hardware_threads
            .set(capability.hardware_threads);
        let threads = stores
            .preference
            .threads()
            .get_untracked()
            .unwrap_or_else(|| capability.default_threads());
        let client = Client::start(capability, threads, move |event| hear(stores, event));
        let conductor = Self {
            stores,
            client: StoredValue::new_local(client),
            entry: StoredValue::new(None),
            is_first: StoredValue::new(true),
            asks: StoredValue::new(0),
        };
        let document = stores.scenario.document();
        Effect::new(move |before: Option<Scenario>| {
            let scenario = document.get();
            if before
                .as_ref()
                .is_none_or(|before| !is_same_run(before, &scenario))
            {
                conductor.compute(&scenario);
            }
            scenario
        });
        conductor
    }

    /// What it conducts.
    pub(super) const fn stores(&self) -> Stores {
        self.stores
    }

    /// Enters the next picture at this moment; if none is on its way, the present one.
    pub fn enter_at(&self, moment: LinkMoment) {
        self.entry.set_value(Some(moment));
        let conductor = *self;
        // A document that is opened now has asked for its picture by the next frame.
        request_animation_frame(move || {
            let Stores { run, .. } = conductor.stores;
            if run.freshness.get_untracked() == Freshness::Fresh {
                conductor.enter();
            }
        });
    }

    /// Goes to the moment that was asked for, else to the end.
    fn enter(&self) {
        let Stores {
            run,
            playback,
            selection,
            ..
        } = self.stores;
        let Some(index) = run.picture.get_untracked() else {
            return;
        };
        let transactions = index.recording().transactions;
        let entry = self.entry.try_update_value(Option::take).flatten();
        let tx = entry
            .and_then(|moment| moment.tx)
            .filter(|tx| *tx < transactions);
        selection.set(tx.map_or(Selection::None, |tx| Selection::Transaction(TxIndex(tx))));
        playback.seek(entry.map_or(index.timeline.len(), |moment| moment.step));
    }

    /// Computes the picture again.
    pub fn compute_again(&self) {
        self.compute(&self.stores.scenario.document().get_untracked());
    }

    fn compute(&self, scenario: &Scenario) {
        let run = self.stores.run;
        self.stores.playback.pause();
        for purpose in [
            Purpose::Live,
            Purpose::Sweep,
            Purpose::Comparison,
            Purpose::Remedies,
        ] {
            self.cancel(purpose);
        }
        run.comparison.set(None);
        let problems = check(scenario);
        if !problems.is_empty() {
            self.cancel(Purpose::Picture);
            run.freshness.set(Freshness::Failed(
                problems.iter().map(ToString::to_string).collect(),
            ));
            return;
        }
        run.freshness.set(Freshness::Computing);
        let conductor = *self;
        let ask = Ask::Replay {
            scenario: scenario.clone(),
            block: 0,
            execution: scenario.execution.clone(),
        };
        self.ask(Purpose::Picture, ask, move |outcome| {
            conductor.show(outcome)
        });
    }

    fn show(&self, outcome: Outcome) {
        let run = self.stores.run;
        match outcome {
            Outcome::Answer(Answer::Replay(replay)) => {
                let index = Arc::new(ReplayIndex::new(Arc::from(replay)));
                run.picture.set(Some(index));
                self.enter();
                run.freshness.set(Freshness::Fresh);
                if self.is_first.get_value() {
                    self.is_first.set_value(false);
                    self.measure(FIRST_BLOCKS);
                }
            }
            Outcome::Answer(Answer::Refused(reasons)) => {
                run.freshness.set(Freshness::Failed(reasons))
            }
            Outcome::Died(reason) => run.freshness.set(Freshness::Failed(vec![reason])),
            // A newer ask took this one's place, unless the person stopped it.
            // What was found wrong with the document meanwhile stays on the screen.
            Outcome::Cancelled | Outcome::Answer(_) => {
                let is_waited_for = run.freshness.get_untracked() == Freshness::Computing;
                if is_waited_for && !run.is_asked(Purpose::Picture).get_untracked() {
                    run.freshness.set(Freshness::Stopped);
                }
            }
        }
    }

    /// Runs the scenario's blocks on this machine's real threads.
    pub fn measure_now(&self) {
        self.measure(ASKED_BLOCKS);
    }

    fn measure(&self, blocks: u32) {
        let Stores {
            run,
            status,
            scenario,
            ..
        } = self.stores;
        let scenario = scenario.document().get_untracked();
        if !check(&scenario).is_empty() {
            return;
        }
        let settings = LiveSettings {
            threads: status.threads().get_untracked(),
            blocks: blocks.max(scenario.blocks),
            method: Method::default(),
        };
        let of = without_execution(&scenario);
        self.ask(
            Purpose::Live,
            Ask::Live { scenario, settings },
            move |outcome| {
                if let Outcome::Answer(Answer::Live(live)) = outcome {
                    run.measured.set(Some(Measured { of, live: *live }));
                }
            },
        );
    }

    /// Executes the block again under changes that could take the heat off the slot of this name.
    pub fn remedy(&self, key: String) {
        let run = self.stores.run;
        let of = self.stores.scenario.document().get_untracked();
        let ask = Ask::Remedies {
            scenario: of.clone(),
            key: key.clone(),
            ways: REMEDY_WAYS,
        };
        self.ask(Purpose::Remedies, ask, move |outcome| {
            if let Outcome::Answer(Answer::Remedies(trials)) = outcome {
                run.remedied.set(Some(Remedied { of, key, trials }));
            }
        });
    }

    /// Replays the block under other settings too, beside the picture.
    pub fn compare(&self, execution: Execution) {
        let run = self.stores.run;
        let scenario = self.stores.scenario.document().get_untracked();
        self.ask(
            Purpose::Comparison,
            Ask::Replay {
                scenario,
                block: 0,
                execution,
            },
            move |outcome| {
                if let Outcome::Answer(Answer::Replay(replay)) = outcome {
                    run.comparison
                        .set(Some(Arc::new(ReplayIndex::new(Arc::from(replay)))));
                }
            },
        );
    }

    /// Shows the picture alone again.
    pub fn stop_comparing(&self) {
        self.cancel(Purpose::Comparison);
        self.stores.run.comparison.set(None);
    }

    /// Answers with the digests of a block, for tests.
    pub fn digests(
        &self,
        scenario: Scenario,
        lanes: u32,
        then: impl FnOnce(Result<Digests, String>) + 'static,
    ) {
        let execution = Execution {
            lanes,
            ..scenario.execution.clone()
        };
        self.ask(
            Purpose::Probe,
            Ask::Digests {
                scenario,
                block: 0,
                execution,
            },
            move |outcome| {
                then(match outcome {
                    Outcome::Answer(Answer::Digests(digests)) => Ok(digests),
                    other => Err(format!("{other:?}")),
                });
            },
        );
    }

    /// Answers with the benchmark's rows, for `cargo xtask bench`.
    pub fn bench(&self, threads: u32, then: impl FnOnce(Result<Vec<Row>, String>) + 'static) {
        self.ask(Purpose::Probe, Ask::Bench { threads }, move |outcome| {
            then(match outcome {
                Outcome::Answer(Answer::Bench(rows)) => Ok(rows),
                other => Err(format!("{other:?}")),
            });
        });
    }

    /// Makes the worker panic in the middle of a replay, for tests.
    pub fn crash(&self) {
        let scenario = self.stores.scenario.document().get_untracked();
        self.ask(Purpose::Probe, Ask::Crash { scenario }, |_| {});
    }

    /// Gives up what is asked for this purpose.
    pub fn cancel(&self, purpose: Purpose) {
        // Before the outcome arrives: a stop is told from a newer ask by this list.
        self.stores
            .run
            .asked
            .update(|asked| asked.retain(|(other, _)| *other != purpose));
        if purpose == Purpose::Sweep {
            self.stores.sweep.sweeping.set(None);
        }
        self.client.get_value().cancel(purpose);
    }

    /// Starts the worker anew with so many threads.
    pub fn set_threads(&self, threads: u32) {
        self.stores.preference.set_threads(threads);
        self.client.get_value().restart(threads);
        if self.stores.run.freshness.get_untracked() != Freshness::Fresh {
            self.compute_again();
        }
    }

    pub(super) fn ask(&self, purpose: Purpose, ask: Ask, then: impl FnOnce(Outcome) + 'static) {
        let Self {
            stores,
            client,
            asks,
            ..
        } = *self;
        let asked = stores.run.asked;
        asks.update_value(|asks| *asks += 1);
        let number = asks.get_value();
        asked.update(|asked| {
            asked.retain(|(other, _)| *other != purpose);
            asked.push((purpose, number));
        });
        client.get_value().ask(purpose, ask, move |outcome| {
            // An ask that a newer one displaced leaves the newer one on the list.
            asked.update(|asked| asked.retain(|(_, other)| *other != number));
            then(outcome);
        });
    }
}

fn hear(stores: Stores, event: Event) {
    let Stores {
        run,
        status,
        notices,
        ..
    } = stores;
    match event {
        Event::Starting(_) => status.worker.set(Worker::Starting),
        Event::Ready(build, threads) => status.worker.set(Worker::Ready(build, threads)),
        Event::FellBack(reason) => {
            status
                .obstacle
                .set(Some(crate::bridge::capability::Obstacle::StartFailed(
                    reason,
                )));
        }
        Event::Died(reason) => {
            status.deaths.update(|deaths| *deaths += 1);
            notices.show(Notice::WorkerDied(reason));
        }
        Event::Closed(reason) => status.worker.set(Worker::Closed(reason)),
        Event::Progress(purpose, done, total) => run.progress.set(Some((purpose, done, total))),
        Event::Idle => run.progress.set(None),
    }
}

/// Whether two documents give the same picture: the name does not matter.
fn is_same_run(a: &Scenario, b: &Scenario) -> bool {
    a.seed == b.seed && a.workload == b.workload && a.execution == b.execution
}

/// What a live run measures: everything but the execution settings.
pub fn without_execution(scenario: &Scenario) -> Scenario {
    Scenario {
        execution: Execution::default(),
        name: String::new(),
        ..scenario.clone()
    }
}
