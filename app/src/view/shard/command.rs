//! Every command of the lab, once: keys, palette and help sheet come from this table.

use super::frame::Desk;
use crate::i18n::*;
use crate::model::shard::Pick;
use crate::store::{Lab, route};
use crate::view::shell::board::{Entry, Sheet};
use engine::scenario::shard::preset;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// Something that a person can have done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Command {
    PlayPause,
    StepForward,
    StepBack,
    ToStart,
    ToEnd,
    NextKnot,
    PreviousKnot,
    Faster,
    Slower,
    LetGo,
    Stop,
    Compare,
    Scale,
    Undo,
    Redo,
    Share,
    Theme,
    Motion,
    Execution,
    Consensus,
    Shards,
    Palette,
    Help,
}

/// The table, in the order in which it is shown. Keys are as `KeyboardEvent.key` names them.
const TABLE: [(Command, &[&str]); 23] = [
    (Command::PlayPause, &["Space"]),
    (Command::StepForward, &["."]),
    (Command::StepBack, &[","]),
    (Command::ToStart, &["Home"]),
    (Command::ToEnd, &["End"]),
    (Command::NextKnot, &["]"]),
    (Command::PreviousKnot, &["["]),
    (Command::Faster, &["+"]),
    (Command::Slower, &["-"]),
    (Command::LetGo, &["Escape"]),
    (Command::Stop, &["X"]),
    (Command::Compare, &["C"]),
    (Command::Scale, &["G"]),
    (Command::Undo, &["Ctrl+Z"]),
    (Command::Redo, &["Ctrl+Shift+Z", "Ctrl+Y"]),
    (Command::Share, &["Shift+S"]),
    (Command::Theme, &["T"]),
    (Command::Motion, &[]),
    (Command::Execution, &["1"]),
    (Command::Consensus, &["2"]),
    (Command::Shards, &["3"]),
    (Command::Palette, &["Ctrl+K"]),
    (Command::Help, &["?"]),
];

impl Command {
    /// What it does, in the page's language.
    pub(super) fn label(self, i18n: I18nContext<Locale>) -> &'static str {
        match self {
            Self::PlayPause => t_string!(i18n, shell.command.play_pause),
            Self::StepForward => t_string!(i18n, shard.command_step_forward),
            Self::StepBack => t_string!(i18n, shard.command_step_back),
            Self::ToStart => t_string!(i18n, shell.command.to_start),
            Self::ToEnd => t_string!(i18n, shell.command.to_end),
            Self::NextKnot => t_string!(i18n, shard.command_next_knot),
            Self::PreviousKnot => t_string!(i18n, shard.command_previous_knot),
            Self::Faster => t_string!(i18n, shell.command.faster),
            Self::Slower => t_string!(i18n, shell.command.slower),
            Self::LetGo => t_string!(i18n, shell.command.let_go),
            Self::Stop => t_string!(i18n, shell.command.stop),
            Self::Compare => t_string!(i18n, shard.compare_run),
            Self::Scale => t_string!(i18n, shard.scale_button),
            Self::Undo => t_string!(i18n, shell.command.undo),
            Self::Redo => t_string!(i18n, shell.command.redo),
            Self::Share => t_string!(i18n, shell.command.share),
            Self::Theme => t_string!(i18n, shell.command.theme),
            Self::Motion => t_string!(i18n, shell.command.motion),
            Self::Execution => t_string!(i18n, shell.command.execution),
            Self::Consensus => t_string!(i18n, shell.command.consensus),
            Self::Shards => t_string!(i18n, shell.command.shards),
            Self::Palette => t_string!(i18n, shell.command.palette),
            Self::Help => t_string!(i18n, shell.command.help),
        }
    }

    /// Does it.
    pub(super) fn run(self, desk: Desk) {
        let Desk { stores, board } = desk;
        let course = stores.course;
        match self {
            Self::PlayPause => course.toggle(),
            Self::StepForward => course.walk(1),
            Self::StepBack => course.walk(-1),
            Self::ToStart => course.seek(0),
            Self::ToEnd => course.walk(i64::MAX),
            Self::NextKnot => course.to_knot(true),
            Self::PreviousKnot => course.to_knot(false),
            Self::Faster => course.change_speed(true),
            Self::Slower => course.change_speed(false),
            Self::LetGo => match board.sheet.get_untracked() {
                Some(_) => board.sheet.set(None),
                None => stores.pick.set(Pick::None),
            },
            Self::Stop => stores.stop(),
            Self::Compare => stores.compare(),
            Self::Scale => stores.scale(),
            Self::Undo => stores.document.undo(),
            Self::Redo => stores.document.redo(),
            Self::Share => board.sheet.set(Some(Sheet::Share)),
            Self::Theme => board.turn_theme(),
            Self::Motion => board.turn_motion(),
            Self::Execution => route::enter(Lab::Execution),
            Self::Consensus => route::enter(Lab::Consensus),
            Self::Shards => {}
            Self::Palette => board.sheet.set(Some(Sheet::Palette)),
            Self::Help => board.sheet.set(Some(Sheet::Help)),
        }
    }
}

/// The table and the presets, as the shared parts show and run them.
pub(super) fn entries(i18n: I18nContext<Locale>, desk: Desk) -> Vec<Entry> {
    let commands = TABLE.iter().map(|(command, keys)| Entry {
        keys,
        label: command.label(i18n).to_owned(),
        run: Callback::new(move |()| command.run(desk)),
        is_over_sheets: *command == Command::LetGo,
    });
    let presets = preset::all().iter().map(|preset| Entry {
        keys: &[],
        label: t_string!(i18n, shell.open_preset, name = preset.name),
        run: Callback::new(move |()| desk.stores.open(preset.scenario())),
        is_over_sheets: false,
    });
    commands.chain(presets).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things_and_no_command_is_there_twice() {
        let mut keys: Vec<_> = TABLE.iter().flat_map(|(_, keys)| *keys).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
        for (place, (command, _)) in TABLE.iter().enumerate() {
            let found = TABLE.iter().position(|(other, _)| other == command);
            assert_eq!(found, Some(place));
        }
    }
}
