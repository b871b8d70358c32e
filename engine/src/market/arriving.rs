//! Arrivals beside their closed form, and settings that cannot be.

use super::process::Law;
use super::tests::one;
use super::{Cholesky, Hawkes, NotPositive, check};
use crate::primitives::{Micros, Seed};

#[test]
fn arrivals_excite_each_other_to_their_closed_form() {
    let day = Micros(86_400_000_000);
    let mut counts = Vec::new();
    for seed in 0..400 {
        let mut hawkes = Hawkes::new(&Seed::new(seed), 100_000, 500, 600);
        let arrivals = hawkes.until(day);
        assert!(arrivals.is_sorted());
        counts.push(arrivals.len() as f64);
    }
    let mean = counts.iter().sum::<f64>() / 400.0;
    // 2,400 a day without excitement, twice as many with a branching ratio of a half.
    assert!((mean / 4_800.0 - 1.0).abs() < 0.02, "{mean}");
    let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / 399.0;
    // Variance over mean is 1/(1 − ½)² = 4 in the long run.
    assert!(
        (3.0..5.0).contains(&(variance / mean)),
        "{}",
        variance / mean
    );
}

#[test]
fn correlations_that_cannot_be_are_refused() {
    assert_eq!(
        Cholesky::new(3, &[900_000, 900_000, -900_000]),
        Err(NotPositive(2))
    );
    let mut settings = one(Law::Still, 0, 0);
    settings.assets.push(settings.assets[0].clone());
    settings.correlation_ppm = vec![2_000_000];
    let paths: Vec<_> = check(&settings)
        .into_iter()
        .map(|(path, ..)| path)
        .collect();
    assert_eq!(
        paths,
        ["step_s", "steps", "assets[1].symbol", "correlation_ppm"]
    );
}
