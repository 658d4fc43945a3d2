//! The surface that figures are drawn on: canvas, SVG, PNG, letters and colours.

pub(crate) mod canvas;
pub(crate) mod font;
pub(crate) mod png;
pub(crate) mod svg;
pub(crate) mod theme;
