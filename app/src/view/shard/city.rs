//! The city: districts with what waits in them, what they agree on, and messages between them.

use super::frame::use_desk;
use super::tag::{Held, TagLayer};
use super::words::{place, tell};
use crate::i18n::*;
use crate::model::shard::layout::{HEIGHT, WIDTH};
use crate::model::shard::{City, Pick};
use engine::primitives::Micros;
use engine::trace::shard::{CLIENT, REFERENCE};
use leptos::prelude::*;
use leptos::svg;
use std::fmt::Write;

/// Flows that are drawn, the widest.
const FLOWS_MAX: usize = 240;

/// The picture.
#[component]
pub(super) fn CityPicture() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let picture = stores.run.picture;
    let city = Memo::new(move |_| {
        picture.with(|picture| {
            picture.as_ref().map(|index| {
                let has = |end: u16| index.flows.iter().any(|((a, b), _)| *a == end || *b == end);
                City::new(index.ran.report.shards, has(CLIENT), has(REFERENCE))
            })
        })
    });
    let flows = Memo::new(move |_| {
        let (Some(index), Some(city)) = (picture.get(), city.get()) else {
            return Vec::new();
        };
        let most = index.flows.first().map_or(1, |(_, count)| *count).max(1);
        index
            .flows
            .iter()
            .take(FLOWS_MAX)
            .filter_map(|((from, to), count)| {
                let width = 1.0 + 9.0 * f64::from(*count) / f64::from(most);
                Some((city.way(*from, *to)?, width))
            })
            .collect::<Vec<_>>()
    });
    // All dots of a kind are one path: moving them changes one attribute.
    let dots = move |is_asked: fn(u8) -> bool| {
        let (Some(index), Some(city)) = (picture.get(), city.get()) else {
            return String::new();
        };
        let at = Micros(stores.run.course.at().get());
        let mut path = String::new();
        for (flight, far) in index.flights(at) {
            if is_asked(flight.kind)
                && let Some([x, y]) = city.on_way(flight.from, flight.to, far)
            {
                let _ = write!(
                    path,
                    "M{:.1} {y:.1}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0",
                    x - 5.0
                );
            }
        }
        path
    };
    let summary = move || {
        let index = picture.get()?;
        let locale = i18n.get_locale();
        let at = Micros(stores.run.course.at().get());
        let faults: Vec<_> = index
            .faults_at(at)
            .map(|fault| super::words::fault(locale, &fault.what))
            .collect();
        Some(if faults.is_empty() {
            tell!(locale, city_now, flights = index.flights(at).len())
        } else {
            tell!(
                locale,
                city_now_faults,
                flights = index.flights(at).len(),
                faults = faults.join(", ")
            )
        })
    };
    let shards =
        Memo::new(move |_| city.with(|city| city.as_ref().map_or(0, |c| c.districts.len())));
    let held = RwSignal::new(None::<Held>);
    let sheet = NodeRef::<svg::Svg>::new();
    view! {
        <section class="city" aria-label=move || t_string!(i18n, shard.city)>
            <svg node_ref=sheet viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="group" aria-label=move || t_string!(i18n, shard.city) preserveAspectRatio="xMidYMid meet">
                <g class="flows" aria-hidden="true">
                    {move || flows.get().into_iter().map(|(way, width)| view! {
                        <path d=way style=format!("stroke-width:{width:.1}") />
                    }).collect_view()}
                </g>
                {move || city.get().map(|city| {
                    let band = |end: u16| city.place(end).map(|[x, y]| view! {
                        <g class="band">
                            <rect x=x - 130.0 y=y - 18.0 width="260" height="36" rx="18" />
                            <text x=x y=y + 5.0>{place(i18n.get_locale(), end)}</text>
                        </g>
                    });
                    view! { {band(CLIENT)} {band(REFERENCE)} }
                })}
                {move || (0..shards.get() as u16).map(|shard| view! { <DistrictMark shard=shard city=city held=held /> }).collect_view()}
                <TagLayer city=city held=held sheet=sheet />
                <path class="dots asks" aria-hidden="true" d=move || dots(|kind| kind != 1) />
                <path class="dots receipts" aria-hidden="true" d=move || dots(|kind| kind == 1) />
            </svg>
            <p class="city-now note" aria-live="off">{summary}</p>
            <ul class="city-legend note" aria-label=move || t_string!(i18n, shard.legend)>
                <li><span class="key receipt" aria-hidden="true"></span>{t!(i18n, shard.legend_receipt)}</li>
                <li><span class="key ask" aria-hidden="true"></span>{t!(i18n, shard.legend_ask)}</li>
                <li><span class="key queue" aria-hidden="true"></span>{t!(i18n, shard.legend_queue)}</li>
                <li><span class="key agreeing" aria-hidden="true"></span>{t!(i18n, shard.legend_agreeing)}</li>
                <li><span class="key tag-key" aria-hidden="true"></span>{t!(i18n, shard.legend_tag)}</li>
            </ul>
        </section>
    }
}

