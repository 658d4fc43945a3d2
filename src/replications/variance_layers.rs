//! The split of the variance of outcomes: shared factors, independent factors, day-by-day chance, and their
//! interaction.

use crate::engine::Draw;
use crate::findings::{Kpi, Population, Scope, kpi};
use crate::replications::Replications;
use crate::statistics::{Components, DESIGN, LAYERS, LEAST_BLOCKS, Level, RUNS, components};

/// Runs of a block that are no replications: those that mix two of them.
pub const MIXED: usize = RUNS - 2;

/// Fewest runs that split a spread.
pub const LEAST_MIXTURES: usize = LEAST_BLOCKS * MIXED;

/// The spread of one measure over replications, split by layers of chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Name of the scenario.
    pub scenario: String,
    /// The baseline it is set against, where the measure is a difference.
    pub baseline: Option<String>,
    /// The measure; a day counts from the first day of the run.
    pub kpi: Kpi,
    /// Its scope.
    pub scope: Scope,
    /// The variance and its parts: shared factors, independent factors, day by day; in squared units, days for a date.
    pub parts: Components,
}

/// Returns the number of blocks from a number of mixtures and of replications, two of which a block takes; 0 if there
/// are too few.
#[must_use]
pub fn blocks(replications: usize, mixtures: usize) -> usize {
    let blocks = (replications / 2).min(mixtures / MIXED);
    if blocks < LEAST_BLOCKS { 0 } else { blocks }
}

/// Returns the draws of each mixture for a number of blocks, block by block, each from two replications of its own.
#[must_use]
pub fn mixtures(blocks: usize) -> Vec<Draw> {
    let blocks = 0..u32::try_from(blocks).unwrap_or(u32::MAX);
    blocks.flat_map(|block| (1..=MIXED).map(move |run| draw_of(block, run))).collect()
}

/// The draw of a run of a block, by its position in [`DESIGN`].
fn draw_of(block: u32, run: usize) -> Draw {
    let [shared, own, fates] = DESIGN[run].map(|copy| 2 * block + u32::from(copy == 1));
    Draw { shared, own, fates }
}

/// A run of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockRun {
    /// The block, from 0.
    pub block: u32,
    /// Its position in [`DESIGN`]: the first and the last are replications themselves, the others mix these two.
    pub number: usize,
    /// The replication that each layer of chance is drawn from.
    pub draw: Draw,
}

/// Shows every run of every block with the values of its measures, which at two levels are those of the merged programme, block by block in the order of [`DESIGN`]; `mixed` are the runs
/// of [`mixtures`].
///
/// # Errors
/// The first that `each` gives.
pub fn block_runs<E>(
    run: &Replications,
    mixed: &Replications,
    mut each: impl FnMut(BlockRun, &[f64]) -> Result<(), E>,
) -> Result<(), E> {
    let own = run.first_values(2 * (mixed.n() / MIXED));
    let mut show = |block: usize, number: usize, values: &[f64]| {
        let block = u32::try_from(block).unwrap_or(u32::MAX);
        each(BlockRun { block, number, draw: draw_of(block, number) }, values)
    };
    let mut at = 0;
    mixed.each(|_, _, values| {
        let (block, number) = (at / MIXED, 1 + at % MIXED);
        let Some([first, last]) = own.get(2 * block..2 * block + 2) else { return Ok(()) };
        at += 1;
        if number == 1 {
            show(block, 0, first)?;
        }
        show(block, number, values)?;
        if number == MIXED { show(block, RUNS - 1, last) } else { Ok(()) }
    })
}

