//! The same block under two settings, one above the other on a common axis.

use crate::i18n::*;
use crate::model::compare::Comparison;
use crate::model::{ReplayIndex, Selection, format, sweep};
use crate::view::execution::diff_list::DiffList;
use crate::view::execution::lanes::LanePicture;
use crate::view::execution::scheduler;
use crate::view::execution::stage::Stage;
use crate::view::execution::wording::{self, say};
use crate::widget::Table;
use engine::primitives::Tick;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows of the list of differences.
const ROWS_MAX: usize = 12;

/// Two runs of one block: both pictures share window, pointer, selection and playhead (the same tick in
/// both); a black corner marks transactions that waited or were withdrawn more often in one of them.
#[component]
pub fn CompareView(
    /// The run that the page is about, the moment, and what a hand does to them.
    stage: Stage,
    /// The run beside it.
    #[prop(into)]
    second: Signal<Option<Arc<ReplayIndex>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Stage {
        picture: first,
        step,
        selection,
        ..
    } = stage;
    let both = Memo::new(move |_| {
        let (first, second) = (first.get()?, second.get()?);
        Some(Arc::new(Comparison::new(&first, &second)))
    });
    let comparison = Signal::derive(move || both.get());
    let now = move || {
        first.with(|index| {
            index
                .as_ref()
                .map_or(Tick(0), |index| index.timeline.tick(step.get()))
        })
    };
    let second_step = Signal::derive(move || {
        let now = now();
        second.with(|index| index.as_ref().map_or(0, |index| index.timeline.at(now)))
    });
    // Tasks are numbered by run: what is selected in one picture is, in the other, the transaction.
    let second_selection = RwSignal::new(Selection::None);
    Effect::new(move |_| {
        let wanted = match selection.get() {
            Selection::Key(_) | Selection::None => Selection::None,
            selected => first
                .with(|index| {
                    index
                        .as_ref()
                        .and_then(|index| index.selected_transaction(selected))
                })
                .map_or(Selection::None, Selection::Transaction),
        };
        if second_selection.get_untracked() != wanted {
            second_selection.set(wanted);
        }
    });
    Effect::new(move |_| {
        if let Selection::Task(task) = second_selection.get() {
            let tx = second.with_untracked(|index| {
                index
                    .as_ref()
                    .and_then(|index| index.task(task).map(|task| task.tx))
            });
            selection.set(tx.map_or(Selection::None, Selection::Transaction));
        }
    });
    let beside = Stage {
        picture: second,
        step: second_step,
        selection: second_selection,
        // The first picture frames for both.
        zoom_wishes: Signal::stored(0),
        ..stage
    };
    let heading = move |index: Signal<Option<Arc<ReplayIndex>>>| {
        index.with(|index| {
            index.as_ref().map(|index| {
                say!(
                    i18n.get_locale(),
                    compare_lanes,
                    scheduler = scheduler::title(index.replay.execution.scheduler),
                    lanes = index.recording().lanes,
                    ticks = format::whole(index.recording().end.0),
                    speedup = format::three_figures(sweep::speedup(&index.replay.summary))
                )
            })
        })
    };
    let summary = move || {
        let (both, first, second) = (both.get()?, first.get()?, second.get()?);
        if both.differences.is_empty() {
            return Some(t_string!(i18n, execution.compare_same).to_owned());
        }
        let only = both.only_one().map(|count| format::whole(count as u64));
        let ends = [&first, &second].map(|index| index.recording().end.0);
        Some(say!(
            i18n.get_locale(),
            compare_summary,
            count = format::whole(both.differences.len() as u64),
            first = only[0],
            second = only[1],
            ratio = format::percent(ends[1], ends[0])
        ))
    };
    let rows = Signal::derive(move || {
        let (Some(both), Some(index)) = (both.get(), first.get()) else {
            return Vec::new();
        };
        let rows = both.differences.iter().take(ROWS_MAX).map(|difference| {
            let name = wording::party(i18n.get_locale(), index.party(difference.tx));
            vec![
                name,
                difference.setbacks[0].to_string(),
                difference.setbacks[1].to_string(),
            ]
        });
        rows.collect()
    });
    let headings = Signal::derive(move || {
        vec![
            t_string!(i18n, execution.compare_transaction).to_owned(),
            t_string!(i18n, execution.compare_setbacks_first).to_owned(),
            t_string!(i18n, execution.compare_setbacks_second).to_owned(),
        ]
    });
    let choose = move |row: usize| {
        let tx = both.with_untracked(|both| Some(both.as_ref()?.differences.get(row)?.tx));
        if let Some(tx) = tx {
            selection.set(Selection::Transaction(tx));
        }
    };
    view! {
        <div class="compare">
            <h2>{move || t_string!(i18n, execution.compare_first)}" "<span class="note">{move || heading(first)}</span></h2>
            <LanePicture stage=stage comparison=comparison has_keys=true />
            <h2>{move || t_string!(i18n, execution.compare_second)}" "<span class="note">{move || heading(second)}</span></h2>
            <LanePicture stage=beside comparison=comparison />
            <p class="compare-summary">{summary}</p>
            <DiffList pictures=[first, second] selections=[selection, second_selection] />
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <Table
                    caption=Signal::derive(move || t_string!(i18n, execution.look_different_help).to_owned())
                    headings=headings
                    rows=rows
                    on_choose=Callback::new(choose)
                />
            </Show>
        </div>
    }
}
