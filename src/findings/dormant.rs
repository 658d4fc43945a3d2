//! Dormant days lost, the headline measure, split in five ways. The parts of each split add up to the whole.

use crate::model::{CohortIdx, Model, Place, Route};
use crate::trace::{Trace, Waits};

/// Days waited by Dormant installations \[installation-days\].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DormantDays {
    /// All of them.
    pub total: u64,
    /// Each split of the total; a split lists every member, also those with 0.
    pub splits: Vec<(Dimension, Vec<Part>)>,
}

/// A way to split a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// By the first cause of waiting that applies.
    Cause,
    /// By group.
    Group,
    /// By approval route.
    Route,
    /// By size of the Responsible Supplier.
    SupplierSize,
    /// By Responsible Supplier.
    Supplier,
}

/// One part of a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Days \[installation-days\].
    pub days: u64,
}

/// The size of a supplier by its share of all opening stock: large from 5%, medium from 1%, else small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupplierSize {
    /// At least 5% of the opening stock.
    Large,
    /// At least 1% and below 5%.
    Medium,
    /// Below 1%.
    Small,
}

impl Dimension {
    /// Every split, in the order of reports.
    pub const ALL: [Self; 5] = [Self::Cause, Self::Group, Self::Route, Self::SupplierSize, Self::Supplier];

    /// The word used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Group => "group",
            Self::Route => "route",
            Self::SupplierSize => "supplier_size",
            Self::Supplier => "supplier",
        }
    }
}

impl SupplierSize {
    /// Every size, largest first.
    pub const ALL: [Self; 3] = [Self::Large, Self::Medium, Self::Small];

    /// The size of a supplier with so many of the whole opening stock \[installations\].
    #[must_use]
    pub fn of(opening: u64, whole: u64) -> Self {
        let hundredfold = 100 * u128::from(opening);
        if whole == 0 || hundredfold < u128::from(whole) {
            Self::Small
        } else if hundredfold < 5 * u128::from(whole) {
            Self::Medium
        } else {
            Self::Large
        }
    }

    /// The word used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::Medium => "medium",
            Self::Small => "small",
        }
    }
}

impl DormantDays {
    /// Sums a run's Dormant days and splits them.
    #[must_use]
    pub(super) fn of(model: &Model, trace: &Trace) -> Self {
        let total = trace.finals.iter().map(|cell| cell[0].waits.total()).sum();
        let splits = Dimension::ALL.iter().map(|&by| (by, split(model, trace, by))).collect();
        Self { total, splits }
    }

    /// The parts of one split.
    #[must_use]
    pub fn by(&self, dimension: Dimension) -> &[Part] {
        self.splits.iter().find(|s| s.0 == dimension).map_or(&[], |s| &s.1)
    }
}

/// Routes as reports name them.
const ROUTES: [&str; 3] = ["MT/SIT", "DMCT tested", "DMCT on equivalence"];

/// The route of a cohort. DMCT has two members: tested, and on substantive equivalence.
#[must_use]
pub fn cohort_route(model: &Model, cohort: CohortIdx) -> &'static str {
    ROUTES[route_index(model, cohort)]
}

fn route_index(model: &Model, cohort: CohortIdx) -> usize {
    let cohort = &model.cohorts[cohort];
    match (cohort.route, cohort.equivalent_to) {
        (Route::MtSit, _) => 0,
        (Route::Dmct, None) => 1,
        (Route::Dmct, Some(_)) => 2,
    }
}

fn split(model: &Model, trace: &Trace, by: Dimension) -> Vec<Part> {
    let sizes = super::supplier_sizes(model);
    let sum = |names: Vec<String>, member: &dyn Fn(&Place) -> usize| {
        let mut parts: Vec<Part> = names.into_iter().map(|name| Part { name, days: 0 }).collect();
        for (place, cell) in trace.places.iter().zip(&trace.finals) {
            parts[member(place)].days += cell[0].waits.total();
        }
        parts
    };
    // A route or size without a place is left out.
    let of_somebody = |names: &[&str], member: &dyn Fn(&Place) -> usize| {
        let mut has = vec![false; names.len()];
        trace.places.iter().for_each(|place| has[member(place)] = true);
        let parts = sum(names.iter().map(|&name| name.to_owned()).collect(), member);
        parts.into_iter().zip(has).filter_map(|(part, has)| has.then_some(part)).collect()
    };
    match by {
        Dimension::Cause => causes(trace),
        Dimension::Group => {
            sum(model.groups.iter().map(|g| g.name.clone()).collect(), &|p| model.cohorts[p.cohort].group)
        }
        Dimension::Route => of_somebody(&ROUTES, &|p| route_index(model, p.cohort)),
        Dimension::SupplierSize => {
            of_somebody(&SupplierSize::ALL.map(SupplierSize::name), &|p| sizes[p.supplier] as usize)
        }
        Dimension::Supplier => sum(model.suppliers.iter().map(|s| s.name.clone()).collect(), &|p| p.supplier),
    }
}

/// Dormant installations of each cohort, opening and gained, times its days in the run from firmware opening to entry.
pub(super) fn firmware_lead(trace: &Trace) -> u64 {
    let end = i64::try_from(trace.days.len()).expect("a run is short");
    let mut sum = 0;
    for (place, cell) in trace.places.iter().zip(&trace.finals) {
        let cohort = &trace.cohorts[place.cohort];
        let [opens, entry] = [cohort.opens, cohort.entry].map(|day| i64::from(day.0).clamp(0, end));
        sum += (u64::from(cell[0].opening) + cell[0].gained) * u64::try_from(entry - opens).unwrap_or(0);
    }
    sum
}

/// Names and days of the causes of waiting, in the order in which they are asked.
pub(crate) fn named_causes(waits: &Waits) -> [(&'static str, u64); 6] {
    [
        ("excluded", waits.excluded),
        ("retrying", waits.retrying),
        ("gate_or_epcl", waits.gate_or_epcl),
        ("firmware", waits.firmware),
        ("notice", waits.notice),
        ("queueing", waits.queueing),
    ]
}

fn causes(trace: &Trace) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for cell in &trace.finals {
        for (index, (name, days)) in named_causes(&cell[0].waits).into_iter().enumerate() {
            match parts.get_mut(index) {
                Some(part) => part.days += days,
                None => parts.push(Part { name: name.to_owned(), days }),
            }
        }
    }
    parts
}
