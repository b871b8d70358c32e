//! The left: everything that causes what happens.

use super::editor::Editor;
use super::frame::use_desk;
use super::market::{CrowdKnobs, MarketKnobs};
use super::people::People;
use super::words::tell;
use crate::i18n::*;
use crate::view::shell::program::KnobPanel;
use engine::primitives::Decimal;
use engine::scenario::strategy::{Plain, preset};
use leptos::prelude::*;

/// The panel.
#[component]
pub(super) fn Knobs() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let store = stores.run.document;
    let name = store.part(|document| document.name.clone());
    let description = move || preset::named(&name.get()).map(|preset| preset.description);
    view! {
        <KnobPanel>
            <p class="description">{description}</p>
            <h2>{t!(i18n, strategy.group_strategies)}</h2>
            <People />
            <Editor />
            <Purse />
            <MarketKnobs />
            <CrowdKnobs />
        </KnobPanel>
    }
}

/// What a person has at the start.
#[component]
fn Purse() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let (store, person) = (stores.run.document, stores.person);
    let rows = Memo::new(move |_| {
        store.document().with(|document| {
            let who = document.people.get(person.get() as usize);
            let symbols = std::iter::once(&document.quote)
                .chain(document.assets.iter().map(|asset| &asset.symbol));
            let has = |symbol: &String| {
                let held = who.and_then(|who| who.purse.get(symbol));
                (symbol.clone(), held.map_or(Decimal::ZERO, |held| held.0))
            };
            symbols.map(has).collect::<Vec<_>>()
        })
    });
    let set = move |symbol: &str, text: &str| -> bool {
        let Some(amount) = Decimal::parse(text.trim()).filter(|amount| *amount >= Decimal::ZERO)
        else {
            return false;
        };
        let at = person.get_untracked() as usize;
        store.edit("purse", |document| {
            if let Some(who) = document.people.get_mut(at) {
                who.purse.insert(symbol.to_owned(), Plain(amount));
            }
        });
        true
    };
    view! {
        <fieldset class="purse">
            <legend class="note">{t!(i18n, strategy.purse)}</legend>
            {move || rows.get().into_iter().map(|(symbol, amount)| {
                let (name, is_wrong) = (symbol.clone(), RwSignal::new(false));
                view! {
                    <label>
                        <span>{symbol.clone()}</span>
                        <input
                            class="figure"
                            type="text"
                            inputmode="decimal"
                            aria-invalid=move || is_wrong.get().to_string()
                            title=move || if is_wrong.get() { t_string!(i18n, strategy.purse_wrong).to_owned() } else { tell!(i18n.get_locale(), purse_of, token = name) }
                            value=amount.to_string()
                            on:change=move |event| is_wrong.set(!set(&symbol, &event_target_value(&event)))
                        />
                    </label>
                }
            }).collect_view()}
        </fieldset>
    }
}
