//! The lab's own commands, beside those that every lab has.

use super::frame::Desk;
use crate::i18n::*;
use crate::view::shell::board::Entry;
use crate::view::shell::program::{self, CourseWords};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

const KEYS: [&[&str]; 3] = [&["X"], &["P"], &["G"]];

/// What steps and knots of a run are.
pub(super) fn words(i18n: I18nContext<Locale>) -> CourseWords {
    CourseWords {
        forward: t_string!(i18n, strategy.command_forward),
        back: t_string!(i18n, strategy.command_back),
        next: t_string!(i18n, strategy.command_next),
        previous: t_string!(i18n, strategy.command_previous),
    }
}

/// Every command and every preset.
pub(super) fn entries(i18n: I18nContext<Locale>, desk: Desk) -> Vec<Entry> {
    let stores = desk.stores;
    let [stop, person, seeds] = KEYS;
    let own = vec![
        Entry::new(stop, t_string!(i18n, shell.command.stop), move || {
            stores.stop();
            stores.fans.stop();
        }),
        Entry::new(
            person,
            t_string!(i18n, strategy.command_person),
            move || {
                let people = stores.run.document.document();
                let count = people.with_untracked(|document| document.people.len());
                let next = stores.person.get_untracked() + 1;
                stores.person.set(next % count.max(1) as u32);
            },
        ),
        Entry::new(seeds, t_string!(i18n, strategy.command_seeds), move || {
            let document = stores.run.document.document().get_untracked();
            stores.fans.run(document, None);
        }),
    ];
    program::entries(i18n, desk.program, words(i18n), || {}, own)
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
