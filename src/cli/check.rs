//! `dormouse check`: whether scenarios are sound, and what was understood, for a planner to nod at.
//!
//! Reads and counts; simulates and writes nothing. The words for each part of a model are in `understood`.

use serde_json::json;

use super::args::CheckArgs;
use super::failure::Failure;
use super::inputs;
use super::look::Format;
use super::terminal::{self, Terminal};
use super::understood::Understood;

/// Says what was understood of every scenario.
pub(crate) fn check(args: &CheckArgs, terminal: &Terminal) -> Result<(), Failure> {
    let reads = inputs::read_all(&args.scenarios, &args.changes)?;
    let understood: Vec<Understood> = reads.iter().map(Understood::of).collect();
    let text = match args.look.format {
        Format::Table => understood.iter().map(Understood::to_text).collect::<Vec<_>>().join("\n"),
        Format::Csv => String::from_utf8_lossy(&Understood::table(&understood).to_csv()).into_owned(),
        Format::Json => {
            let scenarios: Vec<_> = understood.iter().map(Understood::to_json).collect();
            format!("{:#}\n", json!({ "schema": "dormouse-check", "version": 1, "scenarios": scenarios }))
        }
    };
    terminal::print(&text)?;
    for warnings in inputs::warnings(&reads) {
        terminal.warn(&warnings);
    }
    terminal.say(format_args!("Next: {}", inputs::command(&reads)));
    Ok(())
}
