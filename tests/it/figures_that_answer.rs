//! Figures that say why, how far it may go and under what it changes: their numbers are those of the tables, and their titles claim
//! no more than the intervals allow.
#![expect(clippy::float_cmp, reason = "the same numbers, read from two files")]

use std::collections::BTreeMap;

use crate::charts::words;
use crate::command::{Case, Workshop, rows};
use crate::legible::{collisions, faults};

type Rows = Vec<BTreeMap<String, String>>;

/// A workshop with `existing`, `early`, and a copy of `existing`, all with chance in them.
pub(crate) fn workshop() -> Workshop {
    let workshop = Workshop::new();
    for (name, policy) in [("existing", "existing"), ("early", "early"), ("copy", "existing")] {
        let text = format!(
            "extends = \"scenarios/reference/every-key.toml\"\nname = \"{name}\"\nfirmware.policy = \"{policy}\"\n"
        );
        workshop.write(&format!("{name}.toml"), &text);
    }
    workshop
}

fn table(workshop: &Workshop, file: &str) -> Rows {
    rows(&workshop.read(file))
}

fn title(workshop: &Workshop, stem: &str) -> String {
    workshop.read(&format!("{stem}.txt")).lines().next().unwrap().to_owned()
}

fn drawn(workshop: &Workshop, stem: &str) -> Vec<String> {
    words(&workshop.read(&format!("{stem}.svg"))).into_iter().map(|(words, _)| words).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// Refuses a figure that cannot be read, or says too much in its title or its words.
fn ensure_sound(workshop: &Workshop, stem: &str) {
    let drawing = workshop.read(&format!("{stem}.svg"));
    let found = [faults(&drawing), collisions(&drawing)].concat();
    assert!(found.is_empty(), "{stem}: {found:?}");
    let text = workshop.read(&format!("{stem}.txt"));
    let (title, description) = text.split_once("\n\n").unwrap();
    assert!(title.split_whitespace().count() <= 15, "{stem}: {title}");
    assert!(title.chars().next().is_some_and(|first| !first.is_lowercase()), "{stem}: {title}");
    let n = description.split("\n\n").next().unwrap().split_whitespace().count();
    assert!(n <= 80, "{stem}: {n} words: {description}");
}

/// A number as a figure says it, in its unit of one, a thousand or a million.
fn says(told: &str, exact: f64) -> bool {
    let bare = told.replace([',', '+'], "");
    let Ok(value) = bare.parse::<f64>() else { return false };
    let half = 0.5 * 10_f64.powi(-(bare.split_once('.').map_or(0, |(_, places)| places.len()) as i32));
    [1.0, 1e3, 1e6].iter().any(|unit| (value - exact / unit).abs() <= half + 1e-9)
}

#[test]
fn the_steps_of_a_waterfall_are_the_causes_and_lead_to_what_the_scenario_loses() {
    let workshop = workshop();
    Case::new(&workshop, "run existing.toml early.toml --replications 40 -o r -q").run();
    ensure_sound(&workshop, "r/fig-waterfall");
    let (steps, difference) = (table(&workshop, "r/fig-waterfall.csv"), table(&workshop, "r/difference.csv"));
    let summary = table(&workshop, "r/summary.csv");
    let lost = |scenario: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["scenario"] == scenario && row["kpi"] == "dormant_days_lost" && row["scope_kind"] == "whole"
        };
        number(summary.iter().find(is).unwrap(), "mean")
    };
    let avoided = |kind: &str, member: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["kpi"] == "dormant_days_avoided" && row["scope_kind"] == kind && row["scope"] == member
        };
        difference.iter().find(is).unwrap()
    };
    let [first, .., last] = steps.as_slice() else { panic!("{steps:?}") };
    assert_eq!(
        (first["cause"].as_str(), number(first, "dormant_days_lost_after")),
        ("baseline", lost("existing"))
    );
    assert!((number(last, "dormant_days_lost_after") - lost("early")).abs() < 0.01, "{last:?}");
    assert_eq!(number(last, "change"), -number(avoided("whole", "all"), "difference"));
    let causes = &steps[1..steps.len() - 1];
    assert_eq!(causes.len(), 6, "every cause is in the data");
    let said = drawn(&workshop, "r/fig-waterfall");
    let mut sum = 0.0;
    for step in causes {
        let part = avoided("cause", &step["cause"]);
        assert_eq!(number(step, "change"), -number(part, "difference"), "{}", step["cause"]);
        sum += number(step, "change");
        if !part["lower"].is_empty() {
            // Six intervals that hold together are wider than each by itself.
            assert!(
                number(step, "lower") < -number(part, "upper")
                    && number(step, "upper") > -number(part, "lower")
            );
            let is_told = |words: &String| {
                words.split_once(" [").is_some_and(|(told, _)| says(told, number(step, "change")))
            };
            assert!(said.iter().any(is_told), "{} in {said:?}", step["change"]);
        }
    }
    assert!((sum - number(last, "change")).abs() < 0.01, "the causes come to the whole");
    let told = title(&workshop, "r/fig-waterfall");
    assert!(told.starts_with("Early saves ") && told.contains(" days at the gate"), "{told}");

    // The other way round the same steps add days.
    Case::new(&workshop, "run early.toml existing.toml --replications 40 -o back -q").run();
    let told = title(&workshop, "back/fig-waterfall");
    assert!(told.starts_with("Existing adds ") && told.contains(" days at the gate"), "{told}");
    Case::new(&workshop, "run existing.toml copy.toml --replications 20 -o same -q").run();
    assert_eq!(title(&workshop, "same/fig-waterfall"), "Copy changes no Dormant days");
    Case::new(&workshop, "run existing.toml early.toml --replications 3 -o few -q").run();
    assert!(title(&workshop, "few/fig-waterfall").starts_with("3 replications are too few for "));
    for folder in ["back", "same", "few"] {
        ensure_sound(&workshop, &format!("{folder}/fig-waterfall"));
        ensure_sound(&workshop, &format!("{folder}/fig-outcomes"));
    }
}

