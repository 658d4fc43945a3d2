//! A chance of which very many counts are drawn. The counts are those of the chance itself; what they need is worked out once.

use super::{Chance, Search};
use crate::random::Number;

/// A chance with tables for its counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeated {
    chance: Chance,
    /// P(X = 0) of what is inverted, for 0 to 63 installations, for 0 to 63 times 64, and for 0 to 63 times 4,096.
    nobody: Box<[[f64; DIGIT]; 3]>,
    /// The part of 0..1 that P(X <= k) of what is inverted falls on, for fewer than 16 installations and each k below as many; beyond, the last part.
    few: Box<[[i16; FEW]; FEW]>,
    /// The same for 16 to 63 and each k below 32.
    more: Box<[[i16; 2 * FEW]; 4 * FEW]>,
    /// All ones where failure is inverted, and so 1 - u.
    mirrored: u64,
}

/// Values of a digit of a size.
const DIGIT: usize = 64;
/// Sizes of the smaller table of distributions.
const FEW: usize = 16;
/// Of a number, to look it up.
const BITS: u32 = 15;

impl From<Chance> for Repeated {
    fn from(chance: Chance) -> Self {
        let mut nobody = Box::new([[1.0; DIGIT]; 3]);
        for (digits, step) in nobody.iter_mut().zip([1, 64, 4_096]) {
            (0..).zip(digits).for_each(|(digit, nobody)| *nobody = chance.nobody(digit * step));
        }
        let (mut few, mut more) =
            (Box::new([[i16::MAX; FEW]; FEW]), Box::new([[i16::MAX; 2 * FEW]; 4 * FEW]));
        (0..).zip(few.iter_mut()).for_each(|(n, upto)| chance.tabulate(n, upto));
        (0..).zip(more.iter_mut()).skip(FEW).for_each(|(n, upto)| chance.tabulate(n, upto));
        Self { chance, nobody, few, more, mirrored: if chance.flipped { u64::MAX } else { 0 } }
    }
}

impl Repeated {
    /// The chance itself.
    #[must_use]
    pub fn chance(&self) -> &Chance {
        &self.chance
    }

    /// As [`Chance::count`], but for the last digits of a probability where 64 or more may succeed.
    #[inline]
    #[must_use]
    pub fn count(&self, n: u32, u: Number) -> u32 {
        // A search would end nobody knows when; a look at all of them has no such turn to guess wrong.
        let (at, part) = (n as usize, part_of(u, self.mirrored));
        let rare = if let Some(upto) = self.few.get(at) {
            passed(upto, part)
        } else if let Some(upto) = self.more.get(at) {
            passed(upto, part)
        } else {
            None
        };
        let Some(rare) = rare else { return self.chance.count_by(n, u.value(), |n| self.nobody(n)) };
        #[expect(clippy::cast_possible_truncation, reason = "all ones or zeros")]
        let flipped = self.mirrored as u32;
        (n & flipped).wrapping_add((rare ^ flipped).wrapping_sub(flipped))
    }

    /// How many of `n` succeed where it is known that somebody does, by the quantile of what is left of the distribution.
    #[inline]
    #[must_use]
    pub fn count_of_some(&self, n: u32, u: Number) -> u32 {
        let nobody =
            if self.chance.flipped { libm::exp(-self.chance.rate() * f64::from(n)) } else { self.nobody(n) };
        self.count(n, Number::near(nobody + (1.0 - nobody) * u.value())).max(1)
    }

    #[inline]
    fn nobody(&self, n: u32) -> f64 {
        let [ones, middle, high] = &*self.nobody;
        let n = n as usize;
        if n < DIGIT * DIGIT * DIGIT {
            ones[n % DIGIT] * middle[n / DIGIT % DIGIT] * high[n / (DIGIT * DIGIT)]
        } else {
            self.chance.nobody(u32::try_from(n).unwrap_or(u32::MAX))
        }
    }
}

/// The part of 0..1 that a number falls on, or 1 less it.
#[inline]
fn part_of(u: Number, mirrored: u64) -> i16 {
    i16::try_from(u.part(mirrored, BITS)).unwrap_or(i16::MAX)
}

/// How many of some rising parts lie below one; nothing where one of them is that one, so that parts do not decide.
#[inline]
fn passed<const N: usize>(upto: &[i16; N], part: i16) -> Option<u32> {
    // Whether a part lies below, as 0 or -1.
    let below: i16 = upto.iter().map(|upto| (upto - part) >> 15).sum();
    let passed = u32::from(below.unsigned_abs());
    upto.get(passed as usize).is_some_and(|next| *next != part).then_some(passed)
}

impl Chance {
    /// The part that P(X <= k) falls on, for each k below `n`.
    fn tabulate(&self, n: u32, upto: &mut [i16]) {
        let mut search = Search::new(n, self.nobody(n));
        while search.has_more() && (search.k as usize) < upto.len() {
            upto[search.k as usize] = part_of(Number::near(search.cdf), 0);
            search.go_on(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Number, Repeated, Search};

    const PROBABILITIES: [f64; 10] = [0.0, 1e-6, 6.6e-5, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999];

    #[test]
    fn what_is_kept_for_many_counts_changes_none() {
        let sizes = (0..70).chain([101]).chain(4_092..4_100).chain(262_140..262_148).chain([1_000_000]);
        for n in sizes {
            for p in PROBABILITIES {
                let (chance, repeated) = (Chance::new(p), Repeated::from(Chance::new(p)));
                // Beside halves, at which the last digit of a probability decides.
                for u in (1..200).map(|i| f64::from(i) / 200.0 - 1.3e-5) {
                    let number = Number::near(u);
                    assert_eq!(
                        repeated.count(n, number),
                        chance.count(n, number.value()),
                        "n {n} p {p} u {u}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_draw_next_to_a_boundary_is_decided_exactly() {
        let mut at_boundaries = 0;
        for n in 0..64 {
            for p in PROBABILITIES {
                let (chance, repeated) = (Chance::new(p), Repeated::from(Chance::new(p)));
                let mut search = Search::new(n, chance.nobody(n));
                while search.has_more() {
                    for u in [-1e-9, -1e-10, 0.0, 1e-10, 1e-9].map(|beside| search.cdf + beside) {
                        for u in [u, 1.0 - u].into_iter().filter(|u| 0.0 < *u && *u < 1.0) {
                            let number = Number::near(u);
                            assert_eq!(
                                repeated.count(n, number),
                                chance.count(n, number.value()),
                                "n {n} p {p} u {u}"
                            );
                            at_boundaries += 1;
                        }
                    }
                    search.go_on(&chance);
                }
            }
        }
        assert!(at_boundaries > 10_000, "{at_boundaries}");
    }
}
