//! The top: labs, scenario, undo and redo, share, theme, help.

use super::command::Command;
use super::desk::use_desk;
use super::icon::{Icon, Sign};
use crate::i18n::*;
use crate::store::{Theme, autosave, route};
use engine::scenario::{Scenario, preset};
use leptos::prelude::*;

/// The top of the page.
#[component]
pub(super) fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let stores = desk.stores;
    let theme = stores.preference.theme();
    view! {
        <header class="header">
            <h1 class="brand">{t!(i18n, shell.product)}</h1>
            <nav class="labs" aria-label=move || t_string!(i18n, shell.labs)>
                <a href="#main" aria-current="page" on:click=|event| event.prevent_default()>
                    {t!(i18n, shell.lab_execution)}
                </a>
            </nav>
            <ScenarioMenu />
            <div class="tools">
                <Tool command=Command::Undo sign=Sign::Undo enabled=stores.scenario.can_undo() />
                <Tool command=Command::Redo sign=Sign::Redo enabled=stores.scenario.can_redo() />
                <button type="button" class="share" on:click=move |_| Command::Share.run(desk)>
                    {t!(i18n, shell.share)}
                </button>
                <button
                    type="button"
                    class="tool"
                    title=move || Command::Theme.label(i18n)
                    aria-label=move || match theme.get() {
                        Theme::Auto => t_string!(i18n, shell.theme_auto),
                        Theme::Light => t_string!(i18n, shell.theme_light),
                        Theme::Dark => t_string!(i18n, shell.theme_dark),
                    }
                    on:click=move |_| Command::Theme.run(desk)
                >
                    <Icon sign=Signal::derive(move || match theme.get() {
                        Theme::Auto => Sign::Theme,
                        Theme::Light => Sign::Sun,
                        Theme::Dark => Sign::Moon,
                    }) />
                </button>
                <Tool command=Command::Help sign=Sign::Help enabled=Signal::stored(true) />
            </div>
        </header>
    }
}

/// A button for a command, by a sign that its name explains.
#[component]
pub(super) fn Tool(
    command: Command,
    sign: Sign,
    #[prop(into)] enabled: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    view! {
        <button
            type="button"
            class="tool"
            title=move || command.label(i18n)
            aria-label=move || command.label(i18n)
            disabled=move || !enabled.get()
            on:click=move |_| command.run(desk)
        >
            <Icon sign=sign />
        </button>
    }
}

/// Presets and recent scenarios.
#[component]
fn ScenarioMenu() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let scenario = desk.stores.scenario;
    let name = scenario.part(|scenario| scenario.name.clone());
    let recent = RwSignal::new(Vec::<Scenario>::new());
    let base = scenario.base();
    let is_changed = Memo::new(move |_| {
        let base = base.get();
        scenario.document().with(|document| *document != base)
    });
    let choose = move |value: String| {
        let chosen = match value.strip_prefix("recent:") {
            Some(place) => place
                .parse()
                .ok()
                .and_then(|place: usize| recent.with_untracked(|list| list.get(place).cloned())),
            None => preset::named(&value).map(|preset| preset.scenario()),
        };
        if let Some(chosen) = chosen {
            route::push(&chosen);
            desk.stores.scenario.open(chosen);
        }
    };
    view! {
        <label class="scenario">
            <span class="hidden">{t!(i18n, shell.scenario)}</span>
            <select
                on:focus=move |_| recent.set(autosave::recent())
                on:change=move |event| choose(event_target_value(&event))
            >
                <optgroup label=move || t_string!(i18n, shell.presets)>
                    {preset::all().iter().map(|preset| view! {
                        <option value=preset.name prop:selected=move || name.get() == preset.name>
                            {preset.name}
                            {move || (name.get() == preset.name && is_changed.get()).then_some(t!(i18n, shell.changed))}
                        </option>
                    }).collect_view()}
                </optgroup>
                {move || {
                    let name = name.get();
                    preset::named(&name).is_none().then(|| view! { <option value=name.clone() prop:selected=true>{name.clone()}</option> })
                }}
                <optgroup label=move || t_string!(i18n, shell.recent)>
                    {move || recent.get().into_iter().enumerate().map(|(place, scenario)| view! {
                        <option value=format!("recent:{place}")>{describe(&scenario)}</option>
                    }).collect_view()}
                </optgroup>
            </select>
        </label>
    }
}

/// A scenario in a few words.
fn describe(scenario: &Scenario) -> String {
    let Scenario {
        name,
        seed,
        workload,
        execution,
        ..
    } = scenario;
    format!(
        "{name} · {} tx · {} lanes · seed {seed}",
        workload.transactions, execution.lanes
    )
}
