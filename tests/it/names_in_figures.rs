//! Every kind of figure with names that are hard to draw: very long, alike but for their middle, without spaces, in other scripts, of
//! one letter; with many rows; and with large numbers.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use crate::command::{Case, Workshop};
use crate::legible::{collisions, faults, rooms};

/// Names of everything in a scenario.
struct Named {
    scenarios: [&'static str; 2],
    groups: Vec<String>,
    cohorts: Vec<String>,
    suppliers: Vec<String>,
    /// Installations of each cohort and supplier.
    installations: u32,
}

impl Named {
    /// The scenarios as files, `first.toml` and `second.toml`.
    fn write(&self, workshop: &Workshop) {
        let Self { scenarios: [first, second], groups, cohorts, suppliers, installations } = self;
        let area = "the northern and the western region with all of their islands and everything that belongs to them";
        let mut text = format!(
            "name = \"{first}\"\nquestion = \"?\"\n[programme]\nfirst_day = 2020-09-07\nlast_day = 2020-11-27\nplan_date = 2020-10-09\narea = \"{area}\"\n"
        );
        text += "[[assumption]]\nabout = \"all\"\nvalue = \"invented\"\nsource = \"none\"\nquality = \"assumed\"\n";
        let slots = installations / 4 + 1;
        for group in groups {
            let _ = write!(
                text,
                "[[group]]\nname = \"{group}\"\ncapacity_per_day = {slots}\nfirmware_capacity_per_day = {slots}\n"
            );
        }
        for (at, name) in cohorts.iter().enumerate() {
            let (group, day) = (&groups[at % groups.len()], 1 + at % 28);
            let _ = write!(
                text,
                "[[cohort]]\nname = \"{name}\"\ngroup = \"{group}\"\nroute = \"{}\"\ngate = 2020-08-{day:02}\nentry = 2020-10-{day:02}\nsuccess_pct = 70\n",
                ["MT/SIT", "DMCT"][at % 2],
            );
        }
        for (at, name) in suppliers.iter().enumerate() {
            let _ =
                write!(text, "[[supplier]]\nname = \"{name}\"\nobligation = 2020-10-{:02}\n", 12 + at % 9);
        }
        for (at, cohort) in cohorts.iter().enumerate() {
            for (of, supplier) in suppliers.iter().enumerate() {
                let status = ["dormant", "active"][(at + of) % 2];
                let _ = write!(
                    text,
                    "[[stock]]\ncohort = \"{cohort}\"\nsupplier = \"{supplier}\"\nstatus = \"{status}\"\ninstallations = {installations}\n"
                );
            }
        }
        workshop.write("first.toml", &text);
        workshop.write(
            "second.toml",
            &format!("extends = \"first.toml\"\nname = \"{second}\"\n[firmware]\npolicy = \"early\"\nredesignation = 2020-08-03\n"),
        );
    }
}

/// Refuses drawings whose words stand over each other or reach out, or in which two scenarios have one name.
fn ensure_readable(workshop: &Workshop, folder: &str) -> usize {
    let drawings: Vec<(String, Vec<u8>)> = workshop
        .files(folder)
        .into_iter()
        .filter(|(name, _)| name.split('.').next_back() == Some("svg"))
        .collect();
    for (name, bytes) in &drawings {
        let svg = String::from_utf8(bytes.clone()).unwrap();
        let faults = [faults(&svg), collisions(&svg)].concat();
        assert!(faults.is_empty(), "{folder}/{name}: {faults:#?}");
        let words: String = rooms(&svg).into_iter().map(|(words, _)| words + " ").collect();
        if let Some((_, named)) = words.split_once(", scenarios (sha256) ") {
            let named: Vec<&str> =
                named.split(", ").filter_map(|one| Some(one.rsplit_once(' ')?.0)).collect();
            let apart: BTreeSet<&&str> = named.iter().collect();
            assert!(named.len() > 1 && apart.len() == named.len(), "{folder}/{name}: {named:?}");
        }
    }
    drawings.len()
}

/// Draws every kind of figure of two scenarios: of a draw, of replications, and of a study.
fn draw_all(named: &Named) -> Workshop {
    let workshop = Workshop::new();
    named.write(&workshop);
    Case::new(&workshop, "run first.toml second.toml -o one -q").run();
    Case::new(&workshop, "chart one --all -o c-one").run();
    assert_eq!(ensure_readable(&workshop, "c-one"), 5 + 3 * 2);
    let axis = "how many days pass between the report of the laboratory and the entry on the list of what may be migrated";
    workshop.write(
        "study.toml",
        &format!(
            "question = \"?\"\nbaseline = \"first.toml\"\nscenarios = [\"second.toml\"]\nreplications = 20\n[grid]\nreplications = 3\n\
             [[grid.axis]]\nname = \"{axis} of all that is there in the first place\"\nkey = \"cohort_defaults.notice_days\"\nvalues = [7, 14]\n\
             [[grid.axis]]\nname = \"{axis} at the end\"\nkey = \"programme.capacity_factor\"\nvalues = [0.5, 2]\n\
             [sensitivity]\nreplications = 3\n[[sensitivity.axis]]\nname = \"{axis}\"\nkey = \"programme.capacity_factor\"\nvalues = [0.5, 2]\n"
        ),
    );
    Case::new(&workshop, "compare study.toml -o many -q").run();
    Case::new(&workshop, "chart many --all -o c-many").run();
    assert_eq!(ensure_readable(&workshop, "c-many"), 13);
    Case::new(&workshop, "chart many --all --scenario second -o c-alone").exit(2).run();
    workshop
}

/// So many names that differ in their middle only, each about so long.
fn alike(n: usize, front: &str, back: &str) -> Vec<String> {
    (0..n)
        .map(|at| {
            format!(
                "{front} {} {back}",
                ["forty", "fifty", "sixty", "seventy", "eighty", "ninety"][at % 6].to_owned()
                    + &"x".repeat(at / 6)
            )
        })
        .collect()
}

#[test]
fn long_names_that_differ_in_their_middle_only() {
    draw_all(&Named {
        scenarios: [
            "Plan for the northern region with capacity of forty from January board version",
            "Plan for the northern region with capacity of sixty from January board version",
        ],
        groups: alike(
            7,
            "Communications service of the northern and western regions,",
            "thousand meters or more, as agreed",
        ),
        cohorts: alike(
            16,
            "Electricity and gas meters of the first generation, lot of",
            "with the hubs of the second",
        ),
        suppliers: alike(
            6,
            "Northern Counties Gas and Electricity Supply Company (Scotland) Limited,",
            "trading as Lumen",
        ),
        installations: 9,
    });
}

#[test]
fn names_without_spaces_and_large_numbers() {
    let long = |n: usize, letter: &str| {
        (0..n).map(|at| format!("{}{at}{}", letter.repeat(100), letter.repeat(100))).collect()
    };
    draw_all(&Named {
        scenarios: [
            "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww-a-wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
            "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww-b-wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
        ],
        groups: long(2, "W"),
        cohorts: long(3, "m"),
        suppliers: long(2, "M"),
        installations: 90_000_000,
    });
}

#[test]
fn names_of_one_letter_and_in_other_scripts_with_a_word_about_empty_boxes() {
    let named = Named {
        scenarios: ["a", "b"],
        groups: [
            "日本語の長いグループの名前その一とその他のすべてのもの",
            "日本語の長いグループの名前その二とその他のすべてのもの",
            "G",
        ]
        .map(str::to_owned)
        .into(),
        cohorts: ["مجموعة الأجهزة الأولى", "e\u{301}e\u{301}", "C", "\u{1F680}"].map(str::to_owned).into(),
        suppliers: ["Поставщик", "S", "供給者"].map(str::to_owned).into(),
        installations: 30,
    };
    let workshop = draw_all(&named);
    let (_, err) = Case::new(&workshop, "chart one cohorts -o boxes").run();
    assert!(
        err.contains("PNG files show an empty box for each letter")
            && err.contains('م')
            && !err.contains("日"),
        "{err}"
    );
    let (_, err) = Case::new(&workshop, "chart one cohorts --format svg -o no-boxes").run();
    assert!(!err.contains("empty box"), "{err}");
    let (_, err) = Case::new(&workshop, "run first.toml -o again").run();
    assert!(err.contains("empty box") && err.contains('П'), "{err}");
    let png = |folder: &str| fs::read(workshop.path(&format!("{folder}/fig-cohorts.png"))).unwrap();
    assert!(png("boxes") == png("c-one"));
}
