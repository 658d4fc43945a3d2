//! A workbook as an `OpenDocument` spreadsheet, which the government's guidance prefers. Written here, because no library in Rust
//! knows British dates, sets a language and gives the same bytes every time.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::layout::{heading_row, places, widths};
use super::{ColumnKind, NO_VALUE, Tab, TabCell, TabTable, Workbook};
use crate::wording::numbers;

const MEDIA_TYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const NAMES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
    xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.3\"";

const MANIFEST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">\
    <manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/>\
    <manifest:file-entry manifest:full-path=\"meta.xml\" manifest:media-type=\"text/xml\"/>\
    <manifest:file-entry manifest:full-path=\"styles.xml\" manifest:media-type=\"text/xml\"/>\
    <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
    </manifest:manifest>\n";

/// Styles of the whole workbook: British English, the title, and a landscape page as wide as the table with its number at the foot.
const STYLES: &str = "<office:styles>\
    <style:default-style style:family=\"table-cell\"><style:paragraph-properties style:tab-stop-distance=\"1cm\"/>\
    <style:text-properties style:font-name=\"Arial\" fo:font-family=\"Arial\" fo:font-size=\"11pt\" fo:language=\"en\" fo:country=\"GB\"/></style:default-style>\
    <style:style style:name=\"Default\" style:family=\"table-cell\"/>\
    <style:style style:name=\"Heading_20_1\" style:display-name=\"Heading 1\" style:family=\"table-cell\" style:parent-style-name=\"Default\">\
    <style:text-properties fo:font-size=\"14pt\" fo:font-weight=\"bold\"/></style:style></office:styles>\
    <office:automatic-styles><style:page-layout style:name=\"page\"><style:page-layout-properties fo:page-width=\"29.7cm\" fo:page-height=\"21cm\" \
    style:print-orientation=\"landscape\" fo:margin=\"1.5cm\" style:scale-to-X=\"1\" style:scale-to-Y=\"0\"/>\
    <style:footer-style><style:header-footer-properties fo:min-height=\"0.7cm\"/></style:footer-style></style:page-layout></office:automatic-styles>\
    <office:master-styles><style:master-page style:name=\"Default\" style:page-layout-name=\"page\"><style:footer>\
    <text:p><text:sheet-name>sheet</text:sheet-name>, page <text:page-number>1</text:page-number> of <text:page-count>1</text:page-count></text:p>\
    </style:footer></style:master-page></office:master-styles>";

/// Styles of cells: words that wrap, headings to the left and right, days, and numbers by their decimal places.
const CELL_STYLES: &str = "<number:date-style style:name=\"long-day\" number:language=\"en\" number:country=\"GB\"><number:day/><number:text> </number:text>\
    <number:month number:style=\"long\" number:textual=\"true\"/><number:text> </number:text><number:year number:style=\"long\"/></number:date-style>\
    <style:style style:name=\"sheet\" style:family=\"table\" style:master-page-name=\"Default\"><style:table-properties table:display=\"true\"/></style:style>\
    <style:style style:name=\"words\" style:family=\"table-cell\" style:parent-style-name=\"Default\"><style:table-cell-properties fo:wrap-option=\"wrap\" style:vertical-align=\"top\"/></style:style>\
    <style:style style:name=\"line\" style:family=\"table-cell\" style:parent-style-name=\"Default\"/>\
    <style:style style:name=\"left\" style:family=\"table-cell\" style:parent-style-name=\"Default\"><style:table-cell-properties fo:wrap-option=\"wrap\" style:vertical-align=\"bottom\"/>\
    <style:text-properties fo:font-weight=\"bold\"/></style:style>\
    <style:style style:name=\"right\" style:family=\"table-cell\" style:parent-style-name=\"left\"><style:paragraph-properties fo:text-align=\"end\"/></style:style>\
    <style:style style:name=\"day\" style:family=\"table-cell\" style:parent-style-name=\"Default\" style:data-style-name=\"long-day\"><style:table-cell-properties style:vertical-align=\"top\"/></style:style>";

