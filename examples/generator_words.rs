//! The words of the generator in the orders in which runs draw them, for a battery of statistical tests to read; see
//! `docs/background/chance.md`. Writes 64-bit words, least significant byte first, until nobody reads any more:
//!
//! ```text
//! cargo build --release --example generator_words
//! target/release/examples/generator_words blocks days | RNG_test stdin64 -tlmax 4GB
//! ```
#![allow(clippy::print_stderr, reason = "an example says on the terminal how it is used")]

use std::io::{self, Write};

use dormouse::model::key_of;
use dormouse::random::{Address, Block, Draws, Purpose, join};
use rand::Rng;

const SEED: u64 = 2020;
const COHORTS: u16 = 44;
const SUPPLIERS: u16 = 28;
const DAYS: u16 = 914;
const ATTEMPTS: u16 = 5;
const TRIES: u16 = 3;

/// Writes words in an order until nobody reads any more.
type WritesWords = fn(&mut Words) -> io::Result<()>;

/// An order in which addresses follow each other, by the name that is asked for.
const ORDERS: [(&str, &str, WritesWords); 9] = [
    (
        "cells",
        "every cell and attempt of a day, then the next day, then the next replication: as a run draws",
        cells,
    ),
    ("days", "one cell day after day, then the next cell", days),
    ("replications", "one cell and day in replication after replication, then the next day", replications),
    ("indexes", "one cell and day, index after index, then the next day", indexes),
    ("purposes", "each purpose at one address after the other", purposes),
    ("seeds", "one address under seed after seed", seeds),
    ("small", "64 words of the small generator of every cell and try of a day, then the next day", small),
    ("small-first", "the first word of each of those, as different generators begin", small_first),
    ("one", "an endless row at one address; of blocks the words behind every lead", one),
];

const PURPOSES: [Purpose; 11] = [
    Purpose::Input,
    Purpose::Factor,
    Purpose::Rework,
    Purpose::OutageStart,
    Purpose::OutageLength,
    Purpose::NoUpdate,
    Purpose::Leaving,
    Purpose::Removal,
    Purpose::UpdateLength,
    Purpose::UpdateSuccess,
    Purpose::Attempt,
];

/// What an address gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The numbers of inputs and strikes.
    Streams,
    /// Blocks of short numbers, as those of attempts and updates.
    Blocks,
}

