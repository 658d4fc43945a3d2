//! The delete-one jackknife, for estimates whose standard error has no formula of its own.

use super::sample::{count, sum_of_squares};

/// The standard error of an estimate from what it is without each of the n values, n at least 2.
///
/// # Formula
/// √((n - 1)/n Σ(θ₍ᵢ₎ - θ̄)²) (Tukey 1958; Miller 1974).
pub(super) fn standard_error(without_each: &[f64]) -> f64 {
    let n = count(without_each.len());
    libm::sqrt(sum_of_squares(without_each) * (n - 1.0) / n)
}
