//! Installations that wait until a day: a ring of days with a count for each cell, wait and number, long enough for the longest wait, so that
//! a day's row is empty again before a later day needs it. Each day has lists of where in its row anybody is, so that the end of a wait is
//! replayed without a search. Those who wait for their supplier stand apart, without a day.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::engine::setup::branchless_vec::BranchlessVec;
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
    /// The next attempt.
    Retry,
    /// Its supplier to become a DCC user.
    User,
}

impl Wait {
    /// Those that end on a known day, in their order and that of their columns.
    pub(in crate::engine) const UNTIL_A_DAY: [Self; 3] = [Self::UpdateWait, Self::Notice, Self::Retry];

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
pub(in crate::engine) struct Waiting {
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
pub(in crate::engine) struct WaitColumns {
    status: Status,
    /// The column of number 1, by kind of wait.
    first: [usize; 4],
    tries: usize,
    attempts: usize,
}

impl WaitColumns {
    /// The columns of a cell behind those that end at `from`.
    pub(in crate::engine) fn new(status: Status, from: usize, tries: u8, attempts: u8) -> Self {
        let (tries, attempts) = (usize::from(tries), usize::from(attempts));
        let first = match status {
            Status::Dormant => [from, from + tries, from + tries + attempts, from],
            Status::Active => [from; 4],
        };
        Self { status, first, tries, attempts }
    }

    /// Where the next cell's columns begin.
    pub(in crate::engine) fn end(&self) -> usize {
        self.first[Wait::Retry as usize] + self.attempts
    }

    /// Where those of a wait with a number from 1 stand in the row of a day.
    #[inline]
    pub(in crate::engine) fn at(&self, wait: Wait, number: u8) -> usize {
        self.first[wait as usize] + usize::from(number) - 1
    }

    /// Where those of a wait stand, whatever their number.
    fn columns(&self, wait: Wait) -> Range<usize> {
        let first = self.first[wait as usize];
        first..first + if wait == Wait::UpdateWait { self.tries } else { self.attempts }
    }

    /// What those of the cell may wait for until a day.
    fn waits(&self) -> &'static [Wait] {
        if self.status == Status::Dormant { &Wait::UNTIL_A_DAY } else { &Wait::UNTIL_A_DAY[2..] }
    }
}

/// Whose count stands at a place of a day's row.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Waiter {
    pub(in crate::engine) cell: u32,
    /// Number of the try or of the attempt, from 1.
    pub(in crate::engine) number: u8,
}

/// The columns of all cells, and how long their rings of days are.
#[derive(Clone, Debug)]
pub(in crate::engine) struct WaitLayout {
    cells: Vec<WaitColumns>,
    /// By place in the row of a day.
    waiters: Vec<Waiter>,
    /// Days of a ring: more than the longest wait of any cell, and a power of two, so that a day's row is a matter of bits.
    days: usize,
}

impl WaitLayout {
    /// Columns that stand one behind another, for waits of at most `longest` days.
    pub(in crate::engine) fn new(cells: Vec<WaitColumns>, longest: usize) -> Self {
        let mut waiters = Vec::with_capacity(cells.last().map_or(0, WaitColumns::end));
        for (cell, columns) in (0..).zip(&cells) {
            for wait in columns.waits() {
                waiters
                    .extend((1..).take(columns.columns(*wait).len()).map(|number| Waiter { cell, number }));
            }
        }
        Self { cells, waiters, days: (longest + 1).next_power_of_two() }
    }

    /// Whose count stands at a place of a day's row.
    pub(in crate::engine) fn waiter(&self, at: u32) -> Waiter {
        self.waiters[at as usize]
    }

    /// Counts of a day.
    fn width(&self) -> usize {
        self.cells.last().map_or(0, WaitColumns::end)
    }
}

impl std::ops::Index<usize> for WaitLayout {
    type Output = WaitColumns;

