//! Where every node stands at the present moment.

use super::frame::use_desk;
use super::words::{block, spaced, tell};
use crate::i18n::*;
use crate::model::agreement::Pick;
use crate::model::agreement::span::State;
use engine::primitives::Micros;
use leptos::prelude::*;

/// How many nodes are listed unasked.
const ROWS: usize = 16;

/// One row of the table.
#[derive(Clone, PartialEq)]
struct Row {
    node: u32,
    name: String,
    is_leader: bool,
    state: Option<State>,
    view: u64,
    decided: u64,
    lock: Option<u64>,
    /// Phase, votes there, votes needed.
    votes: Option<(String, u32, u32)>,
}

/// View, decisions and votes of every node.
#[component]
pub(super) fn ReplicaCard() -> impl IntoView {
    let i18n = use_i18n();
    let stores = use_desk().stores;
    let is_all = RwSignal::new(false);
    let rows = Memo::new(move |_| {
        let (Some(index), Some(snapshot)) = (stores.run.picture.get(), stores.snapshot.get())
        else {
            return Vec::new();
        };
        let at = Micros(snapshot.at.0);
        let state = |node: u32| {
            let states = [State::Down, State::Lies];
            states
                .into_iter()
                .find(|state| index.spans.at(node, *state, at).is_some())
        };
        let cards = snapshot.cards.iter().enumerate();
        let row = |(node, card): (usize, &engine::consensus::Card)| Row {
            node: node as u32,
            name: index.name(node as u32),
            is_leader: card.leader.0 == node as u32,
            state: state(node as u32),
            view: card.view,
            decided: card.decided,
            lock: card.lock.map(|(_, block)| block.0),
            votes: card
                .counts
                .first()
                .map(|count| (spaced(index.phase(count.phase)), count.have, count.need)),
        };
        cards.map(row).collect::<Vec<_>>()
    });
    let count = move || rows.with(Vec::len);
    let line = move |row: Row| {
        let locale = i18n.get_locale_untracked();
        let node = row.node;
        let state = row.state.map(|state| match state {
            State::Down => t_string!(i18n, consensus.replica_down),
            State::Lies | State::Slow => t_string!(i18n, consensus.replica_lies),
        });
        let votes = row.votes.map(|(phase, have, need)| {
            let share = f64::from(have.min(need)) / f64::from(need.max(1)) * 100.0;
            let title = phase.clone();
            view! {
                <span class="votes" style=format!("--share:{share:.0}%") title=title>
                    <span class="figure">{format!("{have}/{need}")}</span>
                    <span class="phase">{phase}</span>
                </span>
            }
        });
        view! {
            <tr
                class:picked=move || stores.pick.get() == Pick::Node(node)
                class:ill=row.state.is_some()
            >
                <th scope="row">
                    <button type="button" class="link" aria-pressed=move || (stores.pick.get() == Pick::Node(node)).to_string() on:click=move |_| stores.pick.set(Pick::Node(node))>
                        {row.name}
                    </button>
                    {row.is_leader.then_some("★")}
                    {state.map(|state| view! { <small>{state}</small> })}
                </th>
                <td class="figure">{row.view}</td>
                <td class="figure">
                    {row.decided}
                    {row.lock.map(|lock| view! { <small>{tell!(locale, replica_lock, block = block(lock))}</small> })}
                </td>
                <td>{votes}</td>
            </tr>
        }
    };
    view! {
        <section class="card">
            <table class="table replicas">
                <caption>{t!(i18n, consensus.replicas)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, consensus.replica_node)}</th>
                        <th scope="col">{t!(i18n, consensus.replica_view)}</th>
                        <th scope="col">{t!(i18n, consensus.replica_decided)}</th>
                        <th scope="col">{t!(i18n, consensus.replica_votes)}</th>
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        let most = if is_all.get() { usize::MAX } else { ROWS };
                        rows.get().into_iter().take(most).map(line).collect_view()
                    }}
                </tbody>
            </table>
            <Show when=move || { count() > ROWS && !is_all.get() }>
                <button type="button" on:click=move |_| is_all.set(true)>
                    {move || tell!(i18n.get_locale(), replica_more, count = count())}
                </button>
            </Show>
        </section>
    }
}
