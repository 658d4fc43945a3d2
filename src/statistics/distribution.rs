//! Critical values: what `statrs` has, and the one place where it loses digits mended.

use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

use super::Level;
use super::sample::count;
use crate::random::normal_quantile;

/// Degrees of freedom from which the expansion is better than the inverted beta function of `statrs`, which loses
/// digits as they grow (1.8266 in place of 1.9600 at 10^7).
const MANY: usize = 200;

/// The distance from the centre, in standard errors, that a two-sided interval needs with `df` degrees of freedom.
pub(super) fn two_sided(level: Level, df: usize) -> f64 {
    upper_tail(level.miss() / 2.0, df)
}

/// The distance that a one-sided bound needs with `df` degrees of freedom.
pub(super) fn one_sided(level: Level, df: usize) -> f64 {
    upper_tail(level.miss(), df)
}

/// The value that Student's t with `df` degrees of freedom, at least 1, exceeds with probability `tail`.
fn upper_tail(tail: f64, df: usize) -> f64 {
    let nu = count(df.max(1));
    if df >= MANY {
        return expansion(-normal_quantile(tail), nu);
    }
    match StudentsT::new(0.0, 1.0, nu) {
        Ok(t) => -t.inverse_cdf(tail),
        Err(_) => unreachable!("a t distribution has at least one degree of freedom"),
    }
}

/// Student's quantile from the normal one.
///
/// # Formula
/// Abramowitz & Stegun 26.7.5, four terms in 1/nu.
fn expansion(x: f64, nu: f64) -> f64 {
    let y = x * x;
    let first = x * (y + 1.0) / 4.0;
    let second = x * ((5.0 * y + 16.0) * y + 3.0) / 96.0;
    let third = x * (((3.0 * y + 19.0) * y + 17.0) * y - 15.0) / 384.0;
    let fourth = x * ((((79.0 * y + 776.0) * y + 1482.0) * y - 1920.0) * y - 945.0) / 92_160.0;
    x + (first + (second + (third + fourth / nu) / nu) / nu) / nu
}

/// P(X <= k) for X binomial (n, p); 0 for no k.
pub(super) fn binomial_cdf(n: usize, p: f64, k: Option<usize>) -> f64 {
    let Some(k) = k else { return 0.0 };
    match Binomial::new(p, n as u64) {
        Ok(binomial) => binomial.cdf(k as u64),
        Err(_) => unreachable!("a probability is between 0 and 1"),
    }
}

/// The distance from the centre, in standard errors, of a two-sided interval of a normal estimate.
pub(super) fn normal_two_sided(level: Level) -> f64 {
    -normal_quantile(level.miss() / 2.0)
}
