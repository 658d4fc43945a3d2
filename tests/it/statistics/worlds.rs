//! Worlds whose truth is known: distributions with their means and quantiles, drawn by address.

use dormouse::random::{Address, Draws, Purpose, Stream, normal_cdf, normal_quantile};
use dormouse::statistics::Reached;
use rand::RngExt;
use rand::distr::Open01;

const SEED: u64 = 2020;

/// The chance of one repetition.
pub(super) struct Chance(Stream);

/// A distribution of single values.
#[derive(Clone, Copy)]
pub(super) enum World {
    /// Mean 0 and standard deviation 1.
    Normal,
    /// Mean 1 and standard deviation 1; skewness 2.
    Exponential,
    /// The exponential of a normal value with this standard deviation.
    Lognormal(f64),
    /// Normal, and 20 more in one of fifty.
    RareJump,
    /// 0, and exponential in one of fifty.
    MostlyZeros,
}

/// How often something rare strikes in the last two.
const RARE: f64 = 0.02;
const JUMP: f64 = 20.0;

/// A normal day of completion, cut to whole days, that does not come in some replications.
#[derive(Clone, Copy)]
pub(super) struct Days {
    pub(super) mean: f64,
    pub(super) deviation: f64,
    pub(super) never: f64,
}

impl Chance {
    pub(super) fn new(row: u64, repetition: u32) -> Self {
        let at = Address { purpose: Purpose::Input, entity: row, day: 0, index: 0 };
        Self(Draws::new(SEED, repetition).stream(at))
    }

    pub(super) fn uniform(&mut self) -> f64 {
        self.0.sample(Open01)
    }

    pub(super) fn one(&mut self, world: World) -> f64 {
        world.value(self.uniform())
    }

    pub(super) fn many(&mut self, world: World, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.one(world)).collect()
    }
}

impl World {
    /// The value that a number between 0 and 1 stands for; of the first three, the quantile.
    pub(super) fn value(self, p: f64) -> f64 {
        let strikes = p < RARE;
        let rest = if strikes { p / RARE } else { (p - RARE) / (1.0 - RARE) };
        match self {
            Self::RareJump => normal_quantile(rest) + if strikes { JUMP } else { 0.0 },
            Self::MostlyZeros => {
                if strikes {
                    Self::Exponential.value(rest)
                } else {
                    0.0
                }
            }
            Self::Normal => normal_quantile(p),
            Self::Exponential => -(-p).ln_1p(),
            Self::Lognormal(sigma) => (sigma * normal_quantile(p)).exp(),
        }
    }

    pub(super) fn mean(self) -> f64 {
        match self {
            Self::Normal => 0.0,
            Self::Exponential => 1.0,
            Self::RareJump => RARE * JUMP,
            Self::MostlyZeros => RARE,
            Self::Lognormal(sigma) => (sigma * sigma / 2.0).exp(),
        }
    }
}

impl Days {
    pub(super) fn one(self, chance: &mut Chance) -> Reached {
        if chance.uniform() < self.never {
            return Reached::NotByEnd;
        }
        Reached::On((self.mean + self.deviation * chance.one(World::Normal)).floor() as i32)
    }

    /// The day that a number between 0 and 1 stands for; it always comes.
    pub(super) fn of(self, u: f64) -> Reached {
        Reached::On((self.mean + self.deviation * normal_quantile(u)).floor() as i32)
    }

    /// The first day by which it is reached with probability p.
    pub(super) fn quantile(self, p: f64) -> Reached {
        let by =
            |day: i32| (1.0 - self.never) * normal_cdf((f64::from(day + 1) - self.mean) / self.deviation);
        let latest = (self.mean + 9.0 * self.deviation) as i32;
        (0..latest).find(|&day| by(day) >= p).map_or(Reached::NotByEnd, Reached::On)
    }
}
