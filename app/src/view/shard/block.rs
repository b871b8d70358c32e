//! A district's block from near: how its committee agrees on it, and its entries on the shard's Block-STM
//! lanes, as the executor runs them.

use super::committee::{Committee, Moments};
use super::frame::use_desk;
use super::words::{self, tell};
use crate::i18n::*;
use crate::model::strip::{self, Bar, Gain};
use crate::view::shell::program::BlockLink;
use crate::widget::LaneStrip;
use engine::scenario::recorded::Origin;
use engine::trace::look::{BlockEntry, BlockLook, Look};
use leptos::prelude::*;
use std::sync::Arc;

/// Entries that are listed; the others are counted.
const ROWS_MAX: usize = 200;

/// The picture in the city's place.
#[component]
pub(super) fn BlockPicture(shard: u16) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let look = Memo::new(move |_| {
        let look = stores.look.get();
        look.filter(|look| look.glance.shard == Some(shard))
    });
    let is_late = move || {
        let at = stores.run.course.at().get();
        look.with(|look| look.as_ref().is_none_or(|look| look.glance.at.0 != at))
    };
    let has_block = Memo::new(move |_| {
        look.with(|look| look.as_ref().is_some_and(|look| look.block.is_some()))
    });
    let is_there = Memo::new(move |_| look.with(Option::is_some));
    let bars = Memo::new(move |_| {
        look.with(|look| {
            let block = look.as_ref()?.block.as_ref()?;
            Some(strip::bars(&block.lanes))
        })
        .unwrap_or_default()
    });
    view! {
        <section class="block" data-block-of=shard class:stale=is_late aria-label=move || tell!(i18n.get_locale(), block_of, shard = shard)>
            <Trail shard=shard look=look />
            <Show when=move || has_block.get() fallback=move || view! {
                <p class="note">{move || if is_there.get() { t_string!(i18n, shard.block_none) } else { t_string!(i18n, shell.computing) }}</p>
            }>
                <Committee look=look />
                <Lanes shard=shard look=look bars=bars />
                <Entries shard=shard look=look bars=bars />
            </Show>
        </section>
    }
}

fn number(look: &Option<Arc<Look>>) -> Option<u32> {
    Some(look.as_ref()?.block.as_ref()?.number)
}

/// The way back.
#[component]
fn Trail(shard: u16, look: Memo<Option<Arc<Look>>>) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let entry = move || stores.zoom.get().and_then(|zoom| zoom.entry);
    let block = move || {
        let number = look.with(number)?;
        Some(tell!(
            i18n.get_locale(),
            zoom_block,
            shard = shard,
            number = number
        ))
    };
    view! {
        <nav class="trail" aria-label=move || t_string!(i18n, shard.trail)>
            <button type="button" data-zoom="city" on:click=move |_| stores.zoom.set(None)>{t!(i18n, shard.zoom_city)}</button>
            <span aria-hidden="true">"›"</span>
            <button type="button" data-zoom="block" aria-current=move || entry().is_none().then_some("location") on:click=move |_| stores.zoom_to(shard, None)>
                {move || block().unwrap_or_else(|| tell!(i18n.get_locale(), district, shard = shard))}
            </button>
            {move || entry().map(|(_, ticket)| view! {
                <span aria-hidden="true">"›"</span>
                <span aria-current="location">{format!("#{ticket}")}</span>
            })}
            <Moments look=look />
        </nav>
    }
}

/// What a lane strip says of its block.
fn summary(locale: Locale, block: &BlockLook) -> String {
    let lanes = &block.lanes;
    let gain = Gain::of(lanes);
    tell!(
        locale,
        block_say,
        count = block.entries.len(),
        lanes = lanes.lanes,
        quicker = gain.quicker,
        most = gain.most,
        repeats = gain.repeats,
        same = if lanes.is_same {
            td_string!(locale, shard.block_same)
        } else {
            td_string!(locale, shard.block_differs)
        }
    )
}

