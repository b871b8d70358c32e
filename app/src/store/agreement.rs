//! What the consensus lab knows, and the asking: changes of the document become asks of the worker,
//! answers become what is on the screen.

use super::course::Moments;
use super::{Course, DocumentStore, Freshness, Notice, Notices, Preference, autosave, route};
use crate::bridge::agreement::{Ask, News};
use crate::link::{AgreementClient, Heard};
use crate::model::agreement::{AgreementIndex, Pick};
use engine::consensus::registry;
use engine::primitives::Micros;
use engine::scenario::consensus::{ConsensusScenario, Deed, check, preset};
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
    /// The document being edited, with its past.
    pub document: DocumentStore<ConsensusScenario>,
    /// The run on the screen.
    pub picture: RwSignal<Option<Arc<AgreementIndex>>>,
    /// The run beside it, or what stands in its way.
    pub beside: RwSignal<Option<Result<Arc<AgreementIndex>, String>>>,
    /// The protocol that is compared, if one is.
    pub compare: RwSignal<Option<&'static str>>,
    /// The future before the last act by hand.
    pub ghost: RwSignal<Option<Ghost>>,
    /// How the run relates to the document.
    pub freshness: RwSignal<Freshness>,
    /// How far a run under way has come.
    pub underway: RwSignal<Option<Underway>>,
    /// The run at the present moment, as far as it has been asked for.
    pub snapshot: RwSignal<Option<Arc<Snapshot>>>,
    /// Where on the time line we are.
    pub course: Course<AgreementIndex>,
    /// What is selected.
    pub pick: RwSignal<Pick>,
    /// Whether the whole chain behind the selection is drawn.
    pub is_whole: RwSignal<bool>,
    /// What the person prefers.
    pub preference: Preference,
    /// What a person should know.
    pub notices: Notices,
    client: StoredValue<Option<AgreementClient>, LocalStorage>,
    /// The documents of the two runs that were asked for last.
    asked: StoredValue<[Option<ConsensusScenario>; 2]>,
    /// Where the next picture is to be entered, if not at its end.
    entry: StoredValue<Option<u64>>,
}

impl AgreementStores {
    /// Empty stores, with the preferences that this browser remembers.
    pub fn new() -> Self {
        let picture = RwSignal::new(None);
        Self {
            document: DocumentStore::default(),
            picture,
            beside: RwSignal::new(None),
            compare: RwSignal::new(None),
            ghost: RwSignal::new(None),
            freshness: RwSignal::new(Freshness::Computing),
            underway: RwSignal::new(None),
            snapshot: RwSignal::new(None),
            course: Course::new(picture),
            pick: RwSignal::new(Pick::None),
            is_whole: RwSignal::new(false),
            preference: Preference::load(),
            notices: Notices::default(),
            client: StoredValue::new_local(None),
            asked: StoredValue::new([None, None]),
            entry: StoredValue::new(None),
        }
    }

    /// Puts the first document in place: what the address names, or what this tab was at, or the first
    /// preset.
    pub fn begin(&self) {
        let hash = route::hash();
        let is_reload = route::is_reload();
        let slot = autosave::slot::<ConsensusScenario>();
        if let Some(slot) = slot.filter(|slot| is_reload || slot.hash == hash) {
            self.document.begin_from(slot.scenario, slot.base);
            return self.entry.set_value(Some(slot.step));
        }
        self.document.begin(preset::all()[0].scenario());
        match route::read_consensus(&hash) {
            route::Destination::Document(link) => {
                self.document.begin(link.scenario);
                self.entry.set_value(link.moment.map(|moment| moment.0));
            }
            route::Destination::Nothing => {}
            route::Destination::Broken(reason) => self.notices.show(Notice::BadLink(reason)),
        }
    }

    /// Starts the worker and follows the document.
    pub fn start(&self) {
        let stores = *self;
        let client = AgreementClient::start(move |heard| stores.hear(heard));
        self.client.set_value(Some(client));
        let document = self.document.document();
        Effect::new(move || {
            document.track();
            stores.compute();
        });
        let (picture, compare) = (self.picture, self.compare);
        Effect::new(move || {
            let other = compare.get();
            let of = picture.with(|picture| picture.as_ref().map(|index| index.scenario.clone()));
            stores.compute_beside(of.zip(other));
        });
        let at = self.course.at();
        Effect::new(move || {
            let is_there = picture.with(Option::is_some);
            let ask = Ask::Look(Micros(at.get()));
            if is_there && stores.freshness.get_untracked() == Freshness::Fresh {
                stores.with_client(|client| client.look(PICTURE, ask));
            }
        });
    }

    /// Opens whatever a hash names; one that names nothing is told, and changes nothing.
    pub fn open_hash(&self, hash: &str) {
        match route::read_consensus(hash) {
            route::Destination::Nothing => {}
            route::Destination::Broken(reason) => {
                self.notices.show(Notice::BadLink(reason));
                route::restore(&self.document.document().get_untracked());
            }
            route::Destination::Document(link) => {
                self.entry.set_value(link.moment.map(|moment| moment.0));
                self.open(link.scenario);
            }
        }
    }

    /// Opens another document: a step back like any other, and one for the browser's back button.
    pub fn open(&self, scenario: ConsensusScenario) {
        route::push(&scenario);
        self.document.open(scenario);
    }

