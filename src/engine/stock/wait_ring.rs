//! Installations that wait until a day: in each cell a ring of days, long enough for its longest wait, so that a day's
//! row is empty again before a later day needs it. Those who wait for their supplier stand apart, without a day.

use serde::{Deserialize, Serialize};

use crate::engine::snapshot::sparse;
use crate::engine::stock::substage;
use crate::model::{Day, Status};

/// What an installation waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Wait {
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
    pub(in crate::engine) fn lane(self) -> usize {
        match self {
            Self::UpdateWait => substage::FIRMWARE_WAIT,
            Self::Notice | Self::User => substage::NOTICE,
            Self::Retry => substage::RETRY_WAIT,
        }
    }

    /// What the installations of a status wait for that stand in a lane, if it is one of waits.
    pub(in crate::engine) fn in_lane(status: Status, lane: usize) -> Option<Self> {
        match (status, lane) {
            (Status::Dormant, substage::FIRMWARE_WAIT) => Some(Self::UpdateWait),
            (Status::Dormant, substage::NOTICE) => Some(Self::Notice),
            (Status::Active, substage::NOTICE) => Some(Self::User),
            (_, substage::RETRY_WAIT) => Some(Self::Retry),
            _ => None,
        }
    }
}

/// Some installations of a cell that wait for the same thing until the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Batch {
    /// The day; nothing for those who wait for their supplier.
    pub(in crate::engine) due: Day,
    pub(in crate::engine) wait: Wait,
    /// Number of the try or of the attempt, from 1.
    pub(in crate::engine) number: u8,
    pub(in crate::engine) count: u32,
}

/// Where one cell's counts stand in the row of a day, which holds those of all cells; does not change in a run. A
/// column for each wait and number.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Room {
    status: Status,
    from: usize,
    tries: usize,
    attempts: usize,
}

impl Room {
    /// The room of a cell behind those that end at `from`.
    pub(in crate::engine) fn new(status: Status, from: usize, tries: u8, attempts: u8) -> Self {
        Self { status, from, tries: tries.into(), attempts: attempts.into() }
    }

    /// Where the next cell's room begins.
    pub(in crate::engine) fn end(&self) -> usize {
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
    pub(in crate::engine) fn ended<'a>(&self, counts: &'a [u32], wait: Wait) -> &'a [u32] {
        &counts[self.column(wait)..][..self.numbers(wait)]
    }
}

/// The rooms of all cells, and how long their rings of days are.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Rooms {
    cells: Vec<Room>,
    /// Days of a ring: more than the longest wait of any cell, and a power of two, so that a day's row is a matter of bits.
    days: usize,
}

impl Rooms {
    /// Rooms that stand one behind another, for waits of at most `longest` days.
    pub(in crate::engine) fn new(cells: Vec<Room>, longest: usize) -> Self {
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

/// Cells whose bits stand in one word.
const CELLS: usize = u64::BITS as usize;

/// Empties a row into `counts`.
fn take(row: &mut [u32], counts: &mut Vec<u32>) {
    counts.resize(row.len(), 0);
    // Rows are short: to ask the system to copy and to clear them takes longer.
    counts.iter_mut().zip(row).for_each(|(taken, count)| *taken = std::mem::take(count));
}

/// The number that stands in a column.
fn number(column: usize) -> u8 {
    u8::try_from(column + 1).expect("attempts and tries have at most two digits")
}

/// How many wait, by day, cell, wait and number. Today's row is read in the order in which cells are, and so are those
/// that are written to: the same days ahead of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Waits {
    #[serde(with = "sparse")]
    counts: Vec<u32>,
    /// By day, a bit for each cell: whether a wait of anybody may end, whatever it is.
    due: Vec<u64>,
    /// Those who wait for their supplier, in the columns of their rooms.
    #[serde(with = "sparse")]
    users: Vec<u32>,
    days: usize,
}

/// Those of a cell who wait for one thing until a day, open for more.
pub(in crate::engine) struct Until<'a> {
    numbers: &'a mut [u32],
    cells: &'a mut u64,
    cell: u64,
}

impl Until<'_> {
    /// Adds some who will go on with this number, from 1.
    pub(in crate::engine) fn put(&mut self, number: u8, count: u32) {
        self.numbers[usize::from(number) - 1] += count;
        *self.cells |= self.cell;
    }
}

impl Waits {
    pub(in crate::engine) fn new(rooms: &Rooms) -> Self {
        let (days, width) = (rooms.days, rooms.width());
        let zeros = |n: usize| vec![0; n];
        let due = vec![0; days * rooms.cells.len().div_ceil(CELLS)];
        Self { counts: zeros(days * width), due, users: zeros(width), days }
    }

    /// Whether rings and columns are as long as those of a fresh run.
    pub(in crate::engine) fn check_lengths(&self, fresh: &Self) -> Result<(), String> {
        let of = |waits: &Self| [waits.counts.len(), waits.due.len(), waits.users.len(), waits.days];
        let (found, expected) = (of(self), of(fresh));
        if found == expected {
            Ok(())
        } else {
            Err(format!("rings of waits have lengths {found:?}, expected {expected:?}"))
        }
    }

