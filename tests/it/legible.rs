//! Whether a figure can be read: contrast, size and direction of its words, number of its colours and gridlines.
//!
//! Every figure that tests draw and every one in `reports/` and `docs/` is looked through.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use resvg::usvg::{Node, Options, Rect, Tree, fontdb};

use crate::charts::attribute;
use crate::command::repository;

/// Least size of words, in units of the drawing.
const LEAST_SIZE: f64 = 14.0;
/// Words of at least these sizes, plain and bold, are large.
const LARGE: [f64; 2] = [24.0, 18.7];
/// Most colours beside black, white and greys.
const MOST_COLOURS: usize = 6;
/// Most gridlines in a plot.
const MOST_GRIDLINES: usize = 10;
/// Colours of gridlines and of the line of zero or the axis, of which there is one in each plot: they are to stay behind the data.
const GRID: &str = "#D9D9D9";
const ZERO: &str = "#B3B3B3";
const BACKGROUND: &str = "#FFFFFF";
/// Where rules between rows begin; a gridline begins further right.
const MARGIN: &str = "16,";

/// What makes a figure hard to read; nothing where it is as it should be.
pub(crate) fn faults(svg: &str) -> Vec<String> {
    let (mut faults, mut colours, mut gridlines, mut plots) = (Vec::new(), BTreeSet::new(), 0, 0);
    for tag in svg.split('<').skip(1).filter_map(|piece| piece.split('>').next()) {
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let of = |name: &str| attribute(tag, name).filter(|value| value.starts_with('#'));
        if name == "text" {
            let size: f64 = attribute(tag, "font-size").and_then(|size| size.parse().ok()).unwrap_or(0.0);
            let bold = attribute(tag, "font-weight") == Some("bold");
            let least = if size >= LARGE[usize::from(bold)] { 3.0 } else { 4.5 };
            let colour = of("fill").unwrap_or("#000000");
            if size < LEAST_SIZE {
                faults.push(format!("words of size {size}"));
            }
            if contrast(colour) < least {
                faults.push(format!("words in {colour}, contrast {:.2}", contrast(colour)));
            }
            if ["transform", "rotate", "writing-mode"].iter().any(|turned| tag.contains(turned)) {
                faults.push(format!("turned words: {tag}"));
            }
            continue;
        }
        let opaque = attribute(tag, "opacity").is_none_or(|share| share == "1");
        for colour in ["fill", "stroke"].into_iter().filter_map(of) {
            match colour {
                BACKGROUND => {}
                GRID => {
                    let begins = attribute(tag, "points").unwrap_or_default();
                    gridlines += usize::from(!begins.starts_with(MARGIN));
                }
                ZERO => plots += usize::from(attribute(tag, "stroke-width") == Some("1.5")),
                colour => {
                    if opaque && contrast(colour) < 3.0 {
                        faults.push(format!("a {name} in {colour}, contrast {:.2}", contrast(colour)));
                    }
                    let [r, g, b] = channels(colour);
                    if r.max(g).max(b) - r.min(g).min(b) > 0.05 {
                        colours.insert(colour);
                    }
                }
            }
        }
    }
    if colours.len() > MOST_COLOURS {
        faults.push(format!("{} colours: {colours:?}", colours.len()));
    }
    if gridlines + plots > MOST_GRIDLINES * plots.max(1) {
        faults.push(format!("{gridlines} gridlines in {plots} plots"));
    }
    faults
}

/// Some words of a drawing and the room they take: left, top, right, bottom.
pub(crate) type Room = (String, [f64; 4]);

/// The words of a drawing and the room they take, measured as the PNG has them.
pub(crate) fn rooms(svg: &str) -> Vec<Room> {
    let mut fonts = fontdb::Database::new();
    for file in ["Inter-Regular.otf", "Inter-Bold.otf"] {
        fonts.load_font_data(fs::read(repository().join("src/chart/surface/font").join(file)).unwrap());
    }
    let options = Options { fontdb: Arc::new(fonts), font_family: "Inter".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).unwrap();
    let measured = tree.root().children().iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.abs_bounding_box()),
        _ => None,
    });
    let written = svg.split("<text").skip(1).map(|piece| {
        let (tag, rest) = piece.split_once('>').unwrap();
        let number = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
        (rest.split('<').next().unwrap().trim(), number("y"), number("font-size"))
    });
    let written: Vec<(&str, f64, f64)> = written.filter(|(words, ..)| !words.is_empty()).collect();
    let measured: Vec<_> = measured.collect();
    assert_eq!(written.len(), measured.len(), "every text is drawn");
    let room = |((words, y, size), across): ((&str, f64, f64), &Rect)| {
        // From the tops of capitals to a little below the line they stand on.
        let room = [f64::from(across.left()), y + 0.05 * size, f64::from(across.right()), y + 0.9 * size];
        (words.to_owned(), room)
    };
    written.into_iter().zip(&measured).map(room).collect()
}

