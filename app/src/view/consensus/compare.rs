//! Two protocols side by side, in figures.

use super::frame::use_desk;
use super::words::{spaced, tell, time};
use crate::i18n::*;
use crate::model::format;
use engine::consensus::Report;
use engine::primitives::Micros;
use leptos::prelude::*;

/// What the other protocol comes to, beside this one; nothing where none is compared.
#[component]
pub(super) fn CompareCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let seen = move || {
        let this = stores
            .run
            .picture
            .with(|picture| picture.as_ref().map(|index| index.report.clone()))?;
        stores.beside.with(|beside| match beside {
            None => None,
            Some(Err(reason)) => Some(Err(reason.clone())),
            Some(Ok(other)) => Some(Ok((this, other.report.clone()))),
        })
    };
    let verdict = move |report: &Report| {
        if report.verdict.is_safe() {
            t_string!(i18n, consensus.compare_safe)
        } else {
            t_string!(i18n, consensus.compare_forked)
        }
    };
    let row = |name: &'static str, this: String, other: String| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="figure">{this}</td>
                <td class="figure">{other}</td>
            </tr>
        }
    };
    move || {
        seen().map(|seen| match seen {
            Err(reason) => view! {
                <p class="card trouble">{tell!(i18n.get_locale(), compare_failed, reason = reason)}</p>
            }
            .into_any(),
            Ok((this, other)) => {
                let title = tell!(
                    i18n.get_locale(),
                    compare_figures,
                    protocol = spaced(&this.protocol),
                    other = spaced(&other.protocol)
                );
                let mean = |report: &Report| time(Micros(report.latency_us.mean));
                let total = |report: &Report| format::whole(report.messages_total);
                view! {
                    <section class="card">
                        <table class="table cost modelled">
                            <caption>{title}</caption>
                            <thead>
                                <tr>
                                    <td></td>
                                    <th scope="col">{spaced(&this.protocol)}</th>
                                    <th scope="col">{spaced(&other.protocol)}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {row(t_string!(i18n, consensus.compare_messages), total(&this), total(&other))}
                                {row(t_string!(i18n, consensus.compare_hops), this.hops.to_string(), other.hops.to_string())}
                                {row(t_string!(i18n, consensus.compare_latency), mean(&this), mean(&other))}
                                {row(t_string!(i18n, consensus.compare_verdict), verdict(&this).to_owned(), verdict(&other).to_owned())}
                            </tbody>
                        </table>
                    </section>
                }
                .into_any()
            }
        })
    }
}
