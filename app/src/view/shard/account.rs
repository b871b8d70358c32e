//! An account: what it does now, and the way to another shard for those who do not drag.

use super::frame::use_desk;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::format;
use crate::model::shard::Pick;
use crate::widget::Pairs;
use engine::primitives::Micros;
use engine::scenario::shard::Deed;
use engine::trace::look::Resident;
use leptos::prelude::*;

/// The card of an account that is picked.
#[component]
pub(super) fn AccountPick(account: u32) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let resident = Memo::new(move |_| {
        let look = stores.look.get()?;
        look.account.filter(|resident| resident.account == account)
    });
    let figures = move || {
        let resident = resident.get()?;
        let locale = i18n.get_locale();
        let rows = vec![
            (
                td_string!(locale, shard.account_home),
                resident.shard.to_string(),
            ),
            (
                td_string!(locale, shard.account_asked),
                format::whole(resident.asked.into()),
            ),
            (
                td_string!(locale, shard.account_open),
                format::whole(resident.open.into()),
            ),
        ];
        Some(view! {
            <Pairs rows=rows modelled=true />
            {going(locale, &resident).map(|text| view! { <p class="note going">{text}</p> })}
        })
    };
    view! {
        <section class="card account" data-account=account>
            <h2>{tell!(i18n.get_locale_untracked(), account_title, account = account)}</h2>
            {figures}
            <Move account=account resident=resident />
        </section>
    }
}

fn going(locale: Locale, resident: &Resident) -> Option<String> {
    let leaving = resident.leaving?;
    let (to, since) = (leaving.to, time(leaving.since));
    Some(if leaving.is_begun {
        tell!(
            locale,
            account_on_way,
            to = to,
            since = since,
            waiting = leaving.waiting
        )
    } else {
        tell!(
            locale,
            account_leaving,
            to = to,
            since = since,
            waiting = leaving.waiting
        )
    })
}

/// The choice of a shard, and the move.
#[component]
fn Move(account: u32, resident: Memo<Option<Resident>>) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let shards = Memo::new(move |_| {
        let at = Micros(stores.run.course.at().get());
        stores
            .run
            .picture
            .get()
            .map_or(1, |index| index.shards_at(at))
    });
    let home = Memo::new(move |_| resident.get().map(|resident| resident.shard));
    let to = RwSignal::new(None::<u16>);
    let chosen = move || {
        let others = || (0..shards.get()).filter(|shard| Some(*shard) != home.get());
        to.get()
            .filter(|to| others().any(|other| other == *to))
            .or_else(|| others().next())
    };
    view! {
        <div class="buttons">
            <label>
                {t!(i18n, shard.move_to)}
                " "
                <select data-move="to" on:change=move |event| to.set(event_target_value(&event).parse().ok())>
                    {move || {
                        let chosen = chosen();
                        (0..shards.get()).filter(|shard| Some(*shard) != home.get()).map(|shard| view! {
                            <option value=shard selected=chosen == Some(shard)>{tell!(i18n.get_locale(), district, shard = shard)}</option>
                        }).collect_view()
                    }}
                </select>
            </label>
            <button
                type="button"
                data-deed="move"
                disabled=move || chosen().is_none()
                on:click=move |_| {
                    if let Some(to) = untrack(chosen) {
                        stores.act(Deed::Move { account, to });
                    }
                }
            >
                {t!(i18n, shard.move_button)}
            </button>
        </div>
        <p class="note">{t!(i18n, shard.move_help)}</p>
    }
}

/// The accounts of a shard that have most to do, as buttons; and a field for any other.
#[component]
pub(super) fn Residents(shard: u16) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let residents = Memo::new(move |_| {
        let look = stores.look.get();
        let own = look.and_then(|look| look.busiest.get(usize::from(shard)).cloned());
        own.unwrap_or_default()
    });
    let accounts = stores.run.document.part(|document| document.accounts);
    let other = RwSignal::new(String::new());
    let named = move || {
        other
            .get()
            .trim()
            .parse()
            .ok()
            .filter(|account: &u32| *account < accounts.get())
    };
    view! {
        <p class="note">{t!(i18n, shard.residents)}</p>
        <div class="buttons residents">
            {move || residents.get().into_iter().map(|resident| {
                let account = resident.account;
                let text = tell!(i18n.get_locale(), resident_row, account = account, asked = resident.asked);
                view! {
                    <button type="button" data-resident=account on:click=move |_| stores.pick.set(Pick::Account(account))>{text}</button>
                }
            }).collect_view()}
        </div>
        <form class="buttons" on:submit=move |event: web_sys::SubmitEvent| {
            event.prevent_default();
            if let Some(account) = untrack(named) {
                stores.pick.set(Pick::Account(account));
            }
        }>
            <label>
                {t!(i18n, shard.account_other)}
                " "
                <input type="text" inputmode="numeric" size="6" data-account-number="" prop:value=other on:input=move |event| other.set(event_target_value(&event)) />
            </label>
            <button type="submit" disabled=move || named().is_none()>{t!(i18n, shard.account_show)}</button>
        </form>
    }
}
