//! Paints a picture on a canvas, as sharp as the screen allows.

use crate::draw::mark::{Align, Batch, Fill, Picture, Shape};
use crate::draw::palette::{Ink, Palette};
use crate::draw::raster::{Colours, Raster};
use crate::draw::svg::{TILE, arrow};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// A canvas with its brushes: colours of the theme and the hatches made of them.
pub struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    palette: Palette,
    hatches: Vec<Option<CanvasPattern>>,
    raster: Raster,
    width: f64,
    height: f64,
    scale: f64,
}

impl Canvas {
    /// Takes hold of a canvas; none if the browser draws no canvases.
    pub fn new(element: HtmlCanvasElement, palette: Palette) -> Option<Self> {
        let context = element.get_context("2d").ok().flatten()?;
        let context = context.dyn_into::<CanvasRenderingContext2d>().ok()?;
        Some(Self {
            element,
            context,
            palette,
            hatches: vec![None; Ink::ALL.len()],
            raster: Raster::default(),
            width: 0.0,
            height: 0.0,
            scale: 0.0,
        })
    }

    /// Takes the colours of another theme.
    pub fn set_palette(&mut self, palette: Palette) {
        if palette != self.palette {
            self.palette = palette;
            self.hatches.fill(None);
        }
    }

    /// The colours in use.
    pub const fn palette(&self) -> &Palette {
        &self.palette
    }

    /// Sets the size in CSS pixels and device pixels per CSS pixel. Clears only if something changed.
    pub fn resize(&mut self, width: f64, height: f64, scale: f64) {
        let scale = scale.clamp(1.0, 4.0);
        if (self.width, self.height, self.scale) == (width, height, scale) {
            return;
        }
        (self.width, self.height, self.scale) = (width, height, scale);
        self.element.set_width((width * scale).round() as u32);
        self.element.set_height((height * scale).round() as u32);
        self.hatches.fill(None);
    }

    /// Paints a picture of few marks on a cleared canvas.
    pub fn paint(&mut self, picture: &Picture) {
        self.start(false);
        self.add(picture);
    }

    /// Paints a picture of thousands of rectangles on a cleared canvas: they become pixels here, and the
    /// browser gets them in one piece.
    pub fn paint_dense(&mut self, picture: &Picture) {
        if self.put_rects(picture).is_none() {
            // Colours that are not understood, or a browser without room: it has to paint by itself.
            return self.paint(picture);
        }
        self.lines(picture);
        self.labels(picture);
    }

    fn put_rects(&mut self, picture: &Picture) -> Option<()> {
        let colours = Colours::of(&self.palette)?;
        let (width, height) = (self.element.width(), self.element.height());
        self.raster.resize(width, height, self.scale);
        self.raster.paint(picture, &colours);
        let bytes = Clamped(self.raster.bytes());
        let image = ImageData::new_with_u8_clamped_array(bytes, self.raster.width()).ok()?;
        self.start(false);
        self.context.put_image_data(&image, 0.0, 0.0).ok()
    }

    /// Clears the canvas, to the theme's ground or to nothing.
    pub fn start(&mut self, has_ground: bool) {
        // Resetting the transform can only fail on values that are no numbers; these are.
        let _ = self
            .context
            .set_transform(self.scale, 0.0, 0.0, self.scale, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, self.width, self.height);
        if has_ground {
            self.context
                .set_fill_style_str(self.palette.colour(Ink::Paper));
            self.context.fill_rect(0.0, 0.0, self.width, self.height);
        }
    }

    /// Paints a picture over what is there.
    pub fn add(&mut self, picture: &Picture) {
        for batch in picture.batches() {
            self.batch(batch);
        }
        self.context.set_global_alpha(1.0);
        self.lines(picture);
        self.labels(picture);
    }

    fn batch(&mut self, batch: &Batch) {
        let context = &self.context;
        context.set_global_alpha(batch.fill.opacity());
        match batch.fill {
            Fill::Outline | Fill::Halo => {
                let inset = batch.fill.frame() / 2.0;
                context.set_stroke_style_str(self.palette.colour(batch.ink));
                context.set_line_width(batch.fill.frame());
                for rect in &batch.rects {
                    context.stroke_rect(
                        f64::from(rect.x) + inset,
                        f64::from(rect.y) + inset,
                        (f64::from(rect.width) - 2.0 * inset).max(0.1),
                        (f64::from(rect.height) - 2.0 * inset).max(0.1),
                    );
                }
                return;
            }
            Fill::Hatch => {
                let place = batch.ink as usize;
                if self.hatches[place].is_none() {
                    self.hatches[place] = self.hatch(batch.ink);
                }
                match &self.hatches[place] {
                    Some(pattern) => self.context.set_fill_style_canvas_pattern(pattern),
                    // Without patterns the ink alone has to do.
                    None => self
                        .context
                        .set_fill_style_str(self.palette.colour(batch.ink)),
                }
            }
            Fill::Solid | Fill::Light | Fill::Faint | Fill::Veil => {
                context.set_fill_style_str(self.palette.colour(batch.ink));
            }
        }
        for rect in &batch.rects {
            self.context.fill_rect(
                f64::from(rect.x),
                f64::from(rect.y),
                f64::from(rect.width),
                f64::from(rect.height),
            );
        }
    }

