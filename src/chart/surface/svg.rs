//! Turns plotters' SVG into the one we hand out: scaled to one decimal place, named for assistive technology, with
//! its text as text and no fixed size.

use crate::chart::surface::canvas::SCALE;
use crate::chart::surface::font::FAMILIES;
use crate::chart::surface::theme::THEME;

/// Attributes that are lengths.
const LENGTHS: [&str; 13] =
    ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "font-size", "stroke-width"];

/// Rewrites a finished drawing.
pub(crate) fn finish(raw: &str, id: &str, title: &str, description: &str) -> String {
    let mut lines = raw.lines();
    let (width, height) = (THEME.width, height(lines.next().unwrap_or_default()));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FAMILIES}\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
        escape(title),
        escape(description),
    );
    while let Some(line) = lines.next() {
        if line.starts_with("<text") {
            out.push_str(&element(line));
            out.push_str(lines.next().unwrap_or_default());
        } else {
            out.push_str(&element(line));
            out.push('\n');
        }
    }
    out
}

/// The same drawing in the middle of a background of 16 by 9.
pub(crate) fn on_slide(drawing: &str) -> String {
    const BEFORE: &str = "viewBox=\"0 0 ";
    let size = drawing.split_once(BEFORE).and_then(|(_, rest)| rest.split_once('"')?.0.split_once(' '));
    let size =
        size.and_then(|(width, height)| Some((width.parse::<f64>().ok()?, height.parse::<f64>().ok()?)));
    let Some((width, height)) = size else { return drawing.to_owned() };
    // A multiple of nine makes whole numbers of both sides.
    let tall = (height / 9.0).ceil().max(width / 16.0) * 9.0;
    let wide = tall * 16.0 / 9.0;
    let (left, top) = ((width - wide) / 2.0, (height - tall) / 2.0);
    let background = format!(
        "</desc>\n<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{tall}\" fill=\"#FFFFFF\"/>"
    );
    let old = format!("{BEFORE}{width} {height}\"");
    drawing.replacen(&old, &format!("viewBox=\"{left} {top} {wide} {tall}\""), 1).replacen(
        "</desc>",
        &background,
        1,
    )
}

/// The height of the drawing, as its start tag says it.
fn height(tag: &str) -> String {
    let (_, after) = tag.split_once(" height=\"").unwrap_or_default();
    scale(after.split_once('"').map_or(after, |(height, _)| height))
}

/// Scales the lengths of one start tag and drops what the drawing says once at its top.
fn element(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len());
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let (lead, name) = before.rsplit_once(' ').unwrap_or(("", before));
        let (value, tail) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(lead);
        let kept = match name {
            "opacity" if value == "1" => None,
            "font-family" => None,
            "points" => Some(value.split_whitespace().map(scale_point).collect::<Vec<_>>().join(" ")),
            _ if LENGTHS.contains(&name) => Some(scale(value)),
            _ => Some(value.to_owned()),
        };
        if let Some(value) = kept {
            out.extend([" ", name, "=\"", &value, "\""]);
        }
        rest = tail;
    }
    out + rest
}

fn scale_point(point: &str) -> String {
    point.split(',').map(scale).collect::<Vec<_>>().join(",")
}

/// One length at the size of the drawing; a word that is no number stays.
fn scale(length: &str) -> String {
    length
        .parse::<f64>()
        .map_or_else(|_| length.to_owned(), |x| ((x / SCALE * 10.0).round() / 10.0).to_string())
}

/// Words without what XML cannot hold and without marks that would turn the direction of the words after them.
pub(crate) fn holdable(words: &str) -> String {
    const TURNING: [char; 12] = [
        '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}',
        '\u{2067}', '\u{2068}', '\u{2069}', '\u{061C}',
    ];
    let held = words.chars().filter(|c| !TURNING.contains(c));
    held.map(|c| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c }).collect()
}

/// Escapes words for XML.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in holdable(words).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_shrink_and_words_stay() {
        let tag = r##"<polyline fill="none" opacity="1" stroke="#12436D" stroke-width="30" points="10,25 1000,7 "/>"##;
        let expected =
            r##"<polyline fill="none" stroke="#12436D" stroke-width="3" points="1,2.5 100,0.7"/>"##;
        assert_eq!(element(tag), expected);
        let text = r#"<text x="15" y="20" dy="0.76em" font-family="Inter" font-size="160">"#;
        assert_eq!(element(text), r#"<text x="1.5" y="2" dy="0.76em" font-size="16">"#);
    }

    #[test]
    fn a_slide_has_the_drawing_in_its_middle() {
        let of = |height: u32| {
            on_slide(&format!("<svg viewBox=\"0 0 800 {height}\"><desc>d</desc>\n<rect/></svg>"))
        };
        assert!(
            of(450).starts_with(
                "<svg viewBox=\"0 0 800 450\"><desc>d</desc>\n<rect x=\"0\" y=\"0\" width=\"800\""
            )
        );
        assert!(of(585).starts_with("<svg viewBox=\"-120 0 1040 585\">"), "{}", of(585));
        assert!(of(586).starts_with("<svg viewBox=\"-128 -4 1056 594\">"), "{}", of(586));
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(escape("a<b> & \"c\"\n\u{FFFF}\u{202E}d"), "a&lt;b&gt; &amp; &quot;c&quot;  d");
    }
}
