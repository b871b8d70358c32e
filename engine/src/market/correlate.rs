//! Correlated innovations: Cholesky's factor of a correlation matrix.

use thiserror::Error;

/// These correlations cannot hold together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the correlations of asset {0} cannot hold together with those of the assets before it")]
pub struct NotPositive(pub usize);

/// The lower triangle L with L·Lᵀ = C.
#[derive(Clone, PartialEq, Debug)]
pub struct Cholesky {
    size: usize,
    rows: Vec<f64>,
}

impl Cholesky {
    /// Of correlations in millionths, row by row below the diagonal; those not given are 0.
    ///
    /// # Errors
    /// [`NotPositive`], where no random variables have such correlations.
    pub fn new(size: usize, correlation_ppm: &[i32]) -> Result<Self, NotPositive> {
        let mut rows = vec![0.0; size * size];
        let mut given = correlation_ppm.iter().map(|ppm| f64::from(*ppm) / 1e6);
        for i in 0..size {
            let row: Vec<f64> = (0..i).map(|_| given.next().unwrap_or(0.0)).collect();
            for j in 0..=i {
                let wanted = if i == j { 1.0 } else { row[j] };
                let known: f64 = (0..j)
                    .map(|k| rows[i * size + k] * rows[j * size + k])
                    .sum();
                let rest = wanted - known;
                rows[i * size + j] = if i != j {
                    rest / rows[j * size + j]
                } else if rest > 1e-9 {
                    libm::sqrt(rest)
                } else {
                    return Err(NotPositive(i));
                };
            }
        }
        Ok(Self { size, rows })
    }

    /// Correlated draws of independent ones, in place.
    pub fn apply(&self, draws: &mut [f64]) {
        for i in (0..self.size).rev() {
            draws[i] = (0..=i)
                .map(|k| self.rows[i * self.size + k] * draws[k])
                .sum();
        }
    }
}
