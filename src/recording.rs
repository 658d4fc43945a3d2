//! Days of allocation recorded from real runs, with their answers: what a change of the allocator is replayed against.
//! Start at [`Recording::of`] and [`Recording::replay`].

use serde::{Deserialize, Serialize};

use crate::allocate::{Allocator, Credits, Grants, Leaf, Limit, OwnedDay, Queued, Rules, Shape, verify};
use crate::engine::Account;
use crate::model::{Model, Status};

const SCHEMA: &str = "dormouse-recording";
const VERSION: u32 = 1;

/// A recording as a file keeps it.
#[derive(Serialize, Deserialize)]
struct Stored<R> {
    schema: String,
    version: u32,
    recording: R,
}

/// Why a text is no recording.
#[derive(Debug, thiserror::Error)]
pub enum NotARecording {
    /// It does not read as one.
    #[error("it is not a recording that this version of dormouse wrote: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It says that it is something else.
    #[error("it is `{schema}` version {version}, expected `{SCHEMA}` version {VERSION}")]
    Other {
        /// What it says it is.
        schema: String,
        /// And of which version.
        version: u32,
    },
}

/// Days of one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// Name of the scenario.
    pub scenario: String,
    /// Its rules of sharing.
    pub rules: Rules,
    /// Names of its groups.
    pub groups: Vec<String>,
    /// Names of its suppliers.
    pub suppliers: Vec<String>,
    /// Cohorts declared, by group.
    n_cohorts: Vec<usize>,
    /// Group, supplier and cohort within the group of every place.
    leaves: Vec<(usize, usize, usize)>,
    /// The days, in order.
    pub days: Vec<RecordedDay>,
}

/// One day: what was given, and what came of it. Counts are \[installations\].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedDay {
    /// The date, for people.
    pub date: String,
    turn: u32,
    programme: Option<u32>,
    groups: Vec<u32>,
    /// Position of a branch, its limit, and whether that covers both statuses.
    limits: Vec<(usize, u32, bool)>,
    dmin: u32,
    /// Ramp-up limits, as [`OwnedDay::cohorts`].
    cohorts: Vec<u32>,
    /// Position of a supplier, its limit over all groups, and whether that covers both statuses.
    suppliers: Vec<(usize, u32, bool)>,
    /// Since, place, status and count, as [`OwnedDay::queue`].
    queue: Vec<(i32, u32, Status, u32)>,
    credits: Credits,
    /// Place, status, demand and slots of every cell with demand.
    cells: Vec<(usize, Status, u32, u32)>,
}

/// What a replay found on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Slots now less slots recorded, by supplier \[installations\].
    pub moved: Vec<i64>,
    /// Cells whose slots differ.
    pub cells: usize,
    /// What the checker of certificates has against it.
    pub broken: Option<String>,
}

impl Recording {
    /// A recording of some days of a scenario.
    ///
    /// # Panics
    /// When there is no day, for then nothing is known of the tree.
    #[must_use]
    pub fn of(model: &Model, accounts: &[Account]) -> Self {
        let first = accounts.first().expect("a recording has a day");
        Self {
            scenario: model.name.clone(),
            rules: first.rules,
            groups: model.groups.iter().map(|group| group.name.clone()).collect(),
            suppliers: model.suppliers.iter().map(|supplier| supplier.name.clone()).collect(),
            n_cohorts: first.shape.cohorts_by_group().collect(),
            leaves: first
                .shape
                .leaves()
                .iter()
                .map(|leaf| (leaf.group, leaf.supplier, leaf.cohort))
                .collect(),
            days: accounts.iter().map(|account| RecordedDay::of(model, account)).collect(),
        }
    }

    /// The text of its file.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let stored = Stored { schema: SCHEMA.to_owned(), version: VERSION, recording: self };
        Ok(serde_json::to_string(&stored)? + "\n")
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Says why it is no recording.
    pub fn from_json(text: &str) -> Result<Self, NotARecording> {
        let Stored { schema, version, recording } = serde_json::from_str(text)?;
        if (schema.as_str(), version) == (SCHEMA, VERSION) {
            Ok(recording)
        } else {
            Err(NotARecording::Other { schema, version })
        }
    }

