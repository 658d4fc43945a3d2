//! A two-group programme and a trace of it made by hand, so that these tests need no engine.
//!
//! Rules: cohorts enter on their entry day; each group serves Dormant, then Active, place by place; one attempt in
//! ten fails and stays eligible.

use dormouse::model::*;
use dormouse::trace::*;
use jiff::civil::Date;

/// What may differ between fixtures.
#[derive(Clone)]
pub(super) struct Spec {
    pub name: &'static str,
    pub first: Date,
    pub n_days: usize,
    /// Entry day of each cohort.
    pub entries: [i32; 3],
    /// Capacity of a group \[installations per migration day\].
    pub capacity: u32,
    /// Dormant stock of a place \[installations\]; Active is twice as much.
    pub stock: u32,
    pub plan: Option<i32>,
}

impl Default for Spec {
    fn default() -> Self {
        let first = Date::constant(2020, 7, 1);
        let entries = [20, 60, 90];
        Self { name: "base", first, n_days: 200, entries, capacity: 100, stock: 500, plan: Some(150) }
    }
}

#[expect(clippy::too_many_lines, reason = "a programme spelt out in one place is easier to check")]
pub(super) fn model(spec: &Spec) -> Model {
    let fixed = Uncertain::fixed;
    let dated = Dated::constant;
    let planned = |day: i32| Planned { day: Day(day), slip: fixed(0.0) };
    let mut calendar = Calendar {
        first: spec.first,
        migration: vec![true; spec.n_days],
        firmware: vec![true; spec.n_days],
        closures: vec![],
        holidays: vec![],
    };
    for index in 0..spec.n_days {
        let day = Day(i32::try_from(index).unwrap());
        calendar.migration[index] = calendar.weekday(day) < 5;
    }
    let group = |name: &str| Group {
        name: name.to_owned(),
        key: key_of(name),
        capacity: dated(spec.capacity),
        firmware_capacity: None,
        outage: None,
    };
    let cohort = |index: usize, name: &str, group, route, equivalent_to| Cohort {
        name: name.to_owned(),
        key: key_of(name),
        group,
        route,
        equivalent_to,
        gate: planned(spec.entries[index] - 10),
        objection_delay: fixed(0.0),
        entry: Entry::On(planned(spec.entries[index])),
        confidence: None,
        supplier_delay: fixed(0.0),
        firmware: Firmware {
            no_update_share: fixed(1.0),
            length: fixed(1.0),
            success: fixed(1.0),
            wait: fixed(1.0),
            max_tries: 1,
        },
        notice: fixed(0.0),
        success: vec![fixed(0.9)],
        take_up: fixed(1.0),
        retry_delay: fixed(1.0),
        ramp_up: None,
        head_start: 0,
        max_attempts: 5,
        meters_per_installation: 1.7,
    };
    let supplier = |name: &str, obligation| Supplier {
        name: name.to_owned(),
        key: key_of(name),
        market_share: 1.0,
        dcc_user_from: None,
        limits: vec![],
        obligation,
    };
    let mut stock = Vec::new();
    for cohort in 0..3 {
        for (supplier, share) in [(0, 60), (1, 3), (2, 1)] {
            for (status, times) in [(Status::Dormant, 1), (Status::Active, 2)] {
                let installations = spec.stock * share / 20 * times;
                stock.push(Stock {
                    cohort,
                    supplier,
                    status,
                    installations,
                    stage: OpeningStage::Unmigrated,
                });
            }
        }
    }
    Model {
        name: spec.name.to_owned(),
        title: spec.name.to_owned(),
        question: "What do the files say?".to_owned(),
        calendar,
        plan_day: spec.plan.map(Day),
        draws_before: 0,
        capacity: None,
        groups: vec![group("IOC"), group("FOC")],
        cohorts: vec![
            cohort(0, "IOC-01", 0, Route::MtSit, None),
            cohort(1, "FOC-01", 1, Route::Dmct, None),
            cohort(2, "FOC-02", 1, Route::Dmct, Some(1)),
        ],
        suppliers: vec![
            supplier("Aster", Some(Day(120))),
            supplier("Briar", None),
            supplier("Cedar, Dell & Co", None),
        ],
        factors: vec![],
        stock,
        firmware: FirmwareRules {
            policy: FirmwarePolicy::Existing,
            redesignation: Redesignation::Never,
            order: FirmwareOrder::EarliestOpening,
            rework: Rework { tested: fixed(0.0), equivalence: fixed(0.0), confidence: fixed(0.0) },
        },
        allocation: Allocation {
            policy: AllocationPolicy::Msm,
            dormant_priority: DormantPriority::Strict,
            precedence: Precedence::PriorityFirst,
            dmin: dated(0),
            dmin_scope: DminScope::PerGroup,
            dmin_covers: DminCovers::Active,
            remainder: Remainder::UnmetDemand,
            unused_flat: UnusedFlat::SharedAgain,
            rounding: Rounding::LargestRemainder,
        },
        change_of_supplier: None,
        removal: None,
        commitment: None,
        layers: Layers { parametric: false, stochastic: false },
        seed: 7,
        assumptions: vec![Assumption {
            about: "everything".to_owned(),
            value: "made up, \"by hand\"".to_owned(),
            source: String::new(),
            quality: Quality::Assumed,
            note: "=not a formula".to_owned(),
        }],
    }
}

