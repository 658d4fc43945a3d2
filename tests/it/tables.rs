//! Tables as people keep them, read by scenario, `--counts` and `allocate` alike: what is understood in every form, what is
//! refused, and that many problems are told briefly.

use std::fs;
use std::path::Path;

use dormouse::model::Status;
use dormouse::scenario::{Override, Problems, demand, load};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::command::{Case, Workshop, repository};

/// A stock table as people type it, whose counts are all of four digits.
const STOCK: [[&str; 4]; 4] = [
    ["cohort", "supplier", "status", "installations"],
    ["Alder", "Aster", "dormant", "1070"],
    ["Alder", "Briar", "active", "2300"],
    ["Birch", "Aster", "active", "1000"],
];

fn csv(rows: &[[&str; 4]], separator: &str) -> String {
    rows.iter().fold(String::new(), |all, row| all + &row.join(separator) + "\n")
}

/// The same table in many forms, each with what it shows.
fn understood() -> Vec<(&'static str, Vec<u8>)> {
    let plain = csv(&STOCK, ",");
    let utf_16 = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let grouped = |sign: &str| {
        plain.replace("1070", &format!("\"1{sign}070\"")).replace("2300", &format!("\"2{sign}300\""))
    };
    let wide = "Cohort,Supplier,Dormant,Active\nAlder,Aster,1070,\nAlder,Briar,,2300\nBirch,Aster,,1000\n";
    let titled = format!("Stock of 28 September,,,\nall counts from the board,,,\n,,,\n{plain}");
    let forms: Vec<(&str, String)> = vec![
        ("as it is", plain.clone()),
        ("byte-order mark and CRLF", format!("\u{feff}{}", plain.replace('\n', "\r\n"))),
        ("carriage returns only", plain.replace('\n', "\r")),
        ("semicolons", csv(&STOCK, ";")),
        ("semicolons with a mark", format!("\u{feff}{}", csv(&STOCK, ";"))),
        ("tabs", csv(&STOCK, "\t")),
        ("a line sep=;", format!("sep=;\r\n{}", csv(&STOCK, ";"))),
        ("everything quoted", format!("\"{}\"\n", csv(&STOCK, "\",\"").trim_end().replace('\n', "\"\n\""))),
        (
            "capitals",
            csv(&STOCK, ",")
                .to_uppercase()
                .replace("ALDER", "Alder")
                .replace("BIRCH", "Birch")
                .replace("ASTER", "Aster")
                .replace("BRIAR", "Briar"),
        ),
        ("titles", titled),
        ("blank rows and columns", plain.replace('\n', ",,\n,,,,,\n")),
        (
            "row numbers",
            plain.lines().enumerate().fold(String::new(), |all, (n, line)| {
                let number = if n == 0 { String::new() } else { n.to_string() };
                all + &number + "," + line + "\n"
            }),
        ),
        ("a total", format!("{plain}Total,,,4370\n")),
        ("a total in words", format!("{plain}Grand total:,,,\"4,370\"\n")),
        ("the header again", plain.replacen("Birch", "cohort,supplier,status,installations\nBirch", 1)),
        ("a column a status", wide.to_owned()),
        ("a column a status, with semicolons", wide.replace(',', ";")),
        ("commas between groups", grouped(",")),
        ("blanks between groups", grouped(" ")),
        ("no-break spaces between groups", grouped("\u{a0}")),
        ("narrow spaces between groups", grouped("\u{202f}")),
        ("apostrophes between groups", grouped("'")),
        ("a point and zeros", plain.replace("1070", "1070.0").replace("2300", "2300.00")),
        ("blanks around cells", csv(&STOCK, " , ")),
    ];
    let mut all: Vec<(&str, Vec<u8>)> =
        forms.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    all.push(("UTF-16 with tabs", utf_16(&csv(&STOCK, "\t"))));
    all.push(("a workbook", workbook(0, 0)));
    all.push(("a workbook whose table begins elsewhere", workbook(4, 2)));
    all.push(("an OpenDocument workbook", fs::read(repository().join("tests/it/tables/stock.ods")).unwrap()));
    all
}

