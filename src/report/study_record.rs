//! The words of a study file that a report prints: its question, its purpose, the reasons for its choices, and who answers for it.
//!
//! The file was checked when the study was run, so it is read here without complaint.

use jiff::civil::Date;
use toml::{Table, Value};

use crate::output::{Results, ResultsError};
use crate::wording::numbers;

/// What the report says where a study file says nothing.
pub(super) const NOT_STATED: &str = "not stated by the study";

/// A key of a study file whose words a report prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedKey {
    /// Its name.
    pub name: &'static str,
    /// Its name in the report.
    pub title: &'static str,
    /// Whether it is a date.
    pub is_date: bool,
    /// One line about it.
    pub doc: &'static str,
}

const fn words(name: &'static str, title: &'static str, doc: &'static str) -> PrintedKey {
    PrintedKey { name, title, is_date: false, doc }
}

const fn date(name: &'static str, title: &'static str, doc: &'static str) -> PrintedKey {
    PrintedKey { name, title, is_date: true, doc }
}

/// Keys of `[assurance]`.
pub const ASSURANCE: [PrintedKey; 10] = [
    words("status", "Status", "How far the study is assured, such as \"assured\" or \"draft, not assured\"."),
    words("commissioner", "Commissioner", "Who asked for the study and uses its answer."),
    words("analyst", "Analyst", "Who did it."),
    words("assurer", "Assurer", "Who checked it, and had no part in it."),
    words("approver", "Approver", "Who signed it off."),
    date("date", "Date of the assurance", "The day of the assurance."),
    words("version", "Version of the report", "The version of the report."),
    words("contact", "Contact", "Whom to ask: a name and an address."),
    date(
        "sunset",
        "Not to be used after",
        "The day after which the answer must not be used without a review.",
    ),
    words("model_from", "Model and inputs from", "Where others can get the model and the inputs."),
];

/// Keys of `[rationale]`.
pub const RATIONALE: [PrintedKey; 6] = [
    words("scenarios", "Why these scenarios", "Why these scenarios are compared."),
    words("replications", "Why so many replications", "Why there are so many replications."),
    words("threshold", "Why this threshold", "Why a smaller difference does not matter."),
    words("grid", "Why these combinations", "Why the grid has these values."),
    words("sensitivity", "Why these values one at a time", "Why these values are tried one at a time."),
    words("back_test", "Back-test", "How the model was held against published counts, or why it was not."),
];

/// An input that a study varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Varied {
    /// Its name in figures and tables.
    pub(super) name: String,
    /// Its key in the scenario file.
    pub(super) key: String,
    /// Its values, as figures and tables show them.
    pub(super) values: Vec<String>,
}

/// The words of one study file; empty for a folder without one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StudyRecord {
    file: Table,
}

impl StudyRecord {
    /// That of a results folder.
    ///
    /// # Errors
    /// The file is missing, changed or unreadable.
    pub(super) fn of(results: &Results) -> Result<Self, ResultsError> {
        if !results.holds("study.toml") {
            return Ok(Self::default());
        }
        Ok(Self { file: toml::from_str(&results.text("study.toml")?).unwrap_or_default() })
    }

    /// Its question.
    pub(super) fn question(&self) -> Option<&str> {
        self.file.get("question")?.as_str()
    }

    /// Its background and objectives.
    pub(super) fn purpose(&self) -> String {
        let purpose = self.file.get("purpose").and_then(Value::as_str);
        purpose.unwrap_or(NOT_STATED).trim().to_owned()
    }

    /// The decision that it asks of its reader.
    pub(super) fn decision(&self) -> Option<&str> {
        self.file.get("decision")?.as_str()
    }

    /// A key of `[assurance]` in words; none where the study does not state it.
    pub(super) fn assurance(&self, name: &str) -> Option<String> {
        in_words(self.file.get("assurance")?.get(name)?)
    }

    /// A reason of `[rationale]`.
    pub(super) fn reason(&self, name: &str) -> Option<String> {
        in_words(self.file.get("rationale")?.get(name)?)
    }

    /// What it tried in every combination.
    pub(super) fn combined(&self) -> Vec<Varied> {
        self.varied("grid")
    }

    /// What it tried one value at a time.
    pub(super) fn one_at_a_time(&self) -> Vec<Varied> {
        self.varied("sensitivity")
    }

    fn varied(&self, table: &str) -> Vec<Varied> {
        let axes = self.file.get(table).and_then(|table| table.get("axis")).and_then(Value::as_array);
        let one = |axis: &Value| {
            let list = |key: &str| axis.get(key).and_then(Value::as_array);
            let shown: Vec<String> =
                list("labels").or(list("values")).into_iter().flatten().filter_map(in_words).collect();
            Some(Varied {
                name: axis.get("name")?.as_str()?.to_owned(),
                key: axis.get("key")?.as_str()?.trim().to_owned(),
                values: shown,
            })
        };
        axes.into_iter().flatten().filter_map(one).collect()
    }
}

/// A value of the file as people read it.
fn in_words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Datetime(day) => day.to_string(),
        other => other.to_string(),
    };
    let day = text.parse::<Date>();
    Some(day.map_or(text, numbers::long_date)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_dates_are_written_out() {
        let file = "question = \"?\"\n[assurance]\nanalyst = \" A. Nalyst \"\nsunset = 2027-01-04\ndate = \"2026-12-01\"\ncontact = \"\"\n\
                    [[sensitivity.axis]]\nname = \"notice\"\nkey = \"cohort_defaults.notice_days\"\nvalues = [1, 2]\nlabels = [\"one\", \"two\"]\n";
        let record = StudyRecord { file: toml::from_str(file).unwrap() };
        assert_eq!((record.question(), record.purpose().as_str()), (Some("?"), NOT_STATED));
        let said = ["analyst", "sunset", "date", "contact", "assurer"].map(|key| record.assurance(key));
        let expected = [Some("A. Nalyst"), Some("4 January 2027"), Some("1 December 2026"), None, None];
        assert_eq!(said, expected.map(|words| words.map(str::to_owned)));
        let tried = &record.one_at_a_time()[0];
        assert_eq!((tried.name.as_str(), tried.values.join(", ")), ("notice", "one, two".to_owned()));
        assert!(record.combined().is_empty() && record.reason("grid").is_none());
    }
}
