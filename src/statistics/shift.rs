//! The shift of a quantile of a day between two scenarios with the same draws.

use super::distribution::normal_two_sided;
use super::sample::count;
use super::{Interval, Level, Probability, Reached};

/// The shift of a quantile of a day, scenario minus baseline; later is above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayShift {
    /// The shift in these replications \[days\]; `None` if it is "not by the end" in one of them.
    pub days: Option<i32>,
    /// The interval of the true shift \[days\]; an end is open with too few replications, or if days do not come.
    pub interval: Interval<i32>,
    /// Pairs it rests on.
    pub n: usize,
}

/// The shift of a quantile between the days of a baseline and those of a scenario, replication by replication; `after` is the first day after
/// the run, before which a day that is "not by the end" cannot be. None where their numbers differ, or without any.
///
/// # Formula
/// The quantiles are those of type 1, see [`super::day_quantile`]. Take any two days, reached by i baselines and j
/// scenarios. Let u and v be the distances of i and j from np in binomial standard deviations, and ρ the correlation,
/// over pairs, of reaching the quantile. The i and j with (u² - 2ρuv + v²)/(1 - ρ²) ≤ z² are kept. The interval runs
/// from the least to the greatest difference of days between the sorted values of ranks i, i + 1 and j, j + 1 of any
/// kept two. This is the score test of two quantiles, inverted for their difference. It assumes nothing of the
/// distributions, and holds more often than its level if days tie. ρ is that of a table with ½ added to each cell.
#[must_use]
pub fn day_shift(
    baseline: &[Reached],
    scenario: &[Reached],
    p: Probability,
    level: Level,
    after: i32,
) -> Option<DayShift> {
    let n = baseline.len();
    if n == 0 || n != scenario.len() {
        return None;
    }
    let [before, now] = [baseline, scenario].map(|days| {
        let mut sorted = days.to_vec();
        sorted.sort_unstable();
        sorted
    });
    let at = p.rank(n) - 1;
    let days = match (before[at], now[at]) {
        (Reached::On(before), Reached::On(now)) => Some(now - before),
        _ => None,
    };
    let z = normal_two_sided(level);
    let rho = correlation(baseline, scenario, (before[at], now[at]));
    let deviation = libm::sqrt(count(n) * p.get() * (1.0 - p.get()));
    let distance = |rank: usize| (count(rank) - count(n) * p.get()) / deviation;
    let near: Vec<usize> = (0..=n).filter(|rank| distance(*rank).abs() <= z).collect();
    let (mut low, mut high) = (Some(i32::MAX), Some(i32::MIN));
    for &i in &near {
        for &j in &near {
            let (u, v) = (distance(i), distance(j));
            if (u * u - 2.0 * rho * u * v + v * v) / (1.0 - rho * rho) <= z * z {
                let (least, most) = (value(&now, j), value(&before, i + 1));
                low = low.zip(difference(least, most, after)).map(|(low, next)| low.min(next));
                let (most, least) = (value(&now, j + 1), value(&before, i));
                high = high
                    .zip(difference(least, most, after).map(|days| -days))
                    .map(|(high, next)| high.max(next));
            }
        }
    }
    Some(DayShift { days, interval: Interval { low, high, level }, n })
}

/// Returns the sorted value of a rank from 1; `None` before the first and after the last, where any day is possible.
fn value(sorted: &[Reached], rank: usize) -> Option<Reached> {
    rank.checked_sub(1).and_then(|at| sorted.get(at)).copied()
}

/// Returns the least distance from a day of at most `earlier` to one of at least `later`; `None` if either is without
/// limit.
fn difference(later: Option<Reached>, earlier: Option<Reached>, after: i32) -> Option<i32> {
    let later = match later? {
        Reached::On(day) => day,
        Reached::NotByEnd => after,
    };
    match earlier? {
        Reached::On(day) => Some(later - day),
        Reached::NotByEnd => None,
    }
}

/// The correlation, over pairs, of coming up to two days.
fn correlation(baseline: &[Reached], scenario: &[Reached], (by, by_other): (Reached, Reached)) -> f64 {
    let mut table = [[0.5; 2]; 2];
    for (one, other) in baseline.iter().zip(scenario) {
        table[usize::from(*one <= by)][usize::from(*other <= by_other)] += 1.0;
    }
    let [[neither, second], [first, both]] = table;
    let product = (first + both) * (neither + second) * (second + both) * (neither + first);
    (both * neither - first * second) / libm::sqrt(product)
}

#[cfg(test)]
mod tests {
    use super::Reached::{NotByEnd, On};
    use super::*;

    const AFTER: i32 = 1000;

    fn p80(baseline: &[Reached], scenario: &[Reached]) -> DayShift {
        day_shift(baseline, scenario, Probability::P80, Level::P95, AFTER).unwrap()
    }

    /// Days without order: 7i + 3 over a prime.
    fn days(n: i32, of: impl Fn(i32) -> i32) -> Vec<Reached> {
        (0..n).map(|i| On(of((7 * i + 3) % 61))).collect()
    }

    /// Worked over all ranks in `NumPy` 2.4.6.
    #[test]
    fn the_interval_agrees_with_one_worked_elsewhere() {
        let baseline = days(60, |x| 100 + x);
        for (scenario, moved, low, high) in [
            (days(60, |x| 80 + x), -20, -22, -18),
            (days(60, |x| 100 + (x * 5) % 61), 1, -8, 10),
            (days(60, |x| 90 + x + (x * x) % 7), -8, -13, -3),
        ] {
            let shift = p80(&baseline, &scenario);
            assert_eq!(
                (shift.days, shift.interval.low, shift.interval.high),
                (Some(moved), Some(low), Some(high))
            );
        }
    }

    #[test]
    fn a_shift_that_all_pairs_show_is_seen_although_the_ranges_of_both_overlap() {
        let baseline = days(60, |x| 100 + x);
        let scenario = days(60, |x| 90 + x);
        let shift = p80(&baseline, &scenario);
        assert!(shift.interval.high.unwrap() < 0, "{shift:?}");
        let alone =
            |days: &[Reached]| super::super::day_quantile(days, Probability::P80, Level::P95).unwrap();
        assert!(alone(&scenario).interval.high > alone(&baseline).interval.low, "two intervals that meet");
        let back = p80(&scenario, &baseline);
        assert_eq!(back.interval.low, shift.interval.high.map(|days| -days));
    }

    #[test]
    fn days_that_do_not_come_bound_it_on_one_side_only() {
        let baseline = vec![On(990); 100];
        let late = p80(&baseline, &[NotByEnd; 100]);
        assert_eq!((late.days, late.interval.low, late.interval.high), (None, Some(10), None));
        let early = p80(&[NotByEnd; 100], &baseline);
        assert_eq!((early.interval.low, early.interval.high), (None, Some(-10)));
        let never = p80(&[NotByEnd; 100], &[NotByEnd; 100]);
        assert_eq!((never.interval.low, never.interval.high), (None, None));
    }

    #[test]
    fn too_few_pairs_leave_it_open_and_uneven_ones_are_none() {
        let few = p80(&days(5, |x| x), &days(5, |x| x + 3));
        assert_eq!((few.days, few.interval.high), (Some(3), None));
        assert_eq!(day_shift(&[], &[], Probability::P80, Level::P95, AFTER), None);
        assert_eq!(day_shift(&[On(1)], &[], Probability::P80, Level::P95, AFTER), None);
    }
}
