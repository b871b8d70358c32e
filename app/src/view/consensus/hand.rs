//! The hand: what can be done to the selected node or message.

use super::frame::use_desk;
use super::words::{tell, time};
use crate::i18n::*;
use crate::model::agreement::span::State;
use crate::model::agreement::{AgreementIndex, Pick};
use engine::consensus::registry;
use engine::primitives::Micros;
use engine::scenario::consensus::{Adversary, Deed};
use leptos::prelude::*;
use leptos_i18n::I18nContext;
use std::sync::Arc;

/// How much slower a slow node or link is.
const SLOW_US: u64 = 500_000;

/// A way of lying, in words.
pub(super) fn adversary_name(i18n: I18nContext<Locale>, how: Adversary) -> &'static str {
    match how {
        Adversary::TwoWorlds => t_string!(i18n, consensus.adversary_two_worlds),
        Adversary::Silent => t_string!(i18n, consensus.adversary_silent),
        Adversary::SilentLeader => t_string!(i18n, consensus.adversary_silent_leader),
        Adversary::Equivocate => t_string!(i18n, consensus.adversary_equivocate),
        Adversary::DoubleVote => t_string!(i18n, consensus.adversary_double_vote),
        Adversary::Withhold => t_string!(i18n, consensus.adversary_withhold),
        Adversary::SelfishMine => t_string!(i18n, consensus.adversary_selfish_mine),
        Adversary::DoubleSpend => t_string!(i18n, consensus.adversary_double_spend),
        Adversary::Stale => t_string!(i18n, consensus.adversary_stale),
        Adversary::Censor => t_string!(i18n, consensus.adversary_censor),
        Adversary::LongRange => t_string!(i18n, consensus.adversary_long_range),
    }
}

/// What can be done about the selection at the present moment.
#[component]
pub(super) fn HandCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let (at, end) = (stores.run.course.at(), stores.run.course.end());
    let is_over = Memo::new(move |_| end.get() > 0 && at.get() >= end.get());
    let body = move || {
        let index = stores.run.picture.get()?;
        match stores.pick.get() {
            Pick::Node(node) => Some(view! { <NodeHand index=index node=node /> }.into_any()),
            Pick::Message(row) => Some(view! { <MessageHand index=index row=row /> }.into_any()),
            Pick::None | Pick::Mark(_) => None,
        }
    };
    view! {
        {move || body().map(|buttons| view! {
            <section class="card hand">
                <h3>{move || tell!(i18n.get_locale(), hand, at = time(Micros(at.get())))}</h3>
                {buttons}
                <Show when=move || is_over.get()>
                    <p class="note">{t!(i18n, consensus.hand_over)}</p>
                </Show>
            </section>
        })}
    }
}

#[component]
fn NodeHand(index: Arc<AgreementIndex>, node: u32) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let how = RwSignal::new(Adversary::Silent);
    let at = stores.run.course.at();
    let protocol = registry::named(&index.scenario.protocol);
    let is_staked = protocol.is_some_and(|entry| entry.is_staked);
    let states = Memo::new(move |_| {
        let at = Micros(at.get());
        [State::Down, State::Slow].map(|state| index.spans.at(node, state, at).is_some())
    });
    let act = move |deed: Deed| stores.act(deed);
    let crash = move |_| {
        act(if states.get_untracked()[0] {
            Deed::Recover {
                node,
                forgets: false,
            }
        } else {
            Deed::Crash { node }
        });
    };
    let slow = move |_| {
        let delay_us = if states.get_untracked()[1] {
            0
        } else {
            SLOW_US
        };
        act(Deed::Slow { node, delay_us });
    };
    view! {
        <div class="buttons">
            <button type="button" data-deed="crash" on:click=crash>
                {move || if states.get()[0] { t_string!(i18n, consensus.hand_recover) } else { t_string!(i18n, consensus.hand_crash) }}
            </button>
            <button type="button" data-deed="slow" on:click=slow>
                {move || if states.get()[1] { t_string!(i18n, consensus.hand_not_slow) } else { t_string!(i18n, consensus.hand_slow) }}
            </button>
            <button type="button" data-deed="cut" on:click=move |_| act(Deed::Partition { groups: vec![vec![node]] })>
                {t!(i18n, consensus.hand_cut_off)}
            </button>
            <button type="button" data-deed="repent" on:click=move |_| act(Deed::Repent { node })>
                {t!(i18n, consensus.hand_repent)}
            </button>
            {is_staked.then(|| view! {
                <button type="button" data-deed="withdraw" title=move || t_string!(i18n, consensus.hand_withdraw_help) on:click=move |_| act(Deed::Withdraw { node })>
                    {t!(i18n, consensus.hand_withdraw)}
                </button>
                <button type="button" data-deed="trust" title=move || t_string!(i18n, consensus.hand_trust_help) on:click=move |_| act(Deed::Trust { node })>
                    {t!(i18n, consensus.hand_trust)}
                </button>
            })}
        </div>
        <div class="buttons">
            <button type="button" data-deed="lie" on:click=move |_| act(Deed::Lie { node, how: how.get_untracked() })>
                {t!(i18n, consensus.hand_lie)}
            </button>
            <select aria-label=move || t_string!(i18n, consensus.hand_how) on:change=move |event| {
                let place = event_target_value(&event).parse::<usize>().ok();
                how.set(place.and_then(|place| Adversary::ALL.get(place).copied()).unwrap_or_default());
            }>
                {Adversary::ALL.into_iter().enumerate().map(|(place, one)| view! {
                    <option value=place.to_string() prop:selected=move || how.get() == one>{adversary_name(i18n, one)}</option>
                }).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn MessageHand(index: Arc<AgreementIndex>, row: u32) -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let message = index.message(row).copied();
    let until = message.map(|message| index.until(&message));
    let drop = move |_| {
        let (Some(message), Some(until)) = (message, until) else {
            return;
        };
        // It can be lost while it is on its way only.
        let at = stores.run.course.at().get_untracked();
        let latest = until.0.saturating_sub(2).max(message.sent.0);
        stores.run.course.seek(at.clamp(message.sent.0, latest));
        stores.act(Deed::DropMessage { id: message.id });
    };
    let slow = move |_| {
        if let Some(message) = message {
            stores.act(Deed::Delay {
                from: message.from,
                to: message.to,
                delay_us: SLOW_US,
            });
        }
    };
    view! {
        <div class="buttons">
            <button type="button" data-deed="drop" title=move || t_string!(i18n, consensus.hand_drop_help) on:click=drop>
                {t!(i18n, consensus.hand_drop)}
            </button>
            <button type="button" data-deed="slow-link" on:click=slow>{t!(i18n, consensus.hand_slow_link)}</button>
        </div>
    }
}
