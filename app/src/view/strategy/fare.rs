//! How a person fares, and what they have, at the present step.

use super::frame::use_desk;
use super::words::{amount, share, signed, tell, token};
use crate::i18n::*;
use crate::widget::Pairs;
use engine::primitives::Decimal;
use leptos::prelude::*;

/// Profit, beside doing nothing, the largest fall.
#[component]
pub(super) fn FareCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let (person, step) = (stores.person.get(), stores.run.course.at().get() as u32);
        let fare = index.fare(person, step)?;
        let name = index.recording.people.get(person as usize)?.clone();
        let quote = token(&index, 0);
        let profit = fare.equity.minus(fare.start);
        let relative = match fare.start.0 {
            0 => 0.0,
            start => profit.0 as f64 / start as f64,
        };
        let beside = fare.held.map(|held| fare.equity.minus(held));
        let rows = [
            (
                td_string!(locale, strategy.equity_label),
                format!("{} {quote}", amount(fare.equity)),
            ),
            (
                td_string!(locale, strategy.over_holding),
                beside.map_or_else(String::new, |beside| format!("{} {quote}", signed(beside))),
            ),
            (td_string!(locale, strategy.drawdown), share(fare.fall)),
            (td_string!(locale, strategy.fills), fare.fills.to_string()),
        ];
        let state = if profit >= Decimal::ZERO {
            "up"
        } else {
            "down"
        };
        Some(view! {
            <section class="card fare" aria-label=move || t_string!(i18n, strategy.fare)>
                <h2>{tell!(locale, fare_of, person = name)}</h2>
                <p class="headline" data-profit=state>
                    <span class="sign-of" aria-hidden="true"></span>
                    <span class="figure">{signed(profit)}</span>
                    <span class="note">{format!("{quote} · {}", share(relative))}</span>
                </p>
                <Pairs rows=rows.into() modelled=true />
            </section>
        })
    }
}

/// Wallet, supplied, owed, health.
#[component]
pub(super) fn PositionCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    move || {
        let index = stores.run.picture.get()?;
        let locale = i18n.get_locale();
        let (person, step) = (stores.person.get(), stores.run.course.at().get() as u32);
        let position = index.position(person, step)?.clone();
        let at = |list: &[Decimal], token: usize| list.get(token).copied().unwrap_or_default();
        let has_loans = position
            .supplied
            .iter()
            .chain(&position.owed)
            .any(|amount| *amount != Decimal::ZERO);
        let rows: Vec<_> = index
            .recording
            .tokens
            .iter()
            .enumerate()
            .map(|(place, symbol)| {
                let cells = [&position.wallet, &position.supplied, &position.owed];
                let cells = cells.map(|list| amount(at(list, place)));
                (symbol.clone(), cells)
            })
            .collect();
        let health = position.health.map(amount);
        Some(view! {
            <section class="card position" aria-label=move || t_string!(i18n, strategy.position)>
                <h2>{t!(i18n, strategy.position)}</h2>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, strategy.token)}</th>
                            <th scope="col">{t!(i18n, strategy.wallet)}</th>
                            {has_loans.then(|| view! {
                                <th scope="col">{t!(i18n, strategy.supplied)}</th>
                                <th scope="col">{t!(i18n, strategy.owed)}</th>
                            })}
                        </tr>
                    </thead>
                    <tbody>
                        {rows.into_iter().map(|(symbol, [wallet, supplied, owed])| view! {
                            <tr>
                                <th scope="row">{symbol}</th>
                                <td class="figure">{wallet}</td>
                                {has_loans.then(|| view! {
                                    <td class="figure">{supplied}</td>
                                    <td class="figure">{owed}</td>
                                })}
                            </tr>
                        }).collect_view()}
                    </tbody>
                </table>
                {health.map(|health| view! {
                    <p class="note">{tell!(locale, health, health = health)}</p>
                })}
            </section>
        })
    }
}
