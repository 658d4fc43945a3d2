//! A report of a study for readers who will not run it: from a finished results folder to one document, and from that to
//! HTML or Markdown.
//!
//! Reads the tables and figures of the folder and computes nothing but differences between two scenarios' inputs; every number
//! carries the text of the file it came from.

mod brief;
mod changes;
mod content;
mod document;
mod html;
mod markdown;
mod result_tables;
mod summary;
mod workbook;
#[cfg(feature = "workbook")]
mod xlsx;

pub use brief::brief;
pub use content::report;
pub use document::{Block, Document, Grid, Item, Picture, Section, Tile, Words};
pub use html::to_html;
pub use markdown::to_markdown;
pub use workbook::{Tab, workbook};
#[cfg(feature = "workbook")]
pub use xlsx::to_xlsx;
