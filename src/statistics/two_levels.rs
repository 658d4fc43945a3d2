//! Estimates of a full model from many replications of a cheap one and few of both: two-level Monte Carlo (Giles 2008).
//!
//! Rows are replications in order: the cheap value, and the full one where there is one. There are at least two rows of either kind.

use std::cmp::Ordering;

use super::distribution::{normal_two_sided, two_sided_of};
use super::quantile::between;
use super::sample::{count, mean_of, sum_of_squares};
use super::skewed::Spread;
use super::{
    Chance, CorrectedShare, Estimate, Interval, Level, Probability, Proportion, QuantileEstimate, Reached,
    Sample,
};

/// A row: the cheap value, and the full one.
type Row<T> = (T, Option<T>);

/// Returns the mean of both levels and its variation; `None` if full minus cheap is the same everywhere, because such
/// pairs do not show how far others may be.
///
/// # Formula
/// There are N cheap values c, n of them beside a full one, and d = full - c. The estimate is the mean of all c plus
/// the mean of the n d. It is the sum of two independent means: (1 - n/N) times that of the c without a full value, and
/// that of c n/N + d over the pairs. So its variance is the sum of theirs, and its degrees of freedom are those of
/// Satterthwaite (1946).
pub(super) fn spread(rows: &[Row<f64>]) -> Option<(f64, Spread)> {
    let (alone, cheap, above) = split(rows);
    if above.iter().all(|d| d.to_bits() == above[0].to_bits()) {
        return None;
    }
    let part = count(cheap.len()) / count(rows.len());
    let paired: Vec<f64> = cheap.iter().zip(&above).map(|(c, d)| c * part + d).collect();
    let of = |values: &[f64]| {
        let (n, mean) = (count(values.len()), mean_of(values));
        let third = values.iter().map(|x| (x - mean).powi(3)).sum::<f64>() / (n * n * n);
        (sum_of_squares(values) / (n - 1.0) / n, third, n - 1.0)
    };
    let alone: Vec<f64> = alone.iter().map(|c| c * (1.0 - part)).collect();
    let (first, second) = (of(&alone), of(&paired));
    let (variance, third) = (first.0 + second.0, first.1 + second.1);
    let df = variance * variance / (first.0 * first.0 / first.2 + second.0 * second.0 / second.2);
    let error = libm::sqrt(variance);
    let spread = Spread { error, skewness: third / (variance * error), df };
    Some((mean_of(&alone) + mean_of(&paired), spread))
}

/// The mean of the full model.
///
/// # Formula
/// [`spread`] with Student's t; the mean of the full values alone where those say nothing.
pub(super) fn mean(rows: &[Row<f64>], level: Level) -> Estimate {
    let Some((mean, Spread { error, df, .. })) = spread(rows) else {
        let full = full(rows);
        let sample = Sample::new(&full).expect("at least two finite values");
        return super::mean(sample, level);
    };
    let interval = Interval::around(mean, two_sided_of(level, df) * error, level);
    Estimate { value: mean, standard_error: Some(error), interval, n: rows.len() }
}

/// The means of the full model under several sets of inputs, each of few replications.
///
/// # Formula
/// Each is the mean of all N cheap values c plus that of m corrections d, as in [`mean`]. So few corrections do not
/// show how they vary. So their variance is the greater of their own and the mean of those of all sets, with the
/// degrees of freedom of all together. With s the deviation of c and e that of d, the variance is (1 - m/N) s²/N + (s
/// m/N + e)²/m, which no dependence of c and d exceeds. Student's t has the degrees of freedom of Satterthwaite (1946).
pub(super) fn means_of_few(sets: &[Vec<Row<f64>>], level: Level) -> Vec<Estimate> {
    let of = |rows: &Vec<Row<f64>>| {
        let (_, _, above) = split(rows);
        (sum_of_squares(&above), count(above.len()) - 1.0)
    };
    let own: Vec<(f64, f64)> = sets.iter().map(of).collect();
    let (squares, df) = own.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    let one = |(rows, own): (&Vec<Row<f64>>, &(f64, f64))| {
        if squares <= 0.0 {
            return mean(rows, level);
        }
        let (_, cheap, above) = split(rows);
        let all: Vec<f64> = rows.iter().map(|(cheap, _)| *cheap).collect();
        let (n, m) = (count(all.len()), count(cheap.len()));
        let variance = sum_of_squares(&all) / (n - 1.0);
        let apart = libm::sqrt(variance) * m / n + libm::sqrt((own.0 / own.1).max(squares / df));
        let first = variance / n;
        let both = (1.0 - m / n) * first + apart * apart / m;
        let second = both - first;
        let error = libm::sqrt(both);
        let df = both * both / (first * first / (n - 1.0) + second * second / df);
        let value = mean_of(&all) + mean_of(&above);
        let interval = Interval::around(value, two_sided_of(level, df) * error, level);
        Estimate { value, standard_error: Some(error), interval, n: rows.len() }
    };
    sets.iter().zip(&own).map(one).collect()
}

