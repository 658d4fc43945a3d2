//! Quantiles of more whole numbers than can be kept.

use crate::statistics::Probability;

/// Whole numbers counted in a limited number of bins. It is exact while the different numbers fit. After that, bins
/// double in width until they do.
///
/// Invariant: what it holds depends on which numbers were added and not on their order or on how they were spread over
/// tallies that were merged, so any number of threads gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    most: usize,
    /// A bin holds the numbers that agree in all but this many low bits.
    shift: u32,
    /// Numbers without those bits, and how often they came; sorted.
    bins: Vec<(i64, u64)>,
    range: Option<Within>,
}

/// Bounds of a number, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// It is at least this.
    pub low: i64,
    /// It is at most this.
    pub high: i64,
}

impl Tally {
    /// An empty tally of at most `most` bins, at least 2. A bin takes 16 bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most: most.max(2), shift: 0, bins: Vec::new(), range: None }
    }

    /// Counts a number.
    pub fn add(&mut self, number: i64) {
        self.widen(Within { low: number, high: number });
        self.put(number >> self.shift, 1);
        self.coarsen();
    }

    /// Counts all that another tally counted. The fewer bins of the two are the most it may have.
    pub fn merge(&mut self, other: &Self) {
        self.most = self.most.min(other.most);
        if let Some(range) = other.range {
            self.widen(range);
        }
        while self.shift < other.shift {
            self.double();
        }
        for &(bin, times) in &other.bins {
            self.put(bin >> (self.shift - other.shift), times);
        }
        self.coarsen();
    }

    /// The number of numbers counted.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.bins.iter().map(|&(_, times)| times).sum()
    }

    /// The least and the greatest number, exact.
    #[must_use]
    pub fn range(&self) -> Option<Within> {
        self.range
    }

    /// The largest width of [`Within`], high end minus low end: 0 while exact. With `most` bins and numbers from a to b
    /// it is below 2(b - a)/(most - 1).
    #[must_use]
    pub fn resolution(&self) -> u64 {
        (1 << self.shift) - 1
    }

    /// Returns the number of a rank among all in order, from 1; `None` beyond them.
    #[must_use]
    pub fn at_rank(&self, rank: usize) -> Option<Within> {
        let mut left = (rank as u64).checked_sub(1)?;
        for &(bin, times) in &self.bins {
            if left < times {
                return self.within(bin);
            }
            left -= times;
        }
        None
    }

    /// The least number that at least a share p of all does not exceed (type 1 of Hyndman & Fan 1996).
    #[must_use]
    pub fn quantile(&self, p: Probability) -> Option<Within> {
        self.at_rank(p.rank(usize::try_from(self.n()).ok()?))
    }

    fn within(&self, bin: i64) -> Option<Within> {
        let low = bin << self.shift;
        let high = low | self.resolution().cast_signed();
        self.range.map(|range| Within { low: low.max(range.low), high: high.min(range.high) })
    }

    fn widen(&mut self, to: Within) {
        let range = self.range.unwrap_or(to);
        self.range = Some(Within { low: range.low.min(to.low), high: range.high.max(to.high) });
    }

    fn put(&mut self, bin: i64, times: u64) {
        match self.bins.binary_search_by_key(&bin, |&(bin, _)| bin) {
            Ok(found) => self.bins[found].1 += times,
            Err(place) => self.bins.insert(place, (bin, times)),
        }
    }

    fn coarsen(&mut self) {
        while self.bins.len() > self.most {
            self.double();
        }
    }

    fn double(&mut self) {
        self.shift += 1;
        self.bins.iter_mut().for_each(|(bin, _)| *bin >>= 1);
        self.bins.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }
}

impl Within {
    /// The middle, rounded towards the low end.
    #[must_use]
    pub fn middle(&self) -> i64 {
        self.low.midpoint(self.high)
    }

