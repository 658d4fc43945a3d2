//! Quantiles of more whole numbers than can be kept.

use super::Probability;

/// Whole numbers counted in at most so many bins. It is exact while the different numbers fit; beyond that bins are
/// doubled in width until they do.
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

    /// How many numbers were counted.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.bins.iter().map(|&(_, times)| times).sum()
    }

    /// The least and the greatest number, exact.
    #[must_use]
    pub fn range(&self) -> Option<Within> {
        self.range
    }

    /// The most by which [`Within`] can leave a number open, its high end less its low: 0 while exact. With `most` bins and
    /// numbers from a to b it is below 2(b - a)/(most - 1).
    #[must_use]
    pub fn resolution(&self) -> u64 {
        (1 << self.shift) - 1
    }

    /// The number of a rank among all in order, from 1; none beyond them.
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
