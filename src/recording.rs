//! Days of allocation recorded from runs, with their slots. A changed allocator is compared with them. Start at
//! [`Recording::of`] and [`Recording::replay`].

use serde::{Deserialize, Serialize};

use crate::allocate::{Allocator, Credits, Grants, Leaf, Limit, OwnedDay, Queued, Rules, Shape, verify};
use crate::engine::Account;
use crate::model::{DormantPriority, Model, Status};

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
    /// It is another format.
    #[error("it is `{schema}` version {version}, expected `{SCHEMA}` version {VERSION}")]
    Other {
        /// The name of the format.
        schema: String,
        /// The version of the format.
        version: u32,
    },
    /// Its parts do not fit each other.
    #[error("its parts do not fit each other: {0}; record again")]
    Inconsistent(String),
}

/// Most cohorts and suppliers of a recording, each.
const MOST_NAMES: usize = 1 << 20;
/// All of a limit \[parts in a million\].
const ALL_PPM: u32 = 1_000_000;

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

/// The result of a replay for one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Slots now minus slots recorded, by supplier \[installations\].
    pub moved: Vec<i64>,
    /// Number of cells with other slots.
    pub cells: usize,
    /// The fault found by the checker of certificates; `None` if the certificate holds.
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
        let Stored::<Self> { schema, version, recording } = serde_json::from_str(text)?;
        if (schema.as_str(), version) != (SCHEMA, VERSION) {
            return Err(NotARecording::Other { schema, version });
        }
        recording.check().map_err(NotARecording::Inconsistent)?;
        Ok(recording)
    }

    /// Whether every length and every position fits the others, so that nothing is looked up that is not there.
    fn check(&self) -> Result<(), String> {
        let names = [&self.scenario].into_iter().chain(&self.groups).chain(&self.suppliers);
        let mut texts = names.chain(self.days.iter().map(|day| &day.date));
        if let Some(text) = texts.find(|text| text.chars().any(char::is_control)) {
            return Err(format!("a control character in the name {text:?}"));
        }
        if self.n_cohorts.len() != self.groups.len() {
            return Err(format!(
                "`n_cohorts` is of {} groups, `groups` names {}",
                self.n_cohorts.len(),
                self.groups.len()
            ));
        }
        let cohorts = self.n_cohorts.iter().try_fold(0_usize, |all, n| all.checked_add(*n));
        let n_cohorts = cohorts.filter(|n| *n <= MOST_NAMES);
        let claimants = n_cohorts.and_then(|n| n.checked_mul(2 * self.suppliers.len().max(1)));
        let Some(n_cohorts) = n_cohorts.filter(|_| claimants.is_some_and(|n| u32::try_from(n).is_ok()))
        else {
            return Err(format!(
                "`n_cohorts` declares more cohorts than can be shared among, {:?}",
                self.n_cohorts
            ));
        };
        if let DormantPriority::UpToShare { ppm } = self.rules.dormant_priority
            && ppm > ALL_PPM
        {
            return Err(format!("a share of {ppm} parts in a million"));
        }
        for (at, &(group, supplier, cohort)) in self.leaves.iter().enumerate() {
            let declared = self.n_cohorts.get(group).is_some_and(|n| cohort < *n);
            if !declared || supplier >= self.suppliers.len() {
                return Err(format!(
                    "`leaves[{at}]` is of group {group}, supplier {supplier}, cohort {cohort}, counted from 0; \
                     there are {} groups, {} suppliers and by group {:?} cohorts",
                    self.groups.len(),
                    self.suppliers.len(),
                    self.n_cohorts
                ));
            }
        }
        if let Some(at) = self.leaves.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(format!("`leaves[{}]` is not behind the leaf before it", at + 1));
        }
        if self.days.is_empty() {
            return Err("it has no day".to_owned());
        }
        let shape = self.shape();
        for (at, day) in self.days.iter().enumerate() {
            day.check(&shape, (self.groups.len(), n_cohorts, self.suppliers.len()))
                .map_err(|what| format!("`days[{at}]`, {}: {what}", day.date))?;
        }
        Ok(())
    }

    /// The tree that its days run down.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let leaf = |&(group, supplier, cohort): &(usize, usize, usize)| Leaf { group, supplier, cohort };
        Shape::new(self.leaves.iter().map(leaf).collect(), &self.n_cohorts, self.suppliers.len())
    }

    /// Demand of each supplier over all days \[installations\].
    #[must_use]
    pub fn demand(&self) -> Vec<u64> {
        let mut demand = vec![0; self.suppliers.len()];
        for (place, _, wanted, _) in self.days.iter().flat_map(|day| &day.cells) {
            demand[self.leaves[*place].1] += u64::from(*wanted);
        }
        demand
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
            let broken = broken.map(|unproven| unproven.named(&self.groups, &self.suppliers));
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

    /// Whether its columns are of this tree.
    fn check(
        &self,
        shape: &Shape,
        (n_groups, n_cohorts, n_suppliers): (usize, usize, usize),
    ) -> Result<(), String> {
        if self.groups.len() != n_groups {
            return Err(format!("{} limits of groups, expected {n_groups}", self.groups.len()));
        }
        if ![0, n_cohorts].contains(&self.cohorts.len()) {
            return Err(format!("{} limits of cohorts, expected none or {n_cohorts}", self.cohorts.len()));
        }
        let branches: Vec<(usize, usize)> = shape.branches().collect();
        rising("limits", self.limits.iter().map(|limit| limit.0), branches.len())?;
        rising("suppliers", self.suppliers.iter().map(|limit| limit.0), n_suppliers)?;
        for &(branch, _, covers_both) in &self.limits {
            let supplier = branches[branch].1;
            if covers_both && self.suppliers.iter().any(|(at, _, both)| *at == supplier && !both) {
                return Err(format!(
                    "supplier {supplier} has a limit over both statuses in a group and one over Active alone over all"
                ));
            }
        }
        let cells = self.cells.iter().map(|&(place, status, ..)| 2 * place + status as usize);
        if self.cells.iter().any(|(place, ..)| *place >= shape.n_places()) {
            return Err(format!("`cells` names a place beyond the {} there are", shape.n_places()));
        }
        rising("cells", cells, 2 * shape.n_places())?;
        let demand: u64 = self.cells.iter().map(|(_, _, demand, _)| u64::from(*demand)).sum();
        if u32::try_from(demand).is_err() {
            return Err(format!("a demand of {demand} in all, which is 2^32 or more"));
        }
        if let Some((place, ..)) = self.cells.iter().find(|(_, _, demand, slots)| slots > demand) {
            return Err(format!("place {place} got more slots than it demands"));
        }
        if self.queue.iter().any(|(_, place, ..)| *place as usize >= shape.n_places()) {
            return Err(format!("`queue` names a place beyond the {} there are", shape.n_places()));
        }
        let order = |&(since, place, status, _): &(i32, u32, Status, u32)| (since, place, status as u8);
        if !self.queue.is_sorted_by_key(order) {
            return Err("`queue` is not in order of day, place and status".to_owned());
        }
        self.credits.check(shape)
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

/// Whether positions rise and stay below `n`.
fn rising(name: &str, positions: impl Iterator<Item = usize> + Clone, n: usize) -> Result<(), String> {
    if let Some(beyond) = positions.clone().find(|at| *at >= n) {
        return Err(format!("`{name}` names position {beyond}, counted from 0; there are {n}"));
    }
    if positions.is_sorted_by(|a, b| a < b) {
        Ok(())
    } else {
        Err(format!("`{name}` names a position twice, or not in order"))
    }
}
