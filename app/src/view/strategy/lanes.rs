//! The present step's transactions on parallel lanes: automation load is parallel load.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::format;
use engine::primitives::Incarnation;
use engine::trace::intent::StepLanes;
use engine::trace::{Outcome, Task, TaskKind};
use leptos::prelude::*;

/// Width of the strip, and height of a lane, in its own units.
const WIDE: f64 = 600.0;
const TALL: f64 = 14.0;
/// Least width of a bar.
const LEAST: f64 = 1.5;

/// What a bar is: a shape and a colour each.
fn class(task: &Task, is_last: bool) -> Option<&'static str> {
    if task.kind != TaskKind::Execute {
        return None;
    }
    Some(match task.outcome {
        Outcome::Executed if is_last => "ran",
        Outcome::Blocked { .. } | Outcome::LockWait { .. } => "waited",
        _ => "again",
    })
}

/// The strip.
#[component]
pub(super) fn LaneStrip() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let look = Memo::new(move |_| stores.look.get());
    let words = move || {
        let look = look.get()?;
        let lanes = &look.lanes;
        let locale = i18n.get_locale();
        let count = lanes.transactions.len();
        if count == 0 {
            return Some(td_string!(locale, strategy.lanes_none).to_owned());
        }
        let quicker = lanes.ticks_in_order as f64 / lanes.ticks.max(1) as f64;
        let most = lanes.ticks_in_order as f64 / lanes.ticks_at_least.max(1) as f64;
        let repeats = u64::from(lanes.executions) - count as u64;
        Some(tell!(
            locale,
            lanes_say,
            count = count,
            lanes = lanes.lanes,
            quicker = format::times(quicker),
            most = format::times(most),
            repeats = repeats,
            same = if lanes.is_same {
                td_string!(locale, strategy.lanes_same)
            } else {
                td_string!(locale, strategy.lanes_differ)
            }
        ))
    };
    let bars = move || look.get().map(|look| bars(&look.lanes));
    let height = move || {
        look.get()
            .map_or(TALL, |look| f64::from(look.lanes.lanes) * TALL)
    };
    view! {
        <figure class="lanes-part">
            <figcaption>
                <span class="plot-title">{t!(i18n, strategy.lanes)}</span>
                <span class="note">{move || words().unwrap_or_else(|| t_string!(i18n, shell.computing).to_owned())}</span>
            </figcaption>
            <svg class="lane-strip" viewBox=move || format!("0 0 {WIDE} {}", height()) preserveAspectRatio="none" role="img" aria-label=move || words().unwrap_or_default()>
                {move || bars().map(|bars| bars.into_iter().map(|(class, x, y, width, title)| view! {
                    <rect class=class x=x y=y width=width height={TALL - 3.0}><title>{title}</title></rect>
                }).collect_view())}
            </svg>
        </figure>
    }
}

/// Bars with their places and what they say.
fn bars(lanes: &StepLanes) -> Vec<(&'static str, f64, f64, f64, String)> {
    let end = lanes.tasks.iter().map(|task| task.end.0).max().unwrap_or(0);
    let scale = WIDE / end.max(1) as f64;
    // What ran again later came to nothing.
    let mut last = vec![Incarnation::default(); lanes.transactions.len()];
    for task in lanes
        .tasks
        .iter()
        .filter(|task| task.kind == TaskKind::Execute)
    {
        if let Some(last) = last.get_mut(task.tx.as_usize()) {
            *last = task.incarnation.max(*last);
        }
    }
    let bar = |task: &Task| {
        let is_last = last.get(task.tx.as_usize()) == Some(&task.incarnation);
        let class = class(task, is_last)?;
        let transaction = lanes.transactions.get(task.tx.as_usize())?;
        let start = task.start.0 as f64 * scale;
        let width = ((task.end.0 - task.start.0) as f64 * scale - 0.8).max(LEAST);
        let slot = match task.outcome {
            Outcome::Blocked { key, .. } | Outcome::Aborted { key, .. } => {
                lanes.keys.get(key as usize).map(|key| format!(" · {key}"))
            }
            _ => None,
        };
        let title = format!(
            "{}: {} → {}{}",
            task.tx.0,
            transaction.sender,
            transaction.contract,
            slot.unwrap_or_default()
        );
        let y = f64::from(task.lane.0) * TALL + 1.0;
        Some((class, start, y, width, title))
    };
    lanes.tasks.iter().filter_map(bar).collect()
}
