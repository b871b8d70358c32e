//! What happened in the present step: the pictures' twin in words.

use super::frame::use_desk;
use super::words::{happening, span, tell};
use crate::i18n::*;
use engine::trace::intent::What;
use leptos::prelude::*;

/// Most events that are listed; more are counted.
const ROWS_MAX: usize = 60;

/// The list.
#[component]
pub(super) fn EventList() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let (picture, at) = (stores.run.picture, stores.run.course.at());
    let rows = Memo::new(move |_| {
        let index = picture.get()?;
        let locale = i18n.get_locale();
        // What people's strategies did comes first, then the market around them.
        let rank = |what: &What| match what {
            What::Fired { .. }
            | What::Fill {
                intent: Some(_), ..
            }
            | What::Loan { .. } => 0,
            What::Liquidated {
                person: Some(_), ..
            }
            | What::News { .. } => 0,
            What::State { .. } | What::Armed { .. } | What::Refused { .. } => 1,
            What::Keeper { .. } | What::Unfilled { .. } | What::Waits { .. } => 1,
            _ => 2,
        };
        let mut events: Vec<_> = index.events(at.get() as u32).collect();
        events.sort_by_key(|(place, event)| (rank(&event.what), *place));
        let count = events.len();
        let texts: Vec<(u8, String)> = events
            .into_iter()
            .take(ROWS_MAX)
            .map(|(_, event)| (rank(&event.what), happening(locale, &index, event)))
            .collect();
        Some((texts, count))
    });
    let title = move || {
        let step_s = picture.with(|picture| {
            let index = picture.as_ref();
            index.map_or(0, |index| u64::from(index.recording.step_s))
        });
        let count = rows.with(|rows| rows.as_ref().map_or(0, |(_, count)| *count));
        let moment = span(at.get() * step_s);
        tell!(i18n.get_locale(), events_at, moment = moment, count = count)
    };
    let has_none = move || rows.with(|rows| rows.as_ref().is_some_and(|(_, count)| *count == 0));
    view! {
        <section class="moment" aria-label=move || t_string!(i18n, strategy.events)>
            <p class="moment-summary">{title}</p>
            <ul class="happenings" tabindex="0">
                {move || rows.get().map(|(texts, _)| texts.into_iter().map(|(rank, text)| view! {
                    <li class:faint={rank == 2}>{text}</li>
                }).collect_view())}
            </ul>
            <Show when=has_none>
                <p class="note">{t!(i18n, strategy.events_none)}</p>
            </Show>
        </section>
    }
}
