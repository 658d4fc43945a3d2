//! What is wrong with a scenario, as plain data: a message, a place, what to do. Knows nothing of terminals.

use std::fmt;
use std::ops::Range;

/// A place in one of the texts a scenario was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Position in [`Problems::sources`].
    pub source: usize,
    /// Bytes of that text.
    pub span: Range<usize>,
}

/// A text that a scenario was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path, or what stands for one (`--set key=value`, `<stdin>`).
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..byte.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }
}

/// One thing that is wrong, or odd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong: lower case, no full stop, names in backticks.
    pub message: String,
    /// Where; `None` for what is missing altogether.
    pub place: Option<Place>,
    /// What was found there.
    pub label: String,
    /// Other places that matter, each with what it says.
    pub related: Vec<(Place, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, place: Option<&Place>, label: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: place.cloned(),
            label: label.into(),
            related: Vec::new(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn related(mut self, place: Option<&Place>, says: impl Into<String>) -> Self {
        self.related.extend(place.map(|place| (place.clone(), says.into())));
        self
    }
}

/// Everything that is wrong, with the texts the places point into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// In the order of the files.
    pub problems: Vec<Problem>,
    /// The texts.
    pub sources: Vec<Source>,
}

impl fmt::Display for Problems {
    /// One line a problem: `path:line:column: message: label`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            if let Some(place) = &problem.place {
                let source = &self.sources[place.source];
                let (line, column) = source.line_column(place.span.start);
                write!(f, "{}:{line}:{column}: ", source.path)?;
            }
            write!(f, "{}", problem.message)?;
            if !problem.label.is_empty() {
                write!(f, ": {}", problem.label)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
