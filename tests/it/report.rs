//! The report: what it must hold as a page, that its numbers are those of the files, and that it claims no more than they do.

use std::collections::{BTreeMap, BTreeSet};

use calamine::{DataType, Ods, Reader, Xlsx};

use crate::command::{Case, Workshop};

/// A study of two scenarios that differ, its results in `results/study`, its report in `report.html`.
fn reported(workshop: &Workshop, study: &str) -> String {
    workshop.write(
        "existing.toml",
        "extends = \"scenarios/reference/every-key.toml\"\nname = \"existing\"\nfirmware.policy = \"existing\"\n",
    );
    workshop.write(
        "copy.toml",
        "extends = \"existing.toml\"\nname = \"copy\"\n[[assumption]]\nabout = \"a <script>\"\nvalue = \"1\"\nsource = \"us\"\nquality = \"assumed\"\n",
    );
    workshop.write("study.toml", study);
    Case::new(workshop, "compare study.toml -q -o results/study").run();
    Case::new(workshop, "report results/study -q").run();
    workshop.read("report.html")
}

const STUDY: &str = "question = \"Is <b>early</b> better, & 'how'?\"\nbaseline = \"existing.toml\"\nscenarios = [\"scenarios/reference/every-key.toml\", \"copy.toml\"]\nreplications = 40\nlayer_runs = 120\n[grid]\nreplications = 6\n[[grid.axis]]\nname = \"notice [days]\"\nkey = \"cohort_defaults.notice_days\"\nvalues = [7, 14]\n[sensitivity]\nreplications = 6\n[[sensitivity.axis]]\nname = \"slots\"\nkey = \"programme.capacity_factor\"\nvalues = [0.05, 2]\nlabels = [\"few\", \"twice\"]\n";

/// The texts between each pair of marks.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Vec<&'t str> {
    text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

#[test]
fn a_report_is_one_page_that_holds_together() {
    let workshop = Workshop::new();
    let page = reported(&workshop, STUDY);
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert!(page.contains("Content-Security-Policy\" content=\"default-src 'none';"));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0];
    assert!(!policy.contains("unsafe") && policy.matches("'sha256-").count() == 2, "{policy}");
    for inline in [" style=\"", " onclick=", " onload=", "javascript:"] {
        assert!(!page.contains(inline), "the policy would refuse {inline}");
    }
    for fetched in ["src=", "url(", "@import", "<link", "http:", "https:"] {
        let allowed = if fetched == "http:" { page.matches("http://www.w3.org/2000/svg").count() } else { 0 };
        assert_eq!(page.matches(fetched).count(), allowed, "{fetched}");
    }
    assert!(!page.contains("<b>early") && !page.contains("a <script>"), "names are words");
    assert!(
        page.contains("&lt;b&gt;early&lt;/b&gt; better, &amp; &#39;how&#39;")
            && page.contains("a &lt;script&gt;")
    );

    assert!(
        page.contains(" other sets of values tried."),
        "the first screen says under how many values it holds"
    );
    assert!(page.contains("dormouse compare study.toml --replications 40 --layer-runs 120 -o results/study"));
    assert!(page.contains("to values that the study chose; they are not a range of what is likely"));
    assert!(!page.contains("no value not migrated"), "without an obligation nobody misses it");
    let titles: Vec<&str> =
        between(&page, "-h\">\n<h2 id=\"", "</h2>").iter().map(|h| h.rsplit("\">").next().unwrap()).collect();
    assert_eq!(
        titles[..8],
        [
            "Summary",
            "Why the plans differ",
            "Who gains and who pays",
            "When the work is done",
            "What would change the answer",
            "How the model fits what happened",
            "What the model leaves out",
            "Assurance",
        ]
    );
    assert!(titles[8..].iter().all(|title| title.starts_with("Annex ")), "{titles:?}");
    let levels: Vec<u32> = between(&page, "<h", ">").iter().filter_map(|tag| tag[..1].parse().ok()).collect();
    assert_eq!((levels[0], levels.iter().filter(|level| **level == 1).count()), (1, 1));
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "no level is left out: {levels:?}");

    let ids = between(&page, " id=\"", "\"");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "every id once");
    let named = ["aria-labelledby=\"", "aria-describedby=\"", "data-of=\""];
    let named = named.iter().flat_map(|mark| between(&page, mark, "\"")).flat_map(str::split_whitespace);
    let addressed = between(&page, "href=\"#", "\"");
    for id in named.chain(addressed) {
        assert!(known.contains(id), "nothing goes by `{id}`");
    }

    let figures = between(&page, "<figure id=", "</figure>");
    assert_eq!(figures.len(), 11);
    for (n, figure) in (1..).zip(figures) {
        let title = between(figure, "<h3", "</h3>")[0];
        assert!(
            title.contains(&format!("Figure {n}: ")) && title.split_whitespace().count() <= 18,
            "{title}"
        );
        for part in [
            "<svg",
            "<title",
            "<details>",
            "data:text/csv",
            "Source: dormouse",
            "in words and numbers</summary>\n<p>",
        ] {
            assert!(figure.contains(part), "figure {n} lacks {part}");
        }
    }
}

