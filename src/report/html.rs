//! A document as one HTML file: nothing is fetched, everything reads without scripts, and it prints to A4.

use super::document::{Block, Document, Grid, Item, Picture, Section, Tile, Words};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// What the page may do: show what it holds, and run the script it holds.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The whole page; the same document gives the same bytes.
#[must_use]
pub fn to_html(document: &Document) -> String {
    let title = escape(&document.title);
    let one_page = document.one_page;
    let mut page = Page { html: String::new(), one_page };
    page.put(&[
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"",
        POLICY,
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
        &title,
        "</title>\n<style>\n",
        STYLE,
        "</style>\n</head>\n",
        if one_page { "<body class=\"one-page\">\n" } else { "<body>\n" },
        "<a class=\"skip\" href=\"#summary\">Skip to the summary</a>\n<header>\n",
    ]);
    document.status.iter().for_each(|line| page.put(&["<p class=\"status\">", &escape(line), "</p>\n"]));
    page.put(&["<h1>", &title, "</h1>\n</header>\n"]);
    if !one_page {
        page.put(&["<nav aria-label=\"Contents\"><ul>\n"]);
        for Section { id, title, .. } in &document.sections {
            page.put(&["<li><a href=\"#", id, "\">", title, "</a></li>\n"]);
        }
        page.put(&["</ul></nav>\n"]);
    }
    page.put(&["<main>\n"]);
    document.sections.iter().for_each(|section| page.section(section));
    page.put(&["</main>\n"]);
    if !one_page {
        let status = escape(&document.status.join(" "));
        page.put(&[
            "<footer>",
            &status,
            "</footer>\n<p id=\"said\" class=\"said\" aria-live=\"polite\"></p>\n",
        ]);
        page.put(&["<script>\n", SCRIPT, "</script>\n"]);
    }
    page.put(&["</body>\n</html>\n"]);
    page.html
}

struct Page {
    html: String,
    one_page: bool,
}

impl Page {
    fn put(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.html.push_str(part));
    }

    fn section(&mut self, section: &Section) {
        let Section { id, title, blocks } = section;
        self.put(&[
            "<section id=\"",
            id,
            "\" aria-labelledby=\"",
            id,
            "-h\">\n<h2 id=\"",
            id,
            "-h\">",
            title,
            "</h2>\n",
        ]);
        for (at, block) in blocks.iter().enumerate() {
            self.block(block, &format!("{id}-{at}"));
        }
        self.put(&["</section>\n"]);
    }

    fn block(&mut self, block: &Block, id: &str) {
        match block {
            Block::Lead(words) => self.put(&["<p class=\"lead\">", &told(words), "</p>\n"]),
            Block::Paragraph(words) => self.put(&["<p>", &told(words), "</p>\n"]),
            Block::List(points) => {
                self.put(&["<ul>\n"]);
                points.iter().for_each(|point| self.put(&["<li>", &told(point), "</li>\n"]));
                self.put(&["</ul>\n"]);
            }
            Block::Tiles(tiles) => self.tiles(tiles),
            Block::Table(grid) => self.table(grid, id),
            Block::Figure(picture) => self.figure(picture),
            Block::Command(command) => self.put(&["<pre tabindex=\"0\">", &escape(command), "</pre>\n"]),
        }
    }

    fn tiles(&mut self, tiles: &[Tile]) {
        self.put(&["<dl class=\"tiles\">\n"]);
        for Tile { name, value, note } in tiles {
            self.put(&["<div><dt>", &escape(name), "</dt><dd class=\"value\">", &told(value), "</dd>"]);
            self.put(&["<dd>", &told(note), "</dd></div>\n"]);
        }
        self.put(&["</dl>\n"]);
    }

    fn table(&mut self, grid: &Grid, id: &str) {
        let caption = escape(&grid.caption);
        self.put(&[
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"",
            id,
            "-c\">\n<table class=\"sortable\">\n",
        ]);
        self.put(&["<caption id=\"", id, "-c\">", &caption, "</caption>\n<thead><tr>"]);
        grid.header.iter().for_each(|name| self.put(&["<th scope=\"col\">", &escape(name), "</th>"]));
        self.put(&["</tr></thead>\n<tbody>\n"]);
        for row in &grid.rows {
            self.put(&["<tr>"]);
            for (at, cell) in row.iter().enumerate() {
                let (tag, scope) = if at == 0 { ("th", " scope=\"row\"") } else { ("td", "") };
                self.put(&["<", tag, scope, ">", &told(cell), "</", tag, ">"]);
            }
            self.put(&["</tr>\n"]);
        }
        self.put(&["</tbody>\n</table>\n</div>\n"]);
    }

    fn figure(&mut self, picture: &Picture) {
        let Picture { number, title, svg, description, .. } = picture;
        let n = number.to_string();
        let parts = [
            "<figure id=\"figure-",
            "\" aria-labelledby=\"figure-",
            "-h\" aria-describedby=\"figure-",
            "-d\">\n<h3 id=\"figure-",
            "-h\">Figure ",
            ": ",
        ];
        self.put(&[&parts.join(&n), &escape(title), "</h3>\n"]);
        if self.one_page {
            self.put(&["<div class=\"plot\">\n", &untitled(svg), "</div>\n"]);
        } else {
            let parts = [
                "<div class=\"plot\" tabindex=\"0\" role=\"region\" aria-label=\"Figure ",
                "; left and right step through its data\" data-of=\"figure-",
                "-t\">\n",
            ];
            self.put(&[
                &parts.join(&n),
                &untitled(svg),
                "</div>\n<p class=\"readout\" aria-live=\"polite\"></p>\n",
            ]);
        }
        self.put(&["<p id=\"figure-", &n, "-d\">", &escape(description), "</p>\n"]);
        if !self.one_page {
            self.data(picture);
        }
        self.put(&["</figure>\n"]);
    }

    /// The data under a figure: as a table, and to take away.
    fn data(&mut self, picture: &Picture) {
        let Picture { number, id, csv, cells, .. } = picture;
        let n = number.to_string();
        let parts = [
            "<details><summary>Data for figure ",
            "</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Data for figure ",
            "\">\n<table id=\"figure-",
            "-t\">\n",
        ];
        self.put(&[&parts.join(&n)]);
        for (at, row) in cells.iter().enumerate() {
            let (open, close) = match at {
                0 => ("<thead><tr><th scope=\"col\">", "</th></tr></thead>\n<tbody>\n"),
                _ => ("<tr><td>", "</td></tr>\n"),
            };
            let between = if at == 0 { "</th><th scope=\"col\">" } else { "</td><td>" };
            let row: Vec<String> = row.iter().map(|cell| escape(cell)).collect();
            self.put(&[open, &row.join(between), close]);
        }
        let size = csv.len().div_ceil(1024).to_string();
        self.put(&[
            "</tbody></table>\n</div></details>\n<p><a download=\"",
            id,
            ".csv\" href=\"data:text/csv;charset=utf-8,",
            &in_address(csv),
            "\">Download the data for figure ",
            &n,
            " (CSV, ",
            &size,
            " KB)</a></p>\n",
        ]);
    }
}