    /// The tree that its days run down.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let leaf = |&(group, supplier, cohort): &(usize, usize, usize)| Leaf { group, supplier, cohort };
        Shape::new(self.leaves.iter().map(leaf).collect(), &self.n_cohorts, self.suppliers.len())
    }

    /// Shares every day out again with an allocator of these rules, and compares slot for slot.
    #[must_use]
    pub fn replay(&self, rules: Rules) -> Vec<Replayed> {
        let shape = self.shape();
        let mut allocator = Allocator::new(shape.clone(), rules);
        let mut grants = Grants::default();
        let replay = |day: &RecordedDay| {
            let opened = day.opened(&shape);
            allocator.set_credits(day.credits.clone());
            allocator.allocate(&opened.day(), &mut grants);
            let broken = verify(&shape, &rules, &opened.day(), &grants).err();
            let mut replayed = Replayed { moved: vec![0; self.suppliers.len()], cells: 0, broken };
            for &(place, status, _, slots) in &day.cells {
                let now = [&grants.dormant, &grants.active][status as usize][place];
                replayed.moved[self.leaves[place].1] += i64::from(now) - i64::from(slots);
                replayed.cells += usize::from(now != slots);
            }
            replayed
        };
        self.days.iter().map(replay).collect()
    }
}

impl RecordedDay {
    fn of(model: &Model, account: &Account) -> Self {
        let today = &account.today;
        let limits = |limits: &[Option<Limit>]| {
            let some = limits.iter().enumerate().filter_map(|(at, limit)| limit.map(|l| (at, l)));
            some.map(|(at, limit)| (at, limit.per_day, limit.covers_both)).collect()
        };
        let demand = [&today.dormant, &today.active];
        let slots = [&account.grants.dormant, &account.grants.active];
        let cells = (0..account.places.len()).flat_map(|place| {
            Status::ALL.map(|status| {
                let row = status as usize;
                (place, status, demand[row][place], slots[row][place])
            })
        });
        Self {
            date: model.calendar.date(account.day).to_string(),
            turn: today.turn,
            programme: today.programme,
            groups: today.groups.clone(),
            limits: limits(&today.limits),
            dmin: today.dmin,
            cohorts: today.cohorts.clone(),
            suppliers: limits(&today.suppliers),
            queue: today.queue.iter().map(|q| (q.since, q.place, q.status, q.count)).collect(),
            credits: account.credits.clone(),
            cells: cells.filter(|(_, _, demand, _)| *demand > 0).collect(),
        }
    }

    /// The day with every place, branch and supplier in its column.
    #[must_use]
    pub fn opened(&self, shape: &Shape) -> OwnedDay {
        let mut demand = [vec![0; shape.n_places()], vec![0; shape.n_places()]];
        for &(place, status, wanted, _) in &self.cells {
            demand[status as usize][place] = wanted;
        }
        let columns = |limits: &[(usize, u32, bool)], n: usize| {
            let mut all = vec![None; n];
            for &(at, per_day, covers_both) in limits {
                all[at] = Some(Limit { per_day, covers_both });
            }
            all
        };
        let queued =
            |&(since, place, status, count): &(i32, u32, Status, u32)| Queued { since, place, status, count };
        let [dormant, active] = demand;
        OwnedDay {
            turn: self.turn,
            programme: self.programme,
            groups: self.groups.clone(),
            limits: columns(&self.limits, shape.branches().count()),
            dmin: self.dmin,
            dormant,
            active,
            cohorts: self.cohorts.clone(),
            suppliers: columns(&self.suppliers, self.suppliers.last().map_or(0, |last| last.0 + 1)),
            queue: self.queue.iter().map(queued).collect(),
        }
    }

    /// Credit carried from earlier days.
    #[must_use]
    pub fn credits(&self) -> &Credits {
        &self.credits
    }
}