/// What the rules above do to the model.
pub(super) fn trace(model: &Model, spec: &Spec) -> Trace {
    let places = model.places();
    let mut trace = Trace { places: places.clone(), ..Trace::default() };
    trace.finals = vec![[CellRecord::default(); 2]; places.len()];
    for row in &model.stock {
        let place = places.iter().position(|p| (p.cohort, p.supplier) == (row.cohort, row.supplier)).unwrap();
        let cell = &mut trace.finals[place][row.status as usize];
        (cell.opening, cell.stages.waiting_gate) = (row.installations, row.installations.into());
    }
    trace.cohorts = spec.entries.map(|entry| cohort_record(Day(entry))).into();
    for index in 0..model.calendar.n_days() {
        one_day(&mut trace, model, Day(i32::try_from(index).unwrap()));
    }
    trace
}

fn one_day(trace: &mut Trace, model: &Model, day: Day) {
    let open = model.calendar.migration[day.index().unwrap()];
    let mut groups = vec![GroupDay::default(); model.groups.len()];
    let mut record = DayRecord { migration_day: open, ..DayRecord::default() };
    for (group_idx, group) in groups.iter_mut().enumerate() {
        let capacity = &model.groups[group_idx].capacity;
        group.limit =
            if open { capacity.dense(&[capacity.steps[0].value.known().unwrap()], 1.0, 1)[0] } else { 0 };
    }
    let mut left: Vec<u32> = groups.iter().map(|g| g.limit).collect();
    let (mut movements, mut suppliers) = (Vec::new(), vec![[Slots::default(); 2]; model.suppliers.len()]);
    for status in Status::ALL {
        for (place, at) in trace.places.iter().enumerate() {
            let group = model.cohorts[at.cohort].group;
            let cell = &mut trace.finals[place][status as usize];
            if day >= trace.cohorts[at.cohort].entry && cell.stages.waiting_gate > 0 {
                cell.became_eligible += cell.stages.waiting_gate;
                cell.stages.eligible = std::mem::take(&mut cell.stages.waiting_gate);
            }
            let demand = if open { u32::try_from(cell.stages.eligible).unwrap() } else { 0 };
            let allocated = demand.min(left[group]);
            let failed = if allocated >= 10 { allocated / 10 } else { 0 };
            let slots = Slots { demand, allocated, succeeded: allocated - failed, failed, unused: 0 };
            left[group] -= allocated;
            cell.stages.eligible -= u64::from(slots.succeeded);
            cell.stages.migrated += u64::from(slots.succeeded);
            cell.waits.gate_or_epcl += cell.stages.waiting_gate;
            cell.waits.queueing += cell.stages.eligible;
            record.rule_needed |= allocated < demand;
            for sum in [&mut groups[group].slots, &mut suppliers[at.supplier]] {
                let sum = &mut sum[status as usize];
                sum.demand += demand;
                sum.allocated += allocated;
                sum.succeeded += slots.succeeded;
                sum.failed += failed;
            }
            if demand > 0 {
                movements.push(Movement { day, place: u32::try_from(place).unwrap(), status, slots });
            }
            add(&mut record.stages[status as usize], &cell.stages);
        }
    }
    movements.sort_by_key(|m| (m.place, m.status));
    if open {
        trace.keep_slots(model, day, &movements);
    }
    record.offered = groups.iter().map(|g| g.limit).sum();
    record.most_possible = record.offered - left.iter().sum::<u32>();
    trace.checks.slots += 1;
    trace.days.push(record);
    trace.group_days.extend(groups);
    trace.supplier_days.extend(suppliers);
}

fn add(sum: &mut Stages, stages: &Stages) {
    sum.waiting_gate += stages.waiting_gate;
    sum.eligible += stages.eligible;
    sum.migrated += stages.migrated;
}

fn cohort_record(entry: Day) -> CohortRecord {
    CohortRecord {
        gate: entry.plus(-10),
        entry,
        opens: entry,
        rework_struck: false,
        reworked: 0,
        firmware_started: 0,
        firmware_failed: 0,
        first_update: None,
        first_dormant_migration: Some(entry),
        last_dormant_migration: None,
        first_active_migration: None,
        last_active_migration: None,
    }
}
