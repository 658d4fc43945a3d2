//! The register of measures, with the name, unit, direction and definition of each.
//!
//! Tables, CSV and JSON take their words from here. Computes nothing.

/// A measure that is reported under one name everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kpi {
    /// Stable name in files.
    pub id: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// Which way is better.
    pub better: Better,
    /// Its definition, in one sentence.
    pub definition: &'static str,
}

impl Kpi {
    /// Whether it counts installations, each of them once at most.
    #[must_use]
    pub fn counts_each_once(&self) -> bool {
        let counts = [MIGRATED, EXCLUDED, ACTIVE_MIGRATED, ACTIVE_LATE, BECAME_DORMANT, REWORK];
        counts.iter().any(|kpi| kpi.id == self.id)
    }
}

/// Which way a measure improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less, or sooner, is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither; it describes.
    Neither,
}

impl Kpi {
    /// Whether its values are whole numbers; the others are quotients, dates or yes and no.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(self.unit, "installations" | "installation-days" | "migration days")
            && self.id != LARGEST_CREDIT.id
    }
}

impl Better {
    /// The word used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Neither => "neither",
        }
    }
}

macro_rules! register {
    ($($name:ident: $id:literal, $title:literal, $unit:literal, $better:ident, $definition:literal;)*) => {
        $(
            #[doc = $definition]
            pub const $name: Kpi =
                Kpi { id: $id, title: $title, unit: $unit, better: Better::$better, definition: $definition };
        )*
        /// Every measure, in the order of reports.
        pub const ALL: &[Kpi] = &[$($name),*];
    };
}

