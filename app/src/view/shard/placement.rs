//! How much goes between shards: as it ran, as placed, and as chance would have it.

use super::frame::use_desk;
use super::words::share;
use crate::i18n::*;
use leptos::prelude::*;

/// The card.
#[component]
pub(super) fn PlacementCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let ran = &index.ran;
        let rows = [
            (
                "ran",
                td_string!(locale, shard.crossing_ran),
                ran.report.crossing_ppm,
            ),
            (
                "placed",
                td_string!(locale, shard.crossing_placed),
                ran.expected.crossing_ppm,
            ),
            (
                "uniform",
                td_string!(locale, shard.crossing_uniform),
                ran.expected.uniform_ppm,
            ),
        ];
        Some(view! {
            <section class="card" aria-label=move || t_string!(i18n, shard.crossing)>
                <h2>{t!(i18n, shard.crossing)}</h2>
                <p class="note">{t!(i18n, shard.crossing_help)}</p>
                <dl class="latency">
                    {rows.into_iter().map(|(key, name, value)| view! {
                        <div class="share-row" data-crossing=key>
                            <dt>{name}</dt>
                            <dd><div class="bar" style=format!("--share:{:.2}%", value as f64 / 1e4)></div></dd>
                            <dd class="figure">{share(value)}</dd>
                        </div>
                    }).collect_view()}
                </dl>
            </section>
        })
    }
}
