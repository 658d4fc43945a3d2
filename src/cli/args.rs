//! The verbs and flags of the command line, with their help. It only reads values. The verbs act on them.
//!
//! A flag has one meaning in every verb. Verbs therefore share groups of flags.

use std::path::{Path, PathBuf};

use clap::{Arg, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};
use dormouse::chart::Kind;
use dormouse::model::AllocationPolicy;
use dormouse::replications::{LEAST_MIXTURES, Threshold};
use dormouse::scenario::{date_meant, whole_number};
use dormouse::shell::quoted_path;
use dormouse::wording::numbers;
use jiff::civil::Date;

use crate::cli::runs::levels::LEVELS;
pub(crate) mod allocation;
pub(crate) mod output_options;

use self::allocation::AllocateArgs;
use self::output_options::{Look, Voice, When};

/// The longest name of a verb, and the gap after it.
const VERB_WIDTH: usize = 13;

/// The text of `dormouse` without a verb.
pub(crate) fn teaching() -> String {
    let command = Args::command();
    let verb = |verb: &Command| {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        let (first, rest) = about.split_at(about.chars().next().map_or(0, char::len_utf8));
        format!("  {:<VERB_WIDTH$}{}{rest}\n", verb.get_name(), first.to_lowercase())
    };
    let verbs: String = command.get_subcommands().filter(|verb| !verb.is_hide_set()).map(verb).collect();
    format!(
        "\
dormouse simulates Britain's SMETS1 migration programme day by day. Capacity is short. The
Migration Scaling Methodology shares it, and Dormant installations go first.

Compare two plans with the same random draws:
  dormouse run scenarios/smets1-2020/existing.toml scenarios/smets1-2020/early.toml

Share one day's capacity, without a simulation:
  dormouse allocate demand.csv --capacity 1000 --dmin 100

Verbs:
{verbs}
Help with a verb: dormouse run --help
"
    )
}

const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit:   ",
    env!("DORMOUSE_COMMIT"),
    "\nfeatures: ",
    env!("DORMOUSE_FEATURES"),
    "\nlicence:  MIT OR Apache-2.0"
);

/// Simulates Britain's SMETS1 migration programme day by day.
#[derive(Debug, Parser)]
#[command(name = "dormouse", version, long_version = VERSION, disable_help_subcommand = true)]
#[command(max_term_width = 100, subcommand_value_name = "VERB", subcommand_help_heading = "Verbs")]
#[command(after_help = "Exit codes: 0 done; 1 done, and the answer is no; 2 bad scenario or command line; \
                  3 could not finish; 101 a fault of dormouse; 130 interrupted.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(CheckArgs),
    Run(RunArgs),
    Compare(CompareArgs),
    Bottlenecks(BottlenecksArgs),
    Explain(ExplainArgs),
    Record(RecordArgs),
    Replay(ReplayArgs),
    Allocate(AllocateArgs),
    Chart(ChartArgs),
    Report(ReportArgs),
    Init(InitArgs),
    /// Print the JSON Schema of the scenario or the study file, for completion in editors
    #[command(after_help = "Examples:
  dormouse schema > dormouse.schema.json
  dormouse schema study > dormouse-study.schema.json
  dormouse schema | jq '.properties | keys'")]
    Schema(SchemaArgs),
    #[command(hide = true)]
    Completions(CompletionsArgs),
    #[command(hide = true)]
    Manual(ManualArgs),
}

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse completions bash > ~/.local/share/bash-completion/completions/dormouse
  dormouse completions zsh > ~/.zfunc/_dormouse
  dormouse completions fish > ~/.config/fish/completions/dormouse.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Write the pages of the manual, for `man`
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse manual ~/.local/share/man/man1
  man dormouse-run")]
pub(crate) struct ManualArgs {
    /// The folder for the pages
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: PathBuf,
    /// Replace pages that differ
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// The file that a schema describes
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// The file that the schema describes
    #[arg(value_name = "FILE", value_enum, default_value = "scenario")]
    pub(crate) of: Described,
}

/// A file that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Described {
    /// The scenario file
    Scenario,
    /// The study file of `dormouse compare`
    Study,
}

/// Check scenarios and studies, and show how they were read; writes nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse check scenarios/tutorial/existing.toml
  dormouse check studies/tutorial.toml
  dormouse check scenarios/tutorial/early.toml --set allocation.dmin_per_day=5")]
