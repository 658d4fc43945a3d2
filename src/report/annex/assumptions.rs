//! The assumptions, those first that move the answer most; then those whose effect was not tried.

use serde_json::Value as Json;

use super::super::document::{Block, Grid, Words, words};
use super::super::result_tables::{Blocks, Evidence};
use super::super::study_record::Varied;
use crate::output::{AS_GIVEN, ResultsError, Row};

/// How the register says that the study itself tried a value.
const TRIED: &str = "tried ";

/// The annex.
pub(in crate::report) fn assumptions(evidence: &Evidence) -> Blocks {
    let quality = "Documented: a public source states it. Inferred: it follows from such a source by arithmetic. Assumed: nobody has published it.";
    let mut blocks = vec![Block::Paragraph(words(quality))];
    blocks.extend(ranked(evidence)?.map(Block::Table));
    blocks.extend(combined(evidence).map(Block::Table));
    let tried: Vec<Varied> =
        evidence.study.one_at_a_time().into_iter().chain(evidence.study.combined()).collect();
    let of_files: Vec<&Json> = evidence.register().into_iter().filter(|line| !is_of_study(line)).collect();
    let (moved, untried): (Vec<&Json>, Vec<&Json>) =
        of_files.into_iter().partition(|line| tried.iter().any(|input| is_about(line, &input.key)));
    for (lines, caption) in [
        (moved, "The register of inputs whose effect was tried"),
        (untried, "The register of inputs whose effect was not tried"),
    ] {
        if !lines.is_empty() {
            blocks.push(Block::Table(register(&lines, caption)));
        }
    }
    if evidence.register().is_empty() {
        blocks.push(Block::Paragraph(words("The scenarios register no assumption.")));
    }
    Ok(blocks)
}

/// The whole register as one table.
pub(in crate::report) fn whole_register(evidence: &Evidence) -> Grid {
    register(&evidence.register(), "The register of inputs")
}

/// Whether the study put a line into the register, because it tried other values.
fn is_of_study(line: &Json) -> bool {
    line["source"].as_str().is_some_and(|source| source.starts_with(TRIED)) && line["said_by"].is_null()
}

fn register(lines: &[&Json], caption: &str) -> Grid {
    let keys = ["about", "value", "quality", "source", "note", "said_by"];
    let row = |line: &&Json| keys.map(|key| words(line[key].as_str().unwrap_or_default())).into();
    Grid {
        caption: format!(
            "{caption}. Numbers in a note are those of the file that is named, under its own other inputs"
        ),
        header: ["About", "Value", "Quality", "Source", "Note", "Said by"].map(str::to_owned).into(),
        rows: lines.iter().map(row).collect(),
    }
}

/// An input tried alone: its name, the largest move of the days avoided, and the move by each value.
type Tried<'s> = (&'s str, f64, Vec<(String, Words)>);

/// The inputs tried one at a time, by the largest move of the days that the leading scenario avoids.
fn ranked(evidence: &Evidence) -> Result<Option<Grid>, ResultsError> {
    let (Some(sheet), Some(leading)) = (&evidence.sensitivity, evidence.leading()) else { return Ok(None) };
    let mut inputs: Vec<Tried> = Vec::new();
    for row in sheet.rows() {
        let (name, of) = (row.text("assumption")?, row.text("scenario")?);
        if of != leading || name == AS_GIVEN {
            continue;
        }
        let size = row.number("change")?.map_or(0.0, f64::abs);
        let shown = (row.text("value")?.to_owned(), Evidence::change_of_value(row as Row)?);
        match inputs.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, most, values)) => {
                *most = most.max(size);
                values.push(shown);
            }
            None => inputs.push((name, size, vec![shown])),
        }
    }
    inputs.sort_by(|(_, a, _), (_, b, _)| b.total_cmp(a));
    let keys = evidence.study.one_at_a_time();
    let mut rows = Vec::new();
    for (rank, (name, _, values)) in (1..).zip(inputs) {
        let key = keys.iter().find(|input| input.name == name).map(|input| input.key.as_str());
        let quality = key.map_or_else(String::new, |key| evidence.quality_of(|line| is_about(line, key)));
        for (value, change) in values {
            rows.push(vec![words(format!("{rank}. {name}")), words(value), change, words(quality.clone())]);
        }
    }
    Ok(Some(Grid {
        caption: format!(
            "Inputs by how far they move the Dormant days that {} avoids, one changed at a time [installation-days]. Brackets: 95% confidence interval, for all rows together",
            evidence.title_of(leading)
        ),
        header: ["Input", "Value tried", "Change of the days avoided", "Quality of the input"]
            .map(str::to_owned)
            .into(),
        rows,
    }))
}

