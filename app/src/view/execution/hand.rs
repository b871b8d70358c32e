//! What hands and pointers find in the lanes.

use crate::i18n::*;
use crate::model::{ReplayIndex, Selection, format};
use crate::view::execution::wording::{self, say};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Whether a key is meant for a field or a dialog, not for the picture.
pub(crate) fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("dialog").ok().flatten().is_some()
    })
}

/// The task beside the selected one: along its lane, or on another lane at the same time.
pub(super) fn neighbour(
    index: &ReplayIndex,
    selection: Selection,
    along: i64,
    across: i64,
) -> Option<u32> {
    let Selection::Task(selected) = selection else {
        let tx = index.selected_transaction(selection);
        return tx.map_or_else(
            || (0..index.lanes.count()).find_map(|lane| index.lanes.of(lane).first().copied()),
            |tx| index.history.tasks_of(tx).first().copied(),
        );
    };
    let task = *index.task(selected)?;
    if across != 0 {
        let lane = u32::try_from(i64::from(task.lane.0) + across).ok()?;
        return index.lanes.at(
            index.recording(),
            lane,
            task.start.0,
            index.recording().end.0,
        );
    }
    let lane = index.lanes.of(task.lane.0);
    let place = lane.iter().position(|other| *other == selected)?;
    lane.get(usize::try_from(place as i64 + along).ok()?)
        .copied()
}

/// A task in a few words, for beside the pointer.
pub(super) fn describe(locale: Locale, index: &ReplayIndex, task: u32, step: u32) -> String {
    let Some(found) = index.task(task) else {
        return String::new();
    };
    let look = index.look(task, index.timeline.tick(step));
    let run = match found.kind {
        engine::trace::TaskKind::Execute => say!(locale, run_number, run = found.incarnation.0 + 1),
        engine::trace::TaskKind::Validate => {
            say!(locale, check_number, run = found.incarnation.0 + 1)
        }
    };
    let ticks = say!(
        locale,
        ticks_value,
        ticks = format::whole(found.end.0 - found.start.0)
    );
    format!(
        "{} · {run} · {} · {ticks}",
        wording::party(locale, index.party(found.tx)),
        wording::look_name(locale, look)
    )
}

/// Keeps `size` at the element's size in CSS pixels.
pub(crate) fn observe_size(host: NodeRef<html::Div>, size: RwSignal<(f64, f64)>) {
    let kept = StoredValue::new_local(
        None::<(web_sys::ResizeObserver, Closure<dyn FnMut(js_sys::Array)>)>,
    );
    Effect::new(move |_| {
        let Some(element) = host.get() else { return };
        let measured = element.clone();
        let closure = Closure::<dyn FnMut(js_sys::Array)>::new(move |_| {
            let now = (
                f64::from(measured.client_width()),
                f64::from(measured.client_height()),
            );
            if size.try_get_untracked().is_some_and(|before| before != now) {
                size.set(now);
            }
        });
        // Every browser that runs this program observes sizes; one that does not would draw nothing.
        if let Ok(observer) = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, closure)));
        }
    });
    on_cleanup(move || {
        let _ = kept.try_update_value(|kept| {
            if let Some((observer, _)) = kept.take() {
                observer.disconnect();
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;
    use std::sync::Arc;

    #[test]
    fn arrow_keys_walk_along_and_across_lanes() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(100, 4, 5)));
        let first = neighbour(&index, Selection::None, 1, 0).expect("the first lane has tasks");
        assert_eq!(first, index.lanes.of(0)[0]);
        let second = neighbour(&index, Selection::Task(first), 1, 0).expect("and more than one");
        assert_eq!(second, index.lanes.of(0)[1]);
        assert_eq!(
            neighbour(&index, Selection::Task(second), -1, 0),
            Some(first)
        );
        assert_eq!(neighbour(&index, Selection::Task(first), -1, 0), None);
        assert_eq!(neighbour(&index, Selection::Task(first), 0, -1), None);
        let below = neighbour(&index, Selection::Task(first), 0, 1).expect("there are four lanes");
        assert_eq!(index.task(below).map(|task| task.lane.0), Some(1));
    }

    #[test]
    fn a_task_is_described_with_units() {
        let index = ReplayIndex::new(Arc::new(fixture::replay(100, 4, 5)));
        let text = describe(Locale::en, &index, 0, index.timeline.len());
        assert!(
            text.starts_with("transaction 0 (transfer) · run 1 · ") && text.ends_with(" ticks"),
            "{text}"
        );
    }
}
