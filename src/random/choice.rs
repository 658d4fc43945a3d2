//! One of several outcomes by weight, from twelve bits at a time: most draws need no more to be exact.

use rand::distr::Open01;
use rand::{Rng, RngExt};

const BITS: u32 = 12;
const PARTS: u16 = 1 << BITS;
/// Outcomes drawn from one word.
pub(super) const A_WORD: usize = (u64::BITS / BITS) as usize;
/// Stands where a boundary between two outcomes cuts a part; a bit that no outcome has.
const CUT: u16 = 1 << 15;

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
    ///
    /// # Panics
    /// When there are as many as 2^15 of them.
    pub(super) fn new(weights: &[f64]) -> Self {
        assert!(weights.len() < usize::from(CUT), "a choice is among fewer than 2^15");
        let total: f64 = weights.iter().sum();
        let upto = weights.iter().scan(0.0, |sum, weight| {
            *sum += weight / total;
            Some(*sum)
        });
        let upto: Vec<f64> = upto.collect();
        let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
        let mut choice = Self { upto: upto[..=last].to_vec(), parts: Box::new([CUT; PARTS as usize]) };
        let edge = |part: u16| choice.at(f64::from(part) / f64::from(PARTS));
        let mut from = edge(0);
        let parts = std::array::from_fn(|part| {
            let part = u16::try_from(part).expect("parts have twelve bits");
            let (begins, ends) = (from, edge(part + 1));
            from = ends;
            if begins == ends { begins } else { CUT }
        });
        choice.parts = Box::new(parts);
        choice
    }

    /// The outcome that a number between 0 and 1 falls on.
    fn at(&self, u: f64) -> u16 {
        let at = self.upto[..self.upto.len() - 1].partition_point(|upto| *upto <= u);
        u16::try_from(at).expect("a choice is among fewer than 2^15")
    }

    /// Draws `n` outcomes, one after another; calls `each(outcome, count)` with 1, and at the end perhaps with 0.
    #[inline]
    pub(super) fn draw(&self, n: u32, words: &mut impl Rng, mut each: impl FnMut(u32, u32)) {
        for _ in 0..n as usize / A_WORD {
            self.of_word(A_WORD, words).into_iter().for_each(|outcome| each(outcome, 1));
        }
        let left = n as usize % A_WORD;
        if left > 0 {
            // To count those not wanted as nobody is quicker than to guess where they begin.
            let outcomes = (0..).zip(self.of_word(left, words));
            outcomes.for_each(|(at, outcome)| each(outcome, u32::from(at < left)));
        }
    }

    /// The outcomes of a word, of which so many are wanted.
    #[inline]
    fn of_word(&self, wanted: usize, words: &mut impl Rng) -> [u32; A_WORD] {
        let word: u64 = words.random();
        let outcomes = std::array::from_fn(|at| u32::from(self.parts[usize::from(part(word, at))]));
        if outcomes.iter().fold(0, |all, outcome| all | outcome) < u32::from(CUT) {
            return outcomes;
        }
        self.cut_outcomes(word, wanted, words)
    }

    /// The outcomes of a word some parts of which are cut, as far as they are wanted.
    #[cold]
    #[inline(never)]
    fn cut_outcomes(&self, word: u64, wanted: usize, words: &mut impl Rng) -> [u32; A_WORD] {
        std::array::from_fn(|at| if at < wanted { self.outcome(part(word, at), words).into() } else { 0 })
    }

    /// Draws outcomes until one of them is kept.
    #[inline]
    pub(super) fn draw_one(&self, words: &mut impl Rng, keeps: impl Fn(u16) -> bool) -> u16 {
        loop {
            let word: u64 = words.random();
            for at in 0..A_WORD {
                let outcome = self.outcome(part(word, at), words);
                if keeps(outcome) {
                    return outcome;
                }
            }
        }
    }

    /// Draws outcomes until so many of them are kept, into `kept`, which has room for those of a word more.
    #[inline]
    pub(super) fn draw_kept(
        &self,
        n: usize,
        words: &mut impl Rng,
        keeps: impl Fn(u16) -> bool,
        kept: &mut [u16],
    ) {
        let mut at = 0;
        while at < n {
            let kept = &mut kept[at..at + A_WORD];
            let mut more = 0;
            for outcome in self.of_word(A_WORD, words) {
                #[expect(clippy::cast_possible_truncation, reason = "outcomes have fifteen bits")]
                let outcome = outcome as u16;
                kept[more] = outcome;
                more += usize::from(keeps(outcome));
            }
            at += more;
        }
    }

    fn outcome(&self, part: u16, words: &mut impl Rng) -> u16 {
        let outcome = self.parts[usize::from(part)];
        if outcome == CUT { self.cut(part, words) } else { outcome }
    }

    #[cold]
    fn cut(&self, part: u16, words: &mut impl Rng) -> u16 {
        let within: f64 = words.sample(Open01);
        self.at((f64::from(part) + within) / f64::from(PARTS))
    }
}

/// The part that some of a word's bits fall on.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a word has few parts, and twelve bits of it are kept")]
fn part(word: u64, at: usize) -> u16 {
    word.rotate_right((at as u32 + 1) * BITS) as u16 & (PARTS - 1)
}

#[cfg(test)]
mod tests {
    use super::Choice;
    use crate::random::{Address, Draws, Purpose};

    #[test]
    fn outcomes_come_in_proportion_even_where_boundaries_cut_parts() {
        let weights = [0.3, 0.0, 1e-5, 0.2 - 1e-5, 0.5, 0.0];
        let choice = Choice::new(&weights);
        let at = Address { purpose: Purpose::Leaving, entity: 1, day: 0, index: 0 };
        let mut stream = Draws::new(5, 0).stream(at);
        let mut counts = [0_u32; 6];
        let n = 4_000_000;
        choice.draw(n, &mut stream, |outcome, count| counts[outcome as usize] += count);
        for (count, weight) in counts.iter().zip(weights) {
            let (mean, spread) = (f64::from(n) * weight, (f64::from(n) * weight * (1.0 - weight)).sqrt());
            assert!((f64::from(*count) - mean).abs() <= 4.0 * spread, "{counts:?}");
        }
    }
}
