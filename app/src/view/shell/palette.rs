//! Every command, to search and run.

use super::command::{Command, TABLE};
use super::desk::{Sheet, use_desk};
use super::sheet::SheetDialog;
use crate::i18n::*;
use crate::store::route;
use engine::scenario::preset;
use leptos::html::Input;
use leptos::prelude::*;

/// What the palette can do.
#[derive(Clone, Copy)]
enum Choice {
    Run(Command, &'static [&'static str]),
    Open(&'static preset::Preset),
}

/// The command palette.
#[component]
pub(super) fn PaletteSheet() -> impl IntoView {
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
    let desk = use_desk();
    let search = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let field = NodeRef::<Input>::new();
    let label = move |choice: Choice| match choice {
        Choice::Run(command, _) => command.label(i18n).to_owned(),
        Choice::Open(preset) => t_string!(i18n, shell.open_preset, name = preset.name),
    };
    let found = Memo::new(move |_| {
        let wanted = search.get().to_lowercase();
        let commands = TABLE.iter().map(|row| Choice::Run(row.command, row.keys));
        let presets = preset::all().iter().map(Choice::Open);
        Found(
            commands
                .chain(presets)
                .filter(|choice| {
                    let label = label(*choice).to_lowercase();
                    wanted.split_whitespace().all(|word| label.contains(word))
                })
                .collect(),
        )
    });
    let run = move |choice: Choice| {
        desk.sheet.set(None);
        match choice {
            Choice::Run(command, _) => command.run(desk),
            Choice::Open(preset) => {
                let scenario = preset.scenario();
                route::push(&scenario);
                desk.stores.scenario.open(scenario);
            }
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
                    let count = found.with_untracked(|found| found.0.len());
                    match event.key().as_str() {
                        "ArrowDown" => chosen.update(|place| *place = (*place + 1).min(count.saturating_sub(1))),
                        "ArrowUp" => chosen.update(|place| *place = place.saturating_sub(1)),
                        "Enter" => {
                            if let Some(choice) = found.with_untracked(|found| found.0.get(chosen.get_untracked()).copied()) {
                                run(choice);
                            }
                        }
                        _ => return,
                    }
                    event.prevent_default();
                }
            />
            <ul id="palette-list" role="listbox" tabindex="0" aria-label=move || t_string!(i18n, shell.palette_title)>
                {move || found.get().0.into_iter().enumerate().map(|(place, choice)| view! {
                    <li
                        id=format!("palette-{place}")
                        role="option"
                        aria-selected=move || (chosen.get() == place).to_string()
                        on:click=move |_| run(choice)
                    >
                        <span>{label(choice)}</span>
                        <span>{match choice {
                            Choice::Run(_, keys) => keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view().into_any(),
                            Choice::Open(_) => ().into_any(),
                        }}</span>
                    </li>
                }).collect_view()}
            </ul>
        </div>
    }
}

#[derive(Clone)]
struct Found(Vec<Choice>);

impl PartialEq for Found {
    /// Lists are told apart by what they would do.
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Choice, &Choice)| match (a, b) {
            (Choice::Run(a, _), Choice::Run(b, _)) => a == b,
            (Choice::Open(a), Choice::Open(b)) => a.id == b.id,
            _ => false,
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}
