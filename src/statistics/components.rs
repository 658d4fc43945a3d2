//! Where a spread comes from: a variance split over three layers of chance and what they do together.

use super::jackknife::standard_error;
use super::sample::count;
use super::{BadSample, Estimate, Level, Sample};

/// Layers of chance that can be drawn anew one by one.
pub const LAYERS: usize = 3;

/// Runs of a block, and which of the block's two draws each layer takes in each: any two runs share exactly one layer.
pub const DESIGN: [[usize; LAYERS]; 4] = [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]];

/// Blocks below which a split says too little to be computed.
const LEAST_BLOCKS: usize = 3;

/// What one source contributes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its variance, in squared units. Unbiased, so it may be below 0 where the truth is near it; it is not cut off, since
    /// that would make the others too small.
    pub variance: Estimate,
    /// The same as a share of the whole variance; none where that is not above 0. All shares sum to 1.
    pub share: Option<Estimate>,
}

/// A variance and its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Components {
    /// What each layer does by itself, in the order of [`DESIGN`].
    pub layers: [Part; LAYERS],
    /// What they do only together.
    pub interaction: Part,
    /// The variance of a run in which every layer is drawn anew.
    pub total: Estimate,
}

/// Splits a variance from blocks of four runs, each made as [`DESIGN`] says with two draws of its own for every layer.
///
/// # Formula
/// Y = μ + Σ gᵤ over subsets u of the layers (Efron & Stein 1981). Two runs that share layer l alone have covariance var gₗ, a run
/// with itself the whole variance; what is left is the interaction. Products of runs about the grand mean are averaged over
/// the six pairs of a block, two for each layer, and the bias from estimating that mean is taken out, so every variance is
/// unbiased. Standard errors by jackknife over blocks; an estimate's n counts blocks.
///
/// # Errors
/// - A value is not fit for a [`Sample`].
/// - There are fewer than three blocks.
pub fn components(blocks: &[[f64; 4]], level: Level) -> Result<Components, BadSample> {
    let values = Sample::new(blocks.as_flattened())?;
    if blocks.len() < LEAST_BLOCKS {
        return Err(BadSample::TooFew { found: blocks.len(), needed: LEAST_BLOCKS });
    }
    let centre = values.mean();
    let sums: Vec<Sums> = blocks.iter().map(|block| Sums::of(block.map(|y| y - centre))).collect();
    let all = sums.iter().fold(Sums::default(), |all, one| all.with(one, 1.0));
    let n = blocks.len();
    let whole = all.split(count(n));
    let without: Vec<Split> = sums.iter().map(|one| all.with(one, -1.0).split(count(n - 1))).collect();

    let estimate = |of: &dyn Fn(&Split) -> f64| {
        let each: Vec<f64> = without.iter().map(of).collect();
        Estimate::of(of(&whole), Some(standard_error(&each)), level, n)
    };
    let has_shares = whole.total > 0.0 && without.iter().all(|split| split.total > 0.0);
    let part = |of: &dyn Fn(&Split) -> f64| Part {
        variance: estimate(of),
        share: has_shares.then(|| estimate(&|split| of(split) / split.total)),
    };
    Ok(Components {
        layers: std::array::from_fn(|l| part(&move |split| split.layers[l])),
        interaction: part(&Split::interaction),
        total: estimate(&|split| split.total),
    })
}

/// What is summed over blocks.
#[derive(Clone, Copy, Default)]
struct Sums {
    mean: f64,
    mean_squared: f64,
    square: f64,
    products: [f64; LAYERS],
}

/// Unbiased variances.
struct Split {
    layers: [f64; LAYERS],
    total: f64,
}

impl Sums {
    fn of(block: [f64; 4]) -> Self {
        let mean = block.iter().sum::<f64>() / 4.0;
        let mut products = [0.0; LAYERS];
        for (i, run) in DESIGN.iter().enumerate() {
            for (j, other) in DESIGN.iter().enumerate().skip(i + 1) {
                for l in (0..LAYERS).filter(|&l| run[l] == other[l]) {
                    products[l] += block[i] * block[j] / 2.0;
                }
            }
        }
        let square = block.iter().map(|y| y * y).sum::<f64>() / 4.0;
        Self { mean, mean_squared: mean * mean, square, products }
    }

    fn with(&self, one: &Self, times: f64) -> Self {
        Self {
            mean: self.mean + times * one.mean,
            mean_squared: self.mean_squared + times * one.mean_squared,
            square: self.square + times * one.square,
            products: std::array::from_fn(|l| self.products[l] + times * one.products[l]),
        }
    }

    /// From the sums over `n` blocks. The mean's square is estimated from means of different blocks alone.
    fn split(&self, n: f64) -> Split {
        let square_of_mean = (self.mean * self.mean - self.mean_squared) / (n * (n - 1.0));
        Split {
            layers: self.products.map(|p| p / n - square_of_mean),
            total: self.square / n - square_of_mean,
        }
    }
}

