//! "What would fix it?": the measured effect of changes to the hottest key.

use crate::i18n::*;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::wording::say;
use crate::widget::Table;
use engine::session::{Remedy, Trial};
use leptos::prelude::*;
use std::sync::Arc;

/// Asks for the trials of the selected key, or of the hottest one, and shows them in a table. All modelled.
#[component]
pub fn RemedyPanel(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// What is selected; a key is what is tried.
    selection: RwSignal<Selection>,
    /// The key that was tried, and what came of it.
    #[prop(into)]
    trials: Signal<Option<(String, Vec<Trial>)>>,
    /// Whether they are of settings that are no longer the present ones.
    #[prop(into)]
    is_stale: Signal<bool>,
    /// How far the trials are, if they are under way.
    #[prop(into)]
    progress: Signal<Option<f64>>,
    /// Asked for the trials of the key of this name.
    #[prop(into)]
    on_run: Callback<String>,
    /// Asked to stop.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let key = Memo::new(move |_| {
        picture.with(|picture| {
            let index = picture.as_ref()?;
            let hottest = || index.replay.summary.hot_keys.first().map(|hot| hot.key);
            let key = match selection.get() {
                Selection::Key(key) => Some(key),
                _ => hottest(),
            };
            key.map(|key| index.key_name(key).to_owned())
        })
    });
    let table = move || {
        let (key, trials) = trials.get()?;
        let locale = i18n.get_locale();
        if trials.is_empty() {
            let text = td_string!(locale, execution.remedy_untouched);
            return Some(view! { <p class="note">{text}</p> }.into_any());
        }
        let ways = ways(&trials);
        let headings = [
            td_string!(locale, execution.remedy_change),
            td_string!(locale, execution.remedy_speedup),
            td_string!(locale, execution.remedy_setbacks),
            td_string!(locale, execution.remedy_failed),
        ];
        let headings: Vec<String> = headings.map(str::to_owned).into();
        let count = |count: u32| format::whole(u64::from(count));
        let rows: Vec<Vec<String>> = trials
            .iter()
            .map(|trial| {
                vec![
                    name(locale, trial.remedy),
                    format::times(speedup(trial)),
                    count(trial.aborts + trial.blocked),
                    count(trial.failed),
                ]
            })
            .collect();
        let caption = say!(locale, remedy_caption, key = key);
        Some(
            view! {
                <Table
                    caption=Signal::stored(caption)
                    headings=Signal::stored(headings)
                    rows=Signal::stored(rows)
                />
                <p class="remedy-verdict">{verdict(locale, &key, &trials)}</p>
                <p class="note">{say!(locale, remedy_note, ways = ways)}</p>
            }
            .into_any(),
        )
    };
    let action = move || {
        if let Some(done) = progress.get() {
            return view! {
                <div class="running">
                    <progress aria-label=move || t_string!(i18n, execution.remedy_running) max="1" prop:value=done></progress>
                    <button type="button" on:click=move |_| on_cancel.run(())>{t!(i18n, shell.cancel)}</button>
                </div>
            }
            .into_any();
        }
        match key.get() {
            None => {
                view! { <p class="note">{t_string!(i18n, execution.remedy_none)}</p> }.into_any()
            }
            Some(name) => {
                let text = say!(i18n.get_locale(), remedy_run, key = name);
                view! {
                    <button type="button" data-action="remedy" on:click=move |_| on_run.run(name.clone())>{text}</button>
                }
                .into_any()
            }
        }
    };
    view! {
        <section class="remedy" class:stale=is_stale>
            <h2>{move || t_string!(i18n, execution.remedy_title)}</h2>
            {move || table().unwrap_or_else(|| {
                view! { <p class="note">{t_string!(i18n, execution.remedy_help)}</p> }.into_any()
            })}
            <Show when=move || is_stale.get()>
                <p class="note">{move || t_string!(i18n, execution.remedy_stale)}</p>
            </Show>
            {action}
        </section>
    }
}

fn name(locale: Locale, remedy: Remedy) -> String {
    match remedy {
        Remedy::AsItIs => td_string!(locale, execution.remedy_as_it_is).to_owned(),
        Remedy::Commutative => td_string!(locale, execution.remedy_commutative).to_owned(),
        Remedy::Bounded => td_string!(locale, execution.remedy_bounded).to_owned(),
        Remedy::Split(ways) => say!(locale, remedy_split, ways = ways),
        Remedy::Declared => td_string!(locale, execution.remedy_declared).to_owned(),
    }
}

/// Into how many parts the slot was split.
fn ways(trials: &[Trial]) -> u32 {
    let split = trials.iter().find_map(|trial| match trial.remedy {
        Remedy::Split(ways) => Some(ways),
        _ => None,
    });
    split.unwrap_or_default()
}

fn speedup(trial: &Trial) -> f64 {
    trial.ticks_in_order as f64 / trial.ticks.max(1) as f64
}

/// What to take away: the change that helps most, or where the heat went instead.
fn verdict(locale: Locale, key: &str, trials: &[Trial]) -> String {
    let Some((as_it_is, changes)) = trials.split_first() else {
        return String::new();
    };
    let plain = |remedy| {
        name(locale, remedy)
            .trim_end_matches(['\u{a0}', '*'])
            .to_owned()
    };
    let best = changes
        .iter()
        .max_by(|a, b| speedup(a).total_cmp(&speedup(b)));
    let mut text = match best {
        // Less than a tenth is within what another interleaving would do.
        Some(best) if speedup(best) > speedup(as_it_is) * 1.1 => say!(
            locale,
            remedy_best,
            change = capitalised(&plain(best.remedy)),
            share = format::percent(best.ticks, as_it_is.ticks)
        ),
        _ => td_string!(locale, execution.remedy_useless).to_owned(),
    };
    let moved = changes.iter().find_map(|trial| {
        let now = trial.hottest.as_deref()?;
        (trial.remedy.changes_contract() && now != key).then_some((trial.remedy, now))
    });
    if let Some((remedy, now)) = moved {
        text.push(' ');
        text.push_str(&say!(
            locale,
            remedy_moved,
            change = plain(remedy),
            key = now
        ));
    }
    text
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(remedy: Remedy, ticks: u64, hottest: &str) -> Trial {
        Trial {
            remedy,
            ticks,
            ticks_in_order: 1_000,
            aborts: 3,
            blocked: 2,
            failed: 0,
            hottest: Some(hottest.to_owned()),
        }
    }

    #[test]
    fn the_verdict_names_what_helps_and_where_the_heat_went() {
        let trials = [
            trial(Remedy::AsItIs, 1_000, "a"),
            trial(Remedy::Commutative, 950, "b"),
            trial(Remedy::Split(8), 500, "a"),
        ];
        let text = verdict(Locale::en, "a", &trials);
        assert!(text.starts_with("Slot split in 8 takes 50"), "{text}");
        assert!(
            text.contains("With write made commutative, the hottest key is b"),
            "{text}"
        );
        let text = verdict(Locale::en, "a", &trials[..2]);
        assert!(text.starts_with("No change of this slot alone"), "{text}");
        assert_eq!(ways(&trials), 8);
    }
}
