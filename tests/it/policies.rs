//! What the firmware policies promise, on random programmes with certain success, fixed durations, no change of
//! supplier and no rework; and three kept programmes in which early firmware loses.

use dormouse::engine::{simulate, simulate_observed};
use dormouse::model::{
    AllocationPolicy, Dated, Day, Entry, FirmwareOrder, FirmwarePolicy, Model, OpeningStage, Planned,
    Redesignation, Remainder, Status, Step, Stock,
};
use dormouse::trace::Trace;

use crate::movements::watched;
use crate::reference::random_model::{certain, chancy, fixed};

/// From the earliest opening to the latest.
const EARLIEST_FIRST: [FirmwarePolicy; 4] = [
    FirmwarePolicy::SmsoConfidence,
    FirmwarePolicy::Early,
    FirmwarePolicy::EarlyTestedOnly,
    FirmwarePolicy::Existing,
];

/// A random programme in which everything succeeds the first time and nobody moves.
fn sure(seed: u64) -> Model {
    let mut model = certain(seed);
    model.change_of_supplier = None;
    model.removal = None;
    model.commitment = None;
    model.firmware.rework.tested = fixed(0.0);
    model.firmware.rework.equivalence = fixed(0.0);
    model.firmware.rework.confidence = fixed(0.0);
    for cohort in &mut model.cohorts {
        cohort.firmware.success = fixed(1.0);
        cohort.success = vec![fixed(1.0)];
        cohort.take_up = fixed(1.0);
        // The confidence day is not after the gate.
        cohort.gate.slip = fixed(0.0);
        if let Some(confidence) = &mut cohort.confidence {
            confidence.day = confidence.day.min(cohort.gate.day);
        }
    }
    model
}

fn under(model: &Model, policy: FirmwarePolicy) -> Trace {
    let model = with_policy(model, policy);
    simulate(&model, 0).unwrap_or_else(|violation| panic!("{}: {violation}", model.name))
}

fn with_policy(model: &Model, policy: FirmwarePolicy) -> Model {
    let mut model = model.clone();
    model.firmware.policy = policy;
    model
}

fn dormant_days(trace: &Trace) -> u64 {
    trace.finals.iter().map(|cells| cells[0].waits.total()).sum()
}

#[test]
fn opening_days_and_updates_started_are_ordered_by_policy() {
    for seed in 0..200 {
        let model = sure(seed);
        let n_groups = model.groups.len();
        let runs = EARLIEST_FIRST.map(|policy| under(&model, policy));
        for pair in runs.windows(2) {
            for (earlier, later) in pair[0].cohorts.iter().zip(&pair[1].cohorts) {
                assert!(earlier.opens <= later.opens, "seed {seed}: {earlier:?} {later:?}");
            }
            for group in 0..n_groups {
                let mut started = [0_u64; 2];
                for day in 0..model.calendar.n_days() {
                    for (sum, run) in started.iter_mut().zip(pair) {
                        *sum += u64::from(run.group_days[day * n_groups + group].firmware_started);
                    }
                    assert!(started[0] >= started[1], "seed {seed} group {group} day {day}: {started:?}");
                }
            }
        }
    }
}

#[test]
fn dormant_days_are_ordered_where_nothing_else_binds() {
    let mut gained = 0;
    for seed in 0..200 {
        let mut model = sure(seed);
        model.capacity = None;
        model.groups.iter_mut().for_each(|g| g.firmware_capacity = None);
        model.calendar.firmware.fill(true);
        model.suppliers.iter_mut().for_each(|s| s.limits.clear());
        model.allocation.policy = AllocationPolicy::Msm;
        model.allocation.remainder = Remainder::UnmetDemand;
        let days = EARLIEST_FIRST.map(|policy| dormant_days(&under(&model, policy)));
        assert!(days.is_sorted(), "seed {seed}: {days:?} {:?}", model.allocation);
        gained += days[3] - days[1];
    }
    assert!(gained > 1_000, "early firmware gained only {gained} days in all");
}

/// Programmes of every shape: 200 in which nothing is left to chance and 50 in which much is.
fn of_every_shape() -> impl Iterator<Item = Model> {
    (0..200).map(certain).chain((0..50).map(chancy))
}

