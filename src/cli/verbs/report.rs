//! `dormouse report` writes a study as a document for readers who will not run it. Nothing is simulated.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use dormouse::chart::{Drawn, Figure, Kind};
use dormouse::findings::Population;
use dormouse::output::{self, Extra, Results, ResultsRun};
use dormouse::replications::told_of;
use dormouse::report::{
    Block, Diagram, Document, Picture, brief, report, to_html, to_markdown, to_ods, to_xlsx, workbook,
};
use dormouse::shell::quoted_path;

use crate::cli::args::{Paper, ReportArgs};
use crate::cli::input::scenarios;
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;
use crate::cli::runs::replicate;
use crate::cli::verbs::chart;

/// Writes the report of a study or of a folder of replications.
pub(crate) fn write(args: &ReportArgs, terminal: &Terminal) -> Result<(), Failure> {
    let dir = folder_of(&args.study)?;
    let of_file = args.output.as_deref().map(Paper::of_file).transpose();
    let of_file = of_file.map_err(|what| Failure::Usage(anyhow!(what)))?;
    let format = args.format.or(of_file).unwrap_or(Paper::Html);
    if let Some(other) = of_file.filter(|other| !format.fits(*other)) {
        let (is, name) = (format.default_name(), other.default_name());
        return Err(Failure::Usage(anyhow!(
            "--format asks for a file like {is} and -o for one like {name}; give one of them, or the same in both"
        )));
    }
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format.default_name()));
    let Some(name) = path.file_name().filter(|_| !path.is_dir()) else {
        return Err(Failure::Usage(anyhow!("-o `{}` is a folder, expected a file to write", path.display())));
    };
    let name = name.to_string_lossy().into_owned();
    let results = replicate::replicated(&dir)?;
    let place = output::reserve_loose(path.parent().unwrap_or(Path::new("")), args.force)?;
    let shown = dir.display();
    let runs =
        results.runs.iter().map(|run| output::replications(run, &results.sheet_of(run, output::EVERY)?));
    let runs = runs.collect::<Result<Vec<_>, _>>()?;
    if told_of(&runs.iter().collect::<Vec<_>>()) == Population::All {
        return Err(replicate::nobody_is_dormant("a report is about Dormant days"));
    }
    let again = again(&results, &dir, format, &path);
    let whole = || -> Result<Document, Failure> { Ok(report(&results, timeline(&results)?, &again)?) };
    let page = |document: &Document, name| vec![Extra { name, bytes: to_html(document).into_bytes() }];
    let files = match format {
        Paper::Html => page(&whole()?, name),
        Paper::Brief => page(&brief(&results, &again)?, name),
        Paper::Md => with_pictures(&whole()?, name),
        Paper::Xlsx => {
            let book = workbook(&results, &again)?;
            vec![Extra { name, bytes: to_xlsx(&book).context("cannot write the workbook")? }]
        }
        Paper::Ods => {
            let book = workbook(&results, &again)?;
            vec![Extra { name, bytes: to_ods(&book).context("cannot write the workbook")? }]
        }
    };
    place.write(&files)?;
    terminal::print(&format!("{}\n", path.display()))?;
    let kilobytes = files[0].bytes.len().div_ceil(1024);
    terminal.say(format_args!("Written: {kilobytes} KB from {shown}"));
    Ok(())
}

/// The dates and counts of each cohort in one replication of the baseline and of the scenario.
fn timeline(results: &Results) -> Result<Option<Picture>, Failure> {
    let runs: Vec<&ResultsRun> = results.runs.iter().take(2).collect();
    if runs.len() < 2 {
        return Ok(None);
    }
    let mut drawn = Kind::Cohorts.draw(results, &runs).map_err(chart::failure)?;
    let picture = |Drawn { figure, .. }| {
        let Figure { id, title, svg, data, description } = figure;
        let csv = String::from_utf8_lossy(&data.to_csv()).into_owned();
        Picture::new(id, title, svg, description, csv)
    };
    Ok(drawn.pop().map(picture).transpose()?)
}

/// Returns the default folder of a study's results.
fn folder_of(study: &Path) -> Result<PathBuf, Failure> {
    if study.extension().is_none_or(|ending| ending != "toml") {
        return Ok(study.to_owned());
    }
    let dir = PathBuf::from("results").join(study.file_stem().unwrap_or_default());
    if dir.exists() {
        return Ok(dir);
    }
    Err(Failure::Usage(anyhow!(
        "`{}` has no results in `{}`; run `dormouse compare {}` first, or name the folder you wrote them to",
        study.display(),
        dir.display(),
        quoted_path(study)
    )))
}

/// The commands that lead to the same report.
fn again(results: &Results, dir: &Path, format: Paper, path: &Path) -> Vec<String> {
    let (layers, dir) = (results.layer_runs(), quoted_path(dir));
    let again = scenarios::again(results, results.replications());
    let layers = if results.sources().is_empty() { format!(" --layer-runs {layers}") } else { String::new() };
    let first = format!("{again}{layers} -o {dir}");
    vec![first, format!("dormouse report {dir}{} -o {}", format.flag(), quoted_path(path))]
}

/// Markdown, and its figures beside it.
fn with_pictures(document: &Document, name: String) -> Vec<Extra> {
    let prefix = format!("{}-", name.strip_suffix(".md").unwrap_or(&name));
    let mut files = vec![Extra { name, bytes: to_markdown(document, &prefix).into_bytes() }];
    for block in document.sections.iter().flat_map(|section| &section.blocks) {
        let mut beside = |id: &str, ending: &str, text: &str| {
            files.push(Extra { name: format!("{prefix}{id}.{ending}"), bytes: text.to_owned().into_bytes() });
        };
        match block {
            Block::Figure(Picture { id, svg, csv, .. }) => {
                beside(id, "svg", svg);
                beside(id, "csv", csv);
            }
            Block::Diagram(Diagram { id, svg, .. }) => beside(id, "svg", svg),
            _ => {}
        }
    }
    files
}
