//! `dormouse chart`: figures of a results folder, drawn from what it holds; nothing is simulated.

use std::path::PathBuf;

use anyhow::anyhow;
use dormouse::chart::{ChartError, Drawn, Kind};
use dormouse::output::{self, Extra, Results, ResultsRun};

use super::args::{ChartArgs, Picture};
use super::failure::Failure;
use super::terminal::{self, Terminal};

/// Draws one kind or all of them and writes them beside each other.
pub(crate) fn chart(args: &ChartArgs, terminal: &Terminal) -> Result<(), Failure> {
    let results = Results::open(&args.results)?;
    let runs = chosen(&results, &args.scenario)?;
    let dir = args.dir.clone().unwrap_or_else(|| default_dir(&results));
    let drawn = match args.kind.as_deref().and_then(Kind::named) {
        Some(kind) => kind.draw(&results, &runs).map_err(failure)?,
        None => all(&results, &runs, terminal)?,
    };
    let (mut files, mut answer) = (Vec::new(), String::new());
    for Drawn { folder, figure } in &drawn {
        let within =
            |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let made =
            figure.files().map_err(|error| anyhow!(error).context(format!("cannot draw `{}`", figure.id)));
        let unwanted = match args.format {
            None => None,
            Some(Picture::Svg) => Some("png"),
            Some(Picture::Png) => Some("svg"),
        };
        let kept = |file: &Extra| unwanted.is_none_or(|ending| !file.name.ends_with(&format!(".{ending}")));
        let made: Vec<Extra> = made.map_err(Failure::World)?.into_iter().filter(kept).collect();
        let path = dir.join(within(&made[0].name));
        answer.extend([&path.display().to_string(), ": ", &figure.title, "\n"]);
        files.extend(made.into_iter().map(|file| Extra { name: within(&file.name), ..file }));
    }
    output::write_loose(&dir, args.force, &files)?;
    terminal::print(&answer)?;
    terminal.say(format_args!(
        "Written: {}, with the data (.csv) and a description (.txt) of each",
        dir.display()
    ));
    Ok(())
}

/// Every kind that the folder allows; says which it does not.
fn all(results: &Results, runs: &[&ResultsRun], terminal: &Terminal) -> Result<Vec<Drawn>, Failure> {
    let mut drawn = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| kind.given_by(results)) {
        match kind.draw(results, runs) {
            Ok(figures) => drawn.extend(figures),
            Err(ChartError::NothingToCompare(..)) => {
                terminal.say(format_args!("Left out: {}, which compares scenarios", kind.name()));
            }
            Err(error) => return Err(failure(error)),
        }
    }
    Ok(drawn)
}

/// What a figure that was not drawn means.
pub(super) fn failure(error: ChartError) -> Failure {
    match error {
        ChartError::Results(error) => error.into(),
        other => Failure::Usage(other.into()),
    }
}

/// The runs that were asked for, in the order of the folder.
fn chosen<'r>(results: &'r Results, names: &[String]) -> Result<Vec<&'r ResultsRun>, Failure> {
    if let Some(stranger) = names.iter().find(|name| results.runs.iter().all(|run| run.name != **name)) {
        let known: Vec<String> = results.runs.iter().map(|run| format!("`{}`", run.name)).collect();
        let message = format!(
            "`{}` holds no scenario `{stranger}`, expected one of {}",
            results.dir.display(),
            known.join(", ")
        );
        return Err(Failure::Usage(anyhow!(message)));
    }
    Ok(results.runs.iter().filter(|run| names.is_empty() || names.contains(&run.name)).collect())
}

/// `charts/NAME`, after the results folder.
fn default_dir(results: &Results) -> PathBuf {
    let whole = results.dir.canonicalize().unwrap_or_else(|_| results.dir.clone());
    PathBuf::from("charts").join(whole.file_name().unwrap_or_default())
}