#[test]
fn nothing_migrates_before_its_cohort_is_on_the_epcl() {
    let mut early_updates = 0;
    for model in of_every_shape() {
        for policy in EARLIEST_FIRST {
            let (trace, movements) = watched(&with_policy(&model, policy), 0);
            for movement in movements.iter().filter(|m| m.slots.allocated > 0) {
                let entry = trace.cohorts[trace.places[movement.place as usize].cohort].entry;
                assert!(movement.day >= entry, "{} {policy:?}: {movement:?}, entry {entry:?}", model.name);
            }
            let early = |c: &&dormouse::trace::CohortRecord| c.first_update.is_some_and(|day| day < c.entry);
            early_updates += trace.cohorts.iter().filter(early).count();
        }
    }
    assert!(early_updates > 100, "only {early_updates} cohorts were updated before entry");
}

#[test]
fn nothing_is_offered_on_closed_days() {
    for model in of_every_shape() {
        let trace = under(&model, FirmwarePolicy::Early);
        let groups = trace.group_days.chunks(model.groups.len());
        for (day, (record, groups)) in trace.days.iter().zip(groups).enumerate() {
            let open = model.calendar.migration[day];
            assert_eq!(record.migration_day, open, "{} day {day}", model.name);
            let slots = groups.iter().flat_map(|g| g.slots).map(|s| s.allocated + s.succeeded + s.failed);
            let given = slots.sum::<u32>();
            assert!(open || (record.offered, given) == (0, 0), "{} day {day}: {record:?}", model.name);
            let started = groups.iter().map(|g| g.firmware_started).sum::<u32>();
            assert!(model.calendar.firmware[day] || started == 0, "{} day {day}: {started}", model.name);
        }
    }
}

#[test]
fn an_excluded_installation_never_comes_back() {
    let mut excluded_in_all = 0;
    for model in of_every_shape() {
        let n_places = model.places().len();
        let mut excluded = vec![[[0, 0]; 2]; n_places];
        let run = simulate_observed(&model, 0, &mut |view| {
            for (place, before) in excluded.iter_mut().enumerate() {
                for (status, before) in Status::ALL.into_iter().zip(before) {
                    let stages = view.stages(place, status);
                    let now = [stages.excluded_no_wan, stages.excluded_attempts];
                    let fell = before[0] > now[0] || before[1] > now[1];
                    assert!(!fell, "{} place {place} {:?}: {before:?} {now:?}", model.name, view.day());
                    *before = now;
                }
            }
        });
        run.unwrap_or_else(|violation| panic!("{}: {violation}", model.name));
        excluded_in_all += excluded.iter().flatten().flatten().sum::<u64>();
    }
    assert!(excluded_in_all > 1_000, "only {excluded_in_all} were excluded");
}

#[test]
fn never_redesignated_is_the_existing_arrangement() {
    for mut model in of_every_shape() {
        model.firmware.redesignation = Redesignation::Never;
        let existing = under(&model, FirmwarePolicy::Existing);
        for policy in EARLIEST_FIRST {
            assert!(under(&model, policy) == existing, "{}: {policy:?} differs", model.name);
        }
    }
}

/// A programme to build a case on: one supplier, no chance, everything open every day.
fn plain(n_groups: usize, n_cohorts: usize, days: usize) -> Model {
    let mut model = sure(1);
    let (group, cohort, supplier) =
        (model.groups[0].clone(), model.cohorts[0].clone(), model.suppliers[0].clone());
    model.calendar.migration = vec![true; days];
    model.calendar.firmware = vec![true; days];
    model.capacity = None;
    model.groups = vec![group; n_groups];
    model.cohorts = vec![cohort; n_cohorts];
    model.suppliers = vec![supplier];
    model.suppliers[0].limits.clear();
    model.suppliers[0].dcc_user_from = None;
    for group in &mut model.groups {
        (group.capacity, group.firmware_capacity) = (Dated::constant(1_000), None);
    }
    for cohort in &mut model.cohorts {
        cohort.group = 0;
        cohort.equivalent_to = None;
        cohort.notice = fixed(0.0);
        cohort.firmware.no_update_share = fixed(0.0);
        cohort.firmware.length = fixed(1.0);
    }
    model.allocation = dormouse::model::Allocation {
        policy: AllocationPolicy::Msm,
        dormant_priority: dormouse::model::DormantPriority::Strict,
        dmin: Dated::constant(0),
        ..model.allocation
    };
    model.firmware.order = FirmwareOrder::EarliestOpening;
    model.firmware.redesignation = Redesignation::On(Planned { day: Day(0), slip: fixed(0.0) });
    model.stock.clear();
    model
}

