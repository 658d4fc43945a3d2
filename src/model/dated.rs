//! Values that change on dates: a list of steps, optionally joined by linear ramps.

use serde::Serialize;

use super::decimal::{Decimal, half_up};
use super::{Day, Uncertain};

/// A whole number of installations per day that changes on dates.
#[derive(Clone, Debug, Serialize)]
pub struct Dated {
    /// Steps in rising order of day; the first is on or before day 0.
    pub steps: Vec<Step>,
    /// Every value is multiplied by it; drawn once per replication where uncertain.
    pub factor: Uncertain,
    /// Added to every value above 0 \[installations\], to find the effect of more capacity.
    pub more: u32,
}

/// One dated value.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// First day on which the value holds.
    pub from: Day,
    /// The value; drawn once per replication where uncertain, rounded half up.
    pub value: Uncertain,
    /// Whether the value is approached linearly (in days, floored) from the step before.
    pub ramp: bool,
}

impl Dated {
    /// Steps that are taken as they are.
    #[must_use]
    pub fn of(steps: Vec<Step>) -> Self {
        Self { steps, factor: Uncertain::fixed(1.0), more: 0 }
    }

    /// One known value for the whole run.
    #[must_use]
    pub fn constant(value: u32) -> Self {
        Self::of(vec![Step { from: Day(0), value: Uncertain::fixed(f64::from(value)), ramp: false }])
    }

    /// Whether it is surely 0 on every day.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let nothing = |value: &Uncertain| value.known().is_some_and(|value| value <= 0.0);
        nothing(&self.factor) || self.steps.iter().all(|step| nothing(&step.value))
    }

    /// Spreads drawn step values over the days of a run \[one value a day\].
    ///
    /// `values` holds one drawn value for each step, and `factor` what they are multiplied by; drawn values and products are rounded half
    /// up, negatives become 0.
    ///
    /// # Panics
    /// When there are not as many values as steps, or none.
    #[must_use]
    pub fn dense(&self, values: &[f64], factor: f64, n_days: usize) -> Vec<u32> {
        assert_eq!(values.len(), self.steps.len(), "one value a step");
        let factor = Decimal::of(factor);
        let whole: Vec<i64> = values.iter().map(|v| half_up(*v)).collect();
        let mut at = 0;
        (0..n_days)
            .map(|index| {
                let day = i64::try_from(index).expect("a run is short");
                while at + 1 < self.steps.len() && i64::from(self.steps[at + 1].from.0) <= day {
                    at += 1;
                }
                let value = match self.steps.get(at + 1) {
                    Some(next) if next.ramp => {
                        let from = i64::from(self.steps[at].from.0);
                        let length = i64::from(next.from.0) - from;
                        whole[at] + ((whole[at + 1] - whole[at]) * (day - from)).div_euclid(length)
                    }
                    _ => whole[at],
                };
                let value = factor.times(u32::try_from(value.max(0)).unwrap_or(u32::MAX), 1);
                if value > 0 { value.saturating_add(self.more) } else { 0 }
            })
            .collect()
    }
}