/// The table in a workbook, with a title above it where there is room, and a hidden sheet beside it.
fn workbook(top: u32, left: u16) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Stock").unwrap();
    if top > 0 {
        sheet.write(1, 0, "Stock of 28 September").unwrap();
    }
    for (r, row) in STOCK.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let (r, c) = (top + r as u32, left + c as u16);
            match cell.parse::<f64>() {
                Ok(number) => {
                    sheet.write_with_format(r, c, number, &Format::new().set_num_format("#,##0")).unwrap()
                }
                Err(_) => sheet.write(r, c, *cell).unwrap(),
            };
        }
    }
    let hidden = book.add_worksheet();
    hidden.set_name("Old").unwrap().set_hidden(true);
    hidden.write(0, 0, "cohort").unwrap();
    book.save_to_buffer().unwrap()
}

/// A programme without stock.
const PLAN: &str = r#"
name = "plan"
[programme]
first_day = 2020-09-07
last_day = 2020-09-25
[[group]]
name = "G"
capacity_per_day = 20
[cohort_defaults]
group = "G"
route = "MT/SIT"
gate = 2020-09-09
entry = 2020-09-14
[[cohort]]
name = "Alder"
[[cohort]]
name = "Birch"
[[supplier]]
name = "Aster"
[[supplier]]
name = "Briar"
"#;

type Cells = Vec<(String, String, Status, u32)>;

fn stock_of(folder: &Path, file: &str, key: &str) -> Result<Cells, Problems> {
    let path = folder.join("plan.toml");
    fs::write(&path, PLAN.replacen("\n[programme]", &format!("\n{key}\n[programme]"), 1)).unwrap();
    let changes: Vec<Override> = if key.is_empty() {
        let value = folder.join(file).display().to_string();
        vec![Override { key: "stock".to_owned(), value }]
    } else {
        Vec::new()
    };
    let model = load(&path, &changes)?.model;
    let cell = |s: &dormouse::model::Stock| {
        (
            model.cohorts[s.cohort].name.clone(),
            model.suppliers[s.supplier].name.clone(),
            s.status,
            s.installations,
        )
    };
    Ok(model.stock.iter().map(cell).collect())
}

#[test]
fn every_form_of_a_table_is_the_same_to_scenario_counts_and_allocate() {
    let folder = tempfile::tempdir().unwrap();
    let expected: Cells = [
        ("Alder", "Aster", Status::Dormant, 1_070),
        ("Alder", "Briar", Status::Active, 2_300),
        ("Birch", "Aster", Status::Active, 1_000),
    ]
    .map(|(cohort, supplier, status, n)| (cohort.to_owned(), supplier.to_owned(), status, n))
    .into();
    for (name, bytes) in understood() {
        let file = "a table";
        fs::write(folder.path().join(file), &bytes).unwrap();
        for key in [
            format!("stock = {{ csv = \"{file}\" }}"),
            format!("stock = {{ workbook = \"{file}\" }}"),
            String::new(),
        ] {
            let read =
                stock_of(folder.path(), file, &key).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
            assert_eq!(read, expected, "{name}");
        }
        // The same table is one of demand under another name of its last column.
        let renamed = match String::from_utf8(bytes.clone()) {
            Ok(text) => {
                text.replace("installations", "demand").replace("INSTALLATIONS", "DEMAND").into_bytes()
            }
            Err(_) => continue,
        };
        fs::write(folder.path().join(file), renamed).unwrap();
        let read = demand(&folder.path().join(file)).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
        let rows: Cells =
            read.rows.into_iter().map(|row| (row.cohort, row.supplier, row.status, row.demand)).collect();
        assert_eq!(rows, expected, "{name}");
    }
}

