//! What is selected: a shard in figures, or a transaction from shard to shard.

use super::account::{AccountPick, Residents};
use super::frame::use_desk;
use super::words::{self, place, tell, time};
use crate::i18n::*;
use crate::model::format;
use crate::model::shard::{Pick, ShardIndex};
use crate::widget::Pairs;
use engine::primitives::Micros;
use leptos::prelude::*;
use std::sync::Arc;

/// The card.
#[component]
pub(super) fn PickCard() -> impl IntoView {
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        match stores.pick.get() {
            Pick::None => None,
            Pick::Shard(shard) => Some(view! { <ShardPick index=index shard=shard /> }.into_any()),
            Pick::Deal(row) => Some(view! { <DealPick index=index row=row /> }.into_any()),
            Pick::Account(account) => Some(view! { <AccountPick account=account /> }.into_any()),
        }
    }
}

#[component]
fn ShardPick(index: Arc<ShardIndex>, shard: u16) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let stores = use_desk().stores;
    let each = index.ran.report.each.get(usize::from(shard)).cloned();
    let pools = index
        .ran
        .pool_homes
        .iter()
        .filter(|home| **home == shard)
        .count();
    each.map(|each| {
        let rows = [
            (
                td_string!(locale, shard.shard_accounts),
                format::whole(each.accounts),
            ),
            (
                td_string!(locale, shard.shard_pools),
                format::whole(pools as u64),
            ),
            (
                td_string!(locale, shard.shard_blocks),
                format::whole(each.blocks),
            ),
            (
                td_string!(locale, shard.shard_entries),
                format::whole(each.entries),
            ),
            (
                td_string!(locale, shard.shard_runs),
                format::whole(each.executions),
            ),
            (
                td_string!(locale, shard.shard_aborts),
                format::whole(each.aborts),
            ),
            (td_string!(locale, shard.shard_root), each.root.short()),
        ];
        view! {
            <section class="card">
                <h2>{tell!(locale, district, shard = shard)}</h2>
                <Pairs rows=rows.into() />
                <div class="buttons">
                    <button type="button" class="primary" data-zoom="in" on:click=move |_| stores.zoom_to(shard, None)>{t!(i18n, shard.zoom_in)}</button>
                </div>
                <Residents shard=shard />
            </section>
        }
    })
}

#[component]
fn DealPick(index: Arc<ShardIndex>, row: u32) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let stores = use_desk().stores;
    index.ran.recording.deals.get(row as usize).cloned().map(|deal| {
        let flights: Vec<_> = index
            .ran
            .recording
            .flights
            .iter()
            .filter(|flight| flight.ticket == deal.ticket)
            .copied()
            .collect();
        let kind = |number: u8| {
            let kinds = &index.ran.recording.kinds;
            kinds.get(usize::from(number)).cloned().unwrap_or_default()
        };
        let steps = flights.into_iter().take(40).map(|flight| {
            let text = tell!(
                locale,
                deal_flight,
                at = time(flight.sent),
                kind = kind(flight.kind),
                from = place(locale, flight.from),
                to = place(locale, flight.to)
            );
            view! {
                <li>
                    <button type="button" class="happening" on:click=move |_| stores.run.course.seek(flight.sent.0)>{text}</button>
                </li>
            }
        });
        let title = tell!(
            locale,
            deal_title,
            ticket = deal.ticket,
            what = words::what(locale, &deal.what)
        );
        let ended = if deal.ended == Micros::NEVER { index.end } else { deal.ended };
        view! {
            <section class="card">
                <h2>{title}</h2>
                <p>{words::ended(locale, deal.end, &deal.reason)}</p>
                <p class="note">{tell!(locale, deal_took, span = time(Micros(ended.since(deal.asked).0)))}</p>
                <ol class="happenings steps">{steps.collect_view()}</ol>
            </section>
        }
    })
}
