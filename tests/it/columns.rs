//! Every table of every verb as other people's tools read it: a column has one form, whatever was drawn, and its name splits in one
//! way.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::command::{Case, Workshop};

/// The form of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Flag,
    Date,
    Whole,
    /// With so many places.
    Decimal(usize),
    Words,
}

/// Columns of words that somebody else wrote, which may look like anything: the values of a study or register, what was understood.
const WORDS: [&str; 5] = [
    "understood",
    "assumptions.csv: value",
    "fig-sensitivity.csv: value",
    "fig-grid.csv: lag",
    "fig-grid.csv: day",
];

fn form(cell: &str) -> Option<Form> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = cell.strip_prefix('-').unwrap_or(cell);
    Some(match (cell, bare.split_once('.')) {
        ("", _) => return None,
        ("TRUE" | "FALSE", _) => Form::Flag,
        _ if cell.parse::<Date>().is_ok() => Form::Date,
        (_, None) if digits(bare) => Form::Whole,
        (_, Some((whole, places))) if digits(whole) && digits(places) => Form::Decimal(places.len()),
        _ => Form::Words,
    })
}

/// The forms of every column of every table seen, by file and the first part of the column's name.
#[derive(Default)]
struct Seen(BTreeMap<String, BTreeSet<Form>>);

impl Seen {
    fn table(&mut self, name: &str, text: &str) {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        assert_eq!(header.iter().collect::<BTreeSet<_>>().len(), header.len(), "{name}: names are unique");
        for column in &header {
            assert!(matches!(column.split('/').count(), 1 | 3), "{name}: {column}");
        }
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let file = name.rsplit('/').next().unwrap();
        for (at, column) in header.iter().enumerate() {
            let what = column.split('/').next().unwrap();
            let key = format!("{file}: {what}");
            let forms = self.0.entry(key.clone()).or_default();
            forms.extend(rows.iter().filter_map(|row| form(&row[at])));
            // Of numbers in several units percentages near 0 and 100 have more places.
            let numbers = forms.iter().all(|form| matches!(form, Form::Decimal(places) if *places >= 4));
            let one =
                forms.len() <= 1 || numbers || WORDS.iter().any(|words| *words == key || *words == what);
            assert!(one, "{name}: `{column}` has {forms:?}");
        }
    }

    fn folder(&mut self, workshop: &Workshop, folder: &str) {
        for (name, bytes) in workshop.files(folder) {
            if name.rsplit('.').next() == Some("csv") {
                self.table(&format!("{folder}/{name}"), &String::from_utf8(bytes).unwrap());
            }
        }
    }

    fn printed(&mut self, workshop: &Workshop, words: &str) {
        let (out, _) = Case::new(workshop, words).run();
        let verb = words.split(' ').next().unwrap();
        assert!(out.lines().count() > 1, "{words}: {out}");
        self.table(verb, &out);
    }

    fn has(&self, column: &str, form: Form) {
        assert_eq!(self.0.get(column), Some(&BTreeSet::from([form])), "{column}");
    }
}

/// Some replications are not done by the end, and slips have no end.
const LATE: &str = "extends = \"scenarios/weekly/plan.toml\"\nname = \"late\"\n\
                    [programme]\nlast_day = 2020-10-16\nplan_date = 2020-10-14\n\
                    [[cohort]]\nname = \"Alder\"\ngate_slip_days = { lognormal = { median = 2, p90 = 8 } }\n";
const STUDY: &str = "question = \"?\"\nbaseline = \"late.toml\"\nscenarios = [\"soon.toml\", \"sooner.toml\"]\nreplications = 40\n\
                     [grid]\nreplications = 3\n[[grid.axis]]\nname = \"lag\"\nkey = \"cohort_defaults.update_success_pct\"\nvalues = [70, 80]\n\
                     [sensitivity]\nreplications = 3\n[[sensitivity.axis]]\nname = \"day\"\nkey = \"firmware.redesignation\"\nvalues = [2020-09-14]\n";

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    workshop.write("late.toml", LATE);
    let other = |name: &str, change: &str| {
        workshop.write(
            &format!("{name}.toml"),
            &format!("extends = \"late.toml\"\nname = \"{name}\"\n{change}\n"),
        );
    };
    other("soon", "[[group]]\nname = \"IOC\"\ncapacity_per_day = 60");
    other("sooner", "[[group]]\nname = \"IOC\"\ncapacity_per_day = 90");
    workshop.write("study.toml", STUDY);
    workshop
}