/// Numbers as people write them: whichever is read, all read it alike.
#[test]
fn a_number_is_a_number_to_all_or_to_none() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = [
        "12",
        "1,200",
        "12,00",
        "1,2",
        "12,34,567",
        "1,,200",
        ",5",
        "5,",
        "1 200",
        "1'200",
        "1.200",
        "12.000",
        "1.234,5",
        "1,234.0",
        "0,050",
        "1200.0",
        "1200.5",
        "1e3",
        "-",
        "-5",
        "+5",
        "#N/A",
        "~9",
        "9000000000",
        "2147483647",
        "0",
        "00",
        "1_000",
        "0x10",
        "١٢",
        "12%",
        "1.2E+05",
        "2020-09-01",
        "TRUE",
        "five",
    ];
    for number in numbers {
        for separator in [",", ";", "\t"] {
            let quoted = format!("\"{number}\"");
            let stock = csv(
                &[STOCK[0], ["Alder", "Aster", "dormant", &quoted], ["Alder", "Briar", "active", "1"]],
                separator,
            );
            fs::write(folder.path().join("stock.csv"), &stock).unwrap();
            fs::write(folder.path().join("demand.csv"), stock.replace("installations", "demand")).unwrap();
            let by_file = stock_of(folder.path(), "stock.csv", "stock = { csv = \"stock.csv\" }");
            let by_flag = stock_of(folder.path(), "stock.csv", "");
            let by_demand = demand(&folder.path().join("demand.csv"));
            let counts = |cells: Result<Cells, Problems>| cells.ok().map(|cells| cells[0].3);
            let [file, flag] = [by_file, by_flag].map(counts);
            let demand = by_demand.ok().map(|demand| demand.rows[0].demand);
            assert_eq!((file, flag), (flag, demand), "`{number}` between `{separator}`");
            let meant: Option<u32> = match number {
                "12" => Some(12),
                "1,200" if separator == ";" => None,
                "1,200" | "1 200" | "1'200" | "1200.0" => Some(1_200),
                "1,234.0" => Some(1_234),
                "1_000" => Some(1_000),
                "+5" => Some(5),
                "0" | "00" => Some(0),
                // The largest count of a row is too large for all rows together.
                _ => None,
            };
            assert_eq!(file, meant, "`{number}` between `{separator}`");
        }
    }
}

/// Dates, ramps, shares and formulas of a workbook come as what they are.
#[test]
fn cells_of_a_workbook_are_read_as_what_they_hold() {
    let workshop = Workshop::new();
    let mut book = Workbook::new();
    let dates = Format::new().set_num_format("d mmm yyyy");
    let capacity = book.add_worksheet();
    capacity.set_name("Capacity").unwrap();
    for (c, name) in ["from", "G", "ramp"].into_iter().enumerate() {
        capacity.write(2, c as u16, name).unwrap();
    }
    for (r, (day, n, ramp)) in [(7, 20.0, false), (14, 35.0, true)].into_iter().enumerate() {
        let day = ExcelDateTime::from_ymd(2020, 9, day).unwrap();
        let r = 3 + r as u32;
        capacity.write_with_format(r, 0, day, &dates).unwrap();
        capacity.write_formula(r, 1, Formula::new(format!("={n}*1")).set_result(n.to_string())).unwrap();
        capacity.write(r, 2, ramp).unwrap();
    }
    let cohorts = book.add_worksheet();
    cohorts.set_name("Cohorts").unwrap();
    let per_cent = Format::new().set_num_format("0.0%");
    for (c, name) in ["Name", "Success pct"].into_iter().enumerate() {
        cohorts.write(0, c as u16, name).unwrap();
    }
    cohorts.write(1, 0, "Alder").unwrap();
    cohorts.write_with_format(1, 1, 0.07, &per_cent).unwrap();
    cohorts.write(2, 0, "Birch").unwrap();
    cohorts.write(2, 1, 85).unwrap();
    book.save(workshop.path("plan.xlsx")).unwrap();
    let group = PLAN.replace(
        "capacity_per_day = 20",
        "capacity_per_day = { workbook = \"plan.xlsx\", sheet = \"capacity\", column = \"G\" }",
    );
    let text = group.replacen(
        "\n[programme]",
        "\nstock = [{ cohort = \"Alder\", supplier = \"Aster\", status = \"dormant\", installations = 5 }]\n[programme]",
        1,
    );
    workshop.write("plan.toml", &text);
    let set = |value: &str| Override { key: "cohort".to_owned(), value: value.to_owned() };
    let book = workshop.path("plan.xlsx#Cohorts").display().to_string();
    let model = load(&workshop.path("plan.toml"), &[set(&book)])
        .unwrap_or_else(|problems| panic!("{problems}"))
        .model;
    let known = |u: &dormouse::model::Uncertain| u.known().unwrap();
    assert!((known(&model.cohorts[0].success[0]) - 0.07).abs() < 1e-12);
    assert!((known(&model.cohorts[1].success[0]) - 0.85).abs() < 1e-12);
    let steps: Vec<_> =
        model.groups[0].capacity.steps.iter().map(|s| (s.from.0, known(&s.value), s.ramp)).collect();
    assert_eq!(steps, [(0, 20.0, false), (7, 35.0, true)]);
}

