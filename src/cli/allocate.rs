//! `dormouse allocate`: one day's capacity shared over a table of demand, without a simulation.
//!
//! Turns names into the positions the library's allocator wants and back. How the answer reads is in `parts`.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use dormouse::allocate::{Allocator, Day, Grants, Leaf, Rules, Shape};
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, Status, UnusedFlat,
};
use dormouse::scenario::Problems;

use super::args::Look;
use super::demand::{self, Row};
use super::exit::{Failure, Found};
use super::parts;
use super::terminal::Terminal;

/// Share one day's capacity over a table of demand, without a simulation
///
/// DEMAND.csv has the columns supplier, status (dormant or active) and demand; group and cohort may be added. Among equals,
/// groups, cohorts and suppliers stand in alphabetical order, whatever the order of rows.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse allocate scenarios/reference/one-day.csv --capacity 1000 --dmin 100
  dormouse allocate scenarios/reference/one-day.csv --capacity 700 --dmin 100 --precedence flat-first
  dormouse allocate scenarios/reference/one-day.csv --capacity 1000 --allocation pooled --format csv")]
pub(crate) struct AllocateArgs {
    /// The demand of one day; `-` reads standard input
    #[arg(value_name = "DEMAND.csv")]
    pub(crate) demand: PathBuf,
    /// Capacity of the whole programme [installations]
    #[arg(long, value_name = "N", required_unless_present = "group_capacity", help_heading = "Limits")]
    pub(crate) capacity: Option<u32>,
    /// Capacity of one group [installations]; may be repeated
    #[arg(long, value_name = "NAME=N", value_parser = group_capacity, help_heading = "Limits")]
    pub(crate) group_capacity: Vec<(String, u32)>,
    /// The flat allocation, DMIN [installations per supplier]
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Limits")]
    pub(crate) dmin: u32,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// The options of the rule of sharing, named as in a scenario file.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Rule")]
pub(crate) struct RuleArgs {
    /// How the day's capacity is shared
    #[arg(long, value_name = "POLICY", default_value = "msm", value_parser = choice([
        ("msm", AllocationPolicy::Msm), ("active-first", AllocationPolicy::ActiveFirst), ("pooled", AllocationPolicy::Pooled)]))]
    allocation: AllocationPolicy,
    /// How far Dormant goes first: `strict`, or up to so many per cent of each limit
    #[arg(long, value_name = "strict|PCT", default_value = "strict", value_parser = dormant_priority)]
    dormant_priority: DormantPriority,
    /// Which goes first, Dormant or the flat allocation
    #[arg(long, value_name = "ORDER", default_value = "dormant-first", value_parser = choice([
        ("dormant-first", Precedence::PriorityFirst), ("flat-first", Precedence::FlatFirst)]))]
    precedence: Precedence,
    /// Where DMIN counts
    #[arg(long, value_name = "SCOPE", default_value = "supplier-and-group", value_parser = choice([
        ("supplier-and-group", DminScope::PerGroup), ("supplier", DminScope::InAll)]))]
    dmin_scope: DminScope,
    /// Whose demand DMIN serves
    #[arg(long, value_name = "STATUS", default_value = "active", value_parser = choice([
        ("active", DminCovers::Active), ("both", DminCovers::Both)]))]
    dmin_covers: DminCovers,
    /// How what the flat allocation leaves is shared
    #[arg(long, value_name = "SHARE", default_value = "unmet-demand", value_parser = choice([
        ("unmet-demand", Remainder::UnmetDemand), ("whole-demand", Remainder::WholeDemand),
        ("dmin-as-lower-bound", Remainder::LowerBound)]))]
    remainder: Remainder,
    /// What becomes of a flat allocation its supplier cannot use
    #[arg(long, value_name = "FATE", default_value = "shared-again", value_parser = choice([
        ("shared-again", UnusedFlat::SharedAgain), ("lost", UnusedFlat::Lost)]))]
    unused_flat: UnusedFlat,
    /// How fractions of an installation are settled
    #[arg(long, value_name = "ROUNDING", default_value = "largest-remainder", value_parser = choice([
        ("largest-remainder", Rounding::LargestRemainder), ("webster", Rounding::Webster),
        ("systematic", Rounding::Systematic)]))]
    rounding: Rounding,
}

