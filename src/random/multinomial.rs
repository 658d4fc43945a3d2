//! Counts over several outcomes, exactly: conditional binomials, or one draw an installation where that is cheaper.

use rand::RngExt;
use rand::distr::Open01;

use super::choice::Choice;
use super::coins::Coins;
use super::{Chance, Stream};

/// Up to this many for each length, a draw each is cheaper than fair coins.
const DRAWS_A_LENGTH: usize = 6;

/// Up to this many for each length, fair coins are cheaper than a conditional binomial a length.
const COINS_A_LENGTH: usize = 128;

/// Up to this many for each destination, a draw each is cheaper than a conditional binomial a destination.
const DRAWS_A_DESTINATION: usize = 16;

/// How long things take: a distribution over whole days.
#[derive(Clone, Debug)]
pub struct Lengths {
    /// First length with a positive probability \[days\].
    first: u32,
    /// Chance of each length among those not shorter.
    hazards: Vec<Chance>,
    choice: Choice,
    coins: Coins,
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
        let all: f64 = probabilities.iter().sum();
        let shares: Vec<f64> = probabilities.iter().map(|p| p / all).collect();
        let (choice, coins) = (Choice::new(&shares), Coins::new(&shares));
        Self { first, hazards: hazards.collect(), choice, coins }
    }

    /// Spreads `n` over the lengths: calls `each(days, count)`, perhaps more than once or with nobody.
    pub fn spread(&self, mut n: u32, stream: &mut Stream, mut each: impl FnMut(u32, u32)) {
        let upto = |of_each: usize| self.hazards.len() > 1 && n as usize <= of_each * self.hazards.len();
        let by_outcome = |outcome, count| each(self.first + u32::from(outcome), count);
        if upto(DRAWS_A_LENGTH) {
            return self.choice.draw(n, stream, by_outcome);
        }
        if upto(COINS_A_LENGTH) {
            return self.coins.spread(n, &mut stream.small_generator(), by_outcome);
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

    /// Longest length \[days\].
    #[must_use]
    pub fn longest(&self) -> u32 {
        (self.first..).zip(&self.hazards).last().map_or(self.first, |(days, _)| days)
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
    /// Share of each destination.
    shares: Vec<f64>,
    choice: Choice,
}

impl Destinations {
    /// From the weight of each destination.
    #[must_use]
    pub fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        Self { shares: weights.iter().map(|weight| weight / total).collect(), choice: Choice::new(weights) }
    }

    /// Whether there is anywhere to go but `from`.
    #[must_use]
    pub fn exist_without(&self, from: usize) -> bool {
        1.0 - self.shares[from] > 1e-12
    }

    /// Sends `n` leavers of `from` to their destinations: calls `each(destination, count)`, perhaps more than once or with nobody.
    pub fn send(&self, from: usize, n: u32, stream: &mut Stream, mut each: impl FnMut(usize, u32)) {
        let few = n as usize <= DRAWS_A_DESTINATION * self.shares.len();
        // Drawing again whoever would stay is quick unless nearly all would.
        if few && self.shares[from] < 0.9 {
            self.choice.draw_until(n, stream, |to| {
                let elsewhere = usize::from(to) != from;
                each(to.into(), elsewhere.into());
                elsewhere
            });
            return;
        }
        let (mut left, mut share_left) = (n, 1.0 - self.shares[from]);
        let others = || self.shares.iter().enumerate().filter(|(to, share)| *to != from && **share > 0.0);
        for (to, share) in others() {
            let count = Chance::new((share / share_left).min(1.0)).count(left, stream.sample(Open01));
            each(to, count);
            left -= count;
            share_left -= share;
            if left == 0 {
                return;
            }
        }
        // Only rounding of the shares can leave anybody: they go to the last place with a share.
        if let Some((to, _)) = others().next_back() {
            each(to, left);
        }
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
        Draws::new(5, 0).stream(Address { purpose: Purpose::Leaving, entity, day: 0, index: 0 })
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

    /// By a draw each, by coins, by conditional binomials.
    #[test]
    fn lengths_add_up_and_keep_their_mean() {
        let lengths = Lengths::new(7, &[1.0 / 22.0; 22]);
        for n in [100, 1_000, 100_000] {
            let mut days_sum = 0_u64;
            for entity in 0..2_000 {
                let mut counted = 0;
                lengths.spread(n, &mut stream(entity), |days, count| {
                    assert!((7..=28).contains(&days));
                    counted += count;
                    days_sum += u64::from(days * count);
                });
                assert_eq!(counted, n);
            }
            let all = f64::from(n) * 2_000.0;
            let (mean, spread) = (days_sum as f64 / all, (483.0_f64 / 12.0 / all).sqrt());
            assert!((mean - 17.5).abs() < 4.5 * spread, "{n}: {mean}");
        }
        assert!((lengths.mean() - 17.5).abs() < 1e-9);
    }
}