#[test]
fn a_sheet_is_named_on_the_command_line() {
    let workshop = Workshop::new();
    workshop.write("plan.toml", PLAN);
    fs::write(workshop.path("stock.xlsx"), workbook(0, 0)).unwrap();
    fs::write(workshop.path("a#b.csv"), csv(&STOCK, ";")).unwrap();
    for counts in ["stock.xlsx", "stock.xlsx#Stock", "stock.xlsx#stock", "a#b.csv"] {
        let words = format!("check plan.toml --counts {counts} --from 2020-09-08");
        let (said, _) = Case::new(&workshop, &words).run();
        assert!(said.contains("4,370: 1,070 Dormant and 3,300 Active"), "{said}");
    }
    let (_, said) =
        Case::new(&workshop, "check plan.toml --counts stock.xlsx#Stack --from 2020-09-08").exit(2).run();
    assert!(said.contains("no sheet `Stack`") && said.contains("`Stock`"), "{said}");
    let (_, said) = Case::new(&workshop, "run stock.xlsx").exit(2).run();
    assert!(said.contains("is a workbook, not a scenario"), "{said}");
}

/// A table and a flag agree on what a number is.
#[test]
fn a_flag_takes_the_numbers_of_a_table() {
    let workshop = Workshop::new();
    workshop.write("demand.csv", "supplier,status,demand\nAster,dormant,\"1,200\"\nBriar,active,900\n");
    let allocate = |capacity: &str, dmin: &str| {
        let words = ["allocate", "demand.csv", "--capacity", capacity, "--dmin", dmin];
        workshop.command(crate::command::DORMOUSE).args(words).output().unwrap()
    };
    let plain = allocate("1300", "1000");
    assert_eq!(plain.status.code(), Some(0));
    for (capacity, dmin) in [("1,300", "1,000"), ("1 300", "1'000"), ("1_300", "1000.0")] {
        assert_eq!(allocate(capacity, dmin).stdout, plain.stdout, "{capacity} {dmin}");
    }
    for not in ["1,30", "1.300,0", "0,300", "1e3", "1,300 slots", "-1", ""] {
        assert_eq!(allocate(not, "1000").status.code(), Some(2), "{not}");
    }
}

