//! When to stop: go on until an interval is narrow enough, and has stayed so.

use std::collections::HashMap;

use super::distribution::{two_sided, two_sided_of};
use super::sample::count;
use super::{Level, Values};

/// The required precision: half the interval is at most the wider of the two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// In the unit of the values, at least 0.
    pub absolute: f64,
    /// As a share γ of the true mean's size, at least 0. The mean in hand is a guess of that, so the half-width is held to
    /// γ/(1 + γ) of it (Law 2015, 9.4.1).
    pub relative: f64,
}

/// A rule for stopping. It looks at the mean of the values, for a study those of the paired difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Level of the interval.
    pub level: Level,
    /// The required precision.
    pub target: Target,
    /// Replications before the first check, at least 2. A spread from few replications is often too small, and stopping
    /// because of it makes the interval miss more often than its level.
    pub pilot: usize,
    /// The number of further replications for which it must stay narrow enough; of more than 100, this many in a
    /// hundred.
    pub look_ahead: usize,
    /// Values that have to differ from the most frequent one before it stops: where nearly all are alike, the spread of the few that are not is
    /// hardly known. 0 for values that cannot differ.
    pub unlike: usize,
    /// Replications after which it stops whatever the interval.
    pub budget: usize,
}

/// The decision of the rule on the values so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More replications are needed, about `expected` in total if mean and spread stay as they are.
    GoOn {
        /// At most the budget; `None` before there are two values.
        expected: Option<usize>,
    },
    /// Narrow enough, and stayed so: the result is that of the first `n` replications.
    Met {
        /// Replications to use, look-ahead included.
        n: usize,
    },
    /// The budget is used up. The result is that of the first `n` replications, and less precise than required.
    OutOfBudget {
        /// The budget.
        n: usize,
    },
}

impl Precision {
    /// 95%, a pilot of 50, a look-ahead of 5, ten values unlike the most frequent one, a budget of 1,000.
    #[must_use]
    pub fn to(target: Target) -> Self {
        Self { level: Level::P95, target, pilot: 50, look_ahead: 5, unlike: 10, budget: 1000 }
    }

    /// Decides what to do after these values. It checks every number of replications from the pilot on, so the answer
    /// does not depend on the batch size: values beyond its `n` change nothing.
    ///
    /// # Formula
    /// Sequential half-width with look-ahead (Hoad, Robinson & Davies 2010): stop at n when the interval is narrow enough at
    /// m, m + 1, ..., n with n - m = `look_ahead` · max(m, 100)/100, rounded down, and enough values are unlike the most frequent one.
    #[must_use]
    pub fn judge(&self, values: &Values) -> Progress {
        let mut running = Running::default();
        let mut narrow_since = None;
        for (cheap, full) in values.rows().take(self.budget) {
            running.add(cheap, full);
            let n = running.n;
            let wide = || running.half_width(self.level) > self.wanted(running.mean());
            if n < self.pilot.max(2) || running.unlike() < self.unlike || wide() {
                narrow_since = None;
                continue;
            }
            let since = *narrow_since.get_or_insert(n);
            if n - since >= self.look_ahead * since.max(100) / 100 {
                return Progress::Met { n };
            }
        }
        if values.n() >= self.budget {
            return Progress::OutOfBudget { n: self.budget };
        }
        Progress::GoOn { expected: self.expected(&running) }
    }

    fn wanted(&self, mean: f64) -> f64 {
        let Target { absolute, relative } = self.target;
        absolute.max(relative / (1.0 + relative) * mean.abs())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded, above 0, and saturating"
    )]
    fn expected(&self, running: &Running) -> Option<usize> {
        if running.n < 2 {
            return None;
        }
        let times = running.half_width(self.level) / self.wanted(running.mean());
        let narrow =
            if times > 1.0 { libm::ceil(count(running.n) * times * times) as usize } else { running.n };
        // The number that brings enough different values, if they come as often as before.
        let unlike = match running.unlike() {
            _ if self.unlike == 0 => 0,
            0 => self.budget,
            seen => (running.n * self.unlike).div_ceil(seen),
        };
        let narrow = narrow.max(self.pilot).max(unlike);
        let stayed = narrow.saturating_add(self.look_ahead.saturating_mul(narrow.max(100)) / 100);
        Some(stayed.min(self.budget))
    }
}

