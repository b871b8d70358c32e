//! The bottom: time.

use super::command::Command;
use super::frame::use_desk;
use super::words::{tell, time};
use crate::i18n::*;
use crate::store::course::SPEEDS;
use crate::view::shell::header::Tool;
use crate::view::shell::icon::{Icon, Sign};
use crate::widget::Scrubber;
use engine::primitives::Micros;
use leptos::prelude::*;

/// Jump, step, play, scrub, speed.
#[component]
pub(super) fn TimeBar() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let course = desk.stores.course;
    let picture = desk.stores.picture;
    let (now, end, playing) = (course.at(), course.end(), course.playing());
    let is_there = Signal::derive(move || picture.with(Option::is_some));
    let curve = Memo::new(move |_| picture.get().map_or_else(Vec::new, |index| index.density()));
    let position = move || {
        let (now, end) = (time(Micros(now.get())), time(Micros(end.get())));
        tell!(i18n.get_locale(), time_of, now = now, end = end)
    };
    let tool = move |command: Command, sign: Sign| {
        view! { <Tool label=command.label(i18n) sign=sign enabled=is_there on_press=move |()| command.run(desk) /> }
    };
    view! {
        <footer class="time" aria-label=move || t_string!(i18n, shard.time)>
            <div class="transport" role="group" aria-label=move || t_string!(i18n, shard.time)>
                {tool(Command::PreviousKnot, Sign::PreviousAbort)}
                {tool(Command::StepBack, Sign::StepBack)}
                <button
                    type="button"
                    class="tool play"
                    aria-label=move || if playing.get() { t_string!(i18n, shard.pause) } else { t_string!(i18n, shard.play) }
                    title=move || Command::PlayPause.label(i18n)
                    disabled=move || !is_there.get()
                    on:click=move |_| course.toggle()
                >
                    <Icon sign=Signal::derive(move || if playing.get() { Sign::Pause } else { Sign::Play }) />
                </button>
                {tool(Command::StepForward, Sign::StepForward)}
                {tool(Command::NextKnot, Sign::NextAbort)}
            </div>
            <Scrubber
                tick=now
                end=end
                label=Signal::derive(move || t_string!(i18n, shard.time).to_owned())
                value_text=Signal::derive(position)
                density=curve
                on_seek_tick=Callback::new(move |at| course.seek(at))
                on_walk=Callback::new(move |steps| course.walk(steps))
                disabled=Signal::derive(move || !is_there.get())
            />
            <p class="readout figure">{position}</p>
            <label class="speed">
                <span class="hidden">{t!(i18n, shell.time.speed)}</span>
                <select on:change=move |event| {
                    if let Ok(speed) = event_target_value(&event).parse() {
                        course.speed.set(speed);
                    }
                }>
                    {SPEEDS.into_iter().map(|speed| view! {
                        <option value=speed.to_string() prop:selected=move || (course.speed.get() - speed).abs() < f64::EPSILON>
                            {format!("×{speed}")}
                        </option>
                    }).collect_view()}
                </select>
            </label>
        </footer>
    }
}
