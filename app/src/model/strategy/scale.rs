//! From numbers to a chart.

use engine::primitives::Decimal;
use std::fmt::Write;

/// Columns of a chart: more points than that are drawn as the lowest and highest of each column.
pub const COLUMNS: usize = 600;
/// Height of a chart, in its own units.
pub const TALL: f64 = 100.0;

/// Nearer to the edge there is no tick.
const EDGE: f64 = 6.0;

/// Lowest and highest value that a chart shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// At the bottom.
    pub low: f64,
    /// At the top.
    pub high: f64,
}

/// As a float, for pictures only.
pub fn float(value: Decimal) -> f64 {
    value.0 as f64 / 1e8
}

impl Scale {
    /// The scale of these values, with a little room; `None` without values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return None;
        }
        let room = ((high - low) * 0.06).max(high.abs() * 1e-6).max(1e-9);
        Some(Self {
            low: low - room,
            high: high + room,
        })
    }

    /// From 0 at the top to [`TALL`] at the bottom.
    pub fn y(&self, value: f64) -> f64 {
        (self.high - value) / (self.high - self.low) * TALL
    }

    /// A path of a series over [`COLUMNS`].
    pub fn path(&self, series: &[Decimal]) -> String {
        let last = series.len().saturating_sub(1).max(1) as f64;
        let x = |at: usize| at as f64 / last * COLUMNS as f64;
        let mut path = String::new();
        let mut point = |at: usize, value: Decimal| {
            let letter = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{:.1} {:.2}", x(at), self.y(float(value)));
        };
        let together = series.len().div_ceil(COLUMNS).max(1);
        for (chunk, values) in series.chunks(together).enumerate() {
            let at = chunk * together;
            if together <= 2 {
                for (place, value) in values.iter().enumerate() {
                    point(at + place, *value);
                }
                continue;
            }
            let low = values.iter().min().copied().unwrap_or_default();
            let high = values.iter().max().copied().unwrap_or_default();
            let (first, second) = if values.first() <= values.last() {
                (low, high)
            } else {
                (high, low)
            };
            point(at, first);
            point(at + values.len() - 1, second);
        }
        path
    }

    /// The area between two series.
    pub fn band(&self, low: &[Decimal], high: &[Decimal]) -> String {
        let last = low.len().saturating_sub(1).max(1) as f64;
        let x = |at: usize| at as f64 / last * COLUMNS as f64;
        let mut path = String::new();
        let upper = high.iter().enumerate();
        let lower = low.iter().enumerate().rev();
        for (at, value) in upper.chain(lower) {
            let letter = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{:.1} {:.2}", x(at), self.y(float(*value)));
        }
        path + "z"
    }

    /// About three round values between bottom and top.
    pub fn ticks(&self) -> Vec<f64> {
        let rough = (self.high - self.low) / 3.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        // A label at the very edge would be cut off.
        let has_room = |tick: &f64| (EDGE..=TALL - EDGE).contains(&self.y(*tick));
        (first..=last.min(first + 8))
            .map(|at| at as f64 * step)
            .filter(has_room)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_of_any_length_stays_within_its_chart() {
        for count in [1, 2, 3, 599, 600, 601, 1_201, 20_000] {
            let series: Vec<Decimal> = (0..count).map(|at| Decimal::whole(at % 97)).collect();
            let scale = Scale::of(series.iter().copied().map(float)).unwrap();
            let path = scale.path(&series);
            assert!(path.len() < 2 * COLUMNS * 16 + 2 * COLUMNS, "{count}");
            for pair in path.split(['M', 'L']).skip(1) {
                let (x, y) = pair.split_once(' ').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!((0.0..=COLUMNS as f64).contains(&x), "{count}: {x}");
                assert!((0.0..=TALL).contains(&y), "{count}: {y}");
            }
        }
        assert_eq!(Scale::of([]), None);
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale {
            low: 1_803.0,
            high: 2_311.0,
        };
        assert_eq!(scale.ticks(), [2_000.0, 2_200.0]);
        let flat = Scale::of([5.0, 5.0]).unwrap();
        assert!(flat.ticks().len() < 10);
    }
}
