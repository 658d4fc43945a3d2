//! The day from demand to record: commitments, slots, attempts, and every installation counted in its stage. The sharing
//! itself is in `allocate`.

use dormouse::model::{Day, Status};
use dormouse::trace::Stages;

use super::installation::Stage;
use super::{World, allocate, dated, days, known};

impl World<'_> {
    fn active_stock(&self, day: i32) -> Vec<Vec<u64>> {
        let mut stock = vec![vec![0; self.model.suppliers.len()]; self.model.cohorts.len()];
        for one in self.all.iter().filter(|o| o.status == Status::Active && self.eligible(o, day)) {
            stock[one.cohort][one.supplier] += 1;
        }
        stock
    }

    pub(super) fn commit(&mut self, day: i32) {
        let calendar = &self.model.calendar;
        if self.model.commitment.is_none() || (day != 0 && calendar.weekday(Day(day)) != 0) {
            return;
        }
        let commitment = self.model.commitment.as_ref().unwrap();
        let sunday = (day + 6 - calendar.weekday(Day(day))) as usize;
        let worked: Vec<bool> =
            calendar.migration.iter().chain(&commitment.rest_of_last_week).copied().collect();
        let n = (day as usize..=sunday).filter(|d| worked[*d]).count() as u64;
        let stock = self.at_cutoff.take().unwrap_or_else(|| self.active_stock(day));
        // Factors have one decimal place here: tenths decide a half exactly.
        let tenths = (known(&commitment.factor) * 10.0).round() as u64;
        let of = |stock: u64| if n > 0 { (2 * tenths * stock + 10 * n) / (20 * n) } else { 0 };
        self.committed = stock.iter().map(|row| row.iter().map(|s| of(*s)).collect()).collect();
    }

    pub(super) fn read_cutoff(&mut self, day: i32) {
        let Some(commitment) = &self.model.commitment else { return };
        if self.model.calendar.weekday(Day(day + commitment.cutoff_days as i32)) == 0 {
            self.at_cutoff = Some(self.active_stock(day));
        }
    }

    /// Steps 5 to 7.
    pub(super) fn migrate(&mut self, day: i32, turn: u64) -> Vec<[[u64; 4]; 2]> {
        let model = self.model;
        let n_suppliers = model.suppliers.len();
        let members: Vec<Vec<usize>> = (0..model.groups.len())
            .map(|g| (0..model.cohorts.len()).filter(|c| model.cohorts[*c].group == g).collect())
            .collect();
        let mut demand = [self.committed.clone(), self.committed.clone()];
        demand[0] = vec![vec![0; n_suppliers]; model.cohorts.len()];
        if model.commitment.is_none() {
            demand[1] = self.active_stock(day);
        }
        for one in self.all.iter().filter(|o| o.status == Status::Dormant && self.eligible(o, day)) {
            demand[0][one.cohort][one.supplier] += 1;
        }
        let table = |rows: &[Vec<u64>]| -> Vec<Vec<Vec<u64>>> {
            members.iter().map(|cohorts| cohorts.iter().map(|c| rows[*c].clone()).collect()).collect()
        };
        let limit = |g: usize, s: usize| {
            let limit = model.suppliers[s].limits.iter().find(|l| l.group == Some(g))?;
            Some((dated(&limit.per_day, day), limit.covers_both))
        };
        let today = allocate::Day {
            rules: (&model.allocation).into(),
            dmin: dated(&model.allocation.dmin, day),
            turn,
            programme: model.capacity.as_ref().map(|c| dated(c, day)),
            groups: model.groups.iter().map(|g| dated(&g.capacity, day)).collect(),
            limits: (0..members.len()).map(|g| (0..n_suppliers).map(|s| limit(g, s)).collect()).collect(),
            n_suppliers,
            dormant: table(&demand[0]),
            active: table(&demand[1]),
        };
        let given = allocate::allocate(&today);
        self.measure_use(&today, &given);
        let mut slots = vec![[[0; 4]; 2]; members.len()];
        for (g, cohorts) in members.iter().enumerate() {
            for (position, &c) in cohorts.iter().enumerate() {
                for s in 0..n_suppliers {
                    let granted = [given.dormant[g][position][s], given.active[g][position][s]];
                    for (at, status) in Status::ALL.into_iter().enumerate() {
                        let (succeeded, failed) = self.attempt(c, s, status, granted[at], day);
                        let unused = granted[at] - succeeded - failed;
                        let new = [granted[at], succeeded, failed, unused];
                        slots[g][at].iter_mut().zip(new).for_each(|(sum, n)| *sum += n);
                    }
                }
            }
        }
        slots
    }

    /// Step 7 in one cell: slots to the highest attempt first; unused ones leave the installation eligible.
    fn attempt(&mut self, c: usize, s: usize, status: Status, slots: u64, day: i32) -> (u64, u64) {
        let mut line: Vec<usize> = (0..self.all.len())
            .filter(|i| {
                let one = &self.all[*i];
                (one.cohort, one.supplier, one.status) == (c, s, status) && self.eligible(one, day)
            })
            .collect();
        line.sort_by_key(|i| std::cmp::Reverse(self.all[*i].attempt));
        let cohort = &self.model.cohorts[c];
        let (mut succeeded, mut failed) = (0, 0);
        for i in line.into_iter().take(slots as usize) {
            if !self.coin(known(&cohort.take_up)) {
                continue;
            }
            let attempt = self.all[i].attempt;
            let p = known(&cohort.success[usize::from(attempt - 1).min(cohort.success.len() - 1)]);
            if self.coin(p) {
                self.all[i].stage = Stage::Migrated;
                succeeded += 1;
                continue;
            }
            failed += 1;
            if attempt >= cohort.max_attempts {
                self.all[i].stage = Stage::Exhausted;
            } else {
                self.all[i].stage = Stage::RetryWait { back: day + days(&cohort.retry_delay).max(1) };
                self.all[i].attempt += 1;
            }
        }
        (succeeded, failed)
    }

    /// Step 8: every installation in the stage the specification names.
    pub(super) fn count(&self, day: i32) -> Vec<[Stages; 2]> {
        let places = self.model.places();
        let mut counts = vec![[Stages::default(); 2]; places.len()];
        for one in &self.all {
            let place =
                places.iter().position(|p| (p.cohort, p.supplier) == (one.cohort, one.supplier)).unwrap();
            let stages = &mut counts[place][usize::from(one.status == Status::Active)];
            let dormant = one.status == Status::Dormant;
            let count = match one.stage {
                Stage::NotUpdated if dormant && self.opens[one.cohort] <= day => &mut stages.waiting_firmware,
                Stage::NotUpdated if !dormant && self.entry[one.cohort] <= day => {
                    &mut stages.firmware_under_way
                }
                Stage::NotUpdated => &mut stages.waiting_gate,
                Stage::UnderWay { .. } => &mut stages.firmware_under_way,
                Stage::FirmwareWait { .. } => &mut stages.firmware_wait,
                Stage::Done { .. } if self.eligible(one, day) => &mut stages.eligible,
                Stage::Done { .. } => &mut stages.ready,
                Stage::RetryWait { .. } => &mut stages.retry_wait,
                Stage::Migrated => &mut stages.migrated,
                Stage::NoWan => &mut stages.excluded_no_wan,
                Stage::Exhausted => &mut stages.excluded_attempts,
                Stage::Removed => &mut stages.removed,
            };
            *count += 1;
        }
        counts
    }
}
