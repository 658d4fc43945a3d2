//! A variance split over three layers of chance and their interaction.

use super::distribution::two_sided_of;
use super::jackknife::standard_error;
use super::sample::{count, mean_of};
use super::{BadSample, Estimate, Interval, Level, Sample};

/// Layers of chance that can be drawn anew one by one.
pub const LAYERS: usize = 3;

/// Runs of a block: all combinations of two draws for each layer.
pub const RUNS: usize = 1 << LAYERS;

/// Which of the block's two draws each layer takes in each run.
pub const DESIGN: [[usize; LAYERS]; RUNS] =
    [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]];

/// Blocks below which the interval of a share does not hold at its level.
pub const LEAST_BLOCKS: usize = 20;

/// The part of one source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its variance, in squared units. It is unbiased, so it may be below 0 if the true value is near 0. It is not cut
    /// there, because then it would be too large on average and the shares would add to more than 1. It has no
    /// interval: for skewed inputs none holds at its level with so few blocks.
    pub variance: f64,
    /// The same as a share of the whole variance, with its interval within 0 to 1; `None` if the whole is not above 0.
    /// All shares add up to 1.
    pub share: Option<Estimate>,
}

/// A variance and its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Components {
    /// The part of each layer by itself, in the order of [`DESIGN`].
    pub layers: [Part; LAYERS],
    /// The part that they have only together. The interval of its share is open, because for small shares none holds at
    /// its level.
    pub interaction: Part,
    /// The variance of a run in which every layer is drawn anew: the sum of the parts.
    pub total: f64,
    /// Blocks they rest on.
    pub blocks: usize,
}

/// Splits a variance from blocks of eight runs, each made by [`DESIGN`] with its own two draws for every layer.
///
/// A layer's estimate comes from runs that differ in nothing but what it is about, so a layer that does little is measured
/// sharply beside one that does nearly all.
///
/// # Formula
/// Crossed random effects, two levels of each factor in a block (Searle, Casella & `McCulloch` 1992, ch. 4): for a set u of
/// layers `MS(u) = 8 (Σ ± y/8)²`, and `σ²(u) = 2^(|u| - 3) Σ (-1)^(|w| - |u|) MS(w)` over the sets w that contain u. Blocks are independent: a
/// variance is a mean over blocks, a share a ratio of means. The interval of a layer's share is that of a delete-one jackknife of its logit
/// (Miller 1974) with Student's t of (n - 1)/3 degrees of freedom, because squares of skewed values vary far more than those of normal ones; where the share
/// or one of those without a block lies outside 0 to 1 and has no logit, that of a jackknife of the share itself, cut at 0 and 1.
/// An estimate's n counts blocks.
///
/// # Errors
/// - A value is not fit for a [`Sample`].
/// - There are fewer than [`LEAST_BLOCKS`] blocks.
pub fn components(blocks: &[[f64; RUNS]], level: Level) -> Result<Components, BadSample> {
    Sample::new(blocks.as_flattened())?;
    let n = blocks.len();
    if n < LEAST_BLOCKS {
        return Err(BadSample::TooFew { found: n, needed: LEAST_BLOCKS });
    }
    let splits: Vec<Split> = blocks.iter().map(Split::of).collect();
    let column = |of: &dyn Fn(&Split) -> f64| splits.iter().map(of).collect::<Vec<f64>>();
    let totals = column(&Split::total);
    let part = |of: &dyn Fn(&Split) -> f64| {
        let values = column(of);
        Part { variance: mean_of(&values), share: share(&values, &totals, level) }
    };
    let layer = |l: usize| part(&move |split| split.layers[l]);
    let together = part(&|split| split.interaction);
    let open = |share: Estimate| Estimate { interval: Interval::open(level), ..share };
    Ok(Components {
        layers: [layer(0), layer(1), layer(2)],
        interaction: Part { share: together.share.map(open), ..together },
        total: mean_of(&totals),
        blocks: n,
    })
}

