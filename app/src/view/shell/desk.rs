//! What commands act on.

use super::board::Board;
use super::compare::Other;
use crate::store::{Conductor, Lab, Stores, route};
use crate::view::execution::Stage;
use engine::scenario::Scenario;
use leptos::prelude::*;

/// The stores, the conductor, and the board of what every lab has.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The stores.
    pub stores: Stores,
    /// The one that asks the worker.
    pub conductor: Conductor,
    /// What every lab has: sheets, commands, notices.
    pub board: Board,
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
        let board = Board::new(Lab::Execution, stores.preference, stores.notices);
        // Colours are read anew whenever the theme changes.
        let appearance = board.appearance();
        let zoom_wishes = RwSignal::new(0);
        Self {
            stores,
            conductor,
            board,
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

impl Desk {
    /// Opens another document: a step back like any other, and one for the browser's back button.
    pub fn open(&self, scenario: Scenario) {
        route::push(&scenario);
        self.stores.scenario.open(scenario);
    }
}

/// The desk of the page that this runs in.
pub fn use_desk() -> Desk {
    expect_context::<Desk>()
}
