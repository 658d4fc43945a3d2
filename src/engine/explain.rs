//! One day's allocation with all that it was worked out from, for whoever has to explain it.

mod first_ready;
mod limits;
mod more;

pub use first_ready::Layer;
pub use limits::{LimitUse, Scope};
pub use more::More;

use super::{Run, Violation};
use crate::allocate::{Bound, Credits, Grants, OwnedDay, Rules, Shape};
use crate::model::{Day, Model, Place, Status};
use crate::trace::{DayRecord, GroupDay, Movement};

/// A migration day's allocation. Columns follow the places, branches and groups of the [`Shape`].
#[derive(Clone, Debug)]
pub struct Account {
    /// The day.
    pub day: Day,
    /// The tree.
    pub shape: Shape,
    /// The rules.
    pub rules: Rules,
    /// The model's place of each place of the tree.
    pub places: Vec<Place>,
    /// The day as the allocator saw it.
    pub today: OwnedDay,
    /// Who got what, and why.
    pub grants: Grants,
    /// The most that demand could use.
    pub bound: Bound,
    /// The day as it was recorded.
    pub record: DayRecord,
    /// Its groups as they were recorded.
    pub groups: Vec<GroupDay>,
    /// Its slots as they were recorded.
    pub movements: Vec<Movement>,
    /// Credit carried from earlier days.
    pub credits: Credits,
}

/// Runs a replication up to and through a day, and gives that day's allocation; `None` where it was no migration day.
///
/// # Errors
/// When a conservation check fails.
///
/// # Panics
/// When the day lies outside the run.
pub fn account(model: &Model, replication: u32, day: Day) -> Result<Option<Account>, Violation> {
    Ok(accounts(model, replication, &[day])?.pop())
}

/// Runs a replication through the last of these days, in rising order, and gives the allocation of each that was a
/// migration day.
///
/// # Errors
/// When a conservation check fails.
///
/// # Panics
/// When a day lies outside the run.
pub fn accounts(model: &Model, replication: u32, days: &[Day]) -> Result<Vec<Account>, Violation> {
    let mut run = Run::new(model, replication.into());
    let mut accounts = Vec::new();
    for &day in days {
        let index = day.index().filter(|index| *index < model.calendar.n_days()).expect("a day of the run");
        run.go(day.plus(-1), &mut |_| {})?;
        let (turn, credits) = (run.state.turn, run.allocator.credits().clone());
        run.go(day, &mut |_| {})?;
        if model.calendar.migration[index] {
            accounts.push(run.account(day, index, turn, credits));
        }
    }
    Ok(accounts)
}

impl Run<'_> {
    /// What is known of the day just run.
    fn account(&self, day: Day, index: usize, turn: u32, credits: Credits) -> Account {
        let (layout, market) = (&self.layout, &self.market);
        let n_groups = layout.model.groups.len();
        let movements = self.movements.clone().unwrap_or_default();
        let mut demand = [vec![0; layout.places.len()], vec![0; layout.places.len()]];
        for movement in &movements {
            let cell = layout.cell(movement.place as usize, movement.status);
            let first = if movement.status == Status::Active { layout.places.len() } else { 0 };
            demand[movement.status as usize][layout.demand_at(cell) - first] = movement.slots.demand;
        }
        let [dormant, active] = demand;
        Account {
            day,
            places: layout.places_by_leaf.iter().map(|place| layout.places[*place]).collect(),
            rules: *self.allocator.rules(),
            shape: self.allocator.shape().clone(),
            record: self.trace.days[index],
            groups: self.trace.group_days[index * n_groups..].to_vec(),
            grants: market.grants.clone(),
            bound: market.bound.clone(),
            today: OwnedDay {
                turn,
                programme: self.trace.days[index].programme_limit,
                groups: market.groups.clone(),
                limits: market.limits.clone(),
                dmin: layout.inputs.dmin[index],
                dormant,
                active,
                cohorts: market.cohorts.clone(),
                suppliers: market.over_all.clone(),
                queue: market.queue.clone(),
            },
            credits,
            movements,
        }
    }
}
