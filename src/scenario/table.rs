//! CSV as a spreadsheet saves it: byte-order mark, CRLF, quotes, `1,000`, empty rows at the end. Each cell keeps its
//! place, which is why the splitting is done here: the usual reader does not tell where a quoted cell stood.

use std::ops::Range;

use super::document::{Entry, Item, Node, Table, read_value};
use super::problem::{Place, Problem};
use crate::formula::unguarded;

/// A CSV file: its header and its rows, each a table of the cells that are not empty.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) header: Vec<(String, Place)>,
    pub(super) rows: Vec<Table>,
}

/// A cell of a CSV text and where it stands in it \[bytes\].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it says, without its quotes and the space around it.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Range<usize>,
}

/// Reads a CSV text.
pub(super) fn read(text: &str, source: usize) -> Result<Sheet, Vec<Problem>> {
    let place = |span: Range<usize>| Place { source, span };
    let mut lines = cells(text, source).map_err(|problem| vec![*problem])?;
    if lines.is_empty() {
        let message = "the table is empty";
        return Err(vec![Problem::new(
            message,
            Some(&place(0..0)),
            "expected a header row with the names of keys",
        )]);
    }
    let header: Vec<(String, Place)> = lines
        .remove(0)
        .into_iter()
        .map(|cell| (unguarded(&cell.text).to_owned(), place(cell.span)))
        .collect();
    let mut problems = check_header(&header);
    let rows = lines.iter().map(|cells| row(&header, cells, source, &mut problems)).collect();
    if problems.is_empty() { Ok(Sheet { header, rows }) } else { Err(problems) }
}

fn check_header(header: &[(String, Place)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let [(only, at)] = header
        && (only.contains(';') || only.contains('\t'))
    {
        let found = if only.contains(';') { "semicolons" } else { "tabs" };
        problems.push(
            Problem::new(format!("the cells are separated by {found}"), Some(at), "expected commas")
                .help("save the table as `CSV UTF-8 (comma delimited)`"),
        );
    }
    for (at, (name, place)) in header.iter().enumerate() {
        if let Some((_, first)) = header[..at].iter().find(|(other, _)| other == name && !name.is_empty()) {
            let message = format!("the column `{name}` stands twice");
            problems
                .push(Problem::new(message, Some(place), "again here").related(Some(first), "first here"));
        }
    }
    problems
}

fn row(header: &[(String, Place)], cells: &[Cell], source: usize, problems: &mut Vec<Problem>) -> Table {
    let place = |span: Range<usize>| Place { source, span };
    let whole = cells[0].span.start..cells[cells.len() - 1].span.end;
    let mut table = Table::new(place(whole));
    if let Some(extra) = cells.get(header.len()..).and_then(|extra| extra.iter().find(|c| !c.text.is_empty()))
    {
        let expected = format!("cell {} of a row in a table of {} columns", header.len() + 1, header.len());
        problems.push(
            Problem::new(
                "the row has more cells than the header",
                Some(&place(extra.span.clone())),
                expected,
            )
            .help("put cells that contain a comma in quotes"),
        );
    }
    for (cell, (name, column)) in cells.iter().zip(header) {
        let text = unguarded(&cell.text);
        if text.is_empty() || name.is_empty() {
            continue;
        }
        let at = place(cell.span.clone());
        let item = if text.starts_with(['{', '[']) {
            read_value(text, &|_| at.clone()).unwrap_or_else(|problem| {
                problems.push(problem);
                Item { node: Node::Cell(text.to_string()), place: at.clone() }
            })
        } else {
            Item { node: Node::Cell(text.to_string()), place: at.clone() }
        };
        let key_place = if item.place.span.is_empty() { column.clone() } else { at };
        table.set(Entry { key: name.clone(), place: key_place, item });
    }
    table
}

/// The cells of every row that is not empty, as a spreadsheet saves them; `source` is the text's position among those
/// that problems point into.
///
/// # Errors
/// When a quote is never closed.
pub fn cells(text: &str, source: usize) -> Result<Vec<Vec<Cell>>, Box<Problem>> {
    let mut rows = split(text).map_err(|span| {
        let place = Place { source, span };
        Problem::new("a quote is never closed", Some(&place), "the quoted cell begins here")
            .help("close it with `\"`; a quote inside a quoted cell is written twice")
    })?;
    rows.retain(|cells| cells.iter().any(|cell| !cell.text.is_empty()));
    Ok(rows)
}

/// Splits a text into rows of cells; an error is where an unclosed quote stands.
fn split(text: &str) -> Result<Vec<Vec<Cell>>, Range<usize>> {
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut rows = vec![Vec::new()];
    while at < text.len() {
        let start = text.len() - text[at..].trim_start_matches(' ').len();
        let (cell, end) = if text[start..].starts_with('"') { quoted(text, start)? } else { plain(text, at) };
        rows.last_mut().expect("there is a row").push(cell);
        let rest = &text[end..];
        at = end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        if rest.starts_with(['\r', '\n']) {
            rows.push(Vec::new());
        } else if at == text.len() && rest.starts_with(',') {
            rows.last_mut().expect("there is a row").push(Cell { text: String::new(), span: at..at });
        }
    }
    rows.retain(|row| !row.is_empty());
    Ok(rows)
}

fn plain(text: &str, start: usize) -> (Cell, usize) {
    let end = text[start..].find([',', '\r', '\n']).map_or(text.len(), |length| start + length);
    let cell = &text[start..end];
    let from = start + cell.len() - cell.trim_start().len();
    (Cell { text: cell.trim().to_string(), span: from..from + cell.trim().len() }, end)
}

fn quoted(text: &str, start: usize) -> Result<(Cell, usize), Range<usize>> {
    let mut content = String::new();
    let mut at = start + 1;
    loop {
        let close = text[at..].find('"').map(|length| at + length).ok_or(start..text.len().min(start + 1))?;
        content.push_str(&text[at..close]);
        at = close + 1;
        if !text[at..].starts_with('"') {
            break;
        }
        content.push('"');
        at += 1;
    }
    // Anything between the closing quote and the comma belongs to the cell as it stands.
    let (rest, end) = plain(text, at);
    content.push_str(&rest.text);
    Ok((Cell { text: content.trim().to_string(), span: start..end }, end))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn spreadsheet_habits_are_read() {
        let text = "\u{feff}name,value,note\r\nA,\"1,000\",\"say \"\"so\"\"\"\r\n,,\r\nB,2,\r\n\r\n";
        let sheet = read(text, 0).unwrap();
        assert_eq!(sheet.rows.len(), 2);
        assert_eq!(sheet.rows[0].text("value"), Some("1,000"));
        assert_eq!(sheet.rows[0].text("note"), Some("say \"so\""));
        assert_eq!(sheet.rows[1].text("note"), None);
        let place = &sheet.rows[1].item("value").unwrap().place;
        assert_eq!(&text[place.span.clone()], "2");
    }
}
