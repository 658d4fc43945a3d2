//! Problems of a scenario as plain data: a message, a place, and a remedy. This module knows nothing of terminals.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::unseen::made_seen;
use crate::wording::numbers::count;

/// A place in one of the texts a scenario was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Position in [`Problems::sources`].
    pub source: usize,
    /// Bytes of that text.
    pub span: Range<usize>,
}

/// A text that a scenario was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path, or a name in place of one (`--set key=value`, `<stdin>`).
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its form.
    pub form: Form,
}

/// The form of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A file or a flag as it was written.
    Text,
    /// A table with this sign between its cells.
    Delimited(char),
    /// A sheet of a workbook, a line a row and a tab between cells.
    Sheet {
        /// Its name.
        name: String,
        /// Whether the workbook records which of its numbers are shown as per cent.
        says_per_cent: bool,
    },
}

impl Source {
    /// Makes a text as it was written. Invisible characters of its path are shown.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: made_seen(&path.into()), text: text.into(), form: Form::Text }
    }

    /// Whether it comes from the command line.
    pub(super) fn is_flag(&self) -> bool {
        self.path.starts_with("--set ")
    }

    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..byte.min(self.text.len())];
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }

    /// The sheet and the cell of a byte, where the text is that of a sheet: ``sheet `Stock`, cell B5``.
    #[must_use]
    pub fn cell(&self, byte: usize) -> Option<String> {
        let Form::Sheet { name, .. } = &self.form else { return None };
        let before = &self.text[..byte.min(self.text.len())];
        let row = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[start..].matches('\t').count();
        Some(format!("sheet `{name}`, cell {}{row}", letters(column)))
    }

    /// Returns the place of a byte for people: `path:line:column`, or the path with sheet and cell.
    #[must_use]
    pub fn place(&self, byte: usize) -> String {
        if let Some(cell) = self.cell(byte) {
            return format!("{}, {cell}", self.path);
        }
        let (line, column) = self.line_column(byte);
        format!("{}:{line}:{column}", self.path)
    }
}

/// The letters of a column of a sheet, counted from 0: A to Z, then AA.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// One thing that is wrong, or odd.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The message: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where; `None` for what is missing altogether.
    pub place: Option<Place>,
    /// What the file has there.
    pub label: String,
    /// Other places that matter, each with a label.
    pub related: Vec<(Place, String)>,
    /// The remedy.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, place: Option<&Place>, label: impl Into<String>) -> Self {
        Self {
            message: shortened(message.into()),
            place: place.cloned(),
            label: shortened(label.into()),
            related: Vec::new(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(help.into()));
        self
    }

    pub(super) fn related(mut self, place: Option<&Place>, says: impl Into<String>) -> Self {
        self.related.extend(place.map(|place| (place.clone(), shortened(says.into()))));
        self
    }

    /// Returns the part that problems of this kind share: the message without its names and numbers.
    fn kind(&self) -> String {
        let mut kind = String::new();
        for (at, part) in self.message.split(['`', '"']).enumerate() {
            if at % 2 == 1 {
                kind.push('\u{2026}');
            } else {
                kind.extend(part.chars().filter(|c| !c.is_ascii_digit()));
            }
        }
        kind
    }
}

/// Longest name and longest text in a message \[characters\].
const LONGEST_NAME: usize = 80;
const LONGEST_TEXT: usize = 1_000;

/// Returns a text with long names, in backticks or quotes, cut short.
fn shortened(text: String) -> String {
    if text.len() <= LONGEST_NAME {
        return text;
    }
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_owned(),
    };
    let mut short = String::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find(['`', '"']) {
        let mark = &rest[open..=open];
        let Some(length) = rest[open + 1..].find(mark) else { break };
        short += &rest[..=open];
        short += &cut(&rest[open + 1..=open + length], LONGEST_NAME);
        short += mark;
        rest = &rest[open + length + 2..];
    }
    cut(&(short + rest), LONGEST_TEXT)
}

/// Everything that is wrong, with the texts the places point into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// In the order of the files.
    pub problems: Vec<Problem>,
    /// The texts.
    pub sources: Vec<Source>,
}

/// Largest number of problems of a kind that are shown; further ones are counted.
const MOST_SHOWN: usize = 20;

impl Problems {
    /// Returns the problems to show one by one, and for each kind a line with the number of further ones.
    #[must_use]
    pub fn shown(&self) -> (Vec<&Problem>, Vec<String>) {
        let mut kinds: Vec<(String, usize)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut shown = Vec::new();
        for problem in &self.problems {
            let kind = problem.kind();
            let at = *known.entry(kind).or_insert_with_key(|kind| {
                kinds.push((kind.clone(), 0));
                kinds.len() - 1
            });
            kinds[at].1 += 1;
            if kinds[at].1 <= MOST_SHOWN {
                shown.push(problem);
            }
        }
        let more = kinds.into_iter().filter(|(_, n)| *n > MOST_SHOWN);
        let more = more.map(|(kind, n)| format!("{} more of the same kind: {kind}", count(n - MOST_SHOWN)));
        (shown, more.collect())
    }
}

impl fmt::Display for Problems {
    /// One line a problem: `path:line:column: message: label`, and of each kind that has many how many more there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, more) = self.shown();
        for problem in shown {
            if let Some(place) = &problem.place {
                write!(f, "{}: ", self.sources[place.source].place(place.span.start))?;
            }
            write!(f, "{}", problem.message)?;
            if !problem.label.is_empty() {
                write!(f, ": {}", problem.label)?;
            }
            writeln!(f)?;
        }
        more.iter().try_for_each(|more| writeln!(f, "{more}"))
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_of_a_kind_are_shown_and_the_others_counted() {
        let of = |n: usize| Problem::new(format!("there is no supplier `Nobody {n}`"), None, "");
        let mut problems: Vec<Problem> = (0..1_000).map(of).collect();
        problems.push(Problem::new("the table is empty", None, ""));
        let said = Problems { problems, sources: Vec::new() }.to_string();
        assert_eq!(said.lines().count(), 22);
        assert!(
            said.contains("the table is empty\n980 more of the same kind: there is no supplier \u{2026}\n"),
            "{said}"
        );
    }

    #[test]
    fn a_long_name_is_cut_and_the_words_around_it_are_not() {
        let long = "x".repeat(10_000_000);
        let problem = Problem::new(format!("there is no supplier `{long}` in `stock`"), None, "named here");
        assert!(problem.message.len() < 200, "{}", problem.message.len());
        assert!(problem.message.ends_with("\u{2026}` in `stock`"), "{}", problem.message);
    }

    #[test]
    fn a_place_in_a_sheet_is_a_cell() {
        let form = Form::Sheet { name: "Stock".to_owned(), says_per_cent: true };
        let source = Source { form, ..Source::new("plan.xlsx", "a\tb\n\tc\td\n") };
        assert_eq!(source.place(7), "plan.xlsx, sheet `Stock`, cell C2");
        assert_eq!(
            [letters(0), letters(25), letters(26), letters(701), letters(702)],
            ["A", "Z", "AA", "ZZ", "AAA"]
        );
        assert_eq!(Source::new("x.csv", "a\nbc").place(3), "x.csv:2:2");
    }
}
