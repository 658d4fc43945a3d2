//! `dormouse completions` and `dormouse manual`: completions for shells and pages for `man`, made from the flags
//! themselves. Packages install them; both verbs are hidden.

use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::generate;
use clap_mangen::Man;
use dormouse::output::{self, Extra};

use crate::cli::args::{Args, CompletionsArgs, ManualArgs};
use crate::cli::present::failure::Failure;
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;

/// Prints the completions of a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    // A flag without a hint takes a number, a name or a date, for which files are no help.
    let hinted = |arg: Arg| {
        let unknown = arg.get_action().takes_values() && arg.get_value_hint() == ValueHint::Unknown;
        if unknown { arg.value_hint(ValueHint::Other) } else { arg }
    };
    let mut command = Args::command().mut_subcommands(|verb: Command| verb.mut_args(hinted));
    let mut script = Vec::new();
    generate(args.shell, &mut command, "dormouse", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))
}

/// Writes a page for the command and one for each verb.
pub(crate) fn manual(args: &ManualArgs, terminal: &Terminal) -> Result<(), Failure> {
    let place = output::reserve_loose(&args.dir, args.force)?;
    // Every page has the version in its footer, but no verb has the flag.
    let footed = |verb: Command| verb.version(env!("CARGO_PKG_VERSION")).disable_version_flag(true);
    let mut command = Args::command().long_version(None).mut_subcommands(footed);
    command.build();
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    let pages = [&command].into_iter().chain(verbs).map(|of| {
        let page = Man::new(of.clone());
        let mut bytes = Vec::new();
        page.render(&mut bytes).expect("memory takes a page");
        Extra { name: page.get_filename(), bytes }
    });
    let pages: Vec<Extra> = pages.collect();
    place.write(&pages)?;
    terminal.say(format_args!("Written: {} pages to {}", pages.len(), args.dir.display()));
    Ok(())
}
