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
    parts: Vec<u16>,
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
        let mut choice = Self { upto: upto[..=last].to_vec(), parts: Vec::new() };
        let edge = |part: u16| choice.at(f64::from(part) / f64::from(PARTS));
        let parts = (0..PARTS).map(|part| {
            let (from, to) = (edge(part), edge(part + 1));
            if from == to { from } else { CUT }
        });
        choice.parts = parts.collect();
        choice
    }

    /// The outcome that a number between 0 and 1 falls on.
    fn at(&self, u: f64) -> u16 {
        let at = self.upto[..self.upto.len() - 1].partition_point(|upto| *upto <= u);
        u16::try_from(at).expect("there are fewer than 2^16 outcomes")
    }

    /// Draws one outcome.
    #[inline]
    pub(super) fn draw(&self, bits: &mut Bits<'_>) -> u16 {
        let part = bits.twelve();
        let outcome = self.parts[usize::from(part)];
        if outcome == CUT { self.cut(part, bits) } else { outcome }
    }

    #[cold]
    fn cut(&self, part: u16, bits: &mut Bits<'_>) -> u16 {
        let within: f64 = bits.stream.sample(Open01);
        self.at((f64::from(part) + within) / f64::from(PARTS))
    }
}

/// Five times twelve bits of each word of a stream.
pub(super) struct Bits<'a> {
    stream: &'a mut Stream,
    word: u64,
    left: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(stream: &'a mut Stream) -> Self {
        Self { stream, word: 0, left: 0 }
    }

    #[inline]
    fn twelve(&mut self) -> u16 {
        if self.left == 0 {
            self.word = self.stream.random();
            self.left = u64::BITS / BITS;
        }
        self.left -= 1;
        self.word = self.word.rotate_right(BITS);
        #[expect(clippy::cast_possible_truncation, reason = "twelve bits are kept")]
        let part = self.word as u16 & (PARTS - 1);
        part
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, Choice};
    use crate::random::{Address, Draws, Purpose};

    #[test]
    fn outcomes_come_in_proportion_even_where_boundaries_cut_parts() {
        let weights = [0.3, 0.0, 1e-5, 0.2 - 1e-5, 0.5, 0.0];
        let choice = Choice::new(&weights);
        let at = Address { purpose: Purpose::Gaining, entity: 1, day: 0, index: 0 };
        let mut stream = Draws::new(5, 0).stream(at);
        let mut bits = Bits::new(&mut stream);
        let mut counts = [0_u32; 6];
        let n = 4_000_000;
        (0..n).for_each(|_| counts[usize::from(choice.draw(&mut bits))] += 1);
        for (count, weight) in counts.iter().zip(weights) {
            let (mean, spread) = (f64::from(n) * weight, (f64::from(n) * weight * (1.0 - weight)).sqrt());
            assert!((f64::from(*count) - mean).abs() <= 4.0 * spread, "{counts:?}");
        }
    }
}
