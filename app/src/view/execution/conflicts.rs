//! The conflict matrix, by kind or by place.

use crate::i18n::*;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::heat_map::HeatMap;
use crate::view::execution::matrix::PlaceMatrix;
use crate::view::execution::stage::Stage;
use crate::view::execution::wording::{kind_name, say};
use engine::primitives::TxIndex;
use leptos::prelude::*;
use std::sync::Arc;

/// What the section shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    /// Kinds of transactions against each other.
    Kinds,
    /// Parts of the block against each other.
    Places,
    /// Keys against time.
    Heat,
}

/// Who made whom wait or run again: rows did it, columns suffered. By kind of transaction first; by place
/// in the block on demand.
#[component]
pub fn ConflictMatrix(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// What is selected; a cell selects the first task that suffered.
    selection: RwSignal<Selection>,
    /// The transaction under the pointer, here or elsewhere.
    hovered: RwSignal<Option<TxIndex>>,
    /// All of these and the window of time, for the heat map.
    stage: Stage,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(Shown::Kinds);
    let is_empty = Memo::new(move |_| {
        picture.with(|picture| picture.as_ref().is_none_or(|index| index.matrix.most == 0))
    });
    let choice = move |one: Shown| {
        view! {
            <button
                type="button"
                class="icon"
                aria-pressed=move || (shown.get() == one).to_string()
                on:click=move |_| shown.set(one)
            >
                {move || match one {
                    Shown::Kinds => t_string!(i18n, execution.matrix_by_kind),
                    Shown::Places => t_string!(i18n, execution.matrix_by_place),
                    Shown::Heat => t_string!(i18n, execution.matrix_heat),
                }}
            </button>
        }
    };
    view! {
        <section
            class="matrix"
            class:wide=move || shown.get() == Shown::Heat
            aria-label=move || t_string!(i18n, execution.matrix_title)
        >
            <header>
                <h2>{move || t_string!(i18n, execution.matrix_title)}</h2>
                {choice(Shown::Kinds)}
                {choice(Shown::Places)}
                {choice(Shown::Heat)}
            </header>
            {move || match shown.get() {
                // Keys are used even where nobody conflicts.
                Shown::Heat => view! { <HeatMap stage=stage /> }.into_any(),
                _ if is_empty.get() => {
                    view! { <p class="note">{t_string!(i18n, execution.matrix_none)}</p> }.into_any()
                }
                Shown::Places => {
                    view! { <PlaceMatrix picture=picture selection=selection hovered=hovered /> }.into_any()
                }
                Shown::Kinds => view! { <KindMatrix picture=picture selection=selection /> }.into_any(),
            }}
        </section>
    }
}

/// Kinds of transactions against each other, as a table of counts.
#[component]
fn KindMatrix(
    picture: Signal<Option<Arc<ReplayIndex>>>,
    selection: RwSignal<Selection>,
) -> impl IntoView {
    let i18n = use_i18n();
    let select = move |culprit: usize, victim: usize| {
        let task = picture.with_untracked(|picture| {
            let index = picture.as_ref()?;
            let (culprit, victim) = (
                *index.kinds.kinds.get(culprit)?,
                *index.kinds.kinds.get(victim)?,
            );
            let kind = |tx: TxIndex| index.party(tx).kind;
            let mut hops = index.history.hops().iter();
            hops.find(|hop| kind(hop.culprit) == Some(culprit) && kind(hop.victim) == Some(victim))
                .map(|hop| hop.task)
        });
        if let Some(task) = task {
            selection.set(Selection::Task(task));
        }
    };
    let table = move || {
        let index = picture.get()?;
        let locale = i18n.get_locale();
        let kinds = &index.kinds;
        let names: Vec<&str> = kinds
            .kinds
            .iter()
            .map(|kind| kind_name(locale, *kind))
            .collect();
        let head = names
            .iter()
            .map(|name| view! { <th scope="col"><span>{*name}</span></th> });
        let rows = names.iter().enumerate().map(|(row, culprit)| {
            let cells = names.iter().enumerate().map(|(column, victim)| {
                let count = kinds.count(row, column);
                if count == 0 {
                    return view! { <td></td> }.into_any();
                }
                let count = format::whole(u64::from(count));
                let sentence = say!(
                    locale,
                    matrix_kinds,
                    culprit = culprit,
                    victim = victim,
                    count = count
                );
                view! {
                    <td data-level=kinds.level(row, column)>
                        <button
                            type="button"
                            aria-label=sentence.clone()
                            title=sentence
                            on:click=move |_| select(row, column)
                        >
                            {count.clone()}
                        </button>
                    </td>
                }
                .into_any()
            });
            view! { <tr><th scope="row">{*culprit}</th>{cells.collect_view()}</tr> }
        });
        Some(view! {
            <table class="kinds">
                <caption class="hidden-text">{td_string!(locale, execution.matrix_kinds_label)}</caption>
                <thead>
                    <tr>
                        <td class="note">{td_string!(locale, execution.matrix_corner)}</td>
                        {head.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        })
    };
    view! { <div class="kinds-host">{table}</div> }
}
