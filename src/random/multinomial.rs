//! Counts over several outcomes, exactly: conditional binomials, or one draw an installation where that is cheaper.

use rand::RngExt;
use rand::distr::Open01;

use super::{Chance, Stream};

/// How long things take: a distribution over whole days.
#[derive(Clone, Debug)]
pub struct Lengths {
    /// First length with a positive probability \[days\].
    first: u32,
    /// Chance of each length among those not shorter.
    hazards: Vec<Chance>,
    /// Probability of each length or a shorter one.
    upto: Vec<f64>,
}

impl Lengths {
    /// From the probability of each length, the first of which is `first` days.
    ///
    /// # Panics
    /// When there is no probability at all.
    #[must_use]
    pub fn new(first: u32, probabilities: &[f64]) -> Self {
        assert!(!probabilities.is_empty(), "a length has at least one value");
        let mut left: f64 = probabilities.iter().sum();
        let last = probabilities.len() - 1;
        let hazards = probabilities.iter().enumerate().map(|(i, p)| {
            let hazard = if i == last { 1.0 } else { (p / left).min(1.0) };
            left -= p;
            Chance::new(hazard)
        });
        let hazards = hazards.collect();
        let total: f64 = probabilities.iter().sum();
        let upto = probabilities.iter().scan(0.0, |sum, p| {
            *sum += p / total;
            Some(*sum)
        });
        Self { first, hazards, upto: upto.collect() }
    }

    /// Spreads `n` over the lengths: calls `each(days, count)` for lengths that somebody has, perhaps more than once.
    pub fn spread(&self, mut n: u32, stream: &mut Stream, mut each: impl FnMut(u32, u32)) {
        if n as usize * 2 <= self.upto.len() {
            // A draw each is cheaper than a conditional binomial a length.
            for _ in 0..n {
                let u: f64 = stream.sample(Open01);
                let longer = self.upto.iter().take(self.upto.len() - 1).filter(|upto| **upto <= u);
                each(longer.fold(self.first, |days, _| days + 1), 1);
            }
            return;
        }
        for (days, hazard) in (self.first..).zip(&self.hazards) {
            if n == 0 {
                return;
            }
            let count = if hazard.is_certain() {
                hazard.certain_count(n)
            } else {
                hazard.count(n, stream.sample(Open01))
            };
            if count > 0 {
                each(days, count);
                n -= count;
            }
        }
    }

    /// Mean length \[days\].
    #[must_use]
    pub fn mean(&self) -> f64 {
        let mut survivors = 1.0;
        let mut mean = f64::from(self.first);
        for hazard in &self.hazards {
            survivors *= 1.0 - hazard.probability();
            mean += survivors;
        }
        mean
    }
}

/// Where leavers go: a choice by weight among all but the one they left.
#[derive(Clone, Debug)]
pub struct Destinations {
    /// Weight below each destination; one more for the total.
    below: Vec<f64>,
    /// For each of [`GUIDES`] equal parts of the total, the first destination that may hold it.
    guide: Vec<u32>,
}

const GUIDES: u32 = 256;
/// Above this many leavers conditional binomials are cheaper than a draw each.
const FEW: u32 = 96;

