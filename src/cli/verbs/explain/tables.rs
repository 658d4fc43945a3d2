//! Tables of an explained day: by group, by supplier, by cell. The same rows under words for people and under names with
//! units for programs.

use dormouse::allocate::BranchGrant;
use dormouse::model::Status;
use dormouse::output::{Cell, Table};

use crate::cli::verbs::explain::explanation::{Argument, Sums};
use crate::cli::verbs::explain::names::has_flat;

/// The reader of the column headings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    People,
    Programs,
}

const INSTALLATIONS: &str = "installations";

/// Headings of slots asked for and got: for people, for programs.
const COUNTS: [(&str, &str); 6] = [
    ("Dormant asked", "dormant_demand_installations"),
    ("Dormant got", "dormant_slots_installations"),
    ("Active asked", "active_demand_installations"),
    ("Active got", "active_slots_installations"),
    ("flat", "flat_slots_installations"),
    ("not met", "not_met_installations"),
];

/// The columns of cells, without a row.
pub(super) fn no_cells() -> Table {
    Table::new(&[
        ("group", ""),
        ("supplier", ""),
        ("cohort", ""),
        ("status", ""),
        ("demand_installations", INSTALLATIONS),
        ("slots_installations", INSTALLATIONS),
    ])
}

impl Argument<'_> {
    pub(super) fn groups_text(&self) -> String {
        self.groups(Reader::People).to_text()
    }

    pub(super) fn suppliers_text(&self) -> String {
        if self.model.groups.len() == 1 {
            return self.suppliers(Reader::People).to_text();
        }
        format!("Suppliers, over all groups:\n{}", self.suppliers(Reader::People).to_text())
    }

    /// Slots offered, asked for and given, by group.
    pub(super) fn groups(&self, reader: Reader) -> Table {
        let mut table = self
            .counts_table(reader, &[("group", "group", ""), ("limit", "limit_installations", INSTALLATIONS)]);
        for (at, day) in self.account.groups.iter().enumerate() {
            let sums = self.sum(|place| self.group_of(place) == at);
            let limit =
                if day.outage && reader == Reader::People { "outage".into() } else { day.limit.into() };
            self.push(&mut table, reader, vec![self.group(at).into(), limit], sums, |branch| branch.0 == at);
        }
        let none = if reader == Reader::People { Cell::from("no limit") } else { Cell::Empty };
        let limit = self.account.record.programme_limit.map_or(none, Cell::from);
        self.push(&mut table, reader, vec!["programme".into(), limit], self.sum(|_| true), |_| true);
        table
    }

    /// Every supplier that asked for anything, over all groups.
    pub(super) fn suppliers(&self, reader: Reader) -> Table {
        let mut table = self.counts_table(reader, &[("supplier", "supplier", "")]);
        for at in 0..self.model.suppliers.len() {
            let sums = self.sum(|place| self.account.places[place].supplier == at);
            if sums.asked() > 0 {
                self.push(&mut table, reader, vec![self.supplier(at).into()], sums, |branch| branch.1 == at);
            }
        }
        table
    }

    /// Flat slots have a column if there was a sharing.
    fn shows_flat(&self, reader: Reader) -> bool {
        let total = self.by_rule(&self.account.grants.branches, |_| true);
        reader == Reader::Programs
            || has_flat(self.account.rules) && self.account.record.rule_needed && total.flat > 0
    }

    fn counts_table(&self, reader: Reader, first: &[(&str, &str, &'static str)]) -> Table {
        let head = |people, programs| if reader == Reader::People { people } else { programs };
        let mut columns: Vec<_> =
            first.iter().map(|(people, programs, unit)| (head(*people, *programs), *unit)).collect();
        for (people, programs) in COUNTS {
            if people != "flat" || self.shows_flat(reader) {
                columns.push((head(people, programs), INSTALLATIONS));
            }
        }
        Table::new(&columns)
    }

    fn push(
        &self,
        table: &mut Table,
        reader: Reader,
        mut row: Vec<Cell>,
        sums: Sums,
        chosen: impl Fn((usize, usize)) -> bool,
    ) {
        let BranchGrant { flat, .. } = self.by_rule(&self.account.grants.branches, chosen);
        row.extend([sums.demand[0], sums.slots[0], sums.demand[1], sums.slots[1]].map(Cell::from));
        row.extend(self.shows_flat(reader).then(|| flat.into()));
        row.push(sums.not_met().into());
        table.push(row);
    }

    /// Every cell with any demand, or those of the supplier or cohort asked for.
    pub(crate) fn cells(&self) -> Table {
        let mut table = no_cells();
        for (at, place) in
            self.account.places.iter().enumerate().filter(|(_, place)| self.focus.covers(place))
        {
            for status in Status::ALL {
                let demand = self.account.demand(at, status);
                if demand > 0 {
                    table.push(vec![
                        self.group(self.group_of(at)).into(),
                        self.supplier(place.supplier).into(),
                        self.cohort(place.cohort).into(),
                        status.name().into(),
                        demand.into(),
                        self.account.slots(at, status).into(),
                    ]);
                }
            }
        }
        table
    }
}