/// What a person reads, as a number; days as their ISO form.
fn read_back(text: &str) -> Result<(f64, f64), String> {
    if let Ok(day) = jiff::civil::Date::strptime("%d %b %Y", text) {
        return Err(day.to_string());
    }
    let text = text.strip_suffix('%').unwrap_or(text);
    let (digits, scale) = text.strip_suffix(" million").map_or((text, 1.0), |digits| (digits, 1e6));
    let digits = digits.replace(',', "");
    // Digits after the point are told; zeros at the end of a whole number may be rounded away.
    let last = match digits.split_once('.') {
        Some((_, after)) => -i32::try_from(after.len()).unwrap(),
        None => i32::try_from(digits.len() - digits.trim_end_matches('0').len().max(1)).unwrap(),
    };
    let value = digits.parse::<f64>().map_err(|_| text.to_owned())?;
    Ok((value * scale, scale * 10.0_f64.powi(last)))
}

#[test]
fn every_number_is_that_of_its_file_after_rounding() {
    let workshop = Workshop::new();
    let page = reported(&workshop, STUDY);
    let mut cells = BTreeSet::new();
    for (name, bytes) in workshop.files("results/study") {
        if name.split('.').next_back() == Some("csv") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            reader.records().for_each(|row| cells.extend(row.unwrap().iter().map(str::to_owned)));
        }
    }
    let numbers = between(&page, "<data value=\"", "</data>");
    assert!(numbers.len() > 300, "{} numbers", numbers.len());
    let mut seen = BTreeMap::new();
    for number in numbers {
        let (exact, told) = number.split_once("\">").unwrap();
        assert!(cells.contains(exact), "{exact} is in no file");
        *seen.entry(exact.parse::<f64>().is_ok()).or_insert(0) += 1;
        match read_back(told) {
            Err(words) => assert_eq!(words, exact),
            Ok((value, unit)) => {
                let x: f64 = exact.parse().unwrap();
                // A lower end leaves "million" to the upper one beside it.
                // Words say which way a difference goes, so its size stands without a sign.
                let fits = [1.0, 1e6].iter().any(|scale| {
                    let near = |x: f64| (x - value * scale).abs() <= 0.500_001 * unit * scale;
                    near(x) || near(x.abs())
                });
                assert!(fits, "{told} is not {exact}");
            }
        }
    }
    assert!(seen[&true] > 200 && seen[&false] > 20, "numbers and days: {seen:?}");
}

