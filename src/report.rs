//! A report of a study for readers who will not run it: from a finished results folder to one document, and from that to
//! HTML or Markdown.
//!
//! Reads the tables and figures of the folder and computes nothing but differences between two scenarios' inputs; every number
//! carries the text of the file it came from.

mod annex;
mod brief;
mod changes;
mod document;
mod html;
mod main_part;
mod markdown;
mod result_tables;
mod sections;
mod study_record;
mod summary;
mod workbook;

pub use brief::brief;
pub use document::{Block, Diagram, Document, Grid, Item, Meaning, Picture, Section, Tile, Words};
pub use html::to_html;
pub use markdown::to_markdown;
pub use sections::report;
pub use study_record::{ASSURANCE, PrintedKey, RATIONALE};
pub use workbook::{ColumnKind, Tab, TabCell, TabColumn, TabTable, Workbook, workbook};
#[cfg(feature = "workbook")]
pub use workbook::{to_ods, to_xlsx};