pub(crate) struct CheckArgs {
    /// Scenario files and study files
    #[arg(value_name = "SCENARIO|STUDY", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Simulate scenarios with the same random draws and write a results folder
///
/// The first scenario is the baseline. Every other scenario is compared with it. Each is run once, or many times with
/// --replications.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse run scenarios/tutorial/existing.toml scenarios/tutorial/early.toml
  dormouse run scenarios/tutorial/existing.toml --replications 20 --format json
  dormouse run --of results/tutorial-existing --replication 17 -o r17")]
pub(crate) struct RunArgs {
    /// Scenario files, the baseline first
    #[arg(value_name = "SCENARIO", required_unless_present = "of", value_hint = ValueHint::FilePath)]
    pub(crate) scenarios: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) changes: Changes,
    #[command(flatten)]
    pub(crate) place: Destination,
    /// Simulate each scenario N times, and show how sure the answer is [default: one run]
    #[arg(long, value_name = "N", help_heading = "Simulation", conflicts_with = "until")]
    #[arg(value_parser = whole::<u32>(1, MOST_REPLICATIONS, 100))]
    pub(crate) replications: Option<u32>,
    /// Simulate replication K of --replications in detail, with its days; the first is 0
    #[arg(long, value_name = "K", help_heading = "Simulation", conflicts_with_all = ["replications", "precision", "resume"])]
    #[arg(value_parser = clap::value_parser!(u32).range(..1_000_000))]
    pub(crate) replication: Option<u32>,
    /// With --replication, take the scenarios kept in this folder of replications; the run must match its row there
    #[arg(long, value_name = "RESULTS", help_heading = "Simulation", requires = "replication")]
    #[arg(conflicts_with_all = ["scenarios", "until", "seed", "firmware", "allocation", "set", "counts"], value_hint = ValueHint::DirPath)]
    pub(crate) of: Option<PathBuf>,
    /// Replicate until half the 95% interval of the headline is at most this: installation-days, or a share such as 5%.
    /// The headline is Dormant days avoided, or days lost of a single scenario
    #[arg(long, value_name = "DAYS", help_heading = "Simulation", conflicts_with_all = ["replications", "until"])]
    pub(crate) precision: Option<Threshold>,
    /// Most replications for --precision [default: 1000]
    #[arg(long, value_name = "N", help_heading = "Simulation", requires = "precision")]
    #[arg(value_parser = whole::<u32>(2, MOST_REPLICATIONS, 100))]
    pub(crate) budget: Option<u32>,
    /// A smaller difference in Dormant days does not matter: installation-days, or a share of the baseline's [default:
    /// 1%]
    #[arg(long, value_name = "DAYS", help_heading = "Simulation", conflicts_with = "until")]
    pub(crate) threshold: Option<Threshold>,
    #[command(flatten)]
    pub(crate) layers: LayerRuns,
    /// An earlier folder of replications of the same scenarios; shows whether the chance of the plan date has changed,
    /// and whether the counts are as expected
    #[arg(long, value_name = "RESULTS", help_heading = "Simulation", conflicts_with = "until", value_hint = ValueHint::DirPath)]
    pub(crate) since: Option<PathBuf>,
    /// Stop at the end of this day and write `snapshot.json`, and `counts.csv` for --counts
    #[arg(long, value_name = "DATE", help_heading = "Simulation", conflicts_with_all = ["resume", "layer_runs"], value_parser = date)]
    pub(crate) until: Option<Date>,
    /// Continue from a snapshot, or from a folder of interrupted replications, of the same scenarios; gives the same
    /// bytes as a run without a stop
    #[arg(long, value_name = "PATH", help_heading = "Simulation", value_hint = ValueHint::AnyPath)]
    pub(crate) resume: Option<PathBuf>,
    /// Most scenarios simulated at once; never changes a result [default: one a core]
    #[arg(long, value_name = "N", help_heading = "Simulation", value_parser = whole::<u16>(1, u16::MAX.into(), 4))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Extra runs of each scenario, beside the requested replications.
#[derive(Debug, clap::Args)]
pub(crate) struct LayerRuns {
    /// Extra runs of each scenario that separate the layers of chance; 0 for none [default: none for fewer than 100
    /// replications, then 120, and 6 for every 10 replications from 200 on, at most 192]
    #[arg(long, value_name = "N", help_heading = "Simulation", value_parser = layer_runs)]
    pub(crate) layer_runs: Option<u32>,
    /// 2: most replications run a cheaper merged programme, corrected by some of the full one; 1: all run the full one
    /// [default: 2 from 100 replications if suppliers can be merged and that saves time, else 1]
    #[arg(long, value_name = "N", help_heading = "Simulation", value_parser = clap::value_parser!(u8).range(LEVELS))]
    pub(crate) levels: Option<u8>,
}

impl LayerRuns {
    /// Returns the flags as they were typed.
    pub(crate) fn flags(&self) -> String {
        let layers = self.layer_runs.map_or_else(String::new, |runs| format!(" --layer-runs {runs}"));
        layers + &self.levels_flag()
    }

