//! The mix: how much of each kind of transaction.

use super::desk::use_desk;
use crate::i18n::*;
use crate::widget::{MixBar, Share};
use engine::scenario::Mix;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

struct Field {
    name: &'static str,
    read: fn(&Mix) -> u32,
    write: fn(&mut Mix, u32),
}

macro_rules! share {
    ($field:ident) => {
        Field {
            name: stringify!($field),
            read: |mix| mix.$field,
            write: |mix, share| mix.$field = share,
        }
    };
}

const FIELDS: [Field; 11] = [
    share!(pay),
    share!(transfer),
    share!(swap),
    share!(add_liquidity),
    share!(remove_liquidity),
    share!(supply),
    share!(borrow),
    share!(repay),
    share!(liquidate),
    share!(claim),
    share!(touch),
];

/// The shares as a bar whose borders are dragged.
#[component]
pub(super) fn MixKnob() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.scenario;
    let mix = store.part(|scenario| scenario.workload.mix);
    let base = store.base();
    let default = Memo::new(move |_| base.with(|scenario| scenario.workload.mix));
    let shares = Signal::derive(move || {
        let mix = mix.get();
        FIELDS
            .iter()
            .map(|field| Share {
                name: kind(i18n, field.name).to_owned(),
                amount: (field.read)(&mix),
            })
            .collect::<Vec<_>>()
    });
    let change = move |amounts: Vec<u32>| {
        store.edit("mix", |scenario| {
            for (field, amount) in FIELDS.iter().zip(amounts) {
                (field.write)(&mut scenario.workload.mix, amount);
            }
        });
    };
    view! {
        <div class="knob mix-knob" data-knob="mix">
            <MixBar
                label=Signal::derive(move || t_string!(i18n, shell.mix.title).to_owned())
                border_label=Signal::derive(move || t_string!(i18n, shell.mix.border).to_owned())
                shares=shares
                on_change=Callback::new(change)
            />
            <button
                type="button"
                class="field-reset"
                aria-label=move || t_string!(i18n, shell.mix.reset)
                title=move || t_string!(i18n, shell.mix.reset)
                disabled=move || mix.get() == default.get()
                on:click=move |_| store.edit("mix", |scenario| scenario.workload.mix = default.get_untracked())
            >
                "⟲"
            </button>
        </div>
    }
}

fn kind(i18n: I18nContext<Locale>, field: &str) -> &'static str {
    match field {
        "pay" => t_string!(i18n, shell.mix.pay),
        "transfer" => t_string!(i18n, shell.mix.transfer),
        "swap" => t_string!(i18n, shell.mix.swap),
        "add_liquidity" => t_string!(i18n, shell.mix.add_liquidity),
        "remove_liquidity" => t_string!(i18n, shell.mix.remove_liquidity),
        "supply" => t_string!(i18n, shell.mix.supply),
        "borrow" => t_string!(i18n, shell.mix.borrow),
        "repay" => t_string!(i18n, shell.mix.repay),
        "liquidate" => t_string!(i18n, shell.mix.liquidate),
        "claim" => t_string!(i18n, shell.mix.claim),
        _ => t_string!(i18n, shell.mix.touch),
    }
}
