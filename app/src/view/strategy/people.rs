//! Whose strategies and figures are on the screen.

use super::frame::use_desk;
use crate::i18n::*;
use leptos::prelude::*;

/// Everybody's name in the colour of their line, to press; nothing where there is one person only.
#[component]
pub(super) fn People() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let people = stores.run.document.part(|document| {
        let names = document.people.iter().map(|who| who.name.clone());
        names.collect::<Vec<_>>()
    });
    move || {
        let people = people.get();
        (people.len() > 1).then(|| {
            view! {
                <div class="chips" role="group" aria-label=t_string!(i18n, strategy.people)>
                    {people.into_iter().enumerate().map(|(at, name)| view! {
                        <button
                            type="button"
                            class=format!("chip person-{at}")
                            aria-pressed=move || (stores.person.get() as usize == at).to_string()
                            on:click=move |_| stores.person.set(at as u32)
                        >{name}</button>
                    }).collect_view()}
                </div>
            }
        })
    }
}
