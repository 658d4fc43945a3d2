//! Differences over replications to the digits that files hold, so that a figure is the same from a run and from its folder.

use crate::output::Tried;
use crate::replications::Comparison;
use crate::statistics::{Estimate, Interval};
use crate::wording::numbers::{self, PLACES};

/// To how many decimal places a file of combinations does.
const GRID_PLACES: usize = 0;

/// Differences with their numbers as the file holds them, so that a figure is the same from either.
pub(crate) fn written(comparisons: &[Comparison]) -> Vec<Comparison> {
    comparisons.iter().map(|comparison| to_places(comparison, PLACES)).collect()
}

/// The same of what a study tries.
pub(crate) fn tried_written(points: &[Tried]) -> Vec<Tried> {
    let point = |point: &Tried| Tried {
        values: point.values.clone(),
        comparisons: point.comparisons.iter().map(|c| to_places(c, GRID_PLACES)).collect(),
        changes: point.changes.iter().map(|change| rounded(*change, GRID_PLACES)).collect(),
        numbers: point.numbers,
    };
    points.iter().map(point).collect()
}

fn rounded(mut estimate: Estimate, places: usize) -> Estimate {
    let Interval { low, high, level } = estimate.interval;
    let [low, high] = [low, high].map(|end| end.map(|x| numbers::as_written(x, places)));
    estimate.value = numbers::as_written(estimate.value, places);
    estimate.interval = Interval { low, high, level };
    estimate
}

fn to_places(of: &Comparison, places: usize) -> Comparison {
    let mut of = of.clone();
    let round = |estimate: &mut Estimate| {
        *estimate = rounded(*estimate, places);
        // The error too is that which the file lets know.
        let Interval { low, high, level } = estimate.interval;
        let told = Estimate::told(estimate.value, low.zip(high), level, estimate.n);
        *estimate = Estimate { interval: estimate.interval, ..told };
    };
    round(&mut of.avoided);
    of.splits.iter_mut().flat_map(|split| &mut split.parts).for_each(|part| round(&mut part.avoided));
    of.measures.iter_mut().filter_map(|measure| measure.change.as_mut()).for_each(round);
    of.threshold = numbers::as_written(of.threshold, places);
    of
}
