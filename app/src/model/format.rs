//! Numbers for people, without a browser: the fallback of, and the model for, the page's `Intl` formats.

/// A whole number in groups of three: `10,000`.
pub fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three significant figures, half away from zero: `1,280,000`, `5.83`, `0.0412`; `–` for what is no number.
pub fn three_figures(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let sign = if value < 0.0 { "−" } else { "" };
    let size = value.abs();
    let exponent = exponent_after_rounding(size);
    if exponent >= 2 {
        let unit = 10_f64.powi(exponent - 2);
        return format!("{sign}{}", whole(((size / unit).round() * unit) as u64));
    }
    let places = (2 - exponent).clamp(0, 12) as usize;
    let text = format!("{size:.places$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{sign}{text}")
}

/// The power of ten of the first digit once the number is rounded to three figures.
fn exponent_after_rounding(size: f64) -> i32 {
    let exponent = size.log10().floor() as i32;
    let rounded = (size / 10_f64.powi(exponent - 2)).round();
    if rounded >= 1000.0 {
        exponent + 1
    } else {
        exponent
    }
}

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
    fn groups_of_three() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_284_000, "1,284,000"),
        ] {
            assert_eq!(whole(value), text);
        }
    }

    #[test]
    fn three_significant_figures() {
        for (value, text) in [
            (1_284_321.0, "1,280,000"),
            (999.6, "1,000"),
            (99.95, "100"),
            (5.834, "5.83"),
            (5.8, "5.8"),
            (0.041_23, "0.0412"),
            (9.996, "10"),
            (-2.5, "−2.5"),
            (0.0, "0"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ] {
            assert_eq!(three_figures(value), text, "{value}");
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