/// A quantile of the full model on a continuous scale.
///
/// # Formula
/// Value: [`percentile`]. Interval: every number at which the corrected share of values up to it may be p, see
/// [`CorrectedShare`]. It runs from the first value whose upper end reaches p to the first whose lower end does.
pub(super) fn quantile(rows: &[Row<f64>], p: Probability, level: Level) -> QuantileEstimate {
    let value = percentile(rows, p);
    let steps = steps(rows, f64::total_cmp);
    let (low, high) = bounds(&steps, p, level);
    let interval =
        Interval { low: low.map(|low| low.min(value)), high: high.map(|high| high.max(value)), level };
    QuantileEstimate { p, value, interval, achieved: level.get(), n: rows.len() }
}

/// The value of a quantile on a continuous scale.
///
/// # Formula
/// That of all cheap values, plus what the same quantile of the full values lies above that of the cheap ones of the same
/// replications; cut to the values that were seen.
pub(super) fn percentile(rows: &[Row<f64>], p: Probability) -> f64 {
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        between(&values, p)
    };
    let (_, cheap, _) = split(rows);
    let all = rows.iter().map(|(cheap, _)| *cheap).collect();
    let value = sorted(all) + (sorted(full(rows)) - sorted(cheap));
    let seen = || rows.iter().flat_map(|(cheap, full)| std::iter::once(*cheap).chain(*full));
    value.clamp(seen().fold(f64::INFINITY, f64::min), seen().fold(f64::NEG_INFINITY, f64::max))
}

/// A quantile of a day of the full model.
///
/// # Formula
/// The first day up to which the corrected share reaches p. It is the share of all cheap days, plus the share of pairs
/// in which only the full day reaches it, minus the share in which only the cheap day does, made to rise. The interval
/// is as in [`quantile`].
pub(super) fn day_quantile(rows: &[Row<Reached>], p: Probability, level: Level) -> QuantileEstimate<Reached> {
    let steps = steps(rows, Ord::cmp);
    let reaches = |step: &&Step<Reached>| step.share.share().is_some_and(|share| comes_to(share, p));
    let value = steps.iter().find(reaches).map_or(Reached::NotByEnd, |step| step.value);
    let (low, high) = bounds(&steps, p, level);
    let interval =
        Interval { low: low.map(|low| low.min(value)), high: high.map(|high| high.max(value)), level };
    QuantileEstimate { p, value, interval, achieved: level.get(), n: rows.len() }
}

/// The chance of an event in the full model.
pub(super) fn chance(rows: &[Row<bool>]) -> Chance {
    let cheap = Proportion::count(rows.iter().map(|(cheap, _)| *cheap));
    let pairs = || rows.iter().filter_map(|(cheap, full)| Some((*cheap, (*full)?)));
    let gained = Proportion::count(pairs().map(|(cheap, full)| full && !cheap));
    let lost = Proportion::count(pairs().map(|(cheap, full)| cheap && !full));
    Chance::Corrected(CorrectedShare { cheap, gained, lost })
}

/// The correlation of both levels over pairs; `None` if one does not vary.
pub(super) fn correlation(rows: &[Row<f64>]) -> Option<f64> {
    let (full, (_, cheap, _)) = (full(rows), split(rows));
    let (x_mean, y_mean) = (mean_of(&cheap), mean_of(&full));
    let product: f64 = cheap.iter().zip(&full).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    let size = libm::sqrt(sum_of_squares(&cheap)) * libm::sqrt(sum_of_squares(&full));
    (size > 0.0).then(|| (product / size).clamp(-1.0, 1.0))
}

/// The average of full minus cheap values of the same replications.
pub(super) fn correction(rows: &[Row<f64>]) -> f64 {
    mean_of(&split(rows).2)
}

fn full(rows: &[Row<f64>]) -> Vec<f64> {
    rows.iter().filter_map(|(_, full)| *full).collect()
}

/// Cheap values without a full one; those with one; and by how much the full one lies above each of those.
fn split(rows: &[Row<f64>]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let alone = rows.iter().filter(|(_, full)| full.is_none()).map(|(cheap, _)| *cheap).collect();
    let (cheap, above) = rows.iter().filter_map(|(cheap, full)| Some((*cheap, (*full)? - cheap))).unzip();
    (alone, cheap, above)
}

