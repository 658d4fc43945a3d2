//! Dated values in words.

use crate::model::{Calendar, Dated, Uncertain};
use crate::wording::numbers;

/// A dated value, step by step: `3,000 from 1 July 2020; rising to 6,000 by 1 September 2020`.
pub(super) fn profile(dated: &Dated, calendar: &Calendar) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (at, step) in dated.steps.iter().enumerate() {
        let (value, day) = (amount(&step.value), numbers::long_date(calendar.date(step.from)));
        let (before, next) =
            (at.checked_sub(1).map(|at| amount(&dated.steps[at].value)), dated.steps.get(at + 1));
        // A step to the same value matters only where a line begins there.
        let level = before.as_ref() == Some(&value);
        let line_begins = next.is_some_and(|next| next.ramp && amount(&next.value) != value);
        if level && !line_begins {
            continue;
        }
        parts.push(match before {
            Some(_) if level => format!("level until {day}"),
            Some(_) if step.ramp => format!("in a straight line to {value} by {day}"),
            _ => format!("{value} from {day}"),
        });
    }
    if dated.steps.len() == 1 {
        parts = vec![amount(&dated.steps[0].value)];
    }
    let factor = &dated.factor;
    if factor.known() != Some(1.0) {
        parts.push(format!("all of it times {}", amount(factor)));
    }
    parts.join("; ")
}

/// A value, or its distribution.
fn amount(value: &Uncertain) -> String {
    match value.known() {
        Some(known) if known.fract() == 0.0 => numbers::whole(known),
        Some(known) => known.to_string(),
        None => value.distribution.in_words(1.0, ""),
    }
}
