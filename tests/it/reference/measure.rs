//! What the reference measures beside stages and slots: the most that demand could use within every limit, and the
//! cause of each day waited. Decides nothing that a later day sees.

use dormouse::model::Status;
use dormouse::trace::Waits;

use super::installation::{Installation, Stage};
use super::{World, allocate};

impl World<'_> {
    /// What a migration day offered, what demand could use of it, and what a rule left idle.
    pub(super) fn measure_use(&mut self, day: &allocate::Day, given: &allocate::Given) {
        for (g, limit) in day.groups.iter().enumerate() {
            let usable: u64 = (0..day.n_suppliers).map(|s| usable(day, g, s)).sum();
            self.today[g].usable = usable.min(*limit);
            self.today[g].idle_by_rule = given.idle[g];
        }
        let within = |sum: u64| day.programme.map_or(sum, |limit| sum.min(limit));
        let most = self.today.iter().map(|g| g.usable).sum();
        self.offered = [within(day.groups.iter().sum()), within(most)];
    }

    /// A day's end: everybody unmigrated and not removed has waited one day more, each for one cause.
    pub(super) fn add_waits(&self, day: i32, waits: &mut [[Waits; 2]]) {
        let places = self.model.places();
        for one in &self.all {
            let here = |p: &dormouse::model::Place| (p.cohort, p.supplier) == (one.cohort, one.supplier);
            let place = places.iter().position(here).expect("an installation stands at a place");
            let waits = &mut waits[place][usize::from(one.status == Status::Active)];
            if let Some(cause) = self.cause(one, day, waits) {
                *cause += 1;
            }
            let queues = one.status == Status::Dormant && self.opens[one.cohort] <= day;
            waits.firmware_queue += u64::from(queues && matches!(one.stage, Stage::NotUpdated));
        }
    }

    /// The first cause that applies. decided: an Active installation waits for its supplier's update under `firmware`,
    /// and for its supplier to become a DCC user under `notice`.
    fn cause<'w>(&self, one: &Installation, day: i32, waits: &'w mut Waits) -> Option<&'w mut u64> {
        let dormant = one.status == Status::Dormant;
        let opens = if dormant { self.opens[one.cohort] } else { self.entry[one.cohort] };
        let entered = self.entry[one.cohort] <= day;
        let done = matches!(one.stage, Stage::Done { .. });
        let eligible = self.eligible(one, day);
        Some(match one.stage {
            Stage::Migrated | Stage::Removed => return None,
            Stage::NoWan | Stage::Exhausted => &mut waits.excluded,
            Stage::RetryWait { .. } => &mut waits.retrying,
            _ if eligible && one.attempt > 1 => &mut waits.retrying,
            _ if opens > day => &mut waits.gate_or_epcl,
            _ if !done => &mut waits.firmware,
            _ if !entered => &mut waits.gate_or_epcl,
            _ if !eligible => &mut waits.notice,
            _ => &mut waits.queueing,
        })
    }
}

/// What one supplier could use in a group within its own limit.
fn usable(day: &allocate::Day, g: usize, s: usize) -> u64 {
    let sum = |table: &[Vec<u64>]| table.iter().map(|row| row[s]).sum::<u64>();
    let (dormant, active) = (sum(&day.dormant[g]), sum(&day.active[g]));
    match day.limits[g][s] {
        None => dormant + active,
        Some((limit, true)) => (dormant + active).min(limit),
        Some((limit, false)) => dormant + active.min(limit),
    }
}
