//! Uncertain inputs: a distribution, and the factor it may share with others.

use std::sync::Arc;

use serde::Serialize;

use super::FactorIdx;
use crate::random::{beta_cdf, beta_quantile};

/// An input drawn once per replication.
#[derive(Clone, Debug, Serialize)]
pub struct Uncertain {
    /// Its distribution.
    pub distribution: Distribution,
    /// The factor that moves it together with others.
    pub link: Option<Link>,
    /// Stable key for addressing its draw, from the path of the input in the scenario.
    pub key: u64,
    /// As the scenario has it; `None` if it is certain.
    #[serde(skip)]
    pub written: Option<Arc<Written>>,
}

/// An uncertain input as written in the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Its key, which ends in its unit, as `gate_slip_days`; with its table where it is not of an entry of a list, and with what follows the
    /// key in a list of steps or attempts, as `success_pct.1`.
    pub what: String,
    /// The list and the name of the entry it is of, as `cohort` and `Alder`.
    pub of: Option<(String, String)>,
    /// Its distribution, in the unit of the scenario file.
    pub distribution: Distribution,
}

impl Written {
    /// An input at a dotted path of the scenario, by names, whose key is `key`.
    #[must_use]
    pub fn at(path: &str, key: &str, distribution: Distribution) -> Self {
        let of_entry = path.split_once('.').and_then(|(list, rest)| {
            let (name, last) = rest.split_at(rest.rfind(&format!(".{key}"))?);
            Some((last[1..].to_owned(), (list.to_owned(), name.to_owned())))
        });
        match of_entry {
            Some((what, of)) => Self { what, of: Some(of), distribution },
            None => Self { what: path.to_owned(), of: None, distribution },
        }
    }
}

/// A share in a named factor.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Link {
    /// The factor.
    pub factor: FactorIdx,
    /// Correlation with the factor on the normal scale \[-1..=1\]; 1 moves wholly with it.
    pub weight: f64,
}

/// The distributions an input may have. Units are those of the input.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// One value, known.
    Fixed(f64),
    /// Equally likely between two ends.
    Uniform {
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Least value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Greatest value.
        high: f64,
    },
    /// Beta-PERT with shape 4.
    Pert {
        /// Least value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Greatest value.
        high: f64,
    },
    /// Lognormal given by its median and 90th percentile.
    Lognormal {
        /// Half of all draws lie below.
        median: f64,
        /// Nine tenths of all draws lie below.
        p90: f64,
    },
    /// Listed values with weights, in rising order of value.
    Discrete(Vec<(f64, f64)>),
}

impl Uncertain {
    /// An input that is known.
    #[must_use]
    pub fn fixed(value: f64) -> Self {
        Self { distribution: Distribution::Fixed(value), link: None, key: 0, written: None }
    }

    /// An input with a distribution, which is known where that can give one value only.
    #[must_use]
    pub fn of(distribution: Distribution) -> Self {
        match distribution.only_value() {
            Some(value) => Self::fixed(value),
            None => Self { distribution, ..Self::fixed(0.0) },
        }
    }

    /// The value, if it is known.
    #[must_use]
    pub fn known(&self) -> Option<f64> {
        match self.distribution {
            Distribution::Fixed(value) => Some(value),
            _ => None,
        }
    }
}

