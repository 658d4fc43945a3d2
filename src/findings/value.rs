//! The value of a measure: exact where it can be, and honest where there is none.

use jiff::civil::Date;

/// The value of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Count(u64),
    /// A quotient of whole numbers; percentages carry their factor 100 in the numerator.
    Quotient {
        /// Numerator.
        num: u128,
        /// Denominator, above 0.
        den: u128,
    },
    /// A date.
    Date(Date),
    /// Something that holds or not.
    Flag(bool),
    /// It did not happen before the run ended.
    NotByEnd,
    /// There is no such value, for this reason.
    None(&'static str),
}

impl Value {
    /// A share in per cent, or no value where the base is empty.
    #[must_use]
    pub fn percent(part: u64, base: u64) -> Self {
        Self::quotient(100 * u128::from(part), u128::from(base))
    }

    /// A quotient, or no value where the base is empty.
    #[must_use]
    pub fn quotient(num: u128, den: u128) -> Self {
        if den == 0 { Self::None("the base is 0") } else { Self::Quotient { num, den } }
    }

    /// The value as a number, where it is one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a quotient is printed with few digits")]
    pub fn number(&self) -> Option<f64> {
        match *self {
            Self::Count(n) => Some(n as f64),
            Self::Quotient { num, den } => Some(num as f64 / den as f64),
            _ => None,
        }
    }

    /// Returns the reason for a missing value.
    #[must_use]
    pub fn note(&self) -> &'static str {
        match self {
            Self::NotByEnd => "not by the end of the run",
            Self::None(reason) => reason,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_has_no_value() {
        assert_eq!(Value::percent(1, 0).note(), "the base is 0");
    }
}
