//! Transactions that are open at the present moment: the picture's twin in words, and the way to one of them.

use super::frame::use_desk;
use super::words::{self, tell, time};
use crate::i18n::*;
use crate::model::shard::Pick;
use engine::primitives::Micros;
use leptos::prelude::*;

/// Rows of the list.
const ROWS: usize = 12;

/// The list.
#[component]
pub(super) fn DealList() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let rows = Memo::new(move |_| {
        let at = Micros(stores.run.course.at().get());
        let picture = stores.run.picture.get();
        picture.map_or_else(Vec::new, |index| index.open_at(at, ROWS))
    });
    let item = move |row: u32| {
        let index = stores.run.picture.get()?;
        let deal = index.ran.recording.deals.get(row as usize)?.clone();
        let locale = i18n.get_locale();
        let shards: Vec<String> = deal.shards.iter().map(ToString::to_string).collect();
        let text = tell!(
            locale,
            deal_row,
            ticket = deal.ticket,
            what = words::what(locale, &deal.what),
            account = deal.account,
            shards = shards.join(" → "),
            since = time(Micros(
                stores.run.course.at().get().saturating_sub(deal.begun.0)
            ))
        );
        let picked = move || stores.pick.get() == Pick::Deal(row);
        Some(view! {
            <li>
                <button
                    type="button"
                    class="happening"
                    aria-pressed=move || picked().to_string()
                    on:click=move |_| stores.pick.set(if picked() { Pick::None } else { Pick::Deal(row) })
                >
                    {text}
                </button>
            </li>
        })
    };
    view! {
        <section class="moment" aria-label=move || t_string!(i18n, shard.open_now)>
            <p class="moment-summary">{t!(i18n, shard.open_now)}</p>
            <ul class="happenings">
                {move || rows.get().into_iter().map(item).collect_view()}
            </ul>
            <Show when=move || rows.with(Vec::is_empty)>
                <p class="note">{t!(i18n, shard.open_none)}</p>
            </Show>
        </section>
    }
}
