//! The verdict: is anything created or lost, could it have happened one after the other, is anything stuck.

use super::frame::use_desk;
use super::words::{self, tell};
use crate::i18n::*;
use crate::model::format;
use leptos::prelude::*;

/// The card.
#[component]
pub(super) fn VerdictCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let report = &index.ran.report;
        let tokens = &index.ran.recording.tokens;
        let off: Vec<String> = tokens
            .iter()
            .zip(&report.conservation.drift)
            .filter(|(_, units)| **units != 0)
            .map(|(token, units)| {
                let sign = if *units > 0 { '+' } else { '−' };
                format!("{sign}{} {token}", format::whole(units.unsigned_abs()))
            })
            .collect();
        let is_kept = off.is_empty();
        let headline = if is_kept {
            td_string!(locale, shard.kept).to_owned()
        } else {
            tell!(locale, not_kept, units = off.join(", "))
        };
        let checks = tell!(
            locale,
            kept_checks,
            checks = format::whole(report.conservation.checks),
            off = format::whole(report.conservation.off)
        );
        let fates = &report.fates;
        let (state, progress) = if fates.stuck == 0 {
            (
                "done",
                tell!(
                    locale,
                    all_ended,
                    committed = format::whole(fates.committed),
                    asked = format::whole(fates.asked)
                ),
            )
        } else {
            (
                "stuck",
                tell!(
                    locale,
                    some_stuck,
                    stuck = format::whole(fates.stuck),
                    asked = format::whole(fates.asked)
                ),
            )
        };
        let mut ends: Vec<String> = Vec::new();
        for (why, count) in &fates.aborted {
            ends.push(tell!(
                locale,
                fate_aborted,
                count = format::whole(*count),
                reason = words::reason(why)
            ));
        }
        for (why, count) in &fates.refunded {
            ends.push(tell!(
                locale,
                fate_refunded,
                count = format::whole(*count),
                reason = words::reason(why)
            ));
        }
        for (why, count) in &fates.unsupported {
            ends.push(tell!(
                locale,
                fate_unsupported,
                count = format::whole(*count),
                reason = words::unsupported(locale, *why)
            ));
        }
        let isolation = &report.isolation;
        let anomalies: Vec<String> = isolation
            .counts
            .iter()
            .map(|(anomaly, count)| {
                tell!(
                    locale,
                    anomaly_row,
                    count = format::whole(*count),
                    what = words::anomaly(locale, *anomaly)
                )
            })
            .collect();
        let example = isolation.examples.first().map(|example| {
            let tickets: Vec<String> = example
                .circle
                .iter()
                .map(|(ticket, ..)| ticket.to_string())
                .collect();
            tell!(locale, anomaly_example, tickets = tickets.join(" → "))
        });
        let is_serial = isolation.is_serializable();
        Some(view! {
            <section class="card verdict" aria-label=move || t_string!(i18n, shard.verdict)>
                <p class="headline" data-safety=if is_kept { "held" } else { "broken" }>
                    <span class="sign-of" aria-hidden="true"></span>
                    {headline}
                </p>
                <p class="note">{checks}</p>
                <p class="progress-line" data-progress=state>
                    <span class="sign-of" aria-hidden="true"></span>
                    {progress}
                </p>
                {ends.into_iter().map(|text| view! { <p class="note">{text}</p> }).collect_view()}
                <p class="progress-line" data-progress=if is_serial { "done" } else { "stuck" } data-serial=is_serial.to_string()>
                    <span class="sign-of" aria-hidden="true"></span>
                    {if is_serial { td_string!(locale, shard.serial) } else { td_string!(locale, shard.not_serial) }}
                </p>
                {anomalies.into_iter().map(|text| view! { <p class="note">{text}</p> }).collect_view()}
                {example.map(|text| view! { <p class="note">{text}</p> })}
            </section>
        })
    }
}
