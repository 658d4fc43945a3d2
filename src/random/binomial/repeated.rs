//! A chance of which very many counts are drawn. The counts are those of the chance itself; what they need is worked out once.

use super::{Chance, SMALL_VARIANCE, Search};
use crate::random::{Lead, Number};

/// A chance with tables for its counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeated {
    chance: Chance,
    /// P(X = 0) of what is inverted, for 0 to 63 installations, for 0 to 63 times 64, and for 0 to 63 times 4,096.
    nobody: Box<[[f64; DIGIT]; 3]>,
    /// The part of 0..1 that P(X <= k) of what is inverted falls on, for fewer than 64 installations and each k below 32; where that is 1, or
    /// there are not as many, a part beyond all. A last row for all larger numbers has parts before all, which decide nothing.
    boundaries: Box<[[i16; FIRST]; DIGIT + 1]>,
    /// All ones of a lead where failure is inverted, and so 1 - u.
    mirrored: u16,
}

/// Most installations whose boundaries are looked up.
const FEW: u32 = 63;
/// Values of a digit of a size.
const DIGIT: usize = FEW as usize + 1;
/// Boundaries of a size that are kept. All are looked at, whatever the draw: a search would end nobody knows when.
const FIRST: usize = 32;
/// Up to this many are counted in parts of [`FEW`]: one by the draw's lead, five by the word behind it.
const IN_PARTS: u32 = 6 * FEW;

impl From<Chance> for Repeated {
    fn from(chance: Chance) -> Self {
        let mut nobody = Box::new([[1.0; DIGIT]; 3]);
        (0..).zip(&mut nobody[0]).for_each(|(n, nobody)| *nobody = chance.nobody(n));
        for size in 1..nobody.len() {
            let step = nobody[size - 1][DIGIT - 1] * nobody[size - 1][1];
            (1..DIGIT).for_each(|digit| nobody[size][digit] = nobody[size][digit - 1] * step);
        }
        let mut boundaries = Box::new([[i16::MAX; FIRST]; DIGIT + 1]);
        boundaries[DIGIT] = [i16::MIN; FIRST];
        let sizes = (0..).zip(&nobody[0]).zip(boundaries.iter_mut());
        sizes.for_each(|((n, nobody), row)| chance.tabulate(n, *nobody, row));
        Self { chance, nobody, boundaries, mirrored: if chance.flipped { Lead::PARTS - 1 } else { 0 } }
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
        self.look(n, u.lead()).unwrap_or_else(|| self.count_exactly(n, u))
    }

    /// How many of `n` succeed by the first bits of a number. `behind` gives the words of bits behind them, which are asked for only where
    /// the first do not decide. Up to 63 the count is the quantile of the whole number; from there to 378 it is a sum of such, of parts that
    /// each have bits of their own; beyond, the quantile again.
    #[inline]
    #[must_use]
    pub fn count_by_lead(&self, n: u32, lead: Lead, behind: impl Fn(u32) -> u64) -> u32 {
        self.look(n, lead).unwrap_or_else(|| self.count_by_more(n, lead, behind))
    }

    /// The count where it is of a few and the lead decides.
    #[inline]
    fn look(&self, n: u32, lead: Lead) -> Option<u32> {
        let part = lead.part(self.mirrored);
        let row = &self.boundaries[(n as usize).min(DIGIT)];
        // How many boundaries lie below, as a sum of signs: 0 or -1. A comparison would be counted bit by bit.
        let below: i16 = row.iter().map(|boundary| boundary.saturating_sub(part) >> 15).sum();
        let rare = u32::from(below.unsigned_abs());
        // The next boundary is the part itself where more bits must decide; behind the last one comes the first, which lies below.
        let decided = row[rare as usize % FIRST] > part;
        decided.then_some(if self.mirrored > 0 { n - rare } else { rare })
    }

    #[inline(never)]
    fn count_by_more(&self, n: u32, lead: Lead, behind: impl Fn(u32) -> u64) -> u32 {
        let word = behind(0);
        if n <= FEW || n > IN_PARTS {
            return self.count_exactly(n, lead.with(word));
        }
        let (mut left, mut count) = (n, 0);
        let leads = std::iter::once(lead).chain(Lead::five(word));
        for (part, lead) in (1..).zip(leads) {
            let size = left.min(FEW);
            count +=
                self.look(size, lead).unwrap_or_else(|| self.count_exactly(size, lead.with(behind(part))));
            left -= size;
            if left == 0 {
                break;
            }
        }
        count
    }