#[component]
fn Lanes(shard: u16, look: Memo<Option<Arc<Look>>>, bars: Memo<Vec<Bar>>) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let told = move |tell: fn(Locale, &BlockLook) -> String| {
        let locale = i18n.get_locale();
        look.with(|look| Some(tell(locale, look.as_ref()?.block.as_ref()?)))
    };
    let name = stores.run.document.part(|document| document.name.clone());
    let titled = Signal::derive(move || {
        let (locale, look, bars) = (i18n.get_locale(), look.get(), bars.get());
        let block = look.as_ref().and_then(|look| look.block.as_ref());
        block.map_or_else(Vec::new, |block| said(locale, block, bars))
    });
    let lanes = Signal::derive(move || {
        look.with(|look| {
            look.as_ref()
                .and_then(|look| Some(look.block.as_ref()?.lanes.lanes))
        })
        .unwrap_or(1)
    });
    let label = Signal::derive(move || told(summary).unwrap_or_default());
    let picked = Signal::derive(move || picked(stores.zoom.get(), look.get().as_deref()));
    let pick =
        Callback::new(move |place| choose(stores, shard, look.get_untracked().as_deref(), place));
    view! {
        <p class="lanes-summary">{move || label.get()}</p>
        <div class="strip-frame" style=move || format!("--lanes:{}", lanes.get())>
            <LaneStrip bars=titled lanes=lanes label=label picked=picked pick=pick />
        </div>
        <ul class="city-legend note" aria-label=move || t_string!(i18n, shard.legend)>
            <li><span class="key ran" aria-hidden="true"></span>{t!(i18n, shard.legend_ran)}</li>
            <li><span class="key again" aria-hidden="true"></span>{t!(i18n, shard.legend_again)}</li>
            <li><span class="key waited" aria-hidden="true"></span>{t!(i18n, shard.legend_waited)}</li>
        </ul>
        <BlockLink look=move |show| {
            look.with(|look| {
                if let Some(block) = look.as_ref().and_then(|look| look.block.as_ref()) {
                    name.with(|name| show((&block.lanes, Origin::Shard(block.shard), name)));
                }
            });
        } />
    }
}

/// The place of the entry that is picked, if the block on the screen has it.
pub(super) fn picked(zoom: Option<crate::model::shard::Zoom>, look: Option<&Look>) -> Option<u32> {
    let (place, ticket) = zoom?.entry?;
    let entries = &look?.block.as_ref()?.entries;
    let is_it = entries.get(place as usize)?.ticket == ticket;
    is_it.then_some(place)
}

fn choose(stores: crate::store::ShardStores, shard: u16, look: Option<&Look>, place: u32) {
    let ticket = look.and_then(|look| {
        let entries = &look.block.as_ref()?.entries;
        Some(entries.get(place as usize)?.ticket)
    });
    if let Some(ticket) = ticket {
        let is_picked = picked(stores.zoom.get_untracked(), look) == Some(place);
        stores.zoom_to(shard, (!is_picked).then_some((place, ticket)));
    }
}

/// Bars with what they say.
fn said(locale: Locale, block: &BlockLook, bars: Vec<Bar>) -> Vec<(Bar, String)> {
    let said = |bar: Bar| {
        let entry = block.entries.get(bar.tx as usize)?;
        let text = row(locale, block, bar.tx as usize, entry);
        let title = bar.title(&text, &block.lanes);
        Some((bar, title))
    };
    bars.into_iter().filter_map(said).collect()
}

/// An entry in one line.
pub(super) fn row(locale: Locale, block: &BlockLook, place: usize, entry: &BlockEntry) -> String {
    let subject = block.lanes.transactions.get(place);
    tell!(
        locale,
        entry_row,
        ticket = entry.ticket,
        what = words::entry(locale, entry),
        subject = subject.map_or("", |subject| subject.sender.as_str())
    )
}

/// The picture's twin in words, and the way to one entry.
#[component]
fn Entries(shard: u16, look: Memo<Option<Arc<Look>>>, bars: Memo<Vec<Bar>>) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let rows = move || {
        let locale = i18n.get_locale();
        let look = look.get()?;
        let block = look.block.as_ref()?;
        let mut repeats = vec![0_u32; block.entries.len()];
        bars.with(|bars| {
            for bar in bars {
                if let Some(count) = repeats.get_mut(bar.tx as usize) {
                    *count += u32::from(bar.is_for_nothing());
                }
            }
        });
        let item = |(place, (entry, repeats)): (usize, (&BlockEntry, u32))| {
            let place = place as u32;
            let mut text = row(locale, block, place as usize, entry);
            if !entry.reason.is_empty() {
                text += &tell!(locale, entry_refused, reason = words::reason(&entry.reason));
            }
            if repeats > 0 {
                text += &tell!(locale, entry_again, count = repeats);
            }
            let is_picked =
                move || picked(stores.zoom.get(), stores.look.get().as_deref()) == Some(place);
            view! {
                <li>
                    <button
                        type="button"
                        class="happening"
                        data-entry=place
                        aria-pressed=move || is_picked().to_string()
                        on:click=move |_| choose(stores, shard, stores.look.get_untracked().as_deref(), place)
                    >
                        {text}
                    </button>
                </li>
            }
        };
        let hidden = block.entries.len().saturating_sub(ROWS_MAX);
        let listed = block
            .entries
            .iter()
            .zip(repeats)
            .take(ROWS_MAX)
            .enumerate()
            .map(item);
        Some(view! {
            <ol class="happenings entries">{listed.collect_view()}</ol>
            {(hidden > 0).then(|| view! { <p class="note">{tell!(locale, block_more, count = hidden)}</p> })}
        })
    };
    view! { {rows} }
}
