//! A sheet of a workbook, .xlsx or .ods, as a table: the values that its cells hold, whatever their colours.
//!
//! Messages show it as a text with one line a row and tabs between the cells, so that a place in the text is a cell.

use super::{Cell, Remarks};

/// Whether a file is a readable workbook, by its first bytes and not by its ending.
pub(in crate::scenario) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Whether a file is a workbook of the old form or one with a password.
pub(in crate::scenario) fn is_closed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

/// Why no sheet can be read, and what to do.
#[derive(Debug)]
pub(in crate::scenario) struct Refusal {
    pub(in crate::scenario) message: String,
    pub(in crate::scenario) help: String,
}

/// A sheet that was read: the cells of its rows, and the text that holds them.
#[derive(Debug)]
pub(in crate::scenario) struct WorkSheet {
    pub(in crate::scenario) name: String,
    pub(in crate::scenario) text: String,
    /// Whether it is known which of its numbers are shown as per cent.
    pub(in crate::scenario) says_per_cent: bool,
    pub(in crate::scenario) rows: Vec<Vec<Cell>>,
    /// Cells whose formula has no result, and a cell of a sheet in which every formula gives 0.
    pub(in crate::scenario) unworked: Vec<std::ops::Range<usize>>,
    pub(in crate::scenario) all_zero: Option<std::ops::Range<usize>>,
}

#[cfg(not(feature = "workbook"))]
pub(in crate::scenario) fn read(_: &[u8], _: Option<&str>, _: &str) -> Result<WorkSheet, Refusal> {
    Err(Refusal {
        message: "this build reads no workbooks".to_owned(),
        help: "save the sheet as CSV, or build with the feature `workbook`".to_owned(),
    })
}

#[cfg(feature = "workbook")]
pub(in crate::scenario) use reading::read;

impl WorkSheet {
    /// Notes what is wrong or odd with its formulas.
    pub(in crate::scenario) fn remark(&self, source: usize, remarks: &mut Remarks) {
        use crate::scenario::problem::{Place, Problem};
        let place = |span: &std::ops::Range<usize>| Place { source, span: span.clone() };
        let resave = "open the workbook in a spreadsheet program, let it work out its formulas, and save it";
        for span in &self.unworked {
            let problem =
                Problem::new("a formula has no result", Some(&place(span)), "its value is not in the file");
            remarks.problems.push(problem.help(resave));
        }
        if let Some(span) = &self.all_zero {
            let warning =
                Problem::new("every formula of the sheet gives 0", Some(&place(span)), "the first of them");
            remarks.warnings.push(warning.help(format!("if that is not so, {resave}")));
        }
    }
}

#[cfg(feature = "workbook")]
mod reading {
    use std::collections::BTreeMap;
    use std::fmt::Display;
    use std::io::Cursor;

    use calamine::{Data, Ods, Reader, Sheet, SheetType, SheetVisible, Xlsx};

    use super::{Refusal, WorkSheet};
    use crate::scenario::suggest::{nearest, some_of};
    use crate::scenario::table::Cell;

    /// Whole numbers up to here are exact in a cell; larger ones a workbook has rounded.
    const EXACT: f64 = 9_007_199_254_740_992.0;

    type Book<'b> = Cursor<&'b [u8]>;
    /// The cells of a sheet that hold something, by row and column.
    type Cells = BTreeMap<(u32, u32), Held>;

    /// The content of a cell.
    struct Held {
        value: Data,
        is_formula: bool,
        /// Whether it shows its number as per cent.
        per_cent: bool,
    }

