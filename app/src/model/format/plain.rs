//! Numbers in English, without a browser.

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
}
