//! Installations of one cell that wait for the same thing until the same day. The order of batches is part of the
//! results: a position drawn among those who wait is counted along it.

use serde::{Deserialize, Serialize};

use super::state::lane;
use crate::model::Day;

/// What a batch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Wait {
    /// Its update to end; the number is that of the try.
    Update,
    /// The next try of a failed update.
    UpdateWait,
    /// The end of notice, or its supplier; the number is that of the next attempt.
    Notice,
    /// The next attempt.
    Retry,
}

impl Wait {
    pub(super) fn lane(self) -> usize {
        match self {
            Self::Update => lane::UNDER_WAY,
            Self::UpdateWait => lane::FIRMWARE_WAIT,
            Self::Notice => lane::NOTICE,
            Self::Retry => lane::RETRY_WAIT,
        }
    }
}

/// Some installations that wait for the same thing until the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) due: Day,
    pub(super) wait: Wait,
    /// Number of the try or of the attempt, from 1.
    pub(super) number: u8,
    pub(super) count: u32,
}

/// The batches of one cell. Days stand in a column of their own: every look-up goes by them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Batches {
    due: Vec<Day>,
    kept: Vec<Kept>,
}

/// A batch without its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    wait: Wait,
    number: u8,
    count: u32,
}

/// Room made at the first batch: an update's lengths fill most of it.
const ROOM: usize = 32;

impl Batches {
    /// Adds a batch to the one like it; says whether there was none.
    pub(super) fn put(&mut self, batch: Batch) -> bool {
        let Batch { due, wait, number, count } = batch;
        let mut from = 0;
        while let Some(ahead) = first(&self.due[from..], |day| day == due) {
            let kept = &mut self.kept[from + ahead];
            if kept.wait == wait && kept.number == number {
                kept.count += count;
                return false;
            }
            from += ahead + 1;
        }
        if self.due.capacity() == 0 {
            self.due.reserve_exact(ROOM);
            self.kept.reserve_exact(ROOM);
        }
        self.due.push(due);
        self.kept.push(Kept { wait, number, count });
        true
    }

    /// Takes the first batch that ends by a day; the last batch takes its position.
    pub(super) fn take_due(&mut self, day: Day) -> Option<Batch> {
        let at = first(&self.due, |due| due <= day)?;
        let (due, Kept { wait, number, count }) = (self.due.swap_remove(at), self.kept.swap_remove(at));
        Some(Batch { due, wait, number, count })
    }

    /// Takes all batches of a kind; returns how many installations they held.
    pub(super) fn take_all(&mut self, wait: Wait) -> u32 {
        let mut kinds = self.kept.iter();
        self.due.retain(|_| kinds.next().is_some_and(|kept| kept.wait != wait));
        let mut count = 0;
        self.kept.retain(|kept| {
            let taken = kept.wait == wait;
            count += if taken { kept.count } else { 0 };
            !taken
        });
        count
    }

    /// Takes one installation out of the batches of a kind: the one at `position` among them.
    pub(super) fn take_one(&mut self, wait: Wait, mut position: u32) -> Batch {
        for at in 0..self.kept.len() {
            let kept = self.kept[at];
            if kept.wait != wait {
                continue;
            }
            if position < kept.count {
                let due = self.due[at];
                self.kept[at].count -= 1;
                if kept.count == 1 {
                    self.kept.remove(at);
                    self.due.remove(at);
                }
                return Batch { due, wait, number: kept.number, count: 1 };
            }
            position -= kept.count;
        }
        unreachable!("the position is below the lane's count")
    }
}

/// The first day that fits. Eight at a time, so that days that do not are passed over together.
#[inline]
fn first(days: &[Day], fits: impl Fn(Day) -> bool) -> Option<usize> {
    let (eights, rest) = days.as_chunks::<8>();
    for (eight, days) in eights.iter().enumerate() {
        if days.iter().fold(false, |any, day| any | fits(*day)) {
            return days.iter().position(|day| fits(*day)).map(|at| 8 * eight + at);
        }
    }
    rest.iter().position(|day| fits(*day)).map(|at| 8 * eights.len() + at)
}
