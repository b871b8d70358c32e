//! What is selected, why it happened, and one hop to who caused it and whom it hurt.

use crate::i18n::*;
use crate::model::history::Hop;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::stage::Stage;
use crate::view::execution::wording::{self, say};
use engine::primitives::TxIndex;
use engine::trace::TaskKind;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows of a list; the rest is counted.
const ROWS_MAX: usize = 8;

/// Explains the selection in one sentence, lists its runs, and links one hop in both directions. Without a
/// selection it says how to make one.
#[component]
pub fn SelectionPanel(
    /// The replay, the moment (runs are shown as they are known then), and what a hand does to them.
    stage: Stage,
) -> impl IntoView {
    let i18n = use_i18n();
    let Stage {
        picture, selection, ..
    } = stage;
    let body = move || {
        let index = picture.get()?;
        let selected = selection.get();
        match selected {
            Selection::None => None,
            Selection::Key(key) => Some(key_body(i18n, &index, key, stage)),
            Selection::Transaction(_) | Selection::Task(_) => {
                let tx = index.selected_transaction(selected)?;
                Some(transaction_body(i18n, &index, tx, selected, stage))
            }
        }
    };
    view! {
        <section class="selection" aria-label=move || t_string!(i18n, execution.selection_title)>
            {move || match body() {
                Some(body) => view! {
                    <button
                        type="button"
                        class="icon selection-close"
                        aria-label=move || t_string!(i18n, execution.selection_close)
                        title=move || t_string!(i18n, execution.selection_close)
                        on:click=move |_| selection.set(Selection::None)
                    >
                        "×"
                    </button>
                    {body}
                }.into_any(),
                None => view! {
                    <h2>{t_string!(i18n, execution.selection_title)}</h2>
                    <p class="note">{t_string!(i18n, execution.selection_none)}</p>
                }.into_any(),
            }}
        </section>
    }
}

fn transaction_body(
    i18n: leptos_i18n::I18nContext<Locale>,
    index: &Arc<ReplayIndex>,
    tx: TxIndex,
    selected: Selection,
    stage: Stage,
) -> AnyView {
    let locale = i18n.get_locale();
    let explanation = match selected {
        Selection::Task(task) => index.explain_task(task),
        _ => index.explain_commit(tx),
    };
    let sentence = explanation.map(|explanation| wording::sentence(locale, &explanation));
    // A withdrawn run does not say why; the validation that withdrew it does.
    let because = match selected {
        Selection::Task(task) if index.history.withdrawn_at(task).is_some() => {
            let end = index.history.withdrawn_at(task);
            let hop = index
                .history
                .suffered_by(tx)
                .find(|hop| hop.is_abort && index.task(hop.task).map(|task| task.end) == end);
            hop.and_then(|hop| index.explain_task(hop.task))
                .map(|explanation| wording::sentence(locale, &explanation))
        }
        _ => None,
    };
    let info = index.replay.transactions.get(tx.as_usize()).copied();
    let facts = info.map(|info| {
        let from = say!(locale, selection_from, sender = info.sender, to = info.to);
        let gas = say!(locale, selection_gas, gas = format::whole(info.gas));
        let reverted = (!info.succeeded).then(
            || view! { <p class="note">{td_string!(locale, execution.selection_reverted)}</p> },
        );
        view! { <p class="note">{from}" · "{gas}</p>{reverted} }
    });
    let critical = index
        .is_critical(tx)
        .then(|| view! { <p class="note">{td_string!(locale, execution.selection_critical)}</p> });
    let kind = info.map(|info| wording::kind_name(locale, info.kind));
    let title = say!(
        locale,
        selection_transaction,
        number = format::whole(u64::from(tx.0))
    );
    let runs = index.history.tasks_of(tx).to_vec();
    let more = runs.len().saturating_sub(ROWS_MAX * 2);
    let rows = runs
        .into_iter()
        .take(ROWS_MAX * 2)
        .map(|task| run_row(locale, index.clone(), task, stage));
    let suffered: Vec<Hop> = index.history.suffered_by(tx).copied().collect();
    let caused: Vec<Hop> = index.history.caused_by(tx).copied().collect();
    view! {
        <h2>{title}{kind.map(|kind| view! { <span class="note">" "{kind}</span> })}</h2>
        <div class="explanation" aria-live="polite">
            {sentence.map(|sentence| view! { <p>{sentence}</p> })}
            {because.map(|because| view! { <p>{because}</p> })}
        </div>
        {facts}
        {critical}
        <h3>{td_string!(locale, execution.selection_runs)}</h3>
        <ol class="run-rows">{rows.collect_view()}</ol>
        {rest(locale, more)}
        <h3>{td_string!(locale, execution.selection_suffered)}</h3>
        {hop_rows(locale, index, &suffered, true, stage)}
        <h3>{td_string!(locale, execution.selection_caused)}</h3>
        {hop_rows(locale, index, &caused, false, stage)}
    }
    .into_any()
}

