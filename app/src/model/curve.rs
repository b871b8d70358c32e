//! Curves over an axis, ready to be drawn: modelled, measured and published ones on one pair of scales.

use engine::session::sweep::{Axis, MeasuredPoint, ModelledPoint, Published, Quantity};

/// Whose figures a curve shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Somebody else's, of another program on another machine; the number tells several apart.
    Published(u8),
    /// What the critical path and the lanes allow in virtual time.
    Bound,
    /// Counted in virtual time.
    Modelled,
    /// Timed on this machine.
    Measured,
}

/// One curve.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// Whose figures.
    pub kind: Kind,
    /// Its points, by rising value on the axis: value, times.
    pub points: Vec<(f64, f64)>,
}

/// What the figures of a chart say; one chart says one thing.
pub const fn quantity(axis: Axis) -> Quantity {
    match axis {
        // Whoever published swaps on one pool and on a hundred published no time in order.
        Axis::Pools => Quantity::OfFirst,
        _ => Quantity::Speedup,
    }
}

/// All curves over an axis.
pub fn curves(
    axis: Axis,
    modelled: &[ModelledPoint],
    measured: &[MeasuredPoint],
    published: &[Published],
) -> Vec<Curve> {
    let mut curves: Vec<Curve> = published
        .iter()
        .enumerate()
        .filter(|(_, curve)| curve.quantity == quantity(axis))
        .map(|(number, curve)| Curve {
            kind: Kind::Published(number as u8),
            points: curve
                .points
                .iter()
                .map(|(value, hundredths)| (f64::from(*value), f64::from(*hundredths) / 100.0))
                .collect(),
        })
        .collect();
    let is_of_first = quantity(axis) == Quantity::OfFirst;
    if !is_of_first {
        let bound = modelled
            .iter()
            .map(|point| (f64::from(point.value), point.bound()));
        push(&mut curves, Kind::Bound, bound);
    }
    let first = modelled.first().map_or(1.0, ModelledPoint::throughput);
    let points = modelled.iter().map(|point| {
        let times = match is_of_first {
            true => point.throughput() / first,
            false => point.speedup(),
        };
        (f64::from(point.value), times)
    });
    push(&mut curves, Kind::Modelled, points);
    let first = measured.first().map_or(1.0, MeasuredPoint::throughput);
    let points = measured.iter().map(|point| {
        let times = match is_of_first {
            true => point.throughput() / first,
            false => point.speedup(),
        };
        (f64::from(point.value), times)
    });
    push(&mut curves, Kind::Measured, points);
    curves
}

fn push(curves: &mut Vec<Curve>, kind: Kind, points: impl Iterator<Item = (f64, f64)>) {
    let points: Vec<_> = points.collect();
    if !points.is_empty() {
        curves.push(Curve { kind, points });
    }
}

/// Values to shares of the width, times to shares of the height; times always by their logarithm, so that
/// twice as quick is as far up everywhere.
#[derive(Clone, PartialEq, Debug)]
pub struct Scales {
    axis: Axis,
    x: (f64, f64),
    y: (f64, f64),
    /// Values that have a mark.
    pub x_marks: Vec<u32>,
    /// Times that have a line.
    pub y_marks: Vec<f64>,
}

/// Doublings in the height of a chart that lie between its lines, at most.
const Y_LINES_MAX: i32 = 6;

impl Scales {
    /// Scales that hold all points, the values of a sweep, and one time from 1 to 2.
    pub fn new(axis: Axis, curves: &[Curve], values: &[u32]) -> Self {
        let points = || curves.iter().flat_map(|curve| &curve.points);
        let all = points()
            .map(|point| point.0)
            .chain(values.iter().map(|value| f64::from(*value)));
        let (least, most) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| {
            (least.min(x), most.max(x))
        });
        let least = if least.is_finite() { least } else { 1.0 };
        let most = most.max(least + 1.0);
        let (low, high) = points().fold((1.0_f64, 2.0_f64), |(low, high), point| {
            (low.min(point.1), high.max(point.1))
        });
        let low = low.max(1.0 / 64.0).log2().floor() as i32;
        let high = high.min(1_024.0).log2().ceil() as i32;
        let step = (high - low).div_euclid(Y_LINES_MAX) + 1;
        let y_marks = (low..=high)
            .filter(|power| power % step == 0)
            .map(|power| f64::from(power).exp2())
            .collect();
        let mut scales = Self {
            axis,
            x: (0.0, 1.0),
            y: (f64::from(low), f64::from(high)),
            x_marks: marks(axis, least, most),
            y_marks,
        };
        scales.x = (scales.place(least), scales.place(most));
        scales
    }

    /// A value on the axis before it is a share: its logarithm, where the axis multiplies.
    fn place(&self, value: f64) -> f64 {
        match self.axis {
            Axis::Skew | Axis::Hot => value,
            // It begins at nothing: the first microsecond has about as much room as its doubling.
            Axis::Grain => (1.0 + value / 1_000.0).ln(),
            _ => value.max(1.0).ln(),
        }
    }

    /// Share of the width, 0 to 1.
    pub fn across(&self, value: f64) -> f64 {
        let (from, to) = self.x;
        (self.place(value) - from) / (to - from)
    }

    /// Share of the height from below, 0 to 1.
    pub fn up(&self, times: f64) -> f64 {
        let (from, to) = self.y;
        ((times.max(1e-9).log2() - from) / (to - from)).clamp(0.0, 1.0)
    }
}

