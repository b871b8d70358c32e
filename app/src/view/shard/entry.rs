//! One entry of a block: what came of it, why it ran again, and the receipts of its transaction.

use super::block::{picked, row};
use super::frame::use_desk;
use super::words::{self, tell};
use crate::i18n::*;
use crate::model::format;
use crate::model::shard::Pick;
use crate::model::strip;
use engine::trace::look::Receipt;
use leptos::prelude::*;

/// The card.
#[component]
pub(super) fn EntryCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let (look, zoom) = (stores.look.get()?, stores.zoom.get());
        let place = picked(zoom, Some(&look))?;
        let block = look.block.as_ref()?;
        let entry = block.entries.get(place as usize)?;
        let locale = i18n.get_locale();
        let ticket = entry.ticket;
        let came = if entry.reason.is_empty() {
            td_string!(locale, shard.entry_done).to_owned()
        } else {
            tell!(locale, entry_failed, reason = words::reason(&entry.reason))
        };
        let amount = (entry.amount > 0)
            .then(|| tell!(locale, entry_amount, amount = format::whole(entry.amount)));
        let runs = strip::bars(&block.lanes);
        let own = runs
            .iter()
            .filter(|bar| bar.tx == place && bar.is_for_nothing());
        let repeats: Vec<String> = own
            .map(|bar| {
                let slot = bar.slot(&block.lanes);
                tell!(locale, entry_because, slot = slot.unwrap_or("—"))
            })
            .collect();
        let deal = stores.run.picture.get().and_then(|index| index.row(ticket));
        let is_known = look.glance.ticket == Some(ticket);
        let receipts = is_known.then(|| look.receipts.clone());
        Some(view! {
            <section class="card entry" data-ticket=ticket>
                <h2>{row(locale, block, place as usize, entry)}</h2>
                <p>{came}</p>
                {amount.map(|text| view! { <p class="note">{text}</p> })}
                {repeats.into_iter().map(|text| view! { <p class="note">{text}</p> }).collect_view()}
                {deal.map(|row| view! {
                    <div class="buttons">
                        <button type="button" data-follow=ticket on:click=move |_| stores.pick.set(Pick::Deal(row))>{tell!(locale, follow, ticket = ticket)}</button>
                    </div>
                })}
                {receipts.map(|receipts| view! { <Receipts receipts=receipts /> })}
            </section>
        })
    }
}

/// What a transaction has sent out, each with its proof.
#[component]
fn Receipts(receipts: Vec<Receipt>) -> impl IntoView {
    let i18n = use_i18n();
    let locale = i18n.get_locale_untracked();
    let is_none = receipts.is_empty();
    let one = |receipt: Receipt| {
        let title = tell!(
            locale,
            receipt_row,
            step = u32::from(receipt.step) + 1,
            units = format::whole(receipt.units),
            shard = receipt.shard
        );
        let proof = if receipt.holds {
            tell!(
                locale,
                receipt_holds,
                shard = receipt.shard,
                number = receipt.number,
                siblings = receipt.siblings.len(),
                beside = receipt.beside
            )
        } else {
            td_string!(locale, shard.receipt_fails).to_owned()
        };
        let path: Vec<String> = receipt
            .siblings
            .iter()
            .map(|digest| digest.short())
            .collect();
        view! {
            <details class="receipt" data-holds=receipt.holds.to_string()>
                <summary>{title}</summary>
                <p class="note">{proof}</p>
                <ol class="path figure">
                    <li>{receipt.slot}</li>
                    {path.into_iter().map(|digest| view! { <li>{digest}</li> }).collect_view()}
                    <li class="root">{tell!(locale, receipt_root, root = receipt.root.short())}</li>
                </ol>
            </details>
        }
    };
    view! {
        <h3>{td_string!(locale, shard.receipts)}</h3>
        <Show when=move || is_none>
            <p class="note">{t!(i18n, shard.receipts_none)}</p>
        </Show>
        {receipts.into_iter().map(one).collect_view()}
    }
}
