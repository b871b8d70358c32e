//! The auction at the present step, or the last one before: every solver's bid, route and verdict, and the
//! fills with what the reference route would have given.

use super::frame::use_desk;
use super::words::{self, amount, pool, tell, token};
use crate::i18n::*;
use crate::model::strategy::StrategyIndex;
use engine::trace::intent::{Event, What};
use leptos::prelude::*;

/// How many steps back an auction is still shown.
const BACK: u32 = 2_000;

/// The last step up to this one that has an auction.
fn last_auction(index: &StrategyIndex, step: u32) -> Option<u32> {
    let events = &index.recording.events;
    let end = index.recording.begins(step + 1);
    let is_bid = |event: &&Event| matches!(event.what, What::Bid { .. });
    let found = events[..end].iter().rev().find(is_bid)?.step;
    (step - found <= BACK).then_some(found)
}

/// The card.
#[component]
pub(super) fn AuctionCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let shown = Memo::new(move |_| {
        let step = stores.run.course.at().get() as u32;
        let picture = stores.run.picture.get();
        picture.and_then(|index| last_auction(&index, step))
    });
    let body = move || {
        let (index, step) = (stores.run.picture.get()?, shown.get()?);
        let locale = i18n.get_locale();
        let now = stores.run.course.at().get() as u32;
        let (mut bids, mut fills) = (Vec::new(), Vec::new());
        for (_, event) in index.events(step) {
            match &event.what {
                What::Bid {
                    solver,
                    score,
                    orders,
                    route,
                    verdict,
                    ..
                } => {
                    let pools: Vec<String> =
                        route.iter().map(|(at, _)| pool(&index, *at)).collect();
                    let score = score.parse::<i64>().ok().map(engine::primitives::Decimal);
                    bids.push((
                        solver.clone(),
                        score.map_or_else(|| "–".to_owned(), amount),
                        orders.len(),
                        if pools.is_empty() {
                            td_string!(locale, strategy.no_pool).to_owned()
                        } else {
                            pools.join(" → ")
                        },
                        words::verdict(locale, verdict),
                        verdict == "won",
                    ));
                }
                What::Fill {
                    auction: Some(_),
                    give,
                    get,
                    gave,
                    got,
                    better_bps,
                    intent,
                    ..
                } => {
                    let pair = format!(
                        "{} {} → {} {}",
                        amount(*gave),
                        token(&index, *give),
                        amount(*got),
                        token(&index, *get)
                    );
                    let better = better_bps.map(|bps| {
                        let sign = if bps > 0 { "+" } else { "" };
                        tell!(locale, better_bps, bps = format!("{sign}{bps}"))
                    });
                    let who = match intent {
                        Some(intent) => words::intent(&index, *intent),
                        None => td_string!(locale, strategy.crowd).to_owned(),
                    };
                    fills.push((who, pair, better.unwrap_or_default()));
                }
                _ => {}
            }
        }
        let ago = u64::from(now - step) * u64::from(index.recording.step_s);
        let title = if ago == 0 {
            td_string!(locale, strategy.auction_now).to_owned()
        } else {
            tell!(locale, auction_ago, span = words::span(ago))
        };
        Some((title, bids, fills))
    };
    view! {
        <section class="card auction" aria-label=move || t_string!(i18n, strategy.auction)>
            <h2>{t!(i18n, strategy.auction)}</h2>
            {move || match body() {
                None => view! { <p class="note">{t!(i18n, strategy.auction_none)}</p> }.into_any(),
                Some((title, bids, fills)) => view! {
                    <p class="note">{title}</p>
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">{t!(i18n, strategy.solver)}</th>
                                <th scope="col" title=move || t_string!(i18n, strategy.score_help)>{t!(i18n, strategy.score)}</th>
                                <th scope="col">{t!(i18n, strategy.verdict)}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {bids.into_iter().map(|(solver, score, orders, route, verdict, has_won)| view! {
                                <tr class:won=has_won title=tell!(i18n.get_locale(), bid_detail, route = route, orders = orders)>
                                    <th scope="row">{solver}</th>
                                    <td class="figure">{score}</td>
                                    <td>{verdict}</td>
                                </tr>
                            }).collect_view()}
                        </tbody>
                    </table>
                    <ul class="fills note">
                        {fills.into_iter().map(|(who, pair, better)| view! {
                            <li><b>{who}</b>" "<span class="figure">{pair}</span>" "{better}</li>
                        }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </section>
    }
}
