//! Every command and every preset, to search and run.

use super::board::{Sheet, use_board};
use super::sheet::SheetDialog;
use crate::i18n::*;
use leptos::html::Input;
use leptos::prelude::*;

/// The command palette.
#[component]
pub(crate) fn PaletteSheet() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <SheetDialog sheet=Sheet::Palette title=Signal::derive(move || t_string!(i18n, shell.palette_title).to_owned())>
            <Search />
        </SheetDialog>
    }
}

/// What to search for, and what is found.
#[component]
fn Search() -> impl IntoView {
    let i18n = use_i18n();
    let board = use_board();
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let field = NodeRef::<Input>::new();
    // Places in the list of entries.
    let found = Memo::new(move |_| {
        let wanted = search.get().to_lowercase();
        board.entries.with_value(|entries| {
            let fits = |place: &usize| {
                let label = entries[*place].label.to_lowercase();
                wanted.split_whitespace().all(|word| label.contains(word))
            };
            (0..entries.len()).filter(fits).collect::<Vec<_>>()
        })
    });
    let run = move |place: usize| {
        board.sheet.set(None);
        let entry = board
            .entries
            .with_value(|entries| entries.get(place).map(|entry| entry.run));
        if let Some(entry) = entry {
            entry.run(());
        }
    };
    Effect::new(move || {
        if let Some(field) = field.get() {
            // The dialog takes the focus when it opens; what is typed belongs here.
            request_animation_frame(move || drop(field.focus()));
        }
    });
    view! {
        <div class="palette">
            <input
                node_ref=field
                type="text"
                role="combobox"
                autocomplete="off"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                aria-label=move || t_string!(i18n, shell.palette_search)
                placeholder=move || t_string!(i18n, shell.palette_search)
                prop:value=move || search.get()
                on:input=move |event| {
                    search.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=move |event| {
                    let count = found.with_untracked(Vec::len);
                    match event.key().as_str() {
                        "ArrowDown" => chosen.update(|place| *place = (*place + 1).min(count.saturating_sub(1))),
                        "ArrowUp" => chosen.update(|place| *place = place.saturating_sub(1)),
                        "Enter" => {
                            if let Some(place) = found.with_untracked(|found| found.get(chosen.get_untracked()).copied()) {
                                run(place);
                            }
                        }
                        _ => return,
                    }
                    event.prevent_default();
                }
            />
            <ul id="palette-list" role="listbox" tabindex="0" aria-label=move || t_string!(i18n, shell.palette_title)>
                {move || found.get().into_iter().enumerate().filter_map(|(place, entry)| {
                    let shown = board.entries.with_value(|entries| entries.get(entry).cloned())?;
                    Some(view! {
                        <li
                            id=format!("palette-{place}")
                            role="option"
                            aria-selected=move || (chosen.get() == place).to_string()
                            on:click=move |_| run(entry)
                        >
                            <span>{shown.label}</span>
                            <span>{shown.keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view()}</span>
                        </li>
                    })
                }).collect_view()}
            </ul>
        </div>
    }
}
