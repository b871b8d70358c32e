//! A person's open intents at the present step: the state of each, and why it does not fire now.

use super::frame::use_desk;
use super::words::{self, tell};
use crate::i18n::*;
use leptos::prelude::*;

/// Most intents that are listed; more are counted.
const ROWS_MAX: usize = 12;

/// The card.
#[component]
pub(super) fn IntentCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let body = move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let (person, step) = (stores.person.get(), stores.run.course.at().get() as u32);
        let look = stores.look.get();
        // What was looked at last may be of another step: then only states are known, until the answer comes.
        let look = look.filter(|look| look.lanes.step == step);
        let mine = index.lives.iter().filter(|life| life.person == person);
        let (open, closed): (Vec<_>, Vec<_>) = mine
            .filter(|life| life.since <= step)
            .partition(|life| life.is_open(step));
        let count = open.len();
        let rows: Vec<_> = open
            .into_iter()
            .chain(closed.into_iter().rev())
            .take(ROWS_MAX)
            .map(|life| {
                let (state, cause) = life.state(step).map_or(("Draft", ""), |(_, state, cause)| {
                    (state.as_str(), cause.as_str())
                });
                let why = look.as_ref().and_then(|look| {
                    let mut all = look.why_not.iter();
                    all.find(|(intent, _)| *intent == life.intent)
                });
                let why = match why {
                    Some((_, why)) if life.is_open(step) => words::why_not(locale, why),
                    _ if state == "Failed" || state == "Cancelled" => cause.to_owned(),
                    _ => String::new(),
                };
                let end = life.fired.partition_point(|fired| *fired <= step);
                (life.label.clone(), state.to_owned(), why, end)
            })
            .collect();
        Some((rows, count))
    };
    view! {
        <section class="card intents" aria-label=move || t_string!(i18n, strategy.intents)>
            <h2>{t!(i18n, strategy.intents)}</h2>
            {move || body().map(|(rows, count)| {
                let locale = i18n.get_locale();
                view! {
                    <p class="note">{tell!(locale, intents_open, count = count)}</p>
                    <ul class="intent-list">
                        {rows.into_iter().map(|(label, state, why, fired)| view! {
                            <li data-state=state.clone()>
                                <p class="intent-head">
                                    <span class="state-sign" aria-hidden="true"></span>
                                    <span class="intent-name">{label}</span>
                                    <span class="note">{words::state(locale, &state)}</span>
                                </p>
                                {(!why.is_empty()).then(|| view! { <p class="why note">{why}</p> })}
                                {(fired > 0).then(|| view! { <p class="note">{tell!(locale, fired_times, count = fired)}</p> })}
                            </li>
                        }).collect_view()}
                    </ul>
                }
            })}
        </section>
    }
}
