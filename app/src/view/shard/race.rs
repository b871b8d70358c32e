//! Sixteen shards against one on real threads: measured on this machine, apart from simulated time.

use super::beside::Stop;
use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::format;
use engine::session::shard::Raced;
use leptos::prelude::*;

/// The race, and how it ended.
#[component]
pub(super) fn RaceCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let beside = stores.beside;
    let figures = move |raced: Raced| {
        let locale = i18n.get_locale();
        let [of_one, of_many] = raced.per_second();
        let [done, of] = raced.blocks;
        let per_second =
            |rate: f64| tell!(locale, race_per_second, count = format::whole(rate as u64));
        view! {
            <p class="figure headline measured" data-race-many=of_many as u64>{per_second(of_many)}</p>
            <dl class="pairs">
                <dt>{t!(i18n, shard.race_one)}</dt>
                <dd class="figure measured" data-race-one=of_one as u64>{per_second(of_one)}</dd>
                <dt>{t!(i18n, shard.race_ratio)}</dt>
                <dd class="figure measured">{format::times(of_many / of_one.max(1.0))}</dd>
                <dt>{t!(i18n, shard.race_threads)}</dt>
                <dd class="figure measured" data-race-threads=raced.threads>{raced.threads}</dd>
            </dl>
            <p class="note" data-race-same=raced.is_same.to_string()>
                {if done < of {
                    tell!(locale, race_progress, done = done, of = of)
                } else if raced.is_same {
                    t_string!(i18n, shard.race_same).to_owned()
                } else {
                    t_string!(i18n, shard.race_differs).to_owned()
                }}
            </p>
        }
    };
    view! {
        <section class="card race" aria-label=move || t_string!(i18n, shard.race)>
            <h2>{t!(i18n, shard.race)}</h2>
            <p class="note">{t!(i18n, shard.race_help)}</p>
            {move || beside.with(|beside| beside.race).filter(|raced| raced.blocks[0] > 0).map(figures)}
            <div class="buttons">
                <button type="button" data-run="race" disabled=move || beside.with(|beside| beside.is_running) on:click=move |_| stores.race()>
                    {t!(i18n, shard.race_run)}
                </button>
                <Stop />
            </div>
        </section>
    }
}
