//! What terminal, figures, report, brief and workbook say of one folder: the same numbers, the same verdicts, the same bases.

use std::collections::BTreeSet;

use calamine::{Reader, Xlsx};

use crate::command::{Case, Workshop, rows};

/// A programme of ten installations that is done long before the plan date, unless a gate slips, which it does once in 2,000
/// replications.
const LATE: &str = r#"
name = "late"
question = "Is it done in time?"
[programme]
first_day = 2020-09-07
last_day = 2020-10-30
plan_date = 2020-10-16
[[group]]
name = "G"
capacity_per_day = 5
[[cohort]]
name = "C"
group = "G"
route = "MT/SIT"
gate = 2020-09-07
entry = 2020-09-14
gate_slip_days = { discrete = [{ value = 0, weight = 1999 }, { value = 40, weight = 1 }] }
no_update_pct = 100
success_pct = 80
retry_days = 1
[[supplier]]
name = "A"
[[stock]]
cohort = "C"
supplier = "A"
status = "dormant"
installations = 10
[[stock]]
cohort = "C"
supplier = "A"
status = "active"
installations = 10
"#;

/// The same with Active installations first.
const LATER: &str = "extends = \"late.toml\"\nname = \"later\"\nallocation.policy = \"active-first\"\n";

/// Half of all attempts fail, and there is but one.
const ONE_TRY: &str = r#"
name = "one-try"
question = "Who is left out?"
group = [{ name = "G", capacity_per_day = 20 }]
cohort = [{ name = "C", group = "G", route = "MT/SIT", gate = 2020-09-01, entry = 2020-09-07, no_update_pct = 100, success_pct = 50, max_attempts = 1, retry_days = 5 }]
supplier = [{ name = "A" }]
stock = [{ cohort = "C", supplier = "A", status = "dormant", installations = 400 }]
[programme]
first_day = 2020-09-07
last_day = 2020-12-31
plan_date = 2020-10-30
"#;

const FIVE_TRIES: &str =
    "extends = \"one-try.toml\"\nname = \"five-tries\"\n[[cohort]]\nname = \"C\"\nmax_attempts = 5\n";

/// Everything that a folder of replications says to people, by where it says it.
struct Said {
    answer: String,
    /// Title and description of each figure, by its name, and the words in its drawing.
    figures: Vec<(String, String)>,
    report: String,
    brief: String,
    workbook: String,
}

impl Said {
    fn of(workshop: &Workshop, folder: &str) -> Self {
        for (format, file) in [("md", "report.md"), ("brief", "brief.html"), ("xlsx", "report.xlsx")] {
            let words = format!("report {folder} --format {format} -o said/{file} -q --force");
            Case::new(workshop, &words).run();
        }
        let files = workshop.files(folder);
        let text =
            |name: &str| String::from_utf8(files.iter().find(|(file, _)| file == name).unwrap().1.clone());
        let figure = |name: &String| {
            let drawing = name.replace(".txt", ".svg");
            (name.clone(), format!("{}\n{}", text(name).unwrap(), text(&drawing).unwrap()))
        };
        let figures = files.iter().map(|(name, _)| name);
        let figures =
            figures.filter(|name| name.starts_with("fig-") && name.split('.').next_back() == Some("txt"));
        let mut book: Xlsx<_> = calamine::open_workbook(workshop.path("said/report.xlsx")).unwrap();
        let sheets: Vec<String> = book.sheet_names();
        let cells = sheets.iter().flat_map(|sheet| {
            let range = book.worksheet_range(sheet).unwrap();
            range.rows().flatten().map(ToString::to_string).collect::<Vec<_>>()
        });
        Self {
            answer: workshop.read(&format!("{folder}/answer.txt")),
            figures: figures.map(figure).collect(),
            workbook: cells.collect::<Vec<_>>().join("\n"),
            // Without the marks that keep words from being Markdown.
            report: workshop.read("said/report.md").replace('\\', ""),
            brief: workshop.read("said/brief.html"),
        }
    }