/// A day shared out, in names.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The rules it was shared by.
    pub(crate) rules: Rules,
    /// The flat allocation \[installations per supplier\].
    pub(crate) dmin: u32,
    /// Capacity of the programme \[installations\].
    pub(crate) capacity: Option<u32>,
    /// Groups in alphabetical order, with their capacity \[installations\].
    pub(crate) groups: Vec<(String, u32)>,
    /// Cells, by group, then status, supplier and cohort.
    pub(crate) cells: Vec<SharedCell>,
    /// Suppliers in groups.
    pub(crate) branches: Vec<SharedBranch>,
}

/// A line of demand and its slots.
#[derive(Debug)]
pub(crate) struct SharedCell {
    /// The line.
    pub(crate) row: Row,
    /// What it got \[installations\].
    pub(crate) slots: u32,
    /// Its supplier in its group: position in [`Shared::branches`].
    pub(crate) branch: usize,
}

/// What one supplier got in one group, by rule.
#[derive(Debug)]
pub(crate) struct SharedBranch {
    /// The supplier.
    pub(crate) supplier: String,
    /// The group.
    pub(crate) group: String,
    /// By rule \[installations\].
    pub(crate) by_rule: dormouse::allocate::BranchGrant,
}

/// Shares the day and prints who gets what.
pub(crate) fn allocate(args: &AllocateArgs, terminal: &Terminal) -> Result<(), Failure> {
    let rows = read_demand(&args.demand)?;
    let groups = group_limits(args, &rows)?;
    let shared = share(args, groups, rows);
    terminal.print(&parts::answer(&shared, args.look.format))
}

fn read_demand(path: &Path) -> Result<Vec<Row>, Failure> {
    let subject = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let text = read_text(path).with_context(|| format!("cannot read the demand from `{subject}`"));
    let text = text.map_err(Failure::Usage)?;
    demand::read(&text).map_err(|problems| {
        let problems = Problems { problems, sources: vec![source(&subject, text)] };
        Failure::Problems(vec![Found { subject, problems }])
    })
}

