//! Everything said to a person: what goes to which stream, whether in colour, and how a problem is drawn.
//!
//! Data goes to standard output through [`print`], talk to standard error. Decides nothing else.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::Context;
use dormouse::scenario::{Place, Problem, Problems, Source};

use super::failure::{Broken, Failure, Found};
use super::look::{Voice, When};

/// The two streams and how to write to them.
#[derive(Debug)]
pub(crate) struct Terminal {
    renderer: Renderer,
    quiet: bool,
    watched: bool,
}

impl Terminal {
    /// Decides once about colour and animation, for standard error; standard output is never coloured.
    pub(crate) fn new(voice: &Voice) -> Self {
        let person = io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb");
        let colour = match voice.color {
            When::Always => true,
            When::Never => false,
            When::Auto => person && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        Self { renderer: renderer.term_width(100), quiet: voice.quiet, watched: person && !voice.quiet }
    }

    /// Whether a person watches standard error and wants to.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    /// Says something on standard error, unless asked to be quiet.
    pub(crate) fn say(&self, text: impl Display) {
        if !self.quiet {
            tell(text);
        }
    }

    /// Says which letters pictures show as empty boxes; nothing where there are none.
    pub(crate) fn boxes(&self, letters: &BTreeSet<char>) {
        const MOST: usize = 12;
        let told: Vec<String> = letters.iter().take(MOST).map(char::to_string).collect();
        let more = letters.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if !told.is_empty() {
            self.say(format_args!(
                "Note: PNG files show an empty box for each letter that their built-in font lacks: {}{more}; SVG files \
                 have the letters themselves",
                told.join(" ")
            ));
        }
    }

    /// Shows what is odd though not wrong.
    pub(crate) fn warn(&self, warnings: &Problems) {
        if !self.quiet {
            self.draw(&Level::WARNING, warnings);
        }
    }

    /// Shows one error and what caused it, each on a line.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let title = Group::with_title(Level::ERROR.primary_title(error.to_string()));
        tell(self.renderer.render(&[title]));
        error.chain().skip(1).for_each(|cause| tell(format_args!("  caused by: {cause}")));
    }

    /// Shows the problems of one file, then how many there are.
    pub(crate) fn problems(&self, found: &Found) {
        self.draw(&Level::ERROR, &found.problems);
        let n = found.problems.problems.len();
        let noun = if n == 1 { "problem" } else { "problems" };
        let last = Level::ERROR.primary_title(format!("{n} {noun} in {}; nothing was run", found.subject));
        tell(self.renderer.render(&[Group::with_title(last)]));
    }

    /// Shows a fault of ours and how to see it again.
    pub(crate) fn broken(&self, broken: &Broken) {
        let title =
            Level::ERROR.primary_title(format!("a check of dormouse itself failed: {}", broken.violation));
        let notes = [
            Level::NOTE.message(format!("day {} is {}", broken.violation.day.0, broken.date)),
            Level::NOTE
                .message("this is a fault of the program, not of the scenario; no results were written"),
            Level::HELP.message(format!("to see it again: {}", broken.reproduce)),
        ];
        tell(self.renderer.render(&[Group::with_title(title).elements(notes)]));
    }

    /// Draws problems with a blank line after each.
    fn draw(&self, level: &Level<'static>, Problems { problems, sources }: &Problems) {
        for problem in problems {
            let drawn = self.renderer.render(&[drawing(level.clone(), problem, sources)]);
            // Without a place there is no margin to hang the help on.
            let help = problem.help.iter().filter(|_| problem.place.is_none());
            let help = help.map(|help| format!("\n  = help: {help}")).collect::<Vec<_>>().concat();
            tell(format_args!("{drawn}{help}\n"));
        }
    }
}

/// Prints data on standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.context("cannot print the answer").map_err(Failure::World)
}

/// Writes a line to standard error; when even that is closed, there is nobody left to tell.
fn tell(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A problem as rustc would draw it: the place, what else it touches, what to do.
fn drawing<'a>(level: Level<'a>, problem: &'a Problem, sources: &'a [Source]) -> Group<'a> {
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()));
    let first = problem.place.iter().map(|place| (place, problem.label.as_str(), AnnotationKind::Primary));
    let related =
        problem.related.iter().map(|(place, label)| (place, label.as_str(), AnnotationKind::Context));
    let mut marks: Vec<(&Place, &str, AnnotationKind)> = first.chain(related).collect();
    while let Some((place, ..)) = marks.first() {
        let source = place.source;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            marks.into_iter().partition(|(place, ..)| place.source == source);
        marks = elsewhere;
        let Source { path, text } = &sources[source];
        let notes = here.into_iter().map(|(place, label, kind)| {
            let mark = kind.span(place.span.clone());
            if label.is_empty() { mark } else { mark.label(label) }
        });
        group = group.element(Snippet::source(text.as_str()).path(path.as_str()).annotations(notes));
    }
    match &problem.help {
        Some(help) if problem.place.is_some() => group.element(Level::HELP.message(help.as_str())),
        _ => group,
    }
}