/// A value, and the corrected share of values up to it.
struct Step<T> {
    value: T,
    share: CorrectedShare,
}

/// The corrected distribution function: a step a value that either level has, in order.
fn steps<T: Copy>(rows: &[Row<T>], order: impl Fn(&T, &T) -> Ordering) -> Vec<Step<T>> {
    let n_pairs = rows.iter().filter(|(_, full)| full.is_some()).count();
    // At each value: one more cheap one up to it, and by how many more pairs only the full one is, or only the cheap one.
    let mut changes: Vec<(T, [i64; 3])> = Vec::with_capacity(2 * rows.len());
    for (cheap, full) in rows {
        changes.push((*cheap, [1, 0, 0]));
        let Some(full) = full else { continue };
        match order(full, cheap) {
            Ordering::Less => changes.extend([(*full, [0, 1, 0]), (*cheap, [0, -1, 0])]),
            Ordering::Greater => changes.extend([(*cheap, [0, 0, 1]), (*full, [0, 0, -1])]),
            Ordering::Equal => {}
        }
    }
    changes.sort_by(|a, b| order(&a.0, &b.0));
    let mut so_far = [0_i64; 3];
    let mut steps: Vec<Step<T>> = Vec::new();
    for (at, (value, change)) in changes.iter().enumerate() {
        so_far.iter_mut().zip(change).for_each(|(sum, by)| *sum += by);
        if changes.get(at + 1).is_none_or(|(next, _)| order(value, next).is_ne()) {
            steps.push(Step { value: *value, share: corrected(so_far, rows.len(), n_pairs) });
        }
    }
    steps
}

fn corrected(held: [i64; 3], n: usize, n_pairs: usize) -> CorrectedShare {
    let of = |held: i64, n: usize| {
        let held = usize::try_from(held).ok().and_then(|held| Proportion::new(held, n));
        held.expect("no more are counted than there are")
    };
    CorrectedShare { cheap: of(held[0], n), gained: of(held[1], n_pairs), lost: of(held[2], n_pairs) }
}

/// Whether a share reaches a probability, within rounding.
fn comes_to(share: f64, p: Probability) -> bool {
    share >= p.get() - 1e-12
}

