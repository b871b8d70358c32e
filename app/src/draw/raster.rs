//! Paints rectangles into pixels: thousands of them cost a browser's canvas a frame, and these a fraction.
//!
//! Edges between two pixels cover both in part, as on a canvas. Colours mix in eight bits, source over.

use crate::draw::mark::{Batch, Fill, Picture, Rect};
use crate::draw::palette::{Ink, Palette};
use crate::draw::svg::TILE;

/// Red, green, blue.
type Colour = [u8; 3];

/// Stripes are sampled this often along each side of a pixel.
const SAMPLES: usize = 4;

/// The colours of one theme as numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Colours(Vec<Colour>);

impl Colours {
    /// The palette's colours; none if one of them is written in a way that is not read here.
    pub fn of(palette: &Palette) -> Option<Self> {
        let colours = Ink::ALL.iter().map(|ink| parse(palette.colour(*ink)));
        colours.collect::<Option<Vec<_>>>().map(Self)
    }

    fn get(&self, ink: Ink) -> Colour {
        self.0.get(ink as usize).copied().unwrap_or_default()
    }
}

/// Reads `#rgb`, `#rrggbb` and opaque `rgb(…)`: what browsers answer for a colour in use.
fn parse(text: &str) -> Option<Colour> {
    if let Some(digits) = text.strip_prefix('#') {
        let digit = |at: usize| u8::from_str_radix(digits.get(at..=at)?, 16).ok();
        let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        return match digits.len() {
            3 => Some([digit(0)? * 17, digit(1)? * 17, digit(2)? * 17]),
            6 => Some([pair(0)?, pair(2)?, pair(4)?]),
            _ => None,
        };
    }
    let inside = text.strip_prefix("rgb(")?.strip_suffix(')')?;
    let mut parts = inside
        .split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok());
    let colour = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(colour)
}

/// Pixels of a picture's size, straight red, green, blue and opacity.
#[derive(Clone, Default, Debug)]
pub struct Raster {
    width: usize,
    height: usize,
    scale: f32,
    pixels: Vec<[u8; 4]>,
    /// How much of each pixel of a tile the hatch's stripes cover, row after row.
    stripes: Vec<u8>,
}

impl Raster {
    /// Takes a size in device pixels and how many of them a CSS pixel has. Nothing is painted yet.
    pub fn resize(&mut self, width: u32, height: u32, scale: f64) {
        (self.width, self.height) = (width as usize, height as usize);
        self.scale = scale as f32;
        let side = (f64::from(TILE) * scale).round().max(1.0) as usize;
        if self.stripes.len() != side * side {
            self.stripes = stripes(side);
        }
    }

    /// Paints a picture's rectangles on nothing; its lines and labels are left out.
    pub fn paint(&mut self, picture: &Picture, colours: &Colours) {
        self.pixels.clear();
        self.pixels.resize(self.width * self.height, [0; 4]);
        for batch in picture.batches() {
            self.batch(batch, colours.get(batch.ink));
        }
    }

    /// Red, green, blue and opacity of every pixel, row after row.
    pub fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// Width in device pixels.
    pub const fn width(&self) -> u32 {
        self.width as u32
    }

    fn batch(&mut self, batch: &Batch, colour: Colour) {
        let opacity = batch.fill.opacity() as f32;
        let frame = batch.fill.frame() as f32;
        for rect in &batch.rects {
            match batch.fill {
                Fill::Outline | Fill::Halo => {
                    for side in sides(*rect, frame) {
                        self.fill(side, colour, opacity, false);
                    }
                }
                Fill::Hatch => self.fill(*rect, colour, opacity, true),
                Fill::Solid | Fill::Light | Fill::Faint | Fill::Veil => {
                    self.fill(*rect, colour, opacity, false);
                }
            }
        }
    }

    fn fill(&mut self, rect: Rect, colour: Colour, opacity: f32, is_hatched: bool) {
        let (left, right) = span(rect.x, rect.width, self.scale, self.width);
        let (top, bottom) = span(rect.y, rect.height, self.scale, self.height);
        if left >= right || top >= bottom {
            return;
        }
        let side = self.stripes.len().isqrt();
        for y in top as usize..bottom.ceil() as usize {
            let strength = covered(y, top, bottom) * opacity * 255.0;
            let (first, end) = (left as usize, right.ceil() as usize);
            let row = &mut self.pixels[y * self.width + first..y * self.width + end];
            for (x, pixel) in (first..end).zip(row) {
                let mut strength = strength * covered(x, left, right);
                if is_hatched {
                    let stripe = self.stripes[y % side * side + x % side];
                    strength *= f32::from(stripe) / 255.0;
                }
                over(pixel, colour, (strength + 0.5) as u32);
            }
        }
    }
}