    /// Whether it is one number.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in disorder: a multiplicative generator (Park & Miller 1988).
    fn numbers(n: usize, below: i64) -> Vec<i64> {
        let next = |x: &i64| Some(x * 16_807 % 2_147_483_647);
        std::iter::successors(Some(1), next).map(|x| x % below - below / 3).take(n).collect()
    }

    fn of(most: usize, numbers: &[i64]) -> Tally {
        let mut tally = Tally::new(most);
        numbers.iter().for_each(|&number| tally.add(number));
        tally
    }

    #[test]
    fn it_is_exact_while_the_different_numbers_fit() {
        let numbers = numbers(10_000, 100);
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        let tally = of(100, &numbers);
        assert_eq!((tally.n(), tally.resolution()), (10_000, 0));
        for rank in 1..=10_000 {
            let exact = sorted[rank - 1];
            assert_eq!(tally.at_rank(rank), Some(Within { low: exact, high: exact }));
        }
        assert_eq!((tally.at_rank(0), tally.at_rank(10_001)), (None, None));
        assert_eq!(tally.quantile(Probability::P80).unwrap().middle(), sorted[7999]);
    }

    #[test]
    fn beyond_that_it_encloses_and_never_by_more_than_it_says() {
        for (n, below, most) in
            [(1000, 1_000_000, 64), (1000, 1 << 30, 2), (5000, 40_000, 128), (300, 301, 299)]
        {
            let numbers = numbers(n, below);
            let mut sorted = numbers.clone();
            sorted.sort_unstable();
            let tally = of(most, &numbers);
            assert!(tally.bins.len() <= most);
            let range = tally.range().unwrap();
            assert_eq!((range.low, range.high), (sorted[0], sorted[n - 1]));
            assert!(tally.resolution() < 2 * range.high.abs_diff(range.low) / (most as u64 - 1));
            for (place, exact) in sorted.iter().enumerate() {
                let within = tally.at_rank(place + 1).unwrap();
                assert!(within.low <= *exact && *exact <= within.high, "{within:?} {exact}");
                assert!(within.high.abs_diff(within.low) <= tally.resolution());
            }
        }
    }

    #[test]
    fn neither_order_nor_the_way_it_was_split_changes_a_byte() {
        for (n, below) in [(1, 10), (50, 1000), (2000, 1_000_000), (2000, 1 << 31)] {
            let numbers = numbers(n, below);
            let whole = of(32, &numbers);
            let backwards: Vec<i64> = numbers.iter().rev().copied().collect();
            assert_eq!(of(32, &backwards), whole);
            for parts in [2, 3, 8, 100] {
                let mut parts: Vec<Tally> =
                    numbers.chunks(n.div_ceil(parts)).map(|part| of(32, part)).collect();
                while parts.len() > 1 {
                    let last = parts.pop().unwrap();
                    let into = parts.len() / 2;
                    parts[into].merge(&last);
                }
                assert_eq!(parts[0], whole);
            }
        }
    }

    #[test]
    fn fewer_bins_win_and_nothing_merges_to_nothing() {
        let numbers = numbers(500, 1_000_000);
        let (mut fine, mut coarse) = (of(64, &numbers[..250]), of(8, &numbers[250..]));
        let before = fine.clone();
        fine.merge(&coarse);
        coarse.merge(&before);
        assert_eq!(fine, coarse);
        assert_eq!(fine, of(8, &numbers));
        let empty = Tally::new(8);
        fine.merge(&empty);
        assert_eq!(fine, coarse);
        assert_eq!((empty.n(), empty.range(), empty.quantile(Probability::P50)), (0, None, None));
    }

    #[test]
    fn the_whole_range_of_numbers_fits() {
        let tally = of(2, &[i64::MIN, -1, 0, i64::MAX, i64::MAX]);
        assert_eq!(tally.n(), 5);
        assert_eq!(tally.at_rank(1), Some(Within { low: i64::MIN, high: -1 }));
        assert_eq!(tally.at_rank(5), Some(Within { low: 0, high: i64::MAX }));
        assert!(of(2, &[3]).at_rank(1).unwrap().is_exact());
    }
}