fn run_row(
    locale: Locale,
    index: Arc<ReplayIndex>,
    task: u32,
    stage: Stage,
) -> Option<impl IntoView> {
    let Stage {
        step,
        selection,
        on_seek_tick,
        ..
    } = stage;
    let found = *index.task(task)?;
    let name = match found.kind {
        TaskKind::Execute => say!(locale, run_number, run = found.incarnation.0 + 1),
        TaskKind::Validate => say!(locale, check_number, run = found.incarnation.0 + 1),
    };
    let place = say!(
        locale,
        run_row,
        from = format::whole(found.start.0),
        to = format::whole(found.end.0),
        lane = found.lane
    );
    let look = move || {
        let now = index.timeline.tick(step.get());
        wording::look_name(locale, index.look(task, now))
    };
    Some(view! {
        <li>
            <button
                type="button"
                class="run-row"
                aria-pressed=move || (selection.get() == Selection::Task(task)).to_string()
                title=place.clone()
                on:click=move |_| {
                    selection.set(Selection::Task(task));
                    on_seek_tick.run(found.end.0);
                }
            >
                <span>{name}</span>
                <span class="note">{look}</span>
                <span class="figure">{format::whole(found.start.0)}</span>
            </button>
        </li>
    })
}

fn hop_rows(
    locale: Locale,
    index: &ReplayIndex,
    hops: &[Hop],
    is_culprit_shown: bool,
    stage: Stage,
) -> AnyView {
    let Stage {
        selection, hovered, ..
    } = stage;
    if hops.is_empty() {
        return view! { <p class="note">{td_string!(locale, execution.selection_nobody)}</p> }
            .into_any();
    }
    let rows = hops.iter().take(ROWS_MAX).map(|hop| {
        let hop = *hop;
        let tx = if is_culprit_shown {
            hop.culprit
        } else {
            hop.victim
        };
        let key = index.key_name(hop.key);
        let why = if hop.is_abort {
            say!(locale, hop_abort, key = key)
        } else {
            say!(locale, hop_wait, key = key)
        };
        let next = if is_culprit_shown {
            Selection::Transaction(tx)
        } else {
            Selection::Task(hop.task)
        };
        view! {
            <li>
                <button
                    type="button"
                    class="hop-row"
                    on:click=move |_| selection.set(next)
                    on:pointerenter=move |_| hovered.set(Some(tx))
                    on:pointerleave=move |_| hovered.set(None)
                    on:focus=move |_| hovered.set(Some(tx))
                    on:blur=move |_| hovered.set(None)
                >
                    <span>{wording::party(locale, index.party(tx))}</span>
                    <span class="note">{why}</span>
                </button>
            </li>
        }
    });
    view! {
        <ul class="hop-rows">{rows.collect_view()}</ul>
        {rest(locale, hops.len().saturating_sub(ROWS_MAX))}
    }
    .into_any()
}

fn rest(locale: Locale, count: usize) -> Option<impl IntoView> {
    (count > 0).then(|| view! { <p class="note">{say!(locale, selection_more, count = format::whole(count as u64))}</p> })
}

fn key_body(
    i18n: leptos_i18n::I18nContext<Locale>,
    index: &Arc<ReplayIndex>,
    key: u32,
    stage: Stage,
) -> AnyView {
    let locale = i18n.get_locale();
    let name = index.key_name(key).to_owned();
    let hot = index
        .replay
        .summary
        .hot_keys
        .iter()
        .find(|hot| hot.key == key);
    let sentence = hot.map(|hot| {
        let count = |count: u32| format::whole(u64::from(count));
        say!(
            locale,
            keys_row,
            key = name,
            aborts = count(hot.aborts),
            waits = count(hot.blocked),
            writers = count(hot.writers),
            readers = count(hot.readers)
        )
    });
    let hops: Vec<Hop> = index
        .history
        .hops()
        .iter()
        .filter(|hop| hop.key == key)
        .copied()
        .collect();
    view! {
        <h2>{td_string!(locale, execution.selection_key)}<span class="note">" "{name.clone()}</span></h2>
        <div class="explanation" aria-live="polite">{sentence.map(|sentence| view! { <p>{sentence}</p> })}</div>
        <h3>{td_string!(locale, execution.selection_caused)}</h3>
        {hop_rows(locale, index, &hops, false, stage)}
    }
    .into_any()
}
