//! Draws by address. A draw belongs to (seed, replication, purpose, entity, day, index) and to nothing else, so that
//! changing one thing leaves every other draw as it was. Start at [`Draws`]; counts come from [`Chance`].

mod beta;
mod binomial;
mod choice;
mod coins;
mod multinomial;
mod normal;
mod philox;

pub use beta::{beta_cdf, beta_quantile};
pub use binomial::{Chance, Repeated};
pub use multinomial::{Destinations, Group, Lengths};
pub use normal::{normal_cdf, normal_quantile};
pub use philox::{Block, Lead, Number, Stream};

/// What a draw is for. The numbers are part of every address: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// An uncertain input of the scenario.
    Input = 1,
    /// A factor that several inputs share.
    Factor = 2,
    /// Whether the EPCL entry needs other firmware.
    Rework = 3,
    /// Whether an outage starts.
    OutageStart = 4,
    /// How long it lasts.
    OutageLength = 5,
    /// How many of the Dormant installations of an opening stock need no update.
    NoUpdate = 6,
    /// When change of supplier strikes a cell, how many leave it, what they were doing, how many become Dormant, how many of those need no
    /// update, and where they go.
    Leaving = 7,
    /// When removal strikes a cell, how many it takes and what they were doing.
    Removal = 9,
    /// How long updates take.
    UpdateLength = 11,
    /// How many updates succeed.
    UpdateSuccess = 12,
    /// How many allocated slots are used, and how many of those attempts succeed.
    Attempt = 13,
}

/// Every draw of one replication, by address.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    seed: u64,
    replication: u32,
}

/// Which draw: an entity on a day, with an index among its draws of that day (an attempt, a pool, a category).
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// What for.
    pub purpose: Purpose,
    /// Stable key of the entity.
    pub entity: u64,
    /// Day of the run, or which of the strikes of a hazard; 0 for draws made once.
    pub day: u16,
    /// Index among the entity's draws of that day, below 1,024.
    pub index: u16,
}

impl Draws {
    /// The draws of a replication under a seed.
    #[must_use]
    pub fn new(seed: u64, replication: u32) -> Self {
        Self { seed, replication }
    }

    /// An endless row of numbers at an address.
    #[must_use]
    #[inline]
    pub fn stream(&self, at: Address) -> Stream {
        Stream::new(self.seed, self.counter(at))
    }

    #[inline]
    fn counter(&self, at: Address) -> [u64; 2] {
        debug_assert!(at.index < 1024, "an index has ten bits");
        let place = u32::from(at.day) << 16 | u32::from(at.index) << 6 | at.purpose as u32;
        philox::counter(at.entity, self.replication, place)
    }

    /// The rows of numbers at `n` addresses, in order, begun side by side.
    #[inline]
    pub fn streams(&self, n: usize, address: impl Fn(usize) -> Address, mut each: impl FnMut(usize, Stream)) {
        for (from, addresses) in abreast(n, address) {
            let streams = Stream::begun(addresses.map(|at| self.stream(at)));
            (from..n).zip(streams).for_each(|(at, stream)| each(at, stream));
        }
    }

    /// A block of short numbers at each of `n` addresses, in order, drawn side by side.
    #[inline]
    pub fn blocks(&self, n: usize, address: impl Fn(usize) -> Address, blocks: &mut Vec<Block>) {
        blocks.clear();
        for (_, addresses) in abreast(n, address) {
            blocks.extend(Block::of(self.seed, addresses.map(|at| self.counter(at))));
        }
        blocks.truncate(n);
    }

    /// The block of short numbers at an address.
    #[must_use]
    pub fn block(&self, at: Address) -> Block {
        let [block] = Block::of(self.seed, [self.counter(at)]);
        block
    }

    /// A word of the bits behind a lead of the block at an address.
    #[must_use]
    pub fn behind(&self, at: Address, lead: usize, word: u32) -> u64 {
        Block::behind(self.seed, self.counter(at), lead, word)
    }

    /// Two numbers at each of `n` addresses, in order, drawn side by side.
    pub fn pairs(&self, n: usize, address: impl Fn(usize) -> Address, numbers: &mut Vec<[Number; 2]>) {
        numbers.clear();
        for (_, addresses) in abreast(n, address) {
            numbers.extend(Stream::first_two(self.seed, addresses.map(|at| self.counter(at))));
        }
        numbers.truncate(n);
    }

    /// One number at an address.
    #[must_use]
    #[inline]
    pub fn number(&self, at: Address) -> Number {
        Stream::first(self.seed, self.counter(at))
    }
}

/// Addresses whose numbers are drawn side by side.
const ABREAST: usize = 4;

/// Some of `n` items at a time, with the position of the first; past the end the last stands again.
fn abreast<T>(n: usize, item: impl Fn(usize) -> T) -> impl Iterator<Item = (usize, [T; ABREAST])> {
    let some = move |from: usize| (from, std::array::from_fn(|ahead| item((from + ahead).min(n - 1))));
    (0..n).step_by(ABREAST).map(some)
}

/// One key for an entity made of two, such as a cell of a cohort and a supplier.
#[must_use]
pub fn join(a: u64, b: u64) -> u64 {
    let mixed =
        (a ^ b.rotate_left(32).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use super::{Address, Draws, Purpose};

    #[test]
    fn streams_begun_together_are_those_begun_one_by_one() {
        let draws = Draws::new(7, 3);
        let small = |number: usize| u16::try_from(number).unwrap();
        let at = |at: usize| Address {
            purpose: Purpose::Removal,
            entity: (at as u64) << 7,
            day: 19,
            index: small(at),
        };
        for n in [0, 1, 4, 103] {
            let mut seen = 0;
            draws.streams(n, at, |position, mut together| {
                let mut alone = draws.stream(at(position));
                assert_eq!(position, seen);
                assert!((0..5).all(|_| together.next_u64() == alone.next_u64()));
                seen += 1;
            });
            assert_eq!(seen, n);
        }
    }
}
