//! `dormouse allocate`: one day's capacity shared over a table of demand, without a simulation.
//!
//! Turns names into the positions the library's allocator wants and back. How the answer reads is in `parts`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::anyhow;
use dormouse::allocate::{Allocator, BranchGrant, Day, Grants, Leaf, Shape};
use dormouse::scenario::{self, DemandRow as Row};

use crate::cli::args::allocation::AllocateArgs;
use crate::cli::input::file_or_stdin;
use crate::cli::present::allocation_table;
use crate::cli::present::allocation_table::{Shared, SharedBranch, SharedCell};
use crate::cli::present::failure::{Failure, Found};
use crate::cli::present::terminal;
use crate::cli::present::terminal::Terminal;

/// Shares the day and prints the slots of each supplier.
pub(crate) fn allocate(args: &AllocateArgs, terminal: &Terminal) -> Result<(), Failure> {
    let rows = read_demand(&args.demand, terminal)?;
    let groups = group_limits(args, &rows)?;
    let shared = share(args, groups, rows);
    terminal::print(&allocation_table::answer(&shared, args.look.format))
}

fn read_demand(path: &Path, terminal: &Terminal) -> Result<Vec<Row>, Failure> {
    match scenario::demand(path) {
        Ok(demand) => {
            terminal.warn(&demand.warnings);
            Ok(demand.rows)
        }
        Err(problems) => {
            Err(Failure::Problems(vec![Found { subject: file_or_stdin::shown(path), problems }]))
        }
    }
}

/// Every group of the table with its capacity: its own, or that of the programme.
fn group_limits(args: &AllocateArgs, rows: &[Row]) -> Result<Vec<(String, u32)>, Failure> {
    let names: BTreeSet<&str> = rows.iter().map(|row| row.group.as_str()).collect();
    if let Some((unknown, _)) = args.group_capacity.iter().find(|(name, _)| !names.contains(name.as_str())) {
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let known = if list == "``" {
            "the table has no column `group`".to_owned()
        } else {
            format!("it has {list}")
        };
        return Err(Failure::Usage(anyhow!(
            "--group-capacity names `{unknown}`, which the table does not; {known}"
        )));
    }
    let limit = |name: &str| {
        let own = args.group_capacity.iter().rev().find(|(group, _)| group == name).map(|(_, n)| *n);
        let missing = || {
            anyhow!(
                "group `{name}` has no capacity; give it --group-capacity {name}=N, or all of them --capacity N"
            )
        };
        own.or(args.capacity)
            .ok_or_else(missing)
            .map(|limit| (name.to_owned(), limit))
            .map_err(Failure::Usage)
    };
    names.into_iter().map(limit).collect()
}

fn share(args: &AllocateArgs, groups: Vec<(String, u32)>, mut rows: Vec<Row>) -> Shared {
    let tree = Tree::over(&groups, &rows);
    let grants = grant(args, &tree, &groups, &rows);
    let branches: Vec<(usize, usize)> = tree.shape.branches().collect();
    rows.sort_by_key(|row| (row.group.clone(), row.status, row.supplier.clone(), row.cohort.clone()));
    let cell = |row: Row| {
        let place = tree.place(&row);
        let leaf = tree.leaves[place];
        let slots = [&grants.dormant, &grants.active][row.status as usize][place];
        SharedCell { branch: position(branches.iter(), &(leaf.group, leaf.supplier)), slots, row }
    };
    let cells = rows.into_iter().map(cell).collect();
    let branch = |(&(group, supplier), by_rule): (&(usize, usize), &BranchGrant)| SharedBranch {
        supplier: tree.suppliers[supplier].clone(),
        group: groups[group].0.clone(),
        by_rule: *by_rule,
    };
    let branches = branches.iter().zip(&grants.branches).map(branch).collect();
    Shared {
        rules: args.rules.into(),
        turn: args.turn(),
        dmin: args.dmin,
        capacity: args.capacity,
        cells,
        branches,
        groups,
    }
}

/// The names of a table in alphabetical order, and the cells that can have demand.
struct Tree {
    groups: Vec<String>,
    /// Group and cohort.
    cohorts: Vec<(String, String)>,
    suppliers: Vec<String>,
    leaves: Vec<Leaf>,
    shape: Shape,
}

impl Tree {
    fn over(groups: &[(String, u32)], rows: &[Row]) -> Self {
        let suppliers = sorted(rows.iter().map(|row| row.supplier.clone()));
        let cohorts = sorted(rows.iter().map(|row| (row.group.clone(), row.cohort.clone())));
        let groups: Vec<String> = groups.iter().map(|(name, _)| name.clone()).collect();
        let n_cohorts: Vec<usize> =
            groups.iter().map(|name| cohorts.iter().filter(|(group, _)| group == name).count()).collect();
        let shape = Shape::new(vec![], &n_cohorts, suppliers.len());
        let mut tree = Self { groups, cohorts, suppliers, leaves: vec![], shape };
        let leaves = sorted(rows.iter().map(|row| tree.key(row)));
        tree.leaves =
            leaves.into_iter().map(|(group, supplier, cohort)| Leaf { group, supplier, cohort }).collect();
        tree.shape = Shape::new(tree.leaves.clone(), &n_cohorts, tree.suppliers.len());
        tree
    }

    /// The position of a row: group, supplier, cohort within the group. This is the order of leaves in the shape.
    fn key(&self, row: &Row) -> (usize, usize, usize) {
        let siblings = self.cohorts.iter().filter(|(group, _)| *group == row.group).map(|(_, cohort)| cohort);
        let group = position(self.groups.iter(), &row.group);
        (group, position(self.suppliers.iter(), &row.supplier), position(siblings, &row.cohort))
    }

    /// Position of a row's place in the order of demand.
    fn place(&self, row: &Row) -> usize {
        let (group, supplier, cohort) = self.key(row);
        position(self.leaves.iter(), &Leaf { group, supplier, cohort })
    }
}

fn grant(args: &AllocateArgs, tree: &Tree, groups: &[(String, u32)], rows: &[Row]) -> Grants {
    let mut demand = [vec![0; tree.leaves.len()], vec![0; tree.leaves.len()]];
    for row in rows {
        demand[row.status as usize][tree.place(row)] = row.demand;
    }
    let limits = vec![None; tree.shape.branches().count()];
    let groups: Vec<u32> = groups.iter().map(|(_, limit)| *limit).collect();
    let day = Day {
        turn: args.turn(),
        programme: args.capacity,
        groups: &groups,
        limits: &limits,
        dmin: args.dmin,
        dormant: &demand[0],
        active: &demand[1],
        ..Day::default()
    };
    let mut grants = Grants::default();
    Allocator::new(tree.shape.clone(), args.rules.into()).allocate(&day, &mut grants);
    grants
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<BTreeSet<T>>().into_iter().collect()
}

fn position<'a, T: PartialEq + 'a>(mut all: impl Iterator<Item = &'a T>, one: &T) -> usize {
    all.position(|item| item == one).expect("every name was collected from the rows")
}