/// One district.
#[component]
fn DistrictMark(
    shard: u16,
    city: Memo<Option<City>>,
    held: RwSignal<Option<Held>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let capacity = stores.run.document.part(|document| document.block.capacity);
    let state = Memo::new(move |_| {
        let at = Micros(stores.run.course.at().get());
        let picture = stores.run.picture.get();
        picture.map_or_else(Default::default, |index| index.district(shard, at))
    });
    let frame = Memo::new(move |_| {
        city.with(|city| {
            let city = city.as_ref()?;
            let [x, y] = *city.districts.get(usize::from(shard))?;
            Some([
                x - city.size[0] / 2.0,
                y - city.size[1] / 2.0,
                city.size[0],
                city.size[1],
            ])
        })
        .unwrap_or_default()
    });
    let homes = Memo::new(move |_| {
        let picture = stores.run.picture.get();
        picture.map_or(0, |index| {
            let each = index.ran.report.each.get(usize::from(shard));
            each.map_or(0, |each| each.accounts)
        })
    });
    // Four blocks' worth of waiting fill the bar.
    let queue = move || {
        let full = f64::from(capacity.get().max(1)) * 4.0;
        (f64::from(state.get().waiting) / full).min(1.0)
    };
    let inner = move || frame.get()[2] - 16.0;
    let is_named = move || frame.get()[2] > 110.0;
    // Narrower than this, figures run into the name.
    let is_large = move || frame.get()[2] > 190.0;
    // On a small screen letters are as tall as this in units of the picture.
    let line = move || {
        let is_tall = stores.is_narrow.get() && frame.get()[3] > 100.0;
        if is_tall { 32.0 } else { 20.0 }
    };
    let picked = move || stores.pick.get() == Pick::Shard(shard);
    let pick = move || {
        stores.pick.set(if picked() {
            Pick::None
        } else {
            Pick::Shard(shard)
        });
    };
    let enter = move || {
        stores.pick.set(Pick::Shard(shard));
        stores.zoom_to(shard, None);
    };
    let said = move || {
        let district = state.get();
        tell!(
            i18n.get_locale(),
            district_said,
            shard = shard,
            accounts = homes.get(),
            waiting = district.waiting,
            entries = district.entries,
            locks = district.locks
        )
    };
    view! {
        <g
            class="district"
            class:hit=move || state.get().is_hit
            class:picked=picked
            class:unborn=move || !state.get().is_there
            class:open=move || Held::is_open(held.get(), shard)
            class:target=move || Held::is_for(held.get(), shard)
            data-shard=shard
            tabindex="0"
            role="button"
            aria-pressed=move || picked().to_string()
            // Where there is room for words, they are its name.
            aria-label=move || (!is_large()).then(said)
            aria-description=move || is_large().then(said)
            on:click=move |_| pick()
            on:dblclick=move |_| enter()
            on:keydown=move |event: web_sys::KeyboardEvent| {
                match event.key().as_str() {
                    // Enter goes on from where it has led.
                    "Enter" if picked() => enter(),
                    "Enter" | " " => pick(),
                    _ => return,
                }
                event.prevent_default();
                event.stop_propagation();
            }
        >
            <rect class="ground" x=move || frame.get()[0] y=move || frame.get()[1] width=move || frame.get()[2] height=move || frame.get()[3] rx="6" />
            <text class="name" x=move || frame.get()[0] + 8.0 y=move || frame.get()[1] + line()>
                {move || if is_named() { tell!(i18n.get_locale(), district, shard = shard) } else { shard.to_string() }}
            </text>
            <rect class="bar" x=move || frame.get()[0] + 8.0 y=move || frame.get()[1] + frame.get()[3] * 0.42 width=inner height=move || (frame.get()[3] * 0.16).max(4.0) />
            <rect class="bar queue" x=move || frame.get()[0] + 8.0 y=move || frame.get()[1] + frame.get()[3] * 0.42 width=move || inner() * queue() height=move || (frame.get()[3] * 0.16).max(4.0) />
            <rect class="bar" x=move || frame.get()[0] + 8.0 y=move || frame.get()[1] + frame.get()[3] * 0.64 width=inner height=move || (frame.get()[3] * 0.08).max(3.0) />
            <rect class="bar agreeing" x=move || frame.get()[0] + 8.0 y=move || frame.get()[1] + frame.get()[3] * 0.64 width=move || inner() * state.get().agreeing.unwrap_or(0.0) height=move || (frame.get()[3] * 0.08).max(3.0) />
            <Show when=is_large>
                <text class="figure small" x=move || frame.get()[0] + 8.0 y=move || frame.get()[1] + frame.get()[3] - 10.0>
                    {move || {
                        let district = state.get();
                        tell!(i18n.get_locale(), district_figures, waiting = district.waiting, entries = district.entries)
                    }}
                </text>
                <text class="figure small right" x=move || frame.get()[0] + frame.get()[2] - 8.0 y=move || frame.get()[1] + 20.0>
                    {move || match state.get().locks {
                        0 => tell!(i18n.get_locale(), district_accounts, accounts = homes.get()),
                        locks => tell!(i18n.get_locale(), district_locks, locks = locks),
                    }}
                </text>
            </Show>
        </g>
    }
}
