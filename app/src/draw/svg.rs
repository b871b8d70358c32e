//! Paints a picture as SVG text: for export, and for looking at pictures without a browser.

use crate::draw::mark::{Align, Fill, Line, Picture, Rect, Shape};
use crate::draw::palette::{Ink, Palette};
use std::fmt::Write;

/// Side of the hatch's tile in pixels.
pub const TILE: f32 = 6.0;
/// The hatch's stripes in its tile, as a path.
pub const STRIPES: &str = "M-1,7L7,-1M-4,4L4,-4M2,10L10,2";

/// Pictures, one over the other, as an SVG document of this size in CSS pixels, on the theme's ground.
pub fn document(
    pictures: &[&Picture],
    palette: &Palette,
    width: f32,
    height: f32,
    title: &str,
) -> String {
    let marks: usize = pictures.iter().map(|picture| picture.rect_count()).sum();
    let mut svg = String::with_capacity(256 + marks * 64);
    let paper = palette.colour(Ink::Paper);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{}</title><defs>",
        escape(title)
    );
    let mut hatched = Vec::new();
    for batch in pictures.iter().flat_map(|picture| picture.batches()) {
        if batch.fill != Fill::Hatch || hatched.contains(&batch.ink) {
            continue;
        }
        hatched.push(batch.ink);
        let _ = write!(
            svg,
            "<pattern id=\"hatch-{}\" width=\"{TILE}\" height=\"{TILE}\" patternUnits=\"userSpaceOnUse\"><path d=\"{STRIPES}\" stroke=\"{}\" stroke-width=\"2\"/></pattern>",
            batch.ink as u8,
            palette.colour(batch.ink)
        );
    }
    let _ = write!(
        svg,
        "</defs><rect width=\"{width}\" height=\"{height}\" fill=\"{paper}\"/>"
    );
    for picture in pictures {
        paint(&mut svg, palette, picture);
    }
    svg.push_str("</svg>");
    svg
}

fn paint(svg: &mut String, palette: &Palette, picture: &Picture) {
    for batch in picture.batches() {
        rects(svg, palette, batch.ink, batch.fill, &batch.rects);
    }
    for line in &picture.lines {
        stroke(svg, palette, line);
    }
    for knot in &picture.knots {
        let (fill, edge, width) = match knot.shape {
            Shape::Ring => (Ink::Paper, knot.ink, 2),
            Shape::Disc | Shape::Square => (knot.ink, Ink::Paper, 1),
        };
        let (x, y, radius) = (knot.at.0, knot.at.1, knot.radius);
        let corner = if knot.shape == Shape::Square {
            0.0
        } else {
            radius
        };
        let _ = write!(
            svg,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{side:.2}\" height=\"{side:.2}\" rx=\"{corner:.2}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{width}\"/>",
            x - radius,
            y - radius,
            palette.colour(fill),
            palette.colour(edge),
            side = 2.0 * radius,
        );
    }
    for label in &picture.labels {
        let anchor = match label.align {
            Align::Start => "start",
            Align::Middle => "middle",
            Align::End => "end",
        };
        let font = if label.is_figure {
            &palette.figure_font
        } else {
            &palette.font
        };
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{}\" font-family=\"{}\" fill=\"{}\" text-anchor=\"{anchor}\" dominant-baseline=\"central\">{}</text>",
            label.x,
            label.y,
            label.size,
            escape(font),
            palette.colour(label.ink),
            escape(&label.text)
        );
    }
}

fn rects(svg: &mut String, palette: &Palette, ink: Ink, fill: Fill, rects: &[Rect]) {
    let colour = palette.colour(ink);
    let _ = match fill {
        Fill::Solid | Fill::Light | Fill::Faint | Fill::Veil => {
            write!(
                svg,
                "<path fill=\"{colour}\" fill-opacity=\"{}\" d=\"",
                fill.opacity()
            )
        }
        Fill::Hatch => write!(svg, "<path fill=\"url(#hatch-{})\" d=\"", ink as u8),
        Fill::Outline | Fill::Halo => write!(
            svg,
            "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"{}\" d=\"",
            fill.frame()
        ),
    };
    let inset = fill.frame() as f32 / 2.0;
    for rect in rects {
        let _ = write!(
            svg,
            "M{:.2},{:.2}h{:.2}v{:.2}h{:.2}z",
            rect.x + inset,
            rect.y + inset,
            (rect.width - 2.0 * inset).max(0.1),
            (rect.height - 2.0 * inset).max(0.1),
            -(rect.width - 2.0 * inset).max(0.1)
        );
    }
    svg.push_str("\"/>");
}

fn stroke(svg: &mut String, palette: &Palette, line: &Line) {
    let dash = if line.is_dashed {
        " stroke-dasharray=\"4 3\""
    } else {
        ""
    };
    let _ = write!(
        svg,
        "<path d=\"M{:.2},{:.2}L{:.2},{:.2}",
        line.from.0, line.from.1, line.to.0, line.to.1
    );
    if line.has_arrow {
        for (x, y) in arrow(line) {
            let _ = write!(svg, "M{:.2},{:.2}L{x:.2},{y:.2}", line.to.0, line.to.1);
        }
    }
    let _ = write!(
        svg,
        "\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash}/>",
        palette.colour(line.ink),
        line.width
    );
}

/// The two ends of an arrow's barbs.
pub(crate) fn arrow(line: &Line) -> [(f32, f32); 2] {
    let direction = (line.to.1 - line.from.1).atan2(line.to.0 - line.from.0);
    [2.6_f32, -2.6].map(|turn| {
        let angle = direction + turn;
        (line.to.0 + 7.0 * angle.cos(), line.to.1 + 7.0 * angle.sin())
    })
}

/// Text that means itself in XML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 allows no other control characters, not even escaped.
            control if control < ' ' && !matches!(control, '\t' | '\n' | '\r') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::from_style_sheet;

    #[test]
    fn a_name_cannot_become_markup() {
        let mut picture = Picture::default();
        picture.label(
            Ink::Text,
            12.0,
            (1.0, 2.0),
            Align::Start,
            "<script>&\"\u{1}",
        );
        let svg = document(
            &[&picture],
            &from_style_sheet(false),
            10.0,
            10.0,
            "</title><script>",
        );
        assert!(!svg.contains("<script>") && !svg.contains('\u{1}'));
        assert!(svg.contains("&lt;script&gt;&amp;&quot;"));
    }

    #[test]
    fn a_hatch_brings_its_pattern() {
        let mut picture = Picture::default();
        picture.rect(Ink::Aborted, Fill::Hatch, Rect::new(1.0, 1.0, 20.0, 8.0));
        let svg = document(&[&picture], &from_style_sheet(true), 30.0, 10.0, "one");
        assert_eq!(svg.matches("<pattern").count(), 1);
        assert!(svg.contains("url(#hatch-9)"));
    }
}
