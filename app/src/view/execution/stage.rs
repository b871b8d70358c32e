//! What the parts of the lab look at together.

use crate::model::{Projection, ReplayIndex, Selection};
use engine::primitives::TxIndex;
use leptos::prelude::*;
use std::sync::Arc;

/// One replay at one moment, and what a hand does to it. Copies are the same stage.
#[derive(Clone, Copy)]
pub struct Stage {
    /// The replay; nothing is drawn without one.
    pub picture: Signal<Option<Arc<ReplayIndex>>>,
    /// The step number of the playhead.
    pub step: Signal<u32>,
    /// What is selected; a click changes it.
    pub selection: RwSignal<Selection>,
    /// The transaction under the pointer, in any part of the page.
    pub hovered: RwSignal<Option<TxIndex>>,
    /// The window of time; none shows the whole block.
    pub window: RwSignal<Option<Projection>>,
    /// Counts wishes to frame the selection.
    pub zoom_wishes: Signal<u32>,
    /// Changes whenever colours do.
    pub appearance: Signal<u32>,
    /// Asked to go to a tick.
    pub on_seek_tick: Callback<u64>,
}
