//! One document, or two, under many seeds: pieces of work for a crew of workers, put together in the order of
//! seeds whoever did which.

use super::told;
use crate::bridge::strategy::{Ask, News};
use crate::link::lab::Heard;
use crate::link::strategy::Crew;
use engine::scenario::strategy::StrategyScenario;
use engine::session::strategy::{Comparison, FanPart, FanReport, FanSettings, join, join_two};
use leptos::prelude::*;
use std::sync::Arc;

/// Seeds of a piece: some tens of milliseconds of work, so that cancelling is prompt and the load even.
const TOGETHER: u32 = 8;
/// Moments over time.
const POINTS: u32 = 61;

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// One document.
    One(FanReport),
    /// Two on the same seeds.
    Two(Comparison),
}

/// What is known of many seeds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FanState {
    /// The document that it is of.
    pub of: Option<StrategyScenario>,
    /// The name of the one beside it.
    pub against: Option<String>,
    /// What was found.
    pub found: Option<Arc<Found>>,
    /// Seeds that have run, of all, while it runs.
    pub underway: Option<[u32; 2]>,
    /// Workers that share the work.
    pub workers: u32,
    /// Real time that it took, in milliseconds.
    pub took_ms: f64,
    /// Why there is nothing.
    pub trouble: Option<String>,
}

/// Pieces under way.
#[derive(Default)]
struct Work {
    documents: Vec<StrategyScenario>,
    settings: Option<FanSettings>,
    /// By document and piece.
    parts: Vec<Vec<Option<FanPart>>>,
    next: u32,
    begun_ms: f64,
    /// Counts works, so that a late answer to one before is not taken for one of this.
    number: u32,
}

/// Many seeds. Copies are the same ones.
#[derive(Clone, Copy)]
pub struct Fans {
    /// What is known.
    pub state: RwSignal<FanState>,
    /// How many seeds are asked for.
    pub seeds: RwSignal<u32>,
    work: StoredValue<Work>,
    crew: StoredValue<Option<Crew>, LocalStorage>,
}

impl Fans {
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(FanState::default()),
            seeds: RwSignal::new(1_000),
            work: StoredValue::new(Work::default()),
            crew: StoredValue::new_local(None),
        }
    }

    /// Runs a document under as many seeds as are asked for, beside another one if there is one.
    pub fn run(&self, document: StrategyScenario, against: Option<StrategyScenario>) {
        let settings = FanSettings {
            first: document.seed,
            seeds: self.seeds.get_untracked(),
            points: POINTS,
        };
        if self.crew.with_value(Option::is_none) {
            let fans = *self;
            let crew = Crew::start(move |member, heard| fans.hear(member, heard));
            self.crew.set_value(Some(crew));
        }
        let Some(crew) = self.crew.get_value() else {
            return;
        };
        let pieces = settings.seeds.div_ceil(TOGETHER) as usize;
        let documents: Vec<_> = std::iter::once(document.clone())
            .chain(against.clone())
            .collect();
        self.work.update_value(|work| {
            *work = Work {
                parts: vec![vec![None; pieces]; documents.len()],
                documents,
                settings: Some(settings),
                next: 0,
                begun_ms: now_ms(),
                number: work.number.wrapping_add(1) % 1_000,
            };
        });
        self.state.set(FanState {
            of: Some(document),
            against: against.map(|other| other.name),
            underway: Some([0, settings.seeds]),
            workers: crew.len() as u32,
            ..FanState::default()
        });
        for member in 0..crew.len() {
            self.hand_out(&crew, member);
        }
    }

    /// Gives it up.
    pub fn stop(&self) {
        self.work.update_value(|work| {
            *work = Work {
                number: work.number.wrapping_add(1) % 1_000,
                ..Work::default()
            };
        });
        self.state.update(|state| state.underway = None);
    }

    /// Gives a worker the next piece, if there is one.
    fn hand_out(&self, crew: &Crew, member: usize) {
        let piece = self.work.try_update_value(|work| {
            let settings = work.settings?;
            let pieces = settings.seeds.div_ceil(TOGETHER);
            let all = pieces * work.documents.len() as u32;
            if work.next >= all {
                return None;
            }
            let piece = work.next;
            work.next += 1;
            let document = work.documents.get((piece / pieces) as usize)?.clone();
            let from = piece % pieces * TOGETHER;
            let numbers = [from, (from + TOGETHER).min(settings.seeds)];
            let ask = Ask::Part(Box::new(document), settings, numbers);
            Some((work.number << 20 | piece, ask))
        });
        if let Some((piece, ask)) = piece.flatten() {
            crew.ask(member, piece, ask);
        }
    }

    fn hear(&self, member: usize, heard: Heard<u32, News>) {
        match heard {
            Heard::Died(reason) => {
                // The next run starts a crew anew.
                self.crew.set_value(None);
                self.fail(reason);
            }
            Heard::About(piece, News::Part(part)) => {
                self.take(piece, *part);
                if let Some(crew) = self.crew.get_value() {
                    self.hand_out(&crew, member);
                }
            }
            Heard::About(piece, News::Refused(problems)) => {
                if piece >> 20 == self.work.with_value(|work| work.number) {
                    self.fail(told(&problems));
                }
            }
            Heard::About(..) => {}
        }
    }

    fn fail(&self, reason: String) {
        self.stop();
        self.state.update(|state| state.trouble = Some(reason));
    }

    fn take(&self, piece: u32, part: FanPart) {
        let found = self.work.try_update_value(|work| {
            let settings = work.settings?;
            if piece >> 20 != work.number {
                return None;
            }
            let pieces = settings.seeds.div_ceil(TOGETHER);
            let piece = piece & 0xF_FFFF;
            let slot = work.parts.get_mut((piece / pieces) as usize)?;
            *slot.get_mut((piece % pieces) as usize)? = Some(part);
            let all = work.parts.iter().flatten();
            let done = all.filter(|part| part.is_some()).count() as u32;
            let of = pieces * work.documents.len() as u32;
            if done < of {
                return Some((done, of, None));
            }
            let parts: Vec<Vec<FanPart>> = std::mem::take(&mut work.parts)
                .into_iter()
                .map(|list| list.into_iter().flatten().collect())
                .collect();
            let found = match (work.documents.as_slice(), parts.as_slice()) {
                ([one], [parts]) => Found::One(join(one, &settings, parts)),
                ([one, two], [first, second]) => {
                    Found::Two(join_two([one, two], &settings, [first, second]))
                }
                _ => return None,
            };
            work.settings = None;
            Some((done, of, Some((found, now_ms() - work.begun_ms))))
        });
        let Some((done, of, found)) = found.flatten() else {
            return;
        };
        self.state.update(|state| match found {
            None => {
                let seeds = state.underway.map_or(0, |[_, seeds]| seeds);
                let ran = u64::from(seeds) * u64::from(done) / u64::from(of.max(1));
                state.underway = Some([ran as u32, seeds]);
            }
            Some((found, took_ms)) => {
                state.underway = None;
                state.found = Some(Arc::new(found));
                state.took_ms = took_ms;
            }
        });
    }
}

fn now_ms() -> f64 {
    js_sys::Date::now()
}