fn read_text(path: &Path) -> std::io::Result<String> {
    if path != Path::new("-") {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
}

fn source(path: &str, text: String) -> dormouse::scenario::Source {
    dormouse::scenario::Source { path: path.to_owned(), text }
}

/// Every group of the table with its capacity: its own, or that of the programme.
fn group_limits(args: &AllocateArgs, rows: &[Row]) -> Result<Vec<(String, u32)>, Failure> {
    let names: BTreeSet<&str> = rows.iter().map(|row| row.group.as_str()).collect();
    if let Some((unknown, _)) = args.group_capacity.iter().find(|(name, _)| !names.contains(name.as_str())) {
        let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let known = if list == "``" { "the table has no column `group`".to_owned() } else { format!("it has {list}") };
        return Err(Failure::Usage(anyhow!("--group-capacity names `{unknown}`, which the table does not; {known}")));
    }
    let limit = |name: &str| {
        let own = args.group_capacity.iter().rev().find(|(group, _)| group == name).map(|(_, n)| *n);
        let missing = || anyhow!("group `{name}` has no capacity; give it --group-capacity {name}=N, or all of them --capacity N");
        own.or(args.capacity).ok_or_else(missing).map(|limit| (name.to_owned(), limit)).map_err(Failure::Usage)
    };
    names.into_iter().map(limit).collect()
}

fn share(args: &AllocateArgs, groups: Vec<(String, u32)>, mut rows: Vec<Row>) -> Shared {
    let suppliers: Vec<String> = rows.iter().map(|row| row.supplier.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let cohorts: BTreeSet<(String, String)> = rows.iter().map(|row| (row.group.clone(), row.cohort.clone())).collect();
    let cohorts_of = |group: &str| cohorts.iter().filter(move |(g, _)| g == group).map(|(_, cohort)| cohort);
    let leaf = |row: &Row| Leaf {
        group: position(groups.iter().map(|(name, _)| name), &row.group),
        cohort: position(cohorts_of(&row.group), &row.cohort),
        supplier: position(suppliers.iter(), &row.supplier),
    };
    let mut leaves: Vec<Leaf> = rows.iter().map(leaf).collect();
    leaves.sort_unstable_by_key(|l| (l.group, l.cohort, l.supplier));
    leaves.dedup();
    let mut demand = [vec![0; leaves.len()], vec![0; leaves.len()]];
    let place = |row: &Row| position(leaves.iter(), &leaf(row));
    for row in &rows {
        demand[row.status as usize][place(row)] = row.demand;
    }
    let n_cohorts: Vec<usize> = groups.iter().map(|(name, _)| cohorts_of(name).count()).collect();
    let shape = Shape::new(leaves.clone(), &n_cohorts, suppliers.len());
    let grants = grant(args, &shape, &groups, &demand);
    let tree: Vec<(usize, usize)> = shape.branches().collect();
    rows.sort_by_key(|row| (row.group.clone(), row.status, row.supplier.clone(), row.cohort.clone()));
    let cell = |row: Row| {
        let (place, leaf) = (place(&row), leaf(&row));
        let slots = [&grants.dormant, &grants.active][row.status as usize][place];
        SharedCell { branch: position(tree.iter(), &(leaf.group, leaf.supplier)), slots, row }
    };
    let branch = |(&(group, supplier), by_rule): (&(usize, usize), &_)| SharedBranch {
        supplier: suppliers[supplier].clone(),
        group: groups[group].0.clone(),
        by_rule: *by_rule,
    };
    Shared {
        rules: args.rules.into(),
        dmin: args.dmin,
        capacity: args.capacity,
        cells: rows.into_iter().map(cell).collect(),
        branches: tree.iter().zip(&grants.branches).map(branch).collect(),
        groups,
    }
}

fn grant(args: &AllocateArgs, shape: &Shape, groups: &[(String, u32)], demand: &[Vec<u32>; 2]) -> Grants {
    let limits = vec![None; shape.branches().count()];
    let groups: Vec<u32> = groups.iter().map(|(_, limit)| *limit).collect();
    let day = Day {
        turn: 0,
        programme: args.capacity,
        groups: &groups,
        limits: &limits,
        dmin: args.dmin,
        dormant: &demand[0],
        active: &demand[1],
    };
    let mut grants = Grants::default();
    Allocator::new(shape.clone(), args.rules.into()).allocate(&day, &mut grants);
    grants
}

fn position<'a, T: PartialEq + 'a>(mut all: impl Iterator<Item = &'a T>, one: &T) -> usize {
    all.position(|item| item == one).expect("every name was collected from the rows")
}

impl From<RuleArgs> for Rules {
    fn from(args: RuleArgs) -> Self {
        let RuleArgs { allocation, dormant_priority, precedence, dmin_scope, dmin_covers, remainder, unused_flat, rounding } =
            args;
        Self { policy: allocation, dormant_priority, precedence, dmin_scope, dmin_covers, remainder, unused_flat, rounding }
    }
}

/// A flag with a closed list of values.
fn choice<T: Copy + Send + Sync + 'static, const N: usize>(
    choices: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    let value_of = move |name: String| {
        let chosen = choices.iter().find(|(choice, _)| *choice == name);
        chosen.expect("clap lets only listed values pass").1
    };
    PossibleValuesParser::new(choices.map(|(name, _)| name)).map(value_of)
}

fn group_capacity(text: &str) -> Result<(String, u32), String> {
    let parsed = text.rsplit_once('=').and_then(|(name, n)| Some((name.trim().to_owned(), n.trim().parse().ok()?)));
    parsed.ok_or_else(|| "expected NAME=N, such as IOC=4000".to_owned())
}

fn dormant_priority(text: &str) -> Result<DormantPriority, String> {
    if text == "strict" {
        return Ok(DormantPriority::Strict);
    }
    let pct: Option<f64> = text.trim_end_matches('%').parse().ok().filter(|pct| (0.0..=100.0).contains(pct));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100 was just checked")]
    let priority = pct.map(|pct| DormantPriority::UpToShare { ppm: (pct * 10_000.0).round() as u32 });
    priority.ok_or_else(|| "expected `strict` or a percentage from 0 to 100, such as 80".to_owned())
}
