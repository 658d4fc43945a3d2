//! The only way from scenario files to a [`Model`]. It reads TOML and CSV, merges extended files, takes one-off
//! overrides and checks everything. It returns a model, or every problem at once. Start at [`load`].

mod counts;
mod dated;
mod demand;
mod document;
mod extend;
mod from_manifest;
mod holidays;
pub mod keys;
mod merged;
mod problem;
mod reading;
mod register;
mod resolve;
mod schema;
mod starter;
mod suggest;
mod table;
mod uncertain;
mod unseen;
mod value;
mod words;
mod written;

use std::path::Path;
use std::sync::Arc;

pub use demand::{Demand, DemandRow, demand};
pub use from_manifest::{from_resolved, value_in_words};
pub use problem::{Form, Place, Problem, Problems, Source};
pub use schema::{reference_markdown, schema};
pub use starter::{starter, starter_from_csv};
pub use suggest::{nearest as nearest_name, some_of};
pub use unseen::unseen_in_toml;
pub use written::{date_meant, whole_number};

use crate::model::{Assumption, Model};

/// One `--set key=value`: a dotted key with names for entries of lists, and a TOML value (or plain text). The name of a
/// list takes the path of a CSV table, which is merged into its entries. `stock` takes that of a table of counts, which
/// replaces the stock; further ones replace the cells they name. Paths are relative to the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Such as `firmware.policy` or `group.IOC.capacity_per_day`.
    pub key: String,
    /// Such as `early`, `5000` or `2020-10-01`.
    pub value: String,
}

/// A scenario that was read and understood.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The model that it describes.
    pub model: Model,
    /// Every file it was read from, in reading order.
    pub files: Vec<InputFile>,
    /// The merged document, from which the run can be repeated. Large programmes have large ones, so it is shared.
    pub resolved: Arc<serde_json::Value>,
    /// The overrides it was read with.
    pub overrides: Vec<Override>,
    /// Warnings, with the texts that their places refer to.
    pub warnings: Problems,
}

impl Scenario {
    /// Adds a line to the assumption register.
    pub fn register(&mut self, line: Assumption) {
        let Assumption { about, value, source, quality, note } = &line;
        let json = serde_json::json!({
            "about": about, "value": value, "source": source, "quality": quality.name(), "note": note,
        });
        if let Some(document) = Arc::make_mut(&mut self.resolved).as_object_mut() {
            let register = document.entry("assumption").or_insert_with(|| serde_json::json!([]));
            register.as_array_mut().into_iter().for_each(|lines| lines.push(json.clone()));
        }
        self.model.assumptions.push(line);
    }
}

/// One file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Path as it was given or written.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its length \[bytes\].
    pub bytes: u64,
}

/// Reads a scenario with its overrides; the path `-` is standard input.
///
/// # Errors
/// Every problem found, in the order of the files: what, where, what was found and expected, what to do.
pub fn load(path: &Path, overrides: &[Override]) -> Result<Scenario, Problems> {
    let mut reading = reading::Reading::default();
    let document = reading.document(path, overrides);
    let stem = if path == Path::new("-") { None } else { path.file_stem().and_then(|stem| stem.to_str()) };
    let mut desk = value::Desk::new(reading);
    let model = document.as_ref().and_then(|document| resolve::model(document, stem, &mut desk));
    understood(model.zip(document).map(registered), overrides, desk)
}

/// The model and its document, with a line in the register for each input that no file registers.
fn registered((mut model, mut document): (Model, merged::Document)) -> (Model, serde_json::Value) {
    let lines = register::unregistered(&model);
    let place = Place { source: 0, span: 0..0 };
    if !lines.is_empty() {
        let tables = lines.iter().map(|line| register::line_of(line, &place));
        document.list_mut("assumption").extend(tables);
        model.assumptions.extend(lines);
    }
    (model, document.to_json())
}

/// Returns the scenario that was read, or its problems.
fn understood(
    read: Option<(Model, serde_json::Value)>,
    overrides: &[Override],
    desk: value::Desk,
) -> Result<Scenario, Problems> {
    let (problems, (warnings, files)) = desk.close();
    match read {
        Some((model, resolved)) if problems.problems.is_empty() => Ok(Scenario {
            model,
            files,
            resolved: Arc::new(resolved),
            overrides: overrides.to_vec(),
            warnings,
        }),
        _ => Err(problems),
    }
}
