//! The two canvases of a diagram: the run below, what changes all the time above.

use super::diagram::Frame;
use super::overlay::Lights;
use super::scene::Scene;
use crate::draw::canvas::Canvas;
use crate::draw::{Palette, Picture};
use crate::i18n::*;
use crate::store::agreement::Ghost;
use engine::primitives::Micros;
use leptos::html;
use leptos::prelude::*;

/// What paints, with the room it uses again from frame to frame.
struct Painter {
    below: Canvas,
    above: Canvas,
    picture: Picture,
    overlay: Picture,
}

/// What has to be painted in the next frame.
#[derive(Clone, Copy, Default)]
struct Due {
    is_asked: bool,
    has_new_run: bool,
    has_new_colours: bool,
}

/// Paints in the next frame after anything changed: the run only if it did, what lies over it always.
pub(super) fn paint(frame: Frame, below: NodeRef<html::Canvas>, above: NodeRef<html::Canvas>) {
    let sight = frame.sight;
    let painter = StoredValue::new_local(None::<Painter>);
    let due = StoredValue::new(Due::default());
    let draw = move || {
        let Some(asked) = due.try_get_value() else {
            return;
        };
        due.set_value(Due::default());
        let (Some((index, rows, window)), Some(at)) = (frame.shown(), sight.at.try_get_untracked())
        else {
            return;
        };
        let pick = sight.pick.get_untracked();
        let lights = Lights {
            pick,
            lit: index.lit(pick, sight.is_whole.get_untracked()),
            hovered: frame.hovered.get_untracked(),
            lasso: frame.lasso.get_untracked(),
        };
        let ghost = sight.ghost.get_untracked();
        let node_word = td_string!(frame.i18n.get_locale_untracked(), consensus.node);
        let scene = Scene {
            index: &index,
            window,
            rows,
            node_word,
        };
        let _ = painter.try_update_value(|painter| {
            let is_new = painter.is_none();
            if is_new {
                *painter = open(below, above);
            }
            if let Some(painter) = painter {
                painter.paint(&scene, ghost.as_ref(), Micros(at), &lights, asked, is_new);
            }
        });
    };
    let request = move |wanted: Due| {
        let is_asked = due.with_value(|due| due.is_asked);
        due.update_value(|due| {
            due.is_asked = true;
            due.has_new_run |= wanted.has_new_run;
            due.has_new_colours |= wanted.has_new_colours;
        });
        if !is_asked {
            request_animation_frame(draw);
        }
    };
    Effect::new(move |_| {
        sight.picture.with(|_| ());
        sight.ghost.with(|_| ());
        sight.window.track();
        frame.size.track();
        request(Due {
            has_new_run: true,
            ..Due::default()
        });
    });
    Effect::new(move |_| {
        sight.appearance.get();
        request(Due {
            has_new_run: true,
            has_new_colours: true,
            ..Due::default()
        });
    });
    Effect::new(move |_| {
        sight.at.with(|_| ());
        sight.pick.track();
        sight.is_whole.with(|_| ());
        frame.hovered.track();
        frame.lasso.track();
        request(Due::default());
    });
}

impl Painter {
    fn paint(
        &mut self,
        scene: &Scene<'_>,
        ghost: Option<&Ghost>,
        now: Micros,
        lights: &Lights,
        due: Due,
        is_new: bool,
    ) {
        if due.has_new_colours
            && let Some(root) = document().body()
        {
            let palette = Palette::read(&root);
            self.below.set_palette(palette.clone());
            self.above.set_palette(palette);
        }
        let scale = window().device_pixel_ratio();
        let (width, height) = (f64::from(scene.rows.width), f64::from(scene.rows.height));
        self.below.resize(width, height, scale);
        self.above.resize(width, height, scale);
        if due.has_new_run || is_new {
            self.picture.clear();
            scene.paint(&mut self.picture, ghost);
            self.below.paint(&self.picture);
        }
        self.overlay.clear();
        scene.paint_overlay(&mut self.overlay, now, lights);
        self.above.paint(&self.overlay);
    }
}

fn open(below: NodeRef<html::Canvas>, above: NodeRef<html::Canvas>) -> Option<Painter> {
    let palette = Palette::read(&document().body()?);
    Some(Painter {
        below: Canvas::new(below.get_untracked()?, palette.clone())?,
        above: Canvas::new(above.get_untracked()?, palette)?,
        picture: Picture::default(),
        overlay: Picture::default(),
    })
}
