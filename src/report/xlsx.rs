//! Sheets as a spreadsheet: tables marked up and named, links, numbers as numbers. Office Open XML, because the libraries for
//! `OpenDocument` give other bytes every time and cannot name a table.

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Table, TableColumn, TableStyle, Url, Workbook,
    Worksheet, XlsxError,
};

use super::workbook::{CONTENTS, NO_VALUE, Tab};

/// The bytes of the spreadsheet; the same sheets give the same bytes.
///
/// # Errors
/// The sheets do not fit the format: more than a million rows, say.
pub fn to_xlsx(tabs: &[Tab]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2020, 1, 1)?;
    let mut properties = DocProperties::new().set_creation_datetime(&made);
    if let Some(cover) = tabs.first() {
        properties = properties.set_title(&cover.title);
    }
    book.set_properties(&properties);
    for tab in tabs {
        write(book.add_worksheet(), tab)?;
    }
    book.save_to_buffer()
}

/// Columns are no wider than this many letters; what is longer wraps.
const WIDEST: usize = 60;
/// Width of a sheet of words \[letters\].
const PAGE: usize = 100;
/// Height of a line \[points\].
const LINE: u32 = 15;

/// Makes a row as high as its text needs in columns of these widths; not every program does that by itself.
fn fit<'t>(
    sheet: &mut Worksheet,
    row: u32,
    cells: impl Iterator<Item = (&'t String, usize)>,
) -> Result<(), XlsxError> {
    let lines = cells.map(|(text, width)| text.len().div_ceil(width)).max().unwrap_or(1);
    if lines > 1 {
        sheet.set_row_height(row, LINE * rows(lines)?)?;
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, tab: &Tab) -> Result<(), XlsxError> {
    let title = Format::new().set_bold().set_font_size(14);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name(&tab.name)?;
    if tab.header.is_empty() {
        sheet.set_column_width(0, rows(PAGE)?)?;
        sheet.write_with_format(0, 0, &tab.title, &title.set_text_wrap())?;
        // Letters of a title are half as large again.
        fit(sheet, 0, std::iter::once((&tab.title, PAGE * 2 / 3)))?;
        for (row, note) in (1..).zip(&tab.notes) {
            sheet.write_with_format(row, 0, note, &wrapped)?;
            fit(sheet, row, std::iter::once((note, PAGE)))?;
        }
        return Ok(());
    }
    sheet.write_with_format(0, 0, &tab.title, &title)?;
    for (row, note) in (1..).zip(&tab.notes) {
        sheet.write(row, 0, note)?;
    }
    let top = 1 + rows(tab.notes.len())?;
    let kinds: Vec<Kind> = (0..tab.header.len()).map(|column| Kind::of(tab, column)).collect();
    let formats: Vec<Format> = kinds.iter().map(|kind| kind.format()).collect();
    for (row, cells) in (top + 1..).zip(&tab.rows) {
        for ((column, cell), (kind, format)) in (0..).zip(cells).zip(kinds.iter().zip(&formats)) {
            match kind {
                _ if tab.name == CONTENTS && column == 0 => {
                    sheet.write(row, column, Url::new(format!("internal:{cell}!A1")).set_text(cell))?;
                }
                _ if cell == NO_VALUE => {
                    sheet.write_with_format(row, column, cell, &wrapped)?;
                }
                Kind::Date => {
                    sheet.write_with_format(row, column, ExcelDateTime::parse_from_str(cell)?, format)?;
                }
                Kind::Flag => {
                    sheet.write_with_format(row, column, cell == "TRUE", format)?;
                }
                Kind::Whole | Kind::Decimal => match number(cell) {
                    Some(value) => {
                        sheet.write_with_format(row, column, value, format)?;
                    }
                    None => {
                        sheet.write_with_format(row, column, cell, &wrapped)?;
                    }
                },
                Kind::Words => {
                    sheet.write_with_format(row, column, cell, &wrapped)?;
                }
            }
        }
    }
    let (mut columns, mut widths) = (Vec::new(), Vec::new());
    for (column, name) in (0..).zip(&tab.header) {
        let cells = tab.rows.iter().map(|row| &row[usize::from(column)]);
        let longest = cells.clone().map(String::len).max().unwrap_or(0);
        let width = longest.max(name.len() / 2).clamp(8, WIDEST) + 2;
        sheet.set_column_width(column, rows(width)?)?;
        widths.push(width);
        let heading = Format::new().set_bold().set_text_wrap();
        let side = match kinds[usize::from(column)] {
            Kind::Words | Kind::Flag => FormatAlign::Left,
            Kind::Whole | Kind::Decimal | Kind::Date => FormatAlign::Right,
        };
        columns.push(TableColumn::new().set_header(name).set_header_format(heading.set_align(side)));
    }
    for (row, cells) in (top..).zip(std::iter::once(&tab.header).chain(&tab.rows)) {
        fit(sheet, row, cells.iter().zip(widths.iter().copied()))?;
    }
    if tab.rows.is_empty() {
        // A table needs a row; of one without any the headings are written alone.
        for (column, name) in (0..).zip(&tab.header) {
            sheet.write_with_format(top, column, name, &Format::new().set_bold().set_text_wrap())?;
        }
        return Ok(());
    }
    let last = u16::try_from(tab.header.len()).map_err(|_| XlsxError::RowColumnLimitError)? - 1;
    let table = Table::new().set_name(format!("{}_data", tab.name)).set_columns(&columns);
    let table = table.set_autofilter(false).set_banded_rows(false).set_style(TableStyle::None);
    sheet.add_table(top, 0, top + rows(tab.rows.len())?, last, &table)?;
    Ok(())
}

/// What the cells of a column are, where they have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Words,
    Date,
    Flag,
    /// Numbers without decimal places.
    Whole,
    /// Numbers of which some have decimal places.
    Decimal,
}

impl Kind {
    fn of(tab: &Tab, column: usize) -> Self {
        let cells = || tab.rows.iter().map(|row| row[column].as_str()).filter(|cell| *cell != NO_VALUE);
        let all = |is: fn(&str) -> bool| cells().next().is_some() && cells().all(is);
        match () {
            () if all(|cell| number(cell).is_some() && !cell.contains('.')) => Self::Whole,
            () if all(|cell| number(cell).is_some()) => Self::Decimal,
            () if all(is_date) => Self::Date,
            () if all(|cell| cell == "TRUE" || cell == "FALSE") => Self::Flag,
            () => Self::Words,
        }
    }

    /// How a cell of the column is shown.
    fn format(self) -> Format {
        let format = Format::new().set_align(FormatAlign::Top);
        match self {
            Self::Words | Self::Flag => format,
            Self::Date => format.set_num_format("d mmm yyyy"),
            Self::Whole => format.set_num_format("#,##0"),
            Self::Decimal => format.set_num_format("#,##0.000"),
        }
    }
}

/// Whether a cell is a date that a spreadsheet can count with.
fn is_date(cell: &str) -> bool {
    cell.parse::<Date>().is_ok_and(|date| date.year() >= 1900) && ExcelDateTime::parse_from_str(cell).is_ok()
}

/// A cell's number; dates, fingerprints and names are none.
fn number(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is { cell.parse().ok() } else { None }
}

fn rows(n: usize) -> Result<u32, XlsxError> {
    u32::try_from(n).map_err(|_| XlsxError::RowColumnLimitError)
}
