//! Installations that wait until a day: in each cell a ring of days, long enough for its longest wait, so that a day's
//! row is empty again before a later day needs it. Those who wait for their supplier stand apart, without a day.

use serde::{Deserialize, Serialize};

use super::sparse;
use super::state::lane;
use crate::model::{Day, Status};

/// What an installation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The next try of a failed update; the number is that of the try.
    UpdateWait,
    /// The end of notice; the number is that of the next attempt, as below.
    Notice,
    /// Its supplier to become a DCC user.
    User,
    /// The next attempt.
    Retry,
}

impl Wait {
    pub(super) fn lane(self) -> usize {
        match self {
            Self::UpdateWait => lane::FIRMWARE_WAIT,
            Self::Notice | Self::User => lane::NOTICE,
            Self::Retry => lane::RETRY_WAIT,
        }
    }

    /// What the installations of a status may wait for.
    pub(super) fn of(status: Status) -> &'static [Self] {
        match status {
            Status::Dormant => &[Self::UpdateWait, Self::Notice, Self::Retry],
            Status::Active => &[Self::User, Self::Retry],
        }
    }
}

/// Some installations of a cell that wait for the same thing until the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// The day; nothing for those who wait for their supplier.
    pub(super) due: Day,
    pub(super) wait: Wait,
    /// Number of the try or of the attempt, from 1.
    pub(super) number: u8,
    pub(super) count: u32,
}

/// Where one cell's ring stands among all counts; does not change in a run. A row is one day: a column for each wait
/// and number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    status: Status,
    from: usize,
    days: usize,
    tries: usize,
    attempts: usize,
}

impl Room {
    /// The room of a cell whose longest wait is `longest` days, behind those that end at `from`.
    pub(super) fn new(status: Status, from: usize, longest: usize, tries: u8, attempts: u8) -> Self {
        Self { status, from, days: longest + 1, tries: tries.into(), attempts: attempts.into() }
    }

    /// Where the next cell's room begins.
    pub(super) fn end(&self) -> usize {
        self.undated() + if self.status == Status::Active { self.attempts } else { 0 }
    }

    fn undated(&self) -> usize {
        self.from + self.days * self.width()
    }

    fn width(&self) -> usize {
        self.column(Wait::Retry) + self.attempts
    }

    fn column(&self, wait: Wait) -> usize {
        match (self.status, wait) {
            (Status::Dormant, Wait::Notice) => self.tries,
            (Status::Dormant, Wait::Retry) => self.tries + self.attempts,
            _ => 0,
        }
    }

    fn numbers(&self, wait: Wait) -> usize {
        if wait == Wait::UpdateWait { self.tries } else { self.attempts }
    }

    fn row(&self, day: Day) -> usize {
        self.from + day.index().expect("a run starts on day 0") % self.days * self.width()
    }

    /// Where those of a wait begin, due on a day.
    fn at(&self, wait: Wait, due: Day) -> usize {
        if wait == Wait::User { self.undated() } else { self.row(due) + self.column(wait) }
    }
}

/// The number that stands in a column.
fn number(column: usize) -> u8 {
    u8::try_from(column + 1).expect("attempts and tries have at most two digits")
}

/// How many wait, by cell, day, wait and number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waits {
    #[serde(with = "sparse")]
    counts: Vec<u32>,
    /// Those of every cell whose wait ends on a day, whatever it is: a ring of days as long as the longest of any cell.
    #[serde(with = "sparse")]
    ending: Vec<u32>,
    n_cells: usize,
}

impl Waits {
    pub(super) fn new(rooms: &[Room]) -> Self {
        let longest = rooms.iter().map(|room| room.days).max().unwrap_or(1);
        let n_cells = rooms.len();
        let counts = vec![0; rooms.last().map_or(0, Room::end)];
        Self { counts, ending: vec![0; longest * n_cells], n_cells }
    }

    /// Where the waits of a cell that end on a day are counted together.
    fn ending(&self, cell: usize, day: Day) -> usize {
        let day = day.index().expect("a run starts on day 0");
        day * self.n_cells % self.ending.len() + cell
    }

    pub(super) fn put(&mut self, room: &Room, cell: usize, batch: Batch) {
        self.counts[room.at(batch.wait, batch.due) + usize::from(batch.number) - 1] += batch.count;
        if batch.wait != Wait::User {
            let ending = self.ending(cell, batch.due);
            self.ending[ending] += batch.count;
        }
    }

    /// The next cell from `cell` on in which a wait ends today.
    pub(super) fn next_cell(&self, cell: usize, today: Day) -> Option<usize> {
        let cells = &self.ending[self.ending(cell, today)..self.ending(0, today) + self.n_cells];
        // Most cells have none on most days: they are passed over sixteen at a time.
        let (chunks, _) = cells.as_chunks::<16>();
        let empty =
            16 * chunks.iter().take_while(|chunk| chunk.iter().fold(0, |any, n| any | n) == 0).count();
        cells[empty..].iter().position(|n| *n > 0).map(|ahead| cell + empty + ahead)
    }

    /// Takes some of a cell whose wait ends today; nothing when none are left.
    pub(super) fn take_due(&mut self, room: &Room, cell: usize, today: Day) -> Option<Batch> {
        let ending = self.ending(cell, today);
        if self.ending[ending] == 0 {
            return None;
        }
        let row = room.row(today);
        let column = self.counts[row..row + room.width()].iter().position(|n| *n > 0)?;
        let count = std::mem::take(&mut self.counts[row + column]);
        self.ending[ending] -= count;
        let mut waits = Wait::of(room.status).iter().rev().filter(|wait| **wait != Wait::User);
        let wait = *waits.find(|wait| room.column(**wait) <= column)?;
        Some(Batch { due: today, wait, number: number(column - room.column(wait)), count })
    }

    /// Takes some of a cell who wait for their supplier; nothing when none are left.
    pub(super) fn take_user(&mut self, room: &Room, today: Day) -> Option<Batch> {
        let users = &mut self.counts[room.undated()..room.end()];
        let at = users.iter().position(|n| *n > 0)?;
        Some(Batch {
            due: today,
            wait: Wait::User,
            number: number(at),
            count: std::mem::take(&mut users[at]),
        })
    }

    /// Takes all of a cell whose updates wait for their next try.
    pub(super) fn take_update_waits(&mut self, room: &Room, cell: usize, today: Day) -> u32 {
        let mut taken = 0;
        for ahead in (0..).take(room.days) {
            let due = today.plus(ahead);
            let (row, ending) = (room.row(due), self.ending(cell, due));
            for count in &mut self.counts[row..row + room.tries] {
                taken += *count;
                self.ending[ending] -= std::mem::take(count);
            }
        }
        taken
    }

    /// Takes one installation of a cell out of a wait: the one at `position` by day, then number.
    pub(super) fn take_one(
        &mut self,
        room: &Room,
        cell: usize,
        wait: Wait,
        today: Day,
        position: u32,
    ) -> Batch {
        let mut left = position;
        for ahead in (0..).take(room.days) {
            let due = today.plus(ahead);
            let from = room.at(wait, due);
            for at in from..from + room.numbers(wait) {
                if left < self.counts[at] {
                    self.counts[at] -= 1;
                    if wait != Wait::User {
                        let ending = self.ending(cell, due);
                        self.ending[ending] -= 1;
                    }
                    return Batch { due, wait, number: number(at - from), count: 1 };
                }
                left -= self.counts[at];
            }
        }
        unreachable!("the position is below the lane's count")
    }
}
