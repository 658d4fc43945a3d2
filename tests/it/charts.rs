//! `dormouse chart`: every kind for every shipped scenario, and what a figure says against its own data.

use std::fs;
use std::path::Path;

use crate::command::{Case, Workshop, repository, rows};
use crate::legible::{collisions, faults};

const KINDS: [&str; 8] =
    ["scurve", "cohorts", "wait", "difference", "fairness", "throughput", "slots", "backlog"];
/// The national programme cut to its first months.
const SHORT: &str =
    "--set calendar.closed=[] --set programme.plan_date=2020-10-01 --set programme.last_day=2020-12-31";

/// A workshop with the results of the tutorial in `r`.
fn tutorial() -> Workshop {
    let workshop = Workshop::new();
    let run = "run scenarios/tutorial/existing.toml scenarios/tutorial/early.toml -o r -q";
    Case::new(&workshop, run).run();
    workshop
}

/// The value of an attribute of a tag.
pub(crate) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The words of a drawing with the left side, the right side and the top of the room they take.
///
/// Letters are taken to be narrow, so the room is a little too small; in a build with debug assertions the
/// program itself refuses to write outside, by the true widths.
pub(crate) fn words(svg: &str) -> Vec<(String, [f64; 3])> {
    let text = |piece: &str| {
        let (tag, rest) = piece.split_once('>')?;
        let number = |name| attribute(tag, name)?.parse::<f64>().ok();
        let words = rest.split('<').next()?.to_owned();
        let width = 0.4 * number("font-size")? * words.chars().count() as f64;
        let x = number("x")?;
        let left = match attribute(tag, "text-anchor") {
            Some("end") => x - width,
            Some("middle") => x - width / 2.0,
            _ => x,
        };
        Some((words, [left, left + width, number("y")?]))
    };
    svg.split("<text").skip(1).map(|piece| text(piece).expect(piece)).collect()
}

/// Refuses a figure that lacks anything, says too much in its title, or writes outside the drawing.
fn ensure_sound(workshop: &Workshop, svg: &str) {
    let drawing = workshop.read(svg);
    let stem = svg.strip_suffix(".svg").unwrap();
    for part in ["viewBox=\"0 0 800 ", "<title id=", "<desc id=", "sha256"] {
        assert!(drawing.contains(part), "{svg} lacks {part}");
    }
    let read = words(&drawing).into_iter().map(|(words, _)| words).collect::<Vec<_>>().join(" ");
    assert!(read.contains("No uncertainty shown"), "{svg}: {read}");
    let text = workshop.read(&format!("{stem}.txt"));
    let (title, description) = text.split_once("\n\n").unwrap();
    assert!(title.split_whitespace().count() <= 15, "{svg}: {title}");
    assert!(description.matches(". ").count() >= 1, "{svg}: {description}");
    assert!(workshop.read(&format!("{stem}.csv")).lines().count() > 1, "{svg} has no data");
    let faults = [faults(&drawing), collisions(&drawing)].concat();
    assert!(faults.is_empty(), "{svg}: {faults:?}");
}

#[test]
fn every_kind_draws_for_every_shipped_scenario() {
    let workshop = tutorial();
    let national = fs::read_dir(repository().join("scenarios/smets1-2020")).unwrap();
    let mut national: Vec<String> = national
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|e| e == "toml") && name != "base.toml")
        .map(|name| format!("scenarios/smets1-2020/{name}"))
        .collect();
    national.sort();
    Case::new(&workshop, &format!("run {} {SHORT} -o national -q", national.join(" "))).run();
    Case::new(&workshop, "run scenarios/reference/every-key.toml -o every-key -q").run();
    Case::new(&workshop, "run scenarios/reference/peer-workload.toml -o peer -q").run();
    for results in ["r", "national", "every-key", "peer"] {
        let words = format!("chart {results} --all --format svg -o charts-{results}");
        let (out, err) = Case::new(&workshop, &words).run();
        let drawn: Vec<&str> = out.lines().map(|line| line.split_once(": ").unwrap().0).collect();
        for kind in KINDS {
            let drawn = drawn.iter().any(|path| path.ends_with(&format!("fig-{kind}.svg")));
            assert!(drawn != err.contains(&format!("Left out: {kind}")), "{results} {kind}: {out}{err}");
        }
        drawn.into_iter().for_each(|svg| ensure_sound(&workshop, svg));
    }
}

