//! A modal dialog.

use crate::widget::fresh_id;
use leptos::html;
use leptos::prelude::*;

/// The browser's own modal dialog: it holds the focus, gives it back, and closes on Escape.
#[component]
pub fn Dialog(
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the closing button is called.
    #[prop(into)]
    close_label: Signal<String>,
    /// Asked to close: by the button, by Escape, or by a click beside it.
    #[prop(into)]
    on_close: Callback<()>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading = fresh_id("dialog");
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // Refused only while it is not in the document; then there is nothing to show it in.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let is_beside = move |event: &web_sys::MouseEvent| {
        let target = event.target();
        element.get_untracked().is_some_and(|dialog| {
            let dialog: &web_sys::EventTarget = dialog.as_ref();
            target.as_ref() == Some(dialog)
        })
    };
    view! {
        <dialog
            class="dialog"
            node_ref=element
            aria-labelledby=heading.clone()
            on:close=move |_| {
                if open.get_untracked() {
                    on_close.run(());
                }
            }
            on:click=move |event| {
                if is_beside(&event) {
                    on_close.run(());
                }
            }
        >
            <div class="dialog-body">
                <header>
                    <h2 id=heading.clone()>{title}</h2>
                    <button class="quiet" aria-label=close_label title=close_label on:click=move |_| on_close.run(())>
                        "×"
                    </button>
                </header>
                {children()}
            </div>
        </dialog>
    }
}
