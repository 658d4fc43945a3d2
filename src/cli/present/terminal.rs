//! Everything printed for a person: the stream, the colour, and the drawing of problems.
//!
//! Data goes to standard output through [`print`], and messages go to standard error.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anyhow::Context;
use dormouse::scenario::{Place, Problem, Problems, Source};
use dormouse::wording::numbers;

use crate::cli::args::output_options::{Voice, When};
use crate::cli::present::failure::{Broken, Failure, Found};

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
            print_to_stderr(text);
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

    /// Prints a message even with `--quiet`, such as the command that continues kept work.
    #[expect(clippy::unused_self, reason = "it is the terminal that speaks")]
    pub(crate) fn insist(&self, text: impl Display) {
        print_to_stderr(text);
    }

    /// Shows a thing that is odd though not wrong, in a sentence.
    pub(crate) fn caution(&self, text: &str) {
        if !self.quiet {
            print_to_stderr(self.renderer.render(&[Group::with_title(Level::WARNING.primary_title(text))]));
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
        print_to_stderr(self.renderer.render(&[title]));
        error.chain().skip(1).for_each(|cause| print_to_stderr(format_args!("  caused by: {cause}")));
    }

    /// Shows the problems of one file, then how many there are.
    pub(crate) fn problems(&self, found: &Found) {
        self.draw(&Level::ERROR, &found.problems);
        let n = found.problems.problems.len();
        let noun = if n == 1 { "problem" } else { "problems" };
        let n = numbers::count(n);
        let last = Level::ERROR.primary_title(format!("{n} {noun} in {}; nothing was run", found.subject));
        print_to_stderr(self.renderer.render(&[Group::with_title(last)]));
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
        print_to_stderr(self.renderer.render(&[Group::with_title(title).elements(notes)]));
    }

    /// Draws problems with a blank line after each; of many of a kind the first, and how many more there are.
    fn draw(&self, level: &Level<'static>, found: &Problems) {
        let (shown, more) = found.shown();
        for problem in shown {
            let drawn = self.renderer.render(&[drawing(level.clone(), problem, &found.sources)]);
            let drawn = without_bare_origins(&drawn);
            // Without a place there is no margin to hang the help on.
            let help = problem.help.iter().filter(|_| problem.place.is_none());
            let help = help.map(|help| format!("\n  = help: {help}")).collect::<Vec<_>>().concat();
            print_to_stderr(format_args!("{drawn}{help}\n"));
        }
        for more in more {
            let title = Group::with_title(level.clone().primary_title(more));
            print_to_stderr(format_args!("{}\n", self.renderer.render(&[title])));
        }
    }
}

/// Removes the lines that announce a text if its origin was just printed.
fn without_bare_origins(drawn: &str) -> String {
    let bare = |line: &&str| {
        let mut parts = line.split('\u{1b}');
        let first = parts.next().unwrap_or_default();
        let plain = parts.map(|part| part.split_once('m').map_or("", |(_, text)| text));
        std::iter::once(first).chain(plain).collect::<String>().trim() == ":::"
    };
    drawn.lines().filter(|line| !bare(line)).collect::<Vec<_>>().join("\n")
}

/// Prints data on standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    printed.context("cannot print the answer").map_err(Failure::World)
}

/// Writes a line to standard error, and ignores that it is closed. Control characters beyond ASCII act on some
/// terminals and pass the renderer, so they are shown as unknown.
fn print_to_stderr(text: impl Display) {
    let beyond_ascii = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    let text = text.to_string().replace(beyond_ascii, "\u{fffd}");
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Longest part of a text that is marked \[bytes\], and longest line of which the whole is shown.
const LONGEST_MARK: usize = 100;

/// The lines of a text that a problem is about.
struct Excerpt<'a> {
    text: &'a str,
    /// Start of the lines \[bytes\].
    start: usize,
    /// Number of the first.
    line: usize,
}

impl<'a> Excerpt<'a> {
    fn around<'p>(source: &'a Source, places: impl Iterator<Item = &'p Place>) -> Self {
        let text = source.text.as_str();
        let parts: Vec<Range<usize>> = places.map(|place| shown_part(source, place)).collect();
        let first = parts.iter().map(|part| part.start).min().unwrap_or(0);
        let last = parts.iter().map(|part| part.end).max().unwrap_or(0);
        let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
        let line = text[..start].bytes().filter(|b| *b == b'\n').count() + 1;
        Self { text: &text[start..end], start, line }
    }
}

/// The part of a place that is marked: the beginning of a long one.
fn shown_part(source: &Source, place: &Place) -> Range<usize> {
    let text = &source.text;
    let [start, end] = [place.span.start, place.span.end.min(place.span.start + LONGEST_MARK)]
        .map(|at| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
    start..end
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
        let source = &sources[source];
        let Excerpt { text, start, line } = Excerpt::around(source, here.iter().map(|(place, ..)| *place));
        let notes = here.iter().map(|(place, label, kind)| {
            let span = shown_part(source, place);
            let mark = kind.span(span.start - start..span.end - start);
            if label.is_empty() { mark } else { mark.label(*label) }
        });
        let snippet = Snippet::source(text).line_start(line).annotations(notes);
        group = match here.first().and_then(|(place, ..)| source.cell(place.span.start)) {
            // A place in a sheet is a cell, not a line and a column of the text that shows it.
            Some(cell) => group.element(Origin::path(format!("{}, {cell}", source.path))).element(snippet),
            None => group.element(snippet.path(source.path.as_str())),
        };
    }
    match &problem.help {
        Some(help) if problem.place.is_some() => group.element(Level::HELP.message(help.as_str())),
        _ => group,
    }
}
