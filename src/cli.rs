//! The verbs of the command, one module each, and what they share: arguments, the terminal, exit codes.
//!
//! Uses nothing but the library's public items, as any other program would, and decides nothing about the model.

pub(crate) mod args;
mod input;
pub(crate) mod present;
mod runs;
mod verbs;

use args::{Args, Verb};
use present::failure::Failure;
use present::terminal::{self, Terminal};
use verbs::{
    allocate, bottlenecks, chart, check, compare, explain, init, manual, record_replay, report, run,
};

/// Does what the arguments say.
pub(crate) fn obey(args: &Args, terminal: &Terminal) -> Result<(), Failure> {
    match &args.verb {
        None => terminal::print(&args::teaching()),
        Some(Verb::Check(args)) => check::check(args, terminal),
        Some(Verb::Run(args)) => run::run(args, terminal),
        Some(Verb::Compare(args)) => compare::compare(args, terminal),
        Some(Verb::Bottlenecks(args)) => bottlenecks::bottlenecks(args, terminal),
        Some(Verb::Explain(args)) => explain::explain(args),
        Some(Verb::Record(args)) => record_replay::record(args, terminal),
        Some(Verb::Replay(args)) => record_replay::replay(args),
        Some(Verb::Allocate(args)) => allocate::allocate(args, terminal),
        Some(Verb::Chart(args)) => chart::chart(args, terminal),
        Some(Verb::Report(args)) => report::write(args, terminal),
        Some(Verb::Init(args)) => init::init(args, terminal),
        Some(Verb::Schema(args)) => init::schema(args),
        Some(Verb::Completions(args)) => manual::completions(args),
        Some(Verb::Manual(args)) => manual::manual(args, terminal),
    }
}
