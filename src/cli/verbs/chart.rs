//! `dormouse chart`: figures of a results folder, drawn from what it holds; nothing is simulated.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use anyhow::anyhow;
use dormouse::chart::{ChartError, Drawn, Form, Kind};
use dormouse::output::{self, Extra, Results, ResultsRun};
use dormouse::wording::numbers;

use crate::cli::args::{ChartArgs, Picture};
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;

/// A figure as it is written.
struct Pictured {
    title: String,
    files: Vec<Extra>,
    /// Letters for which its PNG shows empty boxes.
    boxes: BTreeSet<char>,
}

/// Draws one kind or all of them and writes them beside each other. With `--all` a figure that fails does not take the others.
pub(crate) fn chart(args: &ChartArgs, terminal: &Terminal) -> Result<(), Failure> {
    let results = Results::open(&args.results)?;
    let runs = chosen(&results, &args.scenario)?;
    let dir = args.dir.clone().unwrap_or_else(|| default_dir(&results));
    let place = output::reserve_loose(&dir, args.force)?;
    let form = if args.slide { Form::Slide } else { Form::Page };
    let (drawn, failed) = match args.kind.as_deref().and_then(Kind::named) {
        Some(kind) => {
            (pictured(kind.draw_for(&results, &runs, form).map_err(failure)?, args.format)?, vec![])
        }
        None => all(&results, &runs, (args.format, form), terminal),
    };
    let (mut files, mut answer) = (Vec::new(), String::new());
    for Pictured { title, files: of, .. } in &drawn {
        answer.extend([&dir.join(&of[0].name).display().to_string(), ": ", title, "\n"]);
        files.extend(of.iter().cloned());
    }
    place.write(&files)?;
    terminal::print(&answer)?;
    terminal.boxes(&drawn.iter().flat_map(|figure| figure.boxes.iter().copied()).collect());
    if !drawn.is_empty() {
        terminal.say(format_args!(
            "Written: {}, with the data (.csv) and a description (.txt) of each",
            dir.display()
        ));
    }
    not_drawn(failed, terminal)
}

/// The files of some figures, without the picture that is not wanted.
fn pictured(drawn: Vec<Drawn>, format: Option<Picture>) -> Result<Vec<Pictured>, Failure> {
    let unwanted = match format {
        None => None,
        Some(Picture::Svg) => Some(".png"),
        Some(Picture::Png) => Some(".svg"),
    };
    let one = |Drawn { folder, figure }: Drawn| {
        let made =
            figure.files().map_err(|error| anyhow!(error).context(format!("cannot draw `{}`", figure.id)));
        let mut files = made.map_err(Failure::World)?;
        files.retain(|file| unwanted.is_none_or(|ending| !file.name.ends_with(ending)));
        for file in files.iter_mut().filter(|_| !folder.is_empty()) {
            file.name = format!("{folder}/{}", file.name);
        }
        let boxes = if unwanted == Some(".png") { BTreeSet::new() } else { figure.boxes() };
        Ok(Pictured { title: figure.title, files, boxes })
    };
    drawn.into_iter().map(one).collect()
}

/// Draws every figure that the folder gives, with the reasons for the others, and names the kinds that need more
/// scenarios.
fn all(
    results: &Results,
    runs: &[&ResultsRun],
    (format, form): (Option<Picture>, Form),
    terminal: &Terminal,
) -> (Vec<Pictured>, Vec<(String, anyhow::Error)>) {
    let (mut drawn, mut failed) = (Vec::new(), Vec::new());
    for kind in Kind::ALL.into_iter().filter(|kind| kind.given_by(results)) {
        let together = if kind.is_of_one_run() { 1 } else { runs.len() };
        for runs in runs.chunks(together.max(1)) {
            let attempt = kept_apart(|| match kind.draw_for(results, runs, form) {
                Ok(drawn) => pictured(drawn, format).map(Some),
                Err(ChartError::NothingToCompare(..)) => Ok(None),
                Err(error) => Err(failure(error)),
            });
            match attempt {
                Ok(Some(figures)) => drawn.extend(figures),
                Ok(None) => {
                    terminal.say(format_args!("Left out: {}, which compares scenarios", kind.name()));
                }
                Err(error) if kind.is_of_one_run() => {
                    failed.push((format!("{} of `{}`", kind.name(), runs[0].name), error));
                }
                Err(error) => failed.push((kind.name().to_owned(), error)),
            }
        }
    }
    (drawn, failed)
}

/// Returns the figure, or the reason why it is missing. A fault of the program in it does not stop the others.
fn kept_apart<T>(draw: impl FnOnce() -> Result<T, Failure>) -> Result<T, anyhow::Error> {
    match panic::catch_unwind(AssertUnwindSafe(draw)) {
        Ok(Ok(drawn)) => Ok(drawn),
        Ok(Err(Failure::Usage(error) | Failure::World(error) | Failure::Missed(error))) => Err(error),
        Ok(Err(_)) => Err(anyhow!("it was stopped")),
        Err(_) => Err(anyhow!("a fault of the program, described above; please report it")),
    }
}

/// Says which figures were not drawn and why, and fails where there are any.
fn not_drawn(failed: Vec<(String, anyhow::Error)>, terminal: &Terminal) -> Result<(), Failure> {
    let mut kinds = Vec::new();
    for (kind, error) in failed {
        terminal.error(&error.context(format!("{kind} was not drawn")));
        kinds.push(kind);
    }
    let noun = if kinds.len() == 1 { "figure was" } else { "figures were" };
    let message = || anyhow!("{} {noun} not drawn: {}", kinds.len(), numbers::list(&kinds));
    if kinds.is_empty() { Ok(()) } else { Err(Failure::World(message())) }
}

/// Returns the meaning of a figure that was not drawn.
pub(crate) fn failure(error: ChartError) -> Failure {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_panics_is_reported_and_stops_no_other() {
        let drawn = kept_apart(|| Ok(1));
        assert!(matches!(drawn, Ok(1)));
        let failed = kept_apart(|| -> Result<(), Failure> { panic!("a fault") }).unwrap_err();
        assert!(failed.to_string().contains("a fault of the program"));
        let terminal = Terminal::new(&crate::cli::args::output_options::Voice::default());
        assert!(not_drawn(vec![], &terminal).is_ok());
        let outcome = not_drawn(vec![("fairness".to_owned(), failed)], &terminal);
        assert!(
            matches!(outcome, Err(Failure::World(error)) if error.to_string() == "1 figure was not drawn: fairness")
        );
    }
}