/// A drawing without the title at its top, which the page says as a heading.
fn untitled(svg: &str) -> String {
    const BEFORE: &str = "viewBox=\"0 0 ";
    let top = svg.lines().find(|line| line.starts_with("<text") && line.contains("font-size=\"16\""));
    let y = top.and_then(|line| line.split(" y=\"").nth(1)?.split('"').next()?.parse::<f64>().ok());
    let size = svg.split(BEFORE).nth(1).and_then(|rest| rest.split('"').next()?.split_once(' '));
    let height = size.and_then(|(_, height)| height.parse::<f64>().ok());
    match (y, size, height) {
        (Some(y), Some((width, _)), Some(height)) if y > 8.0 => {
            let from = y - 8.0;
            let old = format!("{BEFORE}{width} {height}\"");
            svg.replacen(&old, &format!("viewBox=\"0 {from} {width} {}\"", height - from), 1)
        }
        _ => svg.to_owned(),
    }
}

/// Words with their numbers marked, so that scripts sort by them and tests find them.
fn told(words: &Words) -> String {
    let one = |Item { text, exact }: &Item| match exact {
        Some(exact) => format!("<data value=\"{}\">{}</data>", escape(exact), escape(text)),
        None => escape(text),
    };
    words.iter().map(one).collect()
}

/// Words as HTML text or an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Text as the address of a download: what stands in a CSV file is letters, digits and a few signs.
fn in_address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' | b':' | b'/' => {
                out.push(char::from(byte));
            }
            other => out.extend(['%', hex(other >> 4), hex(other & 15)]),
        }
    }
    out
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_name_is_never_markup() {
        let title = "<script>alert(1)</script> & \"x\"".to_owned();
        let html = to_html(&Document { title, status: vec![], one_page: false, sections: vec![] });
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"));
    }

    #[test]
    fn a_drawing_loses_the_room_of_its_title() {
        let svg = "<svg viewBox=\"0 0 800 450\">\n<text x=\"1\" y=\"16\" font-size=\"20\">\nT\n</text>\n<text x=\"1\" y=\"44\" font-size=\"16\">";
        assert!(untitled(svg).starts_with("<svg viewBox=\"0 36 800 414\">"));
        assert_eq!(untitled("<svg>"), "<svg>");
    }

    #[test]
    fn an_address_holds_letters_and_escapes() {
        assert_eq!(in_address("a,b\r\n\u{a3}"), "a,b%0D%0A%C2%A3");
    }
}