    /// Reads the sheet of a name, or the only filled one that is not hidden; `how` describes how to name a sheet.
    pub(in crate::scenario) fn read(
        bytes: &[u8],
        wanted: Option<&str>,
        how: &str,
    ) -> Result<WorkSheet, Refusal> {
        let xlsx_error = match Xlsx::new(Cursor::new(bytes)) {
            Ok(mut book) => {
                let sheets = book.sheets_metadata().to_vec();
                let (name, cells) = choose(&sheets, (wanted, how), |name| of_xlsx(&mut book, name))?;
                return Ok(work_sheet(name, &cells, true));
            }
            Err(error) => error.to_string(),
        };
        match Ods::new(Cursor::new(bytes)) {
            Ok(mut book) => {
                let sheets = book.sheets_metadata().to_vec();
                let (name, cells) = choose(&sheets, (wanted, how), |name| of_ods(&mut book, name))?;
                Ok(work_sheet(name, &cells, false))
            }
            Err(error) => {
                let is_ods = bytes.windows(12).take(200).any(|part| part == b"opendocument");
                let error = if is_ods { error.to_string() } else { xlsx_error };
                Err(Refusal {
                    message: format!("it is no workbook that can be read: {error}"),
                    help: "save it as .xlsx or .ods without a password, or the sheet as CSV".to_owned(),
                })
            }
        }
    }

