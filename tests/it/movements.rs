//! The slots of every cell on every day, which no trace keeps: watched as the days go by, and held against what a trace keeps
//! of them.

use dormouse::engine::simulate_observed;
use dormouse::model::{Model, Status};
use dormouse::scenario::load;
use dormouse::trace::{Movement, Trace, allocation_fingerprint};

/// A replication and every movement of it, in the order of days.
pub(crate) fn watched(model: &Model, replication: u32) -> (Trace, Vec<Movement>) {
    let mut movements = Vec::new();
    let watch = &mut |day: &dyn dormouse::engine::DayView| movements.extend_from_slice(day.movements());
    let trace = simulate_observed(model, replication, watch);
    let trace = trace.unwrap_or_else(|violation| panic!("{}: {violation}", model.name));
    (trace, movements)
}

#[test]
fn weeks_and_fingerprints_are_those_of_the_movements() {
    for path in ["scenarios/reference/every-key.toml", "scenarios/smets1-2020/early.toml"] {
        let model = load(path.as_ref(), &[]).unwrap().model;
        let (trace, movements) = watched(&model, 3);
        let days: Vec<&[Movement]> = movements.chunk_by(|a, b| a.day == b.day).collect();
        assert!(days.len() > 40, "{path}: {} days", days.len());
        let of_nothing = allocation_fingerprint(&[]);
        let kept: Vec<&String> = trace.allocations.iter().filter(|kept| **kept != of_nothing).collect();
        let expected: Vec<String> = days.iter().map(|day| allocation_fingerprint(day)).collect();
        assert!(kept.into_iter().eq(&expected), "{path}");
        for (seen, week) in trace.branch_weeks.iter().enumerate() {
            let of_week = |m: &&Movement| {
                let place = trace.places[m.place as usize];
                let branch = (place.supplier as u32, model.cohorts[place.cohort].group as u32);
                m.status == week.status
                    && branch == (week.supplier, week.group)
                    && model.calendar.monday(m.day) == week.monday
            };
            let sum = |count: fn(&Movement) -> u32| -> u64 {
                movements.iter().filter(of_week).map(|m| u64::from(count(m))).sum()
            };
            // The national programme has thousands of weeks: some of each.
            if seen % (1 + trace.branch_weeks.len() / 100) == 0 {
                let counts: [fn(&Movement) -> u32; 5] = [
                    |m| m.slots.demand,
                    |m| m.slots.allocated,
                    |m| m.slots.succeeded,
                    |m| m.slots.failed,
                    |m| m.slots.unused,
                ];
                assert_eq!(week.slots, counts.map(sum), "{path}: {week:?}");
            }
        }
        let all = |status: Status| -> u64 {
            movements.iter().filter(|m| m.status == status).map(|m| u64::from(m.slots.demand)).sum()
        };
        for status in Status::ALL {
            let kept: u64 =
                trace.branch_weeks.iter().filter(|w| w.status == status).map(|w| w.slots[0]).sum();
            assert_eq!(kept, all(status), "{path}");
        }
    }
}
