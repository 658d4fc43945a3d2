//! What a study tries: the days avoided under every combination of what nobody has published, and one assumption at a time.

use jiff::civil::Date;

use crate::chart::data::scenarios_shown::{Chosen, LAID_OVER};
use crate::chart::figures::difference_ranges::{Block, Forest, Row, baseline, whole};
use crate::chart::layout::frame::capitalised;
use crate::chart::{Caption, Figure};
use crate::output::{AS_GIVEN, Tried, grid_table, sensitivity_table};
use crate::replications::gives_claim;
use crate::wording::{numbers, titles};

/// Dormant days avoided by each scenario under every combination of what nobody has published.
pub(crate) fn grid_forest(points: &[Tried], period: (Date, Date), caption: &Caption) -> Figure {
    let chosen = &chosen_of(points);
    let shown = &chosen.pick(points.first().map_or(&[][..], |point| &point.comparisons));
    let axes: Vec<&str> =
        points.iter().take(1).flat_map(|p| &p.values).map(|(name, _)| name.as_str()).collect();
    let n = points.iter().filter(|point| point.comparisons.iter().all(titles::avoids_enough)).count();
    let all = points.len();
    let who = match shown.as_slice() {
        [one] => Some(one.scenario.as_str()),
        _ => None,
    };
    let title = titles::grid(who, n, all);
    let (axes_named, base) = (axes.join(", "), baseline(shown));
    let left = chosen.note();
    let measure = format!(
        "Mean Dormant days avoided against {base} by {axes_named}; intervals hold together at 95%{left}"
    );
    let data = grid_table(&axes, points);
    let axes = axes.into_iter().map(str::to_owned).collect();
    let (id, blocks) = ("fig-grid", combinations(points, chosen));
    Forest { id, title, measure, comparisons: shown, blocks, chosen, names: axes, data, period }.draw(caption)
}

/// Those that avoid most over all.
fn chosen_of(points: &[Tried]) -> Chosen {
    let n = points.first().map_or(0, |point| point.comparisons.len());
    let avoided =
        |at: usize| points.iter().filter_map(|p| p.comparisons.get(at)).map(|c| c.avoided.value).sum();
    Chosen::of(&(0..n).map(|at| Some(avoided(at))).collect::<Vec<_>>(), LAID_OVER)
}

/// A row a combination, those that differ in the last axis only under a heading.
fn combinations(points: &[Tried], chosen: &Chosen) -> Vec<Block> {
    let value = |value: &str| match value.parse::<Date>() {
        Ok(day) => numbers::date(day),
        Err(_) => value.to_owned(),
    };
    let mut blocks: Vec<Block> = Vec::new();
    for point in points {
        let Some(((name, last), others)) = point.values.split_last() else { continue };
        let others: Vec<String> = others.iter().map(|(name, of)| format!("{name}: {}", value(of))).collect();
        let heading = capitalised(&others.join("; "));
        if blocks.last().is_none_or(|block| block.heading != heading) {
            blocks.push(Block { heading, rows: Vec::new() });
        }
        let name = capitalised(&format!("{name} {}", value(last)));
        let row = whole(name, &chosen.pick(&point.comparisons));
        blocks.last_mut().into_iter().for_each(|block| block.rows.push(row.clone()));
    }
    blocks
}

/// Dormant days avoided by each scenario with one assumption changed at a time, those first that move the scenario that avoids most by
/// most.
pub(crate) fn sensitivity_forest(points: &[Tried], period: (Date, Date), caption: &Caption) -> Figure {
    let chosen = &chosen_of(points);
    let shown = &chosen.pick(points.first().map_or(&[][..], |point| &point.comparisons));
    let avoided = |point: &Tried, at: usize| point.comparisons.get(at).map_or(0.0, |c| c.avoided.value);
    let focus = points[0].leading();
    let moved = |point: &Tried| (avoided(point, focus) - avoided(&points[0], focus)).abs();
    let is_of = |point: &Tried, name: &str| point.values.first().is_some_and(|(_, of)| of == name);
    // What is tried keeps its values together, in the order in which they are given.
    let mut names: Vec<&str> = Vec::new();
    for name in points.iter().skip(1).filter_map(|point| point.values.first()).map(|(_, name)| name) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let swing = |name: &str| points.iter().filter(|p| is_of(p, name)).map(moved).fold(0.0, f64::max);
    names.sort_by(|a, b| swing(b).total_cmp(&swing(a)));
    let most = names.first().copied().unwrap_or_default();
    let unit = most.split(" [").next().unwrap_or_default();
    let who = &points[0].comparisons[focus].scenario;
    let is_known = |point: &Tried| {
        point.changes.get(focus).is_some_and(|c| c.interval.side().is_some() && gives_claim(c.n))
    };
    let title = if points.iter().filter(|point| is_of(point, most)).any(is_known) {
        format!("Of {} assumptions tried alone, {unit} moves what {who} avoids most", names.len())
    } else {
        format!("Of {} assumptions tried alone, none is known to move what {who} avoids", names.len())
    };
    let measure = format!(
        "Mean Dormant days avoided against {}, one assumption changed at a time, to values the study chose; intervals hold together at 95%{}",
        baseline(shown),
        chosen.note()
    );
    let row = |point: &Tried| whole(capitalised(&point.named()), &chosen.pick(&point.comparisons));
    let given = points.iter().filter(|point| is_of(point, AS_GIVEN));
    let others = names.iter().flat_map(|name| points.iter().filter(|point| is_of(point, name)));
    let rows: Vec<Row> = given.chain(others).map(row).collect();
    let blocks = vec![Block { heading: String::new(), rows }];
    let (id, data) = ("fig-sensitivity", sensitivity_table(points));
    Forest {
        id,
        title,
        measure,
        comparisons: shown,
        blocks,
        chosen,
        names: vec![unit.to_owned()],
        data,
        period,
    }
    .draw(caption)
}
