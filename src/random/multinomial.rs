//! Counts over several outcomes, exactly: conditional binomials, or one draw an installation where that is cheaper.

use rand::distr::Open01;
use rand::{Rng, RngExt};

use super::choice::{A_WORD, Choice};
use super::coins::Coins;
use super::{Chance, Stream};

/// Up to this many for each length, a draw each is cheaper than fair coins.
const DRAWS_A_LENGTH: usize = 6;

/// Up to this many for each length, fair coins are cheaper than a conditional binomial a length.
const COINS_A_LENGTH: usize = 128;

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
        let by_outcome = |outcome, count| each(self.first + outcome, count);
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

/// Leavers who are counted together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// How many.
    pub n: u32,
    /// Where their row of counts begins, one for each destination; others may have been counted there before.
    pub first: usize,
}

/// Where leavers go: a choice by weight among all but the one they left.
#[derive(Clone, Debug)]
pub struct Destinations {
    /// Share of each destination.
    shares: Vec<f64>,
    choice: Choice,
    coins: Coins,
}

/// From so many of a group on, fair coins are cheaper than a draw each.
const MANY: u32 = 48;
/// Drawing again whoever would stay is quick unless so many would.
const MOST_STAY: f64 = 0.9;
/// Beyond so many for each destination, a conditional binomial a destination is cheaper than fair coins.
const COINS_A_DESTINATION: usize = 128;
/// Leavers whose destinations are drawn before any is counted.
const AT_ONCE: usize = 64;

