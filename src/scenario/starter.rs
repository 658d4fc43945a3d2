//! A first scenario to change: commented, small, and one that runs. Also one made around a user's own tables.

use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

use super::keys::{self, TableSpec};
use super::problem::{Problem, Problems};
use super::reading::Reading;

/// A commented scenario that loads and runs.
#[must_use]
pub fn starter() -> String {
    format!("{HEAD}{GROUP}{COHORTS}{SUPPLIERS}{STOCK}{ASSUMPTIONS}")
}

/// A scenario around tables, CSV or workbooks, each named for what it holds: `cohorts.csv`, `suppliers.csv`, `stock.csv`,
/// `groups.csv`, `factors.csv`, `assumptions.csv`, `supplier_limits.csv`. Paths are written as seen from the scenario's `file`.
///
/// # Errors
/// Tables that cannot be read, whose names show no table, or whose columns are not keys.
pub fn starter_from_csv(file: &Path, tables: &[PathBuf]) -> Result<String, Problems> {
    let mut reading = Reading::default();
    let mut lines = String::new();
    let (mut known, mut groups) = (Vec::new(), Vec::new());
    for path in tables {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let Some(spec) = table_of(stem) else {
            let message = format!("`{}` has a name that does not show which table it is", path.display());
            let names = "groups.csv, cohorts.csv, suppliers.csv, supplier_limits.csv, stock.csv, factors.csv or assumptions.csv";
            reading.problems.push(Problem::new(message, None, "").help(format!("name it {names}")));
            continue;
        };
        let sheet = reading.check_table(path, spec);
        known.push(spec.name);
        for group in sheet.iter().flat_map(|sheet| &sheet.rows).filter_map(|row| row.text("group")) {
            if !groups.iter().any(|known| known == group) {
                groups.push(group.to_owned());
            }
        }
        let is_workbook = path.extension().is_some_and(|extension| extension != "csv");
        let key = if is_workbook { "workbook" } else { "csv" };
        let _ = writeln!(lines, "{} = {{ {key} = \"{}\" }}", spec.name, seen_from(file, path).display());
    }
    if reading.problems.is_empty() {
        let missing =
            |name: &str, text: &str| if known.contains(&name) { String::new() } else { text.to_string() };
        let head = HEAD.replacen("\n[programme]", &format!("\n{lines}\n[programme]"), 1);
        let named = |group: &String| GROUP.replacen("\"IOC\"", &format!("{group:?}"), 1);
        let own: String = groups.iter().map(named).collect();
        let group = if own.is_empty() { GROUP } else { own.as_str() };
        let rest = [("group", group), ("cohort", COHORTS), ("supplier", SUPPLIERS), ("stock", STOCK)];
        let rest = rest.iter().chain(&[("assumption", ASSUMPTIONS)]).map(|(name, text)| missing(name, text));
        return Ok(head + &rest.collect::<String>());
    }
    Err(Problems { problems: reading.problems, sources: reading.sources })
}

/// A path as a file names it that lies elsewhere: both are given as seen from here.
fn seen_from(file: &Path, path: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    let climbs = |path: &Path| path.components().any(|part| matches!(part, Component::ParentDir));
    if path.is_absolute() || folder.as_os_str().is_empty() {
        return path.to_owned();
    }
    if folder.is_absolute() || climbs(folder) {
        return std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    }
    match path.strip_prefix(folder) {
        Ok(inside) => inside.to_owned(),
        Err(_) => folder.components().map(|_| "..").collect::<PathBuf>().join(path),
    }
}

fn table_of(stem: &str) -> Option<&'static TableSpec> {
    let name = stem.strip_suffix('s').unwrap_or(stem);
    keys::table(name).filter(|spec| spec.is_list())
}

const HEAD: &str = r#"# Which plan finishes the Dormant installations first?
# A starter: change the numbers to yours, then `dormouse check` and `dormouse run` this file.
# Dates are TOML dates; shares are in per cent. `dormouse schema` lists every key.

question = "Which plan finishes the Dormant installations first?"

[programme]
first_day = 2020-09-07
last_day = 2021-03-31
plan_date = 2021-02-26                    # the day the plan promises completion

[firmware]
policy = "existing"                       # or "early": see what changes with --firmware early
redesignation = 2020-09-11                # early firmware is lawful from here

[allocation]
dmin_per_day = 20                         # flat allocation, installations per supplier and day
"#;

const GROUP: &str = r#"
[[group]]                                 # a capacity domain
name = "IOC"
capacity_per_day = [                      # installations per migration day
    { from = 2020-09-07, value = 100 },
    { from = 2020-11-02, value = 250, ramp = true },
]
firmware_capacity_per_day = 150
"#;

const COHORTS: &str = r#"
[[cohort]]                                # a Device Model Combination, or a family sharing one approval path
name = "IOC-01"
group = "IOC"
route = "MT/SIT"
gate = 2020-09-14                         # MT/SIT completion
governance_lag_days = { uniform = { low = 20, high = 60 } }    # uncertain: drawn once per replication
update_days = { uniform = { low = 7, high = 28 } }
notice_days = 14
success_pct = [92, 80]                    # first attempt, later ones
retry_days = 10

[[cohort]]
name = "IOC-02"
group = "IOC"
route = "DMCT"
equivalent_to = "IOC-01"                  # rests on the testing of IOC-01
gate = 2020-10-12
governance_lag_days = 30
update_days = 14
success_pct = 90
retry_days = 10
"#;

const SUPPLIERS: &str = r#"
[[supplier]]                              # Responsible Suppliers
name = "Aster"

[[supplier]]
name = "Briar"
"#;

const STOCK: &str = r#"
[[stock]]                                 # installations at the start of the first day
cohort = "IOC-01"
supplier = "Aster"
status = "dormant"
installations = 3_000

[[stock]]
cohort = "IOC-01"
supplier = "Briar"
status = "active"
installations = 6_000

[[stock]]
cohort = "IOC-02"
supplier = "Briar"
status = "dormant"
installations = 1_500
"#;

const ASSUMPTIONS: &str = r#"
[[assumption]]                            # one for each value that no document states
about = "every number in this file"
value = "invented"
source = "none"
quality = "assumed"
"#;
