//! The link of a document, as every lab shares it.

use super::board::use_board;
use super::qr::Qr;
use crate::i18n::*;
use crate::store::Notice;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// A link of up to so many characters makes a code that reads from a back row.
const QR_CHARACTERS: usize = 300;
/// A link of up to so many characters passes every chat program.
const CHAT_CHARACTERS: usize = 1_800;

/// The link, with its length and its code.
#[component]
pub(crate) fn LinkPart(
    /// The link.
    #[prop(into)]
    link: Signal<String>,
    /// Whether it is to lead to the present moment.
    with_moment: RwSignal<bool>,
    /// Whether the document has no problems, and so has a link.
    #[prop(into)]
    is_sound: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let notices = use_board().notices;
    let length = move || link.with(|link| link.chars().count());
    let light = move || match length() {
        length if length <= QR_CHARACTERS => "qr",
        length if length <= CHAT_CHARACTERS => "chat",
        _ => "file",
    };
    let copy = move |_| {
        let text = link.get_untracked();
        spawn_local(async move {
            let copied = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            notices.show(if copied.is_ok() {
                Notice::Copied
            } else {
                Notice::CopyRefused
            });
        });
    };
    view! {
        <div class="share-link">
            <Show
                when=move || is_sound.get()
                fallback=move || view! { <p class="trouble">{t!(i18n, shell.share_sheet.unsound)}</p> }
            >
                <fieldset class="choice">
                    <legend class="hidden">{t!(i18n, shell.share_sheet.what)}</legend>
                    <label>
                        <input type="radio" name="share-what" checked=true on:change=move |_| with_moment.set(false) />
                        {t!(i18n, shell.share_sheet.scenario)}
                    </label>
                    <label>
                        <input type="radio" name="share-what" on:change=move |_| with_moment.set(true) />
                        {t!(i18n, shell.share_sheet.moment)}
                    </label>
                </fieldset>
                <div class="link-row">
                    <input
                        class="figure"
                        type="text"
                        readonly=true
                        aria-label=move || t_string!(i18n, shell.share_sheet.link)
                        data-link=""
                        prop:value=move || link.get()
                        on:focus=move |event| {
                            event_target::<web_sys::HtmlInputElement>(&event).select();
                        }
                    />
                    <button type="button" class="primary" on:click=copy>{t!(i18n, shell.share_sheet.copy)}</button>
                </div>
                <p class="light" data-light=light>
                    <span class="lamp" aria-hidden="true"></span>
                    {move || {
                        let count = length();
                        match light() {
                            "qr" => t_string!(i18n, shell.share_sheet.length_qr, count),
                            "chat" => t_string!(i18n, shell.share_sheet.length_chat, count),
                            _ => t_string!(i18n, shell.share_sheet.length_file, count),
                        }
                    }}
                </p>
                <Qr text=link />
            </Show>
        </div>
    }
}
