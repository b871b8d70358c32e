//! The picture of the lanes as a file.

use crate::draw::canvas::Canvas;
use crate::draw::{Align, Fill, Ink, Palette, Picture, Rect, svg};
use crate::i18n::Locale;
use crate::model::{Projection, ReplayIndex, Selection, format, sweep};
use crate::view::execution::lane_marks::Scene;
use crate::view::execution::layout::{Layout, present};
use crate::view::execution::overlay::Lit;
use crate::view::execution::painter::root;
use crate::view::execution::wording::{Words, say};
use leptos::prelude::Callable;
use leptos::prelude::Callback;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

const WIDTH: f32 = 1280.0;
const HEIGHT: f32 = 720.0;
/// Room for title and figures.
const HEAD: f32 = 64.0;
/// Room for the key of shapes.
const FOOT: f32 = 36.0;
/// Device pixels of a PNG for one CSS pixel.
const PNG_SCALE: f64 = 2.0;

/// What to put in the file: a replay at a moment, seen through a window.
#[derive(Clone, Copy)]
pub struct Shot<'a> {
    /// The replay.
    pub index: &'a ReplayIndex,
    /// The step number of the playhead.
    pub step: u32,
    /// What is selected.
    pub selection: Selection,
    /// The window of time; none shows the whole block.
    pub window: Option<Projection>,
    /// The language.
    pub locale: Locale,
}

impl Shot<'_> {
    /// The marks of the file: lanes, what lies over them, and title and key.
    fn pictures(&self) -> [Picture; 3] {
        let index = self.index;
        let layout = Layout::new(WIDTH - 32.0, HEIGHT - HEAD - FOOT, index.recording().lanes);
        let projection = present(self.window, index.recording().end.0, layout.time_width());
        let scene = Scene {
            index,
            projection: &projection,
            layout: &layout,
            words: &Words::new(self.locale),
            now: index.timeline.tick(self.step),
            comparison: None,
        };
        let (mut below, mut above) = (Picture::default(), Picture::default());
        scene.paint(&mut below, &mut Vec::new());
        let lit = Lit {
            selection: self.selection,
            hovered: None,
        };
        scene.paint_overlay(&mut above, lit);
        below.shift(16.0, HEAD);
        above.shift(16.0, HEAD);
        [below, above, self.frame()]
    }

    fn frame(&self) -> Picture {
        let mut picture = Picture::default();
        let summary = &self.index.replay.summary;
        let caption = say!(
            self.locale,
            export_caption,
            transactions = format::whole(u64::from(summary.transactions)),
            speedup = format::three_figures(sweep::speedup(summary)),
            aborts = format::whole(u64::from(summary.aborts))
        );
        picture.label(Ink::Text, 20.0, (16.0, 24.0), Align::Start, self.title());
        picture.label(Ink::TextSoft, 14.0, (16.0, 48.0), Align::Start, caption);
        let mut x = 16.0;
        for shape in super::legend::SHAPES {
            if !shape.can_appear(self.index) {
                continue;
            }
            let y = HEIGHT - FOOT / 2.0;
            shape.draw(&mut picture, Rect::new(x, y - 8.0, 26.0, 16.0));
            let name = shape.name(self.locale);
            picture.label(Ink::Text, 13.0, (x + 34.0, y), Align::Start, name);
            x += 62.0 + name.chars().count() as f32 * 7.5;
        }
        picture.layer(Ink::Paper, Fill::Solid);
        picture
    }

    fn title(&self) -> String {
        say!(
            self.locale,
            export_title,
            block = self.index.replay.block + 1,
            scheduler = super::scheduler::title(self.index.replay.execution.scheduler),
            lanes = self.index.recording().lanes,
            step = format::whole(u64::from(self.step))
        )
    }

    /// The picture as an SVG document in the page's present colours; none outside a page.
    pub fn svg(&self) -> Option<String> {
        let palette = Palette::read(&root()?);
        let pictures = self.pictures();
        let title = self.title();
        Some(svg::document(
            &[&pictures[0], &pictures[1], &pictures[2]],
            &palette,
            WIDTH,
            HEIGHT,
            &title,
        ))
    }

    /// The picture as a PNG of 2560 × 1440 in the page's present colours, given to `done`; nothing happens
    /// in a browser that makes none.
    pub fn png(&self, done: Callback<web_sys::Blob>) -> Option<()> {
        let root = root()?;
        let document = root.owner_document()?;
        let element = document
            .create_element("canvas")
            .ok()?
            .dyn_into::<web_sys::HtmlCanvasElement>()
            .ok()?;
        let mut canvas = Canvas::new(element.clone(), Palette::read(&root))?;
        canvas.resize(f64::from(WIDTH), f64::from(HEIGHT), PNG_SCALE);
        canvas.start(true);
        for picture in &self.pictures() {
            canvas.add(picture);
        }
        let callback = Closure::once_into_js(move |blob: Option<web_sys::Blob>| {
            if let Some(blob) = blob {
                done.run(blob);
            }
        });
        element.to_blob(callback.unchecked_ref()).ok()
    }
}
