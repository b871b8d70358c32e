//! Speedup of a replay, and the bound that the critical path gives.

use engine::session::ReplaySummary;

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
    fn the_bound_is_what_the_critical_path_allows() {
        let mut summary = fixture::replay(50, 4, 8).summary;
        summary.ticks_one_lane = 800;
        summary.critical_path_ticks = 200;
        summary.ticks = 250;
        assert_eq!(bound(&summary), 4.0);
        assert_eq!(speedup(&summary), 3.2);
        summary.first_pass_ticks = 750;
        assert_eq!(speedup_with_first_pass(&summary), 0.8);
    }
}
