//! The hand: what can be made to befall the shards at the present moment, and what has been.

use super::frame::use_desk;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::shard::Pick;
use engine::primitives::Micros;
use engine::scenario::shard::Deed;
use engine::shard::settings::SHARDS_MAX;
use leptos::prelude::*;

/// How long what is done by hand lasts, in milliseconds.
const LASTS_MS: u32 = 2_000;
/// Messages that are sent again.
const REPLAYED: u32 = 50;
/// Blocks that are undone.
const DEPTH: u8 = 3;

/// The card.
#[component]
pub(super) fn HandCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let at = stores.run.course.at();
    let shards = Memo::new(move |_| {
        let now = Micros(at.get());
        stores
            .run
            .picture
            .get()
            .map_or(1, |index| index.shards_at(now))
    });
    let in_the_end = Memo::new(move |_| {
        let picture = stores.run.picture.get();
        picture.map_or(1, |index| index.ran.report.shards)
    });
    // A shard that splits off later cannot be told anything yet.
    let shard = Memo::new(move |_| match stores.pick.get() {
        Pick::Shard(shard) if shard < shards.get() => Some(shard),
        _ => None,
    });
    let for_ms = Some(LASTS_MS);
    let own = move |deed: fn(u16, u16) -> Deed| {
        if let Some(shard) = shard.get_untracked() {
            stores.act(deed(shard, shards.get_untracked()));
        }
    };
    let acts = stores.run.document.part(|document| document.acts.clone());
    view! {
        <section class="card hand" aria-label=move || t_string!(i18n, shard.hand)>
            <h2>{move || tell!(i18n.get_locale(), hand_at, at = time(Micros(at.get())))}</h2>
            <div class="buttons">
                <button type="button" data-deed="vanish" on:click=move |_| stores.act(Deed::Vanish { for_ms })>{t!(i18n, shard.hand_vanish)}</button>
                <button type="button" data-deed="halt" on:click=move |_| stores.act(Deed::Halt { for_ms })>{t!(i18n, shard.hand_halt)}</button>
                <button type="button" data-deed="partition" disabled=move || shards.get() < 2 on:click=move |_| {
                    let half = shards.get_untracked().div_ceil(2);
                    stores.act(Deed::Partition { groups: vec![(0..half).collect()], for_ms });
                }>{t!(i18n, shard.hand_partition)}</button>
            </div>
            {move || match shard.get() {
                None => view! { <p class="note">{t!(i18n, shard.hand_pick)}</p> }.into_any(),
                Some(shard) => view! {
                    <p class="note">{tell!(i18n.get_locale(), hand_shard, shard = shard)}</p>
                    <div class="buttons">
                        <button type="button" data-deed="stall" on:click=move |_| own(|shard, _| Deed::Stall { shard, for_ms: Some(LASTS_MS) })>{t!(i18n, shard.hand_stall)}</button>
                        <button type="button" data-deed="cut" on:click=move |_| own(|shard, _| Deed::Partition { groups: vec![vec![shard]], for_ms: Some(LASTS_MS) })>{t!(i18n, shard.hand_cut)}</button>
                        <button type="button" data-deed="replay" on:click=move |_| own(|shard, _| Deed::Replay { shard, count: REPLAYED })>{t!(i18n, shard.hand_replay)}</button>
                        <button type="button" data-deed="reorganise" on:click=move |_| own(|shard, _| Deed::Reorganise { shard, depth: DEPTH })>{t!(i18n, shard.hand_reorganise)}</button>
                        <button type="button" data-deed="split" disabled=move || { in_the_end.get() >= SHARDS_MAX } on:click=move |_| own(|shard, _| Deed::Split { shard })>{t!(i18n, shard.hand_split)}</button>
                        <button type="button" data-deed="merge" disabled=move || { shards.get() < 2 } on:click=move |_| own(|shard, shards| Deed::Merge { shard, into: (shard + 1) % shards })>{t!(i18n, shard.hand_merge)}</button>
                    </div>
                }.into_any(),
            }}
            <ul class="acts">
                {move || acts.get().into_iter().enumerate().map(|(place, act)| {
                    let locale = i18n.get_locale();
                    let name = super::words::fault(locale, deed_name(&act.deed)).to_owned();
                    let name = match act.deed {
                        Deed::Move { account, to } => tell!(locale, act_move, account = account, to = to),
                        _ => name,
                    };
                    let text = tell!(locale, act_row, what = name, at = time(Micros(act.at_us)));
                    let label = tell!(locale, act_remove, what = name);
                    view! {
                        <li>
                            <button type="button" class="happening" on:click=move |_| stores.run.course.seek(act.at_us)>{text}</button>
                            <button type="button" class="icon" aria-label=label.clone() title=label on:click=move |_| stores.undo_act(place)>"×"</button>
                        </li>
                    }
                }).collect_view()}
            </ul>
        </section>
    }
}

fn deed_name(deed: &Deed) -> &'static str {
    match deed {
        Deed::Stall { .. } => "stall",
        Deed::Partition { .. } => "partition",
        Deed::Vanish { .. } => "vanish",
        Deed::Halt { .. } => "halt",
        Deed::Replay { .. } => "replay",
        Deed::Reorganise { .. } => "reorganise",
        Deed::Split { .. } => "split",
        Deed::Merge { .. } => "merge",
        Deed::Move { .. } => "move",
    }
}
