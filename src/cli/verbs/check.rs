//! `dormouse check`: whether scenarios and studies are sound, and what was understood, for a planner to nod at.
//!
//! Reads and counts; simulates and writes nothing. The words for each part of a model are in `understood`.

use std::path::PathBuf;

use anyhow::anyhow;
use dormouse::shell::quoted_paths;
use serde_json::json;

use crate::cli::args::CheckArgs;
use crate::cli::args::output_options::Format;
use crate::cli::input::scenarios;
use crate::cli::input::study_file;
use crate::cli::input::study_file::Design;
use crate::cli::present::failure::Failure;
use crate::cli::present::model_summary::{Understood, UnderstoodStudy};
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;

/// Says what was understood of every scenario and every study.
pub(crate) fn check(args: &CheckArgs, terminal: &Terminal) -> Result<(), Failure> {
    let (studies, scenarios): (Vec<PathBuf>, Vec<PathBuf>) =
        args.scenarios.iter().cloned().partition(|path| study_file::is_study(path));
    if let (Some(study), true) = (studies.first(), args.changes.change_keys()) {
        return Err(Failure::Usage(anyhow!(
            "`{}` is a study, which says its values itself; leave --seed, --firmware, --allocation and --set out",
            study.display()
        )));
    }
    let reads = scenarios::read_all(&scenarios, &args.changes);
    let mut found = Vec::new();
    let (mut understood_studies, mut warnings) = (Vec::new(), Vec::new());
    for path in &studies {
        let design = Design::read(path, &args.changes.counted, None);
        let understood = design.and_then(|design| {
            let trials = design.trials()?;
            let of_values = trials.into_iter().flat_map(|trials| trials.warnings);
            warnings.extend(scenarios::warnings(&design.reads).into_iter().chain(of_values));
            Ok(UnderstoodStudy::of(&design))
        });
        match understood {
            Ok(understood) => understood_studies.push(understood),
            Err(Failure::Problems(problems)) => found.extend(problems),
            Err(other) => return Err(other),
        }
    }
    let reads = match reads {
        Ok(reads) if found.is_empty() => reads,
        Ok(_) => return Err(Failure::Problems(found)),
        Err(Failure::Problems(problems)) => {
            return Err(Failure::Problems(problems.into_iter().chain(found).collect()));
        }
        Err(other) => return Err(other),
    };
    let understood: Vec<Understood> = reads.iter().map(Understood::of).collect();
    let text = match args.look.format {
        Format::Table => {
            let scenarios = understood.iter().map(Understood::to_text);
            let studies = understood_studies.iter().map(UnderstoodStudy::to_text);
            scenarios.chain(studies).collect::<Vec<_>>().join("\n")
        }
        Format::Csv => {
            let mut table = Understood::table(&understood);
            understood_studies.iter().for_each(|study| study.add_to(&mut table));
            String::from_utf8_lossy(&table.to_csv()).into_owned()
        }
        Format::Json => {
            let scenarios: Vec<_> = understood.iter().map(Understood::to_json).collect();
            let studies: Vec<_> = understood_studies.iter().map(UnderstoodStudy::to_json).collect();
            let body = json!({ "schema": "dormouse-check", "version": 1, "scenarios": scenarios, "studies": studies });
            format!("{body:#}\n")
        }
    };
    terminal::print(&text)?;
    for warnings in scenarios::warnings(&reads).into_iter().chain(warnings) {
        terminal.warn(&warnings);
    }
    match studies.first() {
        Some(study) => {
            let word = quoted_paths([study.display().to_string().as_str()]);
            terminal.say(format_args!("Next: dormouse compare {word}"));
        }
        None => terminal.say(format_args!("Next: {}", scenarios::command(&reads))),
    }
    Ok(())
}
