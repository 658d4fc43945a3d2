//! A table read back from CSV, its cells asked for by the name of their column.

use std::str::FromStr;

use jiff::civil::Date;

use crate::formula::unguarded;
use crate::output::ResultsError;
use crate::output::table::{FALSE, TRUE};
use crate::statistics::Level;

/// A table of words; [`Row`] makes numbers and dates of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    file: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// One row of a [`Sheet`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'s> {
    sheet: &'s Sheet,
    index: usize,
}

impl Sheet {
    /// Reads a table with one header row.
    ///
    /// # Errors
    /// A row that is not UTF-8 or has another number of cells than the header.
    pub(crate) fn parse(file: &str, bytes: &[u8]) -> Result<Self, ResultsError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut rows = Vec::new();
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(|error| ResultsError::Cell {
                file: file.to_owned(),
                line: index + 1,
                column: String::new(),
                found: error.to_string(),
                expected: "a row of CSV",
            })?;
            rows.push(record.iter().map(|cell| unguarded(cell).to_owned()).collect());
        }
        let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        Ok(Self { file: file.to_owned(), header, rows })
    }

    /// Its cells as words, the header first.
    #[must_use]
    pub fn cells(&self) -> Vec<Vec<String>> {
        std::iter::once(&self.header).chain(&self.rows).cloned().collect()
    }

    /// Names of its columns.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Its rows, top to bottom.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|index| Row { sheet: self, index })
    }
}

impl<'s> Row<'s> {
    /// The words of its cells, in the order of the columns.
    pub(crate) fn cells(&self) -> &'s [String] {
        &self.sheet.rows[self.index]
    }

    /// Whether there is such a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.sheet.header.iter().any(|name| name == column)
    }

    /// The words of a cell.
    ///
    /// # Errors
    /// There is no such column.
    pub fn text(&self, column: &str) -> Result<&'s str, ResultsError> {
        match self.sheet.header.iter().position(|name| name == column) {
            Some(at) => Ok(&self.sheet.rows[self.index][at]),
            None => Err(self.wrong(column, "no such column", "the column")),
        }
    }

    /// A count of things, with decimal places or without; an empty cell is none.
    ///
    /// # Errors
    /// There is no such column, or something else stands in it.
    pub fn count(&self, column: &str) -> Result<u64, ResultsError> {
        self.without_places(column, "a count")
    }

    /// A whole number, below zero or not, with decimal places or without; an empty cell is 0.
    ///
    /// # Errors
    /// There is no such column, or something else stands in it.
    pub fn whole(&self, column: &str) -> Result<i64, ResultsError> {
        self.without_places(column, "a whole number")
    }

    /// A whole number, which a column of numbers with decimal places may hold with these.
    fn without_places<T: FromStr + Default>(
        &self,
        column: &str,
        expected: &'static str,
    ) -> Result<T, ResultsError> {
        let text = self.text(column)?;
        let whole = text.split_once('.').filter(|(_, places)| places.bytes().all(|digit| digit == b'0'));
        let whole = whole.map_or(text, |(whole, _)| whole);
        if whole.is_empty() {
            return Ok(T::default());
        }
        whole.parse().map_err(|_| self.wrong(column, text, expected))
    }

    /// A number, where there is one.
    ///
    /// # Errors
    /// There is no such column, or something else stands in it.
    pub fn number(&self, column: &str) -> Result<Option<f64>, ResultsError> {
        self.value(column, "a number")
    }

    /// A date, where there is one.
    ///
    /// # Errors
    /// There is no such column, or something else stands in it.
    pub fn date(&self, column: &str) -> Result<Option<Date>, ResultsError> {
        self.value(column, "a date, as 2021-01-04")
    }

    /// Whether something holds, where the cell says so.
    ///
    /// # Errors
    /// There is no such column, or something else stands in it.
    pub fn flag(&self, column: &str) -> Result<Option<bool>, ResultsError> {
        match self.text(column)? {
            "" => Ok(None),
            TRUE => Ok(Some(true)),
            FALSE => Ok(Some(false)),
            other => Err(self.wrong(column, other, "TRUE or FALSE")),
        }
    }

    /// The level of an interval, where the row names it.
    ///
    /// # Errors
    /// Something else stands in its column.
    pub fn level(&self) -> Result<Option<Level>, ResultsError> {
        const COLUMN: &str = "level_pct";
        if !self.sheet.header.iter().any(|name| name == COLUMN) {
            return Ok(None);
        }
        let Some(percent) = self.number(COLUMN)? else { return Ok(None) };
        let level = Level::new(percent / 100.0);
        level.map(Some).ok_or_else(|| self.wrong(COLUMN, &percent.to_string(), "a level between 0 and 100"))
    }

    fn value<T: FromStr>(&self, column: &str, expected: &'static str) -> Result<Option<T>, ResultsError> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| self.wrong(column, text, expected))
    }

    /// A cell that does not hold what it should.
    pub(crate) fn wrong(&self, column: &str, found: &str, expected: &'static str) -> ResultsError {
        ResultsError::Cell {
            file: self.sheet.file.clone(),
            line: self.index + 2,
            column: column.to_owned(),
            found: found.to_owned(),
            expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_known_by_column_and_a_wrong_one_by_its_place() {
        let sheet = Sheet::parse("x.csv", b"name,n,date\r\n'=a,-3,\r\n\"b, c\",x,2021-01-04\r\n").unwrap();
        let rows: Vec<Row> = sheet.rows().collect();
        assert_eq!((rows[0].text("name").unwrap(), rows[0].whole("n").unwrap()), ("=a", -3));
        assert_eq!(rows[0].date("date").unwrap(), None);
        let numbers = Sheet::parse("x.csv", b"n,f\r\n12.0000,TRUE\r\n12.5,true\r\n").unwrap();
        let numbers: Vec<Row> = numbers.rows().collect();
        assert_eq!((numbers[0].count("n").unwrap(), numbers[0].flag("f").unwrap()), (12, Some(true)));
        assert!(numbers[1].count("n").is_err() && numbers[1].flag("f").is_err());
        assert_eq!(rows[1].text("name").unwrap(), "b, c");
        let wrong = rows[1].count("n").unwrap_err().to_string();
        assert_eq!(wrong, "x.csv:3: found `x` in column `n`, expected a count");
        let none = rows[0].text("gone").unwrap_err().to_string();
        assert_eq!(none, "x.csv:2: found `no such column` in column `gone`, expected the column");
    }
}
