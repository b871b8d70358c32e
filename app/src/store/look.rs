//! Looks at moments of a run, one at a time: a hand moves faster than answers come.

use leptos::prelude::*;

/// One look under way at most, and of what is wanted meanwhile the newest. Copies are the same looks.
#[derive(Clone, Copy)]
pub(super) struct Looks<T: Send + Sync + 'static> {
    is_under_way: StoredValue<bool>,
    wanted: StoredValue<Option<T>>,
}

impl<T: Copy + Send + Sync + 'static> Looks<T> {
    pub(super) fn new() -> Self {
        Self {
            is_under_way: StoredValue::new(false),
            wanted: StoredValue::new(None),
        }
    }

    /// Whether a wish may be asked for now; else it is kept in the place of the one before.
    pub(super) fn begin(&self, wish: T) -> bool {
        if self.is_under_way.get_value() {
            self.wanted.set_value(Some(wish));
            return false;
        }
        self.is_under_way.set_value(true);
        true
    }

    /// An answer is there, or none is waited for any more: what is wanted next, if anything.
    pub(super) fn end(&self) -> Option<T> {
        self.is_under_way.set_value(false);
        self.wanted.try_update_value(Option::take).flatten()
    }
}
