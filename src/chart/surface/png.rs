//! SVG to PNG, with the built-in font only: nothing is asked of the system.
//!
//! Words become outlines here, so the drawing library needs no shaper of text. A figure has few colours, so they are
//! written as a palette: a quarter of the bytes to compress, and half the file.

use std::cmp::Reverse;
use std::collections::HashMap;

use png::{BitDepth, ColorType, Encoder, Filter};
use resvg::tiny_skia::{Color, Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::roxmltree::{Document, Node};
use resvg::usvg::{Options, Tree};

use crate::chart::surface::font;

/// PNG pixels to one unit of the drawing.
const PIXELS: f32 = 2.0;

/// Most colours of a palette.
const MOST: usize = 256;

/// How far a rare colour may be from the palette's colour that is shown in its place, over its channels.
const NEAR: u32 = 12;

/// Why a figure could not be drawn as PNG.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw the figure as PNG: {0}")]
pub struct PngError(String);

/// A colour as red, green and blue.
type Rgb = [u8; 3];

/// Draws an SVG at twice its size.
pub(crate) fn render(svg: &str) -> Result<Vec<u8>, PngError> {
    let failed = |what: &dyn std::fmt::Display| PngError(what.to_string());
    let drawing = outlined(svg)?;
    let tree = Tree::from_str(&drawing, &Options::default()).map_err(|error| failed(&error))?;
    let size = tree.size().to_int_size().scale_by(PIXELS).ok_or_else(|| failed(&"it has no size"))?;
    let mut image = Pixmap::new(size.width(), size.height()).ok_or_else(|| failed(&"it is too large"))?;
    image.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(PIXELS, PIXELS), &mut image.as_mut());
    encode(&image).map_err(|error| failed(&error))
}

/// The drawing with its words as outlines of the built-in font.
fn outlined(svg: &str) -> Result<String, PngError> {
    let document = Document::parse(svg).map_err(|error| PngError(error.to_string()))?;
    let (mut drawing, mut copied) = (String::with_capacity(4 * svg.len()), 0);
    for text in document.descendants().filter(|node| node.has_tag_name("text")) {
        drawing += &svg[copied..text.range().start];
        drawing += &path(text).ok_or_else(|| PngError("words without a place or a size".to_owned()))?;
        copied = text.range().end;
    }
    Ok(drawing + &svg[copied..])
}

/// The outline of one line of words; nothing where it does not say where it stands and how large it is.
fn path(text: Node) -> Option<String> {
    let number = |name: &str| text.attribute(name)?.trim_end_matches("em").parse::<f64>().ok();
    let bold = text.attribute("font-weight") == Some("bold");
    // As a viewer reads it: blanks at the ends do not count, and several are one.
    let words = text.text().unwrap_or_default().split([' ', '\t', '\r', '\n']);
    let words = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let size = number("font-size")?;
    let before = match text.attribute("text-anchor") {
        Some("middle") => 0.5,
        Some("end") => 1.0,
        _ => 0.0,
    };
    let left = number("x")? - before * font::width(&words, size, bold);
    let line = number("y")? + number("dy").unwrap_or(0.0) * size;
    let [fill, opacity] = [("fill", "#000000"), ("opacity", "1")]
        .map(|(name, otherwise)| text.attribute(name).unwrap_or(otherwise));
    let scale = size / font::units(bold);
    let outline = font::outline(&words, bold);
    Some(format!(
        "<path fill=\"{fill}\" opacity=\"{opacity}\" transform=\"translate({left} {line}) scale({scale} -{scale})\" d=\"{outline}\"/>"
    ))
}

/// An image without transparency as a PNG, with a palette where that shows the same picture.
fn encode(image: &Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let rgb = |pixel: PremultipliedColorU8| [pixel.red(), pixel.green(), pixel.blue()];
    // Most neighbours are alike, so colours are looked up a run at a time.
    let (mut colours, mut runs) = (Colours::default(), Vec::new());
    for run in image.pixels().chunk_by(|a, b| a == b) {
        runs.push((colours.place(rgb(run[0]), run.len()), run.len()));
    }
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, image.width(), image.height());
    encoder.set_depth(BitDepth::Eight);
    if let Some((palette, entries)) = colours.palette() {
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(palette.concat());
        encoder.set_filter(Filter::NoFilter);
        let mut indices = Vec::with_capacity(image.pixels().len());
        for (place, length) in runs {
            indices.resize(indices.len() + length, entries[place]);
        }
        encoder.write_header()?.write_image_data(&indices)?;
    } else {
        encoder.set_color(ColorType::Rgb);
        let pixels: Vec<u8> = image.pixels().iter().flat_map(|pixel| rgb(*pixel)).collect();
        encoder.write_header()?.write_image_data(&pixels)?;
    }
    Ok(bytes)
}

/// The colours of an image in the order in which they were met, and how many pixels each has.
#[derive(Default)]
struct Colours {
    places: HashMap<Rgb, usize>,
    met: Vec<(Rgb, usize)>,
}

impl Colours {
    /// Counts some pixels of a colour and returns its place.
    fn place(&mut self, colour: Rgb, pixels: usize) -> usize {
        let place = *self.places.entry(colour).or_insert(self.met.len());
        if place == self.met.len() {
            self.met.push((colour, 0));
        }
        self.met[place].1 += pixels;
        place
    }