    /// The cells of a sheet of an .xlsx, read one by one: a stray cell far away costs no room.
    fn of_xlsx(book: &mut Xlsx<Book<'_>>, name: &str) -> Result<Cells, Refusal> {
        let unreadable = |error: calamine::XlsxError| unreadable(name, &error);
        let mut cells = Cells::new();
        let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
        while let Some(record) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
            let held =
                Held { value: record.value.into(), is_formula: record.formula.is_some(), per_cent: false };
            if held.is_formula || held.value != Data::Empty {
                cells.insert(record.pos, held);
            }
        }
        drop(reader);
        let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
        while let Some((row, column, style)) = reader.next_style_id().map_err(unreadable)? {
            if let Some(held) = cells.get_mut(&(row, column)) {
                let format = reader.styles().get(style).and_then(|style| style.number_format.as_ref());
                held.per_cent = format.is_some_and(|format| shows_per_cent(&format.format_code));
            }
        }
        Ok(cells)
    }

    /// The cells of a sheet of an .ods.
    fn of_ods(book: &mut Ods<Book<'_>>, name: &str) -> Result<Cells, Refusal> {
        let range = book.worksheet_range(name).map_err(|error| unreadable(name, &error))?;
        let formulas = book.worksheet_formula(name).map_err(|error| unreadable(name, &error))?;
        let at = |start: Option<(u32, u32)>, row: usize, column: usize| {
            let (top, left) = start.unwrap_or_default();
            Some((top + u32::try_from(row).ok()?, left + u32::try_from(column).ok()?))
        };
        let held = |value: &Data| Held { value: value.clone(), is_formula: false, per_cent: false };
        let mut cells: Cells = range
            .used_cells()
            .filter_map(|(row, column, value)| Some((at(range.start(), row, column)?, held(value))))
            .collect();
        for (row, column, _) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            if let Some(at) = at(formulas.start(), row, column) {
                cells.entry(at).or_insert_with(|| held(&Data::Empty)).is_formula = true;
            }
        }
        Ok(cells)
    }

    fn unreadable(name: &str, error: &dyn Display) -> Refusal {
        Refusal {
            message: format!("the sheet `{name}` cannot be read: {error}"),
            help: "save the workbook again, or the sheet as CSV".to_owned(),
        }
    }

    /// Whether a number format shows per cent. Text in quotes or after a backslash is printed as it is.
    fn shows_per_cent(format: &str) -> bool {
        let unquoted: String = format.split('"').step_by(2).collect();
        unquoted.replace("\\%", "").contains('%')
    }

    /// The sheet that is meant, and its cells.
    fn choose(
        sheets: &[Sheet],
        (wanted, how): (Option<&str>, &str),
        mut read: impl FnMut(&str) -> Result<Cells, Refusal>,
    ) -> Result<(String, Cells), Refusal> {
        let sheets: Vec<&Sheet> = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
        let quoted =
            |names: &[&str]| some_of(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>());
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        if let Some(wanted) = wanted {
            let plainly = |name: &str| name.trim().to_lowercase();
            let same = names.iter().find(|name| **name == wanted);
            if let Some(name) = same.or_else(|| names.iter().find(|name| plainly(name) == plainly(wanted))) {
                return Ok(((*name).to_owned(), read(name)?));
            }
            let message = format!("the workbook has no sheet `{wanted}`");
            let help = nearest(wanted, names.iter().copied()).map_or_else(
                || format!("its sheets are {}", quoted(&names)),
                |near| format!("a sheet with a similar name exists: `{near}`"),
            );
            return Err(Refusal { message, help });
        }
        let mut filled = Vec::new();
        for sheet in sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible) {
            let cells = read(&sheet.name)?;
            if cells.values().any(|held| held.value != Data::Empty) {
                filled.push((sheet.name.clone(), cells));
            }
        }
        if filled.len() > 1 {
            let names: Vec<&str> = filled.iter().map(|(name, _)| name.as_str()).collect();
            return Err(Refusal {
                message: format!("the workbook has several sheets: {}", quoted(&names)),
                help: format!("name the one that is meant, {}", how.replace("SHEET", names[0])),
            });
        }
        filled.pop().ok_or_else(|| Refusal {
            message: "the workbook holds nothing, hidden sheets apart".to_owned(),
            help: format!("name the sheet, {how}; its sheets are {}", quoted(&names)),
        })
    }

    fn work_sheet(name: String, cells: &Cells, says_per_cent: bool) -> WorkSheet {
        let (text, rows, unworked) = (String::new(), Vec::new(), Vec::new());
        let mut sheet = WorkSheet { name, text, says_per_cent, rows, unworked, all_zero: None };
        let (mut line, mut at, mut zeros) = (Vec::new(), 0, Vec::new());
        for (&(row, column), held) in cells {
            while at < row {
                sheet.end_line(&mut line);
                at += 1;
            }
            while line.len() < column as usize {
                sheet.cell(&mut line, "");
            }
            sheet.cell(&mut line, &text_of(held));
            let span = line.last().map_or(0..0, |cell: &Cell| cell.span.clone());
            match held.value {
                Data::Empty if held.is_formula => sheet.unworked.push(span),
                Data::Float(0.0) if held.is_formula => zeros.push(span),
                _ => {}
            }
        }
        sheet.end_line(&mut line);
        let formulas = cells.values().filter(|held| held.is_formula).count();
        let all = zeros.len() == formulas;
        sheet.all_zero = zeros.into_iter().next().filter(|_| all);
        sheet
    }

    impl WorkSheet {
        /// Adds a cell to a line. The text that is shown has one line a row, and a tab only between cells.
        fn cell(&mut self, line: &mut Vec<Cell>, text: &str) {
            if !line.is_empty() {
                self.text.push('\t');
            }
            let start = self.text.len();
            self.text.extend(text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }));
            line.push(Cell { text: text.trim().to_owned(), span: start..self.text.len() });
        }

        fn end_line(&mut self, line: &mut Vec<Cell>) {
            self.text.push('\n');
            let row = std::mem::take(line);
            if row.iter().any(|cell| !cell.text.is_empty()) {
                self.rows.push(row);
            }
        }
    }

    /// Returns the content of a cell, as a text table would have it.
    fn text_of(Held { value, per_cent, .. }: &Held) -> String {
        match value {
            Data::Empty => String::new(),
            Data::String(text) | Data::DurationIso(text) => text.clone(),
            Data::Float(number) if *per_cent => format!("{}%", hundredfold(*number)),
            Data::Float(number) if number.abs() > EXACT => format!("{number:e}"),
            Data::Float(number) => number.to_string(),
            Data::Int(number) => number.to_string(),
            Data::Bool(flag) => flag.to_string(),
            Data::Error(error) => error.to_string(),
            Data::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
            Data::DateTime(stamp) if stamp.is_duration() => format!("{} days", stamp.as_f64()),
            Data::DateTime(stamp) => {
                let (year, month, day, hour, minute, second, _) = stamp.to_ymd_hms_milli();
                let date = format!("{year:04}-{month:02}-{day:02}");
                match (hour, minute, second) {
                    (0, 0, 0) => date,
                    _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
                }
            }
        }
    }

    /// A share in per cent, without the noise of the last bits: 0.07 is 7.
    fn hundredfold(share: f64) -> f64 {
        (share * 1e12).round() / 1e10
    }
}
