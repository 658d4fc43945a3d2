//! The day before any slot is shared: what enters, who moves and who goes, what comes back, and which updates start.
//! The rest of the day is in `migration`.

use dormouse::model::{Distribution, FirmwareOrder, Status, Supplier};
use rand::RngExt;

use super::installation::{Installation, Stage, unmigrated};
use super::{World, allocate, dated, days, known};

impl World<'_> {
    /// Step 1: entries, rework, and Active updates that end with their delay.
    pub(super) fn enter(&mut self, day: i32) {
        for c in 0..self.model.cohorts.len() {
            let entered_today = self.entry[c].max(0) == day;
            if entered_today && self.opens[c] < self.entry[c] && self.rework(c) {
                for one in self.all.iter_mut().filter(|o| o.cohort == c && o.status == Status::Dormant) {
                    let begun = matches!(one.stage, Stage::UnderWay { .. } | Stage::FirmwareWait { .. });
                    if begun || matches!(one.stage, Stage::Done { updated: true, .. }) {
                        // decided: other firmware is another matter, so its tries count from 1.
                        (one.stage, one.number) = (Stage::NotUpdated, 1);
                        self.updates[c][2] += 1;
                    }
                }
            }
            if self.supplier_updated(c).max(0) == day {
                for one in self.all.iter_mut().filter(|o| o.cohort == c && o.status == Status::Active) {
                    if one.stage == Stage::NotUpdated {
                        one.stage = Stage::Done { updated: true, since: day };
                    }
                }
            }
        }
    }

    fn rework(&mut self, c: usize) -> bool {
        let rework = &self.model.firmware.rework;
        let evidence = if self.opens[c] < self.gate[c] {
            &rework.confidence
        } else if self.model.cohorts[c].equivalent_to.is_some() {
            &rework.equivalence
        } else {
            &rework.tested
        };
        let p = known(evidence);
        self.coin(p)
    }

    /// Step 2, first half. Nobody moves twice a day, and everybody's chance is on the stock before anybody moves.
    pub(super) fn change_supplier(&mut self, day: i32) {
        let Some(change) = &self.model.change_of_supplier else { return };
        let (p, dormant) = (change.probability[usize::try_from(day).unwrap()], known(&change.goes_dormant));
        for i in 0..self.all.len() {
            let one = self.all[i];
            let others: f64 = self.shares_but(one.supplier).iter().sum();
            if one.status == Status::Active && unmigrated(one.stage) && others > 0.0 && self.coin(p) {
                let supplier = self.gaining(one.supplier);
                let goes_dormant = self.coin(dormant);
                self.all[i].supplier = supplier;
                if goes_dormant {
                    self.all[i] = self.made_dormant(self.all[i], day);
                }
            }
        }
    }

    fn shares_but(&self, supplier: usize) -> Vec<f64> {
        let share = |(s, supplier_of): (usize, &Supplier)| {
            if s == supplier { 0.0 } else { supplier_of.market_share }
        };
        self.model.suppliers.iter().enumerate().map(share).collect()
    }

    fn gaining(&mut self, from: usize) -> usize {
        let shares = self.shares_but(from);
        let mut point = self.rng.random::<f64>() * shares.iter().sum::<f64>();
        for (s, share) in shares.iter().enumerate() {
            point -= share;
            if point < 0.0 {
                return s;
            }
        }
        shares.iter().rposition(|s| *s > 0.0).unwrap()
    }

    /// Step 2, second half.
    pub(super) fn remove(&mut self, day: i32) {
        let Some(removal) = &self.model.removal else { return };
        let day = usize::try_from(day).unwrap();
        for i in 0..self.all.len() {
            let p = if self.all[i].status == Status::Dormant {
                removal.dormant[day]
            } else {
                removal.active[day]
            };
            if unmigrated(self.all[i].stage) && self.coin(p) {
                self.all[i].stage = Stage::Removed;
            }
        }
    }

    /// Step 3.
    pub(super) fn come_back(&mut self, day: i32) {
        for i in 0..self.all.len() {
            let one = self.all[i];
            let firmware = &self.model.cohorts[one.cohort].firmware;
            self.all[i].stage = match one.stage {
                Stage::UnderWay { back } if back == day => {
                    if self.coin(known(&firmware.success)) {
                        Stage::Done { updated: true, since: day }
                    } else if one.number >= firmware.max_tries {
                        self.updates[one.cohort][1] += 1;
                        Stage::NoWan
                    } else {
                        self.updates[one.cohort][1] += 1;
                        self.all[i].number += 1;
                        Stage::FirmwareWait { back: day + days(&firmware.wait).max(1) }
                    }
                }
                Stage::FirmwareWait { back } if back == day => Stage::NotUpdated,
                Stage::RetryWait { back } if back == day => {
                    Stage::Done { updated: true, since: i32::MIN / 2 }
                }
                other => other,
            };
        }
    }

    /// Step 4.
    pub(super) fn start_updates(&mut self, day: i32, turn: u64) {
        let at = usize::try_from(day).unwrap();
        let mut queue: Vec<usize> = (0..self.model.cohorts.len()).filter(|c| self.opens[*c] <= day).collect();
        match self.model.firmware.order {
            FirmwareOrder::EarliestOpening => queue.sort_by_key(|c| self.opens[*c]),
            // Everything is certain here, so the expected entry is the entry.
            FirmwareOrder::EarliestExpectedEntry => queue.sort_by_key(|c| self.entry[*c]),
            FirmwareOrder::EnteredFirst => queue.sort_by_key(|c| (self.entry[*c] > day, self.opens[*c])),
        }
        for (g, group) in self.model.groups.iter().enumerate() {
            let mut left = match &group.firmware_capacity {
                _ if !self.model.calendar.firmware[at] => 0,
                Some(capacity) => dated(capacity, day),
                None => u64::MAX,
            };
            for &c in queue.iter().filter(|c| self.model.cohorts[**c].group == g) {
                let waiting = |o: &&Installation| {
                    o.cohort == c && o.status == Status::Dormant && o.stage == Stage::NotUpdated
                };
                let weights: Vec<u64> = (0..self.model.suppliers.len())
                    .map(|s| self.all.iter().filter(waiting).filter(|o| o.supplier == s).count() as u64)
                    .collect();
                let amount = left.min(weights.iter().sum());
                for (s, starts) in allocate::shares(amount, &weights, turn).into_iter().enumerate() {
                    self.start(c, s, starts, day);
                }
                left -= amount;
                self.updates[c][0] += amount;
                self.today[g].firmware_started += amount;
            }
        }
    }

    /// decided: within a cell those tried most often go first.
    fn start(&mut self, c: usize, s: usize, starts: u64, day: i32) {
        let mut waiting: Vec<usize> = (0..self.all.len())
            .filter(|i| {
                let one = &self.all[*i];
                (one.cohort, one.supplier, one.status, one.stage)
                    == (c, s, Status::Dormant, Stage::NotUpdated)
            })
            .collect();
        waiting.sort_by_key(|i| std::cmp::Reverse(self.all[*i].number));
        for i in waiting.into_iter().take(starts as usize) {
            let length = match &self.model.cohorts[c].firmware.length.distribution {
                Distribution::Fixed(length) => *length,
                Distribution::Uniform { low, high } => low + self.rng.random::<f64>() * (high - low),
                other => panic!("the reference does not draw {other:?}"),
            };
            self.all[i].stage = Stage::UnderWay { back: day + ((length + 0.5).floor() as i32).max(1) };
        }
    }
}