#[test]
fn every_column_of_single_runs_has_one_form() {
    let workshop = workshop();
    let mut seen = Seen::default();
    let every = "scenarios/reference/every-key.toml";
    for (words, folder) in [
        ("run late.toml".to_owned(), "one"),
        ("run late.toml soon.toml".to_owned(), "two"),
        (format!("run {every}"), "every"),
        ("run late.toml --replication 17".to_owned(), "r17"),
        ("run late.toml --until 2020-09-25".to_owned(), "until"),
        ("run scenarios/tutorial/existing.toml scenarios/tutorial/early.toml".to_owned(), "tutorial"),
    ] {
        Case::new(&workshop, &format!("{words} -q -o {folder}")).run();
        seen.folder(&workshop, folder);
    }
    for folder in ["one", "two", "every"] {
        Case::new(&workshop, &format!("chart {folder} --all --format svg -q -o charts-{folder}")).run();
        seen.folder(&workshop, &format!("charts-{folder}"));
    }
    seen.printed(&workshop, "run late.toml soon.toml -q --format csv -o printed");
    seen.printed(&workshop, &format!("check late.toml {every} --format csv"));
    seen.printed(&workshop, "bottlenecks late.toml --replications 2 --format csv");
    seen.printed(&workshop, "explain one --day 2020-09-21 --format csv");
    seen.printed(
        &workshop,
        "allocate scenarios/reference/one-day.csv --capacity 900 --dmin 100 --format csv",
    );
    seen.has("summary.csv: value", Form::Decimal(4));
    seen.has("summary.csv: value_date", Form::Date);
    seen.has("summary.csv: value_flag", Form::Flag);
    seen.has("difference.csv: difference", Form::Decimal(4));
    seen.has("daily.csv: migration_day", Form::Flag);
    seen.has("daily.csv: allocation_fingerprint", Form::Words);
    seen.has("weekly.csv: migration_days", Form::Whole);
}

#[test]
fn every_column_of_replications_has_one_form_whichever_was_late() {
    let workshop = workshop();
    let mut seen = Seen::default();
    let many = |words: &str, folder: &str| {
        Case::new(&workshop, &format!("run {words} -q --replications 40 -o {folder}")).run();
    };
    many("late.toml", "before");
    many("late.toml soon.toml --since before --layer-runs 120", "many");
    // With another seed other replications are late, and in the first few perhaps none.
    many("late.toml --seed 5", "seed");
    Case::new(&workshop, "run late.toml -q --replications 2 -o few").run();
    Case::new(&workshop, "compare study.toml -q -o study").run();
    Case::new(&workshop, "compare many -q -o gathered").run();
    Case::new(&workshop, "chart many --all --format svg -q -o charts").run();
    for folder in ["before", "many", "seed", "few", "study", "gathered", "charts"] {
        seen.folder(&workshop, folder);
    }
    seen.printed(&workshop, "run late.toml -q --replications 40 --format csv -o printed");
    seen.printed(&workshop, "compare many --format csv");
    let day = "completion_day_100_pct";
    seen.has(&format!("replications.csv: {day}"), Form::Date);
    seen.has(&format!("replications.csv: {day}_outcome"), Form::Words);
    seen.has("replications.csv: dormant_days_lost", Form::Whole);
    seen.has("replications.csv: migrated_by_end_pct", Form::Decimal(9));
    seen.has("replications.csv: plan_date_met", Form::Flag);
    seen.has("inputs.csv: gate_slip_days", Form::Decimal(6));
    seen.has("inputs.csv: gate_date", Form::Date);
    seen.has("layer-runs.csv: dormant_days_lost", Form::Whole);
    seen.has("summary.csv: p80", Form::Decimal(4));
    seen.has("summary.csv: p80_date", Form::Date);
    seen.has("since.csv: then_date", Form::Date);
    seen.has("fig-finish-range.csv: date", Form::Date);
    let replications = workshop.read("many/late/replications.csv");
    for outcome in [",by the end", ",not by the end"] {
        assert!(replications.contains(outcome), "some are done and some are not: {outcome}");
    }
}
