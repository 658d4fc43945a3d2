//! From a trace to findings, files and figures.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fixture;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dormouse::chart::{self, Figure};
use dormouse::findings::{Change, Difference, Dimension, Findings, Scope, Value, kpi};
use dormouse::model::{Day, Model, Status};
use dormouse::output::{self, Extra, OutputError, Provenance, Run, SourceFile};
use dormouse::trace::{Slots, Trace};
use fixture::Spec;
use jiff::civil::Date;
use serde_json::Value as Json;

fn run(spec: &Spec) -> (Model, Trace) {
    let model = fixture::model(spec);
    let trace = fixture::trace(&model, spec);
    (model, trace)
}

fn findings(spec: &Spec) -> Findings {
    let (model, trace) = run(spec);
    Findings::of(&model, &trace)
}

fn caption() -> chart::Caption {
    chart::Caption::new(vec![("base".to_owned(), "3f2a9c1e8b1d77aa".to_owned())])
}

fn early() -> Spec {
    Spec { name: "early", entries: [10, 40, 90], ..Spec::default() }
}

#[test]
fn dormant_days_lost_are_the_stock_left_at_each_days_end_and_every_split_sums_to_it() {
    let (model, trace) = run(&Spec::default());
    let days = Findings::of(&model, &trace).dormant_days;
    let by_day: u64 = trace.days.iter().map(|d| d.stages[0].unmigrated() + d.stages[0].excluded()).sum();
    assert_eq!(days.total, by_day);
    for by in Dimension::ALL {
        assert_eq!(days.by(by).iter().map(|p| p.days).sum::<u64>(), days.total, "{by:?}");
    }
    let routes: Vec<&str> = days.by(Dimension::Route).iter().map(|p| p.name.as_str()).collect();
    assert_eq!(routes, ["MT/SIT", "DMCT tested", "DMCT on equivalence"]);
    let sizes: Vec<&str> = days.by(Dimension::SupplierSize).iter().map(|p| p.name.as_str()).collect();
    assert_eq!(
        sizes,
        ["large", "medium"],
        "shares are 94%, 5% and 2%: large, medium, medium; nobody is small"
    );
}

#[test]
fn completion_is_the_first_day_that_reaches_a_share_of_what_is_migratable() {
    let (model, trace) = run(&Spec::default());
    let found = Findings::of(&model, &trace);
    assert_eq!(found.dormant.migratable, 4_800);
    let half = trace.days.iter().position(|d| d.stages[0].migrated >= 2_400).unwrap();
    assert_eq!(found.dormant.days[0], Value::Date(model.calendar.date(Day(i32::try_from(half).unwrap()))));
    assert_eq!(found.dormant.plan_met, Value::Flag(true));
    assert_eq!(found.all.days[4], Value::NotByEnd);
    assert_eq!(found.all.plan_met, Value::Flag(false));
}

#[test]
fn a_run_in_which_nothing_migrates_has_no_dates_and_says_so() {
    let found = findings(&Spec { entries: [900; 3], plan: None, ..Spec::default() });
    assert_eq!(found.dormant.days, [Value::NotByEnd; 5]);
    assert_eq!(found.dormant.plan_met.note(), "the scenario has no plan date");
    assert_eq!(found.utilisation.no_usable_demand, found.utilisation.offered);
    assert!(
        found.measures().iter().all(|m| m.kpi.unit != "%" || m.value.number().is_none_or(f64::is_finite))
    );
}

#[test]
fn offered_capacity_is_accounted_for_to_the_slot() {
    let used = findings(&Spec::default()).utilisation;
    let parts = used.succeeded + used.failed + used.unused + used.idle_by_rule + used.no_usable_demand;
    assert_eq!(used.offered, parts);
    assert_eq!(used.offered, 200 * used.migration_days);
}

#[test]
fn throughput_by_week_and_by_day_agree() {
    let flow = findings(&Spec::default()).throughput;
    for status in 0..2 {
        let weeks: u64 = flow.weeks.iter().map(|w| w.migrated[status]).sum();
        let days: u64 = flow.days.iter().map(|d| d.migrated[status]).sum();
        assert_eq!([weeks, days], [flow.migrated[status]; 2]);
    }
    let five: u64 = flow.days[30..35].iter().flat_map(|d| d.migrated).sum();
    assert_eq!(flow.days[34].trailing_sum, Some(five));
    assert_eq!((flow.days[3].trailing_sum, flow.days[4].trailing_sum.is_some()), (None, true));
}

