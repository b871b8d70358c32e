//! Why it is as fast as it is, and what it costs.

use super::frame::use_desk;
use super::words::{share, tell, time};
use crate::i18n::*;
use crate::model::format;
use crate::widget::Pairs;
use engine::primitives::Micros;
use leptos::prelude::*;

/// Throughput as a product of shares.
#[component]
pub(super) fn ScalingCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let report = &index.ran.report;
        let scaling = report.scaling;
        let rows = [
            (
                "utilisation",
                td_string!(locale, shard.utilisation),
                td_string!(locale, shard.utilisation_help),
                scaling.utilisation,
            ),
            (
                "useful",
                td_string!(locale, shard.useful),
                td_string!(locale, shard.useful_help),
                scaling.useful,
            ),
            (
                "per-entry",
                td_string!(locale, shard.per_entry),
                td_string!(locale, shard.per_entry_help),
                scaling.per_entry,
            ),
        ];
        let each = format::whole(scaling.capacity / u64::from(report.shards.max(1)));
        Some(view! {
            <section class="card scaling" aria-label=move || t_string!(i18n, shard.scaling)>
                <h2>{t!(i18n, shard.scaling)}</h2>
                <p class="figure headline modelled" data-figure="per-second">
                    {tell!(locale, per_second, count = format::whole(report.per_second))}
                </p>
                <p class="note">{tell!(locale, of_capacity, share = share(scaling.ratio), capacity = format::whole(scaling.capacity), shards = report.shards, each = each)}</p>
                <dl class="latency">
                    {rows.into_iter().map(|(key, name, help, value)| view! {
                        <div class="share-row" data-share=key>
                            <dt title=help>{name}</dt>
                            <dd><div class="bar" style=format!("--share:{:.2}%", (value as f64 / 1e4).min(100.0))></div></dd>
                            <dd class="figure">{share(value)}</dd>
                        </div>
                    }).collect_view()}
                </dl>
                <p class="note">{tell!(locale, imbalance, times = format::times(scaling.imbalance as f64 / 1e6))}</p>
                <dl class="pairs">
                    <dt>{t!(i18n, shard.relay_ceiling)}</dt>
                    <dd class="figure">{tell!(locale, per_second, count = format::whole(scaling.relay_ceiling))}</dd>
                    <dt>{t!(i18n, shard.two_phase_ceiling)}</dt>
                    <dd class="figure">{tell!(locale, per_second, count = format::whole(scaling.two_phase_ceiling))}</dd>
                </dl>
            </section>
        })
    }
}

/// Latency, messages, what was held up.
#[component]
pub(super) fn CostCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let report = &index.ran.report;
        let span = |micros: u64| time(Micros(micros));
        let mut rows = vec![
            (
                td_string!(locale, shard.latency_one),
                span(report.latency_us.p50),
            ),
            (
                td_string!(locale, shard.latency_cross),
                span(report.latency_crossing_us.p50),
            ),
            (
                td_string!(locale, shard.latency_cross_99),
                span(report.latency_crossing_us.p99),
            ),
            (
                td_string!(locale, shard.messages_shards),
                format::whole(report.messages.values().sum()),
            ),
            (
                td_string!(locale, shard.messages_clients),
                format::whole(report.client_messages),
            ),
            (
                td_string!(locale, shard.messages_committees),
                format::whole(report.committee_messages),
            ),
        ];
        let maybe = [
            (
                td_string!(locale, shard.locked),
                report.locked_us.count,
                span(report.locked_us.p50),
            ),
            (
                td_string!(locale, shard.retries),
                report.fates.retries,
                format::whole(report.fates.retries),
            ),
            (
                td_string!(locale, shard.held_back),
                report.held_back,
                format::whole(report.held_back),
            ),
            (
                td_string!(locale, shard.moved),
                report.moved,
                format::whole(report.moved),
            ),
            (
                td_string!(locale, shard.moving),
                report.moving_us.count,
                span(report.moving_us.p50),
            ),
            (
                td_string!(locale, shard.put_off),
                report.put_off_by_moves,
                format::whole(report.put_off_by_moves),
            ),
            (
                td_string!(locale, shard.replayed),
                report.replayed,
                format::whole(report.replayed),
            ),
            (
                td_string!(locale, shard.refused),
                report.receipts_refused,
                format::whole(report.receipts_refused),
            ),
            (
                td_string!(locale, shard.left_out),
                report.left_out,
                format::whole(report.left_out),
            ),
        ];
        rows.extend(
            maybe
                .into_iter()
                .filter(|(_, count, _)| *count > 0)
                .map(|(name, _, text)| (name, text)),
        );
        Some(view! {
            <section class="card" aria-label=move || t_string!(i18n, shard.cost)>
                <h2>{t!(i18n, shard.cost)}</h2>
                <Pairs rows=rows modelled=true />
            </section>
        })
    }
}
