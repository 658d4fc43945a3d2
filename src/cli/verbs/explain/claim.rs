//! Why one claimant of a sharing got what it got, and not one more.

use dormouse::allocate::{Owed, Settled, Sharing, Split};
use dormouse::model::Rounding;
use dormouse::wording::numbers::{self, count};

use crate::cli::verbs::explain::explanation::Argument;
use crate::cli::verbs::explain::names::{rule, weight};
use crate::cli::verbs::explain::words::{fraction, fraction_and_credit, installations, places_to_show};

impl Argument<'_> {
    /// The arithmetic of one claim.
    pub(super) fn why(&self, sharing: &Sharing, own: &Settled, owed: &Owed) -> String {
        let (name, unit) = (rule(self.account.rules, sharing.rule), weight(self.account.rules, sharing));
        let (amount, of) = (count(sharing.amount), count(sharing.of));
        let Split::ProRata(rounding) = sharing.split else {
            let met = if own.got >= own.cap { "all of it" } else { "an equal part" };
            return format!(
                "{name}: {amount} slots, cut equally, for {of} that all {unit}: {} of {}, {met}.",
                count(own.got),
                count(own.weight)
            );
        };
        let quota = f64::from(owed.whole) + installations(owed.fraction);
        let line = format!(
            "{name}: {amount} slots x {} it {unit} / {of} that all {unit} = {}: {}",
            count(own.weight),
            numbers::thousands(&format!("{quota:.2}")),
            count(owed.whole)
        );
        let n_odd = self.claims(sharing).filter(|(_, owed)| owed.odd).count();
        if n_odd == 0 || owed.fraction == 0 && !owed.odd {
            return line + ".";
        }
        match rounding {
            Rounding::CarriedCredit => line + &self.odd(sharing, own, owed, n_odd, true),
            Rounding::LargestRemainder => line + &self.odd(sharing, own, owed, n_odd, false),
            Rounding::Webster => format!("{line}, rounded to {} by Webster's divisors.", count(own.got)),
            Rounding::Systematic => {
                format!("{line}, rounded to {} by the systematic offset.", count(own.got))
            }
        }
    }

    /// Whether it has one of the odd slots, and at what the last of them went.
    fn odd(&self, sharing: &Sharing, own: &Settled, owed: &Owed, n_odd: usize, carries: bool) -> String {
        let winners = self.claims(sharing).filter(|(_, owed)| owed.odd);
        let last = winners.min_by_key(|(_, owed)| owed.together());
        let losers = self.claims(sharing).filter(|(claim, owed)| claim.weight > 0 && !owed.odd && owed.open);
        let next = losers.max_by_key(|(_, owed)| owed.together());
        let slots = if n_odd == 1 { "the one odd slot".to_owned() } else { format!("the {n_odd} odd slots") };
        let (has, other, went) = match (owed.odd, last, next) {
            (false, last, _) if owed.open => (", and none of ", last, "the last of them went at"),
            (false, ..) => return format!("; it could use no part of {slots}."),
            (true, Some((last, _)), next) if last.id == own.id => {
                (if n_odd == 1 { ", and " } else { ", and the last of " }, next, "the next in line had")
            }
            (true, last, _) => (", and one of ", last, "the last of them went at"),
        };
        let has = if n_odd == 1 && !owed.odd { ", and not " } else { has };
        let Some((other, theirs)) = other else { return format!("{has}{slots}.") };
        let places = places_to_show(owed.together(), theirs.together());
        let tie = if owed.together() == theirs.together() { ", as much, and goes by turn" } else { "" };
        let went = if n_odd == 1 { went.replace("the last of them", "it") } else { went.to_owned() };
        let who = self.who(sharing.among, other.id);
        format!(
            "{has}{slots}: {}, and {went} {} ({who}){tie}.",
            owed_words(owed, carries, places),
            fraction(theirs.together(), places)
        )
    }
}

/// Fraction and credit of a claim, and what they make.
fn owed_words(owed: &Owed, carries: bool, places: usize) -> String {
    let [fraction, credit, together] = fraction_and_credit(owed.fraction, owed.together(), places);
    if carries { format!("{fraction} + credit {credit} = {together}") } else { fraction }
}