    fn count_exactly(&self, n: u32, u: Number) -> u32 {
        self.chance.count_by(n, u.value(), |n| self.nobody(n))
    }

    /// How many of `n` succeed where it is known that somebody does, by the quantile of what is left of the distribution.
    #[inline]
    #[must_use]
    pub fn count_of_some(&self, n: u32, u: Number) -> u32 {
        let Chance { p, q, flipped, .. } = self.chance;
        if flipped || f64::from(n) * p * q >= SMALL_VARIANCE {
            let nobody = libm::exp(-self.chance.rate() * f64::from(n));
            // Rounded up to 1 it would say that all succeed.
            let u = (nobody + (1.0 - nobody) * u.value()).min(1.0 - f64::EPSILON);
            return self.chance.count(n, u).max(1);
        }
        let nobody = self.nobody(n);
        let mut search = Search::new(n, nobody);
        search.go_on(&self.chance);
        search.cdf = search.pmf;
        let u = (1.0 - nobody) * u.value();
        while u >= search.cdf && search.has_more() {
            search.go_on(&self.chance);
        }
        search.k
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

impl Chance {
    /// The part that P(X <= k) falls on, for each k below `n`.
    #[expect(clippy::cast_possible_truncation, reason = "a lead has twelve bits")]
    fn tabulate(&self, n: u32, nobody: f64, row: &mut [i16; FIRST]) {
        let mut search = Search::new(n, nobody);
        while search.has_more() && (search.k as usize) < FIRST {
            let part = search.cdf * f64::from(Lead::PARTS);
            if part >= f64::from(Lead::PARTS) {
                break;
            }
            row[search.k as usize] = part as i16;
            search.go_on(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, Lead, Number, Repeated, Search};

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

    /// Whatever decides, a count by a lead is the quantile of the number that the lead begins, or of numbers of its parts.
    #[test]
    fn counts_by_a_lead_are_those_of_the_longer_number() {
        let mut asked = 0;
        for n in (0..70).chain([126, 127, 200, 378, 379, 5_000]) {
            for p in PROBABILITIES {
                let (chance, repeated) = (Chance::new(p), Repeated::from(Chance::new(p)));
                for i in 1..150_u64 {
                    let behind = |word: u32| i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(word * 13 + 7);
                    let lead = Lead::of(i * 27);
                    let whole = lead.with(behind(0)).value();
                    let calls = std::cell::Cell::new(0);
                    let counted = |word: u32| {
                        calls.set(calls.get() + 1);
                        behind(word)
                    };
                    let count = repeated.count_by_lead(n, lead, counted);
                    asked += u32::from(n < 64 && calls.get() > 0);
                    if !(64..=378).contains(&n) {
                        assert_eq!(count, chance.count(n, whole), "n {n} p {p} lead {i}");
                        continue;
                    }
                    let sizes = (0..n).step_by(63).map(|from| (n - from).min(63));
                    let leads = std::iter::once(lead).chain(Lead::five(behind(0)));
                    let part = |(at, (size, lead)): (u32, (u32, Lead))| {
                        chance.count(size, lead.with(behind(at)).value())
                    };
                    let sum: u32 = (1..).zip(sizes.zip(leads)).map(part).sum();
                    assert_eq!(count, sum, "n {n} p {p} lead {i}");
                }
            }
        }
        assert!((1..2_000).contains(&asked), "{asked} of 88,000 draws asked for more bits");
    }

    /// Against the quantile of the whole distribution above the probability of nobody.
    #[test]
    fn of_some_it_is_the_quantile_of_what_is_left() {
        for n in [1, 2, 7, 40, 63, 64, 1_000, 50_000] {
            for p in PROBABILITIES.into_iter().filter(|p| *p > 0.0) {
                let (chance, repeated) = (Chance::new(p), Repeated::from(Chance::new(p)));
                let nobody = (f64::from(n) * (-p).ln_1p()).exp();
                for part in (1..200).map(|i| f64::from(i) / 200.0 - 1.3e-5) {
                    let found = repeated.count_of_some(n, Number::near(part));
                    // Rounding may decide on a boundary.
                    let beside = |by: f64| chance.count(n, nobody + part * (1.0 - nobody) + by).max(1);
                    assert!(
                        (beside(-1e-9)..=beside(1e-9)).contains(&found),
                        "n {n} p {p} at {part}: {found}, not {}",
                        beside(0.0)
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