/// From where to where a length reaches in device pixels, within `0..limit`.
fn span(from: f32, length: f32, scale: f32, limit: usize) -> (f32, f32) {
    let within = |at: f32| (at * scale).clamp(0.0, limit as f32);
    (within(from), within(from + length))
}

/// The share of a pixel between two edges.
fn covered(pixel: usize, from: f32, to: f32) -> f32 {
    let pixel = pixel as f32;
    (to.min(pixel + 1.0) - from.max(pixel)).clamp(0.0, 1.0)
}

/// Mixes a colour of an opacity of 0 to 255 over a pixel (Porter and Duff, 1984: source over).
fn over(pixel: &mut [u8; 4], colour: Colour, strength: u32) {
    let below = u32::from(pixel[3]);
    if strength == 0 {
        return;
    }
    if strength >= 255 || below == 0 {
        *pixel = [colour[0], colour[1], colour[2], strength.min(255) as u8];
        return;
    }
    // Both shares are of 255 × 255, and so is their sum.
    let (above, below) = (strength * 255, below * (255 - strength));
    let whole = above + below;
    for (part, colour) in pixel.iter_mut().zip(colour) {
        let mixed = u32::from(colour) * above + u32::from(*part) * below;
        *part = ((mixed + whole / 2) / whole) as u8;
    }
    pixel[3] = ((whole + 127) / 255) as u8;
}

/// The four sides of a frame that lies within a rectangle; at least as large as the frame is broad.
fn sides(rect: Rect, frame: f32) -> [Rect; 4] {
    let width = rect.width.max(frame + 0.1);
    let height = rect.height.max(frame + 0.1);
    let (right, bottom) = (rect.x + width, rect.y + height);
    let across = frame.min(width / 2.0);
    let down = frame.min(height / 2.0);
    let between = height - 2.0 * down;
    [
        Rect::new(rect.x, rect.y, width, down),
        Rect::new(rect.x, bottom - down, width, down),
        Rect::new(rect.x, rect.y + down, across, between),
        Rect::new(right - across, rect.y + down, across, between),
    ]
}

