//! `dormouse init` and `dormouse schema`: what a planner starts from.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, anyhow};
use dormouse::scenario;
use dormouse::shell::quoted_path;

use crate::cli::args::{Described, InitArgs, SchemaArgs};
use crate::cli::input::study_file::study_schema;
use crate::cli::present::failure::{Failure, Found};
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;

/// Writes a commented scenario, alone or around tables.
pub(crate) fn init(args: &InitArgs, terminal: &Terminal) -> Result<(), Failure> {
    ensure_free(&args.file, args.force)?;
    let whole = |path: &Path| fs::canonicalize(path).ok();
    if args.from_csv.iter().any(|table| whole(table).is_some() && whole(table) == whole(&args.file)) {
        let shown = args.file.display();
        return Err(Failure::Usage(anyhow!(
            "`{shown}` is one of the input tables, and would be replaced; choose another name"
        )));
    }
    let text = if args.from_csv.is_empty() {
        scenario::starter()
    } else {
        scenario::starter_from_csv(&args.file, &args.from_csv).map_err(|problems| {
            Failure::Problems(vec![Found { subject: "the tables".to_owned(), problems }])
        })?
    };
    let file = args.file.display();
    if let Some(folder) = args.file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder of `{file}`"))?;
    }
    fs::write(&args.file, text).with_context(|| format!("cannot write `{file}`"))?;
    terminal.say(format_args!("Written: {file}\nNext: dormouse check {}", quoted_path(&args.file)));
    Ok(())
}

/// Prints the JSON Schema of the scenario or the study file.
pub(crate) fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.of {
        Described::Scenario => scenario::schema(),
        Described::Study => study_schema(),
    };
    terminal::print(&format!("{schema:#}\n"))
}

fn ensure_free(file: &Path, force: bool) -> Result<(), Failure> {
    match fs::symlink_metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(found) if force && found.is_file() => Ok(()),
        _ if force => Err(Failure::Usage(anyhow!("`{}` is not a file; choose another name", file.display()))),
        _ => {
            let message = "already exists; choose another name, or replace it with --force";
            Err(Failure::Usage(anyhow!("`{}` {message}", file.display())))
        }
    }
}