    /// Returns the flag for levels as it was typed.
    pub(crate) fn levels_flag(&self) -> String {
        self.levels.map_or_else(String::new, |levels| format!(" --levels {levels}"))
    }
}

/// Show what stops the next installation, month by month, and the effect of more capacity
///
/// Every migration day of every group has one cause. To find the effect of more slots, more firmware updates or earlier
/// firmware, the scenario is run again with the same draws and one thing changed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse bottlenecks scenarios/tutorial/existing.toml
  dormouse bottlenecks scenarios/tutorial/early.toml --more 10 --weeks 2 --replications 1
  dormouse bottlenecks scenarios/tutorial/early.toml --format csv")]
pub(crate) struct BottlenecksArgs {
    /// The scenario file
    #[arg(value_name = "SCENARIO", value_hint = ValueHint::FilePath)]
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// How many more slots, or firmware updates, a day to try in each group
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = whole::<u32>(1, 999_999, 100), help_heading = "What if")]
    pub(crate) more: u32,
    /// How many weeks earlier to open firmware in each group
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u32>(1, 499, 2), help_heading = "What if")]
    pub(crate) weeks: u32,
    /// Replications of each change
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = whole::<u32>(1, 99_999, 20), help_heading = "Simulation")]
    pub(crate) replications: u32,
    /// Most runs simulated at once; never changes a result [default: one a core]
    #[arg(long, value_name = "N", help_heading = "Simulation", value_parser = whole::<u16>(1, u16::MAX.into(), 4))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Record days of a scenario's allocation with their slots, for `replay`
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse record scenarios/tutorial/early.toml -o early.json
  dormouse record scenarios/tutorial/early.toml -o pooled.json --allocation pooled
  dormouse record scenarios/smets1-2020/early.toml -o national.json --every 60")]
pub(crate) struct RecordArgs {
    /// The scenario file
    #[arg(value_name = "SCENARIO", value_hint = ValueHint::FilePath)]
    pub(crate) scenario: PathBuf,
    #[command(flatten)]
    pub(crate) changes: Changes,
    /// Record every N-th migration day
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<usize>(1, u32::MAX.into(), 40))]
    pub(crate) every: usize,
    /// The file to write
    #[arg(short = 'o', long = "output", value_name = "FILE", help_heading = "Results", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Replace the file if it exists
    #[arg(long, help_heading = "Results")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Share recorded days again, name the suppliers whose slots moved, and fail if any slot moved
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse replay benches/corpus/existing.json
  dormouse replay benches/corpus/existing.json benches/corpus/early.json
  dormouse replay benches/corpus/early.json --format csv")]
