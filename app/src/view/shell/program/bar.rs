//! The bottom: time.

use crate::i18n::*;
use crate::store::Course;
use crate::store::course::{Moments, SPEEDS};
use crate::view::shell::header::Tool;
use crate::view::shell::icon::{Icon, Sign};
use crate::widget::{Scrubber, SpeedChoice};
use leptos::prelude::*;

/// What steps and knots of a lab's run are called.
#[derive(Clone, Copy)]
pub(crate) struct CourseWords {
    /// A step on.
    pub(crate) forward: &'static str,
    /// A step back.
    pub(crate) back: &'static str,
    /// To the next knot.
    pub(crate) next: &'static str,
    /// To the knot before.
    pub(crate) previous: &'static str,
}

/// Jump, step, play, scrub, speed.
#[component]
pub(crate) fn CourseBar<I: Moments>(
    /// The time line.
    course: Course<I>,
    /// What steps and knots are called.
    words: CourseWords,
    /// Where we are, of what.
    #[prop(into)]
    position: Signal<String>,
    /// The little curve of what happens in a run.
    density: fn(&I) -> Vec<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (now, end, playing) = (course.at(), course.end(), course.playing());
    let is_there = course.is_there();
    let curve = Memo::new(move |_| course.read(density).unwrap_or_default());
    let tool = move |label: &'static str, sign: Sign, act: fn(Course<I>)| {
        view! { <Tool label=label sign=sign enabled=is_there on_press=move |()| act(course) /> }
    };
    view! {
        <footer class="time" aria-label=move || t_string!(i18n, shell.time.run)>
            <div class="transport" role="group" aria-label=move || t_string!(i18n, shell.time.run)>
                {tool(words.previous, Sign::PreviousAbort, |course| course.to_knot(false))}
                {tool(words.back, Sign::StepBack, |course| course.walk(-1))}
                <button
                    type="button"
                    class="tool play"
                    aria-label=move || if playing.get() { t_string!(i18n, shell.time.pause) } else { t_string!(i18n, shell.time.play) }
                    title=move || t_string!(i18n, shell.command.play_pause)
                    disabled=move || !is_there.get()
                    on:click=move |_| course.toggle()
                >
                    <Icon sign=Signal::derive(move || if playing.get() { Sign::Pause } else { Sign::Play }) />
                </button>
                {tool(words.forward, Sign::StepForward, |course| course.walk(1))}
                {tool(words.next, Sign::NextAbort, |course| course.to_knot(true))}
            </div>
            <Scrubber
                tick=now
                end=end
                label=Signal::derive(move || t_string!(i18n, shell.time.run).to_owned())
                value_text=position
                density=curve
                on_seek_tick=Callback::new(move |at| course.seek(at))
                on_walk=Callback::new(move |steps| course.walk(steps))
                disabled=Signal::derive(move || !is_there.get())
            />
            <p class="readout figure">{position}</p>
            <SpeedChoice label=Signal::derive(move || t_string!(i18n, shell.time.speed).to_owned()) speeds=&SPEEDS speed=course.speed />
        </footer>
    }
}
