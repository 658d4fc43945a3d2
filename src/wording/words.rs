//! Sentences that hold numbers, each with the text by which a file of results holds it.

use super::numbers::{Ends, EstimateWords};

/// Words, some of which are numbers of a results file.
pub type Words = Vec<Item>;

/// A few words, or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As people read it.
    pub text: String,
    /// The number as its file holds it, where this is one.
    pub exact: Option<String>,
}

impl Item {
    /// Words.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), exact: None }
    }

    /// A number with the text of its file.
    #[must_use]
    pub fn number(text: impl Into<String>, exact: &str) -> Self {
        Self { text: text.into(), exact: Some(exact.to_owned()) }
    }
}

/// Plain words.
#[must_use]
pub fn words(text: impl Into<String>) -> Words {
    vec![Item::words(text)]
}

/// The text alone, as a terminal shows it.
#[must_use]
pub fn text(words: &[Item]) -> String {
    words.iter().map(|item| item.text.as_str()).collect()
}

/// An estimate with its interval; `exact` are the texts of the file for the estimate and both ends.
#[must_use]
pub fn estimate(told: EstimateWords, [value, low, high]: [&str; 3]) -> Words {
    let mut words = vec![Item::number(told.value, value)];
    match told.ends {
        Ends::Between([low_words, high_words]) => words.extend([
            Item::words(" ["),
            Item::number(low_words, low),
            Item::words(" to "),
            Item::number(high_words, high),
            Item::words("]"),
        ]),
        other => words.push(Item::words(other.to_string())),
    }
    words
}

/// The ends of an interval alone: `29.3 to 32.8 million`; the texts of the file are those of the two ends.
#[must_use]
pub fn ends(told: &EstimateWords, [low, high]: [String; 2]) -> Words {
    match &told.ends {
        Ends::Between([low_words, high_words]) => {
            vec![
                Item::number(low_words.as_str(), &low),
                Item::words(" to "),
                Item::number(high_words.as_str(), &high),
            ]
        }
        _ => vec![Item::number(told.value.as_str(), &low)],
    }
}
