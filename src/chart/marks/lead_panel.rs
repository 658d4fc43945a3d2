//! How far scenarios are ahead of the baseline, by date: how many fewer Dormant installations are left, in a plot under the S-curve.
//! What lies under such a line is the Dormant days avoided.

use jiff::civil::Date;

use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::capitalised;
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Label, Sign};
use crate::chart::layout::plot_area::{Plot, band, path};
use crate::chart::surface::canvas::{Canvas, Marker, Point};
use crate::chart::surface::theme::{STROKES, THEME};
use crate::findings::Population;
use crate::replications::{Extent, gives_claim};
use crate::statistics::Probability;
use crate::wording::{enough, numbers, titles};

/// How far its labels may reach above its plot and below it.
pub(crate) const ABOVE: f64 = 8.0;
pub(crate) const BELOW: f64 = 34.0;

/// A difference of a day \[installations\]: where the range of outcomes begins, its middle, and where it ends; of one run three times the
/// same.
pub(crate) type Difference = [f64; 3];

/// Column of the data that says when firmware opens, and what it says where that is before EPCL entry and where not.
pub(crate) const FIRMWARE: &str = "firmware";
const OPENS: [&str; 2] = ["before entry", "after entry"];

/// When firmware opens, as the data say it.
pub(crate) fn firmware(is_early: bool) -> &'static str {
    OPENS[usize::from(!is_early)]
}

/// Whether the data say that firmware opens before EPCL entry.
pub(crate) fn is_early(firmware: &str) -> bool {
    firmware == OPENS[0]
}

/// How far one scenario is ahead of the baseline.
pub(crate) struct Lead<'s> {
    /// The scenario.
    pub scenario: &'s str,
    /// Dormant installations left in the baseline less those left in it, by date: neither migrated nor removed.
    pub days: Vec<(Date, Difference)>,
}

/// How far each of some scenarios is ahead of the baseline.
pub(crate) struct Leads<'s> {
    /// The baseline.
    pub baseline: &'s str,
    /// The others, in the order of their lines.
    pub others: Vec<Lead<'s>>,
    /// How many replications there are, and so ranges; none of one run.
    pub replications: Option<usize>,
    /// Whose installations are counted.
    pub population: Population,
}

/// The day on which a scenario is furthest from the baseline.
struct Peak {
    date: Date,
    difference: Difference,
    /// Whether the range is on one side of zero.
    clear: bool,
}

impl Peak {
    /// Whether it is far enough from where the line ends to be worth a mark; on a plateau its day is a matter of chance.
    fn stands_out(&self, end: Difference) -> bool {
        (self.difference[1] - end[1]).abs() > 0.1 * self.difference[1].abs()
    }
}

impl Lead<'_> {
    /// The first of the days furthest from the baseline: of those whose range is on one side of zero, else of all. None where every day
    /// is alike.
    fn peak(&self) -> Option<Peak> {
        let of = |(date, difference): &(Date, Difference)| {
            let clear = difference[0] > 0.0 || difference[2] < 0.0;
            Peak { date: *date, difference: *difference, clear }
        };
        let size = |peak: &Peak| (peak.clear, peak.difference[1].abs());
        let further = |best: Peak, next: Peak| if size(&next) > size(&best) { next } else { best };
        let differs = |peak: &Peak| peak.difference.iter().any(|x| *x != 0.0);
        self.days.iter().map(of).filter(differs).reduce(further)
    }

    /// Its line in a plot whose left side is a date.
    fn path(&self, at: (&Plot, Date)) -> Vec<Point> {
        path(at, self.days.iter().map(|(date, of)| (*date, of[1])))
    }

    /// Where it ends.
    pub(crate) fn end(&self) -> Difference {
        self.days.last().map_or([0.0; 3], |day| day.1)
    }
}

