//! The `dormouse` command: read the arguments, do what they say, turn the outcome into an exit code.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = cli::args::Args::parse();
    let terminal = cli::terminal::Terminal::new(args.voice());
    let outcome = cli::obey(&args, &terminal);
    cli::exit::conclude(outcome, &terminal).into()
}
