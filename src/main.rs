//! The `dormouse` command: read the arguments, do what they say, turn the outcome into an exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = cli::args::Args::read();
    let terminal = cli::present::terminal::Terminal::new(args.voice());
    let outcome = cli::obey(&args, &terminal);
    cli::present::exit::conclude(outcome, &terminal).into()
}
