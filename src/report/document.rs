//! The document between a results folder and its forms: sections of blocks, and numbers that know where they came from.

use crate::output::{ResultsError, Sheet};
pub(super) use crate::wording::words;
pub use crate::wording::{Item, Words};

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The question.
    pub title: String,
    /// What it rests on and may be used for, line by line.
    pub status: Vec<String>,
    /// Whether it is a brief that fits one printed page: no contents, no data under its figure, no scripts.
    pub one_page: bool,
    /// Its sections.
    pub sections: Vec<Section>,
}

impl Document {
    /// The same with its figures numbered from the first to the last.
    pub(super) fn with_figures_numbered(mut self) -> Self {
        let blocks = self.sections.iter_mut().flat_map(|section| &mut section.blocks);
        let figures = blocks.filter_map(|block| match block {
            Block::Figure(picture) => Some(picture),
            _ => None,
        });
        figures.zip(1..).for_each(|(picture, number)| picture.number = number);
        self
    }
}

/// A section under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its address in the document.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// Whether it is an annex, for readers who check or repeat the work.
    pub annex: bool,
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// The answer: larger than other paragraphs.
    Lead(Words),
    /// A paragraph.
    Paragraph(Words),
    /// Points.
    List(Vec<Words>),
    /// Points in an order, numbered from 1.
    Steps(Vec<Words>),
    /// Numbers side by side.
    Tiles(Vec<Tile>),
    /// A table.
    Table(Grid),
    /// A figure.
    Figure(Picture),
    /// A heading inside a section.
    Heading(String),
    /// A drawing that shows no numbers.
    Diagram(Diagram),
    /// Words and their meanings.
    Meanings(Vec<Meaning>),
    /// Something to type.
    Command(String),
}

/// One number of the first screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: Words,
    /// What it is compared with, and how sure it is.
    pub note: Words,
}

/// A table with a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// What it holds, with units.
    pub caption: String,
    /// Headings of its columns.
    pub header: Vec<String>,
    /// Its rows; the first cell of each names it.
    pub rows: Vec<Vec<Words>>,
}

/// A word and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The word.
    pub word: String,
    /// Its meaning, in one sentence.
    pub means: String,
}

/// A drawing that shows no numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// Name of its file without the ending.
    pub id: &'static str,
    /// Its subject.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// The same in words, for readers who cannot see it.
    pub description: String,
}

/// A figure with everything that stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its number in the document, from 1; set when it is taken up.
    pub number: usize,
    /// Name of its files without the ending.
    pub id: String,
    /// The finding.
    pub title: String,
    /// The drawing.
    pub svg: String,
    /// What it shows, for those who cannot see it.
    pub description: String,
    /// Its data as the file holds it.
    pub csv: String,
    /// The same as cells, the header first.
    pub cells: Vec<Vec<String>>,
}

impl Picture {
    /// A figure that has no number yet.
    ///
    /// # Errors
    /// The data are no table.
    pub fn new(
        id: String,
        title: String,
        svg: String,
        description: String,
        csv: String,
    ) -> Result<Self, ResultsError> {
        let cells = Sheet::parse(&format!("{id}.csv"), csv.as_bytes())?.cells();
        Ok(Self { number: 0, id, title, svg, description, csv, cells })
    }
}
