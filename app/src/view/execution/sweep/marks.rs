//! The marks of a chart. Origins differ in shape as well as in ink: modelled curves have filled squares,
//! measured ones diamonds, published ones broken lines with crosses, bounds broken lines with nothing.

use super::chart::Chart;
use super::words;
use crate::draw::{Align, Fill, Ink, Line, Picture, Rect};
use crate::model::curve::Kind;
use crate::model::format;

/// Room around the plot: left, right, above, below.
const LEFT: f32 = 40.0;
const RIGHT: f32 = 16.0;
const ABOVE: f32 = 24.0;
const BELOW: f32 = 38.0;
/// Height of a row of the legend.
const ROW: f32 = 18.0;
/// Height of a line of notes.
const NOTE: f32 = 15.0;
/// Half a marker's size.
const HALF: f32 = 3.5;
/// Room between the plot's edge and its first and last points, so that no marker lies on a label.
const INSET: f32 = 8.0;
/// Where names begin in the legend, and about how wide a letter of theirs is.
const NAME: (f32, f32) = (36.0, 6.4);

/// How tall the legend of a chart is.
pub(super) fn legend_height(chart: &Chart) -> f32 {
    chart.curves.len() as f32 * ROW + 4.0
}

/// The chart in this rectangle: plot above, legend below it.
pub(super) fn draw(chart: &Chart, width: f32, height: f32) -> Picture {
    let mut picture = Picture::default();
    let legend = legend_height(chart);
    let floor = height - BELOW - legend;
    let plot = Rect::new(LEFT, ABOVE, width - LEFT - RIGHT, floor - ABOVE);
    axes(&mut picture, chart, plot);
    for (curve, _) in &chart.curves {
        let at = |point: &(f64, f64)| {
            (
                across(chart, plot, point.0),
                floor - chart.scales.up(point.1) as f32 * plot.height,
            )
        };
        let points: Vec<(f32, f32)> = curve.points.iter().map(at).collect();
        for ends in points.windows(2) {
            segment(&mut picture, curve.kind, ends[0], ends[1]);
        }
        for point in points {
            marker(&mut picture, curve.kind, point);
        }
    }
    let mut y = floor + BELOW + ROW / 2.0;
    for (curve, name) in &chart.curves {
        segment(&mut picture, curve.kind, (2.0, y), (28.0, y));
        marker(&mut picture, curve.kind, (15.0, y));
        let letters = ((width - NAME.0) / NAME.1) as usize;
        let name = shortened(name, letters);
        picture.label(Ink::Text, 12.0, (NAME.0, y), Align::Start, name);
        y += ROW;
    }
    picture
}

/// The same with a title and the settings of what others published: a file explains itself.
pub(super) fn file(chart: &Chart, title: &str, width: f32, height: f32) -> Picture {
    let letters = (width / 6.2) as usize;
    let notes: Vec<String> = chart
        .settings
        .iter()
        .flat_map(|setting| lines(setting, letters))
        .collect();
    let foot = notes.len() as f32 * NOTE + 12.0;
    let mut picture = draw(chart, width - 32.0, height - 48.0 - foot);
    picture.shift(16.0, 40.0);
    let at = (16.0, 22.0);
    picture.label(Ink::Text, 18.0, at, Align::Start, title);
    for (line, note) in notes.into_iter().enumerate() {
        let y = height - foot + line as f32 * NOTE;
        picture.label(Ink::TextSoft, 11.0, (16.0, y), Align::Start, note);
    }
    picture
}

