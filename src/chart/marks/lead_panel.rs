//! How far scenarios are ahead of the baseline, by date: how many fewer Dormant installations are left, in a plot under the S-curve.
//! What lies under such a line is the Dormant days avoided.

use jiff::civil::Date;

use crate::chart::layout::axis::NumberAxis;
use crate::chart::layout::frame::capitalised;
use crate::chart::layout::labels;
use crate::chart::layout::labels::{Label, Sign};
use crate::chart::layout::plot_area::{Plot, band, path};
use crate::chart::surface::canvas::{Canvas, Marker, Point};
use crate::chart::surface::theme::{STROKES, Stroke, THEME};
use crate::findings::Population;
use crate::replications::{Extent, gives_claim};
use crate::statistics::Probability;
use crate::wording::{enough, numbers, titles};

/// How far its labels may reach above its plot.
const ABOVE: f64 = 8.0;

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
        let whose = self.population.installations();
        let name = lead.scenario;
        match lead.peak() {
            Some(Peak { clear: true, difference: [_, median, _], .. }) => {
                let far = numbers::three_digits(median.abs());
                let verb = if median > 0.0 { "leads" } else { "trails" };
                let run = if self.replications.is_some() { "At the median" } else { "In this run" };
                let [low, _, high] = lead.end();
                let turned = match median > 0.0 {
                    true if high < 0.0 => "; it ends behind",
                    false if low > 0.0 => "; it ends ahead",
                    _ => "",
                };
                format!("{run} {name} {verb} {base} by up to {far} {whose}{turned}")
            }
            Some(_) => format!("On no day do {} put {name} ahead of {base}, or behind", self.enough()),
            None => match self.extent() {
                Some(Extent::All(n)) => {
                    format!("In all {} runs {name} leaves as many {whose} as {base}", numbers::count(n))
                }
                Some(Extent::EightInTen) => {
                    format!("In 8 of 10 runs {name} leaves as many {whose} as {base}")
                }
                None => format!("In this run {name} leaves as many {whose} as {base}, every day"),
            },
        }
    }

    /// How many of several end ahead and how far, each in nine of ten replications where there are any; where none does, who leads most on
    /// the way. Those that end behind are counted too.
    fn title_of_several(&self, base: &str) -> String {
        let whose = self.population.installations();
        let ends = |ahead: fn(&Difference) -> bool| -> Vec<f64> {
            self.others.iter().map(Lead::end).filter(ahead).map(|end| end[1]).collect()
        };
        let (ahead, behind) = (ends(|end| end[0] > 0.0), ends(|end| end[2] < 0.0));
        let but = match behind.len() {
            0 => String::new(),
            n => format!("; {n} with more"),
        };
        if let Some((name, far)) = self.furthest_ahead().filter(|_| ahead.is_empty()) {
            let far = numbers::three_digits(far);
            let how = if self.replications.is_some() { "at the median by" } else { "in this run by" };
            let but = match behind.len() {
                0 => String::new(),
                n => format!("; {n} end behind"),
            };
            return format!("{} leads {base} most, {how} up to {far} {whose}{but}", capitalised(name));
        }
        let n = self.others.len();
        let which = match ahead.len() {
            0 => "No scenario ends".to_owned(),
            ahead if ahead == n => capitalised(&format!("{} end", titles::all_scenarios(n))),
            1 => format!("One of {n} ends"),
            ahead => format!("{ahead} of {n} end"),
        };
        let far = match ahead.as_slice() {
            [] => "fewer".to_owned(),
            ahead => {
                let [least, most] = [f64::min, f64::max].map(|end| ahead.iter().copied().reduce(end));
                let [least, most] = [least, most].map(|far| numbers::three_digits(far.unwrap_or(0.0)));
                let range = if least == most { least } else { format!("{least} to {most}") };
                format!("{range} fewer")
            }
        };
        format!("{which} with {far} {whose} left than {base}{but}")
    }

    /// The scenario that leads most on any day, where any leads in as many replications as a claim needs, and by how much.
    fn furthest_ahead(&self) -> Option<(&str, f64)> {
        let ahead = self.others.iter().filter_map(|lead| {
            let peak = lead.peak().filter(|peak| peak.clear && peak.difference[0] > 0.0)?;
            Some((lead.scenario, peak.difference[1]))
        });
        ahead.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// The position of the one whose range is drawn: the one that is furthest from the baseline on any day.
    fn focus(&self) -> usize {
        let far =
            |lead: &Lead| lead.peak().map_or((false, 0.0), |peak| (peak.clear, peak.difference[1].abs()));
        let further = |best: usize, next: usize| {
            if far(&self.others[next]) > far(&self.others[best]) { next } else { best }
        };
        (0..self.others.len()).reduce(further).unwrap_or(0)
    }

    /// Which range is drawn, as the words above a figure say it; nothing of one run.
    pub(crate) fn shaded(&self) -> String {
        let Some(extent) = self.extent() else { return String::new() };
        let of = match extent {
            Extent::EightInTen => "8 in 10 replications".to_owned(),
            Extent::All(n) => format!("all {} replications", numbers::count(n)),
        };
        match self.others.as_slice() {
            [_] => format!("; shaded: {of}"),
            others => format!("; shaded: {of} of {}", others[self.focus()].scenario),
        }
    }

    /// The y axis.
    pub(crate) fn axis(&self) -> NumberAxis {
        let shown = |(at, lead): (usize, &Lead)| {
            let [low, high] = if self.is_banded(at) { [0, 2] } else { [1, 1] };
            lead.days.iter().flat_map(|(_, of)| [of[low], of[high]]).collect::<Vec<_>>()
        };
        let all: Vec<f64> = self.others.iter().enumerate().flat_map(shown).collect();
        let [least, most] = [f64::min, f64::max].map(|end| all.iter().copied().fold(0.0, end));
        // What would not be seen on the other side of zero asks for no room there.
        let seen = |this: f64, other: f64| if this.abs() < 0.02 * other.abs() { 0.0 } else { this };
        NumberAxis::spanning(seen(least, most), seen(most, least), 4, 1.0)
    }

    /// What it counts.
    pub(crate) fn unit(&self) -> String {
        format!("fewer {} left than under {}", self.population.installations(), self.baseline)
    }

    /// Whether the range of one is drawn; more than one would hide each other.
    fn is_banded(&self, at: usize) -> bool {
        self.replications.is_some() && at == self.focus()
    }

    /// Draws them into a plot whose left side is a date, with what they end at in words, down to a height; one alone also with its peak
    /// where that stands out.
    pub(crate) fn draw(&self, canvas: &Canvas, at: (&Plot, Date), until: f64) {
        let lines = || self.others.iter().zip(&STROKES[1..]).enumerate();
        for (index, (lead, stroke)) in lines() {
            if self.is_banded(index) {
                let edges: Vec<_> = lead.days.iter().map(|(date, of)| (*date, of[0], of[2])).collect();
                band(canvas, at, &edges, stroke.colour);
            }
        }
        for (_, (lead, stroke)) in lines() {
            canvas.stroke(&lead.path(at), *stroke, THEME.reference_width);
        }
        let place = |(label, date, value): (Label, Date, f64)| {
            let place = path(at, [(date, value)].into_iter())[0];
            match label.sign {
                Sign::Marker(marker) => canvas.marker(marker, place, label.colour),
                Sign::Stroke(stroke) => canvas.marker(stroke.marker, place, label.colour),
                _ => {}
            }
            (label, place)
        };
        let labels: Vec<(Label, Point)> = self.labels().into_iter().map(place).collect();
        labels::column(canvas, at.0, &labels, (at.0.edges.top - ABOVE, until));
    }

    /// What stands beside the lines, and the place in the plot that each is about: their ends; of one alone also its peak where that
    /// stands out.
    pub(crate) fn labels(&self) -> Vec<(Label, Date, f64)> {
        let end = |(lead, stroke): (&Lead, &Stroke)| {
            let (last, end) = lead.days.last()?;
            let mut told = label(Sign::Stroke(*stroke), *end, "at the end");
            if self.others.len() > 1 {
                told.outcome = format!("{} {}", told.name, told.outcome);
                told.name = capitalised(lead.scenario);
                told.colour = stroke.colour;
            }
            Some((told, *last, end[1]))
        };
        let mut labels: Vec<_> = self.others.iter().zip(&STROKES[1..]).filter_map(end).collect();
        let [lead] = self.others.as_slice() else { return labels };
        let end = lead.end();
        if let Some(Peak { date, difference, .. }) = lead.peak().filter(|peak| peak.stands_out(end)) {
            let which = if difference[1] < 0.0 { "lowest" } else { "peak" };
            let day = format!("{which}, {}", numbers::date(date));
            labels.push((label(Sign::Marker(Marker::Diamond), difference, &day), date, difference[1]));
        }
        labels
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
                Some(_) if self.others.len() > 1 => {
                    let name = capitalised(name);
                    let end = format!("{}{}", numbers::signed_three_digits(end[1]), range(end));
                    format!(" {name} against {base}, fewer {whose} left at the end: {end}.")
                }
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

/// What stands beside a line at a place: how far it is ahead there, and the range where there is one.
fn label(sign: Sign, [low, median, high]: Difference, when: &str) -> Label {
    let [low, high] = [low, high].map(numbers::three_digits);
    let range = if low == high { String::new() } else { format!("\n({low} to {high})") };
    let outcome = format!("{when}{range}");
    Label { sign, colour: STROKES[1].colour, name: numbers::signed_three_digits(median), outcome }
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
        assert_eq!(of(sure, over), "New leads base most, at the median by up to 90 Dormant installations");
        assert_eq!(
            of([-5.0, 90.0, 99.0], over),
            "Slow leads base most, at the median by up to 30 Dormant installations"
        );
        assert_eq!(
            of(sure, [1.0, 2.0, 3.0]),
            "One of 2 ends with 2 fewer Dormant installations left than base"
        );
        assert_eq!(
            of([-9.0, -8.0, -7.0], [-3.0, -2.0, -1.0]),
            "Slow leads base most, at the median by up to 30 Dormant installations; 1 end behind"
        );
    }

    #[test]
    fn a_title_claims_a_lead_only_where_nine_in_ten_replications_have_it() {
        let sure = [[0.0; 3], [120.0, 45_678.0, 60_000.0], [-5.0, 70_000.0, 90_000.0]];
        assert_eq!(title(&sure, true), "At the median new leads base by up to 45,700 Dormant installations");
        assert_eq!(
            title(&[[-9.0, -7.0, -1.0]], true),
            "At the median new trails base by up to 7 Dormant installations"
        );
        assert_eq!(
            title(&[[5.0, 9.0, 10.0], [-3.0, -2.0, -1.0]], true),
            "At the median new leads base by up to 9 Dormant installations; it ends behind"
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
