//! SVG to PNG, with the built-in font only: nothing is asked of the system.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::font;

/// PNG pixels to one unit of the drawing.
const PIXELS: f32 = 2.0;

/// Why a figure could not be drawn as PNG.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw the figure as PNG: {0}")]
pub struct PngError(String);

/// Draws an SVG at twice its size.
pub(super) fn render(svg: &str) -> Result<Vec<u8>, PngError> {
    let mut fonts = fontdb::Database::new();
    for bytes in font::FILES {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    let options =
        Options { fontdb: Arc::new(fonts), font_family: font::FAMILY.to_owned(), ..Options::default() };
    let failed = |what: &dyn std::fmt::Display| PngError(what.to_string());
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(&error))?;
    let size = tree.size().to_int_size().scale_by(PIXELS).ok_or_else(|| failed(&"it has no size"))?;
    let mut image = Pixmap::new(size.width(), size.height()).ok_or_else(|| failed(&"it is too large"))?;
    resvg::render(&tree, Transform::from_scale(PIXELS, PIXELS), &mut image.as_mut());
    image.encode_png().map_err(|error| failed(&error))
}
