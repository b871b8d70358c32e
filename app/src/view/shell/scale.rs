//! From a slider's place to a value and back.

/// Places of a slider.
pub(super) const PLACES: u32 = 1_000;

/// How a slider spreads its values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scale {
    /// Evenly.
    Even,
    /// Each doubling takes the same way, so that small values can be chosen too.
    Doubling,
}

impl Scale {
    /// The value at a place.
    pub(super) fn value(self, place: u32, low: u32, high: u32) -> u32 {
        let share = f64::from(place.min(PLACES)) / f64::from(PLACES);
        let (low_f, high_f) = (f64::from(low), f64::from(high));
        let value = match self {
            Self::Even => low_f + share * (high_f - low_f),
            // One is added so that zero has a logarithm.
            Self::Doubling => (low_f + 1.0) * ((high_f + 1.0) / (low_f + 1.0)).powf(share) - 1.0,
        };
        (round(value, self) as u32).clamp(low, high)
    }

    /// The place of a value.
    pub(super) fn place(self, value: u32, low: u32, high: u32) -> u32 {
        let (value, low, high) = (f64::from(value.clamp(low, high)), f64::from(low), f64::from(high));
        let share = match self {
            Self::Even => (value - low) / (high - low),
            Self::Doubling => ((value + 1.0) / (low + 1.0)).ln() / ((high + 1.0) / (low + 1.0)).ln(),
        };
        (share * f64::from(PLACES)).round() as u32
    }
}

/// A hand on a slider means a round number: two figures, on a scale that doubles.
fn round(value: f64, scale: Scale) -> f64 {
    if scale == Scale::Even || value < 10.0 {
        return value.round();
    }
    let unit = 10f64.powf(value.log10().floor() - 1.0);
    (value / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_reached_and_places_rise() {
        for scale in [Scale::Even, Scale::Doubling] {
            for (low, high) in [(0, 3_000), (1, 100_000), (2, 1_000_000), (1, 16)] {
                assert_eq!(scale.value(0, low, high), low, "{scale:?}");
                assert_eq!(scale.value(PLACES, low, high), high, "{scale:?}");
                let values: Vec<_> = (0..=PLACES).map(|place| scale.value(place, low, high)).collect();
                assert!(values.is_sorted(), "{scale:?} {low} {high}");
                assert_eq!(scale.place(low, low, high), 0);
                assert_eq!(scale.place(high, low, high), PLACES);
            }
        }
    }

    #[test]
    fn a_value_finds_its_place() {
        let place = Scale::Doubling.place(10_000, 1, 100_000);
        let value = Scale::Doubling.value(place, 1, 100_000);
        assert_eq!(value, 10_000);
    }
}
