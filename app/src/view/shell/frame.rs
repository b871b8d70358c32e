//! The frame.
use crate::i18n::*;
use leptos::prelude::*;
/// The whole page.
#[component]
pub fn Shell() -> impl IntoView {
    view! { <I18nContextProvider><Title /></I18nContextProvider> }
}
#[component]
fn Title() -> impl IntoView {
    let i18n = use_i18n();
    view! { <h1>{t!(i18n, shell.product)}</h1> }
}
