//! The left: everything that causes what happens.

use crate::i18n::*;
use crate::store::media::NARROW;
use leptos::prelude::*;

/// The panel of knobs. On a phone it begins folded, so that the picture is the first thing seen.
#[component]
pub(crate) fn KnobPanel(children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let is_narrow = window()
        .match_media(NARROW)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches());
    view! {
        <aside class="knobs" aria-label=move || t_string!(i18n, shell.knobs)>
            <details class="fold" open=!is_narrow>
                <summary class="fold-title">{t!(i18n, shell.knobs)}</summary>
                <div class="knob-list" role="group" aria-label=move || t_string!(i18n, shell.knobs)>
                    {children()}
                </div>
            </details>
        </aside>
    }
}