pub(crate) struct ReplayArgs {
    /// Recordings
    #[arg(value_name = "RECORDING", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) recordings: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Explain the slots of a recorded day
///
/// Runs the scenario kept in the results folder again to that day, and checks that the result is the one recorded.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse explain results/tutorial-existing --day 2020-09-21
  dormouse explain results/tutorial-existing --day 2020-09-21 --supplier Aster
  dormouse explain results/tutorial-existing --day 2020-09-21 --format json")]
pub(crate) struct ExplainArgs {
    /// The results folder of an earlier run
    #[arg(value_name = "RESULTS", value_hint = ValueHint::DirPath)]
    pub(crate) results: PathBuf,
    /// The day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) day: Date,
    /// The scenario, if the folder holds several
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Explain one supplier's slots in full
    #[arg(long, value_name = "NAME")]
    pub(crate) supplier: Option<String>,
    /// Explain one cohort's slots in full; with `--supplier`, that supplier's slots in it
    #[arg(long, value_name = "NAME")]
    pub(crate) cohort: Option<String>,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Draw the figures of a results folder, each with its data and its description
///
/// Several scenarios share a figure. For throughput, slots and backlog each has its own. A folder of replications gives
/// payers, waterfall, outcomes, timeline, detriment, finish-ecdf, finish-range and convergence, one of single draws wait, fairness,
/// throughput, slots and backlog.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse chart results/existing-vs-early cohorts
  dormouse chart results/existing-vs-early --all -o pictures
  dormouse chart results/existing-vs-early cohorts --slide --format png")]
pub(crate) struct ChartArgs {
    /// The folder that `run` or `compare` wrote
    #[arg(value_name = "RESULTS", value_hint = ValueHint::DirPath)]
    pub(crate) results: PathBuf,
    /// The kind of figure
    #[arg(value_name = "KIND", value_parser = Kind::NAMES.to_vec(), required_unless_present = "all")]
    pub(crate) kind: Option<String>,
    /// Draw every kind that the folder allows
    #[arg(long, conflicts_with = "kind")]
    pub(crate) all: bool,
    /// Draw only this scenario; repeat it for several in one figure
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<String>,
    /// Write the picture in this format only
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Picture>,
    /// Draw for a slide of 16 by 9: large letters, few words at the foot; the files are named `slide-KIND`
    #[arg(long)]
    pub(crate) slide: bool,
    /// The folder for the figures [default: charts/NAME, after the results folder]
    #[arg(short = 'o', long = "output", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
    /// Replace figures that differ
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// Formats of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Picture {
    /// For documents and the web; its text is text
    Svg,
    /// For slides; 1,600 wide, 900 high or more
    Png,
}

/// Write a report of a study, for readers who will not run it
///
/// The report is one file. It needs no connection and no scripts, and prints to A4. It gives the answer, who gains, who
/// pays, how sure it is, and every assumption with its source. Nothing is simulated.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse report studies/tutorial.toml
  dormouse report results/tutorial -o tutorial.html
  dormouse report results/tutorial --format md -o tutorial.md")]
pub(crate) struct ReportArgs {
    /// The folder that `compare` or `run --replications` wrote, or a study file whose folder is in `results`
    #[arg(value_name = "RESULTS", value_hint = ValueHint::AnyPath)]
    pub(crate) study: PathBuf,
    /// The file to write [default: report.html, brief.html, report.md, report.xlsx or report.ods]
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// The format [default: by the ending of the file, else html]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<Paper>,
    /// Replace the file if it exists and differs
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Paper {
    /// One page that holds everything
    Html,
    /// The answer, one chart and three caveats on one side of A4, as HTML
    Brief,
    /// Text for a repository, its figures beside it
    Md,
    /// The tables as a workbook for Excel
    Xlsx,
    /// The tables as a workbook in the open document format
    Ods,
}

impl Paper {
    /// Returns the format for a file's ending; HTML if it has none.
    pub(crate) fn of_file(path: &Path) -> Result<Self, String> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            None | Some("html" | "htm") => Ok(Self::Html),
            Some("md") => Ok(Self::Md),
            Some("xlsx") => Ok(Self::Xlsx),
            Some("ods") => Ok(Self::Ods),
            Some(other) => Err(format!(
                "`{}` ends in .{other}; expected .html, .md, .xlsx or .ods (a PDF is printed from the .html in a browser)",
                path.display()
            )),
        }
    }

    /// Whether a file with the ending of another format may hold this one.
    pub(crate) fn fits(self, of_file: Self) -> bool {
        self == of_file || self == Self::Brief && of_file == Self::Html
    }

    /// Returns the flag for this format, with a space before; empty for the default.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Self::Html => "",
            Self::Brief => " --format brief",
            Self::Md => " --format md",
            Self::Xlsx => " --format xlsx",
            Self::Ods => " --format ods",
        }
    }

    /// Returns the default file name.
    pub(crate) fn default_name(self) -> &'static str {
        match self {
            Self::Html => "report.html",
            Self::Brief => "brief.html",
            Self::Md => "report.md",
            Self::Xlsx => "report.xlsx",
            Self::Ods => "report.ods",
        }
    }
}

/// Write a starter scenario with every line explained
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse init
  dormouse init plans/autumn.toml
  dormouse init mine.toml --from-csv cohorts.csv suppliers.csv stock.csv")]
