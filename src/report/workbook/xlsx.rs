//! A workbook as Office Open XML.

use std::io::{Cursor, Read, Write};

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Table, TableColumn, TableStyle, Url, Worksheet,
    XlsxError,
};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::layout::{PAGE, heading_row, places, widths};
use super::{ColumnKind, NO_VALUE, Tab, TabCell, TabTable, Workbook};

/// Height of a line \[points\].
const LINE: u32 = 15;
/// A4, as the format numbers it.
const A4: u8 = 9;
/// The part that says what the workbook is.
const PROPERTIES: &str = "docProps/core.xml";

/// The bytes of the workbook; the same sheets give the same bytes.
///
/// # Errors
/// The sheets do not fit the format: more than a million rows, say.
pub fn to_xlsx(workbook: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let made = workbook.made.unwrap_or(Date::constant(2020, 1, 1));
    let properties = DocProperties::new().set_creation_datetime(&day(made)?).set_title(&workbook.title);
    book.set_properties(&properties);
    for tab in &workbook.tabs {
        write(book.add_worksheet(), tab)?;
    }
    in_english(book.save_to_buffer()?)
}

/// The same with its language, which the library cannot set.
fn in_english(bytes: Vec<u8>) -> Result<Vec<u8>, XlsxError> {
    let mut from = ZipArchive::new(Cursor::new(bytes))?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at)?;
        if part.name()? != PROPERTIES {
            to.raw_copy_file(part)?;
            continue;
        }
        let mut text = String::new();
        part.read_to_string(&mut text)?;
        let text =
            text.replace("</cp:coreProperties>", "<dc:language>en-GB</dc:language></cp:coreProperties>");
        to.start_file(PROPERTIES, SimpleFileOptions::default().last_modified_time(zip::DateTime::default()))?;
        to.write_all(text.as_bytes())?;
    }
    Ok(to.finish()?.into_inner())
}

fn day(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&day.to_string())
}

fn write(sheet: &mut Worksheet, tab: &Tab) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let title = Format::new().set_bold().set_font_size(14);
    sheet.set_name(tab.name)?.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&RPage &P of &N");
    sheet.write_with_format(0, 0, &tab.title, &title)?;
    for (row, line) in (1..).zip(&tab.lines) {
        if tab.wraps {
            sheet.write_with_format(row, 0, line, &wrapped)?;
            fit(sheet, row, std::iter::once((line.as_str(), PAGE)))?;
        } else {
            sheet.write(row, 0, line)?;
        }
    }
    let widths = widths(tab);
    for (column, width) in (0..).zip(&widths) {
        sheet.set_column_width(column, small(*width)?)?;
    }
    let Some(table) = &tab.table else { return Ok(()) };
    let top = small(heading_row(tab))?;
    sheet.set_repeat_rows(top, top)?;
    for (row, cells) in (top + 1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, (row, column), cell, &wrapped)?;
        }
    }
    let heading = |kind: ColumnKind| {
        let side = if kind == ColumnKind::Words { FormatAlign::Left } else { FormatAlign::Right };
        Format::new().set_bold().set_text_wrap().set_align(side)
    };
    for (row, cells) in (top + 1..).zip(&table.rows) {
        let words =
            |cell: &TabCell| if let TabCell::Words(text) = cell { text.clone() } else { String::new() };
        let texts: Vec<String> = cells.iter().map(words).collect();
        fit(sheet, row, texts.iter().map(String::as_str).zip(widths.iter().copied()))?;
    }
    fit(sheet, top, table.columns.iter().map(|column| column.heading.as_str()).zip(widths.iter().copied()))?;
    if table.rows.is_empty() {
        // A table needs a row; of one without any the headings are written alone.
        for (column, of) in (0..).zip(&table.columns) {
            sheet.write_with_format(top, column, &of.heading, &heading(of.kind))?;
        }
        return Ok(());
    }
    mark_up(sheet, table, top, heading)
}

/// Marks a table up under its name, without filters and bands.
fn mark_up(
    sheet: &mut Worksheet,
    table: &TabTable,
    top: u32,
    heading: impl Fn(ColumnKind) -> Format,
) -> Result<(), XlsxError> {
    let columns: Vec<TableColumn> = table
        .columns
        .iter()
        .map(|column| TableColumn::new().set_header(&column.heading).set_header_format(heading(column.kind)))
        .collect();
    let marked = Table::new().set_name(&table.name).set_columns(&columns);
    let marked = marked.set_autofilter(false).set_banded_rows(false).set_style(TableStyle::None);
    let last = u16::try_from(table.columns.len()).map_err(|_| XlsxError::RowColumnLimitError)? - 1;
    sheet.add_table(top, 0, top + small(table.rows.len())?, last, &marked)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &TabCell,
    wrapped: &Format,
) -> Result<(), XlsxError> {
    let top = Format::new().set_align(FormatAlign::Top);
    match cell {
        TabCell::Nothing => sheet.write_with_format(row, column, NO_VALUE, wrapped)?,
        TabCell::Words(text) => sheet.write_with_format(row, column, text, wrapped)?,
        TabCell::Day(date) => {
            sheet.write_with_format(row, column, day(*date)?, &top.set_num_format("d mmmm yyyy"))?
        }
        TabCell::Number(number) => {
            let digits = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"][places(*number)];
            sheet.write_with_format(row, column, *number, &top.set_num_format(digits))?
        }
        TabCell::Link(name) => {
            sheet.write(row, column, Url::new(format!("internal:'{name}'!A1")).set_text(*name))?
        }
    };
    Ok(())
}

/// Makes a row as high as its text needs in columns of these widths; not every program does that by itself.
fn fit<'t>(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = (&'t str, usize)>,
) -> Result<(), XlsxError> {
    let lines = cells.map(|(text, width)| text.len().div_ceil(width)).max().unwrap_or(1);
    if lines > 1 {
        sheet.set_row_height(row, LINE * small(lines)?)?;
    }
    Ok(())
}

fn small(n: usize) -> Result<u32, XlsxError> {
    u32::try_from(n).map_err(|_| XlsxError::RowColumnLimitError)
}
