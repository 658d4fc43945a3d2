//! The overview diagram of the model: the stages of an installation, and the ways between them.

use std::fmt::Write as _;

use super::super::super::document::Diagram;

/// A box with up to three lines of text.
struct Stage {
    at: (u32, u32),
    lines: &'static [&'static str],
    /// Whether an installation leaves the programme there.
    end: bool,
}

const WIDTH: u32 = 112;
const HEIGHT: u32 = 58;

const fn stage(x: u32, y: u32, lines: &'static [&'static str]) -> Stage {
    Stage { at: (x, y), lines, end: false }
}

const fn end(x: u32, y: u32, lines: &'static [&'static str]) -> Stage {
    Stage { at: (x, y), lines, end: true }
}

const STAGES: [Stage; 12] = [
    stage(9, 70, &["Waiting", "for the gate"]),
    stage(143, 70, &["Waiting", "for firmware"]),
    stage(277, 70, &["Update", "under way"]),
    stage(411, 70, &["Updated; waits", "for entry", "and notice"]),
    stage(545, 70, &["Eligible: waits", "for a slot"]),
    end(679, 70, &["Migrated"]),
    stage(210, 170, &["Wait after a", "failed update"]),
    stage(545, 170, &["Wait after a", "failed attempt"]),
    end(210, 258, &["Excluded: no", "radio link"]),
    end(679, 170, &["Excluded:", "attempts", "used up"]),
    stage(9, 330, &["Waiting", "for entry"]),
    stage(366, 330, &["Updated by", "its supplier"]),
];

/// Ways between the boxes, each from corner to corner; the last leg ends in an arrow.
const WAYS: [&[(i32, i32)]; 13] = [
    &[(121, 99), (141, 99)],
    &[(255, 99), (275, 99)],
    &[(389, 99), (409, 99)],
    &[(523, 99), (543, 99)],
    &[(657, 99), (677, 99)],
    &[(333, 128), (333, 199), (324, 199)],
    &[(210, 199), (199, 199), (199, 130)],
    &[(266, 228), (266, 256)],
    &[(585, 128), (585, 168)],
    &[(617, 170), (617, 130)],
    &[(657, 199), (677, 199)],
    &[(121, 359), (364, 359)],
    &[(478, 359), (534, 359), (534, 115), (543, 115)],
];

/// Words beside the ways.
const NOTES: [(u32, u32, &str, &str); 6] = [
    (9, 40, "start", "Dormant installations"),
    (266, 40, "middle", "firmware capacity"),
    (668, 40, "middle", "slots of the day, shared by the rule"),
    (9, 318, "start", "Active installations"),
    (
        9,
        416,
        "start",
        "From every stage before migration an installation may be removed. An Active one that changes",
    ),
    (9, 434, "start", "supplier may become Dormant."),
];

/// A line through the corners, and an arrow at its end.
fn draw_way(svg: &mut String, corners: &[(i32, i32)]) {
    let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#12436D\" stroke-width=\"2\"/>",
        points.join(" ")
    );
    if let [.., (from_x, from_y), (x, y)] = corners {
        let (along_x, along_y) = ((x - from_x).signum(), (y - from_y).signum());
        let back = (x - 8 * along_x, y - 8 * along_y);
        let side = (4 * along_y, 4 * along_x);
        let _ = writeln!(
            svg,
            "<polygon points=\"{x},{y} {},{} {},{}\" fill=\"#12436D\"/>",
            back.0 + side.0,
            back.1 + side.1,
            back.0 - side.0,
            back.1 - side.1
        );
    }
}

pub(super) fn overview() -> Diagram {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 446\" role=\"img\" aria-labelledby=\"model-overview-title\" font-family=\"Arial, Helvetica, 'DejaVu Sans', sans-serif\" font-size=\"14\" fill=\"#0B0C0C\">\n<title id=\"model-overview-title\">Stages of an installation</title>\n<rect x=\"0\" y=\"0\" width=\"800\" height=\"446\" fill=\"#FFFFFF\"/>\n",
    );
    for way in WAYS {
        draw_way(&mut svg, way);
    }
    // What limits a way stands above it.
    for x in [266, 668] {
        let _ = writeln!(
            svg,
            "<path d=\"M{x} 46V92\" fill=\"none\" stroke=\"#3D3D3D\" stroke-width=\"1\" stroke-dasharray=\"3 3\"/>"
        );
    }
    for Stage { at: (x, y), lines, end } in &STAGES {
        let (fill, ink) = if *end { ("#12436D", "#FFFFFF") } else { ("#FFFFFF", "#0B0C0C") };
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"3\" fill=\"{fill}\" stroke=\"#12436D\" stroke-width=\"2\"/>"
        );
        let first = y + HEIGHT / 2 + 5 - 8 * (u32::try_from(lines.len()).unwrap_or(1) - 1);
        for (line, text) in (0..).zip(*lines) {
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{ink}\">{text}</text>",
                x + WIDTH / 2,
                first + 16 * line
            );
        }
    }
    for (x, y, anchor, text) in NOTES {
        let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
    }
    svg.push_str("</svg>\n");
    Diagram {
        id: "model-overview",
        title: "Stages of an installation, and the ways between them".to_owned(),
        svg,
        description: "A Dormant installation waits for its gate, then for firmware. The group's firmware capacity limits how many updates start a day. A failed update is tried again after a wait; after the last try the installation is excluded. After the update it waits for entry and notice, and is then eligible. An Active installation waits for entry and is updated by its supplier. Eligible installations wait for a slot; the sharing rule gives out the slots of the day. A failed attempt is tried again after a wait; after the last attempt the installation is excluded.".to_owned(),
    }
}
