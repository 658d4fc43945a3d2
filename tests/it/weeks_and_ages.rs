//! Commitments by the week, whatever the last day of the run, and ages of counted stock, whatever the size of a cell.

use dormouse::scenario::load;
use dormouse::trace::Trace;
use jiff::civil::{Date, date};

/// Simulates a scenario file.
fn run(text: &str) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.toml");
    std::fs::write(&path, text).unwrap();
    let model = load(&path, &[]).unwrap_or_else(|problems| panic!("{problems}")).model;
    dormouse::engine::simulate(&model, 0).unwrap()
}

/// One Active cell of which every attempt fails and comes back the next day, with commitments by the week.
fn committed(first: Date, last: Date, installations: u32, more: &str) -> Trace {
    run(&format!(
        "name = \"c\"\nquestion = \"q\"\n[programme]\nfirst_day = {first}\nlast_day = {last}\n\
         [[group]]\nname = \"G\"\ncapacity_per_day = 1000\n\
         [cohort_defaults]\nroute = \"MT/SIT\"\ngate = 2021-01-04\nentry = 2021-01-05\nsuccess_pct = 0\n\
         retry_days = 1\nmax_attempts = 50\n[[cohort]]\nname = \"c\"\ngroup = \"G\"\n[[supplier]]\nname = \"A\"\n\
         [[stock]]\ncohort = \"c\"\nsupplier = \"A\"\nstatus = \"active\"\ninstallations = {installations}\n{more}"
    ))
}

fn demand_on(trace: &Trace, first: Date, day: Date) -> u32 {
    let at = first.until(day).unwrap().get_days() as usize;
    trace.group_days[at].slots[1].demand
}

#[test]
fn a_weeks_commitment_does_not_depend_on_the_last_day_of_the_run() {
    let (first, monday) = (date(2021, 3, 4), date(2021, 3, 8));
    for last in [8, 9, 10, 12, 14, 31] {
        let trace = committed(first, date(2021, 3, last), 100, "[commitment]\nfactor = 1\n");
        assert_eq!(demand_on(&trace, first, first), 50, "the first week: two migration days are left of it");
        assert_eq!(demand_on(&trace, first, monday), 10, "50 at the cut-off, in five days; to {last} March");
    }
    // The first week is cut at its end as well, and its days after the run count.
    let trace = committed(date(2021, 3, 3), date(2021, 3, 4), 90, "[commitment]\nfactor = 1\n");
    assert_eq!(demand_on(&trace, date(2021, 3, 3), date(2021, 3, 3)), 30);
}

#[test]
fn holidays_and_closed_days_after_the_run_count_in_its_last_week() {
    // New Year's Day 2021 is the Friday after the last day; the stock of 40 has four migration days.
    let (first, monday) = (date(2020, 12, 28), date(2020, 12, 28));
    let more = "[commitment]\nfactor = 1\n[calendar]\nremove_holidays = [2020-12-28]\n";
    let entered = |text: &str| text.replace("2021-01-04", "2020-01-06").replace("2021-01-05", "2020-01-07");
    let of = |more: &str| {
        run(&entered(&format!(
            "name = \"c\"\nquestion = \"q\"\n[programme]\nfirst_day = {first}\nlast_day = 2020-12-29\n\
             [[group]]\nname = \"G\"\ncapacity_per_day = 1000\n[cohort_defaults]\nroute = \"MT/SIT\"\n\
             gate = 2021-01-04\nentry = 2021-01-05\n[[cohort]]\nname = \"c\"\ngroup = \"G\"\n[[supplier]]\n\
             name = \"A\"\n[[stock]]\ncohort = \"c\"\nsupplier = \"A\"\nstatus = \"active\"\n\
             installations = 60\n{more}"
        )))
    };
    assert_eq!(demand_on(&of(more), first, monday), 15);
    let closed =
        format!("{more}closed = [{{ from = 2020-12-31, to = 2021-01-03, reason = \"stocktaking\" }}]\n");
    assert_eq!(demand_on(&of(&closed), first, monday), 20);
}

#[test]
fn a_commitment_of_half_an_installation_is_rounded_up_in_exact_arithmetic() {
    // Monday, Tuesday and Wednesday are worked: 0.7 x 45 / 3 is 10.5.
    let first = date(2021, 3, 8);
    let more = "[commitment]\nfactor = 0.7\n[calendar]\nmigration_weekdays = [\"mon\", \"tue\", \"wed\"]\n";
    assert_eq!(demand_on(&committed(first, date(2021, 3, 14), 45, more), first, first), 11);
}