/// The mean of values as a share of that of others which is above 0, with or without any one of them.
fn share(above: &[f64], below: &[f64], level: Level) -> Option<Estimate> {
    let (a, b): (f64, f64) = (above.iter().sum(), below.iter().sum());
    let n = above.len();
    let without: Vec<f64> = above.iter().zip(below).map(|(x, y)| (a - x) / (b - y)).collect();
    let positive = b > 0.0 && below.iter().all(|y| b - y > 0.0);
    let value = mean_of(above) / mean_of(below);
    let error = standard_error(&without);
    let t = two_sided_of(level, (count(n) - 1.0) / 3.0);
    let logits: Option<Vec<f64>> = without.iter().map(|share| logit(*share)).collect();
    let interval = match logit(value).zip(logits) {
        Some((centre, logits)) => {
            let half = t * standard_error(&logits);
            let [low, high] = [centre - half, centre + half].map(|x| 1.0 / (1.0 + libm::exp(-x)));
            Interval { low: Some(low), high: Some(high), level }
        }
        // A value that is the same in every block shows nothing of others.
        None if error == 0.0 => Interval::open(level),
        None => Interval::around(value, t * error, level),
    };
    let estimate = Estimate { value, standard_error: Some(error), interval, n };
    positive.then(|| estimate.within(0.0, 1.0))
}

/// Returns the logarithm of the odds of a share; `None` outside 0 to 1.
fn logit(share: f64) -> Option<f64> {
    (share > 0.0 && share < 1.0).then(|| libm::log(share / (1.0 - share)))
}

/// Unbiased variances from one block.
struct Split {
    layers: [f64; LAYERS],
    interaction: f64,
}

impl Split {
    fn of(block: &[f64; RUNS]) -> Self {
        // A set of layers is a number with one bit for each layer.
        let squares: [f64; RUNS] = std::array::from_fn(|set| mean_square(block, set));
        let variance = |set: usize| {
            let signed = |w: usize| if odd(w ^ set) { -squares[w] } else { squares[w] };
            let sum: f64 = (1..RUNS).filter(|w| w & set == set).map(signed).sum();
            sum * f64::from(set.count_ones().cast_signed() - 3).exp2()
        };
        Self {
            layers: std::array::from_fn(|l| variance(1 << l)),
            interaction: (1..RUNS).filter(|set| !set.is_power_of_two()).map(variance).sum(),
        }
    }

    fn total(&self) -> f64 {
        self.layers.iter().sum::<f64>() + self.interaction
    }
}

/// The square of a block's contrast for a set of layers, with one degree of freedom.
fn mean_square(block: &[f64; RUNS], set: usize) -> f64 {
    let odd_run = |run: &[usize; LAYERS]| {
        let second = run.iter().enumerate().filter(|&(l, &draw)| draw == 1 && set >> l & 1 == 1);
        second.count() % 2 == 1
    };
    let contrast: f64 = DESIGN.iter().zip(block).map(|(run, y)| if odd_run(run) { -y } else { *y }).sum();
    contrast * contrast / 8.0
}