#[test]
fn active_impact_counts_what_migrated_by_each_obligation() {
    let (model, trace) = run(&Spec::default());
    let active = Findings::of(&model, &trace).active;
    let of_supplier = |day: &[[Slots; 2]]| u64::from(day[0][Status::Active as usize].succeeded);
    let by_day: u64 = trace.suppliers_by_day().take(121).map(of_supplier).sum();
    assert_eq!((active.obligations.len(), active.obligations[0].migrated), (1, by_day));
    assert_eq!(active.obligations[0].migratable, 9_000);
}

#[test]
fn service_is_relative_to_the_whole_and_the_longest_wait_is_in_migration_days() {
    let found = findings(&Spec::default());
    let ratios: Vec<f64> = found.suppliers.iter().map(|s| s.ratio.number().unwrap()).collect();
    assert!(ratios[0] < 1.05 && ratios.iter().all(|r| *r > 0.5), "{ratios:?}");
    // The last supplier stands behind two others in every queue of the fixture.
    assert!(found.suppliers[2].longest_without_slot > found.suppliers[0].longest_without_slot);
}

#[test]
fn a_difference_has_the_right_sign_and_its_parts_sum_to_the_whole() {
    let (base, other) = (findings(&Spec::default()), findings(&early()));
    let difference = Difference::between(&base, &other);
    assert!(difference.avoided > 0);
    for by in Dimension::ALL {
        assert_eq!(difference.by(by).iter().map(|p| p.1).sum::<i64>(), difference.avoided, "{by:?}");
    }
    let lost = difference
        .kpis
        .iter()
        .find(|k| k.kpi == kpi::DORMANT_DAYS_LOST && k.scope == Scope::whole())
        .unwrap();
    assert_eq!(lost.change, Change::Count(-difference.avoided));
    let half = difference.kpis.iter().find(|k| k.kpi == kpi::COMPLETION_50).unwrap();
    assert!(matches!(half.change, Change::Days(days) if days < 0), "{half:?}");
    assert_eq!(Difference::between(&base, &base).avoided, 0);
    assert_eq!(difference.bound, 0, "in the fixture firmware opens on entry and takes no time");
}

#[test]
fn measures_have_unique_names_and_scopes() {
    let measures = findings(&Spec::default()).measures();
    let names: BTreeSet<_> =
        measures.iter().map(|m| (m.kpi.id, m.scope.kind, m.scope.member.clone())).collect();
    assert_eq!(names.len(), measures.len());
    let ids: BTreeSet<_> = kpi::ALL.iter().map(|k| k.id).collect();
    assert_eq!(ids.len(), kpi::ALL.len());
}

// Files

fn provenance() -> Provenance {
    Provenance {
        scenario_path: "scenarios/base.toml".to_owned(),
        files: vec![SourceFile {
            path: "/somewhere/private/stock.csv".to_owned(),
            sha256: "00".to_owned(),
            bytes: 9,
        }],
        resolved: serde_json::json!({ "seed": 7 }).into(),
        overrides: vec![("seed".to_owned(), "7".to_owned())],
        warnings: vec!["no input is uncertain".to_owned()],
    }
}

fn write(dir: &Path, force: bool, spec: &Spec) -> Result<output::Written, OutputError> {
    let (model, trace) = run(spec);
    let (findings, provenance) = (Findings::of(&model, &trace), provenance());
    let run = Run { model: &model, provenance: &provenance, trace: &trace, findings: &findings, extras: &[] };
    output::write(&output::reserve(dir, force)?, &run)
}

fn records(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    reader.records().map(Result::unwrap).collect()
}

fn column(records: &[csv::StringRecord], name: &str) -> usize {
    records[0]
        .iter()
        .position(|n| n == name)
        .unwrap_or_else(|| panic!("no column {name} in {:?}", records[0]))
}

fn sum(records: &[csv::StringRecord], name: &str) -> u64 {
    let at = column(records, name);
    records[1..].iter().map(|r| r[at].parse::<u64>().unwrap_or(0)).sum()
}