    fn lines(&self, picture: &Picture) {
        let context = &self.context;
        let point = |(x, y): (f32, f32)| (f64::from(x), f64::from(y));
        // Neighbours of one look are one stroke: a browser strokes ten lines as quickly as one.
        let mut look = None;
        for line in &picture.lines {
            let wanted = (line.ink, line.width.to_bits(), line.is_dashed);
            if look != Some(wanted) {
                if look.is_some() {
                    context.stroke();
                }
                look = Some(wanted);
                context.set_stroke_style_str(self.palette.colour(line.ink));
                context.set_line_width(f64::from(line.width));
                let _ = context.set_line_dash(&dashes(line.is_dashed));
                context.begin_path();
            }
            let (from, to) = (point(line.from), point(line.to));
            context.move_to(from.0, from.1);
            context.line_to(to.0, to.1);
            if line.has_arrow {
                for (x, y) in arrow(line).map(point) {
                    context.move_to(to.0, to.1);
                    context.line_to(x, y);
                }
            }
        }
        if look.is_some() {
            context.stroke();
        }
        let _ = context.set_line_dash(&dashes(false));
        for knot in &picture.knots {
            let (x, y) = point(knot.at);
            let radius = f64::from(knot.radius.max(0.0));
            let is_ring = knot.shape == Shape::Ring;
            context.begin_path();
            if knot.shape == Shape::Square {
                context.rect(x - radius, y - radius, 2.0 * radius, 2.0 * radius);
            } else {
                // Only a radius below zero is refused.
                let _ = context.arc(x, y, radius, 0.0, std::f64::consts::TAU);
            }
            let fill = if is_ring { Ink::Paper } else { knot.ink };
            context.set_fill_style_str(self.palette.colour(fill));
            context.fill();
            let edge = if is_ring { knot.ink } else { Ink::Paper };
            context.set_stroke_style_str(self.palette.colour(edge));
            context.set_line_width(if is_ring { 2.0 } else { 1.0 });
            context.stroke();
        }
    }

    fn labels(&self, picture: &Picture) {
        let context = &self.context;
        context.set_text_baseline("middle");
        let mut set: Option<(u32, bool)> = None;
        for label in &picture.labels {
            let wanted = (label.size.to_bits(), label.is_figure);
            if set != Some(wanted) {
                let family = if label.is_figure {
                    &self.palette.figure_font
                } else {
                    &self.palette.font
                };
                context.set_font(&format!("{}px {family}", label.size));
                set = Some(wanted);
            }
            context.set_fill_style_str(self.palette.colour(label.ink));
            context.set_text_align(match label.align {
                Align::Start => "left",
                Align::Middle => "center",
                Align::End => "right",
            });
            // Text that cannot be drawn leaves a picture without it, not a broken one.
            let _ = context.fill_text(&label.text, f64::from(label.x), f64::from(label.y));
        }
    }

    /// A tile of slanted stripes, made at the screen's own resolution.
    fn hatch(&self, ink: Ink) -> Option<CanvasPattern> {
        let document = web_sys::window()?.document()?;
        let tile = document
            .create_element("canvas")
            .ok()?
            .dyn_into::<HtmlCanvasElement>()
            .ok()?;
        let side = (f64::from(TILE) * self.scale).round().max(1.0);
        tile.set_width(side as u32);
        tile.set_height(side as u32);
        let context = tile
            .get_context("2d")
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        context.set_stroke_style_str(self.palette.colour(ink));
        context.set_line_width(side / 3.0);
        context.begin_path();
        for offset in [-side, 0.0, side] {
            context.move_to(offset - 1.0, side + 1.0);
            context.line_to(offset + side + 1.0, -1.0);
        }
        context.stroke();
        let pattern = self
            .context
            .create_pattern_with_html_canvas_element(&tile, "repeat")
            .ok()??;
        shrink(&pattern, f64::from(TILE) / side);
        Some(pattern)
    }
}

/// Tiles are made of device pixels; the canvas counts CSS pixels.
fn shrink(pattern: &CanvasPattern, factor: f64) {
    let matrix = js_sys::Object::new();
    for name in ["a", "d"] {
        let _ = js_sys::Reflect::set(
            &matrix,
            &JsValue::from_str(name),
            &JsValue::from_f64(factor),
        );
    }
    if let Ok(set) = js_sys::Reflect::get(pattern, &JsValue::from_str("setTransform"))
        && let Some(set) = set.dyn_ref::<js_sys::Function>()
    {
        // A browser that refuses draws a finer hatch.
        let _ = set.call1(pattern, &matrix);
    }
}

fn dashes(is_dashed: bool) -> JsValue {
    let lengths = js_sys::Array::new();
    if is_dashed {
        lengths.push(&JsValue::from_f64(4.0));
        lengths.push(&JsValue::from_f64(3.0));
    }
    lengths.into()
}
