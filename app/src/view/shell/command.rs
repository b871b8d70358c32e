//! Every command, once: keys, palette and help sheet come from this table.

use super::board::{Entry, Sheet};
use super::desk::Desk;
use crate::i18n::*;
use crate::link::Purpose;
use crate::model::Selection;
use crate::store::{Lab, route};
use engine::scenario::preset;
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
    NextAbort,
    PreviousAbort,
    Faster,
    Slower,
    ZoomToSelection,
    LetGo,
    RunLive,
    Sweep,
    Stop,
    Undo,
    Redo,
    Share,
    Theme,
    Motion,
    Execution,
    Consensus,
    Shards,
    Strategies,
    Palette,
    Help,
}

/// A row of the table. Keys are as `KeyboardEvent.key` names them; `Ctrl+` also stands for the Command
/// key.
pub(super) struct Row {
    pub(super) command: Command,
    pub(super) keys: &'static [&'static str],
}

const fn row(command: Command, keys: &'static [&'static str]) -> Row {
    Row { command, keys }
}

/// The table, in the order in which it is shown.
pub(super) const TABLE: [Row; 25] = [
    row(Command::PlayPause, &["Space"]),
    row(Command::StepForward, &["."]),
    row(Command::StepBack, &[","]),
    row(Command::ToStart, &["Home"]),
    row(Command::ToEnd, &["End"]),
    row(Command::NextAbort, &["]"]),
    row(Command::PreviousAbort, &["["]),
    row(Command::Faster, &["+"]),
    row(Command::Slower, &["-"]),
    row(Command::ZoomToSelection, &["F"]),
    row(Command::LetGo, &["Escape"]),
    row(Command::RunLive, &["R"]),
    row(Command::Sweep, &["L"]),
    row(Command::Stop, &["X"]),
    row(Command::Undo, &["Ctrl+Z"]),
    row(Command::Redo, &["Ctrl+Shift+Z", "Ctrl+Y"]),
    row(Command::Share, &["Shift+S"]),
    row(Command::Theme, &["T"]),
    row(Command::Motion, &[]),
    row(Command::Execution, &["1"]),
    row(Command::Consensus, &["2"]),
    row(Command::Shards, &["3"]),
    row(Command::Strategies, &["4"]),
    row(Command::Palette, &["Ctrl+K"]),
    row(Command::Help, &["?"]),
];

impl Command {
    /// What it does, in the page's language.
    pub(super) fn label(self, i18n: I18nContext<Locale>) -> &'static str {
        match self {
            Self::PlayPause => t_string!(i18n, shell.command.play_pause),
            Self::StepForward => t_string!(i18n, shell.command.step_forward),
            Self::StepBack => t_string!(i18n, shell.command.step_back),
            Self::ToStart => t_string!(i18n, shell.command.to_start),
            Self::ToEnd => t_string!(i18n, shell.command.to_end),
            Self::NextAbort => t_string!(i18n, shell.command.next_abort),
            Self::PreviousAbort => t_string!(i18n, shell.command.previous_abort),
            Self::Faster => t_string!(i18n, shell.command.faster),
            Self::Slower => t_string!(i18n, shell.command.slower),
            Self::ZoomToSelection => t_string!(i18n, shell.command.zoom_to_selection),
            Self::LetGo => t_string!(i18n, shell.command.let_go),
            Self::RunLive => t_string!(i18n, shell.command.run_live),
            Self::Sweep => t_string!(i18n, shell.command.sweep),
            Self::Stop => t_string!(i18n, shell.command.stop),
            Self::Undo => t_string!(i18n, shell.command.undo),
            Self::Redo => t_string!(i18n, shell.command.redo),
            Self::Share => t_string!(i18n, shell.command.share),
            Self::Theme => t_string!(i18n, shell.command.theme),
            Self::Motion => t_string!(i18n, shell.command.motion),
            Self::Execution => t_string!(i18n, shell.command.execution),
            Self::Consensus => t_string!(i18n, shell.command.consensus),
            Self::Shards => t_string!(i18n, shell.command.shards),
            Self::Strategies => t_string!(i18n, shell.command.strategies),
            Self::Palette => t_string!(i18n, shell.command.palette),
            Self::Help => t_string!(i18n, shell.command.help),
        }
    }

    /// Does it.
    pub(super) fn run(self, desk: Desk) {
        let Desk {
            stores,
            conductor,
            board,
            ..
        } = desk;
        let playback = stores.playback;
        match self {
            Self::PlayPause => playback.toggle(),
            Self::StepForward => playback.walk(1),
            Self::StepBack => playback.walk(-1),
            Self::ToStart => playback.walk(-i64::from(u32::MAX)),
            Self::ToEnd => playback.walk(i64::from(u32::MAX)),
            Self::NextAbort => playback.to_abort(true),
            Self::PreviousAbort => playback.to_abort(false),
            Self::Faster => playback.change_speed(true),
            Self::Slower => playback.change_speed(false),
            Self::ZoomToSelection => desk.zoom_wishes.update(|wishes| *wishes += 1),
            Self::LetGo => match board.sheet.get_untracked() {
                Some(_) => board.sheet.set(None),
                None => stores.selection.set(Selection::None),
            },
            Self::RunLive => conductor.measure_now(),
            Self::Sweep => conductor.sweep(),
            Self::Stop => {
                for purpose in [
                    Purpose::Picture,
                    Purpose::Comparison,
                    Purpose::Live,
                    Purpose::Sweep,
                    Purpose::Remedies,
                ] {
                    conductor.cancel(purpose);
                }
            }
            Self::Undo => stores.scenario.undo(),
            Self::Redo => stores.scenario.redo(),
            Self::Share => board.sheet.set(Some(Sheet::Share)),
            Self::Theme => board.turn_theme(),
            Self::Motion => board.turn_motion(),
            Self::Execution => {}
            Self::Consensus => route::enter(Lab::Consensus),
            Self::Shards => route::enter(Lab::Shards),
            Self::Strategies => route::enter(Lab::Strategies),
            Self::Palette => board.sheet.set(Some(Sheet::Palette)),
            Self::Help => board.sheet.set(Some(Sheet::Help)),
        }
    }
}

/// The table and the presets, as the shared parts show and run them.
pub(super) fn entries(i18n: I18nContext<Locale>, desk: Desk) -> Vec<Entry> {
    let commands = TABLE.iter().map(|row| Entry {
        keys: row.keys,
        label: row.command.label(i18n).to_owned(),
        run: Callback::new(move |()| row.command.run(desk)),
        is_over_sheets: row.command == Command::LetGo,
    });
    let presets = preset::all().iter().map(|preset| Entry {
        keys: &[],
        label: t_string!(i18n, shell.open_preset, name = preset.name),
        run: Callback::new(move |()| desk.open(preset.scenario())),
        is_over_sheets: false,
    });
    commands.chain(presets).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let mut keys: Vec<_> = TABLE.iter().flat_map(|row| row.keys).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn every_command_is_in_the_table_once() {
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(
                TABLE.iter().position(|other| other.command == row.command),
                Some(place)
            );
        }
    }
}