    /// All of it, each with its name.
    fn all(&self) -> Vec<(&str, &str)> {
        let others = [
            ("answer", &self.answer),
            ("report", &self.report),
            ("brief", &self.brief),
            ("workbook", &self.workbook),
        ];
        let figures = self.figures.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        others.into_iter().map(|(name, text)| (name, text.as_str())).chain(figures).collect()
    }

    fn figure(&self, name: &str) -> &str {
        &self.figures.iter().find(|(file, _)| *file == format!("fig-{name}.txt")).unwrap().1
    }

    fn title(&self, name: &str) -> &str {
        self.figure(name).lines().next().unwrap()
    }
}

fn workshop() -> Workshop {
    let workshop = Workshop::new();
    for (name, text) in [("late", LATE), ("later", LATER), ("one-try", ONE_TRY), ("five-tries", FIVE_TRIES)] {
        workshop.write(&format!("{name}.toml"), text);
    }
    std::fs::create_dir(workshop.path("said")).unwrap();
    workshop
}

/// A percentage by the rule, made here once more: one decimal place, or as many more as it takes not to read 100.
fn percent(part: usize, whole: usize) -> String {
    let exact = 100.0 * part as f64 / whole as f64;
    let places = (1..9).find(|places| !format!("{exact:.places$}").starts_with("100")).unwrap();
    format!("{exact:.places$}")
}

#[test]
fn of_one_folder_all_say_the_same() {
    const N: usize = 3_000;
    let workshop = workshop();
    Case::new(&workshop, "run late.toml later.toml --replications 3000 --layer-runs 0 -o r -q").run();
    let met = rows(&workshop.read("r/late/replications.csv"));
    let column = "plan_date_met/status/dormant";
    let met = met.iter().filter(|row| row[column].eq_ignore_ascii_case("true")).count();
    assert!(met < N && met + 10 > N, "a few replications are late: {met}");
    let (share, said) = (percent(met, N), Said::of(&workshop, "r"));
    assert!(!share.starts_with("100"), "{share}");

    // The chance of the plan date.
    assert!(said.answer.contains(&format!("plan date met, % of replications  {share} [")), "{}", said.answer);
    assert!(said.figure("finish-ecdf").contains(&format!("{share}%")), "{}", said.title("finish-ecdf"));
    for (place, text) in said.all() {
        assert!(!text.contains("100.0%"), "{place}");
    }
    // Figures and their descriptions have an axis to 100%.
    assert!(!said.answer.contains("100%") && !said.workbook.contains("100%"), "nothing is 100%");

    // The verdict, by its name in the file; the sentence that says it, everywhere.
    let difference = rows(&workshop.read("r/difference.csv"));
    let whole = difference.iter().find(|row| row["kpi"] == "dormant_days_avoided").unwrap();
    assert_eq!(whole["verdict_id"], "more-days");
    let words = "more Dormant days, less Active waiting";
    assert_eq!(whole["verdict"], words);
    let sentence = said.answer.lines().next().unwrap();
    assert!(sentence.starts_with("Later adds "), "{sentence}");
    let bare = |text: &str| {
        text.split('<').map(|part| part.split_once('>').map_or(part, |(_, rest)| rest)).collect::<String>()
    };
    for (place, text) in
        [("report", said.report.clone()), ("brief", bare(&said.brief)), ("workbook", said.workbook.clone())]
    {
        assert!(text.contains(sentence), "{place} lacks {sentence}");
    }
    let value = sentence.strip_prefix("Later adds ").unwrap().split(' ').next().unwrap();
    assert!(
        said.title("difference").contains(&format!("adds {value} Dormant days")),
        "{}",
        said.title("difference")
    );
    assert!(
        said.title("detriment").contains(&format!("loses {value} more Dormant days")),
        "{}",
        said.title("detriment")
    );
    for text in [&said.answer, &said.report, &said.brief] {
        assert!(text.contains("Eight in ten of 3,000 runs lie in this range"), "{text}");
    }
}

