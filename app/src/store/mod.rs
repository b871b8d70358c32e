//! What the page knows, reactively.
//!
//! Vocabulary: the *document* is the scenario being edited; the *picture* is the replay on the screen;
//! *playback* is where on its time line we are; a *notice* is something that happened which a person
//! should know; the *conductor* turns changes of the document into asks of the worker.
//! Invariants: the document is the one truth, everything on the screen follows from it; one time line
//! and one selection for all labs; nothing moves unless the engine or a hand moved it.
//! Start at [`Stores`]; the labs that are programs of their own have [`AgreementStores`],
//! [`ShardStores`] and [`StrategyStores`].

pub mod agreement;
pub mod arrival;
pub mod autosave;
pub mod conductor;
pub mod course;
pub mod document;
pub mod fan;
pub mod labrun;
mod line;
mod linked;
mod look;
pub mod media;
pub mod notice;
pub mod playback;
pub mod preference;
pub mod route;
pub mod run;
pub mod shard;
pub mod status;
pub mod strategy;
pub mod sweep;
pub mod undo;

use crate::model::Selection;
use engine::scenario::Scenario;
use leptos::prelude::*;

pub use agreement::AgreementStores;
pub use arrival::Arrival;
pub use conductor::Conductor;
pub use course::Course;
pub use document::{Document, DocumentStore, Lab, Linked};
pub use fan::Fans;
pub use labrun::LabRun;
pub use notice::{Notice, Notices};
pub use playback::Playback;
pub use preference::{Preference, Theme};
pub use run::{Freshness, Run, told};
pub use shard::ShardStores;
pub use status::{Status, Worker};
pub use strategy::StrategyStores;
pub use sweep::SweepStore;

/// All stores. Copies are the same stores.
#[derive(Clone, Copy)]
pub struct Stores {
    /// The scenario being edited, with its past.
    pub scenario: DocumentStore<Scenario>,
    /// What the engine answered about it.
    pub run: Run,
    /// What is swept over, and what was found.
    pub sweep: SweepStore,
    /// Where on the time line we are.
    pub playback: Playback,
    /// What is lit up everywhere.
    pub selection: RwSignal<Selection>,
    /// What the person prefers.
    pub preference: Preference,
    /// How the worker is.
    pub status: Status,
    /// What a person should know.
    pub notices: Notices,
}

impl Stores {
    /// Empty stores, with the preferences that this browser remembers.
    pub fn new() -> Self {
        let run = Run::new();
        let preference = Preference::load();
        Self {
            scenario: DocumentStore::default(),
            run,
            sweep: SweepStore::new(),
            playback: Playback::new(run.picture),
            selection: RwSignal::new(Selection::None),
            preference,
            status: Status::new(),
            notices: Notices::default(),
        }
    }
}

impl Default for Stores {
    fn default() -> Self {
        Self::new()
    }
}

/// The stores of the page that this runs in.
pub fn use_stores() -> Stores {
    expect_context::<Stores>()
}
