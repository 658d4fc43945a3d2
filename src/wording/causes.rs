//! The causes for which installations wait, in words.

/// A cause of waiting: its name in files, and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Name in files.
    pub id: &'static str,
    /// As the name of a row: `Gate or EPCL entry`.
    pub title: &'static str,
    /// After "days lost": `waiting for gate or entry`.
    pub waiting: &'static str,
}

/// Every cause, in the order in which a migration meets them.
pub const ALL: [Cause; 6] = [
    Cause { id: "gate_or_epcl", title: "Gate or EPCL entry", waiting: "waiting for gate or entry" },
    Cause { id: "firmware", title: "Firmware", waiting: "waiting for firmware" },
    Cause { id: "notice", title: "End of notice", waiting: "in notice" },
    Cause { id: "queueing", title: "A slot", waiting: "queueing for a slot" },
    Cause { id: "retrying", title: "Another attempt", waiting: "waiting for another attempt" },
    Cause { id: "excluded", title: "Excluded, will not migrate", waiting: "by excluded installations" },
];

/// The words for a cause that a file names; its name where it is none of ours.
#[must_use]
pub fn title(id: &str) -> &str {
    ALL.iter().find(|cause| cause.id == id).map_or(id, |cause| cause.title)
}
