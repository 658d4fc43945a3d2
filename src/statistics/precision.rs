//! When to stop: go on until an interval is narrow enough, and has stayed so.

use super::distribution::two_sided;
use super::sample::count;
use super::{Level, Sample};

/// How narrow an interval has to be: half of it at most the wider of the two.
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
    /// How narrow it has to be.
    pub target: Target,
    /// Replications before the first look, at least 2: a spread estimated from few is too often too small, and stopping
    /// because of it makes the interval miss more often than it says.
    pub pilot: usize,
    /// For how many more replications it has to stay narrow enough; of more than 100, for this many in a hundred.
    pub look_ahead: usize,
    /// Replications after which it stops whatever the interval.
    pub budget: usize,
}

/// What the rule says to the values so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More replications are needed, in all about `expected`, if mean and spread stay as they are.
    GoOn {
        /// At most the budget; none before there are two values.
        expected: Option<usize>,
    },
    /// Narrow enough, and stayed so: the result is that of the first `n` replications.
    Met {
        /// Replications to use, look-ahead included.
        n: usize,
    },
    /// The budget is used up: the result is that of the first `n` replications, and less sure than was asked for.
    OutOfBudget {
        /// The budget.
        n: usize,
    },
}

impl Precision {
    /// 95%, a pilot of 50, a look-ahead of 5, a budget of 1,000.
    #[must_use]
    pub fn to(target: Target) -> Self {
        Self { level: Level::P95, target, pilot: 50, look_ahead: 5, budget: 1000 }
    }

    /// What to do after these values. Looks at every number of replications from the pilot on, so that the answer does not
    /// depend on how many were run at a time: values beyond the `n` it names change nothing.
    ///
    /// # Formula
    /// Sequential half-width with look-ahead (Hoad, Robinson & Davies 2010): stop at n when the interval is narrow enough at
    /// m, m + 1, ..., n with n - m = `look_ahead` · max(m, 100)/100, rounded down.
    #[must_use]
    pub fn judge(&self, sample: Sample) -> Progress {
        let mut running = Running::default();
        let mut narrow_since = None;
        for &value in sample.values().iter().take(self.budget) {
            running.add(value);
            let n = running.n;
            if n < self.pilot.max(2) || running.half_width(self.level) > self.wanted(running.mean) {
                narrow_since = None;
                continue;
            }
            let since = *narrow_since.get_or_insert(n);
            if n - since >= self.look_ahead * since.max(100) / 100 {
                return Progress::Met { n };
            }
        }
        if sample.n() >= self.budget {
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
        let times = running.half_width(self.level) / self.wanted(running.mean);
        let narrow =
            if times > 1.0 { libm::ceil(count(running.n) * times * times) as usize } else { running.n };
        let narrow = narrow.max(self.pilot);
        let stayed = narrow.saturating_add(self.look_ahead.saturating_mul(narrow.max(100)) / 100);
        Some(stayed.min(self.budget))
    }
}

/// Mean and squares of a growing sample (Welford 1962).
#[derive(Default)]
struct Running {
    n: usize,
    mean: f64,
    squares: f64,
}

impl Running {
    fn add(&mut self, value: f64) {
        self.n += 1;
        let before = value - self.mean;
        self.mean += before / count(self.n);
        self.squares += before * (value - self.mean);
    }

    /// Half the t interval of the mean; meaningless before there are two values.
    fn half_width(&self, level: Level) -> f64 {
        let n = count(self.n);
        two_sided(level, self.n - 1) * libm::sqrt(self.squares.max(0.0) / (n - 1.0) / n)
    }
}