/// Whether a number has an odd number of bits.
fn odd(set: usize) -> bool {
    set.count_ones() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::{ends, near};
    use super::*;

    /// One block for each of the 64 ways in which two draws of each layer are plus or minus one: all that there are, so that
    /// the mean over blocks is the expectation.
    fn blocks(run: impl Fn([f64; LAYERS]) -> f64) -> Vec<[f64; RUNS]> {
        let draw = |block: usize, layer: usize, copy: usize| {
            if block >> (2 * layer + copy) & 1 == 0 { -1.0 } else { 1.0 }
        };
        let one = |block: usize, row: [usize; LAYERS]| run(std::array::from_fn(|l| draw(block, l, row[l])));
        (0..64).map(|block| DESIGN.map(|row| one(block, row))).collect()
    }

    fn of(blocks: &[[f64; RUNS]]) -> Components {
        components(blocks, Level::P95).unwrap()
    }

    #[test]
    fn each_layer_gets_its_own_variance_and_interactions_are_what_is_left() {
        let split =
            of(&blocks(|[f, i, d]| 1000.0 + 3.0 * f + 2.0 * i + d + 4.0 * f * i - f * d + 2.0 * f * i * d));
        for (part, variance) in split.layers.iter().zip([9.0, 4.0, 1.0]) {
            near(part.variance, variance);
            near(part.share.unwrap().value, variance / 35.0);
        }
        near(split.interaction.variance, 16.0 + 1.0 + 4.0);
        near(split.interaction.share.unwrap().value, 21.0 / 35.0);
        near(split.total, 35.0);
    }

    #[test]
    fn a_layer_that_does_next_to_nothing_is_measured_sharply_beside_one_that_does_nearly_all() {
        let split = of(&blocks(|[f, i, d]| 1000.0 * f + i + 0.01 * d));
        let share = |l: usize| split.layers[l].share.unwrap();
        assert!(share(0).value > 0.999_99 && share(0).standard_error.unwrap() < 1e-6);
        near(share(1).value, 1.0 / 1_000_001.000_1);
        assert!(share(2).standard_error.unwrap() < 1e-10, "{:?}", share(2));
    }

    /// The jackknife written out in `NumPy` 2.4.6, with `scipy.special.logit` and `scipy.stats.t.isf(0.025, 21/3)`, `SciPy` 1.17.1.
    #[test]
    fn the_interval_of_a_share_agrees_with_another_package() {
        let all = blocks(|[f, i, d]| 3.0 * f + 2.0 * i + d * f);
        let some: Vec<[f64; RUNS]> = all.iter().step_by(3).copied().collect();
        let split = of(&some);
        for (l, low, high) in [
            (0, 0.461_170_408_529_338_16, 0.783_513_373_731_298_3),
            (1, 0.168_320_910_462_155_42, 0.451_502_520_020_602_9),
            (2, 0.0, 0.039_181_275_170_284_55),
        ] {
            let interval = split.layers[l].share.unwrap().interval;
            ends(&interval, low, high);
        }
        let below_zero = split.layers[2].share.unwrap();
        assert!(below_zero.value < 0.0 && below_zero.interval.low == Some(0.0), "{below_zero:?}");
        assert_eq!(split.interaction.share.unwrap().interval, Interval::open(Level::P95));
    }

    #[test]
    fn the_jackknife_is_that_of_leaving_out_each_block_in_turn() {
        let all = blocks(|[f, i, d]| 3.0 * f + 2.0 * i + d * f);
        let some: Vec<[f64; RUNS]> = all.iter().step_by(3).copied().collect();
        let without = |i: usize| {
            let mut left = some.clone();
            left.remove(i);
            of(&left).layers[0].share.unwrap().value
        };
        let each: Vec<f64> = (0..some.len()).map(without).collect();
        near(of(&some).layers[0].share.unwrap().standard_error.unwrap(), standard_error(&each));
    }

    #[test]
    fn a_layer_that_does_nothing_alone_may_come_out_below_zero_and_stays_so() {
        // Only what the first two do together, in those blocks in which both change.
        let mut some = blocks(|[f, i, _]| f * i);
        some.retain(|block| block[0] * block[2] < 0.0 && block[0] * block[4] < 0.0);
        let some = some.repeat(2);
        let split = of(&some);
        assert!(split.layers[0].variance < 0.0, "{split:?}");
    }

    #[test]
    fn runs_that_do_not_vary_have_no_shares_and_bad_ones_are_refused() {
        let split = of(&[[7.0; RUNS]; 20]);
        assert_eq!((split.total, split.layers[0].share, split.interaction.share), (0.0, None, None));
        let few = components(&[[1.0; RUNS]; 19], Level::P95);
        assert_eq!(few, Err(BadSample::TooFew { found: 19, needed: 20 }));
        assert_eq!(components(&[], Level::P95), Err(BadSample::Empty));
        let mut bad = [[1.0; RUNS]; 20];
        bad[1][2] = f64::NAN;
        assert!(matches!(components(&bad, Level::P95), Err(BadSample::Value { index: 10, .. })));
    }
}
