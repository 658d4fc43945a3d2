//! The register of the keys of a scenario file: every table, every key, its kind, its default and one line about it.
//! Unknown keys, near names, CSV columns, the JSON Schema and the reference page all come from here.

use crate::model::AllocationPolicy;

/// A table of the file.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// Its name; empty for the keys before the first table.
    pub name: &'static str,
    /// Keys that identify an entry of a list; empty for a table that occurs once.
    pub identity: &'static [&'static str],
    /// Its purpose.
    pub doc: &'static str,
    /// Its keys.
    pub keys: &'static [KeySpec],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct KeySpec {
    /// Its name.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// The default; empty if the key is required.
    pub default: &'static str,
    /// One line about it.
    pub doc: &'static str,
}

impl KeySpec {
    /// Whether the key has no default.
    pub(super) fn must_be_said(&self) -> bool {
        self.default.is_empty()
    }
}

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// The path of a file, or a list of paths.
    Paths,
    /// The name of an entry of a list.
    Name(&'static str),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number within these ends.
    Whole(i64, i64),
    /// A number above 0.
    Positive,
    /// `true` or `false`.
    Bool,
    /// A date.
    Date,
    /// A list of dates.
    Dates,
    /// A list of days of the week.
    Weekdays,
    /// A list of periods, each with a reason.
    Periods,
    /// A date, or `"never"`.
    DateOrNever,
    /// An uncertain number of days within these ends.
    Days(i64, i64),
    /// An uncertain share in per cent.
    Pct,
    /// A list of uncertain shares in per cent, by attempt, or one for all.
    PctByAttempt,
    /// An uncertain factor.
    Factor,
    /// A dated number of installations.
    Dated,
    /// A dated share in per cent.
    DatedPct,
    /// `"strict"`, or `{ up_to_pct = 80 }`.
    Priority,
}

impl Kind {
    /// Whether what is held is words, even where they look like a number.
    pub(super) fn is_words(self) -> bool {
        matches!(self, Self::Text | Self::Paths | Self::Name(_) | Self::Choice(_))
    }

    /// Returns the expected value in words, for error messages and the reference page.
    #[must_use]
    pub fn expects(self) -> String {
        match self {
            Self::Text => "a text".into(),
            Self::Paths => "a path, or a list of paths such as [\"base.toml\", \"late.toml\"]".into(),
            Self::Name(list) => format!("the name of a {list}"),
            Self::Choice(words) => words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(" or "),
            Self::Whole(low, high) => format!("a whole number from {low} to {high}"),
            Self::Positive => "a number above 0".into(),
            Self::Bool => "true or false".into(),
            Self::Date => "a date such as 2020-09-11".into(),
            Self::Dates => "a list of dates such as [2020-12-24]".into(),
            Self::Weekdays => "a list of days such as [\"mon\", \"tue\"]".into(),
            Self::Periods => "a list of { from = 2020-12-21, to = 2020-12-27, reason = \"...\" }".into(),
            Self::DateOrNever => "a date such as 2020-09-11, or \"never\"".into(),
            Self::Days(..) => "a number of days, certain or uncertain".into(),
            Self::Pct => "a share from 0 to 100 per cent, certain or uncertain".into(),
            Self::PctByAttempt => "a share from 0 to 100 per cent, or a list of them by attempt".into(),
            Self::Factor => "a number, certain or uncertain".into(),
            Self::Dated => {
                "a whole number of installations, or a list of { from = 2020-07-01, value = 100 }".into()
            }
            Self::DatedPct => {
                "a share from 0 to 100 per cent, or a list of { from = 2020-07-01, value = 1.7 }".into()
            }
            Self::Priority => "\"strict\" or { up_to_pct = 80 }".into(),
        }
    }
}

/// The table of one day's demand, which is not part of a scenario.
pub const DEMAND: TableSpec = TableSpec {
    name: "demand",
    identity: &["supplier", "group", "cohort", "status"],
    doc: "The demand of one day.",
    keys: &[
        key("supplier", Kind::Name("supplier"), "", "The supplier."),
        key(
            "status",
            Kind::Choice(&["dormant", "active"]),
            "",
            "Whether an installation contains a Dormant device.",
        ),
        key("demand", Kind::Whole(0, 2_147_483_647), "", "How many may be given a slot [installations]."),
        key("group", Kind::Name("group"), "one group for all", "The group."),
        key("cohort", Kind::Name("cohort"), "one cohort for all", "The cohort."),
    ],
};

