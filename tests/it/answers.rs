//! The sentences of an answer in every situation that a study can end in, kept as a page so that each is read.

use crate::command::{Case, UPDATE, Workshop, repository};

const PAGE: &str = "docs/reference/answers.md";

const INTRO: &str = "# The sentences of an answer

The terminal, the report and the brief take their sentences from one place, `wording`. This page shows them in every situation in which a
study can end. A test runs each study and compares the page with what the program says. All are variants of the tutorial's programme of
some hundred installations.

The terminal begins with the first block. The second block is the first screen of the report.

Three ranges have names of their own, because readers take one for another:

| range | meaning |
| --- | --- |
| Runs of the model differ | the range of outcomes over runs; more runs do not narrow it |
| Other assumptions give | the averages under other values that the study tries |
| The average is known to | the 95% confidence interval of the average; more runs narrow it |

The rating under \"May I rely on it\" rests on two tests. A published document states at least half of the inputs. The verdict holds
under every other set of values that was tried. Neither gives low, one gives medium. Both give high if the study also states how the
model was compared with what happened.
";

/// Scenario files beside the tutorial's: name and text.
const FILES: &[(&str, &str)] = &[
    (
        "base.toml",
        "extends = \"scenarios/tutorial/existing.toml\"\nname = \"base\"\ntitle = \"the existing arrangement\"\n\
         [cohort_defaults]\ngate_slip_days = { pert = { low = 0, mode = 3, high = 15 }, draw = \"for each\" }\nsuccess_pct = [80, 60, 50, 40, 30]\nretry_days = 3\n",
    ),
    (
        "early.toml",
        "extends = \"base.toml\"\nname = \"early\"\ntitle = \"early firmware\"\n[firmware]\npolicy = \"early\"\n",
    ),
    ("copy.toml", "extends = \"base.toml\"\nname = \"copy\"\ntitle = \"a copy of it\"\n"),
    (
        "uneven.toml",
        "extends = \"base.toml\"\nname = \"uneven\"\ntitle = \"early firmware with fewer slots for MOC\"\n[firmware]\npolicy = \"early\"\n[[group]]\nname = \"MOC\"\ncapacity_per_day = 1\n",
    ),
    (
        "e.toml",
        "extends = \"base.toml\"\nname = \"e\"\ntitle = \"early firmware\"\n[firmware]\npolicy = \"early\"\n[cohort_defaults]\nsuccess_pct = [100]\n",
    ),
    (
        "er.toml",
        "extends = \"e.toml\"\nname = \"er\"\ntitle = \"early firmware with rare rework\"\n[firmware]\nrework_tested_pct = 2\nrework_equivalence_pct = 0\n",
    ),
    (
        "slow.toml",
        "extends = \"base.toml\"\nname = \"slow\"\ntitle = \"one migration a day\"\n[programme]\ncapacity_per_day = 1\n",
    ),
    (
        "one.toml",
        "extends = \"scenarios/tutorial/existing.toml\"\nname = \"one\"\ntitle = \"the existing arrangement\"\n\
         [cohort_defaults]\ngate_slip_days = { uniform = { low = 0, high = 10 }, draw = \"for each\" }\n",
    ),
    (
        "one-early.toml",
        "extends = \"one.toml\"\nname = \"one-early\"\ntitle = \"early firmware\"\n[firmware]\npolicy = \"early\"\n",
    ),
    (
        "nearly.toml",
        "extends = \"base.toml\"\nname = \"nearly\"\ntitle = \"a slightly better first attempt\"\n[cohort_defaults]\nsuccess_pct = [81, 60, 50, 40, 30]\n",
    ),
];

