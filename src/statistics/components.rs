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
