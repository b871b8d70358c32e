//! The causal difference of two runs as a list: what happened in one only, why, and what the other did.

use crate::i18n::*;
use crate::model::diff::{self, Instead, Setback};
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::wording::{self, say};
use leptos::prelude::*;
use std::sync::Arc;

/// Entries of each side; the rest is counted.
const ROWS_MAX: usize = 20;

/// Aborts and waits that only one run has. An entry selects its transaction in both pictures.
#[component]
pub(super) fn DiffList(
    /// The two runs.
    pictures: [Signal<Option<Arc<ReplayIndex>>>; 2],
    /// What is selected in each.
    selections: [RwSignal<Selection>; 2],
) -> impl IntoView {
    let i18n = use_i18n();
    let sides = Memo::new(move |_| {
        let [first, second] = [pictures[0].get()?, pictures[1].get()?];
        Some(diff::setbacks(&first, &second))
    });
    let shown = RwSignal::new(None::<usize>);
    let side_of = move || {
        // The side with more to say comes first until somebody chooses.
        shown.get().unwrap_or_else(|| {
            let counts =
                sides.with(|sides| sides.as_ref().map(|sides| sides.each_ref().map(Vec::len)));
            usize::from(counts.is_some_and(|[first, second]| second > first))
        })
    };
    let choice = move |side: usize| {
        let count = move || {
            sides.with(|sides| {
                let count = sides.as_ref().map_or(0, |sides| sides[side].len());
                format::whole(count as u64)
            })
        };
        let text = move || match side {
            0 => say!(i18n.get_locale(), diff_first, count = count()),
            _ => say!(i18n.get_locale(), diff_second, count = count()),
        };
        view! {
            <button type="button" class="icon" aria-pressed=move || (side_of() == side).to_string() on:click=move |_| shown.set(Some(side))>
                {text}
            </button>
        }
    };
    let entry = move |setback: &Setback| {
        let (side, task, tx) = (setback.side, setback.task, setback.tx);
        let locale = i18n.get_locale();
        let why = pictures[side].with(|index| {
            let explanation = index.as_ref()?.explain_task(task)?;
            Some(wording::sentence(locale, &explanation))
        });
        let is_selected = move || {
            selections[side].get() == Selection::Task(task)
                || pictures[0].with(|index| {
                    let index = index.as_ref()?;
                    index.selected_transaction(selections[0].get())
                }) == Some(tx)
        };
        view! {
            <li>
                <button
                    type="button"
                    class="diff-row"
                    aria-pressed=move || is_selected().to_string()
                    on:click=move |_| selections[side].set(Selection::Task(task))
                >
                    <span>{why}</span>
                    <span class="diff-instead">{instead(locale, side, setback)}</span>
                </button>
            </li>
        }
    };
    let list = move || {
        let side = side_of();
        sides.with(|sides| {
            let all = sides.as_ref().map(|sides| &sides[side])?;
            if all.is_empty() {
                let text = t_string!(i18n, execution.diff_none);
                return Some(view! { <p class="note">{text}</p> }.into_any());
            }
            let more = all.len().saturating_sub(ROWS_MAX);
            let more = (more > 0).then(|| {
                let count = format::whole(more as u64);
                view! { <p class="note">{say!(i18n.get_locale(), selection_more, count = count)}</p> }
            });
            let rows = all.iter().take(ROWS_MAX).map(entry).collect_view();
            Some(view! { <ol class="diff-rows">{rows}</ol>{more} }.into_any())
        })
    };
    view! {
        <section class="diff" aria-label=move || t_string!(i18n, execution.diff_title)>
            <header>
                <h2>{move || t_string!(i18n, execution.diff_title)}</h2>
                {choice(0)}
                {choice(1)}
            </header>
            {list}
        </section>
    }
}

/// What the transaction did in the run that has no such setback, in a sentence.
fn instead(locale: Locale, side: usize, setback: &Setback) -> String {
    let there = match side {
        0 => td_string!(locale, execution.diff_in_second),
        _ => td_string!(locale, execution.diff_in_first),
    };
    let key = setback.key.as_str();
    match setback.instead {
        Instead::Met { other, is_abort } => {
            let other = wording::party(locale, other);
            match is_abort {
                true => say!(
                    locale,
                    diff_met_abort,
                    there = there,
                    key = key,
                    other = other
                ),
                false => say!(
                    locale,
                    diff_met_wait,
                    there = there,
                    key = key,
                    other = other
                ),
            }
        }
        Instead::Read {
            start,
            from,
            written,
        } => {
            let start = format::whole(start.0);
            match (from, written) {
                (Some(writer), Some(end)) => say!(
                    locale,
                    diff_read_after,
                    there = there,
                    key = key,
                    start = start,
                    writer = wording::party(locale, writer),
                    end = format::whole(end.0)
                ),
                (Some(writer), None) => say!(
                    locale,
                    diff_read,
                    there = there,
                    key = key,
                    start = start,
                    writer = wording::party(locale, writer)
                ),
                (None, _) => say!(
                    locale,
                    diff_read_state,
                    there = there,
                    key = key,
                    start = start
                ),
            }
        }
        Instead::Wrote => say!(locale, diff_wrote, there = there, key = key),
        Instead::Untouched => say!(locale, diff_untouched, there = there, key = key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn every_difference_can_be_told() {
        let run = |lanes| ReplayIndex::new(Arc::new(fixture::replay(300, lanes, 4)));
        let mut told = 0;
        for (first, second) in [(1, 8), (8, 3)] {
            for setback in diff::setbacks(&run(first), &run(second)).iter().flatten() {
                let text = instead(Locale::en, setback.side, setback);
                let there = ["In the second run", "In the first run"][setback.side];
                assert!(text.starts_with(there) && text.ends_with('.'), "{text}");
                assert!(!text.contains('{') && text.contains("slot "), "{text}");
                told += 1;
            }
        }
        assert!(told > 0);
    }
}