#[test]
fn a_figure_drawn_from_the_folder_has_the_bytes_that_run_wrote() {
    let workshop = tutorial();
    Case::new(&workshop, "chart r scurve -o c").run();
    Case::new(&workshop, "chart r throughput -o c").run();
    Case::new(&workshop, "chart r scurve --scenario tutorial-early -o c").run();
    let drawn = workshop.files("c");
    assert_eq!(drawn.len(), 16);
    for (name, bytes) in drawn {
        assert!(bytes == fs::read(workshop.path(&format!("r/{name}"))).unwrap(), "{name}");
    }
}

/// A number with a comma between thousands.
fn separated(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}")
}

#[test]
fn numbers_in_a_figure_are_those_of_its_data() {
    let workshop = tutorial();
    Case::new(&workshop, "chart r --all --format svg -o c").run();
    let rows = |name: &str| -> Vec<Vec<String>> {
        let csv = workshop.read(&format!("c/{name}.csv"));
        csv.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let said = |name: &str| -> Vec<String> {
        words(&workshop.read(&format!("c/{name}.svg"))).into_iter().map(|(words, _)| words).collect()
    };
    for (name, column) in [("fig-wait", 2), ("fig-difference", 4)] {
        let said = said(name);
        for row in rows(name).iter().filter(|row| row[2] != "whole") {
            let number = separated(&row[column]);
            let starts = |words: &&String| words.split(' ').next() == Some(&number);
            assert!(said.iter().any(|words| starts(&words)), "{name}: {number} in {said:?}");
        }
    }
    let whole = rows("fig-difference").into_iter().find(|row| row[2] == "whole").unwrap()[4].clone();
    assert!(
        workshop
            .read("c/fig-difference.txt")
            .starts_with(&format!("In this draw early firmware avoids {} Dormant days", separated(&whole)))
    );
    let curves = rows("fig-scurve");
    let (before, after) = curves.split_at(curves.len() / 2);
    let number = |cell: &str| cell.parse::<i64>().unwrap();
    let ahead: Vec<i64> = after.iter().map(|row| number(&row[10])).collect();
    let by_hand: Vec<i64> = before.iter().zip(after).map(|(a, b)| number(&a[5]) - number(&b[5])).collect();
    assert_eq!(ahead, by_hand);
    assert_eq!(ahead.iter().sum::<i64>(), number(&whole), "what lies under the lead is what is avoided");
    let peak = format!("+{}", ahead.iter().max().unwrap());
    assert!(said("fig-scurve").contains(&peak), "{peak}");
    assert!(before.iter().all(|row| row[1] == "after entry" && row[10].is_empty()));
    let slots = rows("tutorial-early/fig-slots");
    for fate in ["migrated", "failed", "unused", "idle_by_rule", "no_usable_demand"] {
        let sum: u64 =
            slots.iter().filter(|row| row[3] == fate).map(|row| row[4].parse::<u64>().unwrap()).sum();
        let said = said("tutorial-early/fig-slots");
        let label = format!("{} (", separated(&sum.to_string()));
        assert!(said.iter().any(|words| words.starts_with(&label)), "{fate}: {label} in {said:?}");
    }
    let sum = |is_offered: bool| -> u64 {
        let rows = slots.iter().filter(|row| (row[3] == "offered") == is_offered);
        rows.map(|row| row[4].parse::<u64>().unwrap()).sum()
    };
    assert_eq!(sum(true), sum(false), "the fates of the slots add up to what was offered");
}

#[test]
fn the_timeline_of_the_tutorial_shows_what_early_firmware_moved() {
    let workshop = tutorial();
    Case::new(&workshop, "chart r cohorts -o c").run();
    let svg = workshop.read("c/fig-cohorts.svg");
    let said: Vec<String> = words(&svg).into_iter().map(|(words, _)| words).collect();
    let last = |scenario: &str, cohort: &str| -> jiff::civil::Date {
        let csv = workshop.read("c/fig-cohorts.csv");
        let row = csv.lines().find(|line| line.starts_with(&format!("{scenario},{cohort},"))).unwrap();
        row.split(',').nth(6).unwrap().parse().unwrap()
    };
    for cohort in ["Alder", "Birch"] {
        let (before, after) = (last("tutorial-existing", cohort), last("tutorial-early", cohort));
        let days = after.until(before).unwrap().get_days();
        assert!(days > 0 && said.contains(&format!("{days} days sooner")), "{cohort}: {said:?}");
    }
    assert!(said.contains(&"same day".to_owned()), "{said:?}");
    let waited = |scenario: &str| -> i64 {
        let of = rows(&workshop.read("c/fig-cohorts.csv"));
        let of = of.iter().filter(|row| row["scenario"] == scenario);
        of.map(|row| row["dormant_waited_installation_days"].parse::<i64>().unwrap()).sum()
    };
    let apart = waited("tutorial-existing") - waited("tutorial-early");
    let (out, _) = Case::new(&workshop, "chart r difference -o c -q").run();
    let told = format!("avoids {} Dormant days", separated(&apart.to_string()));
    assert!(apart > 0 && out.contains(&told), "{told}: {out}");
}

#[test]
fn where_nothing_differs_no_title_claims_a_difference() {
    let workshop = Workshop::new();
    let twin = workshop.read("scenarios/tutorial/existing.toml").replace("tutorial-existing", "twin");
    workshop.write("scenarios/tutorial/twin.toml", &twin);
    Case::new(&workshop, "run scenarios/tutorial/existing.toml scenarios/tutorial/twin.toml -o r -q").run();
    let (out, _) = Case::new(&workshop, "chart r difference -o c -q").run();
    assert!(out.contains("In this draw Dormant days are the same in both scenarios"), "{out}");
    let (out, _) = Case::new(&workshop, "chart r fairness -o c -q").run();
    assert!(out.contains("every supplier gets slots in the same proportion"), "{out}");
}

#[test]
fn a_figure_that_cannot_be_drawn_does_not_take_the_others() {
    let workshop = tutorial();
    let suppliers = workshop.read("r/tutorial-early/suppliers.csv");
    workshop.write("r/tutorial-early/suppliers.csv", &suppliers.replace("Aster", "Astra"));
    let groups = workshop.read("r/tutorial-existing/daily_groups.csv");
    workshop.write("r/tutorial-existing/daily_groups.csv", &groups.replace("IOC", "IOD"));
    let (out, err) = Case::new(&workshop, "chart r --all -o c").exit(3).run();
    for part in [
        "fairness was not drawn",
        "suppliers.csv` is not as the run wrote it",
        "backlog of `tutorial-existing` was not drawn",
        "2 figures were not drawn: fairness and backlog of `tutorial-existing`",
    ] {
        assert!(err.contains(part), "lacks `{part}`: {err}");
    }
    let drawn: Vec<&str> =
        out.lines().filter_map(|line| line.split_once(".svg: ").map(|(path, _)| path)).collect();
    let expected = [
        "c/fig-scurve",
        "c/fig-cohorts",
        "c/fig-wait",
        "c/fig-difference",
        "c/tutorial-existing/fig-throughput",
        "c/tutorial-early/fig-throughput",
        "c/tutorial-existing/fig-slots",
        "c/tutorial-early/fig-slots",
        "c/tutorial-early/fig-backlog",
    ];
    assert_eq!(drawn, expected);
    assert!(expected.iter().all(|stem| workshop.path(&format!("{stem}.png")).exists()));
}

#[test]
fn of_many_cohorts_those_with_most_dormant_installations_are_drawn() {
    let workshop = Workshop::new();
    let mut text = "name = \"many\"\nquestion = \"?\"\n[programme]\nfirst_day = 2020-09-07\nlast_day = 2020-12-18\n[[group]]\nname = \"G\"\n\
                    capacity_per_day = 200\n[[supplier]]\nname = \"Aster\"\n"
        .to_owned();
    for at in 0..14 {
        // The last two enter in the run and have no Dormant installation; the others entered before it.
        let (entry, status, n) =
            if at < 12 { ("08-31", "dormant", 300 + 10 * at) } else { ("10-05", "active", 5) };
        text.extend([format!(
            "[[cohort]]\nname = \"C{at:02}\"\ngroup = \"G\"\nroute = \"MT/SIT\"\ngate = 2020-08-03\nentry = 2020-{entry}\n[[stock]]\ncohort = \"C{at:02}\"\n\
             supplier = \"Aster\"\nstatus = \"{status}\"\ninstallations = {n}\n"
        )]);
    }
    workshop.write("many.toml", &text);
    Case::new(&workshop, "run many.toml -o many -q").run();
    Case::new(&workshop, "chart many cohorts -o c -q").run();
    let said: Vec<String> =
        words(&workshop.read("c/fig-cohorts.svg")).into_iter().map(|(words, _)| words).collect();
    for at in 0..14 {
        assert_eq!(said.contains(&format!("C{at:02}")), at < 12, "C{at:02} in {said:?}");
    }
    assert!(
        said.join(" ").contains("12 of 14 device cohorts, those with most Dormant installations"),
        "{said:?}"
    );
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let workshop = tutorial();
    let refused = |words: &str, parts: &[&str]| {
        let (_, err) = Case::new(&workshop, words).exit(2).run();
        parts.iter().for_each(|part| assert!(err.contains(part), "{words}: lacks `{part}`\n{err}"));
    };
    refused("chart r cohort", &["'cohort'", "similar", "cohorts"]);
    refused("chart r", &["KIND"]);
    refused("chart scenarios wait", &["`scenarios` is not a results folder of dormouse"]);
    refused("chart r wait --scenario erly", &["no scenario `erly`", "`tutorial-existing`, `tutorial-early`"]);
    refused("chart r difference --scenario tutorial-early", &["needs the baseline `tutorial-existing`"]);
    refused(
        "chart r detriment",
        &[
            "`r` holds one draw of each scenario: it gives scurve, cohorts",
            "not `detriment`",
            "--replications 100",
        ],
    );
    refused("chart r grid", &["not `grid`", "dormouse compare STUDY"]);
    refused("chart r wait -o r/charts", &["`r` is a results folder"]);
    Case::new(&workshop, "chart r wait -o c").run();
    Case::new(&workshop, "chart r wait -o c").run();
    workshop.write("c/fig-wait.csv", "mine");
    refused("chart r wait -o c", &["c/fig-wait.csv` already exists and differs", "--force"]);
    assert_eq!(workshop.read("c/fig-wait.csv"), "mine");
    Case::new(&workshop, "chart r wait -o c --force").run();
    let summary = workshop.read("r/tutorial-early/summary.csv");
    workshop.write("r/tutorial-early/summary.csv", &summary.replace("dormant", "active"));
    refused("chart r wait -o d", &["summary.csv` is not as the run wrote it", "SHA-256"]);
    fs::remove_file(workshop.path("r/tutorial-early/summary.csv")).unwrap();
    refused("chart r wait -o d", &["`r` does not hold `tutorial-early/summary.csv`"]);
    let manifest = workshop.read("r/manifest.json");
    let older = manifest.replace("\"schema_version\": 3", "\"schema_version\": 1");
    workshop.write("r/manifest.json", &older);
    refused("chart r wait -o d", &["another version of dormouse", "format 1, expected 3"]);
}

#[test]
fn cohorts_of_two_scenarios_are_set_beside_each_other_by_name() {
    let workshop = Workshop::new();
    let plan = |name: &str, cohorts: &[&str]| {
        let cohort = |cohort: &&str| {
            format!(
                "[[cohort]]\nname = \"{cohort}\"\ngroup = \"G\"\nroute = \"MT/SIT\"\ngate = 2020-09-01\n\
                 entry = 2020-09-07\n[[stock]]\ncohort = \"{cohort}\"\nsupplier = \"A\"\nstatus = \"dormant\"\n\
                 installations = 20\n"
            )
        };
        let head = format!(
            "name = \"{name}\"\nquestion = \"q\"\n[programme]\nfirst_day = 2020-09-07\nlast_day = 2020-10-30\n\
             [[group]]\nname = \"G\"\ncapacity_per_day = 5\n[[supplier]]\nname = \"A\"\n"
        );
        workshop.write(
            &format!("{name}.toml"),
            &(head + &cohorts.iter().map(cohort).collect::<Vec<_>>().concat()),
        );
    };
    plan("one", &["Alder", "Birch", "Cedar"]);
    plan("two", &["Cedar", "Birch"]);
    plan("three", &["Dogwood"]);
    Case::new(&workshop, "run one.toml two.toml -o r -q").run();
    Case::new(&workshop, "chart r cohorts --format svg -o c").run();
    let drawn = workshop.read("c/fig-cohorts.svg");
    assert!(!drawn.contains(">Alder<") && drawn.contains(">Birch<") && drawn.contains(">Cedar<"));
    Case::new(&workshop, "run one.toml three.toml -o s -q").run();
    let (_, err) = Case::new(&workshop, "chart s cohorts --format svg -o d").exit(2).run();
    assert!(err.contains("a cohort that every scenario of the figure has"), "{err}");
}
