//! One of several outcomes by weight, from twelve bits at a time: most draws need no more to be exact.

use rand::RngExt;
use rand::distr::Open01;

use super::Stream;

const BITS: u32 = 12;
const PARTS: u16 = 1 << BITS;
/// Stands where a boundary between two outcomes cuts a part.
const CUT: u16 = u16::MAX;

/// Outcomes 0, 1, 2, ... with their weights.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Probability of each outcome or an earlier one.
    upto: Vec<f64>,
    /// The outcome that each of [`PARTS`] equal parts of 0..1 falls on, or [`CUT`].
    parts: Box<[u16; PARTS as usize]>,
}

impl Choice {
    /// From weights, at least one of which is positive.
    pub(super) fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let upto = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight / total;
            Some(*sum)
        });
        let upto: Vec<f64> = upto.collect();
        let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
        let mut choice = Self { upto: upto[..=last].to_vec(), parts: Box::new([CUT; PARTS as usize]) };
        let edge = |part: u16| choice.at(f64::from(part) / f64::from(PARTS));
        let parts = std::array::from_fn(|part| {
            let part = u16::try_from(part).expect("parts have twelve bits");
            let (from, to) = (edge(part), edge(part + 1));
            if from == to { from } else { CUT }
        });
        choice.parts = Box::new(parts);
        choice
    }

    /// The outcome that a number between 0 and 1 falls on.
    fn at(&self, u: f64) -> u16 {
        let at = self.upto[..self.upto.len() - 1].partition_point(|upto| *upto <= u);
        u16::try_from(at).expect("there are fewer than 2^16 outcomes")
    }

    /// Draws outcomes, one after another, until `take` has taken `n`; it says of each whether it does.
    #[inline]
    pub(super) fn draw(&self, n: u32, stream: &mut Stream, mut take: impl FnMut(u16) -> bool) {
        let mut left = n;
        while left > 0 {
            let mut word: u64 = stream.random();
            for _ in 0..u64::BITS / BITS {
                word = word.rotate_right(BITS);
                #[expect(clippy::cast_possible_truncation, reason = "twelve bits are kept")]
                let part = word as u16 & (PARTS - 1);
                let outcome = self.parts[usize::from(part)];
                let outcome = if outcome == CUT { self.cut(part, stream) } else { outcome };
                left -= u32::from(take(outcome));
                if left == 0 {
                    return;
                }
            }
        }
    }

    #[cold]
    fn cut(&self, part: u16, stream: &mut Stream) -> u16 {
        let within: f64 = stream.sample(Open01);
        self.at((f64::from(part) + within) / f64::from(PARTS))
    }
}

#[cfg(test)]
mod tests {
    use super::Choice;
    use crate::random::{Address, Draws, Purpose};

    #[test]
    fn outcomes_come_in_proportion_even_where_boundaries_cut_parts() {
        let weights = [0.3, 0.0, 1e-5, 0.2 - 1e-5, 0.5, 0.0];
        let choice = Choice::new(&weights);
        let at = Address { purpose: Purpose::Gaining, entity: 1, day: 0, index: 0 };
        let mut stream = Draws::new(5, 0).stream(at);
        let mut counts = [0_u32; 6];
        let n = 4_000_000;
        choice.draw(n, &mut stream, |outcome| {
            counts[usize::from(outcome)] += 1;
            true
        });
        for (count, weight) in counts.iter().zip(weights) {
            let (mean, spread) = (f64::from(n) * weight, (f64::from(n) * weight * (1.0 - weight)).sqrt());
            assert!((f64::from(*count) - mean).abs() <= 4.0 * spread, "{counts:?}");
        }
    }
}