/// Looks a table up.
#[must_use]
pub fn table(name: &str) -> Option<&'static TableSpec> {
    TABLES.iter().find(|table| table.name == name)
}

impl TableSpec {
    /// Looks a key up.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static KeySpec> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Whether it is a list, whose entries may also be the rows of a CSV file.
    #[must_use]
    pub fn is_list(&self) -> bool {
        !self.identity.is_empty()
    }
}

const fn key(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> KeySpec {
    KeySpec { name, kind, default, doc }
}

/// Largest whole number that every program that reads the results keeps exactly, 2^53 - 1.
pub(super) const MOST_EXACT: i64 = (1 << 53) - 1;
const MOST_DAYS: i64 = 36_500;
const STEP: Kind = Kind::Choice(&["daily", "weekly"]);

/// Stages of opening stock.
pub const STAGES: &[&str] = &[
    "unmigrated",
    "needs-firmware",
    "firmware-under-way",
    "firmware-wait",
    "ready",
    "eligible",
    "retry-wait",
    "migrated",
    "excluded-no-wan",
    "excluded-attempts",
];

const WEEK: &str = "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]";
const ALL_WEEK: &str = "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]";
const HOLIDAYS: Kind = Kind::Choice(&["england-and-wales", "none"]);

/// Every table.
pub const TABLES: &[TableSpec] = &[
    TableSpec { name: "", identity: &[], doc: "What the file is.", keys: TOP },
    TableSpec { name: "programme", identity: &[], doc: "The run: its days and its limit.", keys: PROGRAMME },
    TableSpec { name: "calendar", identity: &[], doc: "Which days are worked.", keys: CALENDAR },
    TableSpec {
        name: "uncertainty",
        identity: &[],
        doc: "Which layers of chance are on.",
        keys: UNCERTAINTY,
    },
    TableSpec {
        name: "firmware",
        identity: &[],
        doc: "When firmware opens, and in which order.",
        keys: FIRMWARE,
    },
    TableSpec { name: "allocation", identity: &[], doc: "How a day's capacity is shared.", keys: ALLOCATION },
    TableSpec {
        name: "change_of_supplier",
        identity: &[],
        doc: "Active installations that change supplier; without it no installation does.",
        keys: CHANGE_OF_SUPPLIER,
    },
    TableSpec {
        name: "removal",
        identity: &[],
        doc: "Installations that leave the programme; without it none do.",
        keys: REMOVAL,
    },
    TableSpec {
        name: "commitment",
        identity: &[],
        doc: "Active demand declared a week ahead; without it demand is the eligible stock.",
        keys: COMMITMENT,
    },
    TableSpec {
        name: "factor",
        identity: &["name"],
        doc: "Sources of uncertainty that several inputs share.",
        keys: FACTOR,
    },
    TableSpec {
        name: "group",
        identity: &["name"],
        doc: "Capacity domains, in the order ties are broken.",
        keys: GROUP,
    },
    TableSpec {
        name: "cohort_defaults",
        identity: &[],
        doc: "Any key of a cohort but its name: used if the cohort does not set it.",
        keys: COHORT,
    },
    TableSpec {
        name: "cohort",
        identity: &["name"],
        doc: "Device Model Combinations, or families sharing one approval path.",
        keys: COHORT,
    },
    TableSpec {
        name: "supplier",
        identity: &["name"],
        doc: "Responsible Suppliers, in the order ties are broken.",
        keys: SUPPLIER,
    },
    TableSpec {
        name: "supplier_limit",
        identity: &["supplier", "group"],
        doc: "Daily limits of a supplier, in a group or over all.",
        keys: SUPPLIER_LIMIT,
    },
    TableSpec {
        name: "stock",
        identity: &["cohort", "supplier", "status"],
        doc: "Installations at the start of the first day.",
        keys: STOCK,
    },
    TableSpec {
        name: "assumption",
        identity: &["about"],
        doc: "The assumption register, printed with every result.",
        keys: ASSUMPTION,
    },
];

const TOP: &[KeySpec] = &[
    key("name", Kind::Text, "the file's name without .toml", "Names the scenario and its results folder."),
    key(
        "title",
        Kind::Text,
        "its `name`",
        "The name of the scenario in texts and figures, as it reads in the middle of a sentence: `\"early firmware\"`; a capital is added where a sentence begins.",
    ),
    key("question", Kind::Text, "none", "The question the scenario answers."),
    key(
        "extends",
        Kind::Paths,
        "none",
        "A file to read first, or a list of files to read in order, relative to this one; this file then replaces or adds values.",
    ),
    key("seed", Kind::Whole(0, MOST_EXACT), "1", "Seed of every draw."),
];

const PROGRAMME: &[KeySpec] = &[
    key("first_day", Kind::Date, "", "First day of the run."),
    key("last_day", Kind::Date, "", "Last day of the run, included."),
    key(
        "draws_from",
        Kind::Date,
        "first_day",
        "Day from which the draws of days are numbered; from counts it is the plan's first day, so that weeks share draws.",
    ),
    key("plan_date", Kind::Date, "none", "The day by which the plan promises completion."),
    key("area", Kind::Text, "none", "Where it is, for the line under the title of every figure."),
    key("basis", Kind::Text, "none", "What its inputs rest on: one sentence for the foot of every figure."),
    key(
        "capacity_per_day",
        Kind::Dated,
        "never binds",
        "Limit of the whole programme [installations per migration day].",
    ),
    key(
        "capacity_factor",
        Kind::Factor,
        "1",
        "What every migration capacity, of the programme and of groups, is multiplied by; drawn once.",
    ),
];

const CALENDAR: &[KeySpec] = &[
    key("migration_weekdays", Kind::Weekdays, WEEK, "Days of the week on which installations migrate."),
    key(
        "holidays",
        HOLIDAYS,
        "\"england-and-wales\"",
        "Public holidays without migrations; built in for 2000 to 2099.",
    ),
    key("add_holidays", Kind::Dates, "none", "Further holidays."),
    key("remove_holidays", Kind::Dates, "none", "Built-in holidays that are worked."),
    key("closed", Kind::Periods, "none", "Periods without migrations."),
    key("firmware_weekdays", Kind::Weekdays, ALL_WEEK, "Days of the week on which updates may start."),
    key("firmware_holidays", HOLIDAYS, "\"none\"", "Public holidays on which no update starts."),
    key("firmware_closed", Kind::Periods, "none", "Periods in which no update starts."),
];

const UNCERTAINTY: &[KeySpec] = &[
    key(
        "parametric",
        Kind::Bool,
        "true",
        "Draw uncertain inputs once per replication; off: each has its median.",
    ),
    key(
        "stochastic",
        Kind::Bool,
        "true",
        "Draw fates per replication; off: all have the fates of replication 0.",
    ),
];

const FIRMWARE: &[KeySpec] = &[
    key(
        "policy",
        Kind::Choice(&["existing", "early", "early-tested-only", "smso-confidence"]),
        "\"existing\"",
        "Which event opens firmware for Dormant installations.",
    ),
    key("redesignation", Kind::DateOrNever, "\"never\"", "When early firmware becomes lawful."),
    key("redesignation_slip_days", Kind::Days(-MOST_DAYS, MOST_DAYS), "0", "How late that comes [days]."),
    key(
        "order",
        Kind::Choice(&["earliest-opening", "earliest-expected-entry", "entered-first"]),
        "\"earliest-opening\"",
        "Which cohort's updates start first when firmware capacity is short.",
    ),
    key(
        "capacity_factor",
        Kind::Factor,
        "1",
        "What the firmware capacity of every group is multiplied by; drawn once.",
    ),
    key(
        "rework_tested_pct",
        Kind::Pct,
        "0",
        "Chance that the entry needs other firmware, opened on testing.",
    ),
    key("rework_equivalence_pct", Kind::Pct, "0", "The same, opened on substantive equivalence."),
    key("rework_confidence_pct", Kind::Pct, "0", "The same, opened before the gate on confidence alone."),
];

const ALLOCATION: &[KeySpec] = &[
    key("policy", Kind::Choice(AllocationPolicy::NAMES), "\"msm\"", "The rule of sharing."),
    key("dormant_priority", Kind::Priority, "\"strict\"", "How far Dormant goes first."),
    key(
        "precedence",
        Kind::Choice(&["dormant-first", "flat-first"]),
        "\"dormant-first\"",
        "Which of Dormant priority and flat allocation goes first.",
    ),
    key(
        "dmin_per_day",
        Kind::Dated,
        "0",
        "The flat allocation [installations per supplier and migration day].",
    ),
    key(
        "dmin_scope",
        Kind::Choice(&["supplier-and-group", "supplier"]),
        "\"supplier-and-group\"",
        "Whether DMIN counts in each group or over all.",
    ),
    key("dmin_covers", Kind::Choice(&["active", "both"]), "\"active\"", "Whose demand DMIN serves."),
    key(
        "remainder",
        Kind::Choice(&["unmet-demand", "whole-demand", "dmin-as-lower-bound"]),
        "\"unmet-demand\"",
        "How what is left after the flat allocation is shared.",
    ),
    key(
        "unused_flat",
        Kind::Choice(&["shared-again", "lost"]),
        "\"shared-again\"",
        "What happens to the part of a flat allocation its supplier cannot use.",
    ),
    key(
        "rounding",
        Kind::Choice(&["carried-credit", "largest-remainder", "webster", "systematic"]),
        "\"carried-credit\"",
        "How fractions of an installation are settled.",
    ),
    key(
        "supplier_limits",
        Kind::Bool,
        "true",
        "Whether the limits that suppliers set themselves, `[[supplier_limit]]`, hold.",
    ),
];

const CHANGE_OF_SUPPLIER: &[KeySpec] = &[
    key(
        "leaving_pct_per_month",
        Kind::DatedPct,
        "",
        "Share of Active unmigrated installations that leave in a month.",
    ),
    key("goes_dormant_pct", Kind::Pct, "", "Share of leavers that become Dormant at their gaining supplier."),
    key("step", STEP, "\"daily\"", "Whether leavers are drawn each day or each Monday for the week."),
];

const REMOVAL: &[KeySpec] = &[
    key("dormant_pct_per_month", Kind::DatedPct, "0", "Share of Dormant installations removed in a month."),
    key("active_pct_per_month", Kind::DatedPct, "0", "Share of Active installations removed in a month."),
    key("step", STEP, "\"daily\"", "Whether removals are drawn each day or each Monday for the week."),
];

const COMMITMENT: &[KeySpec] = &[
    key(
        "factor",
        Kind::Factor,
        "1",
        "Share of the eligible stock committed over the week; if uncertain, `draw` states whether each supplier has its own draw.",
    ),
    key(
        "cutoff_days_before_week",
        Kind::Whole(1, 7),
        "3",
        "The eligible stock is read at the end of that day before Monday [days].",
    ),
];

const FACTOR: &[KeySpec] = &[key("name", Kind::Text, "", "Name, to which uncertain inputs link.")];

const GROUP: &[KeySpec] = &[
    key("name", Kind::Text, "", "Name."),
    key("capacity_per_day", Kind::Dated, "", "Migration capacity [installations per migration day]."),
    key(
        "firmware_capacity_per_day",
        Kind::Dated,
        "never binds",
        "Updates that may start [installations per firmware day].",
    ),
    key("outage_start_pct_per_day", Kind::Pct, "0", "Chance that an outage starts on a day without one."),
    key(
        "outage_length_days",
        Kind::Days(1, MOST_DAYS),
        "1",
        "How long it lasts [days]; drawn for each outage.",
    ),
    key("outage_stops_firmware", Kind::Bool, "false", "Whether updates cannot start in an outage either."),
];

const COHORT: &[KeySpec] = &[
    key("name", Kind::Text, "", "Name."),
    key("group", Kind::Name("group"), "", "The group it is in."),
    key("route", Kind::Choice(&["MT/SIT", "DMCT"]), "", "How it reaches the EPCL."),
    key("equivalent_to", Kind::Name("cohort"), "none", "The cohort on whose testing it rests (DMCT only)."),
    key(
        "objection_delay_days",
        Kind::Days(0, MOST_DAYS),
        "0",
        "Days after that cohort's gate before which its own cannot be.",
    ),
    key("gate", Kind::Date, "", "MT/SIT completion, or issue of the DMCT EPCL Report."),
    key(
        "gate_slip_days",
        Kind::Days(-MOST_DAYS, MOST_DAYS),
        "0, or that of `equivalent_to`",
        "How late the gate comes [days].",
    ),
    key("entry", Kind::Date, "this or governance_lag_days", "EPCL entry."),
    key("entry_slip_days", Kind::Days(-MOST_DAYS, MOST_DAYS), "0", "How late the entry comes [days]."),
    key(
        "governance_lag_days",
        Kind::Days(0, MOST_DAYS),
        "this or entry",
        "EPCL entry as a lag after the gate [days].",
    ),
    key("confidence", Kind::Date, "the gate", "Day from which the SMSO is confident in the firmware."),
    key("confidence_slip_days", Kind::Days(-MOST_DAYS, MOST_DAYS), "0", "How late that comes [days]."),
    key(
        "supplier_delay_days",
        Kind::Days(0, MOST_DAYS),
        "0",
        "From entry until Active installations are updated [days].",
    ),
    key("no_update_pct", Kind::Pct, "0", "Share of Dormant installations that needs no update."),
    key("update_days", Kind::Days(1, 1_000), "1", "Length of an update [days]; drawn for every update."),
    key("update_success_pct", Kind::Pct, "100", "Chance that an update succeeds."),
    key("update_wait_days", Kind::Days(1, MOST_DAYS), "1", "Wait after a failed update [days]."),
    key("update_tries", Kind::Whole(1, 50), "1", "Updates tried before exclusion: no WAN before migration."),
    key(
        "notice_days",
        Kind::Days(0, MOST_DAYS),
        "0",
        "Notice before a Dormant installation is eligible [days].",
    ),
    key(
        "success_pct",
        Kind::PctByAttempt,
        "100",
        "Chance that an attempt succeeds, by attempt; the last holds for later ones.",
    ),
    key("take_up_pct", Kind::Pct, "100", "Chance that an allocated slot is used."),
    key("retry_days", Kind::Days(1, MOST_DAYS), "1", "Wait after a failed attempt [days]."),
    key("max_attempts", Kind::Whole(1, 50), "5", "Attempts before exclusion."),
    key("meters_per_installation", Kind::Positive, "1.7", "Meters in an installation [meters]."),
    key(
        "firmware_head_start_days",
        Kind::Whole(0, MOST_DAYS),
        "0",
        "Days by which firmware opens before the event of the policy: to ask what that would buy [days].",
    ),
    key(
        "ramp_up_per_day",
        Kind::Dated,
        "none",
        "Limit of the cohort over all its suppliers [installations per migration day].",
    ),
];

const SUPPLIER: &[KeySpec] = &[
    key("name", Kind::Text, "", "Name."),
    key(
        "market_share_pct",
        Kind::Pct,
        "0",
        "Weight with which it gains installations that change supplier; only ratios matter.",
    ),
    key("dcc_user_from", Kind::Date, "the start", "First day as a DCC user."),
    key("dcc_user_delay_days", Kind::Days(0, MOST_DAYS), "0", "How late that comes [days]."),
    key("obligation", Kind::Date, "none", "Day by which its Active installations ought to be enrolled."),
];

const SUPPLIER_LIMIT: &[KeySpec] = &[
    key("supplier", Kind::Name("supplier"), "", "The supplier."),
    key("group", Kind::Name("group"), "all groups together", "The group it holds in."),
    key(
        "covers",
        Kind::Choice(&["active", "both"]),
        "\"active\"",
        "Whether Dormant installations count as well.",
    ),
    key("per_day", Kind::Dated, "", "The limit [installations per migration day]."),
];

const STOCK: &[KeySpec] = &[
    key("cohort", Kind::Name("cohort"), "", "The cohort."),
    key("supplier", Kind::Name("supplier"), "", "The lead supplier."),
    key(
        "status",
        Kind::Choice(&["dormant", "active"]),
        "",
        "Whether an installation contains a Dormant device.",
    ),
    key("installations", Kind::Whole(0, 2_147_483_647), "", "How many [installations]."),
    key("stage", Kind::Choice(STAGES), "\"unmigrated\"", "Their stage at the start of the first day."),
    key(
        "attempt",
        Kind::Whole(1, 50),
        "1; 2 in a retry wait",
        "Number of the next attempt, or of the update under way or next, where the stage has one.",
    ),
];

const ASSUMPTION: &[KeySpec] = &[
    key("about", Kind::Text, "", "A key of the scenario, or a few words."),
    key("value", Kind::Text, "", "The value taken."),
    key("source", Kind::Text, "", "Where it comes from."),
    key("quality", Kind::Choice(&["documented", "inferred", "assumed"]), "", "How good the source is."),
    key("note", Kind::Text, "none", "Anything a reviewer should know."),
    key(
        "said_by",
        Kind::Text,
        "the file itself",
        "The file that holds the line; filled in if it is missing.",
    ),
];
