//! CSV as a spreadsheet saves it: byte-order mark, UTF-16, CRLF or CR, quotes, `sep=;`, and commas, semicolons or tabs
//! between the cells. The splitting is done here because the usual reader does not give the place of a quoted cell.

use std::ops::Range;

use super::{Cell, Grid};
use crate::scenario::problem::{Place, Problem};

/// Possible separators; the first is the default.
const SEPARATORS: [char; 3] = [',', ';', '\t'];
/// Lines that are looked at to see which.
const LOOKED_AT: usize = 50;

/// The text of a file: UTF-8, or UTF-16 with its mark at the beginning; an error is the first byte that is neither.
pub(in crate::scenario) fn decoded(bytes: Vec<u8>) -> Result<String, (usize, Vec<u8>)> {
    let pairs = |of: fn([u8; 2]) -> u16| bytes[2..].chunks_exact(2).map(move |pair| of([pair[0], pair[1]]));
    let units: Option<Vec<u16>> = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some(pairs(u16::from_le_bytes).collect()),
        Some([0xfe, 0xff]) => Some(pairs(u16::from_be_bytes).collect()),
        _ => None,
    };
    // A text holds no zero byte; UTF-16 without its mark does.
    if units.is_none()
        && let Some(zero) = bytes.iter().position(|byte| *byte == 0)
    {
        return Err((zero, bytes));
    }
    let text = match units {
        Some(units) => String::from_utf16(&units).map_err(|_| (2, bytes))?,
        None => String::from_utf8(bytes)
            .map_err(|error| (error.utf8_error().valid_up_to(), error.into_bytes()))?,
    };
    // Places count lines by line feeds.
    Ok(if text.contains('\n') { text } else { text.replace('\r', "\n") })
}

/// Reads a text into the cells of its rows; `source` is its position among those that problems point into.
///
/// # Errors
/// When a quote is never closed.
pub(in crate::scenario) fn read(text: &str, source: usize) -> Result<Grid, Box<Problem>> {
    let (separator, start) = separator(text);
    let mut rows = split(text, separator, start).map_err(|span| {
        let place = Place { source, span };
        Problem::new("a quote is never closed", Some(&place), "the quoted cell begins here")
            .help("close it with `\"`; a quote inside a quoted cell is written twice")
    })?;
    rows.retain(|cells| cells.iter().any(|cell| !cell.text.is_empty()));
    Ok(Grid { source, rows })
}

/// Returns the separator of a text, and the start of its table. A first line `sep=;` gives it. Otherwise it is the one
/// that occurs, outside quotes, on most of the first lines.
pub(in crate::scenario) fn separator(text: &str) -> (char, usize) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let first = text[start..].lines().next().unwrap_or_default();
    let mut said = first.trim_matches(['"', ' ']).strip_prefix("sep=").unwrap_or_default().chars();
    if let (Some(sign), None) = (said.next(), said.next()) {
        let end = start + first.len();
        let line_end = text[end..].len() - text[end..].trim_start_matches(['\r', '\n']).len();
        return (sign, end + line_end);
    }
    let mut seen = SEPARATORS.map(|_| (0_usize, 0_usize));
    let (mut on_line, mut lines, mut quoted) = ([0_usize; SEPARATORS.len()], 0, false);
    for c in text[start..].chars().chain(['\n']) {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                for (seen, on_line) in seen.iter_mut().zip(&mut on_line) {
                    *seen = (seen.0 + usize::from(*on_line > 0), seen.1 + *on_line);
                    *on_line = 0;
                }
                lines += 1;
                if lines == LOOKED_AT {
                    break;
                }
            }
            c if !quoted => {
                if let Some(at) = SEPARATORS.iter().position(|separator| *separator == c) {
                    on_line[at] += 1;
                }
            }
            _ => {}
        }
    }
    let best = (0..SEPARATORS.len()).rev().max_by_key(|at| seen[*at]).unwrap_or(0);
    (SEPARATORS[best], start)
}

/// Splits a text into rows of cells. The error is the place of an unclosed quote.
fn split(text: &str, separator: char, start: usize) -> Result<Vec<Vec<Cell>>, Range<usize>> {
    let mut at = start;
    let mut rows = vec![Vec::new()];
    while at < text.len() {
        let start = text.len() - text[at..].trim_start_matches(' ').len();
        let (cell, end) = if text[start..].starts_with('"') {
            quoted(text, separator, start)?
        } else {
            plain(text, separator, at)
        };
        rows.last_mut().expect("there is a row").push(cell);
        let rest = &text[end..];
        at = end + rest.chars().next().map_or(0, char::len_utf8) + usize::from(rest.starts_with("\r\n"));
        if rest.starts_with(['\r', '\n']) {
            rows.push(Vec::new());
        } else if at == text.len() && rest.starts_with(separator) {
            rows.last_mut().expect("there is a row").push(Cell { text: String::new(), span: at..at });
        }
    }
    rows.retain(|row| !row.is_empty());
    Ok(rows)
}

fn plain(text: &str, separator: char, start: usize) -> (Cell, usize) {
    let end = text[start..].find([separator, '\r', '\n']).map_or(text.len(), |length| start + length);
    let cell = &text[start..end];
    let from = start + cell.len() - cell.trim_start().len();
    (Cell { text: cell.trim().to_string(), span: from..from + cell.trim().len() }, end)
}

fn quoted(text: &str, separator: char, start: usize) -> Result<(Cell, usize), Range<usize>> {
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
    // Anything between the closing quote and the separator belongs to the cell as written.
    let (rest, end) = plain(text, separator, at);
    content.push_str(&rest.text);
    Ok((Cell { text: content.trim().to_string(), span: start..end }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let rows = read(text, 0).unwrap().rows;
        rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()).collect()
    }

    #[test]
    fn the_sign_between_cells_is_found_by_looking() {
        let expected = [["supplier", "demand"], ["A, B & Co", "1.5"], ["C", "2,5"]];
        let table = "supplier;demand\n\"A, B & Co\";1.5\nC;\"2,5\"\n";
        for text in [
            table.to_owned(),
            format!("\u{feff}{table}").replace('\n', "\r\n"),
            table.replace(';', "\t"),
            table.replace(';', ","),
            format!("sep=;\n{table}"),
            format!("sep=|\r\n{}", table.replace(';', "|")),
            decoded(table.replace('\n', "\r").into_bytes()).unwrap(),
        ] {
            assert_eq!(cells(&text), expected, "{text:?}");
        }
        assert_eq!(cells("from;IOC\n2020-09-01;1,5\n2020-10-01;2,5\n")[1], ["2020-09-01", "1,5"]);
        assert_eq!(cells("name,note\nA,one; two; three; four\n")[1], ["A", "one; two; three; four"]);
    }

    #[test]
    fn utf_16_is_read_and_what_is_neither_is_not() {
        let of = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain("é\tb\n".encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
        };
        for bytes in [of([0xff, 0xfe], u16::to_le_bytes), of([0xfe, 0xff], u16::to_be_bytes)] {
            assert_eq!(decoded(bytes).unwrap(), "é\tb\n");
        }
        assert_eq!(decoded(b"Ald\xe9r".to_vec()).unwrap_err().0, 3);
        assert_eq!(decoded(b"A\0l\0".to_vec()).unwrap_err().0, 1, "no mark");
    }
}
