//! Paints pictures of recorded blocks as SVG; the environment can name a folder to keep them in.

use crate::draw::palette::from_style_sheet;
use crate::draw::{Fill, Ink, Picture, svg};
use crate::i18n::Locale;
use crate::model::{Projection, ReplayIndex, Selection, fixture};
use crate::view::execution::lane_marks::Scene;
use crate::view::execution::layout::Layout;
use crate::view::execution::overlay::Lit;
use crate::view::execution::wording::Words;
use engine::primitives::Tick;
use std::sync::Arc;

fn paint(
    name: &str,
    index: &ReplayIndex,
    zoom: f64,
    played: f64,
    selection: Selection,
    is_dark: bool,
) -> Picture {
    let layout = Layout::new(736.0, 380.0, index.recording().lanes);
    let end = index.recording().end.0;
    let projection = Projection::fit(end, layout.time_width());
    let projection = projection.zoomed(zoom, layout.time_width() * 0.45);
    let now = (projection.left + (projection.right() - projection.left) * played) as u64;
    let scene = Scene {
        index,
        projection: &projection,
        layout: &layout,
        words: &Words::new(Locale::en),
        now: Tick(now),
        comparison: None,
    };
    let mut picture = Picture::default();
    scene.paint(&mut picture, &mut Vec::new());
    let mut overlay = Picture::default();
    scene.paint_overlay(
        &mut overlay,
        Lit {
            selection,
            hovered: None,
        },
    );
    if let Ok(folder) = std::env::var("INTERLEAVE_PICTURES") {
        let palette = from_style_sheet(is_dark);
        let both = svg::document(&[&picture, &overlay], &palette, 736.0, 380.0, name);
        std::fs::write(format!("{folder}/{name}.svg"), both).expect("the folder can be written");
    }
    picture
}

#[test]
fn a_close_look_draws_every_task_and_its_state() {
    let index = ReplayIndex::new(Arc::new(fixture::replay(400, 8, 5)));
    let task = (0..index.recording().tasks.len() as u32)
        .filter(|task| {
            matches!(
                index.task(*task).map(|task| task.outcome),
                Some(engine::trace::Outcome::Aborted { .. })
            )
        })
        .find(|task| {
            index
                .task(*task)
                .is_some_and(|task| task.start.0 * 100 > index.recording().end.0 * 42)
        })
        .expect("a contended block aborts");
    let picture = paint("close", &index, 9.0, 0.6, Selection::Task(task), false);
    paint("close-dark", &index, 9.0, 0.6, Selection::Task(task), true);
    let has = |ink, fill| {
        picture
            .batches()
            .any(|batch| batch.ink == ink && batch.fill == fill)
    };
    assert!(has(Ink::Executing, Fill::Solid) && has(Ink::Executing, Fill::Faint));
    assert!(has(Ink::Aborted, Fill::Hatch) && has(Ink::Committed, Fill::Solid));
    assert!(has(Ink::Validating, Fill::Solid));
    assert!(!picture.labels.is_empty());
}

#[test]
fn ten_thousand_transactions_fit_in_a_bounded_number_of_marks() {
    let index = ReplayIndex::new(Arc::new(fixture::replay(10_000, 8, 64)));
    let picture = paint("whole", &index, 1.0, 0.7, Selection::None, false);
    paint("whole-dark", &index, 1.0, 0.7, Selection::None, true);
    assert!(index.recording().tasks.len() > 20_000);
    assert!(
        picture.rect_count() < 8 * 5 * 736,
        "{}",
        picture.rect_count()
    );
    let crowd = ReplayIndex::new(Arc::new(fixture::replay(10_000, 256, 512)));
    let picture = paint("crowd", &crowd, 1.0, 1.0, Selection::None, false);
    assert!(picture.rect_count() < 4 * 736 + 64);
    let many = ReplayIndex::new(Arc::new(fixture::replay(10_000, 64, 512)));
    paint("many", &many, 1.0, 0.5, Selection::None, false);
}