#[test]
fn a_results_folder_holds_tidy_tables_that_agree_with_each_other() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("results/base");
    let written = write(&dir, false, &Spec::default()).unwrap();
    let found = findings(&Spec::default());
    for file in written.files.iter().filter(|f| f.rsplit('.').next() == Some("csv")) {
        let text = fs::read_to_string(dir.join(file)).unwrap();
        assert!(
            text.ends_with("\r\n")
                && !text.starts_with('\u{feff}')
                && !text.replace("\r\n", "").contains('\n')
        );
        let all = records(&dir.join(file));
        let header: BTreeSet<&str> = all[0].iter().collect();
        assert_eq!(header.len(), all[0].len(), "{file}: columns are unique");
        let snake =
            |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        // A name says what, or what of which kind of thing and of which of them.
        let well_named = |name: &&str| {
            let parts: Vec<&str> = name.split('/').collect();
            matches!(parts.len(), 1 | 3) && parts.iter().take(2).all(|part| snake(part))
        };
        assert!(header.iter().all(well_named), "{file}: {header:?}");
        assert!(all.len() > 1, "{file} has rows");
    }
    let total = found.throughput.migrated.iter().sum::<u64>();
    assert_eq!(sum(&records(&dir.join("weekly.csv")), "migrated_installations"), total);
    assert_eq!(sum(&records(&dir.join("suppliers.csv")), "succeeded_installations"), total);
    let daily = records(&dir.join("daily.csv"));
    assert_eq!(sum(&daily, "dormant_migrated_today_installations"), found.throughput.migrated[0]);
    assert_eq!(daily.len(), 201);
    assert_eq!(&daily[1][0], "2020-07-01");
    let cohorts = records(&dir.join("cohorts.csv"));
    let waited = ["excluded", "retrying", "gate_or_epcl", "firmware", "notice", "queueing"];
    let lost: u64 =
        waited.iter().map(|c| sum(&cohorts, &format!("dormant_waited_{c}_installation_days"))).sum();
    assert_eq!(lost, found.dormant_days.total);
    let assumptions = fs::read_to_string(dir.join("assumptions.csv")).unwrap();
    assert!(assumptions.contains("\"made up, \"\"by hand\"\"\",,assumed,'=not a formula"), "{assumptions}");
}

#[test]
fn the_manifest_lists_every_file_with_its_fingerprint_and_no_private_path() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("r");
    let written = write(&dir, false, &Spec::default()).unwrap();
    let text = fs::read_to_string(dir.join("manifest.json")).unwrap();
    let manifest: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(manifest["schema"], output::SCHEMA);
    assert_eq!(manifest["seed"], 7);
    assert_eq!(manifest["scenario"]["overrides"][0]["key"], "seed");
    assert_eq!(manifest["resolved"]["seed"], 7);
    assert_eq!(manifest["checks"]["slots_by_day"], 200);
    assert_eq!(manifest["assumptions"][0]["quality"], "assumed");
    assert_eq!(manifest["files"].as_array().unwrap().len() + 1, written.files.len());
    assert!(manifest["files"].as_array().unwrap().iter().all(|f| f["sha256"].as_str().unwrap().len() == 64));
    assert!(!text.contains("private"), "of an absolute path only the file name is kept");
}

#[test]
fn the_same_run_writes_the_same_bytes() {
    let temporary = tempfile::tempdir().unwrap();
    let dirs = ["a", "deeper/b"].map(|name| temporary.path().join(name));
    let written = dirs.each_ref().map(|dir| write(dir, false, &Spec::default()).unwrap().files);
    assert_eq!(written[0], written[1]);
    for file in &written[0] {
        assert_eq!(fs::read(dirs[0].join(file)).unwrap(), fs::read(dirs[1].join(file)).unwrap(), "{file}");
    }
}

#[test]
fn nothing_of_anybodys_is_ever_replaced() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("r");
    let spec = Spec::default();
    fs::create_dir(&dir).unwrap();
    write(&dir, false, &spec).expect("an empty folder may be filled");
    assert!(matches!(write(&dir, false, &spec), Err(OutputError::Exists(_))));
    write(&dir, true, &early()).expect("our own folder may be replaced");
    fs::write(dir.join("notes.txt"), "mine").unwrap();
    let error = write(&dir, true, &spec).unwrap_err();
    assert!(matches!(&error, OutputError::Stranger { file, .. } if file == "notes.txt"), "{error}");
    assert!(
        fs::read_to_string(dir.join("summary.csv")).unwrap().contains("early"),
        "the old results still stand"
    );

    let foreign = temporary.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("manifest.json"), "{\"schema\": \"other\", \"files\": []}").unwrap();
    assert!(matches!(write(&foreign, true, &spec), Err(OutputError::NotOurs(_))));
    assert!(matches!(write(&foreign.join("manifest.json"), true, &spec), Err(OutputError::NotAFolder(_))));
    let left: BTreeSet<_> = fs::read_dir(temporary.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary folder is left behind: {left:?}");
}