/// Mean and squares of a growing sample (Welford 1962).
#[derive(Default)]
struct Growing {
    n: usize,
    mean: f64,
    squares: f64,
}

impl Growing {
    fn add(&mut self, value: f64) {
        self.n += 1;
        let before = value - self.mean;
        self.mean += before / count(self.n);
        self.squares += before * (value - self.mean);
    }

    fn variance(&self) -> f64 {
        self.squares.max(0.0) / (count(self.n) - 1.0)
    }
}

/// A growing sample at one level or two, and how often each value came. The estimate is that of [`Values::mean`].
#[derive(Default)]
struct Running {
    n: usize,
    /// The full values.
    full: Growing,
    /// Cheap values without a full one, those with one, and by how much the full one lies above.
    alone: Growing,
    paired: Growing,
    above: Growing,
    /// Sum of products of the last two about their means.
    products: f64,
    times: HashMap<u64, usize>,
    most: usize,
}

impl Running {
    fn add(&mut self, cheap: f64, full: Option<f64>) {
        self.n += 1;
        match full {
            Some(full) => {
                self.full.add(full);
                let before = cheap - self.paired.mean;
                self.paired.add(cheap);
                self.above.add(full - cheap);
                self.products += before * (full - cheap - self.above.mean);
            }
            None => self.alone.add(cheap),
        }
        // No zero but one.
        let times = self.times.entry((cheap + 0.0).to_bits()).or_default();
        *times += 1;
        self.most = self.most.max(*times);
    }

    /// The number of values that differ from the most frequent one.
    fn unlike(&self) -> usize {
        self.n - self.most
    }

    /// Whether there are only full values.
    fn is_full_alone(&self) -> bool {
        self.alone.n < 2 || self.above.squares <= 0.0
    }

    fn mean(&self) -> f64 {
        if self.is_full_alone() {
            return self.full.mean;
        }
        let [alone, paired] = [&self.alone, &self.paired].map(|of| count(of.n) * of.mean);
        (alone + paired) / count(self.n) + self.above.mean
    }

    /// Half the t interval of the mean; meaningless before there are two values.
    fn half_width(&self, level: Level) -> f64 {
        let n = count(self.full.n);
        if self.is_full_alone() {
            return two_sided(level, self.full.n - 1) * libm::sqrt(self.full.variance() / n);
        }
        let part = n / count(self.n);
        let products = self.products / (n - 1.0);
        let paired = part * part * self.paired.variance() + 2.0 * part * products + self.above.variance();
        let [first, second] =
            [(1.0 - part) * (1.0 - part) * self.alone.variance() / count(self.alone.n), paired / n];
        let both = first + second;
        let df = both * both / (first * first / (count(self.alone.n) - 1.0) + second * second / (n - 1.0));
        two_sided_of(level, df) * libm::sqrt(both)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Sample, mean, runs_for};
    use super::*;

    fn alternating(n: usize, spread: f64) -> Vec<f64> {
        (0..n).map(|i| if i % 2 == 0 { 100.0 + spread } else { 100.0 - spread }).collect()
    }

    fn rule(absolute: f64) -> Precision {
        Precision::to(Target { absolute, relative: 0.0 })
    }

    fn judged(rule: Precision, values: &[f64]) -> Progress {
        rule.judge(&Values::one(values.to_vec()))
    }

    #[test]
    fn it_stops_where_the_interval_has_been_narrow_for_the_look_ahead() {
        let values = alternating(1000, 10.0);
        let half_width =
            |n| mean(Sample::new(&values[..n]).unwrap(), Level::P95).interval.half_width().unwrap();
        let narrow = (50..1000).find(|&n| half_width(n) <= 1.0).unwrap();
        assert!(narrow > 300, "the look-ahead is of a share: {narrow}");
        assert_eq!(judged(rule(1.0), &values), Progress::Met { n: narrow + 5 * narrow / 100 });
        // Already narrow when first looked at: the pilot, and five more.
        assert_eq!(judged(rule(3.0), &values), Progress::Met { n: 55 });
    }

