//! A document as one HTML file: nothing is fetched, everything reads without scripts, and it prints to A4.

use super::document::{Block, Diagram, Document, Grid, Item, Meaning, Picture, Section, Tile, Words};
use crate::fingerprint::sha256_in_base64;
use crate::wording::numbers;

/// A line feed begins both, as the page has it, so that their hashes are those of the page.
const STYLE: &str = concat!("\n", include_str!("report.css"));
const SCRIPT: &str = concat!("\n", include_str!("report.js"));

/// Most rows of a table that print keeps on one page.
const SHORT: usize = 12;
/// Most rows of data that the page shows under a figure.
const MOST_ROWS: usize = 100;
/// Columns from which a table is printed in smaller letters.
const WIDE: usize = 7;

/// A page may show its own content, and run its own script and style alone: they are named by their hashes.
fn policy() -> String {
    let [style, script] = [STYLE, SCRIPT].map(sha256_in_base64);
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// The whole page; the same document gives the same bytes.
#[must_use]
pub fn to_html(document: &Document) -> String {
    let title = escape(&document.title);
    let one_page = document.one_page;
    let mut page = Page { html: String::new(), brief: one_page, unused: glossary(document) };
    page.put(&[
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"",
        &policy(),
        "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
        &title,
        "</title>\n<style>",
        STYLE,
        "</style>\n</head>\n",
        if one_page { "<body class=\"one-page\">\n" } else { "<body>\n" },
        "<a class=\"skip\" href=\"#summary\">Skip to the summary</a>\n<header>\n",
    ]);
    document.status.iter().for_each(|line| page.put(&["<p class=\"status\">", &escape(line), "</p>\n"]));
    page.put(&["<h1>", &title, "</h1>\n</header>\n"]);
    if !one_page {
        page.contents(&document.sections);
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
        page.put(&["<script>", SCRIPT, "</script>\n"]);
    }
    page.put(&["</body>\n</html>\n"]);
    page.html
}

/// The words that an annex of a document explains.
fn glossary(document: &Document) -> Vec<&Meaning> {
    let annexes = document.sections.iter().filter(|section| section.annex);
    let meanings = annexes.flat_map(|section| &section.blocks).filter_map(|block| match block {
        Block::Meanings(meanings) => Some(meanings),
        _ => None,
    });
    meanings.flatten().collect()
}

/// The address of a word in the glossary.
fn address(word: &str) -> String {
    let letters = word.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    format!("word-{}", letters.collect::<String>())
}

struct Page<'d> {
    html: String,
    /// Whether it is the one printed page of a brief.
    brief: bool,
    /// Words of the glossary that no text has used so far.
    unused: Vec<&'d Meaning>,
}

