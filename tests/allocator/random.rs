//! Days made up at random: trees of every small shape, demand from none to all that a `u32` can hold, and limits that
//! stand where rules turn, such as at what the demand below them comes to, give or take one.

use std::ops::RangeInclusive;

use dormouse::allocate::{Limit, Queued, Rules};
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, Status,
    UnusedFlat,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};

use super::day::{Today, Tree};

/// `usual` cases from one seed, or as many as `PROPTEST_CASES` says from seeds of their own.
pub(crate) fn config(usual: u32) -> Config {
    let nightly = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config { failure_persistence: None, ..Config::default() };
    if nightly { config } else { Config { cases: usual, rng_seed: RngSeed::Fixed(4), ..config } }
}

/// What a made-up day may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    pub(crate) n_days: usize,
    /// Whether limits may cross.
    pub(crate) crossing: bool,
    /// Whether demand may be in the millions.
    pub(crate) huge: bool,
}

/// Where a limit stands, until the demand below it is known.
#[derive(Clone, Copy, Debug)]
enum Level {
    None,
    Plain(u32),
    /// At the demand below it, and so much more.
    AtDemand(i64),
    /// At the flat amounts below it, and so much more.
    AtFlats(i64),
    /// So many 64ths of the demand below it.
    Part(u64),
}

impl Level {
    fn at(self, demand: u64, flats: u64) -> Option<u32> {
        let from =
            |amount: u64, more: i64| u32::try_from(amount.saturating_add_signed(more)).unwrap_or(u32::MAX);
        match self {
            Self::None => None,
            Self::Plain(limit) => Some(limit),
            Self::AtDemand(more) => Some(from(demand, more)),
            Self::AtFlats(more) => Some(from(flats, more)),
            Self::Part(part) => Some(from(demand * part / 64, 0)),
        }
    }
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![
        2 => Just(Level::None),
        1 => Just(Level::Plain(0)),
        1 => (0..30_u32).prop_map(Level::Plain),
        2 => (-1..=1_i64).prop_map(Level::AtDemand),
        2 => (-1..=1_i64).prop_map(Level::AtFlats),
        6 => (0..=64_u64).prop_map(Level::Part),
    ]
}

/// How large demand is; a cell's draw is turned into it.
#[derive(Clone, Copy, Debug)]
enum Size {
    Few,
    Tens,
    Hundreds,
    AllAlike(u32),
    /// One in eight is huge, the others are 1.
    HugeAmongOnes,
    /// All together close to what a `u32` holds.
    ToTheBrim,
}

impl Size {
    fn of(self, draw: u32, n_cells: usize) -> u32 {
        let most = u32::MAX / (2 * n_cells.max(1) as u32);
        match self {
            Self::Few => draw % 4,
            Self::Tens => draw % 40,
            Self::Hundreds => draw % 700,
            Self::AllAlike(count) => count * draw.min(1),
            Self::HugeAmongOnes if draw % 8 == 7 => most,
            Self::HugeAmongOnes => draw.min(1),
            Self::ToTheBrim => most - draw % 3,
        }
    }
}

fn size(huge: bool) -> BoxedStrategy<Size> {
    let small = prop_oneof![
        Just(Size::Few),
        Just(Size::Tens),
        Just(Size::Hundreds),
        (1..50_u32).prop_map(Size::AllAlike)
    ];
    if huge {
        prop_oneof![8 => small, 1 => Just(Size::HugeAmongOnes), 1 => Just(Size::ToTheBrim)].boxed()
    } else {
        small.boxed()
    }
}

/// Draws of one day, before they are put together.
#[derive(Clone, Debug)]
struct Draws {
    turn: u32,
    dmin: u32,
    /// Cells with demand: out of eight, Dormant and Active.
    dense: [u32; 2],
    size: Size,
    /// By place, a draw and whether it counts, for each status.
    demand: Vec<[(u32, u32); 2]>,
    programme: Level,
    groups: Vec<Level>,
    limits: Vec<Option<(Level, bool)>>,
    cohorts: Vec<Level>,
    suppliers: Vec<Option<(Level, bool)>>,
    /// By place and status: since when, and out of four, how much stands in the queue.
    queue: Vec<[(i32, u32); 2]>,
}

fn draws(tree: &Tree, scope: Scope) -> impl Strategy<Value = Draws> + use<> {
    let (n_places, n_branches) = (tree.leaves.len(), tree.branches().len());
    let n_cohorts: usize = tree.n_cohorts.iter().sum();
    let rarely = |often: u32, n: usize| vec(prop_oneof![4 => Just(None), often => limit().prop_map(Some)], n);
    let cell = (0..1_000_u32, 0..8_u32);
    let crossing = usize::from(scope.crossing);
    (
        (0..7_u32, select(vec![0, 1, 2, 3, 10, 100]), [0..=8_u32, 0..=8_u32], size(scope.huge)),
        vec([cell.clone(), cell], n_places),
        (level(), vec(level(), tree.n_cohorts.len()), rarely(1, n_branches)),
        (vec(level(), n_cohorts * crossing), rarely(4, tree.n_suppliers * crossing)),
        vec([(0..4_i32, 0..=4_u32), (0..4_i32, 0..=4_u32)], n_places),
    )
        .prop_map(|((turn, dmin, dense, size), demand, (programme, groups, limits), crossing, queue)| {
            let (cohorts, suppliers) = crossing;
            Draws { turn, dmin, dense, size, demand, programme, groups, limits, cohorts, suppliers, queue }
        })
}

fn limit() -> impl Strategy<Value = (Level, bool)> {
    (level(), any::<bool>())
}