/// Lines of at most so many letters, broken between words.
fn lines(text: &str, letters: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > letters {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn across(chart: &Chart, plot: Rect, value: f64) -> f32 {
    plot.x + INSET + chart.scales.across(value) as f32 * (plot.width - 2.0 * INSET)
}

/// A name with at most so many letters.
fn shortened(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(letters.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A power of two: `×4`, and `1/4` below one.
fn times_mark(times: f64) -> String {
    if times < 1.0 {
        format!("1/{}", format::three_figures(1.0 / times))
    } else {
        format::times(times)
    }
}

fn axes(picture: &mut Picture, chart: &Chart, plot: Rect) {
    let (right, floor) = (plot.x + plot.width, plot.y + plot.height);
    for times in &chart.scales.y_marks {
        let y = floor - chart.scales.up(*times) as f32 * plot.height;
        // As quick as one after the other: what everything is held against.
        let (ink, width) = match *times == 1.0 {
            true => (Ink::Edge, 1.5),
            false => (Ink::Hairline, 1.0),
        };
        picture.line(ink, width, (plot.x, y), (right, y));
        let text = times_mark(*times);
        picture.figure(Ink::TextSoft, 11.0, (plot.x - 5.0, y), Align::End, text);
    }
    for value in &chart.scales.x_marks {
        let x = across(chart, plot, f64::from(*value));
        picture.line(Ink::Edge, 1.0, (x, floor), (x, floor + 4.0));
        let text = words::value(chart.axis, *value);
        let at = (x, floor + 12.0);
        picture.figure(Ink::TextSoft, 11.0, at, Align::Middle, text);
    }
    let top = (0.0, 8.0);
    picture.label(Ink::TextSoft, 12.0, top, Align::Start, chart.y_title);
    let below = (right, floor + 28.0);
    picture.label(Ink::TextSoft, 12.0, below, Align::End, chart.x_title);
}

const fn ink(kind: Kind) -> Ink {
    match kind {
        Kind::Published(_) => Ink::TextSoft,
        Kind::Bound | Kind::Modelled => Ink::Modelled,
        Kind::Measured => Ink::Measured,
    }
}

fn segment(picture: &mut Picture, kind: Kind, from: (f32, f32), to: (f32, f32)) {
    let is_ours = matches!(kind, Kind::Modelled | Kind::Measured);
    picture.lines.push(Line {
        from,
        to,
        ink: ink(kind),
        width: if is_ours { 2.0 } else { 1.25 },
        is_dashed: !is_ours,
        has_arrow: false,
    });
}

/// A place in the picture, or from a marker's middle.
type Point = (f32, f32);

fn marker(picture: &mut Picture, kind: Kind, (x, y): Point) {
    let mut strokes = |ends: &[(Point, Point)], width| {
        for (from, to) in ends {
            let at = |end: &(f32, f32)| (x + end.0 * HALF, y + end.1 * HALF);
            picture.line(ink(kind), width, at(from), at(to));
        }
    };
    let (left, right, up, down) = ((-1.3, 0.0), (1.3, 0.0), (0.0, -1.3), (0.0, 1.3));
    match kind {
        Kind::Bound => {}
        Kind::Modelled => {
            let square = Rect::new(x - HALF, y - HALF, 2.0 * HALF, 2.0 * HALF);
            picture.rect(Ink::Modelled, Fill::Solid, square);
        }
        Kind::Measured => {
            strokes(&[(left, up), (up, right), (right, down), (down, left)], 2.0);
        }
        Kind::Published(0) => {
            strokes(
                &[((-1.0, -1.0), (1.0, 1.0)), ((-1.0, 1.0), (1.0, -1.0))],
                1.5,
            );
        }
        Kind::Published(1) => strokes(&[(left, right), (up, down)], 1.5),
        Kind::Published(_) => {
            let (a, b) = ((-1.1, 1.0), (1.1, 1.0));
            strokes(&[(a, up), (up, b), (b, a)], 1.5);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::from_style_sheet;
    use crate::i18n::Locale;
    use engine::scenario::Scheduler;
    use engine::session::Method;
    use engine::session::sweep::{Axis, ModelledPoint};

    fn chart(axis: Axis) -> Chart {
        let points: Vec<ModelledPoint> = [1, 10, 100]
            .into_iter()
            .map(|value| ModelledPoint {
                value,
                lanes: 8,
                transactions: 100,
                ticks: 8_000 / u64::from(value),
                first_pass_ticks: 0,
                ticks_one_lane: 8_000,
                critical_path_ticks: 50,
                aborts: 0,
                blocked: 0,
            })
            .collect();
        let modelled = (Scheduler::BlockStm, &points[..]);
        Chart::new(
            Locale::en,
            axis,
            modelled,
            (Method::Chosen, &[]),
            &[1, 1_000],
        )
    }

    #[test]
    fn every_mark_lies_within_the_picture() {
        for axis in Axis::ALL {
            let chart = chart(axis);
            for (width, height) in [(264.0, 300.0), (900.0, 500.0)] {
                let picture = draw(&chart, width, height);
                let ends = picture.lines.iter().flat_map(|line| [line.from, line.to]);
                for (x, y) in ends.chain(picture.labels.iter().map(|label| (label.x, label.y))) {
                    assert!((0.0..=width).contains(&x), "{axis:?} x {x}");
                    assert!((0.0..=height).contains(&y), "{axis:?} y {y}");
                }
                // A square for every point and for the legend.
                assert_eq!(picture.rect_count(), 4, "{axis:?}");
            }
        }
    }

    #[test]
    fn a_file_says_whose_figures_it_holds() {
        let palette = from_style_sheet(false);
        let text = chart(Axis::Accounts).svg(&palette, "A <sweep>");
        assert!(text.starts_with("<svg") && text.contains("A &lt;sweep&gt;"));
        // Whose it is, and under which conditions; lines break between words.
        assert!(text.contains("Gelashvili") && text.contains("slower"));
        assert!(text.contains("stroke-dasharray") && text.contains(palette.colour(Ink::Modelled)));
    }

    #[test]
    fn names_and_marks_are_short() {
        assert_eq!([0.25, 1.0, 16.0].map(times_mark), ["1/4", "×1", "×16"]);
        assert_eq!(shortened("theirs", 6), "theirs");
        assert_eq!(shortened("theirs", 4), "the…");
    }

    #[test]
    fn notes_break_between_words() {
        assert_eq!(lines("one two three", 8), ["one two", "three"]);
        assert_eq!(lines("", 8), [""]);
    }
}
