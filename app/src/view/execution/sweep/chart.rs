//! All curves over an axis with their names: what is drawn on the page and written to files.

use super::{marks, words};
use crate::draw::{Palette, svg};
use crate::i18n::*;
use crate::model::curve::{Curve, Kind, Scales, curves};
use crate::model::format;
use crate::view::execution::wording::say;
use engine::scenario::Scheduler;
use engine::session::Method;
use engine::session::sweep::{Axis, MeasuredPoint, ModelledPoint, published};

/// Size of the file in pixels.
const FILE: (f32, f32) = (960.0, 600.0);

/// Curves, named, on their scales.
#[derive(Clone, PartialEq, Debug)]
pub struct Chart {
    pub(super) axis: Axis,
    /// Which scheduler the modelled curve is of.
    pub(super) scheduler: Scheduler,
    pub(super) curves: Vec<(Curve, String)>,
    pub(super) scales: Scales,
    pub(super) x_title: &'static str,
    pub(super) y_title: &'static str,
    /// Machines and settings of the published curves.
    pub(super) settings: Vec<String>,
}

impl Chart {
    /// A chart of these points beside what others published; `values` are those that a sweep goes through.
    pub fn new(
        locale: Locale,
        axis: Axis,
        (scheduler, modelled): (Scheduler, &[ModelledPoint]),
        (method, measured): (Method, &[MeasuredPoint]),
        values: &[u32],
    ) -> Self {
        let curves = curves(axis, modelled, measured, published(axis));
        let scales = Scales::new(axis, &curves, values);
        let curves = curves
            .into_iter()
            .map(|curve| {
                let name = words::curve_name(locale, axis, curve.kind, scheduler, method);
                (curve, name)
            })
            .collect();
        let settings = published(axis)
            .iter()
            .map(|curve| {
                say!(
                    locale,
                    sweep_setting,
                    name = curve.name,
                    setting = curve.setting,
                    source = curve.source
                )
            })
            .collect();
        Self {
            axis,
            scheduler,
            curves,
            scales,
            x_title: words::x_title(locale, axis),
            y_title: words::y_title(locale, axis),
            settings,
        }
    }

    /// The chart in a sentence: where our own curves begin and end.
    pub fn sentence(&self, locale: Locale) -> String {
        let mut parts = vec![say!(
            locale,
            sweep_sentence,
            what = self.y_title,
            axis = self.x_title
        )];
        for (curve, name) in &self.curves {
            let ends = curve.points.first().zip(curve.points.last());
            if let (Some((first, last)), Kind::Modelled | Kind::Measured) = (ends, curve.kind) {
                parts.push(say!(
                    locale,
                    sweep_sentence_curve,
                    name = name,
                    first = format::times(first.1),
                    from = words::value(self.axis, first.0 as u32),
                    last = format::times(last.1),
                    to = words::value(self.axis, last.0 as u32)
                ));
            }
        }
        parts.join(" ")
    }

    /// What the figures say.
    pub const fn quantity(&self) -> &'static str {
        self.y_title
    }

    /// The points as rows of a table: curve, value, times.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let rows = self.curves.iter().flat_map(|(curve, name)| {
            curve.points.iter().map(|(value, times)| {
                vec![
                    name.clone(),
                    words::value(self.axis, *value as u32),
                    format::times(*times),
                ]
            })
        });
        rows.collect()
    }

    /// The chart as an SVG document in these colours, with the settings of what others published.
    pub fn svg(&self, palette: &Palette, title: &str) -> String {
        let (width, height) = FILE;
        let picture = marks::file(self, title, width, height);
        svg::document(&[&picture], palette, width, height, title)
    }
}
