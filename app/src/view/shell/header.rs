//! The top: labs, document, undo and redo, share, theme, help.

use super::board::{Sheet, use_board};
use super::icon::{Icon, Sign};
use crate::i18n::*;
use crate::store::{Document, DocumentStore, Lab, Theme, autosave, route};
use leptos::prelude::*;

/// The top of the page.
#[component]
pub(crate) fn Header<D: Document>(
    /// What is edited.
    store: DocumentStore<D>,
    /// Names of the presets.
    presets: Vec<&'static str>,
    /// The document of a preset, by its name.
    preset: fn(&str) -> Option<D>,
    /// A document in a few words.
    describe: fn(&D) -> String,
) -> impl IntoView {
    let i18n = use_i18n();
    let board = use_board();
    let theme = board.preference.theme();
    view! {
        <header class="header">
            <h1 class="brand">{t!(i18n, shell.product)}</h1>
            <nav class="labs" aria-label=move || t_string!(i18n, shell.labs)>
                <LabLink lab=Lab::Execution name=t_string!(i18n, shell.lab_execution) />
                <LabLink lab=Lab::Consensus name=t_string!(i18n, shell.lab_consensus) />
                <LabLink lab=Lab::Shards name=t_string!(i18n, shell.lab_shards) />
                <LabLink lab=Lab::Strategies name=t_string!(i18n, shell.lab_strategies) />
            </nav>
            <DocumentMenu store=store presets=presets preset=preset describe=describe />
            <div class="tools">
                <Tool
                    label=t_string!(i18n, shell.command.undo)
                    sign=Sign::Undo
                    enabled=store.can_undo()
                    on_press=move |()| store.undo()
                />
                <Tool
                    label=t_string!(i18n, shell.command.redo)
                    sign=Sign::Redo
                    enabled=store.can_redo()
                    on_press=move |()| store.redo()
                />
                <button type="button" class="share" on:click=move |_| board.sheet.set(Some(Sheet::Share))>
                    {t!(i18n, shell.share)}
                </button>
                <button
                    type="button"
                    class="tool"
                    title=move || t_string!(i18n, shell.command.theme)
                    aria-label=move || match theme.get() {
                        Theme::Auto => t_string!(i18n, shell.theme_auto),
                        Theme::Light => t_string!(i18n, shell.theme_light),
                        Theme::Dark => t_string!(i18n, shell.theme_dark),
                    }
                    on:click=move |_| board.turn_theme()
                >
                    <Icon sign=Signal::derive(move || match theme.get() {
                        Theme::Auto => Sign::Theme,
                        Theme::Light => Sign::Sun,
                        Theme::Dark => Sign::Moon,
                    }) />
                </button>
                <Tool
                    label=t_string!(i18n, shell.command.help)
                    sign=Sign::Help
                    enabled=true
                    on_press=move |()| board.sheet.set(Some(Sheet::Help))
                />
            </div>
        </header>
    }
}

/// A lab's tab: the one that this is, or the way to another.
#[component]
fn LabLink(lab: Lab, name: &'static str) -> impl IntoView {
    let is_here = use_board().lab == lab;
    let go = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        if !is_here {
            route::enter(lab);
        }
    };
    view! {
        <a href="#main" aria-current=is_here.then_some("page") on:click=go>
            {name}
        </a>
    }
}

/// A button for a command, by a sign that its name explains.
#[component]
pub(crate) fn Tool(
    /// What it does.
    label: &'static str,
    /// Its sign.
    sign: Sign,
    /// Whether it can be pressed.
    #[prop(into)]
    enabled: Signal<bool>,
    /// Does it.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="tool"
            title=label
            aria-label=label
            disabled=move || !enabled.get()
            on:click=move |_| on_press.run(())
        >
            <Icon sign=sign />
        </button>
    }
}

/// Presets and documents used lately.
#[component]
fn DocumentMenu<D: Document>(
    store: DocumentStore<D>,
    presets: Vec<&'static str>,
    preset: fn(&str) -> Option<D>,
    describe: fn(&D) -> String,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = store.part(|document| document.name().to_owned());
    let recent = RwSignal::new(Vec::<D>::new());
    let base = store.base();
    let is_changed = Memo::new(move |_| {
        let base = base.get();
        store.document().with(|document| *document != base)
    });
    let choose = move |value: String| {
        let chosen = match value.strip_prefix("recent:") {
            Some(place) => place
                .parse()
                .ok()
                .and_then(|place: usize| recent.with_untracked(|list| list.get(place).cloned())),
            None => preset(&value),
        };
        if let Some(chosen) = chosen {
            route::push(&chosen);
            store.open(chosen);
        }
    };
    let shipped = presets.clone();
    view! {
        <label class="scenario">
            <span class="hidden">{t!(i18n, shell.scenario)}</span>
            <select
                on:focus=move |_| recent.set(autosave::recent())
                on:change=move |event| choose(event_target_value(&event))
            >
                <optgroup label=move || t_string!(i18n, shell.presets)>
                    {presets.into_iter().map(|preset| view! {
                        <option value=preset prop:selected=move || name.get() == preset>
                            {preset}
                            {move || (name.get() == preset && is_changed.get()).then_some(t!(i18n, shell.changed))}
                        </option>
                    }).collect_view()}
                </optgroup>
                {move || {
                    let name = name.get();
                    let is_other = !shipped.contains(&name.as_str());
                    is_other.then(|| {
                        let shown = match name.is_empty() {
                            true => t_string!(i18n, shell.unnamed).to_owned(),
                            false => name.clone(),
                        };
                        view! { <option value=name prop:selected=true>{shown}</option> }
                    })
                }}
                <optgroup label=move || t_string!(i18n, shell.recent)>
                    {move || recent.get().into_iter().enumerate().map(|(place, document)| view! {
                        <option value=format!("recent:{place}")>{describe(&document)}</option>
                    }).collect_view()}
                </optgroup>
            </select>
        </label>
    }
}
