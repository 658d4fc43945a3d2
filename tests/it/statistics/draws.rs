//! Random values with a known truth.

use dormouse::random::normal_quantile;
use dormouse::statistics::Sample;
use rand::distr::Open01;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    /// The draws of one repetition of one row.
    pub(crate) fn of(row: usize, repetition: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(row as u64);
        rng.set_stream(repetition as u64);
        Self(rng)
    }

    pub(crate) fn uniform(&mut self) -> f64 {
        self.0.sample(Open01)
    }

    /// Mean 0, variance 1.
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    /// Mean 1, variance 1, skewness 2.
    pub(crate) fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    pub(crate) fn many(&mut self, n: usize, mut one: impl FnMut(&mut Self) -> f64) -> Vec<f64> {
        (0..n).map(|_| one(self)).collect()
    }
}

pub(crate) fn sample(values: &[f64]) -> Sample<'_> {
    Sample::new(values).unwrap()
}
