//! Counts of many over several outcomes by fair coins: the ones in random words halve a number again and again, 64 at a time, down to
//! leaves of equal probability. An outcome owns as many leaves as fit into its probability. Those on a leaf without an owner draw their
//! outcome singly, from the probability that is left over. The mixture is exact for any probabilities.

use rand::{Rng, RngExt};

use super::choice::Choice;

/// Least share of a number that should end on leaves with an owner.
const OWNED: f64 = 0.65;
/// Most leaves, and the space that their counts take.
const MOST_LEAVES: usize = 256;

/// Outcomes 0, 1, 2, ... as owners of leaves.
#[derive(Clone, Debug)]
pub(super) struct Coins {
    /// The owner of each leaf that has one; these leaves come first.
    owners: Vec<u16>,
    /// All leaves, a power of 2.
    n_leaves: usize,
    /// The outcomes of those on leaves without an owner.
    left_over: Choice,
}

impl Coins {
    /// From the probabilities of the outcomes, which sum to 1.
    pub(super) fn new(probabilities: &[f64]) -> Self {
        let mut n_leaves = probabilities.len().next_power_of_two().min(MOST_LEAVES);
        while n_leaves < MOST_LEAVES && owned(probabilities, n_leaves) < OWNED {
            n_leaves *= 2;
        }
        let mut owners = Vec::with_capacity(n_leaves);
        let mut left_over = probabilities.to_vec();
        for (outcome, p) in (0..).zip(&mut left_over) {
            let leaves = whole_leaves(*p, n_leaves);
            owners.extend(std::iter::repeat_n(outcome, leaves));
            *p = (*p - share(leaves, n_leaves)).max(0.0);
        }
        let all_owned = owners.len() == n_leaves;
        let left_over = Choice::new(if all_owned { probabilities } else { &left_over });
        Self { owners, n_leaves, left_over }
    }

    /// Spreads `n` over the outcomes: calls `each(outcome, count)`, perhaps more than once an outcome and perhaps with a count of 0.
    pub(super) fn spread(&self, n: u32, words: &mut impl Rng, mut each: impl FnMut(u32, u32)) {
        let mut counts = [0; MOST_LEAVES];
        let counts = &mut counts[..self.n_leaves];
        counts[0] = n;
        let mut half = self.n_leaves / 2;
        while half > 0 {
            for both in counts.chunks_exact_mut(2 * half) {
                let ones = ones_among(both[0], words);
                both[0] -= ones;
                both[half] = ones;
            }
            half /= 2;
        }
        let (with_owner, without) = counts.split_at(self.owners.len());
        for (owner, count) in self.owners.iter().zip(with_owner) {
            each((*owner).into(), *count);
        }
        self.left_over.draw(without.iter().sum(), words, each);
    }
}

/// How many of `n` fair coins show a one.
#[inline]
fn ones_among(n: u32, words: &mut impl Rng) -> u32 {
    let whole: u32 = (0..n / u64::BITS).map(|_| words.random::<u64>().count_ones()).sum();
    let beyond = (1_u64 << (n % u64::BITS)) - 1;
    whole + (words.random::<u64>() & beyond).count_ones()
}

/// The share of a number that ends on leaves with an owner.
fn owned(probabilities: &[f64], n_leaves: usize) -> f64 {
    probabilities.iter().map(|p| share(whole_leaves(*p, n_leaves), n_leaves)).sum()
}

/// Leaves that fit into a probability.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a probability times at most 256"
)]
fn whole_leaves(p: f64, n_leaves: usize) -> usize {
    (p * n_leaves as f64) as usize
}

/// The probability of some of the leaves.
#[expect(clippy::cast_precision_loss, reason = "at most 256")]
fn share(leaves: usize, n_leaves: usize) -> f64 {
    leaves as f64 / n_leaves as f64
}

#[cfg(test)]
mod tests {
    use super::{Coins, ones_among};
    use crate::random::{Address, Draws, Purpose};

    fn words(entity: u32, n: u32) -> impl rand::Rng {
        let at = Address { purpose: Purpose::UpdateLength, entity: entity.into(), day: 3, index: 1 };
        Draws::new(5, n).stream(at).small_generator()
    }

    /// Probabilities with zeros, a tiny one and parts of a leaf; 22 alike; 300 alike, more than there are leaves; one that is certain; two halves.
    fn cases() -> [Vec<f64>; 5] {
        [
            vec![0.3, 0.0, 1e-3, 0.199, 0.45, 0.0, 0.05],
            vec![1.0 / 22.0; 22],
            vec![1.0 / 300.0; 300],
            vec![1.0],
            vec![0.5, 0.5],
        ]
    }

    #[test]
    fn counts_have_the_means_and_covariances_of_a_multinomial() {
        for probabilities in cases() {
            let (coins, k) = (Coins::new(&probabilities), probabilities.len());
            for n in [1, 63, 64, 65, 700] {
                let rounds = 4_000;
                let (mut sums, mut squares, mut products) = (vec![0.0; k], vec![0.0; k], 0.0);
                for round in 0..rounds {
                    let mut counts = vec![0_u32; k];
                    let each = |outcome, count| counts[outcome as usize] += count;
                    coins.spread(n, &mut words(round, n), each);
                    assert_eq!(counts.iter().sum::<u32>(), n);
                    let off = |at: usize| f64::from(counts[at]) - f64::from(n) * probabilities[at];
                    for at in 0..k {
                        sums[at] += off(at);
                        squares[at] += off(at) * off(at);
                    }
                    products += off(0) * off(k - 1);
                }
                let rounds = f64::from(rounds);
                for (at, p) in probabilities.iter().enumerate() {
                    let variance = f64::from(n) * p * (1.0 - p);
                    let mean = sums[at] / rounds;
                    let error = 5.0 * (variance / rounds).sqrt() + 1e-9;
                    assert!(mean.abs() <= error, "n {n}, outcome {at} of {k}: {mean}");
                    let error = 6.0 * ((variance + 2.0 * variance * variance) / rounds).sqrt() + 1e-9;
                    let found = squares[at] / rounds;
                    assert!((found - variance).abs() <= error, "n {n}, outcome {at} of {k}: {found}");
                }
                if k > 1 {
                    let (p, q) = (probabilities[0], probabilities[k - 1]);
                    let (expected, size) = (-f64::from(n) * p * q, f64::from(n) * (p * q).sqrt());
                    assert!(
                        (products / rounds - expected).abs() <= 6.0 * size / rounds.sqrt(),
                        "n {n} of {k}"
                    );
                }
            }
        }
    }

    #[test]
    fn coins_are_counted_to_the_last_one() {
        for n in [0, 1, 63, 64, 65, 128, 1_000] {
            let mean =
                (0..2_000).map(|at| f64::from(ones_among(n, &mut words(at, n)))).sum::<f64>() / 2_000.0;
            let spread = (f64::from(n) / 4.0 / 2_000.0).sqrt();
            assert!((mean - f64::from(n) / 2.0).abs() <= 4.5 * spread, "{n}: {mean}");
        }
    }
}
