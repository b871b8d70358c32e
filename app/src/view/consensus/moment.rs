//! The present moment in words: the diagram's twin.

use super::frame::use_desk;
use super::words::{happening, tell, time};
use crate::i18n::*;
use crate::model::agreement::{Happening, Pick, What};
use engine::primitives::Micros;
use leptos::prelude::*;

/// Most sentences at once.
const SENTENCES_MAX: usize = 24;

/// What happens at the present moment, each thing a button that selects it.
#[component]
pub(super) fn MomentList() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let (at, playing) = (stores.run.course.at(), stores.run.course.playing());
    let found = Memo::new(move |_| {
        let at = Micros(at.get());
        stores.run.picture.with(|picture| {
            picture.as_ref().map(|index| {
                // Between two moments it is what happened last.
                let moment = index.moment(at);
                let list = index.at(moment);
                let count =
                    |is_one: fn(&What) -> bool| list.iter().filter(|one| is_one(&one.what)).count();
                let counts = (
                    count(|what| matches!(what, What::Arrived(_))),
                    count(|what| matches!(what, What::Lost(_))),
                    count(|what| matches!(what, What::Mark(_))),
                );
                // What matters comes first: marks, then arrivals.
                let mut shown: Vec<Happening> = list.to_vec();
                shown.sort_by_key(|one| !matches!(one.what, What::Mark(_)));
                shown.truncate(SENTENCES_MAX);
                (shown, counts, list.len(), moment)
            })
        })
    });
    let summary = move || {
        let locale = i18n.get_locale();
        let present = Micros(at.get());
        let last = found.with(|found| found.as_ref().map(|found| found.3));
        let now = match last.filter(|last| *last < present) {
            Some(last) => tell!(locale, moment_after, at = time(present), last = time(last)),
            None => tell!(locale, moment, at = time(present)),
        };
        let said = match found.get() {
            Some((_, _, 0, _)) | None => t_string!(i18n, consensus.moment_quiet).to_owned(),
            Some((_, (arrivals, lost, knots), ..)) => tell!(
                locale,
                moment_summary,
                arrivals = arrivals,
                lost = lost,
                knots = knots
            ),
        };
        format!("{now}: {said}")
    };
    let rows = move || {
        let (shown, _, count, _) = found.get().unwrap_or_default();
        let locale = i18n.get_locale();
        let more = count.saturating_sub(shown.len());
        let rows = stores.run.picture.with_untracked(|picture| {
            let Some(index) = picture else {
                return Vec::new();
            };
            let rows = shown
                .iter()
                .map(|one| (pick_of(one.what), happening(locale, index, one.what)));
            rows.collect()
        });
        let rows = rows.into_iter().map(|(pick, text)| {
            view! {
                <li>
                    <button
                        type="button"
                        class="happening"
                        aria-pressed=move || (stores.pick.get() == pick).to_string()
                        on:click=move |_| stores.pick.set(pick)
                    >
                        {text}
                    </button>
                </li>
            }
        });
        let rest =
            (more > 0).then(|| view! { <li class="note">{tell!(locale, more, count = more)}</li> });
        view! { {rows.collect_view()} {rest} }
    };
    view! {
        <section class="moment" aria-label=move || t_string!(i18n, consensus.happens)>
            <p class="moment-summary" aria-live=move || if playing.get() { "off" } else { "polite" }>{summary}</p>
            <ol class="happenings" tabindex="0" aria-label=move || t_string!(i18n, consensus.happens)>{rows}</ol>
        </section>
    }
}

const fn pick_of(what: What) -> Pick {
    match what {
        What::Arrived(row) | What::Lost(row) => Pick::Message(row),
        What::Mark(row) => Pick::Mark(row),
    }
}