/// The bytes of the workbook; the same sheets give the same bytes.
///
/// # Errors
/// The container cannot be written.
pub fn to_ods(workbook: &Workbook) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let parts = [
        ("mimetype", CompressionMethod::Stored, MEDIA_TYPE.to_owned()),
        ("META-INF/manifest.xml", CompressionMethod::Deflated, MANIFEST.to_owned()),
        ("meta.xml", CompressionMethod::Deflated, meta(workbook)),
        ("styles.xml", CompressionMethod::Deflated, document("document-styles", STYLES)),
        ("content.xml", CompressionMethod::Deflated, content(workbook)),
    ];
    for (name, method, text) in parts {
        zip.start_file(name, options.compression_method(method))?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn document(root: &str, body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:{root} {NAMES}>{body}</office:{root}>\n")
}

fn meta(workbook: &Workbook) -> String {
    let made = workbook.made.map_or_else(String::new, |day| {
        format!("<meta:creation-date>{day}T00:00:00</meta:creation-date><dc:date>{day}T00:00:00</dc:date>")
    });
    let title = escape(&workbook.title);
    let body = format!(
        "<office:meta><dc:title>{title}</dc:title>{made}<dc:language>en-GB</dc:language></office:meta>"
    );
    document("document-meta", &body)
}

fn content(workbook: &Workbook) -> String {
    let mut body = format!("<office:automatic-styles>{CELL_STYLES}");
    for places in 0..5 {
        let _ = write!(
            body,
            "<number:number-style style:name=\"n{places}\"><number:number number:decimal-places=\"{places}\" number:min-decimal-places=\"{places}\" \
             number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>\
             <style:style style:name=\"number{places}\" style:family=\"table-cell\" style:parent-style-name=\"Default\" style:data-style-name=\"n{places}\">\
             <style:table-cell-properties style:vertical-align=\"top\"/></style:style>"
        );
    }
    let used: BTreeSet<usize> = workbook.tabs.iter().flat_map(widths).collect();
    for width in used {
        // A letter of 11 points is some 0.2 cm wide.
        let _ = write!(
            body,
            "<style:style style:name=\"column{width}\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"{}.{}cm\"/></style:style>",
            width / 5,
            2 * (width % 5)
        );
    }
    body.push_str("</office:automatic-styles><office:body><office:spreadsheet>");
    workbook.tabs.iter().for_each(|tab| sheet(&mut body, tab, &widths(tab)));
    body.push_str("<table:database-ranges>");
    for (tab, table) in workbook.tabs.iter().filter_map(|tab| Some((tab, tab.table.as_ref()?))) {
        let (top, last) = (heading_row(tab) + 1, heading_row(tab) + 1 + table.rows.len());
        let _ = write!(
            body,
            "<table:database-range table:name=\"{}\" table:target-range-address=\"'{}'.A{top}:'{}'.{}{last}\" table:contains-header=\"true\"/>",
            table.name,
            tab.name,
            tab.name,
            letters(table.columns.len() - 1)
        );
    }
    body.push_str("</table:database-ranges></office:spreadsheet></office:body>");
    document("document-content", &body)
}

fn sheet(body: &mut String, tab: &Tab, widths: &[usize]) {
    let _ = write!(body, "<table:table table:name=\"{}\" table:style-name=\"sheet\">", tab.name);
    for width in widths {
        let _ = write!(body, "<table:table-column table:style-name=\"column{width}\"/>");
    }
    row(body, [words_cell("Heading_20_1", &tab.title)]);
    let style = if tab.wraps { "words" } else { "line" };
    tab.lines.iter().for_each(|line| row(body, [words_cell(style, line)]));
    if let Some(table) = &tab.table {
        rows(body, table);
    }
    body.push_str("</table:table>");
}

fn rows(body: &mut String, table: &TabTable) {
    body.push_str("<table:table-header-rows>");
    let heading = |kind: ColumnKind| if kind == ColumnKind::Words { "left" } else { "right" };
    row(body, table.columns.iter().map(|column| words_cell(heading(column.kind), &column.heading)));
    body.push_str("</table:table-header-rows>");
    table.rows.iter().for_each(|cells| row(body, cells.iter().map(cell)));
}

fn row(body: &mut String, cells: impl IntoIterator<Item = String>) {
    body.push_str("<table:table-row>");
    body.extend(cells);
    body.push_str("</table:table-row>");
}

fn words_cell(style: &str, text: &str) -> String {
    format!(
        "<table:table-cell table:style-name=\"{style}\" office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
        escape(text)
    )
}

fn cell(cell: &TabCell) -> String {
    match cell {
        TabCell::Nothing => words_cell("words", NO_VALUE),
        TabCell::Words(text) => words_cell("words", text),
        TabCell::Day(day) => format!(
            "<table:table-cell table:style-name=\"day\" office:value-type=\"date\" office:date-value=\"{day}\"><text:p>{}</text:p></table:table-cell>",
            numbers::long_date(*day)
        ),
        TabCell::Number(number) => {
            let places = places(*number);
            format!(
                "<table:table-cell table:style-name=\"number{places}\" office:value-type=\"float\" office:value=\"{number}\"><text:p>{}</text:p></table:table-cell>",
                numbers::thousands(&numbers::decimal(*number, places))
            )
        }
        TabCell::Link(name) => format!(
            "<table:table-cell table:style-name=\"words\" office:value-type=\"string\"><text:p><text:a xlink:type=\"simple\" xlink:href=\"#'{name}'.A1\">{name}</text:a></text:p></table:table-cell>"
        ),
    }
}

/// The name of a column by its position: A to Z, then AA.
fn letters(mut at: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + u8::try_from(at % 26).unwrap_or(0)));
        if at < 26 {
            return name;
        }
        at = at / 26 - 1;
    }
}

/// Text between marks, without the control characters that XML cannot hold.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
        assert_eq!(escape("a < b & \u{1}c\nd"), "a &lt; b &amp; c d");
    }
}