/// Every item of STRESS-DES has its number, its name, and something that the study or the model fills it with.
#[test]
fn every_item_of_stress_des_is_filled() {
    let workshop = Workshop::new();
    let page = reported(&workshop, STUDY);
    let annex = between(&page, "<section id=\"stress\"", "</section>")[0];
    let items: Vec<(&str, &str)> =
        annex.split("<h3>").skip(1).map(|item| item.split_once("</h3>").unwrap()).collect();
    let numbers: Vec<&str> = items.iter().map(|(title, _)| title.split(' ').next().unwrap()).collect();
    assert_eq!(
        numbers,
        [
            "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5",
            "3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1",
        ]
    );
    let words = |html: &str| {
        let texts = html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
        texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    for (title, body) in &items {
        let text = words(&format!("<p>{body}"));
        assert!(text.split(' ').count() > 12, "{title} is empty: {text}");
        assert!(
            !text.contains("not recorded") && !text.contains(" : ") && !text.contains("  "),
            "{title}: {text}"
        );
    }
    let of = |number: &str| {
        words(&format!("<p>{}", items.iter().find(|(title, _)| title.starts_with(number)).unwrap().1))
    };
    // What this study states, and what it does not, is seen where a reader looks for it.
    assert!(
        of("1.1").contains("better, &amp; &#39;how&#39;") && of("1.1").contains("not stated by the study")
    );
    assert!(
        of("1.3").contains("Why these combinations: not stated by the study.")
            && of("1.3").contains("notice [days] 7, 14 every combination")
    );
    assert!(of("2.1 ").contains("Excluded: no radio link") && items[3].1.contains("<svg"));
    assert!(of("2.4").contains("quota(k) = amount x demand(k)"));
    for said in ["rustc 1.", "clap 4.", "jiff 1."] {
        assert!(of("5.1").contains(said), "{said}: {}", of("5.1"));
    }
    assert!(of("5.2").contains("Philox2x64") && of("5.2").contains("xoshiro256++"));
    assert!(of("5.4").contains("Run time") && of("5.4").contains("Threads used"));
    let model = workshop.read("results/study/manifest.json");
    let model: serde_json::Value = serde_json::from_str(&model).unwrap();
    for cohort in model["resolved"][0]["cohort"].as_array().unwrap() {
        assert!(of("3.3").contains(cohort["name"].as_str().unwrap()));
    }
}

/// Of two scenarios against each other the one avoids what it avoids against the baseline, less what the other does.
#[test]
fn scenarios_are_also_held_against_each_other() {
    let workshop = Workshop::new();
    let page = reported(&workshop, STUDY);
    let table = |name: &str| {
        let text = workshop.read(&format!("results/study/{name}.csv"));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|row| header.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect());
        rows.collect::<Vec<BTreeMap<String, String>>>()
    };
    let pairs = table("pairs");
    assert_eq!(pairs.len(), 1);
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let against_baseline = |scenario: &str, kpi: &str, column: &str| {
        let is = |row: &&BTreeMap<String, String>| {
            row["scenario"] == scenario
                && row["kpi"] == kpi
                && ["whole", "status"].contains(&row["scope_kind"].as_str())
                && ["all", "active"].contains(&row["scope"].as_str())
        };
        number(table("difference").iter().find(is).unwrap(), column)
    };
    let [one, other] = ["scenario", "against"].map(|column| pairs[0][column].as_str());
    for (ours, kpi) in [
        ("dormant_days_avoided", "dormant_days_avoided"),
        ("active_days_waited_more", "active_days_since_entry"),
    ] {
        let expected = against_baseline(one, kpi, "difference") - against_baseline(other, kpi, "difference");
        assert!((number(&pairs[0], ours) - expected).abs() < 1e-3, "{ours}: {pairs:?}, expected {expected}");
    }
    assert!(number(&pairs[0], "lower") < number(&pairs[0], "upper"));
    assert!(page.contains("The scenarios against each other, under the same random draws"));
}

#[test]
fn the_same_results_give_the_same_report() {
    let workshop = Workshop::new();
    let page = reported(&workshop, STUDY);
    Case::new(&workshop, "report results/study -q -o again/report.html").run();
    // Only the command that makes it again names where it lies.
    assert_eq!(workshop.read("again/report.html").replace("again/report.html", "report.html"), page);
    Case::new(&workshop, "report results/study -q --format md -o md/report.md").run();
    let text = workshop.read("md/report.md");
    for figure in between(&text, "](report-", ")") {
        assert!(workshop.path(&format!("md/report-{figure}")).exists(), "{figure}");
    }
    assert_eq!(between(&text, "\n### Figure ", "\n").len(), 11);
    assert!(text.contains("\\<b\\>early\\</b\\>"));
}

#[test]
fn where_nothing_differs_nothing_is_claimed() {
    let workshop = Workshop::new();
    let study = "question = \"Is a copy better?\"\nbaseline = \"existing.toml\"\nscenarios = [\"copy.toml\"]\nreplications = 20\n[grid]\n";
    let page = reported(&workshop, study);
    let lead = between(&page, "<p class=\"lead\">", "</p>")[0];
    assert!(lead.contains("changes no Dormant days compared with "), "{lead}");
    assert!(page.contains("has the same inputs as the baseline."));
    let page = page.split(" class=\"annex\"").next().unwrap();
    for claim in [
        "avoids Dormant days",
        "avoid enough",
        "earlier",
        "fewer Dormant days",
        "forward to",
        ": better",
        "<td>better",
    ] {
        assert!(!page.contains(claim), "claims `{claim}`");
    }
}

