//! The selection, explained.

use super::fault::waits;
use super::frame::use_desk;
use super::words::{self, tell};
use crate::i18n::*;
use crate::model::agreement::{AgreementIndex, Pick};
use engine::session::consensus::Snapshot;
use leptos::prelude::*;

/// What is selected, in a few sentences.
#[component]
pub(super) fn SelectionCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let said = Memo::new(move |_| {
        let locale = i18n.get_locale();
        let pick = stores.pick.get();
        stores.run.picture.with(|picture| {
            let index = picture.as_ref()?;
            stores
                .snapshot
                .with(|snapshot| say(locale, index, pick, snapshot.as_deref()))
        })
    });
    view! {
        <section class="card selection" aria-live="polite">
            {move || match said.get() {
                None => view! {
                    <h2>{t!(i18n, consensus.selection)}</h2>
                    <p class="note">{t!(i18n, consensus.selection_none)}</p>
                }.into_any(),
                Some((title, lines)) => view! {
                    <h2>{title}</h2>
                    <p>{lines.join(" ")}</p>
                }.into_any(),
            }}
        </section>
    }
}

/// A title and sentences.
fn say(
    locale: Locale,
    index: &AgreementIndex,
    pick: Pick,
    snapshot: Option<&Snapshot>,
) -> Option<(String, Vec<String>)> {
    match pick {
        Pick::None => None,
        Pick::Node(node) => {
            let title = tell!(locale, node_name, node = index.name(node));
            let card = snapshot.and_then(|snapshot| snapshot.cards.get(node as usize));
            let state = card.map(|card| {
                tell!(
                    locale,
                    replica_state,
                    view = card.view,
                    leader = index.name(card.leader.0),
                    decided = card.decided,
                    waits = waits(locale, index, &card.waits)
                )
            });
            Some((title, state.into_iter().collect()))
        }
        Pick::Message(row) => {
            let title = words::message(locale, index, index.message(row)?);
            let mut letters = title.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string());
            let title = first.unwrap_or_default() + letters.as_str();
            Some((title, words::explain(locale, index, row)))
        }
        Pick::Mark(row) => {
            let mark = index.mark(row)?;
            let title = format!(
                "{} · {}",
                tell!(locale, node_name, node = index.name(mark.node)),
                words::time(mark.at)
            );
            Some((title, vec![words::mark(locale, index, mark)]))
        }
    }
}
