//! The mix: how much of each kind of transaction.

use super::desk::use_desk;
use crate::i18n::*;
use leptos_i18n::I18nContext;
use engine::scenario::Mix;
use leptos::prelude::*;

struct Share {
    field: &'static str,
    read: fn(&Mix) -> u32,
    write: fn(&mut Mix, u32),
}

macro_rules! share {
    ($field:ident) => {
        Share {
            field: stringify!($field),
            read: |mix| mix.$field,
            write: |mix, share| mix.$field = share,
        }
    };
}

const SHARES: [Share; 11] = [
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

/// The most that a slider gives; the document allows more.
const SHARE_MAX: u32 = 100;

/// The shares, as sliders under a bar that shows their proportions.
#[component]
pub(super) fn MixKnob() -> impl IntoView {
    let i18n = use_i18n();
    let store = use_desk().stores.scenario;
    let mix = store.part(|scenario| scenario.workload.mix);
    let base = store.base();
    let default = Memo::new(move |_| base.with(|scenario| scenario.workload.mix));
    let total = Memo::new(move |_| mix.with(|mix| SHARES.iter().map(|share| u64::from((share.read)(mix))).sum::<u64>().max(1)));
    let percent = move |share: u32| (u64::from(share) * 100 + total.get() / 2) / total.get();
    view! {
        <details class="mix">
            <summary>
                <span>{t!(i18n, shell.mix.title)}</span>
                <span class="bar" aria-hidden="true">
                    {SHARES.iter().enumerate().map(|(place, share)| view! {
                        <span
                            data-kind=place
                            style:flex-grow=move || mix.with(share.read).to_string()
                        ></span>
                    }).collect_view()}
                </span>
                <span class="hidden">
                    {move || SHARES.iter().filter(|share| mix.with(share.read) > 0).map(|share| {
                        format!("{} {} %", kind(i18n, share.field), percent(mix.with(share.read)))
                    }).collect::<Vec<_>>().join(", ")}
                </span>
            </summary>
            <p class="note">{t!(i18n, shell.mix.help)}</p>
            {SHARES.iter().enumerate().map(|(place, share)| {
                let id = format!("mix-{}", share.field);
                view! {
                    <div class="share-row">
                        <span class="swatch" data-kind=place aria-hidden="true"></span>
                        <label for=id.clone()>{move || kind(i18n, share.field)}</label>
                        <input
                            id=id
                            class="slider"
                            type="range"
                            min="0"
                            max=SHARE_MAX
                            prop:value=move || mix.with(share.read).min(SHARE_MAX).to_string()
                            aria-valuetext=move || format!("{} %", percent(mix.with(share.read)))
                            on:input=move |event| {
                                if let Ok(value) = event_target_value(&event).parse() {
                                    store.edit(share.field, |scenario| (share.write)(&mut scenario.workload.mix, value));
                                }
                            }
                        />
                        <span class="figure">{move || format!("{} %", percent(mix.with(share.read)))}</span>
                    </div>
                }
            }).collect_view()}
            <button
                type="button"
                disabled=move || mix.get() == default.get()
                on:click=move |_| store.edit("mix", |scenario| scenario.workload.mix = default.get_untracked())
            >
                {t!(i18n, shell.mix.reset)}
            </button>
        </details>
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
