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

    /// What the installations of a status wait for that stand in a lane, if it is one of waits.
    pub(super) fn in_lane(status: Status, lane: usize) -> Option<Self> {
        match (status, lane) {
            (Status::Dormant, lane::FIRMWARE_WAIT) => Some(Self::UpdateWait),
            (Status::Dormant, lane::NOTICE) => Some(Self::Notice),
            (Status::Active, lane::NOTICE) => Some(Self::User),
            (_, lane::RETRY_WAIT) => Some(Self::Retry),
            _ => None,
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

/// Where one cell's counts stand in the row of a day, which holds those of all cells; does not change in a run. A
/// column for each wait and number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    status: Status,
    from: usize,
    tries: usize,
    attempts: usize,
}

impl Room {
    /// The room of a cell behind those that end at `from`.
    pub(super) fn new(status: Status, from: usize, tries: u8, attempts: u8) -> Self {
        Self { status, from, tries: tries.into(), attempts: attempts.into() }
    }

    /// Where the next cell's room begins.
    pub(super) fn end(&self) -> usize {
        self.from + self.width()
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

    /// Those who waited for one thing, by number, among all of the cell whose wait ended.
    pub(super) fn ended<'a>(&self, counts: &'a [u32], wait: Wait) -> &'a [u32] {
        &counts[self.column(wait)..][..self.numbers(wait)]
    }
}

/// The rooms of all cells, and how long their rings of days are.
#[derive(Clone, Debug)]
pub(super) struct Rooms {
    cells: Vec<Room>,
    /// Days of a ring: more than the longest wait of any cell, and a power of two, so that a day's row is a matter of bits.
    days: usize,
}

impl Rooms {
    /// Rooms that stand one behind another, for waits of at most `longest` days.
    pub(super) fn new(cells: Vec<Room>, longest: usize) -> Self {
        Self { cells, days: (longest + 1).next_power_of_two() }
    }

    /// Counts of a day.
    fn width(&self) -> usize {
        self.cells.last().map_or(0, Room::end)
    }
}

impl std::ops::Index<usize> for Rooms {
    type Output = Room;

    fn index(&self, cell: usize) -> &Room {
        &self.cells[cell]
    }
}

/// Empties a row into `counts`.
fn take(row: &mut [u32], counts: &mut Vec<u32>) {
    counts.clear();
    counts.extend_from_slice(row);
    row.fill(0);
}

/// The number that stands in a column.
fn number(column: usize) -> u8 {
    u8::try_from(column + 1).expect("attempts and tries have at most two digits")
}

/// How many wait, by day, cell, wait and number. Today's row is read in the order in which cells are, and so are those
/// that are written to: the same days ahead of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waits {
    #[serde(with = "sparse")]
    counts: Vec<u32>,
    /// Those of every cell whose wait ends on a day, whatever it is.
    #[serde(with = "sparse")]
    ending: Vec<u32>,
    /// Those who wait for their supplier, in the columns of their rooms.
    #[serde(with = "sparse")]
    users: Vec<u32>,
    days: usize,
}

/// Those of a cell who wait for one thing until a day, open for more.
pub(super) struct Until<'a> {
    numbers: &'a mut [u32],
    ending: &'a mut u32,
}

impl Until<'_> {
    /// Adds some who will go on with this number, from 1.
    pub(super) fn put(&mut self, number: u8, count: u32) {
        self.numbers[usize::from(number) - 1] += count;
        *self.ending += count;
    }
}

impl Waits {
    pub(super) fn new(rooms: &Rooms) -> Self {
        let (days, width) = (rooms.days, rooms.width());
        let zeros = |n: usize| vec![0; n];
        Self {
            counts: zeros(days * width),
            ending: zeros(days * rooms.cells.len()),
            users: zeros(width),
            days,
        }
    }

    fn in_ring(&self, day: Day) -> usize {
        day.index().expect("a run starts on day 0") & (self.days - 1)
    }

    /// Where the waits of a cell that end on a day are counted together.
    fn ending(&self, cell: usize, day: Day) -> usize {
        self.ending.len() / self.days * self.in_ring(day) + cell
    }

    /// Where a cell's counts of a day begin.
    fn row(&self, room: &Room, day: Day) -> usize {
        self.users.len() * self.in_ring(day) + room.from
    }

    pub(super) fn put(&mut self, room: &Room, cell: usize, batch: Batch) {
        if batch.wait == Wait::User {
            self.users[room.from + room.column(batch.wait) + usize::from(batch.number) - 1] += batch.count;
        } else {
            self.begin(room, cell, batch.wait, batch.due).put(batch.number, batch.count);
        }
    }

    /// Where those of a cell are put who wait for one thing until a day, by number; not for a supplier.
    pub(super) fn begin(&mut self, room: &Room, cell: usize, wait: Wait, due: Day) -> Until<'_> {
        let (at, ending) = (self.row(room, due) + room.column(wait), self.ending(cell, due));
        Until { numbers: &mut self.counts[at..at + room.numbers(wait)], ending: &mut self.ending[ending] }
    }

    /// The next cell from `cell` on in which a wait ends today.
    pub(super) fn next_cell(&self, cell: usize, today: Day) -> Option<usize> {
        let cells =
            &self.ending[self.ending(cell, today)..self.ending(0, today) + self.ending.len() / self.days];
        // Most cells have none on most days: they are passed over sixteen at a time.
        let (chunks, _) = cells.as_chunks::<16>();
        let empty =
            16 * chunks.iter().take_while(|chunk| chunk.iter().fold(0, |any, n| any | n) == 0).count();
        cells[empty..].iter().position(|n| *n > 0).map(|ahead| cell + empty + ahead)
    }

    /// Takes all of a cell whose wait ends today, into `counts`; see [`Room::ended`].
    pub(super) fn take_due(&mut self, room: &Room, cell: usize, today: Day, counts: &mut Vec<u32>) {
        let (row, ending) = (self.row(room, today), self.ending(cell, today));
        take(&mut self.counts[row..row + room.width()], counts);
        self.ending[ending] = 0;
    }

    /// Takes all of a cell who wait for their supplier, into `counts`; see [`Room::ended`].
    pub(super) fn take_users(&mut self, room: &Room, counts: &mut Vec<u32>) {
        take(&mut self.users[room.from..room.end()], counts);
    }

    /// Takes all of a cell whose updates wait for their next try.
    pub(super) fn take_update_waits(&mut self, room: &Room, cell: usize, today: Day) -> u32 {
        let mut taken = 0;
        for ahead in (0..).take(self.days) {
            let due = today.plus(ahead);
            let (row, ending) = (self.row(room, due), self.ending(cell, due));
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
        let (mut left, columns) = (position, room.column(wait)..room.column(wait) + room.numbers(wait));
        let mut take = |counts: &mut [u32]| {
            for (column, count) in counts.iter_mut().enumerate() {
                if left < *count {
                    *count -= 1;
                    return Some(number(column));
                }
                left -= *count;
            }
            None
        };
        if wait == Wait::User {
            let users = &mut self.users[room.from..][columns];
            let number = take(users).expect("the position is below the lane's count");
            return Batch { due: today, wait, number, count: 1 };
        }
        for ahead in (0..).take(self.days) {
            let due = today.plus(ahead);
            let (row, ending) = (self.row(room, due), self.ending(cell, due));
            if let Some(number) = take(&mut self.counts[row..][columns.clone()]) {
                self.ending[ending] -= 1;
                return Batch { due, wait, number, count: 1 };
            }
        }
        unreachable!("the position is below the lane's count")
    }
}
