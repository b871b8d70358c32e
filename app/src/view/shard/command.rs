//! The lab's own commands, beside those that every lab has.

use super::frame::Desk;
use crate::i18n::*;
use crate::model::shard::Pick;
use crate::view::shell::board::Entry;
use crate::view::shell::program::{self, CourseWords};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

const KEYS: [&[&str]; 4] = [&["X"], &["C"], &["G"], &["F"]];

/// What steps and knots of a run are.
pub(super) fn words(i18n: I18nContext<Locale>) -> CourseWords {
    CourseWords {
        forward: t_string!(i18n, shard.command_step_forward),
        back: t_string!(i18n, shard.command_step_back),
        next: t_string!(i18n, shard.command_next_knot),
        previous: t_string!(i18n, shard.command_previous_knot),
    }
}

/// Every command and every preset.
pub(super) fn entries(i18n: I18nContext<Locale>, desk: Desk) -> Vec<Entry> {
    let stores = desk.stores;
    let [stop, compare, scale, nearer] = KEYS;
    let own = vec![
        Entry::new(stop, t_string!(i18n, shell.command.stop), move || {
            stores.stop();
        }),
        Entry::new(compare, t_string!(i18n, shard.compare_run), move || {
            stores.compare();
        }),
        Entry::new(scale, t_string!(i18n, shard.scale_button), move || {
            stores.scale();
        }),
        Entry::new(nearer, t_string!(i18n, shard.command_nearer), move || {
            if let Pick::Shard(shard) = stores.pick.get_untracked() {
                stores.zoom_to(shard, None);
            }
        }),
    ];
    // One step at a time: what is near first, then what is picked.
    let let_go = move || {
        if !stores.zoom_back() {
            stores.pick.set(Pick::None);
        }
    };
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