/// The inputs tried in every combination.
fn combined(evidence: &Evidence) -> Option<Grid> {
    evidence.grid.as_ref()?;
    let row = |input: Varied| {
        let quality = evidence.quality_of(|line| is_about(line, &input.key));
        [input.name, input.values.join(", "), quality].map(words).into()
    };
    let rows: Vec<Vec<Words>> = evidence.study.combined().into_iter().map(row).collect();
    (!rows.is_empty()).then(|| Grid {
        caption: "Inputs tried in every combination; the table of combinations shows what each does"
            .to_owned(),
        header: ["Input", "Values tried", "Quality of the input"].map(str::to_owned).into(),
        rows,
    })
}

/// Whether a line of the register is about a key that a study varied, or about what that key multiplies.
fn is_about(line: &Json, key: &str) -> bool {
    if is_of_study(line) {
        return false;
    }
    let about = line["about"].as_str().unwrap_or_default();
    let (table, last) = key.rsplit_once('.').unwrap_or(("", key));
    let also = match key {
        "firmware.capacity_factor" => "firmware_capacity_per_day",
        "programme.capacity_factor" => "programme.capacity_per_day",
        "allocation.supplier_limits" => "supplier_limit",
        _ => last,
    };
    let named = |part: &str| {
        let part = part.trim_end_matches(':');
        let own = part.rsplit('.').next().unwrap_or(part);
        let alike = match own.split_once('*') {
            Some((start, end)) => !start.is_empty() && last.starts_with(start) && last.ends_with(end),
            None => own == last || part == also || own == also,
        };
        // `gate_slip_days` of a cohort is the one of its defaults; `step` of one table is not that of another.
        let tables = part.rsplit_once('.').map_or("", |(of, _)| of.split('.').next().unwrap_or(of));
        let same = tables.is_empty() || table.starts_with(tables) || also != last;
        alike && same
    };
    about.split([' ', ',']).filter(|part| !part.is_empty()).any(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_found_by_the_key_that_a_study_varies() {
        let about = |text: &str| json!({ "about": text, "source": "us", "said_by": "base.toml" });
        let cases = [
            ("group.*.firmware_capacity_per_day", "firmware.capacity_factor", true),
            ("programme.capacity_per_day", "programme.capacity_factor", true),
            ("group.*.capacity_per_day", "firmware.capacity_factor", false),
            (
                "calendar.firmware_weekdays, firmware_holidays, firmware_closed",
                "calendar.firmware_weekdays",
                true,
            ),
            (
                "cohort.*.gate_slip_days, governance_lag_days, objection_delay_days",
                "cohort_defaults.governance_lag_days",
                true,
            ),
            ("cohort_defaults.update_*, no_update_pct", "cohort_defaults.update_success_pct", true),
            ("allocation.dmin_per_day from 2021-01-04", "allocation.dmin_per_day", true),
            ("supplier_limit: Curlew and Lapwing in FOC", "allocation.supplier_limits", true),
            ("change_of_supplier.step, removal.step", "removal.step", true),
            ("firmware.redesignation", "firmware.redesignation", true),
            ("firmware.rework_*_pct", "firmware.redesignation", false),
        ];
        for (text, key, expected) in cases {
            assert_eq!(is_about(&about(text), key), expected, "{text}: {key}");
        }
        assert!(!is_about(
            &json!({ "about": "firmware.redesignation", "source": "tried one at a time by x.toml" }),
            "firmware.redesignation"
        ));
    }
}