    /// The most frequent colours, and for each place the nearest of them; nothing where one has none near.
    fn palette(&self) -> Option<(Vec<Rgb>, Vec<u8>)> {
        let mut palette = self.met.clone();
        palette.sort_unstable_by_key(|(colour, pixels)| (Reverse(*pixels), *colour));
        palette.truncate(MOST);
        let palette: Vec<Rgb> = palette.into_iter().map(|(colour, _)| colour).collect();
        let distance =
            |a: &Rgb, b: &Rgb| a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
        let nearest = |(colour, _): &(Rgb, usize)| {
            let (entry, shown) =
                (0..=u8::MAX).zip(&palette).min_by_key(|(_, shown)| distance(colour, shown))?;
            (distance(colour, shown) <= NEAR).then_some(entry)
        };
        let entries = self.met.iter().map(nearest).collect::<Option<_>>()?;
        Some((palette, entries))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use resvg::usvg::{self, fontdb};

    use super::*;

    /// The room of each direct child of a drawing that is words, or an outline: left, top, right, bottom.
    fn rooms(svg: &str, of: impl Fn(&usvg::Node) -> bool) -> Vec<[f32; 4]> {
        let mut fonts = fontdb::Database::new();
        for file in ["Inter-Regular.otf", "Inter-Bold.otf"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/chart/surface/font").join(file);
            fonts.load_font_data(fs::read(path).unwrap());
        }
        let options =
            Options { fontdb: Arc::new(fonts), font_family: font::FAMILY.to_owned(), ..Options::default() };
        let tree = Tree::from_str(svg, &options).unwrap();
        let found = tree.root().children().iter().filter(|node| of(node)).map(|node| {
            let room = match node {
                usvg::Node::Text(text) => text.flattened().abs_bounding_box(),
                other => other.abs_bounding_box(),
            };
            [room.left(), room.top(), room.right(), room.bottom()]
        });
        found.collect()
    }

    #[test]
    fn outlines_lie_where_a_shaper_of_text_puts_the_words() {
        let words = [
            "In this run early leads existing by up to 47,000",
            "AVATAR, To Ty. We \u{201C}LT\u{201D} P. 11/7 (−3…)",
            "Ysgol Gŵyr &amp; Caffe\u{301}  Łódź",
            "日本 Поставщик",
            "Yy",
        ];
        for weight in ["normal", "bold"] {
            for anchor in ["start", "middle", "end"] {
                let text = |(at, words): (usize, &&str)| {
                    format!(
                        "<text x=\"400.3\" y=\"{}\" dy=\"0.76em\" text-anchor=\"{anchor}\" font-size=\"17\" \
                         font-weight=\"{weight}\" fill=\"#0B0C0C\">\n{words}\n</text>\n",
                        20 * at
                    )
                };
                let body: String = words.iter().enumerate().map(text).collect();
                let svg = format!(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 450\" font-family=\"Inter\">\n{body}</svg>\n"
                );
                let shaped = rooms(&svg, |node| matches!(node, usvg::Node::Text(_)));
                let outlines = rooms(&outlined(&svg).unwrap(), |node| !matches!(node, usvg::Node::Text(_)));
                assert_eq!((shaped.len(), outlines.len()), (words.len(), words.len()));
                for ((words, shaped), outline) in words.iter().zip(&shaped).zip(&outlines) {
                    let apart = shaped.iter().zip(outline).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                    assert!(apart < 0.05, "{words}, {weight}, {anchor}: {shaped:?} and {outline:?}");
                }
            }
        }
    }

    #[test]
    fn a_palette_shows_the_same_picture() {
        let shown = |pixels: &[Rgb], width: u32| {
            let height = u32::try_from(pixels.len()).unwrap() / width;
            let mut image = Pixmap::new(width, height).unwrap();
            for (at, [red, green, blue]) in image.pixels_mut().iter_mut().zip(pixels) {
                *at = PremultipliedColorU8::from_rgba(*red, *green, *blue, 255).unwrap();
            }
            let bytes = encode(&image).unwrap();
            assert_eq!(bytes, encode(&image).unwrap());
            let image = Pixmap::decode_png(&bytes).unwrap();
            image.pixels().iter().map(|at| [at.red(), at.green(), at.blue()]).collect::<Vec<Rgb>>()
        };
        let few: Vec<Rgb> = (0..=255).map(|grey| [grey, 255 - grey, 7]).collect();
        assert_eq!(shown(&few, 16), few);
        let many: Vec<Rgb> = (0..=255).flat_map(|grey| [[grey, 0, 9], [0, grey, 200]]).collect();
        assert_eq!(shown(&many, 32), many, "more colours than a palette shows");
        // One colour more than a palette holds; the rarest is shown as its neighbour.
        let one_more = [few.clone(), few.clone(), vec![[100, 155, 5]; 1], vec![[0, 255, 7]; 15]].concat();
        let drawn = shown(&one_more, 16);
        assert_eq!(drawn[..512], one_more[..512]);
        assert_eq!(drawn[512], [100, 155, 7]);
    }
}