    /// Bytes of its rings.
    pub(in crate::engine) fn bytes(&self) -> usize {
        size_of_val(self.counts.as_slice()) + size_of_val(self.users.as_slice())
    }

    /// How many of a cell wait for one thing, until any day.
    pub(in crate::engine) fn of_cell(&self, room: &Room, wait: Wait) -> u64 {
        let columns = room.from + room.column(wait)..room.from + room.column(wait) + room.numbers(wait);
        let sum = |row: &[u32]| row[columns.clone()].iter().map(|n| u64::from(*n)).sum::<u64>();
        match wait {
            Wait::User => sum(&self.users),
            _ => self.counts.chunks(self.users.len().max(1)).map(sum).sum(),
        }
    }

    /// Whether every cell of which anybody's wait ends on a day is marked on it, and no cell is that there is not.
    pub(in crate::engine) fn check_due(&self, rooms: &Rooms) -> Result<(), String> {
        let words = self.words();
        for (day, row) in self.counts.chunks(self.users.len().max(1)).enumerate() {
            for (cell, room) in rooms.cells.iter().enumerate() {
                let marked = self.due[day * words + cell / CELLS] >> (cell % CELLS) & 1 == 1;
                if !marked && row[room.from..room.end()].iter().any(|n| *n > 0) {
                    return Err(format!("cell {cell} has waits that no day ends"));
                }
            }
            let beyond = rooms.cells.len() % CELLS;
            if beyond > 0 && self.due[(day + 1) * words - 1] >> beyond != 0 {
                return Err("waits are marked of a cell that there is not".to_owned());
            }
        }
        Ok(())
    }

    fn in_ring(&self, day: Day) -> usize {
        day.index().expect("a run starts on day 0") & (self.days - 1)
    }

    /// The word whose bits say of some cells, from the `from`th word of cells on, whether a wait may end on a day.
    fn word(&self, from: usize, day: Day) -> usize {
        self.words() * self.in_ring(day) + from
    }

    /// Words of a day.
    pub(in crate::engine) fn words(&self) -> usize {
        self.due.len() / self.days
    }

    /// Where a cell's counts of a day begin.
    fn row(&self, room: &Room, day: Day) -> usize {
        self.users.len() * self.in_ring(day) + room.from
    }

    pub(in crate::engine) fn put(&mut self, room: &Room, cell: usize, batch: Batch) {
        if batch.wait == Wait::User {
            self.users[room.from + room.column(batch.wait) + usize::from(batch.number) - 1] += batch.count;
        } else {
            self.begin(room, cell, batch.wait, batch.due).put(batch.number, batch.count);
        }
    }

    /// Where those of a cell are put who wait for one thing until a day, by number; not for a supplier.
    pub(in crate::engine) fn begin(&mut self, room: &Room, cell: usize, wait: Wait, due: Day) -> Until<'_> {
        let (at, word) = (self.row(room, due) + room.column(wait), self.word(cell / CELLS, due));
        Until {
            numbers: &mut self.counts[at..at + room.numbers(wait)],
            cells: &mut self.due[word],
            cell: 1 << (cell % CELLS),
        }
    }

    /// The cells in which a wait may end today, in order, out of one word of them; the word is empty then.
    pub(in crate::engine) fn take_cells(
        &mut self,
        word: usize,
        today: Day,
    ) -> impl Iterator<Item = usize> + use<> {
        let at = self.word(word, today);
        let mut left = std::mem::take(&mut self.due[at]);
        std::iter::from_fn(move || {
            let next = (left != 0).then(|| word * CELLS + left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            next
        })
    }

    /// Takes all of a cell whose wait ends today, into `counts`; see [`Room::ended`].
    pub(in crate::engine) fn take_due(&mut self, room: &Room, today: Day, counts: &mut Vec<u32>) {
        let row = self.row(room, today);
        take(&mut self.counts[row..row + room.width()], counts);
    }

    /// Takes all of a cell who wait for their supplier, into `counts`; see [`Room::ended`].
    pub(in crate::engine) fn take_users(&mut self, room: &Room, counts: &mut Vec<u32>) {
        take(&mut self.users[room.from..room.end()], counts);
    }

    /// Takes all of a cell whose updates wait for their next try.
    pub(in crate::engine) fn take_update_waits(&mut self, room: &Room, today: Day) -> u32 {
        let mut taken = 0;
        for ahead in (0..).take(self.days) {
            let row = self.row(room, today.plus(ahead));
            taken += self.counts[row..row + room.tries].iter_mut().map(std::mem::take).sum::<u32>();
        }
        taken
    }

    /// Takes one installation of a cell out of a wait: the one at `position` by day, then number.
    pub(in crate::engine) fn take_one(
        &mut self,
        room: &Room,
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
            let row = self.row(room, due);
            if let Some(number) = take(&mut self.counts[row..][columns.clone()]) {
                return Batch { due, wait, number, count: 1 };
            }
        }
        unreachable!("the position is below the lane's count")
    }
}
