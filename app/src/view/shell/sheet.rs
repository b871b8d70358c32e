//! A dialog over the page, and the one that lists every key.

use super::command::TABLE;
use super::desk::{Sheet, use_desk};
use crate::i18n::*;
use crate::widget::Dialog;
use leptos::prelude::*;

/// A dialog that is open while this sheet is; what it holds exists only then.
#[component]
pub(super) fn SheetDialog(
    /// Which sheet it is.
    sheet: Sheet,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let is_open = Signal::derive(move || desk.sheet.get() == Some(sheet));
    let children = StoredValue::new(children);
    view! {
        <Dialog
            open=is_open
            title=title
            close_label=Signal::derive(move || t_string!(i18n, shell.close).to_owned())
            on_close=Callback::new(move |()| desk.sheet.set(None))
        >
            <Show when=move || is_open.get()>{children.with_value(|children| children())}</Show>
        </Dialog>
    }
}

/// Every command with its keys.
#[component]
pub(super) fn HelpSheet() -> impl IntoView {
    let i18n = use_i18n();
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
        </SheetDialog>
    }
}
