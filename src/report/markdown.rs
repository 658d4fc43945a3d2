//! A document as Markdown, its figures as pictures beside it.

use super::document::{Block, Diagram, Document, Grid, Item, Meaning, Picture, Tile, Words};

/// The text; each figure is shown from `pictures`, a path in front of its file's name.
#[must_use]
pub fn to_markdown(document: &Document, pictures: &str) -> String {
    let mut text = format!("# {}\n\n", escape(&document.title));
    for line in &document.status {
        text.extend(["> ", &escape(line), "\n>\n"]);
    }
    for section in &document.sections {
        text.extend(["\n## ", &escape(&section.title), "\n\n"]);
        section.blocks.iter().for_each(|part| block(&mut text, part, pictures));
    }
    text
}

fn block(text: &mut String, block: &Block, pictures: &str) {
    match block {
        Block::Lead(words) => text.extend(["**", &told(words), "**\n\n"]),
        Block::Paragraph(words) => text.extend([&told(words), "\n\n"]),
        Block::List(points) => {
            points.iter().for_each(|point| text.extend(["- ", &told(point), "\n"]));
            text.push('\n');
        }
        Block::Steps(points) => {
            for (n, point) in (1..).zip(points) {
                text.extend([n.to_string().as_str(), ". ", &told(point), "\n"]);
            }
            text.push('\n');
        }
        Block::Tiles(tiles) => {
            for Tile { name, value, note } in tiles {
                let note = told(note);
                let note = if note.is_empty() { note } else { format!(" ({note})") };
                text.extend(["- ", &escape(name), ": **", &told(value), "**", &note, "\n"]);
            }
            text.push('\n');
        }
        Block::Table(grid) => table(text, grid),
        Block::Figure(Picture { number, id, title, description, .. }) => {
            let (n, title) = (number.to_string(), escape(title));
            text.extend(["### Figure ", &n, ": ", &title, "\n\n![", &title, "](", pictures, id, ".svg)\n\n"]);
            text.extend([&escape(description), " [Data](", pictures, id, ".csv)\n\n"]);
        }
        Block::Heading(title) => text.extend(["### ", &escape(title), "\n\n"]),
        Block::Diagram(Diagram { id, title, description, .. }) => {
            let title = escape(title);
            text.extend(["![", &title, "](", pictures, id, ".svg)\n\n", &escape(description), "\n\n"]);
        }
        Block::Meanings(meanings) => {
            for Meaning { word, means } in meanings {
                text.extend(["- **", &escape(word), "**: ", &escape(means), "\n"]);
            }
            text.push('\n');
        }
        Block::Command(command) => text.extend(["```text\n", command, "\n```\n\n"]),
    }
}

fn table(text: &mut String, grid: &Grid) {
    text.extend([&escape(&grid.caption), ":\n\n| ", &cells(&grid.header, |name| escape(name)), " |\n"]);
    text.extend(["|", &" --- |".repeat(grid.header.len()), "\n"]);
    grid.rows.iter().for_each(|row| text.extend(["| ", &cells(row, told), " |\n"]));
    text.push('\n');
}

fn cells<T>(row: &[T], told: impl Fn(&T) -> String) -> String {
    row.iter().map(told).collect::<Vec<_>>().join(" | ")
}

fn told(words: &Words) -> String {
    words.iter().map(|Item { text, .. }| escape(text)).collect()
}

/// Words that stay words.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}