impl Destinations {
    /// From the weight of each destination.
    #[must_use]
    pub fn new(weights: &[f64]) -> Self {
        let mut below = vec![0.0];
        below.extend(weights.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        }));
        let total = below[weights.len()];
        let mut at = 0_u32;
        let guide = (0..GUIDES).map(|part| {
            let start = total * f64::from(part) / f64::from(GUIDES);
            while (at as usize) + 1 < weights.len() && below[at as usize + 1] <= start {
                at += 1;
            }
            at
        });
        Self { guide: guide.collect(), below }
    }

    /// Whether there is anywhere to go but `from`.
    #[must_use]
    pub fn exist_without(&self, from: usize) -> bool {
        self.total() - self.weight(from) > self.total() * 1e-12
    }

    /// Sends `n` leavers of `from` to their destinations: calls `each(destination, count)`.
    pub fn send(&self, from: usize, n: u32, stream: &mut Stream, mut each: impl FnMut(usize, u32)) {
        if n <= FEW {
            for _ in 0..n {
                each(self.pick(from, stream.sample(Open01)), 1);
            }
            return;
        }
        let mut left = n;
        let mut weight_left = self.total() - self.weight(from);
        let destinations = self.below.len() - 1;
        for to in (0..destinations).filter(|to| *to != from && self.weight(*to) > 0.0) {
            let count =
                Chance::new((self.weight(to) / weight_left).min(1.0)).count(left, stream.sample(Open01));
            if count > 0 {
                each(to, count);
            }
            left -= count;
            weight_left -= self.weight(to);
            if left == 0 {
                return;
            }
        }
        // Only rounding of the weights can leave anybody: they go to the last place with a weight.
        if let Some(to) = (0..destinations).rev().find(|to| *to != from && self.weight(*to) > 0.0) {
            each(to, left);
        }
    }

    fn pick(&self, from: usize, u: f64) -> usize {
        let mut point = u * (self.total() - self.weight(from));
        if point >= self.below[from] {
            point += self.weight(from);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the total")]
        let part = ((point / self.total() * f64::from(GUIDES)) as usize).min(GUIDES as usize - 1);
        let mut at = self.guide[part] as usize;
        while at + 2 < self.below.len() && (self.below[at + 1] <= point || at == from) {
            at += 1;
        }
        // Rounding at the very end must not send anybody back where they came from.
        if at == from { (0..at).rev().find(|i| self.weight(*i) > 0.0).unwrap_or(at) } else { at }
    }

    fn weight(&self, at: usize) -> f64 {
        self.below[at + 1] - self.below[at]
    }

    fn total(&self) -> f64 {
        self.below[self.below.len() - 1]
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "counts of a test are small"
    )]

    use super::{Destinations, Lengths};
    use crate::random::{Address, Draws, Purpose};

    fn stream(entity: u64) -> super::Stream {
        Draws::new(5, 0).stream(Address { purpose: Purpose::Gaining, entity, day: 0, index: 0 })
    }

    #[test]
    fn leavers_go_elsewhere_in_proportion() {
        let destinations = Destinations::new(&[0.5, 0.0, 0.3, 0.2]);
        for (n, rounds) in [(50, 4_000), (5_000, 40)] {
            for from in 0..4 {
                let mut gained = [0_u32; 4];
                for round in 0..rounds {
                    destinations.send(from, n, &mut stream(round), |to, count| gained[to] += count);
                }
                assert_eq!(gained[from], 0);
                assert_eq!(gained.iter().sum::<u32>(), n * rounds as u32);
                let weights = [0.5, 0.0, 0.3, 0.2];
                let rest = 1.0 - weights[from];
                for to in (0..4).filter(|to| *to != from) {
                    let share = f64::from(gained[to]) / f64::from(n * rounds as u32);
                    assert!((share - weights[to] / rest).abs() < 0.005, "{from} to {to}: {share}");
                }
            }
        }
    }

    #[test]
    fn lengths_add_up_and_keep_their_mean() {
        let lengths = Lengths::new(7, &[1.0 / 22.0; 22]);
        let mut days_sum = 0_u64;
        for entity in 0..200 {
            let mut n = 0;
            lengths.spread(1_000, &mut stream(entity), |days, count| {
                assert!((7..=28).contains(&days));
                n += count;
                days_sum += u64::from(days * count);
            });
            assert_eq!(n, 1_000);
        }
        let mean = days_sum as f64 / 200_000.0;
        assert!((mean - 17.5).abs() < 0.05 && (lengths.mean() - 17.5).abs() < 1e-9, "{mean}");
    }
}
