//! Exact binomial counts by inversion: one uniform gives the quantile, so a count is monotone in n, in p and in u,
//! and two scenarios that differ little stay in step. The cost does not grow with n.

mod repeated;

use super::normal::normal_quantile;

pub use repeated::Repeated;

/// A probability, with what its counts need worked out once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// The probability that is inverted, at most one half.
    p: f64,
    q: f64,
    ln_q: f64,
    odds: f64,
    /// Whether `p` is that of failure, because success is likelier than not.
    flipped: bool,
}

/// Probabilities of 0, 1, 2, ... added up.
struct Search {
    pmf: f64,
    cdf: f64,
    left: f64,
    k: u32,
}

impl Search {
    #[inline]
    fn new(n: u32, nobody: f64) -> Self {
        Self { pmf: nobody, cdf: nobody, left: f64::from(n), k: 0 }
    }

    #[inline]
    fn has_more(&self) -> bool {
        self.left > 0.0 && self.pmf > 0.0
    }

    #[inline]
    fn go_on(&mut self, chance: &Chance) {
        self.k += 1;
        self.pmf *= chance.odds * self.left * reciprocal(self.k);
        self.left -= 1.0;
        self.cdf += self.pmf;
    }
}

/// Variance from which the normal expansion is tried first.
const SMALL_VARIANCE: f64 = 10.0;

impl Chance {
    /// A chance of probability `p`; values outside 0..=1 are taken as the nearer end.
    #[must_use]
    pub fn new(p: f64) -> Self {
        let flipped = p > 0.5;
        let p = if flipped { 1.0 - p } else { p }.max(0.0);
        let q = 1.0 - p;
        Self { p, q, ln_q: libm::log1p(-p), odds: p / q, flipped }
    }

    /// The probability \[0..=1\].
    #[must_use]
    pub fn probability(&self) -> f64 {
        if self.flipped { self.q } else { self.p }
    }