/// Splits the variance of each scenario's main measures, and of the days it avoids against the first; `mixed` are the
/// runs of [`mixtures`], scenario by scenario. Days that do not come by the end in some run are left out.
#[must_use]
pub fn spreads(runs: &[&Replications], mixed: &[Replications]) -> Vec<Spread> {
    let Some((baseline, others)) = runs.split_first().zip(mixed.first()).map(|((b, o), m)| ((*b, m), o))
    else {
        return Vec::new();
    };
    let lost = (kpi::DORMANT_DAYS_LOST, Scope::whole());
    let lost_in = |run: (&Replications, &Replications)| values(run, &lost.0, &lost.1);
    let avoided = others.iter().zip(&mixed[1..]).filter_map(|(run, mixed)| {
        let mut differences = lost_in(baseline)?;
        let of = lost_in((run, mixed))?;
        differences
            .as_flattened_mut()
            .iter_mut()
            .zip(of.as_flattened())
            .for_each(|(base, other)| *base -= other);
        let names = (run.scenario.as_str(), Some(&baseline.0.scenario));
        split(names, &differences, (kpi::DORMANT_DAYS_AVOIDED, Scope::whole()))
    });
    let told_of = crate::replications::told_of(runs);
    let headline = match told_of {
        Population::Dormant => lost.clone(),
        Population::All => (kpi::ACTIVE_DAYS_SINCE_ENTRY, Scope::of("status", "active")),
    };
    let completion = [kpi::COMPLETION_50, kpi::COMPLETION_90, kpi::COMPLETION_100, kpi::MIGRATED_SHARE];
    let completion = completion.map(|kpi| (kpi, Scope::population(told_of)));
    let measures: Vec<(Kpi, Scope)> = std::iter::once(headline).chain(completion).collect();
    let own = runs.iter().zip(mixed).flat_map(|(run, mixed)| {
        let one = |measure: &(Kpi, Scope)| {
            let blocks = values((run, mixed), &measure.0, &measure.1)?;
            split((&run.scenario, None), &blocks, measure.clone())
        };
        measures.iter().filter_map(one).collect::<Vec<_>>()
    });
    avoided.filter(|_| told_of == Population::Dormant).chain(own).collect()
}

fn split(
    (scenario, baseline): (&str, Option<&String>),
    blocks: &[[f64; RUNS]],
    (kpi, scope): (Kpi, Scope),
) -> Option<Spread> {
    let parts = components(blocks, Level::P95).ok()?;
    Some(Spread { scenario: scenario.to_owned(), baseline: baseline.cloned(), kpi, scope, parts })
}

/// A measure in the runs of every block, in the order of [`DESIGN`]: the first and the last are replications themselves.
fn values(
    (run, mixed): (&Replications, &Replications),
    kpi: &Kpi,
    scope: &Scope,
) -> Option<Vec<[f64; RUNS]>> {
    let at = run.position(kpi, scope)?;
    let (own, between) = (run.cheap_values(at), mixed.cheap_values(at));
    let block = |(pair, between): (&[f64], &[f64])| {
        let mut block = [pair[0]; RUNS];
        block[1..=MIXED].copy_from_slice(between);
        block[RUNS - 1] = pair[1];
        block
    };
    Some(own.chunks_exact(2).zip(between.chunks_exact(MIXED)).map(block).collect())
}

/// The names of the parts of a spread, in their order.
pub const PARTS: [&str; LAYERS + 1] =
    ["shared factors", "independent factors", "day by day", "only together"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_mixes_two_replications_in_every_way() {
        let all = mixtures(2);
        assert_eq!(all.len(), 12);
        for (block, draws) in (0..).zip(all.chunks(6)) {
            let mut with: Vec<[u32; 3]> = draws.iter().map(|d| [d.shared, d.own, d.fates]).collect();
            with.extend([[2 * block; 3], [2 * block + 1; 3]]);
            with.sort_unstable();
            with.dedup();
            assert_eq!(with.len(), RUNS, "each mixture once, and the two replications themselves");
            assert!(with.as_flattened().iter().all(|number| number / 2 == block));
        }
    }

    #[test]
    fn blocks_take_two_replications_and_six_mixtures_each() {
        assert_eq!(
            [blocks(100, 120), blocks(100, 125), blocks(49, 300), blocks(100, 119), blocks(39, 300)],
            [20, 20, 24, 0, 0]
        );
    }
}
