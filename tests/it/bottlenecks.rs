//! What held the next installation back: one cause for every migration day of every group.

use dormouse::engine::simulate;
use dormouse::findings::{Bottleneck, BottleneckMonth, bottlenecks};
use dormouse::scenario;

#[test]
fn every_migration_day_of_every_group_has_one_cause() {
    for path in ["scenarios/tutorial/early.toml", "scenarios/smets1-2020/existing.toml"] {
        let model = scenario::load(path.as_ref(), &[]).unwrap().model;
        let trace = simulate(&model, 0).unwrap();
        let days = trace.days.iter().filter(|day| day.migration_day).count();
        for group in &model.groups {
            let months = bottlenecks(&model, &trace);
            let of_group = months.iter().filter(|month| month.group == group.name);
            assert_eq!(of_group.flat_map(|month| month.days).sum::<u32>() as usize, days, "{path}");
        }
    }
}

#[test]
fn the_tutorial_waits_for_entry_and_then_for_nobody() {
    let model = scenario::load("scenarios/tutorial/existing.toml".as_ref(), &[]).unwrap().model;
    let trace = simulate(&model, 0).unwrap();
    let most: Vec<_> = bottlenecks(&model, &trace).iter().map(BottleneckMonth::most).collect();
    let (entry, nobody) = (Some(Bottleneck::Entry), Some(Bottleneck::NobodyLeft));
    assert_eq!(most, [entry, nobody, nobody, nobody]);
}