/// Round values within the range.
fn marks(axis: Axis, least: f64, most: f64) -> Vec<u32> {
    let all: &[u32] = match axis {
        Axis::Lanes | Axis::Distance => &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024],
        Axis::Skew => &[0, 500, 1_000, 1_500, 2_000, 2_500, 3_000],
        Axis::Hot => &[0, 200, 400, 600, 800, 1_000],
        Axis::Grain => &[0, 1_000, 10_000, 100_000, 1_000_000],
        Axis::Accounts | Axis::Pools | Axis::Block => {
            &[1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
        }
    };
    all.iter()
        .copied()
        .filter(|mark| (least..=most).contains(&f64::from(*mark)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::session::Method;
    use engine::session::sweep::published;

    fn modelled(value: u32, ticks: u64) -> ModelledPoint {
        ModelledPoint {
            value,
            lanes: 8,
            transactions: 100,
            ticks,
            first_pass_ticks: 0,
            ticks_one_lane: 8_000,
            critical_path_ticks: 500,
            aborts: 1,
            blocked: 1,
        }
    }

    fn measured(value: u32, seconds: f64) -> MeasuredPoint {
        MeasuredPoint {
            value,
            threads: 2,
            method: Method::Chosen,
            blocks: 2,
            transactions: 200,
            seconds,
            serial_seconds: 1.0,
            aborts: 0,
            equals_serial: true,
        }
    }

    #[test]
    fn kinds_keep_apart_and_bounds_come_with_the_modelled() {
        let kinds = |axis, some: &[ModelledPoint]| {
            let curves = curves(axis, some, &[measured(1, 0.5)], published(axis));
            curves.iter().map(|curve| curve.kind).collect::<Vec<_>>()
        };
        let points = [modelled(2, 4_000), modelled(10, 2_000)];
        assert_eq!(
            kinds(Axis::Accounts, &points),
            [
                Kind::Published(0),
                Kind::Bound,
                Kind::Modelled,
                Kind::Measured
            ]
        );
        assert_eq!(kinds(Axis::Skew, &[]), [Kind::Measured]);
        let curves = curves(Axis::Accounts, &points, &[], &[]);
        assert_eq!(curves[0].points, [(2.0, 8.0), (10.0, 8.0)]);
        assert_eq!(curves[1].points, [(2.0, 2.0), (10.0, 4.0)]);
    }

    #[test]
    fn pools_are_told_against_the_first_point() {
        let points = [modelled(1, 4_000), modelled(100, 1_000)];
        let timed = [measured(1, 1.0), measured(100, 0.5)];
        let curves = curves(Axis::Pools, &points, &timed, published(Axis::Pools));
        assert_eq!(curves[0].points, [(1.0, 1.0), (100.0, 13.97)]);
        assert_eq!(curves[1].points, [(1.0, 1.0), (100.0, 4.0)]);
        assert_eq!(curves[2].points, [(1.0, 1.0), (100.0, 2.0)]);
    }

    #[test]
    fn scales_hold_every_point_of_every_axis() {
        for axis in Axis::ALL {
            let curves = curves(axis, &[], &[], published(axis));
            let scales = Scales::new(axis, &curves, &[1, 1_000]);
            for (x, y) in curves.iter().flat_map(|curve| &curve.points) {
                assert!((0.0..=1.0).contains(&scales.across(*x)), "{axis:?} {x}");
                let up = scales.up(*y);
                assert!((0.0..=1.0).contains(&up), "{axis:?} {y}");
            }
            assert!((2..=8).contains(&scales.y_marks.len()), "{axis:?}");
            assert!(scales.y_marks.contains(&1.0), "{axis:?}");
            assert!(scales.x_marks.len() >= 2, "{axis:?}");
            assert!(scales.across(1.0) < scales.across(1_000.0));
        }
        let scales = Scales::new(Axis::Lanes, &[], &[]);
        assert_eq!((scales.up(1.0), scales.up(2.0)), (0.0, 1.0));
    }
}