impl Draws {
    fn today(self, tree: &Tree) -> Today {
        let n_cells = 2 * tree.leaves.len();
        let column = |status: usize| -> Vec<u32> {
            let counts = |(draw, gate): (u32, u32)| {
                if gate < self.dense[status] { self.size.of(draw, n_cells) } else { 0 }
            };
            self.demand.iter().map(|cell| counts(cell[status])).collect()
        };
        let (dormant, active) = (column(0), column(1));
        let at = |level: Level, below: &dyn Fn(usize) -> bool| {
            let places = || (0..tree.leaves.len()).filter(|place| below(*place));
            let demand = places().map(|p| u64::from(dormant[p]) + u64::from(active[p])).sum();
            level.at(demand, places().map(|p| u64::from(active[p].min(self.dmin))).sum())
        };
        let leaf = |place: usize| tree.leaves[place];
        let of = |(level, covers_both): (Level, bool), below: &dyn Fn(usize) -> bool| {
            at(level, below).map(|per_day| Limit { per_day, covers_both })
        };
        let limits: Vec<Option<Limit>> = tree
            .branches()
            .into_iter()
            .zip(&self.limits)
            .map(|((g, s), draw)| {
                draw.and_then(|draw| of(draw, &|p| leaf(p).group == g && leaf(p).supplier == s))
            })
            .collect();
        // A limit over Active alone over all groups is not allowed beside one over both statuses in a group.
        let covers_both = |s: usize| {
            let own = tree.branches().into_iter().zip(&limits).filter(|((_, supplier), _)| *supplier == s);
            own.filter_map(|(_, limit)| *limit).any(|limit| limit.covers_both)
        };
        let suppliers = self.suppliers.iter().enumerate().map(|(s, draw)| {
            draw.and_then(|(level, both)| of((level, both || covers_both(s)), &|p| leaf(p).supplier == s))
        });
        let cohorts = self.cohorts.iter().enumerate();
        let cohorts =
            cohorts.map(|(c, level)| at(*level, &|p| tree.cohort_of(&leaf(p)) == c).unwrap_or(u32::MAX));
        let groups = self.groups.iter().enumerate();
        Today {
            turn: self.turn,
            programme: at(self.programme, &|_| true),
            groups: groups
                .map(|(g, level)| at(*level, &|p| leaf(p).group == g).unwrap_or(u32::MAX))
                .collect(),
            dmin: self.dmin,
            cohorts: cohorts.collect(),
            suppliers: suppliers.collect(),
            queue: queue(&self.queue, &dormant, &active),
            limits,
            dormant,
            active,
        }
    }
}

/// Some of the demand of every place in a queue.
fn queue(draws: &[[(i32, u32); 2]], dormant: &[u32], active: &[u32]) -> Vec<Queued> {
    let mut queue = Vec::new();
    for (place, draws) in draws.iter().enumerate() {
        let cells = [(Status::Dormant, dormant[place]), (Status::Active, active[place])];
        for ((status, demand), (since, quarters)) in cells.into_iter().zip(draws) {
            let count = (u64::from(demand) * u64::from(*quarters) / 4) as u32;
            let rest = (demand - count) / 2;
            let place = place as u32;
            queue.push(Queued { since: *since, place, status, count });
            queue.push(Queued { since: *since + 1, place, status, count: rest });
        }
    }
    queue.retain(|queued| queued.count > 0);
    queue.sort_by_key(|queued| (queued.since, queued.place));
    queue
}

/// A tree and some days on it.
pub(crate) fn days(scope: Scope) -> impl Strategy<Value = (Tree, Vec<Today>)> {
    let few = |range: RangeInclusive<usize>| prop_oneof![1 => Just(0_usize), 9 => range];
    (few(1..=5), vec(few(1..=3), 1..=3))
        .prop_flat_map(move |(n_suppliers, n_cohorts)| {
            let n: usize = n_cohorts.iter().sum::<usize>() * n_suppliers;
            (Just(n_suppliers), Just(n_cohorts), vec(prop::bool::weighted(0.85), n))
        })
        .prop_map(|(n_suppliers, n_cohorts, declared)| Tree::new(n_suppliers, &n_cohorts, |at| declared[at]))
        .prop_flat_map(move |tree| {
            let days = vec(draws(&tree, scope), scope.n_days);
            (Just(tree), days)
        })
        .prop_map(|(tree, days)| {
            let days = days.into_iter().map(|draws| draws.today(&tree)).collect();
            (tree, days)
        })
}

/// A policy with any of its options.
pub(crate) fn rules(policy: AllocationPolicy) -> impl Strategy<Value = Rules> {
    let priority = prop_oneof![
        3 => Just(DormantPriority::Strict),
        1 => select(vec![0, 1, 300_000, 333_333, 999_999, 1_000_000])
            .prop_map(|ppm| DormantPriority::UpToShare { ppm }),
    ];
    (
        priority,
        select(vec![Precedence::PriorityFirst, Precedence::FlatFirst]),
        select(vec![DminScope::PerGroup, DminScope::InAll]),
        select(vec![DminCovers::Active, DminCovers::Both]),
        select(vec![Remainder::UnmetDemand, Remainder::WholeDemand, Remainder::LowerBound]),
        select(vec![UnusedFlat::SharedAgain, UnusedFlat::Lost]),
        select(ROUNDINGS.to_vec()),
    )
        .prop_map(
            move |(
                dormant_priority,
                precedence,
                dmin_scope,
                dmin_covers,
                remainder,
                unused_flat,
                rounding,
            )| {
                Rules {
                    policy,
                    dormant_priority,
                    precedence,
                    dmin_scope,
                    dmin_covers,
                    remainder,
                    unused_flat,
                    rounding,
                }
            },
        )
}

pub(crate) const ROUNDINGS: [Rounding; 4] =
    [Rounding::CarriedCredit, Rounding::LargestRemainder, Rounding::Webster, Rounding::Systematic];
