//! Rectangles, lines and labels as data.

use crate::draw::palette::Ink;

/// A rectangle in CSS pixels from the picture's top left.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// A rectangle by its left top corner and size.
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }
}

/// How a rectangle is filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// Whole.
    Solid,
    /// Slanted stripes, and a thin frame where there is room.
    Hatch,
    /// A frame only.
    Outline,
    /// A broad frame only: what is selected.
    Halo,
    /// Whole, at six tenths of its strength: lighter than what it lies on, in grey as in colour.
    Light,
    /// Whole, at three tenths of its strength: what is not in focus.
    Faint,
    /// Whole, at seven tenths of its strength: a veil over what has not happened yet.
    Veil,
}

impl Fill {
    /// How opaque it is, 0 to 1.
    pub const fn opacity(self) -> f64 {
        match self {
            Self::Faint => 0.3,
            Self::Light => 0.6,
            Self::Veil => 0.7,
            Self::Solid | Self::Hatch | Self::Outline | Self::Halo => 1.0,
        }
    }

    /// The width of its frame in pixels; 0 without one.
    pub const fn frame(self) -> f64 {
        match self {
            Self::Outline => 1.5,
            Self::Halo => 2.5,
            Self::Solid | Self::Hatch | Self::Light | Self::Faint | Self::Veil => 0.0,
        }
    }
}

/// A line from one point to another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Line {
    /// Where it begins: x, y.
    pub from: (f32, f32),
    /// Where it ends: x, y.
    pub to: (f32, f32),
    /// Its ink.
    pub ink: Ink,
    /// Its width in pixels.
    pub width: f32,
    /// Whether it is broken into dashes.
    pub is_dashed: bool,
    /// Whether an arrow head stands at its end.
    pub has_arrow: bool,
}

/// The shape of a knot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A disc.
    Disc,
    /// A ring with nothing inside.
    Ring,
    /// A square.
    Square,
}

/// A knot on a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Knot {
    /// Its middle: x, y.
    pub at: (f32, f32),
    /// Half its width in pixels.
    pub radius: f32,
    /// Its ink.
    pub ink: Ink,
    /// Its shape.
    pub shape: Shape,
}

/// Where a label's point lies in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// At its start.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

/// A line of text, its middle height at `y`.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// Where its point is, from the left.
    pub x: f32,
    /// Where its middle height is, from the top.
    pub y: f32,
    /// What it says.
    pub text: String,
    /// Its ink.
    pub ink: Ink,
    /// Its size in pixels.
    pub size: f32,
    /// Where `x` lies in it.
    pub align: Align,
    /// Whether it is set in the figure family.
    pub is_figure: bool,
}

/// All rectangles of one ink and fill.
#[derive(Clone, PartialEq, Debug)]
pub struct Batch {
    /// Their ink.
    pub ink: Ink,
    /// Their fill.
    pub fill: Fill,
    /// The rectangles.
    pub rects: Vec<Rect>,
}

/// Marks in the order of painting: batches in the order of their first use, then lines, knots, labels.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Picture {
    batches: Vec<Batch>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Knots.
    pub knots: Vec<Knot>,
    /// Labels.
    pub labels: Vec<Label>,
}

impl Picture {
    /// Removes all marks and keeps their room, so that the next frame allocates next to nothing.
    pub fn clear(&mut self) {
        self.batches
            .iter_mut()
            .for_each(|batch| batch.rects.clear());
        self.lines.clear();
        self.knots.clear();
        self.labels.clear();
    }

    /// Sets the place of an ink and fill in the order of painting, if it has none yet.
    pub fn layer(&mut self, ink: Ink, fill: Fill) -> &mut Vec<Rect> {
        let found = self
            .batches
            .iter()
            .position(|batch| batch.ink == ink && batch.fill == fill);
        let place = found.unwrap_or_else(|| {
            let rects = Vec::new();
            self.batches.push(Batch { ink, fill, rects });
            self.batches.len() - 1
        });
        &mut self.batches[place].rects
    }

    /// Adds a rectangle.
    pub fn rect(&mut self, ink: Ink, fill: Fill, rect: Rect) {
        self.layer(ink, fill).push(rect);
    }

    /// Adds a plain line.
    pub fn line(&mut self, ink: Ink, width: f32, from: (f32, f32), to: (f32, f32)) {
        self.lines.push(Line {
            from,
            to,
            ink,
            width,
            is_dashed: false,
            has_arrow: false,
        });
    }

    /// Adds a label.
    pub fn label(
        &mut self,
        ink: Ink,
        size: f32,
        at: (f32, f32),
        align: Align,
        text: impl Into<String>,
    ) {
        self.labels.push(Label {
            x: at.0,
            y: at.1,
            text: text.into(),
            ink,
            size,
            align,
            is_figure: false,
        });
    }

    /// Adds a label in the figure family.
    pub fn figure(
        &mut self,
        ink: Ink,
        size: f32,
        at: (f32, f32),
        align: Align,
        text: impl Into<String>,
    ) {
        self.label(ink, size, at, align, text);
        if let Some(label) = self.labels.last_mut() {
            label.is_figure = true;
        }
    }

    /// Moves everything to the right and down.
    pub fn shift(&mut self, right: f32, down: f32) {
        for rect in self.batches.iter_mut().flat_map(|batch| &mut batch.rects) {
            rect.x += right;
            rect.y += down;
        }
        for line in &mut self.lines {
            line.from = (line.from.0 + right, line.from.1 + down);
            line.to = (line.to.0 + right, line.to.1 + down);
        }
        for label in &mut self.labels {
            label.x += right;
            label.y += down;
        }
    }

    /// The batches that have rectangles, in the order of painting.
    pub fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.iter().filter(|batch| !batch.rects.is_empty())
    }

    /// How many rectangles there are.
    pub fn rect_count(&self) -> usize {
        self.batches.iter().map(|batch| batch.rects.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_keep_the_order_of_first_use_and_their_room() {
        let mut picture = Picture::default();
        picture.layer(Ink::Surface, Fill::Solid);
        picture.rect(Ink::Executing, Fill::Solid, Rect::new(0.0, 0.0, 1.0, 1.0));
        picture.rect(Ink::Surface, Fill::Solid, Rect::default());
        picture.rect(Ink::Executing, Fill::Hatch, Rect::default());
        let order: Vec<_> = picture
            .batches()
            .map(|batch| (batch.ink, batch.fill))
            .collect();
        assert_eq!(order[0], (Ink::Surface, Fill::Solid));
        assert_eq!(order.len(), 3);
        assert_eq!(picture.rect_count(), 3);
        picture.clear();
        assert_eq!(picture.batches().count(), 0);
        picture.rect(Ink::Executing, Fill::Hatch, Rect::default());
        assert_eq!(picture.rect_count(), 1);
    }
}
