//! What the consensus lab knows, and the asking: changes of the document become asks of the worker,
//! answers become what is on the screen.

use super::course::Moments;
use super::line::Line;
use super::look::Looks;
use super::{LabRun, told};
use crate::bridge::agreement::{Ask, News, SeatAsk};
use crate::link::agreement::{self, Heard, Purpose};
use crate::model::agreement::{AgreementIndex, Pick};
use engine::consensus::registry;
use engine::primitives::Micros;
use engine::scenario::consensus::{ConsensusScenario, Deed, check};
use engine::session::consensus::Snapshot;
use leptos::prelude::*;
use std::sync::Arc;

/// The seat of the picture.
const PICTURE: u8 = 0;
/// The seat of the run beside it.
const BESIDE: u8 = 1;

/// How far a run under way has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Underway {
    /// The moment.
    pub at: Micros,
    /// Heights that are decided.
    pub decided: u64,
    /// Heights that are to be decided.
    pub of: u64,
}

/// A future that did not come: the run as it was before something was done by hand.
#[derive(Clone)]
pub struct Ghost {
    /// The run.
    pub index: Arc<AgreementIndex>,
    /// Since when it is another one.
    pub since: Micros,
}

impl Moments for AgreementIndex {
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

/// Everything that the lab knows. Copies are the same stores.
#[derive(Clone, Copy)]
pub struct AgreementStores {
    /// The document, and its run.
    pub run: LabRun<ConsensusScenario, AgreementIndex, Underway>,
    /// The run beside it, or what stands in its way.
    pub beside: RwSignal<Option<Result<Arc<AgreementIndex>, String>>>,
    /// The protocol that is compared, if one is.
    pub compare: RwSignal<Option<&'static str>>,
    /// The future before the last act by hand.
    pub ghost: RwSignal<Option<Ghost>>,
    /// The run at the present moment, as far as it has been asked for.
    pub snapshot: RwSignal<Option<Arc<Snapshot>>>,
    /// What is selected.
    pub pick: RwSignal<Pick>,
    /// Whether the whole chain behind the selection is drawn.
    pub is_whole: RwSignal<bool>,
    line: Line<Purpose, SeatAsk, News>,
    looks: Looks<Micros>,
    /// The document of the run beside it that was asked for last.
    asked_beside: StoredValue<Option<ConsensusScenario>>,
}

impl AgreementStores {
    /// Empty stores, with the preferences that this browser remembers.
    pub fn new() -> Self {
        Self {
            run: LabRun::new(),
            beside: RwSignal::new(None),
            compare: RwSignal::new(None),
            ghost: RwSignal::new(None),
            snapshot: RwSignal::new(None),
            pick: RwSignal::new(Pick::None),
            is_whole: RwSignal::new(false),
            line: Line::new(),
            looks: Looks::new(),
            asked_beside: StoredValue::new(None),
        }
    }

    /// Starts the worker and follows the document.
    pub fn start(&self) {
        let stores = *self;
        let client = agreement::start(move |heard| stores.hear(heard));
        self.line.connect(client);
        self.run.follow(move || stores.compute());
        let (picture, compare) = (self.run.picture, self.compare);
        Effect::new(move || {
            let other = compare.get();
            let of = picture.with(|picture| picture.as_ref().map(|index| index.scenario.clone()));
            stores.compute_beside(of.zip(other));
        });
        let at = self.run.course.at();
        Effect::new(move || {
            let is_there = picture.with(Option::is_some);
            let at = Micros(at.get());
            if is_there && stores.run.is_fresh() {
                stores.look(at);
            }
        });
    }

    /// Computes the run again.
    pub fn compute(&self) {
        let Some(scenario) = self.run.begin() else {
            return;
        };
        self.ask(
            Purpose::Run(PICTURE),
            (PICTURE, Ask::Open(Box::new(scenario))),
        );
    }

