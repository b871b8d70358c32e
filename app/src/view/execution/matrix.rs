//! The conflict matrix by place: which part of the block made which part wait or run again.

use crate::i18n::*;
use crate::model::conflict::Matrix;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::wording::say;
use engine::primitives::TxIndex;
use leptos::prelude::*;
use std::sync::Arc;

/// Side of a cell in the picture's own units.
const CELL: f32 = 10.0;

/// Bins of neighbouring transactions against each other: rows did it, columns suffered. The size of a
/// square is how often, so it reads without colour. Arrow keys walk, Enter selects the first victim.
#[component]
pub(super) fn PlaceMatrix(
    /// The replay.
    #[prop(into)]
    picture: Signal<Option<Arc<ReplayIndex>>>,
    /// What is selected; lights its row and column up.
    selection: RwSignal<Selection>,
    /// The transaction under the pointer, here or elsewhere.
    hovered: RwSignal<Option<TxIndex>>,
) -> impl IntoView {
    let i18n = use_i18n();
    // Culprit's and victim's bin.
    let cursor = RwSignal::new(None::<(u32, u32)>);
    let bins = Memo::new(move |_| {
        picture.with(|picture| picture.as_ref().map_or(0, |index| index.matrix.bins))
    });
    let squares =
        move || picture.with(|picture| picture.as_ref().map(|index| squares(&index.matrix)));
    let lit_bin = move || {
        picture.with(|picture| {
            let index = picture.as_ref()?;
            let tx = hovered
                .get()
                .or_else(|| index.selected_transaction(selection.get()))?;
            Some(index.matrix.bin(tx))
        })
    };
    let select = move |(culprit, victim): (u32, u32)| {
        let task = picture.with_untracked(|picture| {
            let index = picture.as_ref()?;
            let (matrix, mut hops) = (&index.matrix, index.history.hops().iter());
            let hop = hops.find(|hop| {
                matrix.bin(hop.culprit) == culprit && matrix.bin(hop.victim) == victim
            })?;
            Some(hop.task)
        });
        if let Some(task) = task {
            selection.set(Selection::Task(task));
        }
    };
    let under = move |event: &web_sys::MouseEvent| {
        let element = event_current_target(event)?;
        let bounds = element.get_bounding_client_rect();
        let count = f64::from(bins.get_untracked());
        let cell = |at: f64, length: f64| {
            let place = (at / length.max(1.0) * count).floor();
            (0.0..count).contains(&place).then_some(place as u32)
        };
        let victim = cell(f64::from(event.client_x()) - bounds.left(), bounds.width())?;
        let culprit = cell(f64::from(event.client_y()) - bounds.top(), bounds.height())?;
        Some((culprit, victim))
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let last = bins.get_untracked().saturating_sub(1);
        let (culprit, victim) = cursor.get_untracked().unwrap_or((0, 0));
        let next = match event.key().as_str() {
            "ArrowRight" => (culprit, (victim + 1).min(last)),
            "ArrowLeft" => (culprit, victim.saturating_sub(1)),
            "ArrowDown" => ((culprit + 1).min(last), victim),
            "ArrowUp" => (culprit.saturating_sub(1), victim),
            "Enter" => {
                select((culprit, victim));
                return event.prevent_default();
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        cursor.set(Some(next));
    };
    let side = move || bins.get().max(1) as f32 * CELL;
    let sentence = move || {
        let cell = cursor.get()?;
        picture.with(|picture| {
            picture
                .as_ref()
                .map(|index| describe(i18n.get_locale(), &index.matrix, cell))
        })
    };
    view! {
        <div class="matrix-host">
                <div class="matrix-body">
                    <span class="matrix-axis matrix-rows" aria-hidden="true">{move || t_string!(i18n, execution.matrix_rows)}</span>
                    <div
                        class="matrix-picture"
                        role="group"
                        tabindex="0"
                        aria-label=move || t_string!(i18n, execution.matrix_label)
                        on:keydown=on_key
                        on:mousemove=move |event| cursor.set(under(&event))
                        on:mouseleave=move |_| cursor.set(None)
                        on:click=move |event| {
                            if let Some(cell) = under(&event) {
                                select(cell);
                            }
                        }
                    >
                        <svg viewBox=move || format!("0 0 {0} {0}", side()) aria-hidden="true">
                            <path class="matrix-ground" d=move || format!("M0,0H{0}V{0}z", side()) />
                            {move || lit_bin().map(|bin| view! {
                                <rect class="matrix-lit" x=0 y=bin as f32 * CELL width=side() height=CELL />
                                <rect class="matrix-lit" y=0 x=bin as f32 * CELL width=CELL height=side() />
                            })}
                            <path class="matrix-cells" d=squares />
                            {move || cursor.get().map(|(culprit, victim)| view! {
                                <rect class="matrix-cursor" x=victim as f32 * CELL y=culprit as f32 * CELL width=CELL height=CELL />
                            })}
                        </svg>
                    </div>
                    <span class="matrix-axis matrix-columns" aria-hidden="true">{move || t_string!(i18n, execution.matrix_columns)}</span>
                </div>
            <p class="matrix-note" aria-live="polite">{sentence}</p>
        </div>
    }
}

fn event_current_target(event: &web_sys::MouseEvent) -> Option<web_sys::Element> {
    use wasm_bindgen::JsCast;
    event.current_target()?.dyn_into::<web_sys::Element>().ok()
}

/// One square a cell, its area by how often.
fn squares(matrix: &Matrix) -> String {
    use std::fmt::Write;
    let mut path = String::new();
    for culprit in 0..matrix.bins {
        for victim in culprit..matrix.bins {
            let level = matrix.level(culprit, victim);
            if level > 0 {
                let side = [0.0, 3.0, 5.0, 7.0, 9.0][usize::from(level.min(4))];
                let inset = (CELL - side) / 2.0;
                // Writing to a string cannot fail.
                let _ = write!(
                    path,
                    "M{},{}h{side}v{side}h-{side}z",
                    victim as f32 * CELL + inset,
                    culprit as f32 * CELL + inset
                );
            }
        }
    }
    path
}

fn describe(locale: Locale, matrix: &Matrix, (culprit, victim): (u32, u32)) -> String {
    let (from, to) = matrix.range(culprit);
    let (first, last) = matrix.range(victim);
    let number = |number: u32| format::whole(u64::from(number));
    say!(
        locale,
        matrix_cell,
        from = number(from),
        to = number(to.saturating_sub(1)),
        first = number(first),
        last = number(last.saturating_sub(1)),
        count = number(matrix.count(culprit, victim))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn one_square_for_every_cell_that_counts() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(500, 8, 3)));
        let matrix = &index.matrix;
        let cells = (0..matrix.bins)
            .flat_map(|culprit| (0..matrix.bins).map(move |victim| (culprit, victim)));
        let counting = cells
            .filter(|(culprit, victim)| matrix.count(*culprit, *victim) > 0)
            .count();
        assert_eq!(squares(matrix).matches('M').count(), counting);
        assert!(
            describe(Locale::en, matrix, (0, 23)).starts_with("Transactions 0–20 made 480–499 ")
        );
    }
}
