//! The network as a whole: cut it, heal it, and everything that has been done to it.

use super::fault::act;
use super::frame::use_desk;
use super::words::{tell, time};
use crate::i18n::*;
use engine::consensus::registry;
use engine::primitives::Micros;
use engine::scenario::consensus::{Deed, act_of};
use leptos::prelude::*;

/// Most nodes that get a box to tick; of more, the lasso takes hold.
const BOXES_MAX: u32 = 32;

/// A checklist of nodes to cut off, and the document's faults.
#[component]
pub(super) fn NetworkCard() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let side = desk.side;
    let nodes = Memo::new(move |_| {
        stores
            .run
            .picture
            .with(|picture| picture.as_ref().map_or(0, |index| index.nodes()))
    });
    let tick = move |node: u32, is_in: bool| {
        side.update(|side| {
            side.retain(|other| *other != node);
            if is_in {
                side.push(node);
                side.sort_unstable();
            }
        });
    };
    let name = move |node: u32| {
        stores
            .run
            .picture
            .with_untracked(|picture| picture.as_ref().map(|index| index.name(node)))
    };
    view! {
        <section class="card network">
            <fieldset>
                <legend>{t!(i18n, consensus.network)}</legend>
                <p class="note">{t!(i18n, consensus.network_help)}</p>
                <div class="boxes">
                    {move || (0..nodes.get().min(BOXES_MAX)).map(|node| view! {
                        <label>
                            <input
                                type="checkbox"
                                prop:checked=move || side.with(|side| side.contains(&node))
                                on:change=move |event| tick(node, event_target_checked(&event))
                            />
                            {name(node)}
                        </label>
                    }).collect_view()}
                </div>
                <div class="buttons">
                    <button
                        type="button"
                        data-deed="partition"
                        disabled=move || side.with(Vec::is_empty)
                        on:click=move |_| stores.act(Deed::Partition { groups: vec![side.get_untracked()] })
                    >
                        {t!(i18n, consensus.network_cut)}
                    </button>
                    <button type="button" data-deed="heal" on:click=move |_| stores.act(Deed::Heal)>
                        {t!(i18n, consensus.network_heal)}
                    </button>
                </div>
            </fieldset>
            <Acts />
        </section>
    }
}

/// Every fault of the document, with the way to take it out again.
#[component]
fn Acts() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let document = stores.run.document.document();
    let list = move || {
        let locale = i18n.get_locale();
        let index = stores.run.picture.get()?;
        document.with(|document| {
            let entry = registry::named(&document.protocol)?;
            let lines = document.acts.iter().enumerate().filter_map(|(place, one)| {
                let found = act_of(one, entry.descriptor)?;
                let text = act(locale, &index, &found);
                Some((place, Micros(one.at_us), text))
            });
            Some(lines.collect::<Vec<_>>())
        })
    };
    view! {
        <h2>{t!(i18n, consensus.acts)}</h2>
        {move || match list().filter(|list| !list.is_empty()) {
            None => view! { <p class="note">{t!(i18n, consensus.acts_none)}</p> }.into_any(),
            Some(list) => view! {
                <ul class="acts">
                    {list.into_iter().map(|(place, at, text)| {
                        let label = tell!(i18n.get_locale_untracked(), acts_remove, act = text);
                        view! {
                            <li>
                                <button type="button" class="link figure" on:click=move |_| stores.run.course.seek(at.0)>{time(at)}</button>
                                <span>{text}</span>
                                <button type="button" class="quiet" aria-label=label.clone() title=label on:click=move |_| stores.undo_act(place)>"×"</button>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            }.into_any(),
        }}
    }
}