    fn index(&self, cell: usize) -> &WaitColumns {
        &self.cells[cell]
    }
}

/// The number that stands in a column.
fn number(column: usize) -> u8 {
    u8::try_from(column + 1).expect("attempts and tries have at most two digits")
}

/// How many wait, by day, cell, wait and number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct Waits {
    #[serde(with = "sparse")]
    counts: Vec<u32>,
    /// By day and kind of wait, where in the day's row anybody may be: each place once, unless it was emptied in between. Follows from
    /// `counts`, so that no file holds it.
    #[serde(skip)]
    lists: Vec<BranchlessVec<u32>>,
    /// All of a day's row, kept apart from it: a list that misses anybody is found out on that day.
    until: Vec<u32>,
    /// Those who wait for their supplier, in the columns of their cells.
    #[serde(with = "sparse")]
    users: Vec<u32>,
    days: usize,
}

/// Those who wait for one thing until a day, open for more.
pub(in crate::engine) struct Until<'a> {
    row: &'a mut [u32],
    list: &'a mut BranchlessVec<u32>,
    all: &'a mut u32,
}

impl Until<'_> {
    /// Adds some, or nobody, at a place of the row; see [`WaitColumns::at`].
    #[inline]
    pub(in crate::engine) fn put(&mut self, at: usize, count: u32) {
        let kept = &mut self.row[at];
        #[expect(clippy::cast_possible_truncation, reason = "places of a row are few")]
        #[expect(clippy::needless_bitwise_bool, reason = "no turn to guess")]
        self.list.add(at as u32, (*kept == 0) & (count > 0));
        *kept += count;
        *self.all += count;
    }
}

/// A day of the ring.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::engine) struct RingDay(u32);

impl Waits {
    pub(in crate::engine) fn new(wait_columns: &WaitLayout) -> Self {
        let (days, width) = (wait_columns.days, wait_columns.width());
        let zeros = |n: usize| vec![0; n];
        let mut waits = Self {
            counts: zeros(days * width),
            lists: Vec::new(),
            until: zeros(days),
            users: zeros(width),
            days,
        };
        waits.clear_lists();
        waits
    }

