//! Who has queued longest: since when the eligible installations of a cell have been so, kept only where the policy
//! serves them in that order. A cell's slots use up its oldest places; those who leave give up the newest.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::allocate::Queued;
use crate::engine::setup::run_layout::RunLayout;
use crate::model::{AllocationPolicy, Day, Model, Status};

/// Places in line: (day, installations) by cell, oldest first. Empty where the policy does not ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct FifoQueue {
    cells: Vec<VecDeque<(Day, u32)>>,
}

impl FifoQueue {
    pub(in crate::engine) fn new(model: &Model, n_cells: usize) -> Self {
        let kept = model.allocation.policy == AllocationPolicy::FirstReady;
        Self { cells: vec![VecDeque::new(); if kept { n_cells } else { 0 }] }
    }

    /// Whether the policy asks for lines.
    pub(in crate::engine) fn is_kept(&self) -> bool {
        !self.cells.is_empty()
    }

    /// Installations of a cell that became eligible join.
    pub(in crate::engine) fn join(&mut self, cell: usize, day: Day, n: u32) {
        let Some(line) = self.cells.get_mut(cell).filter(|_| n > 0) else { return };
        match line.back_mut() {
            Some(last) if last.0 == day => last.1 += n,
            _ => line.push_back((day, n)),
        }
    }

    /// Installations of a cell used a slot: its oldest places go.
    pub(in crate::engine) fn served(&mut self, cell: usize, n: u32) {
        self.shorten(cell, n, VecDeque::front_mut, VecDeque::pop_front);
    }

    /// Installations of a cell left: its newest places go.
    pub(in crate::engine) fn leave(&mut self, cell: usize, n: u32) {
        self.shorten(cell, n, VecDeque::back_mut, VecDeque::pop_back);
    }

    fn shorten(
        &mut self,
        cell: usize,
        mut n: u32,
        end: impl Fn(&mut VecDeque<(Day, u32)>) -> Option<&mut (Day, u32)>,
        drop_end: impl Fn(&mut VecDeque<(Day, u32)>) -> Option<(Day, u32)>,
    ) {
        let Some(line) = self.cells.get_mut(cell) else { return };
        while n > 0 {
            let Some(last) = end(line) else { return };
            let taken = last.1.min(n);
            last.1 -= taken;
            n -= taken;
            if last.1 == 0 {
                drop_end(line);
            }
        }
    }

    /// Whether there is a line for each cell that a fresh run has one for.
    pub(in crate::engine) fn check_lengths(&self, fresh: &Self) -> Result<(), String> {
        let (found, expected) = (self.cells.len(), fresh.cells.len());
        if found == expected {
            Ok(())
        } else {
            Err(format!("{found} lines of those who are eligible, expected {expected}"))
        }
    }

    /// Whether places in every line are of rising days before `today`, each of somebody.
    pub(in crate::engine) fn check_days(&self, today: Day) -> Result<(), String> {
        let in_order = |line: &VecDeque<(Day, u32)>| {
            line.iter().is_sorted_by(|a, b| a.0 < b.0)
                && line.iter().all(|(day, n)| (Day(0)..today).contains(day) && *n > 0)
        };
        match self.cells.iter().position(|line| !in_order(line)) {
            None => Ok(()),
            Some(cell) => Err(format!("the line of cell {cell} is not in order of days")),
        }
    }

    /// Everybody eligible has a place in line, and nobody else.
    pub(in crate::engine) fn check(&self, layout: &RunLayout<'_>, eligible: &[u32]) -> Result<(), String> {
        for (cell, line) in self.cells.iter().enumerate() {
            let (places, eligible) =
                (line.iter().map(|place| u64::from(place.1)).sum::<u64>(), eligible[layout.demand_at(cell)]);
            if places != u64::from(eligible) {
                return Err(format!(
                    "{places} places in line for {eligible} eligible installations of cell {cell}"
                ));
            }
        }
        Ok(())
    }

    /// The whole queue, oldest first, then by place of the allocator.
    pub(in crate::engine) fn read(&self, layout: &RunLayout<'_>, queue: &mut Vec<Queued>) {
        queue.clear();
        let n_places = layout.places.len();
        for (cell, line) in self.cells.iter().enumerate() {
            let (status, first) =
                if cell < n_places { (Status::Dormant, 0) } else { (Status::Active, n_places) };
            let place = u32::try_from(layout.demand_at(cell) - first).expect("places are few");
            queue.extend(line.iter().map(|&(day, count)| Queued { since: day.0, place, status, count }));
        }
        queue.sort_unstable_by_key(|queued| (queued.since, queued.place, queued.status as u8));
    }
}