#[test]
fn a_comparison_writes_a_folder_a_run_and_what_sets_them_apart() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = temporary.path().join("r");
    let made = [Spec::default(), early()].map(|spec| run(&spec));
    let found = made.each_ref().map(|(model, trace)| Findings::of(model, trace));
    let provenance = provenance();
    let runs: Vec<Run> = made
        .iter()
        .zip(&found)
        .map(|((model, trace), findings)| Run {
            model,
            provenance: &provenance,
            trace,
            findings,
            extras: &[],
        })
        .collect();
    let extras = [Extra { name: "fig.svg".to_owned(), bytes: b"<svg/>".to_vec() }];
    let write = |dir: &Path, force, runs: &[Run]| {
        output::write_comparison(&output::reserve(dir, force)?, runs, &extras)
    };
    write(&dir, false, &runs).unwrap();
    write(&dir, true, &runs).expect("a comparison knows its own folders again");
    assert!(dir.join("early/daily.csv").exists() && dir.join("fig.svg").exists());
    let differences = records(&dir.join("difference.csv"));
    let avoided = Difference::between(&found[0], &found[1]).avoided;
    assert_eq!(&differences[1][2], "dormant_days_avoided");
    let difference = column(&differences, "difference");
    assert_eq!(&differences[1][difference], format!("{avoided}.0000").as_str());
    let text = fs::read_to_string(dir.join("comparison.txt")).unwrap();
    assert!(text.contains("Dormant days avoided, early against base"), "{text}");
    assert!(text.contains("One draw, not a forecast") && text.contains("installation-days"), "{text}");
    let twins = [runs[0], runs[0]];
    let error = write(&temporary.path().join("t"), false, &twins).unwrap_err();
    assert!(matches!(error, OutputError::SameName(_)));
}

// Figures

fn figures(spec: &Spec) -> [Figure; 2] {
    let (model, trace) = run(spec);
    let findings = Findings::of(&model, &trace);
    [chart::throughput(&chart::Flow::of(&model, &findings), &caption()), scurve(&model, &trace)]
}

fn scurve(model: &Model, trace: &Trace) -> Figure {
    chart::scurve(&chart::Series::both(model, trace), &caption())
}

fn overlay() -> Figure {
    let specs = [Spec::default(), early()];
    let mut curves = specs.map(|spec| run(&spec)).map(|(m, t)| chart::Series::both(&m, &t));
    curves[1].iter_mut().for_each(|curve| curve.title.push_str(" <&>"));
    let scenarios = vec![("base".to_owned(), "aa".to_owned()), ("early <&>".to_owned(), "bb".to_owned())];
    chart::scurves(curves.into(), &chart::Caption::new(scenarios))
}

/// Refuses tags that do not close in order and ampersands that begin no entity.
fn ensure_well_formed(svg: &str) {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, after) = piece.split_once('>').expect("every tag ends");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
        assert!(
            after
                .split('&')
                .skip(1)
                .all(|e| entities.iter().any(|n| n[1..].len() <= e.len() && e.starts_with(&n[1..])))
        );
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn odd_specs() -> Vec<Spec> {
    vec![
        Spec::default(),
        Spec { n_days: 20, entries: [2, 5, 8], plan: Some(15), ..Spec::default() },
        Spec { n_days: 1, entries: [0; 3], plan: None, ..Spec::default() },
        Spec { entries: [900; 3], ..Spec::default() },
        Spec { capacity: 0, stock: 0, ..Spec::default() },
        Spec { n_days: 1_096, stock: 3_000_000, capacity: 600_000, plan: Some(1), ..Spec::default() },
    ]
}