    fn compute_beside(&self, wanted: Option<(ConsensusScenario, &'static str)>) {
        let scenario = wanted.and_then(|(of, protocol)| other_protocol(of, protocol));
        self.beside.set(None);
        self.asked_beside.set_value(scenario.clone());
        let Some(scenario) = scenario else {
            return self.ask(Purpose::Run(BESIDE), (BESIDE, Ask::Stop));
        };
        let problems = check(&scenario);
        if problems.is_empty() {
            self.ask(
                Purpose::Run(BESIDE),
                (BESIDE, Ask::Open(Box::new(scenario))),
            );
        } else {
            self.beside.set(Some(Err(told(&problems))));
        }
    }

    /// Gives up the run under way.
    pub fn stop(&self) {
        self.run.stop();
        self.ask(Purpose::Run(PICTURE), (PICTURE, Ask::Stop));
    }

    /// Starts a worker in the place of one that died.
    pub fn start_anew(&self) {
        self.line.open();
        self.run.forget();
        self.compute();
    }

    /// Does something by hand, a microsecond after the present moment: from then on another future.
    pub fn act(&self, deed: Deed) {
        let at = self.run.course.at().get_untracked();
        let present = self.run.document.document().get_untracked();
        let base = self.run.document.base().get_untracked();
        let pairs = present.acts.iter().zip(&base.acts);
        let scripted = pairs.take_while(|(act, scripted)| act == scripted).count();
        let since = Micros(at + 1);
        if let Some(index) = self.run.picture.get_untracked() {
            self.ghost.set(Some(Ghost { index, since }));
        }
        self.run.arrival.enter_at(since.0);
        self.run.document.edit("", |scenario| {
            *scenario = scenario.clone().with_act(scripted, since, deed)
        });
    }

    /// Takes an act out of the document.
    pub fn undo_act(&self, place: usize) {
        self.run.document.edit("", |scenario| {
            if place < scenario.acts.len() {
                scenario.acts.remove(place);
            }
        });
    }

    /// Asks to see a moment; while one look is under way, only the newest wish is kept.
    fn look(&self, at: Micros) {
        if self.looks.begin(at) {
            self.ask(Purpose::Moment, (PICTURE, Ask::Look(at)));
        }
    }

    fn ask(&self, purpose: Purpose, ask: SeatAsk) {
        if purpose == Purpose::Run(PICTURE) {
            self.looks.end();
        }
        self.line.ask(purpose, ask);
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Died(reason) => self.run.die(reason),
            Heard::About(Purpose::Run(PICTURE), news) => self.hear_run(news),
            Heard::About(Purpose::Run(_), news) => self.hear_beside(news),
            Heard::About(Purpose::Moment, news) => {
                let wanted = self.looks.end();
                if let News::Looked(snapshot) = news {
                    self.snapshot.set(Some(Arc::from(snapshot)));
                }
                if let Some(at) = wanted {
                    self.look(at);
                }
            }
        }
    }

    fn hear_run(&self, news: News) {
        match news {
            News::Progress { at, decided, of } => {
                self.run.underway.set(Some(Underway { at, decided, of }));
            }
            News::Opened(opened) => {
                let Some(scenario) = self.run.asked() else {
                    return;
                };
                let index =
                    AgreementIndex::new(scenario, opened.recording, opened.report, opened.end);
                self.show(Arc::new(index));
            }
            News::Refused(problems) => self.run.refuse(&problems),
            News::Stopped | News::Looked(_) => {}
        }
    }

    fn show(&self, index: Arc<AgreementIndex>) {
        let end = index.end.0;
        let is_ghost_of = |ghost: &Ghost| {
            index
                .scenario
                .acts
                .iter()
                .any(|act| act.at_us == ghost.since.0)
        };
        if !self
            .ghost
            .with_untracked(|ghost| ghost.as_ref().is_none_or(is_ghost_of))
        {
            self.ghost.set(None);
        }
        // Rows are of one run; a node is a node in the next one too.
        let nodes = index.nodes();
        let stays = |pick: Pick| matches!(pick, Pick::Node(node) if node < nodes);
        if !stays(self.pick.get_untracked()) {
            self.pick.set(Pick::None);
        }
        self.run.show(index, end);
    }

    fn hear_beside(&self, news: News) {
        match news {
            News::Opened(opened) => {
                let Some(scenario) = self.asked_beside.get_value() else {
                    return;
                };
                let index =
                    AgreementIndex::new(scenario, opened.recording, opened.report, opened.end);
                self.beside.set(Some(Ok(Arc::new(index))));
            }
            News::Refused(problems) => {
                self.beside.set(Some(Err(told(&problems))));
            }
            News::Progress { .. } | News::Stopped | News::Looked(_) => {}
        }
    }
}

impl Default for AgreementStores {
    fn default() -> Self {
        Self::new()
    }
}

/// The same seed, network and faults under another protocol: what belongs to the first one alone is left
/// out.
fn other_protocol(of: ConsensusScenario, protocol: &str) -> Option<ConsensusScenario> {
    let entry = registry::named(protocol)?;
    let mut other = ConsensusScenario {
        protocol: protocol.to_owned(),
        quorum: None,
        faults: None,
        flaw: None,
        knobs: std::collections::BTreeMap::new(),
        ..of
    };
    other.acts.retain(|act| match &act.deed {
        Deed::Drop { kind, .. } => entry.descriptor.kind(kind).is_some(),
        // Numbers of messages are of one run.
        Deed::DropMessage { .. } => false,
        Deed::Withdraw { .. } | Deed::Trust { .. } => entry.is_staked,
        _ => true,
    });
    // Nobody there could lie like that.
    if check(&other)
        .iter()
        .any(|problem| problem.path == "adversary")
    {
        other.byzantine = 0;
    }
    Some(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::scenario::consensus::preset;

    #[test]
    fn the_other_protocol_meets_the_same_faults() {
        for entry in registry::PROTOCOLS {
            for preset in preset::all() {
                let of = preset.scenario();
                let other = other_protocol(of.clone(), entry.descriptor.name).unwrap();
                let mut acts = of.acts.clone();
                acts.retain(|act| match &act.deed {
                    Deed::Trust { .. } => entry.is_staked,
                    Deed::Drop { kind, .. } => entry.descriptor.kind(kind).is_some(),
                    _ => true,
                });
                assert_eq!(
                    (other.seed, &other.network, &other.acts),
                    (of.seed, &of.network, &acts)
                );
                assert_eq!(
                    check(&other),
                    [],
                    "{} {}",
                    entry.descriptor.name,
                    preset.name
                );
            }
        }
        assert!(other_protocol(ConsensusScenario::default(), "none").is_none());
    }
}