    /// Computes the run again.
    pub fn compute(&self) {
        let scenario = self.document.document().get_untracked();
        self.course.pause();
        self.underway.set(None);
        let problems = check(&scenario);
        if !problems.is_empty() {
            self.asked.update_value(|asked| asked[0] = None);
            let problems = problems.iter().map(ToString::to_string).collect();
            return self.freshness.set(Freshness::Failed(problems));
        }
        let was_asked = self
            .asked
            .with_value(|asked| asked[0].as_ref() == Some(&scenario));
        if was_asked && self.freshness.get_untracked() == Freshness::Fresh {
            return;
        }
        self.asked
            .update_value(|asked| asked[0] = Some(scenario.clone()));
        self.freshness.set(Freshness::Computing);
        self.with_client(|client| client.run(PICTURE, Ask::Open(Box::new(scenario))));
    }

    fn compute_beside(&self, wanted: Option<(ConsensusScenario, &'static str)>) {
        let scenario = wanted.and_then(|(of, protocol)| other_protocol(of, protocol));
        self.beside.set(None);
        self.asked.update_value(|asked| asked[1] = scenario.clone());
        let Some(scenario) = scenario else {
            return self.with_client(|client| client.run(BESIDE, Ask::Stop));
        };
        let problems = check(&scenario);
        if problems.is_empty() {
            self.with_client(|client| client.run(BESIDE, Ask::Open(Box::new(scenario))));
        } else {
            let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
            self.beside.set(Some(Err(texts.join("; "))));
        }
    }

    /// Gives up the run under way.
    pub fn stop(&self) {
        self.asked.update_value(|asked| asked[0] = None);
        self.underway.set(None);
        self.freshness.set(Freshness::Stopped);
        self.with_client(|client| client.run(PICTURE, Ask::Stop));
    }

    /// Starts a worker in the place of one that died.
    pub fn start_anew(&self) {
        self.with_client(AgreementClient::open);
        self.asked.update_value(|asked| asked[0] = None);
        self.compute();
    }

    /// Does something by hand, a microsecond after the present moment: from then on another future.
    pub fn act(&self, deed: Deed) {
        let at = self.course.at().get_untracked();
        let present = self.document.document().get_untracked();
        let base = self.document.base().get_untracked();
        let pairs = present.acts.iter().zip(&base.acts);
        let scripted = pairs.take_while(|(act, scripted)| act == scripted).count();
        let since = Micros(at + 1);
        if let Some(index) = self.picture.get_untracked() {
            self.ghost.set(Some(Ghost { index, since }));
        }
        self.entry.set_value(Some(since.0));
        self.document.edit("", |scenario| {
            *scenario = scenario.clone().with_act(scripted, since, deed)
        });
    }

    /// Takes an act out of the document.
    pub fn undo_act(&self, place: usize) {
        self.document.edit("", |scenario| {
            if place < scenario.acts.len() {
                scenario.acts.remove(place);
            }
        });
    }

    fn with_client(&self, ask: impl FnOnce(&AgreementClient)) {
        // Cloned first: an answer may come before the ask is done.
        if let Some(client) = self.client.get_value() {
            ask(&client);
        }
    }

    fn hear(&self, heard: Heard) {
        match heard {
            Heard::Died(reason) => {
                self.underway.set(None);
                self.notices.show(Notice::WorkerDied(reason.clone()));
                self.freshness.set(Freshness::Failed(vec![reason]));
            }
            Heard::Run(PICTURE, news) => self.hear_run(news),
            Heard::Run(_, news) => self.hear_beside(news),
            Heard::Moment(PICTURE, News::Looked(snapshot)) => {
                self.snapshot.set(Some(Arc::from(snapshot)));
            }
            Heard::Moment(..) => {}
        }
    }

    fn hear_run(&self, news: News) {
        match news {
            News::Progress { at, decided, of } => {
                self.underway.set(Some(Underway { at, decided, of }));
            }
            News::Opened(opened) => {
                let Some(scenario) = self.asked.with_value(|asked| asked[0].clone()) else {
                    return;
                };
                let index =
                    AgreementIndex::new(scenario, opened.recording, opened.report, opened.end);
                self.show(Arc::new(index));
            }
            News::Refused(problems) => {
                let problems = problems.iter().map(ToString::to_string).collect();
                self.freshness.set(Freshness::Failed(problems));
            }
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
        let entry = self.entry.try_update_value(Option::take).flatten();
        self.underway.set(None);
        self.freshness.set(Freshness::Fresh);
        // Rows are of one run; a node is a node in the next one too.
        let nodes = index.nodes();
        let stays = |pick: Pick| matches!(pick, Pick::Node(node) if node < nodes);
        if !stays(self.pick.get_untracked()) {
            self.pick.set(Pick::None);
        }
        self.picture.set(Some(index));
        self.course.seek(entry.unwrap_or(end));
    }

    fn hear_beside(&self, news: News) {
        match news {
            News::Opened(opened) => {
                let Some(scenario) = self.asked.with_value(|asked| asked[1].clone()) else {
                    return;
                };
                let index =
                    AgreementIndex::new(scenario, opened.recording, opened.report, opened.end);
                self.beside.set(Some(Ok(Arc::new(index))));
            }
            News::Refused(problems) => {
                let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
                self.beside.set(Some(Err(texts.join("; "))));
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

    #[test]
    fn the_other_protocol_meets_the_same_faults() {
        for entry in registry::PROTOCOLS {
            for preset in preset::all() {
                let of = preset.scenario();
                let other = other_protocol(of.clone(), entry.descriptor.name).unwrap();
                let mut acts = of.acts.clone();
                acts.retain(|act| entry.is_staked || !matches!(act.deed, Deed::Trust { .. }));
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