    /// Whether rings and columns are as long as those of a fresh run.
    pub(in crate::engine) fn check_lengths(&self, fresh: &Self) -> Result<(), String> {
        let of = |waits: &Self| [waits.counts.len(), waits.until.len(), waits.users.len(), waits.days];
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

    /// Forgets where in the rows anybody is; see [`Self::make_lists`].
    pub(in crate::engine) fn clear_lists(&mut self) {
        self.lists = vec![BranchlessVec::default(); self.days * Wait::UNTIL_A_DAY.len()];
    }

    /// Looks up where in the rows anybody is.
    pub(in crate::engine) fn make_lists(&mut self, wait_columns: &WaitLayout) {
        self.clear_lists();
        for (day, row) in self.counts.chunks(self.users.len().max(1)).enumerate() {
            for columns in &wait_columns.cells {
                for wait in columns.waits() {
                    for at in columns.columns(*wait) {
                        let place = u32::try_from(at).expect("places of a row are few");
                        self.lists[day * Wait::UNTIL_A_DAY.len() + *wait as usize].add(place, row[at] > 0);
                    }
                }
            }
        }
    }

    /// How many of a cell wait for one thing, until any day.
    pub(in crate::engine) fn of_cell(&self, columns: &WaitColumns, wait: Wait) -> u64 {
        let columns = columns.columns(wait);
        let sum = |row: &[u32]| row[columns.clone()].iter().map(|n| u64::from(*n)).sum::<u64>();
        match wait {
            Wait::User => sum(&self.users),
            _ => self.counts.chunks(self.users.len().max(1)).map(sum).sum(),
        }
    }

    /// Those of a cell who wait for one thing, until any day, by number.
    pub(in crate::engine) fn by_number(&self, columns: &WaitColumns, wait: Wait) -> Vec<u32> {
        let columns = columns.columns(wait);
        if wait == Wait::User {
            return self.users[columns].to_vec();
        }
        let mut all = vec![0; columns.len()];
        for row in self.counts.chunks(self.users.len().max(1)) {
            all.iter_mut().zip(&row[columns.clone()]).for_each(|(all, n)| *all += n);
        }
        all
    }

    /// Whether all of each day are as many as kept apart.
    pub(in crate::engine) fn check_days(&self) -> Result<(), String> {
        let rows = self.counts.chunks(self.users.len().max(1));
        let sum = |row: &[u32]| row.iter().map(|n| u64::from(*n)).sum::<u64>();
        match rows.zip(&self.until).position(|(row, until)| sum(row) != u64::from(*until)) {
            None => Ok(()),
            Some(day) => Err(format!("other waits end on day {day} of the ring than are kept")),
        }
    }

    pub(in crate::engine) fn ring_day(&self, day: Day) -> RingDay {
        let day = day.index().expect("a run starts on day 0") & (self.days - 1);
        RingDay(u32::try_from(day).expect("a ring is short"))
    }

    pub(in crate::engine) fn put(&mut self, columns: &WaitColumns, waiting: Waiting) {
        let at = columns.at(waiting.wait, waiting.number);
        if waiting.wait == Wait::User {
            self.users[at] += waiting.count;
        } else {
            self.until(waiting.wait, self.ring_day(waiting.due)).put(at, waiting.count);
        }
    }

    /// A wait until a day, open for more.
    pub(in crate::engine) fn until(&mut self, wait: Wait, until: RingDay) -> Until<'_> {
        let (day, width) = (until.0 as usize, self.users.len());
        Until {
            row: &mut self.counts[day * width..(day + 1) * width],
            list: &mut self.lists[day * Wait::UNTIL_A_DAY.len() + wait as usize],
            all: &mut self.until[day],
        }
    }

    /// Takes all whose wait for one thing ends today, as places of the row and how many; returns the sum.
    pub(in crate::engine) fn take_due(&mut self, wait: Wait, today: Day, ended: &mut Vec<(u32, u32)>) -> u32 {
        let day = self.ring_day(today).0 as usize;
        let width = self.users.len();
        let row = &mut self.counts[day * width..(day + 1) * width];
        let list = &mut self.lists[day * Wait::UNTIL_A_DAY.len() + wait as usize];
        ended.clear();
        ended.extend(list.items().iter().map(|at| (*at, std::mem::take(&mut row[*at as usize]))));
        list.clear();
        ended.iter().map(|(_, n)| n).sum()
    }

    /// Whether as many waits ended today as there were; nobody's does after that.
    pub(in crate::engine) fn check_taken(&mut self, today: Day, taken: u32) -> Result<(), String> {
        let day = self.ring_day(today).0 as usize;
        match std::mem::take(&mut self.until[day]) {
            until if until == taken => Ok(()),
            until => Err(format!("{until} waits end, and {taken} were found")),
        }
    }

