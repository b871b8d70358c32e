//! The bottom: time.

use super::command::Command;
use super::desk::use_desk;
use super::header::Tool;
use crate::i18n::*;
use crate::model::format;
use crate::store::playback::SPEEDS;
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
        picture.with(|picture| picture.as_ref().map_or_else(String::new, |index| path(&index.timeline.abort_density(COLUMNS))))
    });
    let ticks = move |value: u64| format::whole(value);
    view! {
        <footer class="time" aria-label=move || t_string!(i18n, shell.time.title)>
            <div class="transport" role="group" aria-label=move || t_string!(i18n, shell.time.title)>
                <Tool command=Command::PreviousAbort sign="⏮" enabled=is_there />
                <Tool command=Command::StepBack sign="◀" enabled=is_there />
                <button
                    type="button"
                    class="tool play"
                    aria-label=move || if playing.get() { t_string!(i18n, shell.time.pause) } else { t_string!(i18n, shell.time.play) }
                    title=move || Command::PlayPause.label(i18n)
                    disabled=move || !is_there.get()
                    on:click=move |_| Command::PlayPause.run(desk)
                >
                    <span aria-hidden="true">{move || if playing.get() { "❚❚" } else { "▶" }}</span>
                </button>
                <Tool command=Command::StepForward sign="▶|" enabled=is_there />
                <Tool command=Command::NextAbort sign="⏭" enabled=is_there />
            </div>
            <div class="scrub">
                <svg viewBox=format!("0 0 {COLUMNS} 16") preserveAspectRatio="none" aria-hidden="true">
                    <path d=move || curve.get() />
                </svg>
                <input
                    type="range"
                    min="0"
                    max=move || end.get().to_string()
                    aria-label=move || t_string!(i18n, shell.time.title)
                    aria-valuetext=move || t_string!(i18n, shell.time.tick_of, now = ticks(now.get()), end = ticks(end.get()))
                    disabled=move || !is_there.get()
                    prop:value=move || now.get().to_string()
                    on:input=move |event| {
                        if let Ok(tick) = event_target_value(&event).parse() {
                            playback.seek_tick(tick);
                        }
                    }
                    on:keydown=move |event| {
                        let steps = match event.key().as_str() {
                            "ArrowRight" | "ArrowUp" => 1,
                            "ArrowLeft" | "ArrowDown" => -1,
                            "PageUp" => 100,
                            "PageDown" => -100,
                            _ => return,
                        };
                        event.prevent_default();
                        playback.walk(steps);
                    }
                />
            </div>
            <p class="readout figure">
                {move || t_string!(i18n, shell.time.tick_of, now = ticks(now.get()), end = ticks(end.get()))}
            </p>
            <label class="speed">
                <span class="hidden">{t!(i18n, shell.time.speed)}</span>
                <select on:change=move |event| {
                    if let Ok(speed) = event_target_value(&event).parse() {
                        playback.speed.set(speed);
                    }
                }>
                    {SPEEDS.into_iter().map(|speed| view! {
                        <option value=speed.to_string() selected=move || (playback.speed.get() - speed).abs() < f64::EPSILON>
                            {format!("×{speed}")}
                        </option>
                    }).collect_view()}
                </select>
            </label>
        </footer>
    }
}

/// The outline of a density, 16 high, one unit a column.
fn path(density: &[u32]) -> String {
    let highest = density.iter().copied().max().unwrap_or(0);
    if highest == 0 {
        return String::new();
    }
    let mut path = String::from("M0 16");
    for (column, count) in density.iter().enumerate() {
        let top = 16.0 - 15.0 * f64::from(*count) / f64::from(highest);
        path.push_str(&format!("V{top:.1}H{}", column + 1));
    }
    path.push_str("V16Z");
    path
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_curve_stays_in_its_box() {
        assert_eq!(path(&[0, 0]), "");
        assert_eq!(path(&[1, 0, 2]), "M0 16V8.5H1V16.0H2V1.0H3V16Z");
    }
}