impl Page<'_> {
    fn put(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.html.push_str(part));
    }

    fn contents(&mut self, sections: &[Section]) {
        self.put(&["<nav aria-label=\"Contents\"><ul>\n"]);
        for Section { id, title, .. } in sections {
            self.put(&["<li><a href=\"#", id, "\">", &escape(title), "</a></li>\n"]);
        }
        self.put(&["</ul></nav>\n"]);
    }

    fn section(&mut self, section: &Section) {
        let Section { id, title, annex, blocks } = section;
        let class = if *annex { "\" class=\"annex" } else { "" };
        self.put(&["<section id=\"", id, class, "\" aria-labelledby=\"", id, "-h\">\n<h2 id=\"", id]);
        self.put(&["-h\">", &escape(title), "</h2>\n"]);
        for (at, block) in blocks.iter().enumerate() {
            self.block(block, &format!("{id}-{at}"), *annex);
        }
        self.put(&["</section>\n"]);
    }

    fn block(&mut self, block: &Block, id: &str, annex: bool) {
        match block {
            Block::Lead(words) => self.put(&["<p class=\"lead\">", &told(words), "</p>\n"]),
            Block::Paragraph(words) => {
                let text = self.explained(words);
                self.put(&["<p>", &text, "</p>\n"]);
            }
            Block::List(points) => self.list("ul", points),
            Block::Steps(points) => self.list("ol", points),
            Block::Heading(title) => self.put(&["<h3>", &escape(title), "</h3>\n"]),
            Block::Tiles(tiles) => self.tiles(tiles),
            Block::Table(grid) => self.table(grid, id),
            Block::Figure(picture) => self.figure(picture),
            Block::Diagram(diagram) => self.diagram(diagram),
            Block::Meanings(meanings) => self.meanings(meanings, annex),
            Block::Command(command) => self.put(&["<pre tabindex=\"0\">", &escape(command), "</pre>\n"]),
        }
    }

    fn list(&mut self, tag: &str, points: &[Words]) {
        self.put(&["<", tag, ">\n"]);
        for point in points {
            let text = self.explained(point);
            self.put(&["<li>", &text, "</li>\n"]);
        }
        self.put(&["</", tag, ">\n"]);
    }

    /// Words as [`told`], each word of the glossary a link to its meaning where it is used first.
    fn explained(&mut self, words: &Words) -> String {
        let mut html = String::new();
        for item in words {
            if item.exact.is_some() {
                html.push_str(&told_one(item));
                continue;
            }
            let text = item.text.as_str();
            let mut first: Vec<(usize, &Meaning)> = Vec::new();
            self.unused.retain(|meaning| match place_of(&meaning.word, text) {
                Some(at) if first.iter().all(|(other, known)| apart(*other, known, at, meaning)) => {
                    first.push((at, meaning));
                    false
                }
                _ => true,
            });
            first.sort_by_key(|(at, _)| *at);
            let mut done = 0;
            for (at, Meaning { word, means }) in first {
                let (before, end) = (escape(&text[done..at]), at + word.len());
                let parts = [
                    before.as_str(),
                    "<a class=\"word\" href=\"#",
                    &address(word),
                    "\" title=\"",
                    &escape(means),
                    "\">",
                    &escape(&text[at..end]),
                    "</a>",
                ];
                html.extend(parts);
                done = end;
            }
            html.push_str(&escape(&text[done..]));
        }
        html
    }

    fn meanings(&mut self, meanings: &[Meaning], annex: bool) {
        self.put(&["<dl class=\"meanings\">\n"]);
        for Meaning { word, means } in meanings {
            let id = if annex { format!(" id=\"{}\"", address(word)) } else { String::new() };
            self.put(&["<div><dt", &id, ">", &escape(word), "</dt><dd>", &escape(means), "</dd></div>\n"]);
        }
        self.put(&["</dl>\n"]);
    }

    fn diagram(&mut self, diagram: &Diagram) {
        let Diagram { id, title, svg, description } = diagram;
        self.put(&["<figure aria-labelledby=\"", id, "-h\">\n<h4 id=\"", id, "-h\">", &escape(title)]);
        self.put(&["</h4>\n<div class=\"plot\" tabindex=\"0\" role=\"region\" aria-labelledby=\"", id]);
        self.put(&["-h\">\n", svg, "</div>\n<p>", &escape(description), "</p>\n</figure>\n"]);
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
            "-c\">\n<table class=\"",
            if grid.rows.len() > 3 { "sortable" } else { "plain" },
            if grid.rows.len() > SHORT { "" } else { " short" },
            if grid.header.len() < WIDE { "" } else { " wide" },
            "\">\n",
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
        let Picture { number, title, svg, .. } = picture;
        let n = number.to_string();
        let parts = ["<figure id=\"figure-", "\" aria-labelledby=\"figure-", "-h\">\n<h3 id=\"figure-"];
        self.put(&[&parts.join(&n), &n, "-h\">Figure ", &n, ": ", &escape(title), "</h3>\n"]);
        let drawing = plain(svg);
        if self.brief {
            self.put(&["<div class=\"plot\">\n", &drawing, "</div>\n"]);
        } else {
            let parts = [
                "<div class=\"plot\" tabindex=\"0\" role=\"region\" aria-label=\"Figure ",
                "; left and right step through its data\" data-of=\"figure-",
                "-csv\">\n",
            ];
            let readout = "</div>\n<p class=\"readout\" aria-live=\"polite\"></p>\n";
            self.put(&[&parts.join(&n), &drawing, readout]);
            self.data(picture);
        }
        self.put(&["</figure>\n"]);
    }

    /// The text and the data under a figure: to read, and to take away.
    fn data(&mut self, picture: &Picture) {
        let Picture { number, id, description, csv, cells, .. } = picture;
        let n = number.to_string();
        let rows = cells.len().saturating_sub(1);
        self.put(&["<details><summary>Figure ", &n, " in words and numbers</summary>\n<p>"]);
        self.put(&[&escape(description), "</p>\n"]);
        if rows > MOST_ROWS {
            let rows = numbers::count(rows);
            self.put(&[
                "<p>Its data have ",
                &rows,
                " rows, more than a page shows: take them as a file.</p>\n",
            ]);
        } else {
            self.rows(&n, cells);
        }
        let size = csv.len().div_ceil(1024).to_string();
        self.put(&[
            "</details>\n<p><a id=\"figure-",
            &n,
            "-csv\" download=\"",
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

    /// The data under a figure as a table.
    fn rows(&mut self, n: &str, cells: &[Vec<String>]) {
        let open = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Data for figure ";
        self.put(&[open, n, "\">\n<table>\n"]);
        for (at, row) in cells.iter().enumerate() {
            let (open, close) = match at {
                0 => ("<thead><tr><th scope=\"col\">", "</th></tr></thead>\n<tbody>\n"),
                _ => ("<tr><td>", "</td></tr>\n"),
            };
            let between = if at == 0 { "</th><th scope=\"col\">" } else { "</td><td>" };
            let row: Vec<String> = row.iter().map(|cell| escape(cell)).collect();
            self.put(&[open, &row.join(between), close]);
        }
        self.put(&["</tbody></table>\n</div>\n"]);
    }
}

/// A drawing as the page holds it: the heading has its title and the text below has its description.
fn plain(svg: &str) -> String {
    let mut drawing = untitled(svg);
    if let (Some(from), Some(to)) = (drawing.find("<desc"), drawing.find("</desc>\n")) {
        drawing.replace_range(from..to + "</desc>\n".len(), "");
    }
    // The name of the drawing is its title alone.
    let named = drawing.find(" aria-labelledby=\"").map(|at| at + " aria-labelledby=\"".len());
    if let Some(from) = named
        && let Some(length) = drawing[from..].find('"')
        && let Some(first) = drawing[from..from + length].find(' ')
    {
        drawing.replace_range(from + first..from + length, "");
    }
    drawing
}

/// A drawing without the title at its top, which is a heading of the page.
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

/// The first place of a word in a text, where no letter or digit stands beside it.
fn place_of(word: &str, text: &str) -> Option<usize> {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
    let free = |(at, _): &(usize, &str)| {
        let (before, after) = (text[..*at].chars().next_back(), text[at + word.len()..].chars().next());
        !part_of_word(before) && !part_of_word(after.filter(|c| *c != 's'))
    };
    text.match_indices(word).find(free).map(|(at, _)| at)
}

/// Whether two words at their places in a text do not overlap.
fn apart(at: usize, one: &Meaning, other_at: usize, other: &Meaning) -> bool {
    at + one.word.len() <= other_at || other_at + other.word.len() <= at
}

/// Words with their numbers marked, so that scripts sort by them and tests find them.
fn told(words: &Words) -> String {
    words.iter().map(told_one).collect()
}

fn told_one(Item { text, exact }: &Item) -> String {
    match exact {
        Some(exact) => format!("<data value=\"{}\">{}</data>", escape(exact), escape(text)),
        None => escape(text),
    }
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