#[test]
fn installations_that_cannot_migrate_are_given_beside_every_share() {
    let workshop = workshop();
    Case::new(&workshop, "run five-tries.toml one-try.toml --replications 40 --layer-runs 0 -o r -q").run();
    let said = Said::of(&workshop, "r");
    for (place, text) in said.all() {
        let shares =
            ["fig-scurve.txt", "fig-finish-ecdf.txt", "fig-finish-range.txt", "answer", "report", "workbook"];
        if shares.contains(&place) {
            assert!(text.contains("that can migrate"), "{place}");
            assert!(text.contains(" excluded"), "{place} says who is left out");
        }
    }
    assert!(!said.answer.contains("Dormant: all migrated"), "{}", said.answer);
    for name in ["finish-ecdf", "finish-range"] {
        let title = said.title(name);
        assert!(!title.contains("All Dormant ") || title.contains("that can migrate"), "{title}");
    }

    Case::new(&workshop, "run one-try.toml -o one -q").run();
    let title = workshop.read("one/fig-scurve.txt");
    assert!(title.starts_with("In this run all Dormant installations but "), "{title}");
    let (out, _) =
        Case::new(&workshop, "run five-tries.toml --replications 40 --layer-runs 0 --since r -o again").run();
    assert!(
        out.contains("Dormant that can migrate: all migrated by 30 Oct 2020")
            && out.contains("excluded by the end"),
        "{out}"
    );
}

#[test]
fn a_percentile_a_range_and_a_claim_need_their_replications_wherever_they_are_said() {
    let workshop = workshop();
    for n in [2, 5, 16, 35] {
        let folder = format!("r{n}");
        let words =
            format!("run scenarios/weekly/plan.toml --replications {n} --layer-runs 0 -o {folder} -q");
        Case::new(&workshop, &words).run();
        let said = Said::of(&workshop, &folder);
        for (name, text) in &said.figures {
            for claim in ["four of five", "eight of ten", "8 in 10", "P10 to P90", "P90 "] {
                assert!(!text.contains(claim), "{n}, {name}: {claim}\n{}", text.lines().next().unwrap());
            }
            let claims_p80 = text.contains("80% of replications")
                || text.contains("P80 ") && !text.contains("P80 day; it takes 17");
            assert!(n >= 17 || !claims_p80, "{n}, {name}: {}", text.lines().next().unwrap());
        }
        assert_eq!(said.answer.contains("needs 17 replications"), n < 17, "{n}");
        assert!(said.report.contains("needs 36 replications"), "{n}");
        let summary = rows(&workshop.read(&format!("{folder}/summary.csv")));
        let lost = summary.iter().find(|row| row["kpi"] == "dormant_days_lost").unwrap();
        assert_eq!((lost["p10"].as_str(), lost["p80"].is_empty()), ("", n < 17), "{n}");
        assert!(lost["note"].contains("p90 needs 36 replications"), "{lost:?}");
        let expected = workshop.read(&format!("{folder}/weekly/expected.csv"));
        assert_eq!(expected.lines().count(), 1, "{n}: no range of so few");
    }
    let twice = "run late.toml later.toml --replications 2 --layer-runs 0 -o two -q";
    Case::new(&workshop, twice).run();
    let said = Said::of(&workshop, "two");
    for (place, text) in said.all() {
        for claim in [
            "nothing varies",
            "too little varies",
            ": fewer Dormant days",
            ": more Dormant days",
            "Active wait longer",
            "Active wait less",
        ] {
            assert!(!text.contains(claim), "{place}: {claim}");
        }
    }
}

#[test]
fn no_word_of_certainty_and_no_bare_word_of_value_is_left() {
    let workshop = workshop();
    Case::new(&workshop, "run late.toml later.toml --replications 40 --layer-runs 0 -o r -q").run();
    let said = Said::of(&workshop, "r");
    for (place, text) in said.all() {
        for word in ["surely", "Surely", "is better in", ": better", ": worse"] {
            assert!(!text.contains(word), "{place}: {word}");
        }
    }
    let ids: BTreeSet<String> =
        rows(&workshop.read("r/difference.csv")).into_iter().map(|row| row["verdict_id"].clone()).collect();
    assert_eq!(ids.len(), 2, "one verdict, and none for what has none: {ids:?}");
}