#[test]
fn a_range_of_outcomes_counts_the_replications_of_the_tables() {
    let workshop = workshop();
    Case::new(&workshop, "run existing.toml early.toml copy.toml --replications 40 --threshold 100 -o r -q")
        .run();
    ensure_sound(&workshop, "r/fig-outcomes");
    let lost = |scenario: &str| -> Vec<f64> {
        let rows = table(&workshop, &format!("r/{scenario}/replications.csv"));
        rows.iter().map(|row| number(row, "dormant_days_lost")).collect()
    };
    let existing = lost("existing");
    let difference = table(&workshop, "r/difference.csv");
    let said = drawn(&workshop, "r/fig-outcomes");
    for scenario in ["early", "copy"] {
        let avoided: Vec<f64> =
            existing.iter().zip(lost(scenario)).map(|(before, now)| before - now).collect();
        let bars: Rows = table(&workshop, "r/fig-outcomes.csv");
        let bars: Vec<_> = bars.iter().filter(|row| row["scenario"] == scenario).collect();
        let mut all = 0.0;
        for bar in &bars {
            let (above, to) = (number(bar, "above"), number(bar, "up_to"));
            let n = avoided.iter().filter(|days| above < **days && **days <= to).count();
            assert_eq!(number(bar, "replications_pct"), 100.0 * n as f64 / 40.0, "{above} to {to}");
            assert!(to <= 100.0 || above >= 100.0, "a bar lies on one side of the threshold");
            all += number(bar, "replications_pct");
        }
        assert!((all - 100.0).abs() < 1e-9, "every replication is in a bar");
        let enough = avoided.iter().filter(|days| **days > 100.0).count();
        assert_eq!(number(bars[0], "above_threshold_pct"), 100.0 * enough as f64 / 40.0);
        let whole = difference
            .iter()
            .find(|row| row["scenario"] == scenario && row["kpi"] == "dormant_days_avoided")
            .unwrap();
        assert_eq!([&bars[0]["p10"], &bars[0]["p90"]], [&whole["range_low"], &whole["range_high"]]);
        let share =
            format!("Enough in {}% of runs", if enough == 0 { "0".to_owned() } else { percent(enough) });
        assert!(said.contains(&share), "{share} in {said:?}");
    }
    let told = title(&workshop, "r/fig-outcomes");
    assert!(told.starts_with("Both scenarios avoid enough Dormant days to matter in 0% to "), "{told}");
    Case::new(&workshop, "run early.toml existing.toml --replications 40 -o back -q").run();
    let told = title(&workshop, "back/fig-outcomes");
    assert!(told.starts_with("In ") && told.ends_with("% of runs existing adds Dormant days"), "{told}");
    Case::new(&workshop, "run existing.toml copy.toml --replications 20 -o same -q").run();
    assert_eq!(title(&workshop, "same/fig-outcomes"), "In none of 20 runs copy changes Dormant days");
}