#[test]
fn every_figure_is_well_formed_named_and_in_the_house_style() {
    let all = odd_specs().iter().flat_map(figures).chain([overlay()]).collect::<Vec<_>>();
    for figure in &all {
        ensure_well_formed(&figure.svg);
        assert!(figure.title.split_whitespace().count() <= 15, "{}", figure.title);
        let head = figure.svg.lines().next().unwrap();
        assert!(
            head.contains("role=\"img\"")
                && head.contains("viewBox=\"0 0 800 450\"")
                && !head.contains(" width=")
        );
        let title = format!("<title id=\"{}-title\">", figure.id);
        assert!(figure.svg.lines().nth(1).unwrap().starts_with(&title), "the title is the first child");
        assert!(figure.svg.contains("<desc id=") && figure.svg.contains("No uncertainty shown."));
        assert!(!figure.svg.contains("rotate("));
        assert!(figure.svg.matches("stroke=\"#D9D9D9\"").count() <= 10, "at most ten gridlines");
        assert!(figure.description.matches(". ").count() >= 1, "{}", figure.description);
        let sizes = figure.svg.split("font-size=\"").skip(1).map(|s| s.split('"').next().unwrap());
        assert!(sizes.map(|s| s.parse::<f64>().unwrap()).all(|s| s >= 14.0));
        let long = |n: &str| n.split_once('.').is_some_and(|(_, decimals)| decimals.len() > 1);
        let points = figure
            .svg
            .split("points=\"")
            .skip(1)
            .flat_map(|p| p.split('"').next().unwrap().split([' ', ',']));
        assert!(!points.into_iter().any(long), "coordinates have at most one decimal place");
    }
}

#[test]
fn figures_are_the_same_bytes_twice_and_come_with_data_and_words() {
    assert_eq!(figures(&Spec::default()), figures(&Spec::default()));
    for figure in figures(&Spec::default()) {
        assert_eq!(figure.png().unwrap(), figure.png().unwrap());
        let names: Vec<String> = figure.files().unwrap().into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["svg", "png", "csv", "txt"].map(|ending| format!("{}.{ending}", figure.id)));
        assert!(!figure.data.rows.is_empty());
    }
}

#[test]
fn the_png_is_1600_by_900_and_has_ink_where_the_title_is() {
    use resvg::tiny_skia::Pixmap;
    let image = Pixmap::decode_png(&overlay().png().unwrap()).unwrap();
    assert_eq!((image.width(), image.height()), (1600, 900));
    let dark = |x, y| image.pixel(x, y).unwrap().red() < 64;
    let ink = (32..1200).flat_map(|x| (32..72).map(move |y| (x, y))).filter(|&(x, y)| dark(x, y)).count();
    assert!(ink > 2_000, "{ink} dark pixels");
}

#[test]
fn throughput_shows_each_status_in_a_plot_of_its_own_and_one_alone_where_only_one_migrates() {
    let plots = |spec: &Spec| figures(spec)[0].svg.matches("stroke=\"#B3B3B3\" stroke-width=\"1.5\"").count();
    assert_eq!(plots(&Spec::default()), 3);
    assert_eq!(plots(&Spec { n_days: 20, entries: [2, 5, 8], ..Spec::default() }), 1);
}

#[test]
fn scenarios_in_one_figure_differ_without_colour_and_describe_this_run_only() {
    let figure = overlay();
    let drawn = |colour: &str| figure.svg.matches(&format!("stroke=\"{colour}\"")).count();
    assert!(drawn("#3D3D3D") > 10 && drawn("#12436D") < 10, "one line is dashed, the other is not");
    assert_eq!(figure.title, "In this run early <&> leads base by up to 1,350 Dormant installations");
    assert!(figure.svg.contains("early &lt;&amp;&gt;"), "names are escaped");
}

#[test]
fn a_share_that_falls_short_is_never_shown_as_all() {
    let spec =
        Spec { n_days: 30, entries: [0, 0, 0], stock: 20, capacity: 100, plan: Some(29), ..Spec::default() };
    let (model, mut trace) = run(&spec);
    let last = trace.days.last_mut().unwrap();
    last.stages[0].migrated = 9_999;
    last.stages[0].eligible = 1;
    let figure = scurve(&model, &trace);
    assert!(figure.title.contains("99.99%"), "{}", figure.title);
    assert_eq!(Findings::of(&model, &trace).first, Date::constant(2020, 7, 1));
}
