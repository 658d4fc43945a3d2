//! What everybody was owed when the odd slots of a day went out: credit as it stood before each sharing, worked out again
//! from the credit at the day's start and the sharings in order. For whoever explains a day; no rule reads it.

use crate::model::Rounding;

use super::certificate::{Among, Certificate, Rule, Settled, Sharing, Split};
use super::{Credits, Day, Phase, Rules, Shape, phases_of};

/// One installation in units of 2^-32.
const UNIT: i64 = 1 << 32;

/// What one claimant of a pro-rata sharing was owed. Fractions and credit are in units of 2^-32 installation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// Whole slots of its quota.
    pub whole: u32,
    /// The rest of its quota.
    pub fraction: i64,
    /// Credit from earlier days; 0 where the rounding carries none.
    pub credit: i64,
    /// Whether it got one of the odd slots, which whole numbers leave over.
    pub odd: bool,
    /// Whether it could use one slot more than the whole ones.
    pub open: bool,
}

impl Owed {
    /// Fraction and credit together: who has most gets the odd slot.
    #[must_use]
    pub fn together(&self) -> i64 {
        self.fraction + self.credit
    }

    fn of(sharing: &Sharing, claim: &Settled, credit: i64) -> Self {
        let product = u64::from(sharing.amount) * u64::from(claim.weight);
        let (whole, rest) = (product / sharing.of, product % sharing.of);
        let whole = u32::try_from(whole).unwrap_or(u32::MAX);
        let fraction = i64::try_from((rest << 32) / sharing.of).unwrap_or(UNIT);
        Self { whole, fraction, credit, odd: claim.got > whole, open: whole < claim.cap }
    }
}

/// What every claim of a day's certificate was owed, in the order of [`Certificate::claims`], and the credit that was
/// left after the last. `credits` is what the day began with.
#[must_use]
pub fn owed(
    shape: &Shape,
    rules: Rules,
    day: &Day<'_>,
    credits: &Credits,
    certificate: &Certificate,
) -> (Vec<Owed>, Credits) {
    let phases = phases_of(rules);
    let mut credits = credits.clone();
    if rules.rounding == Rounding::CarriedCredit {
        credits.forget_those_without_demand(shape, &phases, rules, day, None);
    }
    let mut all = vec![Owed::default(); certificate.claims.len()];
    for sharing in &certificate.sharings {
        let carries = sharing.split == Split::ProRata(Rounding::CarriedCredit);
        for at in sharing.claims.clone() {
            let claim = &certificate.claims[at];
            let credit = carries.then(|| credits.of_claim(shape, &phases, sharing, claim.id)).flatten();
            all[at] = Owed::of(sharing, claim, credit.as_deref().copied().unwrap_or(0));
            if let Some(credit) = credit {
                *credit += all[at].fraction - UNIT * i64::from(all[at].odd);
            }
        }
    }
    (all, credits)
}

impl Credits {
    /// Where the credit of one claimant is kept.
    fn of_claim(&mut self, shape: &Shape, phases: &[Phase], sharing: &Sharing, id: u32) -> Option<&mut i64> {
        let (id, n_places) = (id as usize, shape.n_places());
        match (sharing.rule, sharing.among) {
            (rule, Among::Groups) => {
                let stage = phases.iter().position(|phase| phase.shares_by() == Some(rule))?;
                self.programme[stage].get_mut(id)
            }
            (Rule::DormantFirst, Among::CellsOfGroup(_)) => self.dormant.get_mut(id),
            (Rule::Remainder, Among::SuppliersOf(_)) => self.remainder.get_mut(id),
            (Rule::Queue | Rule::HandDown, _) => self.cells[id / n_places].get_mut(id % n_places),
            _ => None,
        }
    }
}

impl Phase {
    /// The rule by which it shares the programme's limit over the groups.
    fn shares_by(self) -> Option<Rule> {
        match self {
            Self::Dormant { .. } => Some(Rule::DormantFirst),
            Self::Flat => Some(Rule::Flat),
            Self::Share { .. } => Some(Rule::Remainder),
            Self::Equal => Some(Rule::Equal),
            Self::FirstReady => Some(Rule::Queue),
            Self::EvenSplit => None,
        }
    }
}