#[test]
fn a_brief_is_the_answer_one_figure_and_what_could_change_it() {
    let workshop = Workshop::new();
    let whole = reported(&workshop, STUDY);
    Case::new(&workshop, "report results/study --format brief -q").run();
    let brief = workshop.read("brief.html");
    let part = |page: &str, open, close| between(page, open, close)[0].to_owned();
    for (open, close) in
        [("<h1>", "</h1>"), ("<p class=\"lead\">", "</p>"), ("<dl class=\"tiles\">", "</dl>")]
    {
        assert_eq!(part(&brief, open, close), part(&whole, open, close));
    }
    assert_eq!(brief.matches("<figure").count(), 1);
    assert_eq!(between(&brief, "</figure>", "</ul>")[0].matches("<li>").count(), 5);
    assert!(!brief.contains("<script") && !brief.contains("see Assumptions"));
    assert!(brief.contains("dormouse report results/study --format brief -o brief.html"));
}

/// A cell of a workbook as a test compares it: days as the date of its file.
fn held(cell: &calamine::Data) -> Option<String> {
    let date = |day: i64| {
        jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(day)).unwrap().to_string()
    };
    match cell {
        calamine::Data::Float(x) => Some(x.to_string()),
        calamine::Data::Int(x) => Some(x.to_string()),
        #[expect(clippy::cast_possible_truncation, reason = "days are whole numbers")]
        calamine::Data::DateTime(day) => Some(date(day.as_f64() as i64)),
        calamine::Data::DateTimeIso(day) => Some(day.split('T').next().unwrap().to_owned()),
        _ => None,
    }
}

/// The sheets of a workbook, and every number and day of its tables, row by row in the order of the files.
fn check_workbook<R: std::io::Read + std::io::Seek, B: Reader<R>>(workshop: &Workshop, mut book: B)
where
    B::Error: std::fmt::Debug,
{
    let names = book.sheet_names();
    assert_eq!(
        names,
        [
            "Summary",
            "Contact and assurance",
            "Contents",
            "Notes",
            "Outcomes",
            "Days of completion",
            "Differences",
            "Scenarios compared",
            "Where the spread comes from",
            "Ranking",
            "Combinations tried",
            "Values tried one at a time",
            "Assumptions",
            "Measures"
        ]
    );
    let listed = book.worksheet_range("Contents").unwrap();
    assert_eq!(listed.rows().skip(3).map(|row| row[0].to_string()).collect::<Vec<_>>(), names[4..]);
    let summary = book.worksheet_range("Summary").unwrap();
    let ranges = summary.rows().skip_while(|row| row[0] != "Range").skip(1);
    assert_eq!(ranges.filter(|row| held(&row[1]).is_some() && held(&row[2]).is_some()).count(), 3);
    for name in &names {
        let sheet = book.worksheet_range(name).unwrap();
        assert_eq!(sheet.start(), Some((0, 0)), "{name} begins in its first cell");
        let first_row_of_table = if name == "Notes" { usize::MAX } else { 3 };
        for (at, row) in sheet.rows().enumerate() {
            let used =
                if at >= first_row_of_table && row.len() > 1 && !row[1].is_empty() { row.len() } else { 1 };
            assert!(row[..used].iter().all(|cell| !cell.is_empty()), "{name}: an empty cell in row {at}");
        }
        for row in sheet.rows() {
            for code in ["gate_or_epcl", "TRUE", "FALSE", "fewer-days", "supplier_size", "kpi"] {
                assert!(!row.iter().any(|cell| *cell == code), "{name}: the code {code}");
            }
        }
    }
    let mut numbers = 0;
    for (name, file) in [
        ("Outcomes", "summary"),
        ("Days of completion", "summary"),
        ("Differences", "difference"),
        ("Scenarios compared", "pairs"),
        ("Where the spread comes from", "spread"),
        ("Ranking", "ranking"),
        ("Combinations tried", "fig-grid"),
        ("Values tried one at a time", "fig-sensitivity"),
    ] {
        let text = workshop.read(&format!("results/study/{file}.csv"));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let unit = header.iter().position(|column| column == "unit");
        let wanted = |row: &csv::StringRecord| {
            file != "summary" || (&row[unit.unwrap()] == "date") == (name == "Days of completion")
        };
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).filter(wanted).collect();
        let is_number = |cell: &str| cell.is_empty() || cell.parse::<f64>().is_ok();
        let is_day = |cell: &str| cell.is_empty() || cell.parse::<jiff::civil::Date>().is_ok();
        // A column has one type: of numbers or of days where every cell is, else of words.
        let counted: Vec<bool> = (0..header.len())
            .map(|at| rows.iter().all(|row| is_number(&row[at])) || rows.iter().all(|row| is_day(&row[at])))
            .collect();
        let sheet = book.worksheet_range(name).unwrap();
        assert_eq!(sheet.rows().count(), rows.len() + 4, "{name}");
        for (shown, row) in sheet.rows().skip(4).zip(&rows) {
            let expected: Vec<String> = row
                .iter()
                .zip(&counted)
                .filter(|(cell, counted)| **counted && !cell.is_empty())
                .map(|(cell, _)| cell.parse::<f64>().map_or_else(|_| cell.to_owned(), |x| x.to_string()))
                .collect();
            let shown: Vec<String> = shown.iter().filter_map(held).collect();
            assert_eq!(shown, expected, "{name}");
            numbers += shown.len();
        }
    }
    assert!(numbers > 2_000, "{numbers}");
}

