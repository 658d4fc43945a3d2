//! What the model leaves out, and what its numbers must not be used for.

use super::super::annex;
use super::super::document::{Block, words};

/// The section.
pub(in crate::report) fn left_out() -> Vec<Block> {
    let points = [
        "This is not a forecast, and not an official figure of any programme.".to_owned(),
        format!(
            "Many inputs are inferred or assumed. {} says which, and from what source.",
            annex::name("assumptions")
        ),
        "Differences between plans are safer than levels: both plans rest on the same assumptions.".to_owned(),
        "Public documents give only a part of the rule that shares a day's capacity. The rest is our choice.".to_owned(),
        "All installations of a cohort, supplier and status are alike. A failed attempt leaves no trace but its number.".to_owned(),
        "Nobody in the model changes a plan because it is late.".to_owned(),
        "An installation stands for one premises with one lead supplier, also where gas and electricity have two.".to_owned(),
        "Costs, engineers and single homes are not in the model. Stock does not grow, and nobody migrates back.".to_owned(),
    ];
    vec![Block::List(points.map(words).into())]
}