/// A share of 40 replications as figures say it.
fn percent(part: usize) -> String {
    if part == 40 { "100".to_owned() } else { format!("{:.1}", 100.0 * part as f64 / 40.0) }
}

/// Two scenarios under two axes and two assumptions, one of which changes nothing.
const STUDY: &str = r#"
question = "?"
baseline = "existing.toml"
scenarios = ["early.toml", "copy.toml"]
replications = 20
threshold = "1%"
[grid]
replications = 8
[[grid.axis]]
name = "notice [days]"
key = "cohort_defaults.notice_days"
values = [7, 21]
[[grid.axis]]
name = "slots"
key = "programme.capacity_factor"
values = [0.5, 2]
labels = ["half", "twice"]
[sensitivity]
replications = 8
[[sensitivity.axis]]
name = "firmware capacity"
key = "firmware.capacity_factor"
values = [0.2, 3]
labels = ["80% less", "three times"]
[[sensitivity.axis]]
name = "retries [days]"
key = "cohort_defaults.retry_days"
values = [13, 15]
"#;

#[test]
fn a_tornado_has_a_row_an_assumption_and_says_where_the_verdict_changes() {
    let workshop = workshop();
    workshop.write("study.toml", STUDY);
    Case::new(&workshop, "compare study.toml -o r -q").run();
    ensure_sound(&workshop, "r/fig-sensitivity");
    let rows = table(&workshop, "r/fig-sensitivity.csv");
    let said = drawn(&workshop, "r/fig-sensitivity");
    let of = |assumption: &str| -> Vec<&BTreeMap<String, String>> {
        rows.iter().filter(|row| row["assumption"] == assumption && row["scenario"] == "early").collect()
    };
    let given = of("as the files say")[0];
    for row in of("firmware capacity") {
        // Replication by replication: the change is that of the means, and its interval is its own.
        let change = number(row, "dormant_days_avoided") - number(given, "dormant_days_avoided");
        assert!((number(row, "change") - change).abs() <= 1.0, "{row:?}");
        assert!(number(row, "change_lower") < number(row, "change_upper"), "{row:?}");
        assert_eq!(number(row, "given_number"), 1.0, "{row:?}");
        let is_told = |words: &String| {
            words
                .strip_prefix(row["value"].as_str())
                .is_some_and(|told| says(told.trim(), number(row, "change")))
        };
        assert!(said.iter().any(is_told), "{} {} in {said:?}", row["value"], row["change"]);
    }
    assert_eq!(number(of("firmware capacity")[0], "tried_number"), 0.2);
    let told = title(&workshop, "r/fig-sensitivity");
    assert!(told.starts_with("Firmware capacity "), "{told}");
    let drawn_rows = |name: &str| said.iter().filter(|words| *words == name).count();
    assert_eq!(drawn_rows("Firmware capacity"), 1, "one row with both ends: {said:?}");
    let line: String = said.iter().filter(|words| words.starts_with("No change shown: ")).cloned().collect();
    let end = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap_or(0.0);
    let retries = of("retries [days]");
    let is_known = retries.iter().any(|row| end(row, "change_lower") > 0.0 || end(row, "change_upper") < 0.0);
    assert_eq!(line.is_empty(), is_known, "an assumption without effect is in a line: {said:?}");
    assert!(said.iter().any(|words| words.starts_with("Verdict: ")), "{said:?}");
    // Another scenario is drawn where it is asked for, with its own changes.
    Case::new(&workshop, "chart r sensitivity --scenario existing --scenario copy -o copy -q").run();
    ensure_sound(&workshop, "copy/fig-sensitivity");
    let told = title(&workshop, "copy/fig-sensitivity");
    assert_eq!(told, "None of 2 assumptions is shown to change what copy avoids");
}