    #[test]
    fn it_does_not_matter_how_many_were_run_at_a_time() {
        let values = alternating(1000, 10.0);
        let Progress::Met { n } = judged(rule(1.0), &values) else { panic!("narrow in the end") };
        for have in 1..n {
            assert!(matches!(judged(rule(1.0), &values[..have]), Progress::GoOn { .. }), "{have}");
        }
        for have in n..1000 {
            assert_eq!(judged(rule(1.0), &values[..have]), Progress::Met { n });
        }
    }

    #[test]
    fn a_wild_value_in_the_look_ahead_starts_it_anew() {
        let mut values = alternating(1000, 1.0);
        values[52] = 300.0;
        let Progress::Met { n } = judged(rule(1.0), &values) else { panic!("narrow in the end") };
        assert!(n > 300, "{n}");
    }

    #[test]
    fn the_budget_ends_it_and_says_so() {
        let values = alternating(1200, 100.0);
        let rule = rule(0.1);
        assert_eq!(judged(rule, &values), Progress::OutOfBudget { n: 1000 });
        assert_eq!(judged(rule, &values[..1000]), Progress::OutOfBudget { n: 1000 });
        assert_eq!(judged(rule, &values[..999]), Progress::GoOn { expected: Some(1000) });
        assert_eq!(judged(rule, &values[..1]), Progress::GoOn { expected: None });
    }

    #[test]
    fn what_it_expects_is_what_the_spread_asks_for() {
        let values = alternating(50, 10.0);
        let needed = runs_for(&mean(Sample::new(&values).unwrap(), Level::P95), 1.0).unwrap();
        assert_eq!(judged(rule(1.0), &values), Progress::GoOn { expected: Some(needed + needed * 5 / 100) });
    }

    #[test]
    fn the_wider_of_two_targets_counts_and_a_share_is_of_the_truth() {
        let precision = Precision::to(Target { absolute: 1.0, relative: 0.25 });
        // 0.25 of a true mean is 0.2 of an estimate that is 0.25 too high.
        assert!((precision.wanted(100.0) - 20.0).abs() < 1e-12);
        assert!((precision.wanted(-100.0) - 20.0).abs() < 1e-12);
        assert!((precision.wanted(2.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn values_that_do_not_vary_go_on_to_the_budget_unless_they_cannot() {
        assert_eq!(judged(rule(0.0), &[7.0; 60]), Progress::GoOn { expected: Some(1000) });
        assert_eq!(judged(rule(0.0), &[7.0; 1000]), Progress::OutOfBudget { n: 1000 });
        let certain = Precision { unlike: 0, ..rule(0.0) };
        assert_eq!(judged(certain, &[7.0; 60]), Progress::Met { n: 55 });
    }

    #[test]
    fn what_strikes_rarely_has_to_be_seen_ten_times() {
        let rare: Vec<f64> = (1..=1000).map(|i| if i % 50 == 0 { -1.0 } else { 0.0 }).collect();
        assert_eq!(judged(rule(1.0), &rare), Progress::Met { n: 525 });
        assert_eq!(judged(rule(1.0), &rare[..100]), Progress::GoOn { expected: Some(525) });
    }

    #[test]
    fn two_levels_stop_where_their_own_interval_is_narrow() {
        let rows: Vec<(f64, Option<f64>)> = (0..1000_u16)
            .map(|i| {
                let cheap = f64::from(i % 7) + f64::from(i * 31 % 101) / 50.0;
                (cheap, (i < 32 || i % 10 == 0).then(|| cheap + 0.5 + f64::from(i % 3) / 10.0))
            })
            .collect();
        let values = Values::two(rows);
        let half = |n: usize| values.first(n).mean(Level::P95).unwrap().interval.half_width().unwrap();
        let narrow = (50..1000).find(|n| half(*n) <= 0.25).unwrap();
        let ahead = 5 * narrow.max(100) / 100;
        assert!((narrow..narrow + ahead).all(|n| half(n) <= 0.25), "it stays so");
        assert_eq!(rule(0.25).judge(&values), Progress::Met { n: narrow + ahead });
    }
}