    /// Takes all of a cell who wait for their supplier, by number.
    pub(in crate::engine) fn take_users(
        &mut self,
        columns: &WaitColumns,
    ) -> impl Iterator<Item = (u8, u32)> + use<'_> {
        (1..).zip(self.users[columns.columns(Wait::User)].iter_mut().map(std::mem::take))
    }

    /// Takes all of a cell whose updates wait for their next try.
    pub(in crate::engine) fn take_update_waits(&mut self, columns: &WaitColumns) -> u32 {
        let rows = self.counts.chunks_mut(self.users.len().max(1)).zip(&mut self.until);
        let of_days = rows.map(|(row, until)| {
            let taken: u32 = row[columns.columns(Wait::UpdateWait)].iter_mut().map(std::mem::take).sum();
            *until -= taken;
            taken
        });
        of_days.sum()
    }

    /// Takes one installation of a cell out of a wait: the one at `position` by day, then number.
    pub(in crate::engine) fn take_one(
        &mut self,
        columns: &WaitColumns,
        wait: Wait,
        today: Day,
        position: u32,
    ) -> Waiting {
        let (mut left, columns) = (position, columns.columns(wait));
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
            let number = take(&mut self.users[columns]).expect("the position is below the lane's count");
            return Waiting { due: today, wait, number, count: 1 };
        }
        for ahead in (0..).take(self.days) {
            let due = today.plus(ahead);
            let day = self.ring_day(due).0 as usize;
            if let Some(number) = take(&mut self.counts[self.users.len() * day..][columns.clone()]) {
                self.until[day] -= 1;
                return Waiting { due, wait, number, count: 1 };
            }
        }
        unreachable!("the position is below the lane's count")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_columns() -> WaitLayout {
        let dormant = WaitColumns::new(Status::Dormant, 0, 2, 3);
        let active = WaitColumns::new(Status::Active, dormant.end(), 2, 3);
        WaitLayout::new(vec![dormant, active], 14)
    }

    fn waiting(wait: Wait, due: i32, number: u8, count: u32) -> Waiting {
        Waiting { due: Day(due), wait, number, count }
    }

    #[test]
    fn waits_end_on_their_day_with_their_cell_and_number_and_once() {
        let wait_columns = wait_columns();
        let mut waits = Waits::new(&wait_columns);
        waits.put(&wait_columns[0], waiting(Wait::Retry, 20, 2, 5));
        waits.put(&wait_columns[0], waiting(Wait::Retry, 20, 2, 2));
        waits.put(&wait_columns[1], waiting(Wait::Retry, 20, 3, 4));
        waits.put(&wait_columns[0], waiting(Wait::Notice, 20, 1, 1));
        waits.put(&wait_columns[0], waiting(Wait::UpdateWait, 21, 2, 9));
        assert_eq!(waits.take_one(&wait_columns[0], Wait::Retry, Day(8), 6), waiting(Wait::Retry, 20, 2, 1));
        let mut again: Waits = serde_json::from_value(serde_json::to_value(&waits).unwrap()).unwrap();
        again.make_lists(&wait_columns);
        for waits in [&mut waits, &mut again] {
            let mut ended = Vec::new();
            assert_eq!(waits.take_due(Wait::Retry, Day(20), &mut ended), 10);
            let found: Vec<_> = ended.iter().map(|(at, n)| (wait_columns.waiter(*at), *n)).collect();
            let found: Vec<_> = found.iter().map(|(who, n)| (who.cell, who.number, *n)).collect();
            assert_eq!(found, [(0, 2, 6), (1, 3, 4)]);
            assert_eq!(waits.take_due(Wait::Notice, Day(20), &mut ended), 1);
            assert_eq!(waits.take_due(Wait::UpdateWait, Day(20), &mut ended), 0);
            assert_eq!(waits.check_taken(Day(20), 11), Ok(()));
            assert_eq!(waits.take_due(Wait::Retry, Day(20), &mut ended), 0);
            assert_eq!(waits.take_update_waits(&wait_columns[0]), 9);
            assert_eq!(waits.check_days(), Ok(()));
        }
    }

    #[test]
    fn a_wait_that_its_list_misses_is_found_out_on_its_day() {
        let wait_columns = wait_columns();
        let mut waits = Waits::new(&wait_columns);
        waits.put(&wait_columns[0], waiting(Wait::Retry, 3, 2, 5));
        waits.put(&wait_columns[1], waiting(Wait::Retry, 3, 2, 4));
        waits.clear_lists();
        waits.put(&wait_columns[0], waiting(Wait::Retry, 3, 1, 1));
        let taken = waits.take_due(Wait::Retry, Day(3), &mut Vec::new());
        let what = waits.check_taken(Day(3), taken).unwrap_err();
        assert_eq!(what, "10 waits end, and 1 were found");
    }
}
