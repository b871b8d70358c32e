//! What the parts that every lab has act on: sheets, commands, notices, preferences.

use crate::store::{Lab, Notices, Preference};
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

/// Something that a person can have done: a row of the lab's table of commands, or a preset to open.
#[derive(Clone)]
pub struct Entry {
    /// Its keys, as `KeyboardEvent.key` names them; `Ctrl+` also stands for the Command key.
    pub keys: &'static [&'static str],
    /// What it does, in the page's language.
    pub label: String,
    /// Does it.
    pub run: Callback<()>,
    /// Whether its keys work over a sheet as well.
    pub is_over_sheets: bool,
}

impl Entry {
    /// A command of a lab.
    pub fn new(
        keys: &'static [&'static str],
        label: &str,
        run: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            keys,
            label: label.to_owned(),
            run: Callback::new(move |()| run()),
            is_over_sheets: false,
        }
    }
}

/// What the shared parts act on. Copies are the same board.
#[derive(Clone, Copy)]
pub struct Board {
    /// Which lab this is.
    pub lab: Lab,
    /// What the person prefers.
    pub preference: Preference,
    /// What a person should know.
    pub notices: Notices,
    /// Which sheet is open.
    pub sheet: RwSignal<Option<Sheet>>,
    /// Every command, and every preset after them.
    pub entries: StoredValue<Vec<Entry>>,
}

impl Board {
    /// A board without commands yet.
    pub fn new(lab: Lab, preference: Preference, notices: Notices) -> Self {
        Self {
            lab,
            preference,
            notices,
            sheet: RwSignal::new(None),
            entries: StoredValue::new(Vec::new()),
        }
    }

    /// The next theme round.
    pub fn turn_theme(&self) {
        let theme = self.preference.theme().get_untracked();
        self.preference.set_theme(theme.next());
    }

    /// Glides, or does not.
    pub fn turn_motion(&self) {
        let is_reduced = self.preference.is_motion_reduced().get_untracked();
        self.preference.set_motion_reduced(!is_reduced);
    }

    /// A number that changes whenever colours do.
    pub fn appearance(&self) -> Memo<u32> {
        let preference = self.preference;
        Memo::new(move |before: Option<&u32>| {
            preference.theme().track();
            preference.is_dark().track();
            before.map_or(0, |before| before + 1)
        })
    }

    /// Tells the style sheets theme and motion.
    pub fn dress(&self) {
        let preference = self.preference;
        Effect::new(move || {
            let Some(root) = document().document_element() else {
                return;
            };
            let motion = if preference.is_motion_reduced().get() {
                "reduced"
            } else {
                "full"
            };
            // Setting an attribute of this name cannot fail.
            let _ = root.set_attribute("data-theme", preference.theme().get().name());
            let _ = root.set_attribute("data-motion", motion);
        });
    }
}

/// The board of the page that this runs in.
pub fn use_board() -> Board {
    expect_context::<Board>()
}