#[test]
fn a_capacity_factor_is_multiplied_in_exact_arithmetic() {
    let first = date(2021, 3, 8);
    let text = "capacity_factor = 0.7\n";
    let trace = run(&format!(
        "name = \"c\"\nquestion = \"q\"\n[programme]\nfirst_day = {first}\nlast_day = {first}\n{text}\
         [[group]]\nname = \"G\"\ncapacity_per_day = 45\n[cohort_defaults]\nroute = \"MT/SIT\"\n\
         gate = 2021-01-04\nentry = 2021-01-05\n[[cohort]]\nname = \"c\"\ngroup = \"G\"\n[[supplier]]\n\
         name = \"A\"\n[[stock]]\ncohort = \"c\"\nsupplier = \"A\"\nstatus = \"active\"\ninstallations = 60\n"
    ));
    assert_eq!(trace.group_days[0].limit, 32, "31.5, half up");
}

/// Installations left in a stage at the end of each day, of cells of so many that began at unknown times.
fn left(stage: &str, cells: &[u32]) -> Vec<u64> {
    let supplier = |s: usize| format!("[[supplier]]\nname = \"S{s}\"\n");
    let suppliers: Vec<String> = (0..cells.len()).map(supplier).collect();
    let suppliers = suppliers.concat();
    let stock = |(s, n): (usize, &u32)| {
        format!(
            "[[stock]]\ncohort = \"c\"\nsupplier = \"S{s}\"\nstatus = \"dormant\"\nstage = \"{stage}\"\n\
             installations = {n}\n"
        )
    };
    let stock: String = cells.iter().enumerate().map(stock).collect();
    let trace = run(&format!(
        "name = \"s\"\nquestion = \"q\"\n[programme]\nfirst_day = 2021-03-01\nlast_day = 2021-04-12\n\
         [[group]]\nname = \"G\"\ncapacity_per_day = 0\n[cohort_defaults]\nroute = \"MT/SIT\"\n\
         gate = 2021-01-04\nentry = 2021-01-05\nnotice_days = 20\nupdate_days = 28\nupdate_wait_days = 15\n\
         update_tries = 3\nretry_days = 30\n[[cohort]]\nname = \"c\"\ngroup = \"G\"\n{suppliers}{stock}"
    ));
    let of = |stages: &dormouse::trace::Stages| match stage {
        "firmware-under-way" => stages.firmware_under_way,
        "firmware-wait" => stages.firmware_wait,
        "ready" => stages.ready,
        _ => stages.retry_wait,
    };
    trace.days.iter().map(|day| of(&day.stages[0])).collect()
}

/// Days, counted from 1, at whose start somebody left.
fn leave(stage: &str, cells: &[u32]) -> Vec<usize> {
    let all: u64 = cells.iter().map(|n| u64::from(*n)).sum();
    let mut before = all;
    let mut days = Vec::new();
    for (day, left) in left(stage, cells).into_iter().enumerate() {
        days.extend((left..before).map(|_| day + 1));
        before = left;
    }
    days
}

#[test]
fn a_few_of_unknown_age_leave_over_the_whole_length() {
    assert_eq!(leave("firmware-under-way", &[3]), [5, 15, 24]);
    assert_eq!(leave("firmware-wait", &[3]), [3, 8, 13]);
    assert_eq!(leave("ready", &[3]), [4, 11, 17]);
    assert_eq!(leave("retry-wait", &[3]), [6, 16, 26]);
}

#[test]
fn what_is_left_over_of_a_count_falls_on_no_side() {
    let days = leave("retry-wait", &[45]);
    let in_days = |from: usize, to: usize| days.iter().filter(|day| (from..=to).contains(*day)).count();
    assert_eq!((in_days(1, 10), in_days(11, 20), in_days(21, 30)), (15, 15, 15));
}

#[test]
fn many_small_cells_leave_evenly_too() {
    for (stage, length) in
        [("firmware-under-way", 28), ("firmware-wait", 15), ("ready", 20), ("retry-wait", 30)]
    {
        for size in [1, 2, 5] {
            let days = leave(stage, &vec![size; 120]);
            let mean = days.iter().sum::<usize>() as f64 / days.len() as f64;
            assert!((mean - f64::midpoint(f64::from(length), 1.0)).abs() < 0.2, "{stage}, {size}: {mean}");
            let fair = f64::from(120 * size) / f64::from(length);
            for day in 1..=length as usize {
                let n = days.iter().filter(|of| **of == day).count() as f64;
                assert!((n - fair).abs() <= 0.25 * fair + 2.0, "{stage}, {size}, day {day}: {n} for {fair}");
            }
        }
    }
}