    /// -ln(1 - p): as an exponential number of mean 1 wears by this for each trial, it lasts as long as none succeeds. Large but finite where
    /// p is 1.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.flipped { -libm::log(self.p.max(f64::MIN_POSITIVE)) } else { -self.ln_q }
    }

    /// Whether no draw can change what happens.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.p <= 0.0
    }

    /// How many of `n` succeed where [`Self::is_certain`]: all or none.
    #[must_use]
    pub fn certain_count(&self, n: u32) -> u32 {
        if self.flipped { n } else { 0 }
    }

    /// The least k with P(X <= k) > u for X binomial (n, p), 0 < u < 1.
    #[inline]
    #[must_use]
    pub fn count(&self, n: u32, u: f64) -> u32 {
        self.count_by(n, u, |n| self.nobody(n))
    }

    /// As `count`, with the probability that nobody is counted worked out by `nobody`.
    #[inline]
    fn count_by(&self, n: u32, u: f64, nobody: impl Fn(u32) -> f64) -> u32 {
        if self.p <= 0.0 || n == 0 {
            return self.certain_count(n);
        }
        if self.flipped { n - self.count_rare(n, 1.0 - u, nobody) } else { self.count_rare(n, u, nobody) }
    }

    #[inline]
    fn count_rare(&self, n: u32, u: f64, nobody: impl Fn(u32) -> f64) -> u32 {
        // Most small draws need no more than this.
        if u < self.surely_nobody(n) {
            return 0;
        }
        let mean = f64::from(n) * self.p;
        if mean * self.q < SMALL_VARIANCE { self.by_search(n, u, nobody(n)) } else { self.by_expansion(n, u) }
    }

    /// At most P(X = 0), by Bernoulli's inequality: 1 - np.
    #[inline]
    fn surely_nobody(&self, n: u32) -> f64 {
        1.0 - f64::from(n) * self.p
    }

    /// P(X = 0) \[0..=1\].
    fn nobody(&self, n: u32) -> f64 {
        libm::exp(f64::from(n) * self.ln_q)
    }

    /// Adds up the probabilities from that of 0.
    fn by_search(&self, n: u32, u: f64, nobody: f64) -> u32 {
        let mut search = Search::new(n, nobody);
        while u >= search.cdf && search.has_more() {
            search.go_on(self);
        }
        search.k
    }

    /// Cornish-Fisher expansion of the quantile with continuity correction. Where it comes too near to an integer
    /// for its own error, the distribution function decides, so that the answer is exact all the same.
    fn by_expansion(&self, n: u32, u: f64) -> u32 {
        let z = normal_quantile(u);
        let (x, error) = self.expansion(n, z);
        let (low, nearest) = (x.clamp(0.0, f64::from(n)), (x + 0.5).clamp(0.0, f64::from(n)));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=n")]
        let (k, nearest) = (low as u32, nearest as u32);
        if (x - f64::from(nearest)).abs() > error { k } else { self.settle(n, u, nearest) }
    }

    /// The expansion at normal quantile `z`, and a bound on its error.
    ///
    /// # Formula
    /// np + sz + (q-p)(z^2-1)/6 + \[(1-6pq)(z^3-3z)/24 - (q-p)^2(2z^3-5z)/36 - z/24\]/s + 1/2 with s^2 = npq, where
    /// -z/24 is Sheppard's correction for the lattice. The next term is of order 1/s^2.
    fn expansion(&self, n: u32, z: f64) -> (f64, f64) {
        let (p, q) = (self.p, self.q);
        let mean = f64::from(n) * p;
        let variance = mean * q;
        let spread = libm::sqrt(variance);
        let (z2, skew) = (z * z, q - p);
        let third = (1.0 - 6.0 * p * q) * z * (z2 - 3.0) / 24.0
            - skew * skew * z * (2.0 * z2 - 5.0) / 36.0
            - z / 24.0;
        let x = mean + spread * z + skew * (z2 - 1.0) / 6.0 + third / spread + 0.5;
        (x, (0.05 + 0.02 * z2 + 0.02 * z2 * z2) / variance)
    }

    /// The exact quantile, looked for from `k`.
    fn settle(&self, n: u32, u: f64, mut k: u32) -> u32 {
        while k > 0 && u < self.cdf(n, k - 1) {
            k -= 1;
        }
        while k < n && u >= self.cdf(n, k) {
            k += 1;
        }
        k
    }

    /// P(X <= k), from the probability at k and the ratios below it (or above it, on the upper side).
    fn cdf(&self, n: u32, k: u32) -> f64 {
        let mean = f64::from(n) * self.p;
        if f64::from(k) < mean {
            let (mut sum, mut term) = (0.0, self.pmf(n, k));
            for j in (0..=k).rev() {
                sum += term;
                if term < sum * 1e-18 {
                    break;
                }
                term *= f64::from(j) / (f64::from(n - j + 1) * self.odds);
            }
            return sum;
        }
        if k >= n {
            return 1.0;
        }
        let (mut sum, mut term) = (0.0, self.pmf(n, k + 1));
        for j in k + 1..=n {
            sum += term;
            if term < sum * 1e-18 {
                break;
            }
            term *= self.odds * f64::from(n - j) / f64::from(j + 1);
        }
        1.0 - sum
    }

    /// P(X = k) by Loader's saddle-point form (2000), accurate to a few parts in 10^15.
    fn pmf(&self, n: u32, k: u32) -> f64 {
        let n_f = f64::from(n);
        if k == 0 {
            return self.nobody(n);
        }
        if k == n {
            return libm::exp(n_f * libm::log(self.p));
        }
        let (a, b) = (f64::from(k), f64::from(n - k));
        let exponent = stirling_error(n_f)
            - stirling_error(a)
            - stirling_error(b)
            - deviance(a, n_f * self.p)
            - deviance(b, n_f * self.q);
        libm::exp(exponent) * libm::sqrt(n_f / (std::f64::consts::TAU * a * b))
    }
}

/// 1/k, from a table while k is small.
fn reciprocal(k: u32) -> f64 {
    const TABLE: [f64; 64] = {
        let mut table = [0.0; 64];
        let (mut k, mut whole) = (1, 1.0);
        while k < 64 {
            table[k] = 1.0 / whole;
            (k, whole) = (k + 1, whole + 1.0);
        }
        table
    };
    TABLE.get(k as usize).copied().unwrap_or_else(|| 1.0 / f64::from(k))
}

/// ln(n!) less Stirling's formula.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        let half_log_tau = 0.918_938_533_204_672_8;
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - half_log_tau;
    }
    let n2 = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * n2)) / n2) / n2) / n2) / n
}