impl Distribution {
    /// The value below which a share `u` of draws lie, 0 < u < 1.
    ///
    /// # Formula
    /// Triangular and uniform in closed form; PERT is a Beta(1 + 4(m-a)/(b-a), 1 + 4(b-m)/(b-a)) on \[a, b\];
    /// lognormal is `median * (p90 / median)^(z(u) / z(0.9))` with z the standard normal quantile.
    ///
    /// # Panics
    /// When the parameters are not in order; the `scenario` module refuses those.
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Uniform { low, high } => low + u * (high - low),
            Self::Triangular { low, mode, high } => triangular(*low, *mode, *high, u),
            Self::Pert { low, mode, high } => pert(*low, *mode, *high, u),
            Self::Lognormal { median, p90 } => {
                let z = crate::random::normal_quantile(u) / crate::random::normal_quantile(0.9);
                median * libm::exp(z * libm::log(p90 / median))
            }
            Self::Discrete(values) => discrete(values, u),
        }
    }

    /// The share of draws below `x`. The inverse of [`Self::quantile`] where that is continuous.
    ///
    /// # Panics
    /// As [`Self::quantile`].
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        let (low, high) = self.range();
        if x < low {
            return 0.0;
        }
        if x >= high {
            return 1.0;
        }
        match self {
            Self::Fixed(_) => 1.0,
            Self::Uniform { .. } => (x - low) / (high - low),
            Self::Triangular { mode, .. } if x < *mode => {
                (x - low) * (x - low) / ((high - low) * (mode - low))
            }
            Self::Triangular { mode, .. } => 1.0 - (high - x) * (high - x) / ((high - low) * (high - mode)),
            Self::Pert { mode, .. } => {
                let (a, b) = pert_shapes(low, *mode, high);
                beta_cdf((x - low) / (high - low), a, b)
            }
            Self::Lognormal { median, p90 } => {
                let z = libm::log(x / median) / libm::log(p90 / median);
                crate::random::normal_cdf(z * crate::random::normal_quantile(0.9))
            }
            Self::Discrete(values) => {
                let weight = |most: f64| values.iter().filter(|v| v.0 <= most).map(|v| v.1).sum::<f64>();
                weight(x) / weight(f64::INFINITY)
            }
        }
    }

    /// The value of every draw, where all draws have the same.
    fn only_value(&self) -> Option<f64> {
        let (low, high) = match self {
            Self::Lognormal { median, p90 } => (*median, *p90),
            _ => self.range(),
        };
        (low >= high).then_some(low)
    }

    /// The least and greatest values a draw can take; infinite where there is no bound.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        match self {
            Self::Fixed(value) => (*value, *value),
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. } => (*low, *high),
            Self::Lognormal { .. } => (0.0, f64::INFINITY),
            Self::Discrete(values) => {
                let ends = |least: (f64, f64), v: &(f64, f64)| (least.0.min(v.0), least.1.max(v.0));
                values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends)
            }
        }
    }
}

fn triangular(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return low;
    }
    if u * width < mode - low {
        low + libm::sqrt(u * width * (mode - low))
    } else {
        high - libm::sqrt((1.0 - u) * width * (high - mode))
    }
}

fn pert(low: f64, mode: f64, high: f64, u: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return low;
    }
    let (a, b) = pert_shapes(low, mode, high);
    low + width * beta_quantile(u, a, b)
}

/// The shapes of the Beta distribution of a PERT, both at least 1.
fn pert_shapes(low: f64, mode: f64, high: f64) -> (f64, f64) {
    let shape = |part: f64| 1.0 + 4.0 * part / (high - low);
    (shape(mode - low), shape(high - mode))
}

fn discrete(values: &[(f64, f64)], u: f64) -> f64 {
    let total: f64 = values.iter().map(|v| v.1).sum();
    let mut below = 0.0;
    for (value, weight) in values {
        below += weight / total;
        if u < below {
            return *value;
        }
    }
    values.last().expect("a discrete input lists at least one value").0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_named_by_its_key_and_the_entry_it_is_of() {
        let of = |path: &str, key: &str| {
            let written = Written::at(path, key, Distribution::Fixed(1.0));
            (written.what, written.of.map(|(list, name)| format!("{list}: {name}")))
        };
        let named = |what: &str, of: &str| (what.to_owned(), Some(of.to_owned()));
        assert_eq!(
            of("cohort.Alder.gate_slip_days", "gate_slip_days"),
            named("gate_slip_days", "cohort: Alder")
        );
        assert_eq!(of("cohort.A.b.success_pct.1", "success_pct"), named("success_pct.1", "cohort: A.b"));
        let factor = of("group.MOC (Secure).capacity_per_day.factor", "capacity_per_day");
        assert_eq!(factor, named("capacity_per_day.factor", "group: MOC (Secure)"));
        let whole = of("programme.capacity_factor", "capacity_factor");
        assert_eq!(whole, ("programme.capacity_factor".to_owned(), None));
    }
}
