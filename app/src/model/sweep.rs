//! Speedup against lanes, beside the bound that the critical path gives.

use engine::session::{ReplaySummary, SweepPoint};

/// One point of the curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// Virtual lanes.
    pub lanes: u32,
    /// Times as fast as one lane.
    pub speedup: f64,
    /// The most there could be: as many times as there are lanes, or what the critical path allows.
    pub bound: f64,
    /// Runs that were withdrawn.
    pub aborts: u32,
}

/// The speedup over one lane that the critical path allows, however many lanes there are.
pub fn bound(summary: &ReplaySummary) -> f64 {
    summary.ticks_one_lane as f64 / summary.critical_path_ticks.max(1) as f64
}

/// The speedup over one lane.
pub fn speedup(summary: &ReplaySummary) -> f64 {
    summary.ticks_one_lane as f64 / summary.ticks.max(1) as f64
}

/// Ticks that the lanes spent on runs that stood, as exact as the utilisation in thousandths is.
pub fn committed_ticks(summary: &ReplaySummary, lanes: u32) -> u64 {
    let lanes_ticks = u128::from(lanes) * u128::from(summary.ticks);
    (lanes_ticks * u128::from(summary.utilisation_permille) / 1_000) as u64
}

/// Ticks that came to nothing for every tick spent on runs that stood.
pub fn wasted_share(summary: &ReplaySummary, lanes: u32) -> f64 {
    summary.wasted_ticks as f64 / committed_ticks(summary, lanes).max(1) as f64
}

/// The speedup over one lane, the time of a first pass over the block counted in.
pub fn speedup_with_first_pass(summary: &ReplaySummary) -> f64 {
    let ticks = summary.ticks + summary.first_pass_ticks;
    summary.ticks_one_lane as f64 / ticks.max(1) as f64
}

/// The curve, by lanes.
pub fn curve(summary: &ReplaySummary, points: &[SweepPoint]) -> Vec<Point> {
    let mut curve: Vec<Point> = points
        .iter()
        .map(|point| Point {
            lanes: point.lanes,
            speedup: summary.ticks_one_lane as f64 / point.ticks.max(1) as f64,
            bound: bound(summary).min(f64::from(point.lanes)),
            aborts: point.aborts,
        })
        .collect();
    curve.sort_by_key(|point| point.lanes);
    curve
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    #[test]
    fn waste_is_told_against_what_stood() {
        let mut summary = fixture::replay(50, 4, 8).summary;
        (summary.ticks, summary.utilisation_permille) = (1_000, 500);
        summary.wasted_ticks = 1_000;
        assert_eq!(committed_ticks(&summary, 4), 2_000);
        assert_eq!(wasted_share(&summary, 4), 0.5);
        summary.utilisation_permille = 0;
        assert_eq!(wasted_share(&summary, 4), 1_000.0);
    }

    #[test]
    fn the_bound_bends_where_the_critical_path_does() {
        let mut summary = fixture::replay(50, 4, 8).summary;
        summary.ticks_one_lane = 800;
        summary.critical_path_ticks = 200;
        summary.ticks = 250;
        assert_eq!(bound(&summary), 4.0);
        assert_eq!(speedup(&summary), 3.2);
        summary.first_pass_ticks = 750;
        assert_eq!(speedup_with_first_pass(&summary), 0.8);
        let points = [(8, 210), (1, 800), (2, 410)].map(|(lanes, ticks)| SweepPoint {
            lanes,
            ticks,
            aborts: 0,
        });
        let curve = curve(&summary, &points);
        assert_eq!(
            curve.iter().map(|point| point.lanes).collect::<Vec<_>>(),
            [1, 2, 8]
        );
        assert_eq!(
            curve.iter().map(|point| point.bound).collect::<Vec<_>>(),
            [1.0, 2.0, 4.0]
        );
        assert_eq!(curve[0].speedup, 1.0);
    }
}