/// A situation: its heading, the study's files, and flags.
const SITUATIONS: &[(&str, &str, &str)] = &[
    ("A gain", "base.toml early.toml", "--replications 40"),
    ("A gain that may be too small to matter", "base.toml early.toml", "--replications 40 --threshold 485"),
    ("A gain that is too small to matter", "base.toml early.toml", "--replications 40 --threshold 600"),
    ("A loss", "early.toml base.toml", "--replications 40"),
    ("No difference at all", "base.toml copy.toml", "--replications 20"),
    ("A difference that is not settled", "base.toml nearly.toml", "--replications 12 --threshold 0.5%"),
    ("Too few replications", "base.toml early.toml", "--replications 2"),
    ("A rare effect that no replication shows", "e.toml er.toml", "--replications 20 --seed 4 --threshold 1"),
    ("A gain that hides a loss", "base.toml uneven.toml", "--replications 40"),
    ("A programme that does not finish", "base.toml slow.toml", "--replications 40"),
    ("One uncertain input", "one.toml one-early.toml", "--replications 20"),
    ("Two policies", "base.toml early.toml slow.toml", "--replications 40"),
];

/// What the program says in a situation: the first lines of the answer, and the first screen of the report.
fn said(workshop: &Workshop, at: usize, files: &str, flags: &str) -> [String; 2] {
    let run = format!("run {files} {flags} --layer-runs 0 -o r{at} -q");
    Case::new(workshop, &run).run();
    let report = format!("report r{at} --format md -o r{at}.md -q");
    Case::new(workshop, &report).run();
    let answer = workshop.read(&format!("r{at}/answer.txt"));
    let first = answer.lines().filter(|line| !line.starts_with("    ")).take_while(|line| {
        !line.starts_with("measure ") && !line.starts_with("Dormant days avoided by") && !line.is_empty()
    });
    let first = first.map(str::to_owned).collect::<Vec<_>>().join("\n");
    let report = workshop.read(&format!("r{at}.md"));
    let screen = report.split_once("## Summary\n").unwrap().1.split("\n## ").next().unwrap();
    [first, screen.trim().to_owned()]
}

#[test]
fn the_page_shows_every_situation() {
    let workshop = Workshop::new();
    for (name, text) in FILES {
        workshop.write(name, text);
    }
    let mut page = INTRO.to_owned();
    for (at, (heading, files, flags)) in SITUATIONS.iter().enumerate() {
        let [first, screen] = said(&workshop, at, files, flags);
        assert!(!first.is_empty() && !screen.is_empty(), "{heading}");
        page.extend([format!("\n## {heading}\n\n```text\n{first}\n```\n\n```markdown\n{screen}\n```\n")]);
    }
    let path = repository().join(PAGE);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert_eq!(written, page, "{PAGE} is not what the program says");
}

/// Sentences of prose: lines of tables and numbers alone are none.
fn sentences(page: &str) -> Vec<String> {
    let is_prose = |line: &&str| !["|", "#", "```"].iter().any(|mark| line.starts_with(mark));
    let of_line = |line: &str| {
        let line = line.replace("**", "").replace(" (", ". ");
        line.split(". ").map(|one| one.trim().to_owned()).filter(|one| one.contains(' ')).collect::<Vec<_>>()
    };
    page.lines().filter(is_prose).flat_map(of_line).collect()
}

#[test]
fn sentences_are_short() {
    let page = std::fs::read_to_string(repository().join(PAGE)).unwrap();
    let all = sentences(&page);
    let long: Vec<&String> = all.iter().filter(|one| one.split_whitespace().count() > 25).collect();
    assert!(all.len() > 100, "{} sentences were found", all.len());
    assert!(
        20 * long.len() < all.len(),
        "{} of {} sentences have more than 25 words: {long:#?}",
        long.len(),
        all.len()
    );
}

#[test]
fn no_sentence_has_a_word_of_the_workshop() {
    let page = std::fs::read_to_string(repository().join(PAGE)).unwrap();
    for word in ["the Active ", "the Dormant ", " tell ", " told ", "nobody", "surely", "Surely"] {
        assert!(!page.contains(word), "{PAGE} says `{word}`");
    }
}
