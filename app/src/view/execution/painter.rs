//! The two canvases of the lanes: bars below, playhead and selection above.

use crate::draw::canvas::Canvas;
use crate::draw::{Palette, Picture};
use crate::model::lane::Column;
use crate::view::execution::lane_marks::Scene;
use crate::view::execution::overlay::Lit;
use engine::primitives::Tick;
use leptos::html;
use leptos::prelude::*;

/// What paints, with the room it uses again from frame to frame.
pub(super) struct Painter {
    below: Canvas,
    above: Canvas,
    picture: Picture,
    overlay: Picture,
    columns: Vec<Column>,
    /// The tick for which the bars were last painted.
    painted: Option<Tick>,
}

/// What has to be painted in the next frame.
#[derive(Clone, Copy, Default)]
pub(super) struct Due {
    /// Whether a frame has been asked for.
    pub(super) is_asked: bool,
    /// Whether replay, window or size changed.
    pub(super) has_new_bars: bool,
    /// Whether the theme changed.
    pub(super) has_new_colours: bool,
}

impl Painter {
    /// Paints what is due.
    pub(super) fn paint(&mut self, scene: &Scene<'_>, lit: Lit, due: Due) {
        if due.has_new_colours
            && let Some(root) = root()
        {
            let palette = Palette::read(&root);
            self.below.set_palette(palette.clone());
            self.above.set_palette(palette);
        }
        let scale = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let (width, height) = (
            f64::from(scene.layout.width),
            f64::from(scene.layout.height),
        );
        self.below.resize(width, height, scale);
        self.above.resize(width, height, scale);
        // Bars know the playhead; shares do not, and stay as they are while time runs.
        let is_moved = self.painted != Some(scene.now) && scene.is_detailed();
        if due.has_new_bars || is_moved || self.painted.is_none() {
            self.picture.clear();
            scene.paint(&mut self.picture, &mut self.columns);
            self.below.paint_dense(&self.picture);
            self.painted = Some(scene.now);
        }
        self.overlay.clear();
        scene.paint_overlay(&mut self.overlay, lit);
        self.above.paint(&self.overlay);
    }
}

/// Takes hold of both canvases; none before they are in the page.
pub(super) fn open(below: NodeRef<html::Canvas>, above: NodeRef<html::Canvas>) -> Option<Painter> {
    let palette = Palette::read(&root()?);
    Some(Painter {
        below: Canvas::new(below.get_untracked()?, palette.clone())?,
        above: Canvas::new(above.get_untracked()?, palette)?,
        picture: Picture::default(),
        overlay: Picture::default(),
        columns: Vec::new(),
        painted: None,
    })
}

/// The element on which the theme's colours hold.
pub(super) fn root() -> Option<web_sys::HtmlElement> {
    web_sys::window()?.document()?.body()
}