pub(crate) struct InitArgs {
    /// The file to write
    #[arg(value_name = "FILE", default_value = "scenario.toml", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Tables to use: cohorts, suppliers and stock as CSV or workbooks, recognised by their names
    #[arg(long, value_name = "TABLE", num_args = 1.., value_hint = ValueHint::FilePath)]
    pub(crate) from_csv: Vec<PathBuf>,
    /// Replace the file if it exists
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Answer a study: what each scenario changes, how sure that is, and who pays
///
/// The study file names the question, the scenarios and the smallest difference that matters. Unpublished values are
/// tried in every combination. You can also give results folders. They are compared without a simulation, and nothing
/// is written without -o.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  dormouse compare studies/tutorial.toml
  dormouse compare studies/tutorial.toml --replications 40 -o results/more
  dormouse compare results/last-week results/this-week --threshold 2%")]
pub(crate) struct CompareArgs {
    /// The study file, or folders that `run --replications` or `compare` wrote; the baseline is the first scenario of
    /// the first folder
    #[arg(value_name = "STUDY|RESULTS", required = true, value_hint = ValueHint::AnyPath)]
    pub(crate) of: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) counted: Counted,
    #[command(flatten)]
    pub(crate) place: Destination,
    /// Replications of each scenario, in place of the file's
    #[arg(long, value_name = "N", help_heading = "Simulation")]
    #[arg(value_parser = whole::<u32>(2, MOST_REPLICATIONS, 100))]
    pub(crate) replications: Option<u32>,
    /// A smaller difference in Dormant days does not matter: installation-days, or a share of the baseline's [default:
    /// the file's, or 1%]
    #[arg(long, value_name = "DAYS", help_heading = "Simulation")]
    pub(crate) threshold: Option<Threshold>,
    #[command(flatten)]
    pub(crate) layers: LayerRuns,
    /// An earlier folder of replications of the same scenarios; shows whether the chance of the plan date has changed,
    /// and whether the counts are as expected
    #[arg(long, value_name = "RESULTS", help_heading = "Simulation", value_hint = ValueHint::DirPath)]
    pub(crate) since: Option<PathBuf>,
    /// Continue from the folder of an interrupted study
    #[arg(long, value_name = "PATH", help_heading = "Simulation", value_hint = ValueHint::AnyPath)]
    pub(crate) resume: Option<PathBuf>,
    /// Most replications simulated at once; never changes a result [default: one a core]
    #[arg(long, value_name = "N", help_heading = "Simulation", value_parser = whole::<u16>(1, u16::MAX.into(), 4))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// One-off changes to every scenario of the command.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Scenario")]
pub(crate) struct Changes {
    /// Seed of every draw, in place of the file's
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0, u64::MAX, 7))]
    pub(crate) seed: Option<u64>,
    /// The event that opens firmware for Dormant installations
    #[arg(long, value_name = "POLICY", value_parser = ["existing", "early", "early-tested-only", "smso-confidence"])]
    pub(crate) firmware: Option<String>,
    /// How a day's capacity is shared
    #[arg(long, value_name = "POLICY", value_parser = AllocationPolicy::NAMES.to_vec())]
    pub(crate) allocation: Option<String>,
    /// Change any key, as if the file had this value; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    pub(crate) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) counted: Counted,
}

impl Changes {
    /// Whether any key is changed, counts apart.
    pub(crate) fn change_keys(&self) -> bool {
        self.seed.is_some() || self.firmware.is_some() || self.allocation.is_some() || !self.set.is_empty()
    }
}

/// Counts of a later day, in place of the scenario's stock.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Scenario")]
pub(crate) struct Counted {
    /// A table of counts on the morning of --from, in place of the stock: CSV, or a workbook as FILE or FILE#SHEET;
    /// repeat it for rows that replace cells of the table before
    #[arg(long, value_name = "TABLE", requires = "from", value_hint = ValueHint::FilePath)]
    pub(crate) counts: Vec<PathBuf>,
    /// The day of the counts: the first day, in place of the file's
    #[arg(long, value_name = "DATE", requires = "counts", value_parser = date)]
    pub(crate) from: Option<Date>,
}

/// The results folder.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Results")]
pub(crate) struct Destination {
    /// The results folder [default: results/NAME, after the scenarios]
    #[arg(short = 'o', long = "output", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
    /// Replace the results folder of an earlier run
    #[arg(long)]
    pub(crate) force: bool,
}

impl Destination {
    /// Returns the flags that name a folder and allow replacing it, with a space before each.
    pub(crate) fn flags(&self, dir: &Path) -> String {
        let force = if self.force { " --force" } else { "" };
        format!(" -o {}{force}", quoted_path(dir))
    }
}

