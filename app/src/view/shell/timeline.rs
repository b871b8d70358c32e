//! The bottom: time.

use super::command::Command;
use super::desk::use_desk;
use super::header::Tool;
use super::icon::{Icon, Sign};
use crate::i18n::*;
use crate::model::format;
use crate::store::playback::SPEEDS;
use crate::widget::{Scrubber, SpeedChoice};
use leptos::prelude::*;

/// Columns of the little curve of aborts.
const COLUMNS: usize = 120;

/// Jump, step, play, scrub, speed.
#[component]
pub(super) fn TimeBar() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let playback = desk.stores.playback;
    let picture = desk.stores.run.picture;
    let (now, end) = (playback.now(), playback.end());
    let is_there = Signal::derive(move || picture.with(Option::is_some));
    let playing = playback.playing();
    let curve = Memo::new(move |_| {
        picture.with(|picture| {
            picture
                .as_ref()
                .map_or_else(Vec::new, |index| index.timeline.abort_density(COLUMNS))
        })
    });
    let position = move || {
        t_string!(
            i18n,
            shell.time.tick_of,
            now = format::whole(now.get()),
            end = format::whole(end.get())
        )
    };
    view! {
        <footer class="time" aria-label=move || t_string!(i18n, shell.time.title)>
            <div class="transport" role="group" aria-label=move || t_string!(i18n, shell.time.title)>
                <Tool label=Command::PreviousAbort.label(i18n) sign=Sign::PreviousAbort enabled=is_there on_press=move |()| Command::PreviousAbort.run(desk) />
                <Tool label=Command::StepBack.label(i18n) sign=Sign::StepBack enabled=is_there on_press=move |()| Command::StepBack.run(desk) />
                <button
                    type="button"
                    class="tool play"
                    aria-label=move || if playing.get() { t_string!(i18n, shell.time.pause) } else { t_string!(i18n, shell.time.play) }
                    title=move || Command::PlayPause.label(i18n)
                    disabled=move || !is_there.get()
                    on:click=move |_| Command::PlayPause.run(desk)
                >
                    <Icon sign=Signal::derive(move || if playing.get() { Sign::Pause } else { Sign::Play }) />
                </button>
                <Tool label=Command::StepForward.label(i18n) sign=Sign::StepForward enabled=is_there on_press=move |()| Command::StepForward.run(desk) />
                <Tool label=Command::NextAbort.label(i18n) sign=Sign::NextAbort enabled=is_there on_press=move |()| Command::NextAbort.run(desk) />
            </div>
            <Scrubber
                tick=now
                end=end
                label=Signal::derive(move || t_string!(i18n, shell.time.title).to_owned())
                value_text=Signal::derive(position)
                density=curve
                on_seek_tick=Callback::new(move |tick| playback.seek_tick(tick))
                on_walk=Callback::new(move |steps| playback.walk(steps))
                disabled=Signal::derive(move || !is_there.get())
            />
            <p class="readout figure">
                {position}
            </p>
            <SpeedChoice label=Signal::derive(move || t_string!(i18n, shell.time.speed).to_owned()) speeds=&SPEEDS speed=playback.speed />
        </footer>
    }
}