#[test]
fn a_grid_of_two_axes_has_the_days_and_the_verdict_in_each_cell() {
    let workshop = workshop();
    workshop.write("study.toml", STUDY);
    Case::new(&workshop, "compare study.toml -o r -q").run();
    ensure_sound(&workshop, "r/fig-grid");
    let (cells, said) = (table(&workshop, "r/fig-grid.csv"), drawn(&workshop, "r/fig-grid"));
    assert_eq!(cells.len(), 2 * 2 * 2);
    for cell in &cells {
        let exact = number(cell, "dormant_days_avoided");
        assert!(said.iter().any(|words| says(words, exact)), "{exact} in {said:?}");
    }
    let verdicts = ["enough", "too few", "perhaps", "adds", "not settled", "never"];
    let n = said.iter().filter(|words| verdicts.iter().any(|verdict| words.starts_with(verdict))).count();
    assert!(n >= cells.len(), "a verdict in each of {} cells: {said:?}", cells.len());
    let enough = |cell: &BTreeMap<String, String>| cell["verdict_id"] == "fewer-days";
    let both = cells.chunks(2).filter(|pair| pair.iter().all(enough)).count();
    let adds =
        cells.chunks(2).filter(|pair| pair.iter().any(|cell| cell["verdict_id"] == "more-days")).count();
    let but = if adds == 0 { " to matter".to_owned() } else { format!("; in {adds} days are added") };
    assert_eq!(
        title(&workshop, "r/fig-grid"),
        format!("In {both} of 4 combinations both scenarios avoid enough Dormant days{but}")
    );
    // Of one axis there are rows.
    workshop.write("one.toml", &STUDY.replacen("[[grid.axis]]\nname = \"slots\"\nkey = \"programme.capacity_factor\"\nvalues = [0.5, 2]\nlabels = [\"half\", \"twice\"]\n", "", 1));
    Case::new(&workshop, "compare one.toml -o one -q").run();
    ensure_sound(&workshop, "one/fig-grid");
    assert!(drawn(&workshop, "one/fig-grid").iter().any(|words| words == "Notice [days] 21"));
}

#[test]
fn gains_and_costs_are_those_of_the_table_of_differences_and_come_to_the_net() {
    let workshop = workshop();
    Case::new(&workshop, "run existing.toml early.toml --replications 40 -o r -q").run();
    ensure_sound(&workshop, "r/fig-payers");
    let (rows, difference) = (table(&workshop, "r/fig-payers.csv"), table(&workshop, "r/difference.csv"));
    for row in &rows {
        assert!(difference.contains(row), "{row:?}");
    }
    let change = |kpi: &str, kind: &str, member: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["kpi"] == kpi && row["scope_kind"] == kind && row["scope"] == member
        };
        rows.iter().find(is).map(|row| number(row, "difference"))
    };
    let gain = change("dormant_days_avoided", "whole", "all").unwrap();
    let cost = -change("active_days_since_entry", "status", "active").unwrap();
    let net = -change("days_waited_by_all", "whole", "all").unwrap();
    assert!((gain + cost - net).abs() < 0.01, "{gain} and {cost} come to {net}");
    let by_supplier = |kpi: &str| -> f64 {
        let of = rows.iter().filter(|row| row["kpi"] == kpi && row["scope_kind"] == "supplier");
        of.map(|row| number(row, "difference")).sum()
    };
    assert!((by_supplier("dormant_days_avoided") - gain).abs() < 0.01);
    assert!((by_supplier("active_days_since_entry") + cost).abs() < 0.01);
    let said = drawn(&workshop, "r/fig-payers");
    let is_told = |words: &String| words.split(" [").next().is_some_and(|told| says(told, net));
    assert!(said.iter().any(is_told), "{net} in {said:?}");
    let told = title(&workshop, "r/fig-payers");
    assert!(told.contains("Active installations") && told.contains("; all together "), "{told}");
}

