//! A dialog over the page, and the one that lists every key.

use super::board::{Sheet, use_board};
use crate::i18n::*;
use crate::widget::Dialog;
use leptos::prelude::*;

/// A dialog that is open while this sheet is; what it holds exists only then.
#[component]
pub(crate) fn SheetDialog(
    /// Which sheet it is.
    sheet: Sheet,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let board = use_board();
    let is_open = Signal::derive(move || board.sheet.get() == Some(sheet));
    let children = StoredValue::new(children);
    view! {
        <Dialog
            open=is_open
            title=title
            close_label=Signal::derive(move || t_string!(i18n, shell.close).to_owned())
            on_close=Callback::new(move |()| board.sheet.set(None))
        >
            <Show when=move || is_open.get()>{children.with_value(|children| children())}</Show>
        </Dialog>
    }
}

/// Every command with its keys.
#[component]
pub(crate) fn HelpSheet() -> impl IntoView {
    let i18n = use_i18n();
    let board = use_board();
    let entries = move || board.entries.get_value().into_iter();
    view! {
        <SheetDialog sheet=Sheet::Help title=Signal::derive(move || t_string!(i18n, shell.help_title).to_owned())>
            <table class="keys">
                <thead class="hidden">
                    <tr>
                        <th scope="col">{t!(i18n, shell.help_key)}</th>
                        <th scope="col">{t!(i18n, shell.help_command)}</th>
                    </tr>
                </thead>
                <tbody>
                    {entries().filter(|entry| !entry.keys.is_empty()).map(|entry| view! {
                        <tr>
                            <td>{entry.keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view()}</td>
                            <td>{entry.label}</td>
                        </tr>
                    }).collect_view()}
                    <tr>
                        <td><kbd>"W"</kbd> " " <kbd>"A"</kbd> " " <kbd>"S"</kbd> " " <kbd>"D"</kbd></td>
                        <td>{t!(i18n, shell.help_picture)}</td>
                    </tr>
                </tbody>
            </table>
            <p class="note">{t!(i18n, shell.help_inks)}</p>
        </SheetDialog>
    }
}
