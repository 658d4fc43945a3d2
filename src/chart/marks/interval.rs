//! An interval over a bar: a line with a stroke across each end, on a paler one so that it is seen on any colour.

use crate::chart::surface::canvas::Canvas;
use crate::chart::surface::theme::THEME;

/// Draws an interval from `low` to `high` at the height `middle`; the stroke at an end goes `cap` up and `cap` down \[units of the drawing\].
pub(crate) fn draw(canvas: &Canvas, [low, high]: [f64; 2], middle: f64, cap: f64) {
    let strokes = [
        [(low, middle), (high, middle)],
        [(low, middle - cap), (low, middle + cap)],
        [(high, middle - cap), (high, middle + cap)],
    ];
    for (colour, width) in
        [(THEME.background, THEME.reference_width + 2.0), (THEME.text, THEME.reference_width - 0.5)]
    {
        strokes.iter().for_each(|stroke| canvas.line(stroke, colour, width));
    }
}