/// How much of each pixel of a tile is under its stripes: a third of the tile wide, rising to the right.
fn stripes(side: usize) -> Vec<u8> {
    let length = side as f32;
    let half = length / 6.0 * std::f32::consts::SQRT_2;
    let is_inside = |x: f32, y: f32| {
        let beyond = (x + y) % length;
        beyond.min(length - beyond) <= half
    };
    let sample =
        |place: usize, within: usize| place as f32 + (within as f32 + 0.5) / SAMPLES as f32;
    let mut tile = Vec::with_capacity(side * side);
    for place in 0..side * side {
        let hits = (0..SAMPLES * SAMPLES)
            .filter(|within| {
                is_inside(
                    sample(place % side, within % SAMPLES),
                    sample(place / side, within / SAMPLES),
                )
            })
            .count();
        tile.push((hits * 255 / (SAMPLES * SAMPLES)) as u8);
    }
    tile
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::from_style_sheet;

    fn painted(scale: f64, rects: &[(Ink, Fill, Rect)]) -> (Raster, Colours) {
        let mut picture = Picture::default();
        for (ink, fill, rect) in rects {
            picture.rect(*ink, *fill, *rect);
        }
        let colours =
            Colours::of(&from_style_sheet(false)).expect("the sheet writes plain colours");
        let mut raster = Raster::default();
        let side = (10.0 * scale) as u32;
        raster.resize(side, side, scale);
        raster.paint(&picture, &colours);
        (raster, colours)
    }

    fn pixel(raster: &Raster, x: usize, y: usize) -> [u8; 4] {
        raster.pixels[y * raster.width + x]
    }

    #[test]
    fn colours_are_read_as_browsers_write_them() {
        assert_eq!(parse("#0a8"), Some([0, 170, 136]));
        assert_eq!(parse("#00ff7f"), Some([0, 255, 127]));
        assert_eq!(parse("rgb(1, 20, 255)"), Some([1, 20, 255]));
        assert_eq!(parse("rgb(1 20 255)"), Some([1, 20, 255]));
        for strange in [
            "",
            "red",
            "#12",
            "rgb(1, 2)",
            "rgb(1, 2, 3, 4)",
            "rgba(0, 0, 0, 0)",
            "#ééé",
        ] {
            assert_eq!(parse(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_whole_pixel_is_whole_and_a_half_is_half() {
        let rect = Rect::new(2.0, 3.5, 1.5, 2.0);
        let (raster, colours) = painted(1.0, &[(Ink::Executing, Fill::Solid, rect)]);
        let [red, green, blue] = colours.get(Ink::Executing);
        assert_eq!(pixel(&raster, 2, 4), [red, green, blue, 255]);
        assert_eq!(pixel(&raster, 2, 3), [red, green, blue, 128]);
        assert_eq!(pixel(&raster, 3, 4), [red, green, blue, 128]);
        assert_eq!(pixel(&raster, 3, 3), [red, green, blue, 64]);
        assert_eq!(pixel(&raster, 4, 4), [0; 4]);
        assert_eq!(pixel(&raster, 2, 6), [0; 4]);
    }

    #[test]
    fn a_screen_with_twice_the_pixels_shows_twice_the_size() {
        let rect = Rect::new(2.0, 3.5, 1.5, 2.0);
        let (raster, _) = painted(2.0, &[(Ink::Executing, Fill::Solid, rect)]);
        let opaque = raster.pixels.iter().filter(|pixel| pixel[3] == 255).count();
        assert_eq!(opaque, 3 * 4);
        assert_eq!(raster.bytes().len(), 20 * 20 * 4);
    }

    #[test]
    fn what_comes_later_lies_over_what_was_there() {
        let all = Rect::new(0.0, 0.0, 10.0, 10.0);
        let (raster, colours) = painted(
            1.0,
            &[
                (Ink::Paper, Fill::Solid, all),
                (Ink::Text, Fill::Light, all),
            ],
        );
        let (paper, text) = (colours.get(Ink::Paper), colours.get(Ink::Text));
        let seen = pixel(&raster, 5, 5);
        assert_eq!(seen[3], 255);
        for part in 0..3 {
            let wanted = 0.6 * f32::from(text[part]) + 0.4 * f32::from(paper[part]);
            assert!((f32::from(seen[part]) - wanted).abs() <= 1.0, "{seen:?}");
        }
    }

    #[test]
    fn two_faint_coats_on_nothing_are_denser_than_one() {
        let all = Rect::new(0.0, 0.0, 10.0, 10.0);
        let coat = (Ink::Text, Fill::Faint, all);
        let (one, _) = painted(1.0, &[coat]);
        let (two, colours) = painted(1.0, &[coat, coat]);
        assert_eq!(pixel(&one, 1, 1)[3], 77);
        // 1 − 0.7 × 0.7
        assert!(pixel(&two, 1, 1)[3].abs_diff(130) <= 1);
        assert_eq!(pixel(&two, 1, 1)[..3], colours.get(Ink::Text));
    }

    #[test]
    fn a_frame_leaves_its_inside_empty_and_a_hatch_leaves_gaps() {
        let rect = Rect::new(1.0, 1.0, 8.0, 8.0);
        let (framed, _) = painted(1.0, &[(Ink::Text, Fill::Outline, rect)]);
        assert_eq!(pixel(&framed, 4, 4), [0; 4]);
        for (x, y) in [(1, 1), (8, 8), (1, 5), (5, 8)] {
            assert_eq!(pixel(&framed, x, y)[3], 255, "{x} {y}");
        }
        assert_eq!(pixel(&framed, 0, 0), [0; 4]);
        let all = Rect::new(0.0, 0.0, 10.0, 10.0);
        let (hatched, _) = painted(1.0, &[(Ink::Text, Fill::Hatch, all)]);
        let sum: u32 = hatched.pixels.iter().map(|pixel| u32::from(pixel[3])).sum();
        let share = f64::from(sum) / (100.0 * 255.0);
        // Slanted stripes a third of a tile broad cover √2 × ⅓ of it.
        assert!((0.38..0.58).contains(&share), "{share}");
        assert_eq!(pixel(&hatched, 0, 0), pixel(&hatched, 6, 0));
        assert_eq!(pixel(&hatched, 1, 4), pixel(&hatched, 4, 1));
    }

    #[test]
    fn what_lies_outside_is_not_painted() {
        let (raster, _) = painted(
            1.0,
            &[
                (Ink::Text, Fill::Solid, Rect::new(-5.0, -5.0, 5.0, 50.0)),
                (Ink::Text, Fill::Solid, Rect::new(10.0, 0.0, 9.0, 9.0)),
                (Ink::Text, Fill::Hatch, Rect::new(3.0, 3.0, -1.0, 4.0)),
                (Ink::Text, Fill::Outline, Rect::new(400.0, 400.0, 1.0, 1.0)),
            ],
        );
        assert!(raster.pixels.iter().all(|pixel| *pixel == [0; 4]));
    }
}
