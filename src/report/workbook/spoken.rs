//! The words of a workbook for the columns and the codes of the files.

use crate::report::annex::measures::title_of;
use crate::wording::causes;
use crate::wording::letters::capitalised;

/// Columns of the files that a reader of a workbook does without: codes whose words stand beside them.
const CODES: [&str; 1] = ["verdict_id"];

/// Whether a column is for programs alone.
pub(super) fn is_code(column: &str) -> bool {
    CODES.contains(&column)
}

/// The heading of a column: `p80_date_lower_95` is `P80, lower end (95%)`.
pub(super) fn heading(column: &str) -> String {
    let known = match column {
        "kpi" => "Measure",
        "scope_kind" => "Measured of",
        "scope" => "Part",
        "better" => "Better if",
        "not_by_end" => "Replications not done by the end",
        "verdict" => "Finding",
        "level_pct" => "Level of the interval [%]",
        "share_pct" => "Share of the variance [%]",
        "share_pct_lower_95" => "Share, lower end (95%)",
        "share_pct_upper_95" => "Share, upper end (95%)",
        "lower" => "Lower end",
        "upper" => "Upper end",
        "range_low" => "Single runs from",
        "range_high" => "Single runs to",
        "range" => "Single runs: which",
        "more_than_best_of_others_from" => "More than the best of the others, from",
        "active_days_waited_change" | "active_days_waited_more" => {
            "Days that Active installations wait longer"
        }
        "active_lower_95" => "Wait, lower end (95%)",
        "active_upper_95" => "Wait, upper end (95%)",
        "change" => "Change by this value",
        "change_lower" => "Change, lower end",
        "change_upper" => "Change, upper end",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let (stem, end) =
        [("_lower_95", ", lower end (95%)"), ("_upper_95", ", upper end (95%)"), ("_note", ", note")]
            .into_iter()
            .find_map(|(ending, words)| column.strip_suffix(ending).map(|stem| (stem, words)))
            .unwrap_or((column, ""));
    let stem = stem.strip_suffix("_date").unwrap_or(stem);
    format!("{}{end}", capitalised(&stem.replace('_', " ")))
}

/// A word of a file as people read it, by the column it is from and the kind of thing that its row is of.
pub(super) fn word(column: &str, kind: &str, word: &str) -> String {
    match column {
        "kpi" => title_of(word).to_owned(),
        "scope_kind" => match word {
            "whole" => "the whole programme".to_owned(),
            "supplier_size" => "supplier size".to_owned(),
            "cause" => "cause of waiting".to_owned(),
            other => other.to_owned(),
        },
        "scope" => match kind {
            "cause" => causes::title(word).to_owned(),
            "status" => capitalised(word),
            "reason" => word.replace('_', " "),
            _ => word.to_owned(),
        },
        _ => match word {
            "TRUE" => "yes".to_owned(),
            "FALSE" => "no".to_owned(),
            other => other.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_codes_become_words() {
        let headings =
            ["p80_date_lower_95", "mean", "mean_upper_95", "p10_date_note", "dormant_days_avoided"]
                .map(heading);
        assert_eq!(
            headings,
            ["P80, lower end (95%)", "Mean", "Mean, upper end (95%)", "P10, note", "Dormant days avoided"]
        );
        let said = [
            word("scope", "cause", "gate_or_epcl"),
            word("scope_kind", "", "whole"),
            word("may_be_best", "", "TRUE"),
        ];
        assert_eq!(said, ["Gate or EPCL entry", "the whole programme", "yes"]);
        assert!(is_code("verdict_id") && !is_code("verdict"));
    }
}