/// What a scenario is resolved to has every word in the case in which the program knows it.
#[test]
fn words_in_capitals_are_the_words_everywhere() {
    let workshop = Workshop::new();
    workshop.write(
        "plan.toml",
        &PLAN.replacen("\n[programme]", "\nstock = { csv = \"stock.csv\" }\n[programme]", 1),
    );
    workshop.write(
        "stock.csv",
        "COHORT,SUPPLIER,STATUS,STAGE,INSTALLATIONS\nAlder,Aster,Dormant,Firmware-Wait,30\n",
    );
    let scenario = load(&workshop.path("plan.toml"), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(scenario.resolved["stock"][0]["status"], "dormant");
    assert_eq!(scenario.resolved["stock"][0]["stage"], "firmware-wait");
    let warned = scenario.warnings.to_string();
    assert!(warned.contains("in the middle of an update"), "{warned}");
}

/// Rows of a further table replace those of the same cell, whatever the case of the status.
#[test]
fn a_further_table_knows_a_cell_by_its_status_in_any_case() {
    let workshop = Workshop::new();
    workshop.write("plan.toml", PLAN);
    workshop.write("first.csv", &csv(&STOCK, ","));
    workshop.write("further.csv", "Cohort;Supplier;Status;Installations\nAlder;Aster;DORMANT;70\n");
    let words = "check plan.toml --counts first.csv --counts further.csv --from 2020-09-08";
    let (said, _) = Case::new(&workshop, words).run();
    assert!(said.contains("3,370: 70 Dormant and 3,300 Active"), "{said}");
}

#[test]
fn invisible_characters_are_refused_wherever_they_come_from() {
    let workshop = Workshop::new();
    let hidden =
        ["\u{1b}]0;TITLE\u{7}\u{1b}[31mRED", "A\u{200b}ster", "A\u{202e}ster", "A\u{9b}31m", "A\u{8}ster"];
    for name in hidden {
        let escaped = name.chars().fold(String::new(), |all, c| all + &format!("\\U{:08x}", u32::from(c)));
        workshop.write("table.csv", &format!("supplier,status,demand\n{name},dormant,5\n"));
        workshop.write("supplier.toml", &PLAN.replace("Aster", &escaped));
        workshop.write(
            "question.toml",
            &PLAN.replacen("name = \"plan\"", &format!("question = \"{escaped}\""), 1),
        );
        workshop.write("key.toml", &PLAN.replacen("name = \"plan\"", &format!("\"{escaped}\" = 1"), 1));
        workshop.write("plan.toml", PLAN);
        workshop.write(
            "study.toml",
            &format!("question = \"{escaped}\"\nbaseline = \"plan.toml\"\nscenarios = [\"plan.toml\"]\n"),
        );
        let unnamed = PLAN.replacen("name = \"plan\"", "", 1);
        workshop.write(&format!("{name}.toml").replace(']', ""), &unnamed);
        let named = format!("{name}.toml").replace(']', "");
        for words in [
            vec!["allocate", "table.csv", "--capacity", "5"],
            vec!["check", "supplier.toml"],
            vec!["run", "question.toml"],
            vec!["check", "key.toml"],
            vec!["compare", "study.toml"],
            vec!["check", &named],
            vec!["check", "plan.toml", "--set", &format!("programme.area={name}")],
        ] {
            let out = workshop.command(crate::command::DORMOUSE).args(&words).output().unwrap();
            let said = String::from_utf8(out.stderr).unwrap();
            assert_eq!(out.status.code(), Some(2), "{words:?}: {said}");
            assert!(out.stdout.is_empty(), "{words:?}");
            assert!(said.contains("an invisible character"), "{words:?}: {said}");
            let raw = |c: char| c != '\n' && c.is_control();
            assert!(!said.contains(raw), "{words:?}: {said:?}");
        }
    }
}

/// What is said does not grow with the number of problems, nor with the length of a name.
#[test]
fn many_problems_are_shown_briefly() {
    let workshop = Workshop::new();
    workshop.write("plan.toml", PLAN);
    let check = |what: &str| {
        let words = format!("check plan.toml --set stock={what}");
        Case::new(&workshop, &words).exit(2).run().1
    };
    let head = "cohort,supplier,status,installations\n";
    let rows = (0..20_000).fold(head.to_owned(), |all, n| all + &format!("Alder,Nobody {n},dormant,5\n"));
    workshop.write("unknown.csv", &rows);
    let said = check("unknown.csv");
    assert!(said.contains("19,980 more of the same kind: there is no supplier"), "{said}");
    assert!(said.contains("20,000 problems in plan.toml") && said.len() < 10_000, "{}", said.len());
    let twice = (0..20_000).fold(head.to_owned(), |all, _| all + "Alder,Aster,dormant,5\n");
    workshop.write("twice.csv", &twice);
    assert!(check("twice.csv").len() < 20_000);
    let columns =
        (0..20_000).fold("cohort,supplier,status,installations".to_owned(), |all, n| all + &format!(",c{n}"));
    workshop.write("wide.csv", &format!("{columns}\nAlder,Aster,dormant,4\n"));
    let said = check("wide.csv");
    assert!(said.contains("more of the same kind: unknown column") && said.len() < 20_000, "{}", said.len());
    workshop.write("long.csv", &format!("{head}Alder,{},dormant,5\n", "x".repeat(10_000_000)));
    let said = check("long.csv");
    assert!(said.contains("there is no supplier `xxx") && said.len() < 5_000, "{}", said.len());
}
