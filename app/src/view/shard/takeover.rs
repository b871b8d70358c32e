//! Who could take a shard over: exact odds beside committees that are really drawn.

use super::frame::use_desk;
use super::words::tell;
use crate::i18n::*;
use crate::model::format;
use crate::widget::Pairs;
use engine::session::shard::takeover::DIGITS;
use leptos::prelude::*;

/// Odds as people write them.
fn odds(parts: u128) -> String {
    let value = parts as f64 / 10f64.powi(DIGITS as i32);
    if parts == 0 {
        "< 10⁻¹⁸".to_owned()
    } else if value >= 0.001 {
        format!("{} %", format::three_figures(value * 100.0))
    } else {
        format!("{value:.2e}")
    }
}

/// The card.
#[component]
pub(super) fn TakeoverCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let parts = stores
        .run
        .document
        .part(|document| document.takeover.clone());
    move || {
        let found = stores.takeover.get()?;
        let locale = i18n.get_locale();
        let takeover = parts.get();
        let committees = u64::from(found.epochs) * found.corrupt.len() as u64;
        let most = takeover.members.max(1);
        let bars: Vec<_> = found
            .corrupt
            .iter()
            .enumerate()
            .map(|(shard, bad)| {
                let share = f64::from(*bad) * 100.0 / f64::from(most);
                let title = tell!(locale, takeover_committee, shard = shard, bad = bad, members = most);
                let is_fallen = *bad >= found.enough;
                view! {
                    <li class:fallen=is_fallen title=title.clone() aria-label=title style=format!("--share:{share:.1}%")></li>
                }
            })
            .collect();
        let rows = [
            (td_string!(locale, shard.takeover_one), odds(found.one)),
            (td_string!(locale, shard.takeover_any), odds(found.any)),
            (
                td_string!(locale, shard.takeover_drawn),
                tell!(
                    locale,
                    takeover_of,
                    count = format::whole(found.fallen),
                    of = format::whole(committees)
                ),
            ),
            (
                td_string!(locale, shard.takeover_epochs),
                tell!(
                    locale,
                    takeover_of,
                    count = format::whole(found.fallen_epochs),
                    of = format::whole(found.epochs.into())
                ),
            ),
            (
                td_string!(locale, shard.takeover_aimed),
                tell!(
                    locale,
                    takeover_of,
                    count = format::whole(found.aimed),
                    of = format::whole(found.epochs.into())
                ),
            ),
            (
                td_string!(locale, shard.takeover_cost_one),
                format::whole(found.cost.0),
            ),
            (
                td_string!(locale, shard.takeover_cost_all),
                format::whole(found.cost.1),
            ),
        ];
        let setting = tell!(
            locale,
            takeover_setting,
            corrupt = format::whole(takeover.corrupt.into()),
            nodes = format::whole(takeover.nodes.into()),
            members = most,
            enough = found.enough
        );
        Some(view! {
            <section class="card takeover" aria-label=move || t_string!(i18n, shard.takeover)>
                <h2>{t!(i18n, shard.takeover)}</h2>
                <p class="note">{setting}</p>
                <Pairs rows=rows.into() />
                <p class="note">{t!(i18n, shard.takeover_last)}</p>
                <ul class="committees" style=format!("--enough:{:.1}%", f64::from(found.enough) * 100.0 / f64::from(most))>{bars}</ul>
            </section>
        })
    }
}
