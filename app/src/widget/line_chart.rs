//! A small chart of lines with points.

use crate::model::format;
use leptos::prelude::*;
use std::fmt::Write;

/// One line.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Its points, by rising x; x of at least 1.
    pub points: Vec<(f64, f64)>,
    /// Class of its colour: `modelled`, `measured`, `category-1` and so on.
    pub class: &'static str,
    /// Whether it is a bound or a reference, drawn dashed and without points.
    pub is_reference: bool,
}

const WIDTH: f64 = 264.0;
const HEIGHT: f64 = 168.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 34.0;

/// Data to pixels; x by its logarithm, since machines double.
#[derive(Clone, Copy, Debug)]
struct Plot {
    x_max: f64,
    y_max: f64,
}

impl Plot {
    fn new(series: &[Series]) -> Self {
        let points = series.iter().flat_map(|series| &series.points);
        let (x, y) = points.fold((1.0_f64, 0.0_f64), |(x, y), point| {
            (x.max(point.0), y.max(point.1))
        });
        Self {
            x_max: x.max(2.0),
            y_max: round_up(y.max(1.0)),
        }
    }

    fn at(self, (x, y): (f64, f64)) -> (f64, f64) {
        let across = x.max(1.0).ln() / self.x_max.ln();
        (
            LEFT + across * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - y / self.y_max * (HEIGHT - TOP - BOTTOM),
        )
    }

    fn path(self, points: &[(f64, f64)]) -> String {
        let mut path = String::new();
        for (place, point) in points.iter().enumerate() {
            let (x, y) = self.at(*point);
            // Writing to a string cannot fail.
            let _ = write!(path, "{}{x:.1},{y:.1}", if place == 0 { 'M' } else { 'L' });
        }
        path
    }

    /// Doublings up to the largest x.
    fn x_marks(self) -> Vec<f64> {
        std::iter::successors(Some(1.0), |x| Some(x * 2.0))
            .take_while(|x| *x <= self.x_max)
            .collect()
    }
}

/// The next of 1, 2, 4, 5, 8, 10 times a power of ten.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let found = [1.0, 2.0, 4.0, 5.0, 8.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= value);
    found.unwrap_or(power * 10.0)
}

/// Lines over a logarithmic axis, with the numbers in a table for those who do not see them.
#[component]
pub fn LineChart(
    /// What it shows, in a sentence.
    #[prop(into)]
    label: Signal<String>,
    /// What the horizontal axis counts.
    #[prop(into)]
    x_label: Signal<String>,
    /// What the vertical axis counts.
    #[prop(into)]
    y_label: Signal<String>,
    /// The lines.
    #[prop(into)]
    series: Signal<Vec<Series>>,
    /// An x to mark with a line from top to bottom.
    #[prop(into, optional)]
    marked: Signal<Option<f64>>,
) -> impl IntoView {
    let drawing = move || {
        let series = series.get();
        let plot = Plot::new(&series);
        let y_marks = [0.0, 0.5, 1.0].map(|share| share * plot.y_max);
        let grid = y_marks.map(|y| {
            let (_, height) = plot.at((1.0, y));
            view! {
                <line class="chart-grid" x1=LEFT x2=WIDTH - RIGHT y1=height y2=height />
                <text class="chart-mark" x=LEFT - 4.0 y=height + 4.0 text-anchor="end">{format::three_figures(y)}</text>
            }
        });
        let below = HEIGHT - BOTTOM;
        let ticks = plot.x_marks().into_iter().map(|x| {
            let (place, _) = plot.at((x, 0.0));
            view! {
                <line class="chart-grid" x1=place x2=place y1=below y2=below + 4.0 />
                <text class="chart-mark" x=place y=below + 15.0 text-anchor="middle">{format::three_figures(x)}</text>
            }
        });
        let mark = marked.get().map(|x| {
            let (place, _) = plot.at((x, 0.0));
            view! { <line class="chart-marked" x1=place x2=place y1=TOP y2=below /> }
        });
        let lines = series.into_iter().map(|series| {
            let points = if series.is_reference { Vec::new() } else { series.points.clone() };
            let dots = points.into_iter().map(|(x, y)| {
                let (left, top) = plot.at((x, y));
                let text = format!("{}: {} → {}", series.name, format::three_figures(x), format::three_figures(y));
                view! { <circle cx=left cy=top r="3.5"><title>{text}</title></circle> }
            });
            view! {
                <g class=format!("chart-series {}", series.class) class:chart-reference=series.is_reference>
                    <path d=plot.path(&series.points) />
                    {dots.collect_view()}
                </g>
            }
        });
        view! {
            {grid.into_iter().collect_view()}
            {ticks.collect_view()}
            {mark}
            {lines.collect_view()}
            <text class="chart-axis" x=(LEFT + WIDTH - RIGHT) / 2.0 y=HEIGHT - 4.0 text-anchor="middle">{x_label}</text>
        }
    };
    let rows = move || {
        series.get().into_iter().flat_map(|series| {
            let name = series.name;
            series.points.into_iter().map(move |(x, y)| {
                view! { <tr><th scope="row">{name.clone()}</th><td>{format::three_figures(x)}</td><td>{format::three_figures(y)}</td></tr> }
            })
        }).collect_view()
    };
    view! {
        <figure class="chart">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>{drawing}</svg>
            <figcaption class="chart-key">
                {move || {
                    series.get().into_iter().map(|series| {
                        view! {
                            <span class=format!("chart-name {}", series.class) class:chart-reference=series.is_reference>
                                {series.name}
                            </span>
                        }
                    }).collect_view()
                }}
            </figcaption>
            <table class="hidden-text">
                <caption>{label}</caption>
                <thead><tr><th></th><th scope="col">{x_label}</th><th scope="col">{y_label}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plot_holds_all_points() {
        let series = [Series {
            name: "one".to_owned(),
            points: vec![(1.0, 1.0), (64.0, 6.4)],
            class: "modelled",
            is_reference: false,
        }];
        let plot = Plot::new(&series);
        assert_eq!(plot.y_max, 8.0);
        assert_eq!(plot.x_marks().len(), 7);
        assert_eq!(plot.at((1.0, 0.0)), (LEFT, HEIGHT - BOTTOM));
        let (x, y) = plot.at((64.0, 8.0));
        assert!((x - (WIDTH - RIGHT)).abs() < 1e-9 && (y - TOP).abs() < 1e-9);
        assert!(Plot::new(&[]).path(&[]).is_empty());
    }
}