/// Words that stand over each other or reach out of the drawing, and numbers that are cut.
pub(crate) fn collisions(svg: &str) -> Vec<String> {
    let size = svg.split_once("viewBox=\"0 0 800 ").unwrap().1.split('"').next().unwrap();
    let (rooms, height): (Vec<Room>, f64) = (rooms(svg), size.parse().unwrap());
    let mut found = Vec::new();
    for (at, (words, [left, top, right, bottom])) in rooms.iter().enumerate() {
        if *left < 0.0 || *top < 0.0 || *right > 800.0 || *bottom > height {
            found.push(format!("`{words}` reaches out of the drawing: {left} to {right}, {top} to {bottom}"));
        }
        for (other, [from, above, to, below]) in &rooms[at + 1..] {
            let [across, down] = [right.min(*to) - left.max(*from), bottom.min(*below) - top.max(*above)];
            if across > 0.5 && down > 0.5 {
                found.push(format!("`{words}` stands over `{other}`"));
            }
        }
        let cut = words.chars().zip(words.chars().skip(1)).any(|(a, b)| a == ',' && b == '…');
        if cut || words.ends_with(['(', '[']) {
            found.push(format!("`{words}` is cut"));
        }
    }
    found
}

/// Red, green and blue, each from 0 to 1.
fn channels(colour: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0)
}

/// Contrast of a colour with white, as in the Web Content Accessibility Guidelines.
fn contrast(colour: &str) -> f64 {
    let linear = |c: f64| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    let [r, g, b] = channels(colour).map(linear);
    1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)
}

fn drawings_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(drawings_under(&path));
        } else if path.extension().is_some_and(|ending| ending == "svg") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_figure_that_is_shipped_can_be_read() {
    let drawings = ["reports", "docs"].map(|folder| drawings_under(&repository().join(folder))).concat();
    assert!(!drawings.is_empty());
    // The diagram of the model is no chart: it has no axes and no title of its own.
    for path in drawings.into_iter().filter(|path| !path.ends_with("report-model-overview.svg")) {
        let drawing = fs::read_to_string(&path).unwrap();
        let faults = [faults(&drawing), collisions(&drawing)].concat();
        assert!(faults.is_empty(), "{}: {faults:?}", path.display());
    }
}

#[test]
fn words_over_others_or_out_of_the_drawing_are_found() {
    let found = |texts: &[(&str, f64, f64)]| {
        let text = |(words, x, y): &(&str, f64, f64)| {
            format!(
                "<text x=\"{x}\" y=\"{y}\" dy=\"0.76em\" font-size=\"16\" fill=\"#000000\">\n{words}\n</text>\n"
            )
        };
        let body: String = texts.iter().map(text).collect();
        collisions(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 450\" font-family=\"Inter\">\n{body}</svg>\n"
        ))
    };
    assert_eq!(
        found(&[("above", 10.0, 10.0), ("below", 10.0, 28.0), ("beside", 90.0, 10.0)]),
        Vec::<String>::new()
    );
    for (texts, fault) in [
        ([("left", 10.0, 10.0), ("right", 30.0, 16.0)], "`left` stands over `right`"),
        ([("left", 10.0, 10.0), ("far right", 760.0, 10.0)], "`far right` reaches out"),
        ([("left", 10.0, 10.0), ("low", 10.0, 440.0)], "`low` reaches out"),
        ([("left", 10.0, 10.0), ("10 (9 to 12,…", 100.0, 10.0)], "is cut"),
    ] {
        let found = found(&texts);
        assert!(found.len() == 1 && found[0].contains(fault), "{fault}: {found:?}");
    }
}

#[test]
fn a_figure_that_cannot_be_read_is_refused() {
    let found = |body: &str| faults(&format!("<svg viewBox=\"0 0 800 450\">\n{body}\n</svg>\n"));
    let text = |rest: &str| format!("<text x=\"1\" y=\"2\" {rest}>\nwords\n</text>");
    let sound = text(" font-size=\"14\" fill=\"#414042\"") + &text(" font-size=\"24\" fill=\"#28A197\"");
    assert_eq!(found(&sound), Vec::<String>::new());
    for (broken, fault) in [
        (text(" font-size=\"13\" fill=\"#414042\""), "size 13"),
        (text(" font-size=\"16\" fill=\"#F46A25\""), "words in #F46A25, contrast 3.03"),
        (text(" font-size=\"16\" fill=\"#0B0C0C\" transform=\"rotate(270)\""), "turned"),
        ("<rect fill=\"#BFBFBF\"/>".to_owned(), "a rect in #BFBFBF"),
        ("<polyline stroke=\"#A8BD3A\" points=\"1,1 2,2\"/>".to_owned(), "a polyline in #A8BD3A"),
    ] {
        let faults = found(&broken);
        assert!(faults.len() == 1 && faults[0].contains(fault), "{fault}: {faults:?}");
    }
    let rects = |n: usize| -> String {
        let all = ["#12436D", "#28A197", "#801650", "#F46A25", "#A00000", "#7000A0", "#006000"];
        all[..n].iter().fold(String::new(), |all, colour| all + "<rect fill=\"" + colour + "\"/>")
    };
    assert!(found(&rects(6)).is_empty() && found(&rects(7))[0].starts_with("7 colours"));
    let lines = |n: usize| -> String {
        let zero = "<polyline stroke=\"#B3B3B3\" stroke-width=\"1.5\" points=\"74,9 600,9\"/>".to_owned();
        (0..n).fold(zero, |all, _| {
            all + "<polyline stroke=\"#D9D9D9\" stroke-width=\"1\" points=\"74,9 600,9\"/>"
        })
    };
    assert!(found(&lines(9)).is_empty() && found(&lines(10))[0].starts_with("10 gridlines"));
}
