//! What commands act on.

use super::compare::Other;
use crate::model::Projection;
use crate::store::{Conductor, Stores};
use engine::primitives::TxIndex;
use leptos::prelude::*;

/// The sheets that can lie over the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sheet {
    /// Share, save and open.
    Share,
    /// Every command, to search and run.
    Palette,
    /// Every command with its key.
    Help,
}

/// The stores, the conductor, and which sheet is open.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The stores.
    pub stores: Stores,
    /// The one that asks the worker.
    pub conductor: Conductor,
    /// The sheet over the page.
    pub sheet: RwSignal<Option<Sheet>>,
    /// Counts wishes to zoom to the selection; the picture follows.
    pub zoom_wishes: RwSignal<u32>,
    /// The transaction under the pointer, wherever on the page.
    pub hovered: RwSignal<Option<TxIndex>>,
    /// The stretch of time that the picture shows; none shows the whole block.
    pub window: RwSignal<Option<Projection>>,
    /// What the picture is compared with.
    pub compare_with: RwSignal<Other>,
}

impl Desk {
    /// A desk with nothing on it.
    pub(super) fn new(stores: Stores, conductor: Conductor) -> Self {
        Self {
            stores,
            conductor,
            sheet: RwSignal::new(None),
            zoom_wishes: RwSignal::new(0),
            hovered: RwSignal::new(None),
            window: RwSignal::new(None),
            compare_with: RwSignal::new(Other::Nothing),
        }
    }
}

/// The desk of the page that this runs in.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}