impl Destinations {
    /// From the weight of each destination.
    ///
    /// # Panics
    /// When there are as many as 2^15 of them.
    #[must_use]
    pub fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        Self { choice: Choice::new(weights), coins: Coins::new(&shares), shares }
    }

    /// Whether there is anywhere to go but `from`.
    #[must_use]
    pub fn exist_without(&self, from: usize) -> bool {
        1.0 - self.shares[from] > 1e-12
    }

    /// The destination of one leaver of `from`.
    pub fn of_one(&self, from: usize, stream: &mut Stream) -> usize {
        if self.shares[from] < MOST_STAY {
            return self.choice.draw_one(stream, |to| usize::from(to) != from).into();
        }
        let mut row = vec![0; self.shares.len()];
        self.send_together(from, 1, stream, &mut row);
        row.iter().position(|n| *n > 0).unwrap_or(from)
    }

    /// Sends leavers of `from` to their destinations, in groups: of each so many, added to its row of `counts`.
    pub fn send<const N: usize>(
        &self,
        from: usize,
        mut groups: [Group; N],
        stream: &mut Stream,
        counts: &mut [u32],
    ) {
        let is_many = |group: &Group| group.n >= MANY || self.shares[from] >= MOST_STAY;
        if !groups.iter().any(is_many) {
            return self.send_few(from, groups, stream, counts);
        }
        // All groups draw from one generator: two that begin with the same numbers would draw alike.
        let words = &mut stream.small_generator();
        let n_destinations = self.shares.len();
        for group in groups.iter_mut().filter(|group| is_many(group)) {
            let row = &mut counts[group.first..][..n_destinations];
            let n = std::mem::take(&mut group.n);
            if n as usize <= COINS_A_DESTINATION * n_destinations && self.shares[from] < MOST_STAY {
                self.send_many(from, n, words, row);
            } else {
                self.send_together(from, n, words, row);
            }
        }
        self.send_few(from, groups, words, counts);
    }

    /// A draw for each. Groups follow one another in one row of draws, so that no part of a word is lost between them.
    fn send_few<const N: usize>(
        &self,
        from: usize,
        groups: [Group; N],
        words: &mut impl Rng,
        counts: &mut [u32],
    ) {
        let mut to_come = groups.iter().map(|group| group.n).sum::<u32>() as usize;
        if to_come == 1 {
            // Most often: the word need not be worked out to its end.
            let to = self.choice.draw_one(words, |to| usize::from(to) != from);
            groups.iter().for_each(|group| counts[group.first + usize::from(to)] += group.n);
            return;
        }
        let mut drawn = [0; AT_ONCE + A_WORD];
        let (mut at, mut end) = (0, 0);
        for Group { n, first } in groups {
            let mut left = n as usize;
            while left > 0 {
                if at == end {
                    (at, end) = (0, to_come.min(AT_ONCE));
                    to_come -= end;
                    self.choice.draw_kept(end, words, |to| usize::from(to) != from, &mut drawn);
                }
                let some = left.min(end - at);
                drawn[at..at + some].iter().for_each(|to| counts[first + usize::from(*to)] += 1);
                (at, left) = (at + some, left - some);
            }
        }
    }

    /// By fair coins: those who would stay are counted, and sent again, the last few by a draw each.
    fn send_many(&self, from: usize, n: u32, words: &mut impl Rng, row: &mut [u32]) {
        // Leavers of other places may have come there before: they are not drawn again.
        let come_before = std::mem::take(&mut row[from]);
        let mut left = n;
        while left > 0 {
            let count = |to, n| row[to as usize] += n;
            if left >= MANY {
                self.coins.spread(left, words, count);
            } else {
                self.choice.draw(left, words, count);
            }
            left = std::mem::take(&mut row[from]);
        }
        row[from] = come_before;
    }

    /// A conditional binomial for each destination.
    fn send_together(&self, from: usize, n: u32, words: &mut impl Rng, row: &mut [u32]) {
        let (mut left, mut share_left) = (n, 1.0 - self.shares[from]);
        let others = || self.shares.iter().enumerate().filter(|(to, share)| *to != from && **share > 0.0);
        for (to, share) in others() {
            if left == 0 {
                return;
            }
            let count = Chance::new((share / share_left).min(1.0)).count(left, words.sample(Open01));
            row[to] += count;
            left -= count;
            share_left -= share;
        }
        // Only rounding of the shares can leave anybody: they go to the last place with a share.
        if let Some((to, _)) = others().next_back() {
            row[to] += left;
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::cast_precision_loss, reason = "counts of a test are small")]

    use super::{Destinations, Group, Lengths};
    use crate::random::{Address, Draws, Purpose};

    fn stream(entity: u64) -> super::Stream {
        Draws::new(5, 0).stream(Address { purpose: Purpose::Leaving, entity, day: 0, index: 0 })
    }

    /// By a draw each, by coins, and by conditional binomials, in groups: counts of each destination, and how much they vary.
    #[test]
    fn leavers_go_elsewhere_in_proportion() {
        let weights = [0.5, 0.0, 0.3, 0.2];
        let destinations = Destinations::new(&weights);
        for (n, rounds) in [(12, 20_000), (200, 5_000), (5_000, 2_000)] {
            for from in 0..4 {
                let (mut sums, mut squares) = ([0.0; 4], [0.0; 4]);
                for round in 0..rounds {
                    // Others came before them, also to the place that they leave.
                    let (sizes, mut counts) = ([n / 3, 0, n - n / 3], [7; 12]);
                    let groups = [0, 1, 2].map(|group| Group { n: sizes[group], first: 4 * group });
                    destinations.send(from, groups, &mut stream(round), &mut counts);
                    let mut gained = [0; 4];
                    counts.iter_mut().for_each(|n| *n -= 7);
                    for (counts, size) in counts.chunks(4).zip(sizes) {
                        assert_eq!(counts.iter().sum::<u32>(), size);
                        assert_eq!(counts[from], 0);
                        gained.iter_mut().zip(counts).for_each(|(gained, n)| *gained += n);
                    }
                    for (to, n) in gained.into_iter().enumerate() {
                        sums[to] += f64::from(n);
                        squares[to] += f64::from(n).powi(2);
                    }
                }
                let rounds = rounds as f64;
                for to in (0..4).filter(|to| *to != from) {
                    let p = weights[to] / (1.0 - weights[from]);
                    let (mean, variance) = (f64::from(n) * p, f64::from(n) * p * (1.0 - p));
                    let found = sums[to] / rounds;
                    let what = format!("{n} of {from} to {to}");
                    assert!(
                        (found - mean).abs() <= 4.0 * (variance / rounds).sqrt(),
                        "{what}: {found}, not {mean}"
                    );
                    let spread = squares[to] / rounds - found * found;
                    assert!((spread - variance).abs() <= 0.15 * variance, "{what}: {spread}, not {variance}");
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
