//! The heat map: the hottest keys against time, in the same window as the lanes.

use crate::draw::canvas::Canvas;
use crate::draw::{Align, Fill, Ink, Palette, Picture, Rect};
use crate::i18n::*;
use crate::model::heat::Heat;
use crate::model::{Selection, format};
use crate::view::execution::layout::present;
use crate::view::execution::painter::root;
use crate::view::execution::stage::Stage;
use crate::view::execution::wording::say;
use leptos::prelude::*;
use leptos::{ev, html};

/// Keys shown.
const ROWS: usize = 8;
/// Height of a row in pixels.
const ROW: f32 = 22.0;
/// Least width of an interval in pixels.
const CELL: f32 = 8.0;
/// Characters of a key's name that have room.
const NAME_MAX: usize = 26;

/// Rows of keys, columns of time: the fuller a cell, the more the key was used; the hatched bar at its foot
/// grows with aborts and waits. Arrow keys walk, Enter selects the key.
#[component]
pub(super) fn HeatMap(
    /// The replay, the window of time, and what a hand does to them.
    stage: Stage,
) -> impl IntoView {
    let i18n = use_i18n();
    let Stage {
        picture,
        selection,
        window,
        appearance,
        ..
    } = stage;
    let canvas = NodeRef::<html::Canvas>::new();
    let width = RwSignal::new(0.0_f32);
    // Row and interval.
    let cursor = RwSignal::new(None::<(usize, u32)>);
    let measure = move || {
        if let Some(host) = canvas
            .get_untracked()
            .and_then(|canvas| canvas.parent_element())
        {
            width.set(host.client_width() as f32);
        }
    };
    let on_resize = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || on_resize.remove());
    let heat = Memo::new(move |_| {
        let index = picture.get()?;
        let room = (width.get() - name_width(width.get())).max(CELL);
        let projection = present(window.get(), index.recording().end.0, f64::from(room));
        let intervals = (room / CELL) as u32;
        Some(Heat::new(&index, ROWS, projection.range(), intervals))
    });
    let painter = StoredValue::new_local(None::<Canvas>);
    Effect::new(move |_| {
        let Some(element) = canvas.get() else { return };
        if width.get() == 0.0 {
            // The element has its size once the page has been laid out with it.
            return request_animation_frame(measure);
        }
        appearance.track();
        let Some(palette) = root().map(|root| Palette::read(&root)) else {
            return;
        };
        painter.update_value(|painter| {
            if painter.is_none() {
                *painter = Canvas::new(element, palette.clone());
            }
            let Some(painter) = painter else { return };
            painter.set_palette(palette);
            let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
            let (lit, at) = (selection.get(), cursor.get());
            heat.with(|heat| {
                let Some(heat) = heat else { return };
                let name_of = |key| {
                    picture.with_untracked(|picture| {
                        let index = picture.as_ref();
                        index.map_or_else(String::new, |index| index.key_name(key).to_owned())
                    })
                };
                let drawn = draw(heat, width.get(), lit, at, name_of);
                let height = heat.rows.len() as f32 * ROW;
                painter.resize(f64::from(width.get()), f64::from(height), scale);
                painter.paint(&drawn);
            });
        });
    });
    let under = move |event: &web_sys::MouseEvent| {
        heat.with_untracked(|heat| {
            let heat = heat.as_ref()?;
            let left = name_width(width.get_untracked());
            let row = (event.offset_y() as f32 / ROW) as usize;
            let across = (event.offset_x() as f32 - left) / (width.get_untracked() - left);
            let is_inside = row < heat.rows.len() && (0.0..1.0).contains(&across);
            is_inside.then_some((row, (across * heat.intervals as f32) as u32))
        })
    };
    let select = move |(row, _): (usize, u32)| {
        let key = heat.with_untracked(|heat| Some(heat.as_ref()?.rows.get(row)?.key));
        if let Some(key) = key {
            selection.set(Selection::Key(key));
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let Some((rows, last)) = heat.with_untracked(|heat| {
            let heat = heat.as_ref()?;
            Some((heat.rows.len().max(1), heat.intervals - 1))
        }) else {
            return;
        };
        let (row, interval) = cursor.get_untracked().unwrap_or((0, 0));
        let next = match event.key().as_str() {
            "ArrowRight" => (row, (interval + 1).min(last)),
            "ArrowLeft" => (row, interval.saturating_sub(1)),
            "ArrowDown" => ((row + 1).min(rows - 1), interval),
            "ArrowUp" => (row.saturating_sub(1), interval),
            "Enter" => {
                select((row, interval));
                return event.prevent_default();
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        cursor.set(Some(next));
    };
    let sentence = move || {
        let locale = i18n.get_locale();
        let (row, interval) = match cursor.get() {
            Some(cell) => cell,
            None => return Some(td_string!(locale, execution.heat_help).to_owned()),
        };
        heat.with(|heat| {
            let heat = heat.as_ref()?;
            let row = heat.rows.get(row)?;
            let interval = interval.min(heat.intervals - 1);
            let (from, to) = heat.span(interval);
            let name = picture.with(|picture| Some(picture.as_ref()?.key_name(row.key).to_owned()));
            let count = |counts: &[u32]| format::whole(u64::from(counts[interval as usize]));
            Some(say!(
                locale,
                heat_cell,
                key = name.unwrap_or_default(),
                from = format::whole(from),
                to = format::whole(to),
                accesses = count(&row.accesses),
                conflicts = count(&row.conflicts)
            ))
        })
    };
    view! {
        <div class="heat">
            <div
                class="heat-picture"
                role="group"
                tabindex="0"
                aria-label=move || t_string!(i18n, execution.heat_label)
                on:keydown=on_key
            >
                <canvas
                    node_ref=canvas
                    aria-hidden="true"
                    style:width=move || format!("{}px", width.get())
                    style:height=move || format!("{}px", heat.with(|heat| heat.as_ref().map_or(0.0, |heat| heat.rows.len() as f32 * ROW)))
                    on:mousemove=move |event| cursor.set(under(&event))
                    on:mouseleave=move |_| cursor.set(None)
                    on:click=move |event| {
                        if let Some(cell) = under(&event) {
                            select(cell);
                        }
                    }
                ></canvas>
            </div>
            <p class="heat-note" aria-live="polite">{sentence}</p>
        </div>
    }
}

/// Room for names: less on a phone.
fn name_width(width: f32) -> f32 {
    (width * 0.3).min(190.0)
}

fn draw(
    heat: &Heat,
    width: f32,
    selection: Selection,
    cursor: Option<(usize, u32)>,
    name_of: impl Fn(u32) -> String,
) -> Picture {
    let mut picture = Picture::default();
    // What is painted over what.
    for (ink, fill) in [
        (Ink::Hairline, Fill::Faint),
        (Ink::Executing, Fill::Faint),
        (Ink::Executing, Fill::Light),
        (Ink::Executing, Fill::Solid),
        (Ink::Paper, Fill::Solid),
        (Ink::Aborted, Fill::Solid),
        (Ink::Text, Fill::Outline),
    ] {
        picture.layer(ink, fill);
    }
    let left = name_width(width);
    let cell = (width - left) / heat.intervals as f32;
    let letters = ((left / 7.0) as usize).min(NAME_MAX);
    for (place, row) in heat.rows.iter().enumerate() {
        let top = place as f32 * ROW;
        let body = Rect::new(left, top, width - left, ROW - 2.0);
        picture.rect(Ink::Hairline, Fill::Faint, body);
        for interval in 0..heat.intervals as usize {
            let x = left + interval as f32 * cell;
            let at = |y: f32, height: f32| Rect::new(x, y, cell - 1.0, height);
            let fill = match level(row.accesses[interval], heat.most_accesses) {
                0 => None,
                1 => Some(Fill::Faint),
                2 => Some(Fill::Light),
                _ => Some(Fill::Solid),
            };
            if let Some(fill) = fill {
                picture.rect(Ink::Executing, fill, at(top, ROW - 2.0));
            }
            let conflicts = level(row.conflicts[interval], heat.most_conflicts);
            if conflicts > 0 {
                let height = f32::from(conflicts) * (ROW - 2.0) / 4.0;
                let foot = at(top + ROW - 2.0 - height, height);
                picture.rect(Ink::Paper, Fill::Solid, foot);
                picture.rect(Ink::Aborted, Fill::Solid, foot);
            }
        }
        let is_lit = selection == Selection::Key(row.key);
        let mut name = name_of(row.key);
        if name.chars().count() > letters {
            name = name.chars().take(letters.saturating_sub(1)).collect();
            name.push('…');
        }
        let ink = if is_lit { Ink::Text } else { Ink::TextSoft };
        picture.label(ink, 12.0, (0.0, top + ROW / 2.0 - 1.0), Align::Start, name);
        if is_lit {
            picture.rect(Ink::Text, Fill::Outline, body);
        }
        if let Some((_, interval)) = cursor.filter(|(at, _)| *at == place) {
            let x = left + interval as f32 * cell;
            let frame = Rect::new(x - 1.0, top, cell + 1.0, ROW - 2.0);
            picture.rect(Ink::Text, Fill::Outline, frame);
        }
    }
    picture
}

/// How much of the most, in three steps; 0 only for nothing.
fn level(count: u32, most: u32) -> u8 {
    (count * 3).div_ceil(most.max(1)).min(3) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ReplayIndex, fixture};
    use std::sync::Arc;

    #[test]
    fn every_cell_with_accesses_or_conflicts_has_a_mark() {
        assert_eq!(
            [0, 1, 4, 7, 9].map(|count| level(count, 9)),
            [0, 1, 2, 3, 3]
        );
        let index = ReplayIndex::new(Arc::new(fixture::replay(300, 8, 4)));
        let heat = Heat::new(&index, 4, (0, index.recording().end.0), 30);
        let drawn = draw(&heat, 500.0, Selection::None, None, |key| {
            format!("slot {key}")
        });
        let count = |counts: fn(&crate::model::heat::Row) -> &Vec<u32>| {
            let cells = heat.rows.iter().flat_map(counts);
            cells.filter(|count| **count > 0).count()
        };
        let expected =
            heat.rows.len() + count(|row| &row.accesses) + 2 * count(|row| &row.conflicts);
        assert_eq!(drawn.rect_count(), expected);
        let marked = Some((1, 3));
        let drawn = draw(
            &heat,
            500.0,
            Selection::Key(heat.rows[0].key),
            marked,
            |_| String::new(),
        );
        assert_eq!(drawn.rect_count(), expected + 2);
    }
}
