//! What commands act on.

use super::compare::Other;
use crate::store::{Conductor, Stores};
use crate::view::execution::Stage;
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
    /// What the parts of the lab look at together.
    pub stage: Stage,
    /// What the picture is compared with.
    pub compare_with: RwSignal<Other>,
}

impl Desk {
    /// A desk with nothing on it.
    pub(super) fn new(stores: Stores, conductor: Conductor) -> Self {
        // Colours are read anew whenever the theme changes.
        let preference = stores.preference;
        let appearance = Memo::new(move |before: Option<&u32>| {
            preference.theme().track();
            preference.is_dark().track();
            before.map_or(0, |before| before + 1)
        });
        let zoom_wishes = RwSignal::new(0);
        Self {
            stores,
            conductor,
            sheet: RwSignal::new(None),
            zoom_wishes,
            stage: Stage {
                picture: stores.run.picture.into(),
                step: stores.playback.step(),
                selection: stores.selection,
                hovered: RwSignal::new(None),
                window: RwSignal::new(None),
                zoom_wishes: zoom_wishes.into(),
                appearance: appearance.into(),
                on_seek_tick: Callback::new(move |tick| stores.playback.seek_tick(tick)),
            },
            compare_with: RwSignal::new(Other::Nothing),
        }
    }
}

/// The desk of the page that this runs in.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}
