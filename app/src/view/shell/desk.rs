//! What commands act on.

use crate::store::{Conductor, Stores};
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
}

/// The desk of the page that this runs in.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}
