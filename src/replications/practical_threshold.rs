//! An amount that is stated outright or as a share of another.

use std::fmt;
use std::str::FromStr;

use crate::statistics::Target;

/// An amount that is enough to matter, or a distance that is near enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// An amount, in the unit of the value it is compared with.
    Absolute(f64),
    /// Such a share \[%\].
    Percent(f64),
}

impl Threshold {
    /// The amount, where the whole of a share is `whole`.
    #[must_use]
    pub fn amount(self, whole: f64) -> f64 {
        match self {
            Self::Absolute(amount) => amount,
            Self::Percent(share) => share / 100.0 * whole.abs(),
        }
    }

    /// The same as half the width of an interval.
    #[must_use]
    pub fn as_target(self) -> Target {
        match self {
            Self::Absolute(absolute) => Target { absolute, relative: 0.0 },
            Self::Percent(share) => Target { absolute: 0.0, relative: share / 100.0 },
        }
    }
}

impl FromStr for Threshold {
    type Err = String;

    /// Reads `500000` or `5%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (digits, make): (&str, fn(f64) -> Self) = match text.strip_suffix('%') {
            Some(digits) => (digits, Self::Percent),
            None => (text, Self::Absolute),
        };
        match digits.trim().parse::<f64>() {
            Ok(amount) if amount > 0.0 && amount < 1.0 && digits == text => {
                let share = amount * 100.0;
                Err(format!(
                    "{amount} is less than one installation-day; a share is written with its sign: {share}%"
                ))
            }
            Ok(amount) if amount.is_finite() && amount > 0.0 => Ok(make(amount)),
            _ => Err("expected a number above 0, such as 500000, or a share, such as 5%".to_owned()),
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(amount) => write!(f, "{amount}"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_number_or_a_share() {
        assert_eq!("500000".parse(), Ok(Threshold::Absolute(500_000.0)));
        assert_eq!("2.5%".parse(), Ok(Threshold::Percent(2.5)));
        assert!((Threshold::Percent(2.5).amount(-200.0) - 5.0).abs() < 1e-12);
        assert_eq!("0.5%".parse(), Ok(Threshold::Percent(0.5)));
        for wrong in ["", "%", "0", "-1", "0%", "inf", "NaN", "5 days", "0.01"] {
            assert!(wrong.parse::<Threshold>().is_err(), "{wrong}");
        }
    }
}
