//! The annexes of a report, for readers who check the work or repeat it: a file an annex, in the order of the page.

pub(super) mod assumptions;
pub(super) mod glossary;
pub(super) mod make_again;
pub(super) mod measures;
pub(super) mod method;
pub(super) mod stress;
pub(super) mod tables;

/// Every annex: its address and its heading.
pub(super) const ANNEXES: [(&str, &str); 7] = [
    ("tables", "Tables"),
    ("assumptions", "Assumptions, by how far they move the answer"),
    ("method", "How the numbers were made"),
    ("stress", "The model by the items of STRESS-DES"),
    ("measures", "Measures"),
    ("glossary", "Words used"),
    ("again", "How to make this report again"),
];

/// The name of an annex by its address: `Annex B`.
pub(super) fn name(id: &str) -> String {
    let letter = ('A'..).zip(ANNEXES).find(|(_, (known, _))| *known == id).map_or('?', |(letter, _)| letter);
    format!("Annex {letter}")
}

/// The heading of an annex by its address: `Annex B: Assumptions, by how far they move the answer`.
pub(super) fn title(id: &str) -> String {
    let title = ANNEXES.iter().find(|(known, _)| *known == id).map_or("", |(_, title)| title);
    format!("{}: {title}", name(id))
}
