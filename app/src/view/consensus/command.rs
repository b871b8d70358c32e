//! The lab's own commands, beside those that every lab has.

use super::frame::Desk;
use crate::i18n::*;
use crate::model::agreement::Pick;
use crate::view::shell::board::Entry;
use crate::view::shell::program::{self, CourseWords};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

const KEYS: [&[&str]; 3] = [&["F"], &["C"], &["X"]];

/// What steps and knots of a run are.
pub(super) fn words(i18n: I18nContext<Locale>) -> CourseWords {
    CourseWords {
        forward: t_string!(i18n, consensus.command.step_forward),
        back: t_string!(i18n, consensus.command.step_back),
        next: t_string!(i18n, consensus.command.next_knot),
        previous: t_string!(i18n, consensus.command.previous_knot),
    }
}

/// Every command and every preset.
pub(super) fn entries(i18n: I18nContext<Locale>, desk: Desk) -> Vec<Entry> {
    let Desk {
        stores,
        zoom_wishes,
        ..
    } = desk;
    let [zoom, chain, stop] = KEYS;
    let own = vec![
        Entry::new(zoom, t_string!(i18n, consensus.command.zoom), move || {
            zoom_wishes.update(|wishes| *wishes += 1);
        }),
        Entry::new(chain, t_string!(i18n, consensus.command.chain), move || {
            stores.is_whole.update(|is_whole| *is_whole = !*is_whole);
        }),
        Entry::new(stop, t_string!(i18n, shell.command.stop), move || {
            stores.stop();
        }),
    ];
    let let_go = move || stores.pick.set(Pick::None);
    program::entries(i18n, desk.program, words(i18n), let_go, own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let shared = program::KEYS.concat();
        assert!(KEYS.concat().iter().all(|key| !shared.contains(key)));
    }
}