/// x ln(x/m) + m - x without losing digits where x is near m.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() > 0.1 * (x + m) {
        return x * libm::log(x / m) + m - x;
    }
    let v = (x - m) / (x + m);
    let mut sum = (x - m) * v;
    let mut term = 2.0 * x * v;
    let mut odd = 3.0;
    loop {
        term *= v * v;
        let next = sum + term / odd;
        if next.to_bits() == sum.to_bits() {
            return sum;
        }
        sum = next;
        odd += 2.0;
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of a test are small"
    )]

    use super::Chance;

    const SIZES: [u32; 9] = [1, 2, 7, 40, 101, 1_000, 30_000, 1_000_000, 20_000_000];
    const PROBABILITIES: [f64; 9] = [1e-6, 6.6e-5, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999];

    /// P(X <= k) for every k, by log-gamma: it shares nothing with the code under test.
    fn oracle(n: u32, p: f64) -> (u32, Vec<f64>) {
        let (n_f, spread) = (f64::from(n), (f64::from(n) * p * (1.0 - p)).sqrt());
        let first = (n_f * p - 9.0 * spread - 30.0).max(0.0) as u32;
        let last = (n_f * p + 9.0 * spread + 30.0).min(n_f) as u32;
        let ln_choose =
            |k: f64| libm::lgamma(n_f + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n_f - k + 1.0);
        let pmf = |k: u32| {
            (ln_choose(f64::from(k)) + f64::from(k) * p.ln() + f64::from(n - k) * (-p).ln_1p()).exp()
        };
        let cdf = (first..=last).scan(0.0, |sum, k| {
            *sum += pmf(k);
            Some(*sum)
        });
        (first, cdf.collect())
    }

    #[test]
    fn count_is_the_quantile() {
        for n in SIZES {
            for p in PROBABILITIES {
                let chance = Chance::new(p);
                let (first, cdf) = oracle(n, p);
                for i in 1..400 {
                    let u = f64::from(i) / 400.0 - 1.3e-4;
                    let k = (chance.count(n, u) - first) as usize;
                    assert!(cdf[k] > u - 1e-7, "n {n} p {p} u {u}: {k} is too low");
                    assert!(k == 0 || cdf[k - 1] <= u + 1e-7, "n {n} p {p} u {u}: {k} is too high");
                }
            }
        }
    }

    #[test]
    fn expansion_keeps_its_error_bound() {
        let mut worst: f64 = 0.0;
        for n in [21, 41, 60, 101, 400, 1_000, 30_000, 1_000_000] {
            for p in [0.0004, 0.01, 0.02, 0.1, 0.25, 0.3, 0.49, 0.5] {
                let chance = Chance::new(p);
                let (mean, variance) = (f64::from(n) * p, f64::from(n) * p * (1.0 - p));
                if variance < super::SMALL_VARIANCE {
                    continue;
                }
                let reach = 8.0 * variance.sqrt();
                let step = (reach / 200.0).max(1.0);
                let mut m = (mean - reach).max(1.0).floor();
                while m < (mean + reach).min(f64::from(n)) {
                    let u = chance.cdf(n, m as u32 - 1);
                    if u > 1e-15 && u < 0.999_99 {
                        let (x, error) = chance.expansion(n, super::normal_quantile(u));
                        worst = worst.max((x - m).abs() / error);
                    }
                    m += step.floor();
                }
            }
        }
        assert!(worst < 0.75, "the error is {worst} of its bound");
    }

    #[test]
    fn count_is_monotone_in_size_probability_and_draw() {
        let draws: Vec<f64> = (1..200).map(|i| f64::from(i) / 200.0).collect();
        for n in [1_u32, 9, 30, 99, 100, 101, 1_999, 50_000] {
            for p in [0.01, 0.099, 0.1, 0.49, 0.5, 0.51, 0.9] {
                for u in &draws {
                    let k = Chance::new(p).count(n, *u);
                    assert!(Chance::new(p).count(n + 1, *u) >= k, "n {n} p {p} u {u}");
                    assert!(Chance::new(p + 1e-4).count(n, *u) >= k, "n {n} p {p} u {u}");
                    assert!(Chance::new(p).count(n, u + 1e-4) >= k, "n {n} p {p} u {u}");
                }
            }
        }
    }

    #[test]
    fn certain_chances_need_no_draw() {
        assert_eq!(Chance::new(0.0).count(17, 0.999_999), 0);
        assert_eq!(Chance::new(1.0).count(17, 0.000_001), 17);
        assert!(Chance::new(1.0).is_certain() && !Chance::new(0.5).is_certain());
    }
}
