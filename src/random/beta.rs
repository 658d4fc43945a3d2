//! The Beta distribution, with the same bits on every machine: nothing here calls the platform's `exp`, `ln` or `pow`.

/// Where a continued fraction or a search has come as near as a number can.
const NEAR: f64 = f64::EPSILON;
/// Terms of the continued fraction at most; with shapes of ten thousand it takes some hundred.
const MOST_TERMS: u32 = 10_000;
/// Steps of the search at most; halving alone takes about a thousand to the least number there is.
const MOST_STEPS: u32 = 1_200;

/// The share of a Beta distribution with shapes `a` and `b`, both above 0, that lies below `x`.
///
/// # Formula
/// The regularised incomplete beta function by its continued fraction (DLMF 8.17.22), evaluated by Lentz's method (Thompson & Barnett 1986); beyond
/// (a + 1)/(a + b + 2) of the other side.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_cdf_near(1.0 - x, b, a);
    }
    beta_cdf_near(x, a, b)
}

/// The same, where the continued fraction converges fast.
fn beta_cdf_near(x: f64, a: f64, b: f64) -> f64 {
    libm::exp(a * libm::log(x) + b * libm::log1p(-x) - ln_beta(a, b)) * fraction(x, a, b) / a
}

/// The value below which a share `p` of a Beta distribution with shapes `a` and `b` lies, 0 < p < 1.
///
/// # Formula
/// Newton's method, halving the bracket wherever a step would leave it.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let ln_beta = ln_beta(a, b);
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    for _ in 0..MOST_STEPS {
        let excess = beta_cdf(x, a, b) - p;
        if excess == 0.0 {
            return x;
        }
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = libm::exp((a - 1.0) * libm::log(x) + (b - 1.0) * libm::log1p(-x) - ln_beta);
        let step = excess / density;
        let next = if step.is_finite() && low < x - step && x - step < high {
            x - step
        } else {
            f64::midpoint(low, high)
        };
        if (next - x).abs() <= NEAR * x {
            return next;
        }
        x = next;
    }
    x
}

fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// The continued fraction of the incomplete beta function.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |y: f64| if y.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { y };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for term in 1..MOST_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for coefficient in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + coefficient * d);
            c = away_from_zero(1.0 + coefficient / c);
            factor = c * d;
            value *= factor;
        }
        if (factor - 1.0).abs() <= NEAR {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.beta.cdf` and `ppf`, `SciPy` 1.17.1.
    #[test]
    #[rustfmt::skip]
    fn shares_and_values_agree_with_another_package() {
        let cases = [
            (0.3, 1.8, 4.2, 0.548_230_304_261_904_7),
            (0.05, 3.0, 3.0, 0.001_158_125),
            (0.9, 3.0, 3.0, 0.991_44),
            (0.2, 1.0, 5.0, 0.672_32),
            (0.97, 5.0, 1.0, 0.858_734_025_699_999_9),
            (1.0e-06, 0.5, 0.5, 0.000_636_619_878_470_924_5),
            (0.4, 9.5, 0.5, 3.753_449_024_191_947e-05),
            (0.999, 249.5, 0.5, 0.480_050_004_976_531_2),
            (0.21, 2000.0, 8001.0, 0.993_427_286_294_682_9),
            (0.5, 1.0, 1.0, 0.5),
            (0.02, 4.6, 1.4, 3.339_893_802_876_906_4e-08),
        ];
        for (x, a, b, share) in cases {
            let (found, back) = (beta_cdf(x, a, b), beta_quantile(share, a, b));
            assert!((found / share - 1.0).abs() < 1e-12_f64.max(1e-15 * (a + b)), "cdf of {x}, {a}, {b}: {found} and not {share}");
            assert!((back / x - 1.0).abs() < 1e-12, "quantile of {share}, {a}, {b}: {back} and not {x}");
        }
        assert!(beta_cdf(0.0, 2.0, 3.0) == 0.0 && beta_cdf(1.0, 2.0, 3.0) >= 1.0);
    }

    #[test]
    fn a_share_of_a_value_leads_back_to_it() {
        for (a, b) in
            [(1.0, 5.0), (1.8, 4.2), (3.0, 3.0), (5.0, 1.0), (0.5, 0.5), (8.0, 0.5), (2_000.0, 8_001.0)]
        {
            for p in [1e-9, 0.001, 0.2, 0.5, 0.8, 0.999] {
                let x = beta_quantile(p, a, b);
                assert!((beta_cdf(x, a, b) / p - 1.0).abs() < 1e-10, "{p} of {a}, {b}: {x}");
            }
        }
    }

    /// The bits of many values: another library of functions, such as that of the platform, gives others.
    #[test]
    fn the_bits_are_those_of_one_library() {
        let mut sum = 0_u64;
        for i in 1..500_u32 {
            let p = f64::from(i) / 500.0;
            let shape = 1.0 + 4.0 * f64::from(i % 17) / 17.0;
            sum = sum.rotate_left(5) ^ beta_quantile(p, shape, 6.0 - shape).to_bits();
        }
        assert_eq!(sum, 14_063_851_512_851_354_044);
    }
}
