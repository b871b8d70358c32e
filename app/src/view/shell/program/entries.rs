//! The commands that every lab has: keys, palette and help sheet come from this table.

use super::{CourseWords, Program};
use crate::i18n::*;
use crate::store::course::Moments;
use crate::store::{Lab, Linked, route};
use crate::view::shell::board::{Entry, Sheet};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// Their keys, in the order of the table, with a lab's own commands after the first ten.
pub(crate) const KEYS: [&[&str]; 21] = [
    &["Space"],
    &["."],
    &[","],
    &["Home"],
    &["End"],
    &["]"],
    &["["],
    &["+"],
    &["-"],
    &["Escape"],
    &["Ctrl+Z"],
    &["Ctrl+Shift+Z", "Ctrl+Y"],
    &["Shift+S"],
    &["T"],
    &[],
    &["1"],
    &["2"],
    &["3"],
    &["4"],
    &["Ctrl+K"],
    &["?"],
];
/// How many come before a lab's own.
const BEFORE: usize = 10;

/// All commands of a lab, and its presets after them. `let_go` lets the selection go.
pub(crate) fn entries<D: Linked, I: Moments>(
    i18n: I18nContext<Locale>,
    program: Program<D, I>,
    words: CourseWords,
    let_go: impl Fn() + Send + Sync + 'static,
    own: Vec<Entry>,
) -> Vec<Entry> {
    let Program {
        document,
        arrival,
        board,
        ..
    } = program;
    let label = |text: &str| text.to_owned();
    let show = move |sheet| Callback::new(move |()| board.sheet.set(Some(sheet)));
    let go = move |lab| {
        Callback::new(move |()| {
            if lab != D::LAB {
                route::enter(lab);
            }
        })
    };
    let run = |act: fn(Program<D, I>)| Callback::new(move |()| act(program));
    let let_go = move |()| match board.sheet.get_untracked() {
        Some(_) => board.sheet.set(None),
        None => let_go(),
    };
    let texts: [(&str, Callback<()>); KEYS.len()] = [
        (
            t_string!(i18n, shell.command.play_pause),
            run(|it| it.course.toggle()),
        ),
        (words.forward, run(|it| it.course.walk(1))),
        (words.back, run(|it| it.course.walk(-1))),
        (
            t_string!(i18n, shell.command.to_start),
            run(|it| it.course.seek(0)),
        ),
        (
            t_string!(i18n, shell.command.to_end),
            run(|it| it.course.seek(u64::MAX)),
        ),
        (words.next, run(|it| it.course.to_knot(true))),
        (words.previous, run(|it| it.course.to_knot(false))),
        (
            t_string!(i18n, shell.command.faster),
            run(|it| it.course.change_speed(true)),
        ),
        (
            t_string!(i18n, shell.command.slower),
            run(|it| it.course.change_speed(false)),
        ),
        (t_string!(i18n, shell.command.let_go), Callback::new(let_go)),
        (
            t_string!(i18n, shell.command.undo),
            Callback::new(move |()| document.undo()),
        ),
        (
            t_string!(i18n, shell.command.redo),
            Callback::new(move |()| document.redo()),
        ),
        (t_string!(i18n, shell.command.share), show(Sheet::Share)),
        (
            t_string!(i18n, shell.command.theme),
            Callback::new(move |()| board.turn_theme()),
        ),
        (
            t_string!(i18n, shell.command.motion),
            Callback::new(move |()| board.turn_motion()),
        ),
        (t_string!(i18n, shell.command.execution), go(Lab::Execution)),
        (t_string!(i18n, shell.command.consensus), go(Lab::Consensus)),
        (t_string!(i18n, shell.command.shards), go(Lab::Shards)),
        (
            t_string!(i18n, shell.command.strategies),
            go(Lab::Strategies),
        ),
        (t_string!(i18n, shell.command.palette), show(Sheet::Palette)),
        (t_string!(i18n, shell.command.help), show(Sheet::Help)),
    ];
    let mut list: Vec<Entry> = KEYS
        .into_iter()
        .zip(texts)
        .map(|(keys, (text, run))| Entry {
            keys,
            label: label(text),
            run,
            is_over_sheets: keys == ["Escape"],
        })
        .collect();
    list.splice(BEFORE..BEFORE, own);
    list.extend(D::presets().into_iter().map(|name| Entry {
        keys: &[],
        label: t_string!(i18n, shell.open_preset, name = name),
        run: Callback::new(move |()| {
            if let Some(document) = D::preset(name) {
                arrival.open(document);
            }
        }),
        is_over_sheets: false,
    }));
    list
}

#[cfg(test)]
mod tests {
    use super::KEYS;

    #[test]
    fn no_key_does_two_things() {
        let mut keys = KEYS.concat();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
