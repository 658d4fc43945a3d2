//! Every visual constant, once. Lengths are in units of the 800 by 450 drawing.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use crate::chart::surface::canvas::Marker;

/// Colours, sizes and widths of all figures.
pub(crate) struct Theme {
    /// Width of the drawing.
    pub width: f64,
    /// Height of the drawing.
    pub height: f64,
    /// Space left free at each edge.
    pub margin: f64,
    /// Size of the title.
    pub title_size: f64,
    /// Size of labels, ticks and the subtitle.
    pub text_size: f64,
    /// Size of the source line and of second lines of labels.
    pub small_size: f64,
    /// Height of a line of text, as a multiple of its size.
    pub line_height: f64,
    /// Width left of the plot, for the labels of the y axis.
    pub axis_width: f64,
    /// Width right of the plot, for direct labels.
    pub label_width: f64,
    /// Space between plots one above the other.
    pub panel_gap: f64,
    /// Width of a data line.
    pub line_width: f64,
    /// Width of a reference line.
    pub reference_width: f64,
    /// Drawn and left out of a dashed upright line; round ends lengthen what is drawn by the line's width.
    pub dash: (f64, f64),
    /// How much wider than a dash the background under it is, so that it stands off a line it runs over.
    pub halo: f64,
    /// How much of its colour a range keeps.
    pub band: f64,
    /// Half the width of a marker.
    pub marker: f64,
    /// Half the width of a marker in rows close to each other.
    pub small_marker: f64,
    /// Colour of words.
    pub text: RGBColor,
    /// Colour of axis labels and the subtitle.
    pub axis_text: RGBColor,
    /// Colour of gridlines.
    pub grid: RGBColor,
    /// Colour of the zero line and of leader lines.
    pub zero: RGBColor,
    /// Colour of the background.
    pub background: RGBColor,
    /// Colour of what merely passes or is not there.
    pub idle: RGBColor,
    /// Colour of the baseline, of capacity and of reference lines.
    pub baseline: RGBColor,
    /// Colours of series in the order they are used: the Analysis Function palette, in which neighbours differ enough.
    pub series: [RGBColor; 5],
}

/// The theme of all figures.
pub(crate) const THEME: Theme = Theme {
    width: 800.0,
    height: 450.0,
    margin: 16.0,
    title_size: 20.0,
    text_size: 16.0,
    small_size: 14.0,
    line_height: 1.25,
    axis_width: 58.0,
    label_width: 194.0,
    panel_gap: 22.0,
    line_width: 3.0,
    reference_width: 2.0,
    dash: (4.0, 6.0),
    halo: 2.0,
    band: 0.18,
    marker: 5.0,
    small_marker: 4.2,
    text: RGBColor(0x0B, 0x0C, 0x0C),
    axis_text: RGBColor(0x41, 0x40, 0x42),
    grid: RGBColor(0xD9, 0xD9, 0xD9),
    zero: RGBColor(0xB3, 0xB3, 0xB3),
    background: RGBColor(0xFF, 0xFF, 0xFF),
    idle: RGBColor(0x8A, 0x8A, 0x8A),
    baseline: RGBColor(0x3D, 0x3D, 0x3D),
    series: [
        RGBColor(0x12, 0x43, 0x6D),
        RGBColor(0x28, 0xA1, 0x97),
        RGBColor(0x80, 0x16, 0x50),
        RGBColor(0xF4, 0x6A, 0x25),
        RGBColor(0xA2, 0x85, 0xD1),
    ],
};

/// How words look.
#[derive(Clone, Copy)]
pub(crate) struct Type {
    /// Size of the letters.
    pub size: f64,
    /// Whether they are bold.
    pub bold: bool,
    /// Their colour.
    pub colour: RGBColor,
    /// Which part of them stands at the place given.
    pub anchor: HPos,
}

/// Words of the title.
pub(crate) const TITLE: Type =
    Type { size: THEME.title_size, bold: true, colour: THEME.text, anchor: HPos::Left };
/// Words of subtitle, units and ticks.
pub(crate) const LABEL: Type =
    Type { size: THEME.text_size, bold: false, colour: THEME.axis_text, anchor: HPos::Left };
/// Words of the source line and of small labels.
pub(crate) const CAPTION: Type =
    Type { size: THEME.small_size, bold: false, colour: THEME.axis_text, anchor: HPos::Left };

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    /// Its colour.
    pub colour: RGBColor,
    /// Lengths drawn and left out by turns; empty for a line without gaps.
    pub dashes: &'static [f64],
    /// What stands at its end.
    pub marker: Marker,
}

/// Lines of scenarios laid over each other, the baseline first: told apart by their dashes and by the shapes at their ends where colour
/// does not show, and those with dashes are drawn over the others, so that lines that run together are all seen.
pub(crate) const STROKES: [Stroke; 4] = [
    Stroke { colour: THEME.baseline, dashes: &[5.0, 8.0], marker: Marker::Triangle },
    Stroke { colour: THEME.series[0], dashes: &[], marker: Marker::Circle },
    Stroke { colour: THEME.series[1], dashes: &[16.0, 9.0], marker: Marker::Square },
    Stroke { colour: THEME.series[2], dashes: &[14.0, 7.0, 1.0, 7.0], marker: Marker::Diamond },
];

/// Colours of Dormant and Active where they stand side by side.
pub(crate) const DORMANT: RGBColor = THEME.series[0];
/// See [`DORMANT`].
pub(crate) const ACTIVE: RGBColor = THEME.series[3];
/// Dormant and Active together.
pub(crate) const ALL: RGBColor = THEME.series[1];