#[test]
fn a_slide_is_16_by_9_and_its_words_are_text_that_can_be_read() {
    let workshop = workshop();
    workshop.write("study.toml", STUDY);
    Case::new(&workshop, "compare study.toml -o r -q").run();
    Case::new(&workshop, "run existing.toml early.toml -o one -q").run();
    for folder in ["r", "one"] {
        Case::new(&workshop, &format!("chart {folder} --all --slide -o s-{folder} -q")).run();
        let files = workshop.files(&format!("s-{folder}"));
        let slides = files.iter().filter(|(name, _)| name.split('.').next_back() == Some("svg"));
        let mut n = 0;
        for (name, bytes) in slides {
            n += 1;
            assert!(name.contains("slide-"), "{name}");
            let drawing = String::from_utf8(bytes.clone()).unwrap();
            let size = drawing.split_once("viewBox=\"").unwrap().1.split('"').next().unwrap();
            let size: Vec<f64> = size.split(' ').map(|side| side.parse().unwrap()).collect();
            assert_eq!(size[2] * 9.0, size[3] * 16.0, "{name}");
            // At 1,280 by 720.
            let pixels = 720.0 / size[3];
            let sizes = drawing.split("font-size=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
            for size in sizes.filter_map(|size| size.parse::<f64>().ok()) {
                assert!(size * pixels >= 16.0, "{name}: letters of {} pixels", size * pixels);
            }
            let text = workshop.read(&format!("s-{folder}/{}", name.replace(".svg", ".txt")));
            let title = text.lines().next().unwrap();
            let said: Vec<String> = words(&drawing).into_iter().map(|(words, _)| words).collect();
            let escaped = title.replace('\'', "&apos;");
            assert!(said.join(" ").starts_with(&escaped), "{name}: the title is text: {said:?}");
            let page =
                drawing.replacen(&format!("viewBox=\"{}", size_words(&drawing)), "viewBox=\"0 0 800 2000", 1);
            let found = faults(&page);
            assert!(found.is_empty(), "{name}: {found:?}");
        }
        assert!(n >= 5, "{folder}: {n} slides");
    }
}

/// The four numbers of a drawing's size.
fn size_words(drawing: &str) -> &str {
    drawing.split_once("viewBox=\"").unwrap().1.split('"').next().unwrap()
}

#[test]
fn the_timeline_shows_the_days_that_the_replications_drew() {
    let workshop = workshop();
    Case::new(&workshop, "run existing.toml early.toml --replications 40 -o r -q").run();
    ensure_sound(&workshop, "r/fig-timeline");
    let drew = table(&workshop, "r/existing/inputs.csv");
    let days = table(&workshop, "r/fig-timeline.csv");
    assert!(!days.is_empty());
    for row in &days {
        let what = if row["event"] == "gate" { "gate_date" } else { "epcl_entry_date" };
        let column = format!("{what}/cohort/{}", row["cohort"]);
        let mut all: Vec<&String> =
            drew.iter().map(|of| &of[&column]).filter(|date| !date.is_empty()).collect();
        all.sort();
        assert_eq!([&row["least_date"], &row["most_date"]], [all[0], all[all.len() - 1]], "{column}");
        // A tenth of 40 lies before P10, and half before the median, to a replication.
        let before = |date: &String| all.iter().filter(|other| **other < date).count();
        assert!(before(&row["p10_date"]) <= 5 && before(&row["p50_date"]) <= 21, "{row:?}");
        let up_to = |date: &String| all.iter().filter(|other| **other <= date).count();
        assert!(up_to(&row["p90_date"]) >= 35 && up_to(&row["p50_date"]) >= 19, "{row:?}");
    }
    let told = title(&workshop, "r/fig-timeline");
    assert!(told.contains(" is least certain to enter: ") || told.contains("certain"), "{told}");
    Case::new(&workshop, "chart r timeline --scenario early -o early -q").run();
    assert!(workshop.read("early/early/fig-timeline.txt").contains("under early"));
}