/// Gate and entry of a cohort, and its Dormant stock.
fn set(model: &mut Model, cohort: usize, gate: i32, entry: i32, dormant: u32) {
    let on = |day| Planned { day: Day(day), slip: fixed(0.0) };
    let cohorts = &mut model.cohorts[cohort];
    (cohorts.gate, cohorts.entry, cohorts.confidence) = (on(gate), Entry::On(on(entry)), None);
    let (status, stage) = (Status::Dormant, OpeningStage::Unmigrated);
    model.stock.push(Stock { cohort, supplier: 0, status, installations: dormant, stage });
}

/// Ten updates a day until day 40, then plenty. Cohort 0 passes its gate on day 0 and is entered on day 60; cohort 1 is
/// entered on day 5. Early firmware spends days 0 to 9 on updates that nobody can use before day 60, so cohort 1 is
/// updated on days 10 to 19 instead of 5 to 14: 500 days lost, against one day gained for each of cohort 0's hundred.
#[test]
fn early_firmware_loses_by_crowding_and_entered_first_prevents_it() {
    let mut model = plain(1, 2, 100);
    let mut capacity = Dated::constant(10);
    capacity.steps.push(Step { from: Day(40), value: fixed(1_000.0), ramp: false });
    model.groups[0].firmware_capacity = Some(capacity);
    set(&mut model, 0, 0, 60, 100);
    set(&mut model, 1, 5, 5, 100);
    assert_eq!(gain(&model), -400);
    model.firmware.order = FirmwareOrder::EnteredFirst;
    assert_eq!(gain(&model), 100);
}

/// Two groups share ten slots a day from day 10. The second group closes on day 15 and opens again on day 80. Under the
/// existing arrangement it has the slots of days 10 to 14 to itself, because the first group's updates take until then;
/// early firmware makes the first group ready on day 10, and half of the second group waits for day 80.
#[test]
fn early_firmware_loses_by_taking_programme_capacity_from_another_group() {
    let mut model = plain(2, 2, 100);
    model.capacity = Some(Dated::constant(10));
    model.groups[1].capacity.steps = [(0, 10.0), (15, 0.0), (80, 10.0)]
        .map(|(from, value)| Step { from: Day(from), value: fixed(value), ramp: false })
        .to_vec();
    model.cohorts[1].group = 1;
    model.cohorts[0].firmware.length = fixed(5.0);
    set(&mut model, 0, 0, 10, 50);
    set(&mut model, 1, 9, 9, 50);
    // Existing: the second group is done on day 14, the first from day 15 on. Early: they share evenly from day 10, so
    // that 25 of each are done by day 14; the other 25 of the second group wait for days 80 to 82 (10, 10 and 5).
    assert!(gain(&model) < -1_000, "{}", gain(&model));
    model.capacity = None;
    assert!(gain(&model) > 0, "{}", gain(&model));
}

/// Ten updates a day. Without rework early firmware gains 550 days in cohort 0 and costs cohort 1 500. If the entry asks
/// for other firmware, cohort 0 gains nothing, and what cohort 1 waited for nothing is lost.
#[test]
fn early_firmware_loses_by_rework() {
    let mut model = plain(1, 2, 100);
    model.groups[0].firmware_capacity = Some(Dated::constant(10));
    set(&mut model, 0, 0, 60, 100);
    set(&mut model, 1, 5, 5, 100);
    assert_eq!(gain(&model), 50);
    model.firmware.rework.tested = fixed(1.0);
    assert_eq!(gain(&model), -500);
    let early = under(&model, FirmwarePolicy::Early);
    assert_eq!((early.cohorts[0].reworked, early.cohorts[0].firmware_started), (100, 200));
}

/// Dormant days that early firmware saves.
fn gain(model: &Model) -> i64 {
    let days = |policy| i64::try_from(dormant_days(&under(model, policy))).unwrap();
    days(FirmwarePolicy::Existing) - days(FirmwarePolicy::Early)
}