impl Leads<'_> {
    /// Which replications lie in a range; none of one run.
    fn extent(&self) -> Option<Extent> {
        self.replications.map(Extent::of)
    }

    /// How many replications have to put one on the same side for a claim: `9 in 10 replications`, `all 20 replications`.
    fn enough(&self) -> String {
        match self.extent() {
            Some(Extent::All(n)) => format!("all {} replications", numbers::count(n)),
            _ => "9 in 10 replications".to_owned(),
        }
    }

    /// What a title may say: who leads and by how much, where that is the same in nine of ten replications.
    pub(crate) fn title(&self) -> String {
        if let Some(n) = self.replications.filter(|n| !gives_claim(*n)) {
            return enough::too_few("saying who leads", Probability::P50, n);
        }
        let base = self.baseline;
        let [lead] = self.others.as_slice() else { return self.title_of_several(base) };
        let (whose, short) = (self.population.installations(), self.population.adjective());
        let name = lead.scenario;
        match lead.peak() {
            Some(Peak { clear: true, difference: [_, median, _], .. }) => {
                let far = numbers::three_digits(median.abs());
                match (self.replications.is_some(), median > 0.0) {
                    (true, true) => {
                        format!("The median lead of {name} over {base} reaches {far} {whose}")
                    }
                    (true, false) => {
                        format!("At the median {name} falls {far} {whose} behind {base}")
                    }
                    (false, ahead) => {
                        let verb = if ahead { "leads" } else { "trails" };
                        format!("In this run {name} {verb} {base} by up to {far} {whose}")
                    }
                }
            }
            Some(_) => format!("On no day do {} put {name} ahead of {base}, or behind", self.enough()),
            None => match self.extent() {
                Some(Extent::All(n)) => {
                    format!("In all {n} replications as many {short}are left under {name} as under {base}")
                }
                Some(Extent::EightInTen) => {
                    format!("In 8 of 10 replications as many {short}are left under {name} as under {base}")
                }
                None => {
                    format!("In this run as many {short}are left under {name} as under {base}, every day")
                }
            },
        }
    }

    /// How many of several end ahead, each in nine of ten replications where there are any; where none does, who leads most on the way.
    fn title_of_several(&self, base: &str) -> String {
        let whose = self.population.installations();
        let (n, ahead) = (self.others.len(), self.others.iter().filter(|lead| lead.end()[0] > 0.0).count());
        if let Some((name, far)) = self.furthest_ahead().filter(|_| ahead == 0) {
            let far = numbers::three_digits(far);
            let how = if self.replications.is_some() { "at the median by" } else { "in this run by" };
            return format!("{name} leads {base} most, {how} up to {far} {whose}");
        }
        let which = match ahead {
            0 => "No scenario ends".to_owned(),
            ahead if ahead == n => capitalised(&format!("{} end", titles::all_scenarios(n))),
            1 => format!("One of {n} ends"),
            ahead => format!("{ahead} of {n} end"),
        };
        let sure = match self.extent() {
            Some(Extent::EightInTen) => "90% or more of replications".to_owned(),
            Some(Extent::All(_)) => self.enough(),
            None => "this run".to_owned(),
        };
        let fewer = if self.population == Population::Dormant { "Dormant" } else { "left" };
        format!("{which} with fewer {fewer} than {base} in {sure}")
    }

    /// The scenario that leads most on any day, where any leads in as many replications as a claim needs, and by how much.
    fn furthest_ahead(&self) -> Option<(&str, f64)> {
        let ahead = self.others.iter().filter_map(|lead| {
            let peak = lead.peak().filter(|peak| peak.clear && peak.difference[0] > 0.0)?;
            Some((lead.scenario, peak.difference[1]))
        });
        ahead.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// What a label beside the curve of a scenario says of it, as a line of its own; of one alone its own labels say it.
    pub(crate) fn beside(&self, scenario: &str) -> String {
        let lead = self.others.iter().find(|lead| lead.scenario == scenario && self.others.len() > 1);
        lead.map_or_else(String::new, |lead| {
            format!("\nlead {}", numbers::signed_three_digits(lead.end()[1]))
        })
    }

    /// The y axis.
    pub(crate) fn axis(&self) -> NumberAxis {
        let shown = |lead: &Lead| {
            let [low, high] = if self.banded() { [0, 2] } else { [1, 1] };
            lead.days.iter().flat_map(|(_, of)| [of[low], of[high]]).collect::<Vec<_>>()
        };
        let all: Vec<f64> = self.others.iter().flat_map(shown).collect();
        let [least, most] = [f64::min, f64::max].map(|end| all.iter().copied().fold(0.0, end));
        // What would not be seen on the other side of zero asks for no room there.
        let seen = |this: f64, other: f64| if this.abs() < 0.02 * other.abs() { 0.0 } else { this };
        NumberAxis::spanning(seen(least, most), seen(most, least), 4, 1.0)
    }

    /// What it counts.
    pub(crate) fn unit(&self) -> String {
        let more = match self.extent().filter(|_| self.banded()) {
            Some(Extent::EightInTen) => "shaded: 8 in 10".to_owned(),
            Some(Extent::All(n)) => format!("shaded: all {n}"),
            None => "area: days avoided".to_owned(),
        };
        let (base, whose) = (self.baseline, self.population.adjective());
        format!("fewer {whose}left than under {base} ({more})")
    }

    /// Whether the range is drawn; more than one would hide each other.
    fn banded(&self) -> bool {
        self.replications.is_some() && self.others.len() == 1
    }

    /// Draws them into a plot whose left side is a date; one alone with its end in words, and with its peak where that
    /// stands out.
    pub(crate) fn draw(&self, canvas: &Canvas, at: (&Plot, Date)) {
        for (lead, stroke) in self.others.iter().zip(&STROKES[1..]) {
            if self.banded() {
                let edges: Vec<_> = lead.days.iter().map(|(date, of)| (*date, of[0], of[2])).collect();
                band(canvas, at, &edges, stroke.colour);
            }
            canvas.stroke(&lead.path(at), *stroke, THEME.reference_width);
        }
        let place = |(label, date, value): (Label, Date, f64)| {
            let place = path(at, [(date, value)].into_iter())[0];
            if let Sign::Marker(marker) = label.sign {
                canvas.marker(marker, place, label.colour);
            }
            (label, place)
        };
        let labels: Vec<(Label, Point)> = self.labels().into_iter().map(place).collect();
        let edges = at.0.edges;
        labels::column(canvas, at.0, &labels, (edges.top - ABOVE, edges.bottom + BELOW));
    }

    /// What stands beside the line of one alone, and the place in the plot that it is about: its end, and its peak where that stands out.
    pub(crate) fn labels(&self) -> Vec<(Label, Date, f64)> {
        let [lead] = self.others.as_slice() else { return Vec::new() };
        let Some((last, end)) = lead.days.last() else { return Vec::new() };
        let mut labels = vec![(self.label(Sign::Stroke(STROKES[1]), *end, "at the end"), *last, end[1])];
        if let Some(Peak { date, difference, .. }) = lead.peak().filter(|peak| peak.stands_out(*end)) {
            let which = if difference[1] < 0.0 { "lowest" } else { "peak" };
            let day = format!("{which}, {}", numbers::date(date));
            labels.push((self.label(Sign::Marker(Marker::Circle), difference, &day), date, difference[1]));
        }
        labels
    }

    fn label(&self, sign: Sign, [low, median, high]: Difference, when: &str) -> Label {
        let range = if self.banded() {
            format!("\n({} to {})", numbers::three_digits(low), numbers::three_digits(high))
        } else {
            String::new()
        };
        let outcome = format!("{when}{range}");
        Label { sign, colour: STROKES[1].colour, name: numbers::signed_three_digits(median), outcome }
    }

    /// The same in sentences.
    pub(crate) fn sentences(&self) -> String {
        let whose = self.population.installations();
        let range = |[low, _, high]: Difference| {
            let Some(extent) = self.extent() else { return String::new() };
            let [low, high] = [low, high].map(numbers::three_digits);
            format!(" ({low} to {high} {})", enough::replications(extent))
        };
        let of = |lead: &Lead| {
            let (name, base, end) = (lead.scenario, self.baseline, lead.end());
            match lead.peak() {
                None => format!(" Under {name} as many {whose} are left as under {base} on every day."),
                Some(peak) => format!(
                    " {name} against {base}, fewer {whose} left: {}{} where they are furthest apart, on {}, and {}{} at the end.",
                    numbers::signed_three_digits(peak.difference[1]),
                    range(peak.difference),
                    numbers::long_date(peak.date),
                    numbers::signed_three_digits(end[1]),
                    range(end),
                ),
            }
        };
        self.others.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn leads(others: Vec<Lead<'_>>, ranged: bool) -> Leads<'_> {
        Leads {
            baseline: "base",
            others,
            replications: ranged.then_some(100),
            population: Population::Dormant,
        }
    }

    fn title(days: &[Difference], ranged: bool) -> String {
        let days = (1..).zip(days).map(|(day, of)| (date(2021, 1, day), *of)).collect();
        leads(vec![Lead { scenario: "new", days }], ranged).title()
    }

    #[test]
    fn of_several_that_end_no_further_the_title_names_the_one_that_leads_most_on_the_way() {
        let lead = |scenario, days: [Difference; 2]| Lead {
            scenario,
            days: (1..).zip(days).map(|(day, of)| (date(2021, 1, day), of)).collect(),
        };
        let of = |far: Difference, end: Difference| {
            let others = vec![lead("slow", [[1.0, 30.0, 40.0], [0.0; 3]]), lead("new", [far, end])];
            leads(others, true).title()
        };
        let (sure, over) = ([5.0, 90.0, 99.0], [0.0; 3]);
        assert_eq!(of(sure, over), "new leads base most, at the median by up to 90 Dormant installations");
        assert_eq!(
            of([-5.0, 90.0, 99.0], over),
            "slow leads base most, at the median by up to 30 Dormant installations"
        );
        assert_eq!(
            of(sure, [1.0, 2.0, 3.0]),
            "One of 2 ends with fewer Dormant than base in 90% or more of replications"
        );
    }

    #[test]
    fn a_title_claims_a_lead_only_where_nine_in_ten_replications_have_it() {
        let sure = [[0.0; 3], [120.0, 45_678.0, 60_000.0], [-5.0, 70_000.0, 90_000.0]];
        assert_eq!(
            title(&sure, true),
            "The median lead of new over base reaches 45,700 Dormant installations"
        );
        assert_eq!(
            title(&[[-9.0, -7.0, -1.0]], true),
            "At the median new falls 7 Dormant installations behind base"
        );
        let unsure = title(&[[-5.0, 70_000.0, 90_000.0]], true);
        assert_eq!(unsure, "On no day do 9 in 10 replications put new ahead of base, or behind");
        assert_eq!(title(&[[8.0; 3]], false), "In this run new leads base by up to 8 Dormant installations");
        for ranged in [true, false] {
            let same = title(&[[0.0; 3]], ranged);
            assert!(same.contains("as many Dormant") && same.split_whitespace().count() <= 15, "{same}");
        }
    }
}
