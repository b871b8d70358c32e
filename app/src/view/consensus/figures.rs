//! What it costs: messages beside the closed form, hops, latency.

use super::frame::use_desk;
use super::words::{spaced, tell, time};
use crate::i18n::*;
use crate::model::format;
use engine::consensus::Report;
use engine::primitives::Micros;
use leptos::prelude::*;

fn use_report() -> Memo<Option<Report>> {
    let stores = use_desk().stores;
    Memo::new(move |_| {
        stores
            .snapshot
            .with(|snapshot| snapshot.as_ref().map(|snapshot| snapshot.report.clone()))
    })
}

/// Messages by kind, as counted and as the closed form has them.
#[component]
pub(super) fn CostCard() -> impl IntoView {
    let i18n = use_i18n();
    let report = use_report();
    let row = move |name: String, counted: String, form: Option<String>| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="figure">{counted}</td>
                <td class="figure form">{form}</td>
            </tr>
        }
    };
    let table = move || {
        let report = report.get()?;
        let expected = report.expected.as_ref();
        let rows = report
            .messages
            .iter()
            .enumerate()
            .filter_map(|(place, (kind, count))| {
                let form = expected.and_then(|expected| expected.messages.get(place).copied());
                (*count > 0 || form.is_some_and(|form| form > 0))
                    .then(|| row(spaced(kind), format::whole(*count), form.map(format::whole)))
            });
        let rows: Vec<_> = rows.collect();
        let total = row(
            t_string!(i18n, consensus.cost_total).to_owned(),
            format::whole(report.messages_total),
            expected.map(|expected| format::whole(expected.messages_total)),
        );
        let hops = row(
            t_string!(i18n, consensus.cost_hops).to_owned(),
            if report.latency_us.p50 == 0 {
                "–".to_owned()
            } else {
                report.hops.to_string()
            },
            expected
                .and_then(|expected| expected.hops)
                .map(|hops| hops.to_string()),
        );
        Some(view! { {rows} {total} {hops} })
    };
    let rule = move || {
        report.with(|report| {
            let report = report.as_ref()?;
            let locale = i18n.get_locale();
            let rule = match &report.expected {
                Some(expected) => tell!(locale, cost_rule, rule = expected.rule),
                None => t_string!(i18n, consensus.cost_none).to_owned(),
            };
            let apart = report.apart;
            let apart = tell!(
                locale,
                cost_apart,
                client = format::whole(apart.client),
                to_self = format::whole(apart.to_self),
                relayed = format::whole(apart.relayed)
            );
            Some((rule, apart))
        })
    };
    view! {
        <section class="card" aria-label=move || t_string!(i18n, consensus.cost)>
            <table class="table cost modelled">
                <caption>{t!(i18n, consensus.cost)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, consensus.cost_kind)}</th>
                        <th scope="col">{t!(i18n, consensus.cost_counted)}</th>
                        <th scope="col">{t!(i18n, consensus.cost_form)}</th>
                    </tr>
                </thead>
                <tbody>{table}</tbody>
            </table>
            {move || rule().map(|(rule, apart)| view! {
                <details class="rule">
                    <summary>{t!(i18n, consensus.cost_differs)}</summary>
                    <p class="note">{rule}</p>
                    <p class="note">{apart}</p>
                </details>
            })}
        </section>
    }
}

/// From proposal to decision, over the decisions so far.
#[component]
pub(super) fn LatencyCard() -> impl IntoView {
    let i18n = use_i18n();
    let report = use_report();
    let figures = move || {
        let latency = report.with(|report| report.as_ref().map(|report| report.latency_us))?;
        (latency.p99 > 0).then_some(latency)
    };
    let cell = |name: String, micros: u64, most: u64| {
        let share = micros as f64 / most.max(1) as f64 * 100.0;
        view! {
            <div class="latency-row">
                <dt>{name}</dt>
                <dd class="bar" style=format!("--share:{share:.1}%") aria-hidden="true"></dd>
                <dd class="figure">{time(Micros(micros))}</dd>
            </div>
        }
    };
    view! {
        <section class="card">
            <h2>{t!(i18n, consensus.latency)}</h2>
            {move || match figures() {
                None => view! { <p class="note">{t!(i18n, consensus.latency_none)}</p> }.into_any(),
                Some(latency) => view! {
                    <dl class="latency modelled">
                        {cell("p50".to_owned(), latency.p50, latency.p99)}
                        {cell("p90".to_owned(), latency.p90, latency.p99)}
                        {cell("p99".to_owned(), latency.p99, latency.p99)}
                        {cell(t_string!(i18n, consensus.mean).to_owned(), latency.mean, latency.p99)}
                    </dl>
                }.into_any(),
            }}
        </section>
    }
}
