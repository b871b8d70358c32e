//! A dialog over the page, and the one that lists every key.

use super::command::TABLE;
use super::desk::use_desk;
use crate::i18n::*;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A modal dialog: keeps the focus inside, closes on Escape and on a click beside it, gives the focus
/// back.
#[component]
pub(super) fn Modal(#[prop(into)] title: Signal<String>, #[prop(default = "")] class: &'static str, children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let dialog = NodeRef::<Dialog>::new();
    let before = StoredValue::new_local(document().active_element());
    Effect::new(move || {
        // An element that is open already stays open.
        if let Some(dialog) = dialog.get() && !dialog.open() {
            let _ = dialog.show_modal();
        }
    });
    on_cleanup(move || {
        if let Some(element) = before.try_update_value(Option::take).flatten()
            && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = element.focus();
        }
    });
    let close = move || desk.sheet.set(None);
    view! {
        <dialog
            node_ref=dialog
            class=format!("sheet {class}")
            aria-labelledby="sheet-title"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close();
            }
            on:click=move |event| {
                // The dialog itself is hit only beside its content.
                if event.target() == event.current_target() {
                    close();
                }
            }
        >
            <div class="sheet-body">
                <div class="sheet-head">
                    <h2 id="sheet-title">{move || title.get()}</h2>
                    <button type="button" class="tool" aria-label=move || t_string!(i18n, shell.close) on:click=move |_| close()>
                        <span aria-hidden="true">"✕"</span>
                    </button>
                </div>
                {children()}
            </div>
        </dialog>
    }
}

/// Every command with its keys.
#[component]
pub(super) fn HelpSheet() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Modal title=Signal::derive(move || t_string!(i18n, shell.help_title).to_owned()) class="help">
            <table class="keys">
                <thead class="hidden">
                    <tr>
                        <th scope="col">{t!(i18n, shell.help_key)}</th>
                        <th scope="col">{t!(i18n, shell.help_command)}</th>
                    </tr>
                </thead>
                <tbody>
                    {TABLE.iter().filter(|row| !row.keys.is_empty()).map(|row| view! {
                        <tr>
                            <td>{row.keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view()}</td>
                            <td>{move || row.command.label(i18n)}</td>
                        </tr>
                    }).collect_view()}
                    <tr>
                        <td><kbd>"W"</kbd> " " <kbd>"A"</kbd> " " <kbd>"S"</kbd> " " <kbd>"D"</kbd></td>
                        <td>{t!(i18n, shell.help_picture)}</td>
                    </tr>
                </tbody>
            </table>
            <p class="note">{t!(i18n, shell.help_inks)}</p>
        </Modal>
    }
}