/// Where words go, and of which kind they are.
struct Words(io::BufWriter<io::StdoutLock<'static>>, Kind);

impl Words {
    /// The first two words at an address.
    fn pair(&mut self, draws: &Draws, at: Address) -> io::Result<()> {
        let words = match self.1 {
            Kind::Streams => {
                let mut stream = draws.stream(at);
                [stream.next_u64(), stream.next_u64()]
            }
            Kind::Blocks => draws.block(at).words(),
        };
        self.0.write_all(words.map(u64::to_le_bytes).as_flattened())
    }
}

/// Keys of entities as those of the national programme are made, for as many as are asked for.
fn keys(cohorts: u16, suppliers: u16) -> Vec<u64> {
    let cells = (0..cohorts).flat_map(|c| (0..suppliers).map(move |s| (c, s)));
    let place = |(c, s)| join(key_of(&format!("IOC-{c:02}")), key_of(&format!("Supplier {s}")));
    cells.flat_map(|cell| ["dormant", "active"].map(|status| join(place(cell), key_of(status)))).collect()
}

fn at(entity: u64, day: u16, index: u16) -> Address {
    Address { purpose: Purpose::Attempt, entity, day, index }
}

fn cells(words: &mut Words) -> io::Result<()> {
    let keys = keys(COHORTS, SUPPLIERS);
    for replication in 0.. {
        let draws = Draws::new(SEED, replication);
        for day in 0..DAYS {
            for &key in &keys {
                (1..=ATTEMPTS).try_for_each(|attempt| words.pair(&draws, at(key, day, attempt)))?;
            }
        }
    }
    Ok(())
}

fn days(words: &mut Words) -> io::Result<()> {
    let draws = Draws::new(SEED, 0);
    for key in keys(u16::MAX, SUPPLIERS) {
        (0..u16::MAX).try_for_each(|day| words.pair(&draws, at(key, day, 1)))?;
    }
    Ok(())
}

fn replications(words: &mut Words) -> io::Result<()> {
    let key = keys(1, 1)[0];
    for day in 0..DAYS {
        (0..1 << 24)
            .try_for_each(|replication| words.pair(&Draws::new(SEED, replication), at(key, day, 1)))?;
    }
    Ok(())
}

fn indexes(words: &mut Words) -> io::Result<()> {
    let draws = Draws::new(SEED, 0);
    for key in keys(u16::MAX, SUPPLIERS) {
        for day in 0..u16::MAX {
            (0..1024).try_for_each(|index| words.pair(&draws, at(key, day, index)))?;
        }
    }
    Ok(())
}

fn purposes(words: &mut Words) -> io::Result<()> {
    let keys = keys(COHORTS, SUPPLIERS);
    for replication in 0.. {
        let draws = Draws::new(SEED, replication);
        for day in 0..DAYS {
            for &entity in &keys {
                let address = |purpose| Address { purpose, ..at(entity, day, 0) };
                PURPOSES.into_iter().try_for_each(|purpose| words.pair(&draws, address(purpose)))?;
            }
        }
    }
    Ok(())
}

fn seeds(words: &mut Words) -> io::Result<()> {
    let key = keys(1, 1)[0];
    (0..).try_for_each(|seed| words.pair(&Draws::new(seed, 0), at(key, 0, 1)))
}

fn small(words: &mut Words) -> io::Result<()> {
    small_generators(words, 64)
}

fn small_first(words: &mut Words) -> io::Result<()> {
    small_generators(words, 1)
}

/// So many words of the small generator at each address of the lengths of updates.
fn small_generators(words: &mut Words, of_each: usize) -> io::Result<()> {
    let keys = keys(COHORTS, SUPPLIERS);
    for replication in 0.. {
        let draws = Draws::new(SEED, replication);
        for day in 0..DAYS {
            for &entity in &keys {
                for index in 1..=TRIES {
                    let at = Address { purpose: Purpose::UpdateLength, entity, day, index };
                    let mut generator = draws.stream(at).small_generator();
                    (0..of_each).try_for_each(|_| words.0.write_all(&generator.next_u64().to_le_bytes()))?;
                }
            }
        }
    }
    Ok(())
}

/// An endless row of a stream; of blocks the first two words behind each of their ten leads.
fn one(words: &mut Words) -> io::Result<()> {
    let keys = keys(COHORTS, SUPPLIERS);
    let mut stream = Draws::new(SEED, 0).stream(at(keys[0], 0, 1));
    while words.1 == Kind::Streams {
        words.0.write_all(&stream.next_u64().to_le_bytes())?;
    }
    for replication in 0.. {
        let draws = Draws::new(SEED, replication);
        for (day, &key) in (0..DAYS).flat_map(|day| keys.iter().map(move |key| (day, key))) {
            for (lead, word) in (0..2 * Block::A_WORD).flat_map(|lead| [(lead, 0), (lead, 1)]) {
                words.0.write_all(&draws.behind(at(key, day, 0), lead, word).to_le_bytes())?;
            }
        }
    }
    Ok(())
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let (kind, order) = match asked.as_slice() {
        [kind, order] if kind == "streams" => (Some(Kind::Streams), order.as_str()),
        [kind, order] if kind == "blocks" => (Some(Kind::Blocks), order.as_str()),
        _ => (None, ""),
    };
    let write = ORDERS.iter().find(|(name, ..)| *name == order).map(|(.., write)| write);
    let (Some(kind), Some(write)) = (kind, write) else {
        eprintln!("usage: generator_words streams|blocks ORDER, one of");
        ORDERS.iter().for_each(|(name, order, _)| eprintln!("  {name:14}{order}"));
        std::process::exit(2);
    };
    // The battery ends by closing the pipe.
    let _ = write(&mut Words(io::BufWriter::with_capacity(1 << 16, io::stdout().lock()), kind));
}