impl Args {
    /// Returns the settings for messages, for any verb.
    pub(crate) fn voice(&self) -> &Voice {
        const PLAIN: &Voice = &Voice { quiet: false, color: When::Auto };
        match &self.verb {
            None | Some(Verb::Schema(_) | Verb::Completions(_)) => PLAIN,
            Some(Verb::Manual(args)) => &args.voice,
            Some(Verb::Check(args)) => &args.look.voice,
            Some(Verb::Run(args)) => &args.look.voice,
            Some(Verb::Compare(args)) => &args.look.voice,
            Some(Verb::Bottlenecks(args)) => &args.look.voice,
            Some(Verb::Explain(args)) => &args.look.voice,
            Some(Verb::Record(args)) => &args.look.voice,
            Some(Verb::Replay(args)) => &args.look.voice,
            Some(Verb::Allocate(args)) => &args.look.voice,
            Some(Verb::Chart(args)) => &args.voice,
            Some(Verb::Report(args)) => &args.voice,
            Some(Verb::Init(args)) => &args.look.voice,
        }
    }
}

impl Args {
    /// Reads the command line. A number below 0 counts as the value of the flag before it, so that the flag can report
    /// the error.
    pub(crate) fn read() -> Self {
        let number = |arg: Arg| {
            let takes_one = arg.get_long().is_some() && arg.get_action().takes_values();
            arg.allow_negative_numbers(takes_one)
        };
        let command = Self::command().mut_subcommands(|verb: Command| verb.mut_args(number));
        let read = command.try_get_matches().and_then(|matches| Self::from_arg_matches(&matches));
        read.unwrap_or_else(|error| super::present::exit::leave(&error))
    }
}

/// Reads a date of a flag, in the form of scenario files.
pub(super) fn date(text: &str) -> Result<Date, String> {
    text.parse().ok().filter(|_| text.len() == 10).ok_or_else(|| {
        let meant = date_meant(text).map_or_else(String::new, |hint| format!("; {hint}"));
        format!("expected a date such as 2020-09-11{meant}")
    })
}

/// Most replications of a scenario.
const MOST_REPLICATIONS: u64 = 1_000_000;

/// Reads a whole number in a range, written as in a table: `1,000` or `1000`. `example` is a valid number.
pub(crate) fn whole<T: TryFrom<u64>>(
    least: u64,
    most: u64,
    example: u64,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text: &str| {
        let read = whole_number(text);
        let number = read.as_ref().ok().and_then(|n| u64::try_from(*n).ok());
        let number = number.or_else(|| text.parse().ok());
        let within = number.filter(|n| (least..=most).contains(n)).and_then(|n| T::try_from(n).ok());
        let [from, to] = [least, most].map(numbers::count);
        let hint = read.err().flatten().map_or_else(String::new, |hint| format!("; {hint}"));
        within.ok_or_else(|| format!("expected a whole number, such as {example}, from {from} to {to}{hint}"))
    }
}

fn layer_runs(text: &str) -> Result<u32, String> {
    whole(0, MOST_REPLICATIONS, 192)(text).and_then(enough_layer_runs)
}

/// Checks that there are enough runs to separate the layers of chance, or none.
pub(crate) fn enough_layer_runs(runs: u32) -> Result<u32, String> {
    let enough = runs == 0 || runs as usize >= LEAST_MIXTURES;
    enough
        .then_some(runs)
        .ok_or_else(|| format!("found {runs}, expected 0 or at least {LEAST_MIXTURES}, six a block"))
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected KEY=VALUE, such as programme.capacity_per_day=4000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_what_its_ending_says() {
        let of = |name: &str| Paper::of_file(Path::new(name));
        assert_eq!([of("a.html"), of("a.HTM"), of("a")], [(); 3].map(|()| Ok(Paper::Html)));
        assert_eq!([of("a.md"), of("a.xlsx"), of("a.ODS")], [Ok(Paper::Md), Ok(Paper::Xlsx), Ok(Paper::Ods)]);
        assert!(of("a.pdf").is_err_and(|what| what.contains("expected .html, .md, .xlsx or .ods")));
        assert!(Paper::Brief.fits(Paper::Html) && !Paper::Html.fits(Paper::Xlsx));
    }

    #[test]
    fn the_parser_is_sound() {
        Args::command().debug_assert();
    }
}