register! {
    DORMANT_DAYS_LOST: "dormant_days_lost", "Dormant days lost", "installation-days", Lower,
        "Sum over calendar days of Dormant installations neither migrated nor removed at the day's end, excluded ones counted.";
    DORMANT_DAYS_AVOIDED: "dormant_days_avoided", "Dormant days avoided", "installation-days", Higher,
        "Dormant days lost in the baseline minus those lost in the scenario, under the same draws.";
    AVOIDED_BOUND: "dormant_days_avoided_bound", "Most that early opening could avoid", "installation-days", Neither,
        "Dormant installations times days from firmware opening to EPCL entry, plus the baseline's Dormant days in the firmware queue; bounds the avoided days where the firmware policy is all that differs.";
    FIRMWARE_LEAD: "firmware_lead_days", "Dormant days with firmware open before entry", "installation-days", Neither,
        "Dormant installations, opening and gained, times the days of the run from firmware opening to EPCL entry, summed over cohorts.";
    FIRMWARE_QUEUE: "firmware_queue_days", "Dormant days in the firmware queue", "installation-days", Lower,
        "Sum over calendar days of Dormant installations whose firmware is open and whose update has not started.";
    COMPLETION_50: "completion_day_50_pct", "Half migrated on", "date", Lower,
        "First day on which 50% of the migratable are migrated; migratable is all ever of that status less those removed, excluded or gone by the end.";
    COMPLETION_90: "completion_day_90_pct", "90% migrated on", "date", Lower,
        "First day on which 90% of the migratable are migrated; migratable as for 50%.";
    COMPLETION_95: "completion_day_95_pct", "95% migrated on", "date", Lower,
        "First day on which 95% of the migratable are migrated; migratable as for 50%.";
    COMPLETION_99: "completion_day_99_pct", "99% migrated on", "date", Lower,
        "First day on which 99% of the migratable are migrated; migratable as for 50%.";
    COMPLETION_100: "completion_day_100_pct", "All migrated on", "date", Lower,
        "First day on which every migratable installation is migrated; migratable as for 50%.";
    MIGRATED_SHARE: "migrated_by_end_pct", "Migrated by the end", "%", Higher,
        "Migrated at the end of the run as a share of the migratable.";
    PLAN_DATE_MET: "plan_date_met", "Plan date met", "yes or no", Higher,
        "Whether every migratable installation is migrated by the plan date.";
    MIGRATED: "migrated", "Migrated in the run", "installations", Higher,
        "Installations migrated between the first and the last day of the run.";
    EXCLUDED: "excluded", "Excluded by the end", "installations", Lower,
        "Installations that cannot migrate at the end of the run: no WAN before migration, or attempts exhausted.";
    REMOVED: "removed", "Removed by the end", "installations", Neither,
        "Installations that left the programme before they migrated; they count in no share of those that can migrate.";
    MIGRATED_PER_DAY: "migrated_per_migration_day", "Migrated per migration day", "installations per migration day", Higher,
        "Installations migrated in the run divided by its migration days.";
    PEAK_DAY_MEAN: "peak_trailing_5_day_mean", "Best five-day mean", "installations per migration day", Higher,
        "Largest mean over five migration days in a row.";
    OFFERED: "offered", "Capacity offered", "installations", Neither,
        "Smaller of the programme's limit and the sum of the groups' limits, summed over migration days.";
    ATTEMPTED_SHARE: "attempted_of_offered_pct", "Capacity attempted", "%", Higher,
        "Attempts, successful or not, as a share of the capacity offered.";
    EFFECTIVE_SHARE: "succeeded_of_offered_pct", "Capacity that migrated something", "%", Higher,
        "Successful attempts as a share of the capacity offered.";
    WASTED: "wasted_slots", "Slots without a migration", "installations", Lower,
        "Capacity offered that migrated nothing, by reason: attempt failed, allocated but unused, idle by rule, no usable demand.";
    RULE_NEEDED: "rule_needed_pct", "Days on which sharing mattered", "%", Neither,
        "Migration days with capacity on which some demand within its supplier's limit in the group was not met, as a share of migration days; on the others no rule was needed.";
    ACTIVE_MIGRATED: "active_migrated", "Active migrated by the end", "installations", Higher,
        "Active installations that are migrated at the end of the run.";
    ACTIVE_BY_OBLIGATION: "active_migrated_by_obligation_pct", "Active migrated by the obligation", "%", Higher,
        "A supplier's Active installations migrated by its obligation date, as a share of its migratable Active installations.";
    ACTIVE_LATE: "active_not_migrated_by_obligation", "Active not migrated by the obligation", "installations", Lower,
        "Migratable Active installations that are not migrated by their supplier's obligation date; of the whole, over all suppliers whose date lies in the run.";
    ACTIVE_DAYS_SINCE_ENTRY: "active_days_since_entry", "Active days waited since entry", "installation-days", Lower,
        "Sum over calendar days of Active installations on the EPCL and neither migrated, excluded nor removed at the day's end.";
    WAITED_BY_ALL: "days_waited_by_all", "Days waited by Dormant and Active installations", "installation-days", Lower,
        "Dormant days lost plus the days that Active installations waited since entry.";
    BECAME_DORMANT: "became_dormant", "Became Dormant while waiting", "installations", Lower,
        "Active installations that became Dormant on changing supplier.";
    SERVICE_RATIO: "slots_to_demand_ratio", "Slots for demand, whole = 1", "ratio", Neither,
        "A supplier's Active slots divided by its newly eligible Active installations, as a ratio to the same over all suppliers.";
    LONGEST_WITHOUT_SLOT: "longest_without_slot", "Longest run without a slot", "migration days", Lower,
        "Longest run of migration days in a row on which a supplier had Active demand and got no slot.";
    REWORK: "rework_installations", "Updates sent again", "installations", Lower,
        "Installations whose firmware update had to be sent again because the EPCL entry asked for other firmware.";
    LARGEST_CREDIT: "largest_credit", "Largest rounding credit", "installations", Neither,
        "The most that rounding ever left anybody behind its quotas, or ahead of them, on any day in any sharing; 0 where no credit is carried.";
}

/// The measure of a stable name.
#[must_use]
pub fn named(id: &str) -> Option<Kpi> {
    ALL.iter().find(|kpi| kpi.id == id).copied()
}
