//! Which scenarios a figure shows that has room for some: the baseline and those that avoid most Dormant days, so that the one a
//! reader is told of is among them.

use crate::replications::Comparison;

/// Most scenarios laid over each other in one figure.
pub(crate) const LAID_OVER: usize = 4;
/// Most scenarios in rows one below the other; with more, a row is too low for its words.
pub(crate) const IN_ROWS: usize = 6;

/// Scenarios of many that a figure shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// Their positions among all, in order.
    at: Vec<usize>,
    /// How many of those that are ranked, or of all where none is, are shown, and of how many.
    counted: (usize, usize),
    ranked: bool,
}

impl Chosen {
    /// Of scenarios those there is room for. `avoided` holds the Dormant days that each avoids; none for the baseline, which is always
    /// shown, and for all where they are not compared: then the first are shown.
    pub(crate) fn of(avoided: &[Option<f64>], room: usize) -> Self {
        let mut at: Vec<usize> = (0..avoided.len()).collect();
        let rank = |position: usize| avoided[position].unwrap_or(f64::INFINITY);
        at.sort_by(|a, b| rank(*b).total_cmp(&rank(*a)));
        at.truncate(room);
        at.sort_unstable();
        let ranked = avoided.iter().any(Option::is_some);
        let counts = |position: usize| !ranked || avoided[position].is_some();
        let shown = at.iter().filter(|at| counts(**at)).count();
        Self { counted: (shown, (0..avoided.len()).filter(|at| counts(*at)).count()), at, ranked }
    }

    /// The same of the scenarios compared with a baseline, without it.
    pub(crate) fn among(comparisons: &[Comparison], room: usize) -> Self {
        let avoided: Vec<Option<f64>> = comparisons.iter().map(|c| Some(c.avoided.value)).collect();
        Self::of(&avoided, room)
    }

    /// Those shown, of what stands for all of them.
    pub(crate) fn pick<T: Clone>(&self, all: &[T]) -> Vec<T> {
        self.at.iter().filter_map(|at| all.get(*at)).cloned().collect()
    }

    /// What stands behind the measure of the figure where not all are shown.
    pub(crate) fn note(&self) -> String {
        match self.words() {
            Some(words) => format!("; {words}"),
            None => String::new(),
        }
    }

    /// The same as a sentence of a description.
    pub(crate) fn sentence(&self) -> String {
        match self.words() {
            Some(words) => format!(" Drawn: {words}."),
            None => String::new(),
        }
    }

    /// How a title that speaks of those shown calls them all.
    pub(crate) fn every(&self) -> &'static str {
        if self.words().is_some() { "every scenario drawn" } else { "every scenario" }
    }

    fn words(&self) -> Option<String> {
        let (shown, all) = self.counted;
        let which = if self.ranked {
            format!("the {shown} of {all} scenarios that avoid most")
        } else {
            format!("the first {shown} of {all} scenarios")
        };
        (shown < all).then_some(which)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baseline_and_those_that_avoid_most_are_shown_in_their_order() {
        let names = ["base", "a", "b", "c", "d"];
        let avoided = [None, Some(1.0), Some(-5.0), Some(9.0), Some(3.0)];
        let chosen = Chosen::of(&avoided, 3);
        assert_eq!(chosen.pick(&names), ["base", "c", "d"]);
        assert_eq!(chosen.note(), "; the 2 of 4 scenarios that avoid most");
        assert_eq!(Chosen::of(&avoided, 5).note(), "");
    }

    #[test]
    fn where_nothing_is_compared_the_first_are_shown() {
        let chosen = Chosen::of(&[None; 3], 2);
        assert_eq!(
            (chosen.pick(&[1, 2, 3]), chosen.note().as_str()),
            (vec![1, 2], "; the first 2 of 3 scenarios")
        );
    }
}
