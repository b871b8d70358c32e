//! What happened that a person should know.

use leptos::prelude::*;

/// Most notices on the screen at once; the oldest goes.
const NOTICES_MAX: usize = 3;

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// A worker ended unasked and was replaced; why.
    WorkerDied(String),
    /// The address is no scenario; why.
    BadLink(String),
    /// A file is no scenario; why.
    BadFile(String),
    /// Nothing can be kept in this browser.
    StorageFull,
    /// Something was copied.
    Copied,
    /// Copying was refused by the browser.
    CopyRefused,
    /// The site is kept for use offline and has a new version.
    NewVersion,
}

impl Notice {
    /// Whether something went wrong.
    pub const fn is_trouble(&self) -> bool {
        !matches!(self, Self::Copied | Self::NewVersion)
    }
}

/// The notices on the screen, oldest first. They stay until let go.
#[derive(Clone, Copy)]
pub struct Notices {
    list: RwSignal<Vec<(u32, Notice)>>,
    last: StoredValue<u32>,
}

impl Default for Notices {
    /// None yet.
    fn default() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
        }
    }
}

impl Notices {
    /// The notices by number, to follow.
    pub fn list(&self) -> Signal<Vec<(u32, Notice)>> {
        self.list.into()
    }

    /// Shows a notice; one that says the same is replaced.
    pub fn show(&self, notice: Notice) {
        self.last.update_value(|last| *last += 1);
        let number = self.last.get_value();
        self.list.update(|list| {
            list.retain(|(_, other)| {
                std::mem::discriminant(other) != std::mem::discriminant(&notice)
            });
            if list.len() == NOTICES_MAX {
                list.remove(0);
            }
            list.push((number, notice));
        });
    }

    /// Lets a notice go.
    pub fn close(&self, number: u32) {
        self.list
            .update(|list| list.retain(|(other, _)| *other != number));
    }
}