#[test]
fn workbooks_of_both_kinds_hold_every_number_of_the_tables() {
    let workshop = Workshop::new();
    reported(&workshop, STUDY);
    for (format, name) in [("xlsx", "report.xlsx"), ("ods", "report.ods")] {
        Case::new(&workshop, &format!("report results/study --format {format} -q")).run();
        let bytes = std::fs::read(workshop.path(name)).unwrap();
        let by_its_ending = format!("ending.{}", format.to_uppercase());
        Case::new(&workshop, &format!("report results/study -o {by_its_ending} -q")).run();
        assert_eq!(std::fs::read(workshop.path(&by_its_ending)).unwrap().len() / 100, bytes.len() / 100);
        Case::new(&workshop, &format!("report results/study --format {format} -q --force")).run();
        assert!(std::fs::read(workshop.path(name)).unwrap() == bytes, "the same bytes");
    }
    let mut book: Xlsx<_> = calamine::open_workbook(workshop.path("report.xlsx")).unwrap();
    book.load_tables().unwrap();
    assert_eq!(book.table_names().len(), 13, "every table is marked up: {:?}", book.table_names());
    check_workbook(&workshop, book);
    let book: Ods<_> = calamine::open_workbook(workshop.path("report.ods")).unwrap();
    check_workbook(&workshop, book);
    // A reader of the format knows it by its first bytes, and finds the language and the marked-up tables.
    let bytes = std::fs::read(workshop.path("report.ods")).unwrap();
    assert!(bytes[30..].starts_with(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"));
}

#[test]
fn what_cannot_be_reported_says_so_and_nothing_is_overwritten() {
    let workshop = Workshop::new();
    reported(
        &workshop,
        "question = \"?\"\nbaseline = \"existing.toml\"\nscenarios = [\"copy.toml\"]\nreplications = 8\n[grid]\n",
    );
    let said = |command: &str, exit| Case::new(&workshop, command).exit(exit).run().1;
    Case::new(&workshop, "run existing.toml -q -o results/one").run();
    assert!(said("report results/one", 2).contains("holds single draws; expected replications"));
    assert!(said("report nowhere", 2).contains("is not a results folder of dormouse"));
    assert!(said("report study2.toml", 2).contains("run `dormouse compare study2.toml` first"));
    assert!(said("chart results/study wait", 2).contains("holds replications"));
    assert!(said("explain results/study --day 2020-09-01", 2).contains("holds replications"));
    workshop.write("report.html", "mine");
    said("report results/study", 2);
    assert_eq!(workshop.read("report.html"), "mine");
    Case::new(&workshop, "report results/study --force -q").run();
    assert!(workshop.read("report.html").starts_with("<!DOCTYPE html>"));
    workshop.write("results/study/summary.csv", "changed");
    assert!(said("report results/study --force", 2).contains("is not as the run wrote it"));
}

/// The tutorial leaves nothing to chance and assumes nothing: its register is empty.
#[test]
fn a_scenario_without_assumptions_can_be_reported_in_every_format() {
    let workshop = Workshop::new();
    Case::new(&workshop, "run scenarios/tutorial/early.toml --replications 3 -q -o r").run();
    for file in ["report.html", "report.md", "brief.html --format brief", "report.xlsx", "report.ods"] {
        Case::new(&workshop, &format!("report r -q -o {file}")).run();
    }
}
