//! Numbers with their units.

use super::{three_figures, whole};

/// A share as a percentage with a thin space: `3.12 %`; 0 of 0 is `0 %`.
pub fn percent(part: u64, whole: u64) -> String {
    let share = if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    };
    format!("{}\u{202f}%", three_figures(share * 100.0))
}

/// How many times as fast: `×5.83`.
pub fn times(factor: f64) -> String {
    format!("×{}", three_figures(factor))
}

/// A span of real time in the unit that fits: `38.2 ms`, `1.2 s`.
pub fn seconds(value: f64) -> String {
    let (scaled, unit) = if value >= 1.0 {
        (value, "s")
    } else if value >= 1e-3 {
        (value * 1e3, "ms")
    } else {
        (value * 1e6, "µs")
    };
    format!("{}\u{202f}{unit}", three_figures(scaled))
}

/// A moment or a span of simulated time, to a tenth of a millisecond; from ten seconds on to a
/// millisecond: `0.4 ms`, `1,234.5 ms`, `12.345 s`.
pub fn simulated(micros: u64) -> String {
    if micros >= 10_000_000 {
        let millis = micros / 1_000;
        return format!("{}.{:03}\u{202f}s", whole(millis / 1_000), millis % 1_000);
    }
    let tenths = (micros + 50) / 100;
    let text = whole(tenths / 10);
    match tenths % 10 {
        0 => format!("{text}\u{202f}ms"),
        tenth => format!("{text}.{tenth}\u{202f}ms"),
    }
}

/// A mark of an axis whose marks are `step` apart, exact in the unit that the step allows: `0`, `500`,
/// `20k`, `1,050k`, `2M`.
pub fn axis(value: u64, step: u64) -> String {
    match step {
        _ if value < 10_000 && step < 10_000 => whole(value),
        0..=999 => whole(value),
        _ if value == 0 => whole(0),
        1_000..=999_999 => format!("{}k", whole(value / 1_000)),
        _ => format!("{}M", whole(value / 1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_time_is_in_milliseconds_and_then_in_seconds() {
        for (micros, text) in [
            (0, "0\u{202f}ms"),
            (449, "0.4\u{202f}ms"),
            (100_000, "100\u{202f}ms"),
            (1_234_567, "1,234.6\u{202f}ms"),
            (12_345_678, "12.345\u{202f}s"),
        ] {
            assert_eq!(simulated(micros), text);
        }
    }

    #[test]
    fn units() {
        assert_eq!(percent(312, 10_000), "3.12\u{202f}%");
        assert_eq!(percent(0, 0), "0\u{202f}%");
        assert_eq!(seconds(0.0382), "38.2\u{202f}ms");
        assert_eq!(seconds(0.000_004), "4\u{202f}µs");
        assert_eq!(times(5.834), "×5.83");
        assert_eq!(axis(20_000, 5_000), "20k");
        assert_eq!(axis(10_350, 50), "10,350");
        assert_eq!(axis(1_050_000, 50_000), "1,050k");
        assert_eq!(axis(2_000_000, 1_000_000), "2M");
        assert_eq!(axis(0, 1_000_000), "0");
        assert_eq!(axis(5_000, 5_000), "5,000");
    }
}