/// The ends of the interval of a quantile; `None` if so few replications cannot give one.
fn bounds<T: Copy>(steps: &[Step<T>], p: Probability, level: Level) -> (Option<T>, Option<T>) {
    let z = normal_two_sided(level);
    let ends = |of: &CorrectedShare| of.ends(of.share().unwrap_or(0.0), z);
    let Some(last) = steps.last() else { return (None, None) };
    let (n, n_pairs) = (last.share.cheap.n(), last.share.gained.n());
    let before = ends(&corrected([0; 3], n, n_pairs)).1;
    let low = steps.iter().find(|step| comes_to(ends(&step.share).1, p)).map(|step| step.value);
    let high = steps.iter().find(|step| comes_to(ends(&step.share).0, p)).map(|step| step.value);
    (low.filter(|_| !comes_to(before, p)), high)
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::{SLEEP, ends, near};
    use super::Reached::{NotByEnd, On};
    use super::*;

    /// Student's first drug in all patients, and the second beside it in the first `n`.
    fn rows(n: usize) -> Vec<Row<f64>> {
        let [cheap, full] = SLEEP;
        cheap.into_iter().zip(full).enumerate().map(|(at, (c, f))| (c, (at < n).then_some(f))).collect()
    }

    /// The variance is written out: that of 0.6 c of the last six patients, and that of 0.4 c + d of the first four.
    #[test]
    fn the_mean_is_that_of_two_independent_ones() {
        let found = mean(&rows(4), Level::P95);
        let [cheap, full] = SLEEP;
        near(
            found.value,
            cheap.iter().sum::<f64>() / 10.0
                + (full[..4].iter().sum::<f64>() - cheap[..4].iter().sum::<f64>()) / 4.0,
        );
        let (_, welch) = spread(&rows(4)).unwrap();
        let alone: Vec<f64> = cheap[4..].iter().map(|c| 0.6 * c).collect();
        let paired: Vec<f64> = (0..4).map(|i| 0.4 * cheap[i] + full[i] - cheap[i]).collect();
        let of = |values: &[f64]| Sample::new(values).unwrap().variance().unwrap() / count(values.len());
        let (a, b) = (of(&alone), of(&paired));
        near(found.standard_error.unwrap(), libm::sqrt(a + b));
        near(welch.df, (a + b) * (a + b) / (a * a / 5.0 + b * b / 3.0));
        let half = two_sided_of(Level::P95, welch.df) * libm::sqrt(a + b);
        ends(&found.interval, found.value - half, found.value + half);
    }

    #[test]
    fn a_correction_that_never_varies_leaves_the_full_values_alone() {
        let same: Vec<Row<f64>> =
            (0..10_u8).map(|i| (i.into(), (i < 4).then(|| f64::from(i) + 1.0))).collect();
        let alone = super::super::mean(Sample::new(&[1.0, 2.0, 3.0, 4.0]).unwrap(), Level::P95);
        assert_eq!(mean(&same, Level::P95), alone);
        assert!(spread(&same).is_none());
    }

    #[test]
    fn few_corrections_borrow_the_spread_of_others_and_never_a_smaller_one() {
        let set = |apart: [f64; 2]| -> Vec<Row<f64>> {
            (0..20_u8)
                .map(|i| (f64::from(i % 4), apart.get(usize::from(i)).map(|d| f64::from(i % 4) + d)))
                .collect()
        };
        let sets = [set([1.0, 1.2]), set([2.0, 2.0]), set([0.0, 2.0])];
        let found = means_of_few(&sets, Level::P95);
        let values = [1.5 + 1.1, 3.5, 2.5];
        found.iter().zip(values).for_each(|(found, value)| near(found.value, value));
        let [first, second, third] = [0, 1, 2].map(|at: usize| found[at].standard_error.unwrap());
        // The mean of the variances of corrections is (0.02 + 0 + 2)/3 and the third's own is 2.
        let s2: f64 = 20.0 * 1.25 / 19.0;
        let error = |of: f64| (0.9 * s2 / 20.0 + (0.1 * s2.sqrt() + of.sqrt()).powi(2) / 2.0).sqrt();
        near(first, error(2.02 / 3.0));
        near(second, first);
        near(third, error(2.0));
        let same = means_of_few(&[set([1.0, 1.0]), set([1.0, 1.0])], Level::P95);
        assert_eq!(same[0], mean(&set([1.0, 1.0]), Level::P95));
    }

    #[test]
    fn the_corrected_distribution_counts_what_pairs_gain_and_lose() {
        let on = |cheap: i32, full: Option<i32>| (On(cheap), full.map(On));
        let rows = [on(1, Some(3)), on(5, Some(2)), on(4, Some(4)), on(2, None), on(6, None)];
        let steps = steps(&rows, Ord::cmp);
        let told = |step: &Step<Reached>| {
            let CorrectedShare { cheap, gained, lost } = step.share;
            (step.value, cheap.held(), gained.held(), lost.held())
        };
        let expected = [(1, 1, 0, 1), (2, 2, 1, 1), (3, 2, 1, 0), (4, 3, 1, 0), (5, 4, 0, 0), (6, 5, 0, 0)];
        assert_eq!(steps.iter().map(told).collect::<Vec<_>>(), expected.map(|(v, c, g, l)| (On(v), c, g, l)));
    }

    #[test]
    fn a_day_that_moves_by_the_same_in_every_pair_moves_its_quantile() {
        let rows: Vec<Row<Reached>> =
            (0..400).map(|i| (On(i % 200), (i % 4 == 0).then(|| On(i % 200 + 20)))).collect();
        let found = day_quantile(&rows, Probability::P80, Level::P95);
        let moved = day_quantile(
            &rows.iter().map(|(c, f)| (*c, f.map(|_| *c))).collect::<Vec<_>>(),
            Probability::P80,
            Level::P95,
        );
        assert_eq!(moved.value, On(159));
        let Reached::On(day) = found.value else { panic!("it comes") };
        assert!((175..=183).contains(&day), "{day}");
        assert!(found.interval.low.unwrap() < found.value && found.interval.high.unwrap() > found.value);
        let never: Vec<Row<Reached>> = rows.iter().map(|(c, f)| (*c, f.map(|_| NotByEnd))).collect();
        assert_eq!(day_quantile(&never, Probability::P80, Level::P95).value, NotByEnd);
    }

    #[test]
    fn a_quantile_of_numbers_is_moved_by_that_of_pairs_and_lies_in_its_interval() {
        let rows: Vec<Row<f64>> =
            (0..500_u16).map(|i| (f64::from(i), (i % 5 == 0).then(|| f64::from(i) + 2.0))).collect();
        for p in [Probability::P10, Probability::P50, Probability::P90] {
            let found = quantile(&rows, p, Level::P95);
            near(found.value, p.get() * 499.0 + 2.0);
            assert!(found.interval.contains(&found.value), "{found:?}");
        }
    }
}
