//! The flags of `dormouse allocate`: the day's limits and every option of the rule, named as in a scenario file.

use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use dormouse::allocate::Rules;
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, UnusedFlat,
};
use jiff::civil::Date;

use crate::cli::args::output_options::Look;
use crate::cli::args::whole;

/// Share one day's capacity over a table of demand, without a simulation
///
/// DEMAND has the columns supplier, status (dormant or active) and demand, and may have group and cohort. Columns
/// dormant and active may replace status and demand. Among equals, groups, cohorts and suppliers are in alphabetical
/// order, whatever the order of rows.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse allocate scenarios/reference/one-day.csv --capacity 1000 --dmin 100
  dormouse allocate scenarios/reference/one-day.csv --capacity 700 --dmin 80
  dormouse allocate scenarios/reference/one-day.csv --capacity 900 --format csv")]
pub(crate) struct AllocateArgs {
    /// The demand of one day: CSV, or a workbook as FILE or FILE#SHEET; `-` reads standard input
    #[arg(value_name = "DEMAND", value_hint = ValueHint::FilePath)]
    pub(crate) demand: PathBuf,
    /// Capacity of the whole programme [installations]
    #[arg(long, value_name = "N", required_unless_present = "group_capacity", help_heading = "Limits")]
    #[arg(value_parser = whole::<u32>(0, u32::MAX.into(), 1000))]
    pub(crate) capacity: Option<u32>,
    /// Capacity of one group [installations]; may be repeated
    #[arg(long, value_name = "NAME=N", value_parser = group_capacity, help_heading = "Limits")]
    pub(crate) group_capacity: Vec<(String, u32)>,
    /// The flat allocation, DMIN [installations per supplier]
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Limits")]
    #[arg(value_parser = whole::<u32>(0, u32::MAX.into(), 100))]
    pub(crate) dmin: u32,
    /// The day; among equals the turn moves on by one each weekday [default: the first in order]
    #[arg(long, value_name = "DATE", conflicts_with = "turn", help_heading = "Turn", value_parser = crate::cli::args::date)]
    pub(crate) date: Option<Date>,
    /// The number of migration days before this one, as a run counts them; sets the turn among equals
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Turn")]
    pub(crate) turn: u32,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) look: Look,
}

impl AllocateArgs {
    /// Returns the number of migration days before the day: as typed, or the weekdays from a Monday in 1900 to its
    /// date.
    pub(crate) fn turn(&self) -> u32 {
        let monday = jiff::civil::date(1900, 1, 1);
        let Some(date) = self.date else { return self.turn };
        let days = monday.until(date).map_or(0, |span| span.get_days());
        let weekdays = 5 * days.div_euclid(7) + days.rem_euclid(7).min(5);
        u32::try_from(weekdays).unwrap_or(0)
    }
}

/// The options of the rule of sharing, named as in a scenario file.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Rule")]
pub(crate) struct RuleArgs {
    /// How the day's capacity is shared
    #[arg(long, value_name = "POLICY", default_value = "msm", value_parser = choice(AllocationPolicy::ALL.map(|(name, policy, _)| (name, policy))))]
    allocation: AllocationPolicy,
    /// How far Dormant demand goes first: `strict`, or up to a percentage of each limit
    #[arg(long, value_name = "strict|PCT", default_value = "strict", value_parser = dormant_priority)]
    dormant_priority: DormantPriority,
    /// What goes first: Dormant demand or the flat allocation
    #[arg(long, value_name = "ORDER", default_value = "dormant-first", value_parser = choice([
        ("dormant-first", Precedence::PriorityFirst), ("flat-first", Precedence::FlatFirst)]))]
    precedence: Precedence,
    /// Where DMIN counts
    #[arg(long, value_name = "SCOPE", default_value = "supplier-and-group", value_parser = choice([
        ("supplier-and-group", DminScope::PerGroup), ("supplier", DminScope::InAll)]))]
    dmin_scope: DminScope,
    /// The demand that DMIN serves
    #[arg(long, value_name = "STATUS", default_value = "active", value_parser = choice([
        ("active", DminCovers::Active), ("both", DminCovers::Both)]))]
    dmin_covers: DminCovers,
    /// How slots left after the flat allocation are shared
    #[arg(long, value_name = "SHARE", default_value = "unmet-demand", value_parser = choice([
        ("unmet-demand", Remainder::UnmetDemand), ("whole-demand", Remainder::WholeDemand),
        ("dmin-as-lower-bound", Remainder::LowerBound)]))]
    remainder: Remainder,
    /// The use of a flat allocation that its supplier cannot use
    #[arg(long, value_name = "FATE", default_value = "shared-again", value_parser = choice([
        ("shared-again", UnusedFlat::SharedAgain), ("lost", UnusedFlat::Lost)]))]
    unused_flat: UnusedFlat,
    /// How fractions of an installation are rounded; with one day, carried credit has no earlier days
    #[arg(long, value_name = "ROUNDING", default_value = "largest-remainder", value_parser = choice([
        ("largest-remainder", Rounding::LargestRemainder), ("carried-credit", Rounding::CarriedCredit), ("webster", Rounding::Webster),
        ("systematic", Rounding::Systematic)]))]
    rounding: Rounding,
}

impl From<RuleArgs> for Rules {
    fn from(args: RuleArgs) -> Self {
        let RuleArgs {
            allocation,
            dormant_priority,
            precedence,
            dmin_scope,
            dmin_covers,
            remainder,
            unused_flat,
            rounding,
        } = args;
        Self {
            policy: allocation,
            dormant_priority,
            precedence,
            dmin_scope,
            dmin_covers,
            remainder,
            unused_flat,
            rounding,
        }
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
    let (name, n) = text.rsplit_once('=').ok_or("expected NAME=N, such as IOC=4000")?;
    Ok((name.trim().to_owned(), whole(0, u32::MAX.into(), 4000)(n.trim())?))
}

fn dormant_priority(text: &str) -> Result<DormantPriority, String> {
    if text == "strict" {
        return Ok(DormantPriority::Strict);
    }
    let pct: Option<f64> = text.trim_end_matches('%').parse().ok().filter(|pct| (0.0..=100.0).contains(pct));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100 was just checked")]
    let priority = pct.map(|pct| DormantPriority::UpToShare { ppm: (pct * 10_000.0).round() as u32 });
    if let Some(pct) = pct.filter(|pct| *pct > 0.0 && *pct < 1.0 && !text.ends_with('%')) {
        return Err(format!("{pct} is less than 1%; percentages are out of 100: write {}", pct * 100.0));
    }
    priority.ok_or_else(|| "expected `strict` or a percentage from 0 to 100, such as 80".to_owned())
}