impl Split {
    fn interaction(&self) -> f64 {
        self.total - self.layers.iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::mean::tests::near;
    use super::*;

    /// Runs of `n` blocks in which each layer's draws are plus and minus one in every combination, so that moments are exact
    /// up to what a finite sample leaves.
    fn blocks(n: usize, run: impl Fn([f64; LAYERS]) -> f64) -> Vec<[f64; 4]> {
        let draw = |block: usize, layer: usize, copy: usize| {
            if block >> (2 * layer + copy) & 1 == 0 { -1.0 } else { 1.0 }
        };
        let one = |block: usize, row: [usize; LAYERS]| run(std::array::from_fn(|l| draw(block, l, row[l])));
        (0..n).map(|block| DESIGN.map(|row| one(block, row))).collect()
    }

    fn of(blocks: &[[f64; 4]]) -> Components {
        components(blocks, Level::P95).unwrap()
    }

    #[test]
    fn any_two_runs_of_a_block_share_exactly_one_layer() {
        for (i, a) in DESIGN.iter().enumerate() {
            for b in &DESIGN[..i] {
                assert_eq!(a.iter().zip(b).filter(|(a, b)| a == b).count(), 1);
            }
        }
    }

    /// All 64 combinations of two draws for each of three layers, 64 times: each estimate is the truth but for terms of the
    /// order of one in the number of blocks.
    #[test]
    fn each_layer_gets_its_own_variance_and_what_is_left_is_interaction() {
        let split = of(&blocks(4096, |[f, i, d]| 1e9 + 3.0 * f + 2.0 * i + d + 0.5 * f * i));
        for (part, variance) in split.layers.iter().zip([9.0, 4.0, 1.0]) {
            assert!((part.variance.value - variance).abs() < 0.01, "{part:?}");
        }
        assert!((split.interaction.variance.value - 0.25).abs() < 0.01, "{:?}", split.interaction);
        assert!((split.total.value - 14.25).abs() < 0.01);
        let shares = |part: &Part| part.share.unwrap().value;
        near(split.layers.iter().map(shares).sum::<f64>() + shares(&split.interaction), 1.0);
    }

    /// Unbiased: the mean over all 4,096 pairs of blocks out of 64 is that over independent draws of two, of which the
    /// estimate must be right on average; three blocks are the least that is allowed, so triples from a small set stand in.
    #[test]
    fn a_few_blocks_are_right_on_average() {
        let all = blocks(64, |[f, i, d]| 5.0 + 3.0 * f + 2.0 * i + d + 2.0 * i * d);
        let (mut layers, mut interaction, mut times) = ([0.0; LAYERS], 0.0, 0.0);
        for (a, b, c) in (0..64 * 64 * 64).map(|x| (x % 64, x / 64 % 64, x / 4096)) {
            let whole = Sums::default().with(&Sums::of(all[a]), 1.0).with(&Sums::of(all[b]), 1.0);
            let split = whole.with(&Sums::of(all[c]), 1.0).split(3.0);
            layers.iter_mut().zip(split.layers).for_each(|(sum, layer)| *sum += layer);
            (interaction, times) = (interaction + split.interaction(), times + 1.0);
        }
        layers.iter().zip([9.0, 4.0, 1.0]).for_each(|(sum, variance)| near(sum / times, variance));
        near(interaction / times, 4.0);
    }

    #[test]
    fn the_jackknife_is_that_of_leaving_out_each_block_in_turn() {
        let all = blocks(64, |[f, i, d]| 3.0 * f + 2.0 * i + d * f);
        let some: Vec<[f64; 4]> = all.iter().step_by(5).copied().collect();
        let without = |i: usize| {
            let mut left = some.clone();
            left.remove(i);
            of(&left).layers[0].share.unwrap().value
        };
        let each: Vec<f64> = (0..some.len()).map(without).collect();
        near(of(&some).layers[0].share.unwrap().standard_error.unwrap(), standard_error(&each));
    }

    #[test]
    fn a_layer_that_does_nothing_may_come_out_below_zero_and_stays_so() {
        let some: Vec<[f64; 4]> = blocks(64, |[f, ..]| f).into_iter().step_by(7).collect();
        let split = of(&some);
        assert!(split.layers[1..].iter().any(|part| part.variance.value < 0.0), "{split:?}");
    }

    #[test]
    fn runs_that_do_not_vary_have_no_shares_and_bad_ones_are_refused() {
        let split = of(&[[7.0; 4]; 5]);
        assert_eq!((split.total.value, split.layers[0].share, split.interaction.share), (0.0, None, None));
        let few = components(&[[1.0; 4]; 2], Level::P95);
        assert_eq!(few, Err(BadSample::TooFew { found: 2, needed: 3 }));
        assert_eq!(components(&[], Level::P95), Err(BadSample::Empty));
        let bad = components(&[[1.0; 4], [1.0, f64::NAN, 1.0, 1.0]], Level::P95);
        assert!(matches!(bad, Err(BadSample::Value { index: 5, .. })));
    }
}
