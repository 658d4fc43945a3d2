//! Days to time the allocator on: made ones by circumstance and size, and the recorded corpus. Pools hold 100,000 cells
//! or more, for a processor learns one small day by heart.

use std::path::Path;

use dormouse::allocate::{Leaf, Limit, OwnedDay, Rules, Shape};
use dormouse::recording::Recording;
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// Days of one tree.
pub(crate) struct Pool {
    pub(crate) shape: Shape,
    pub(crate) days: Vec<OwnedDay>,
}

/// What makes a day hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circumstance {
    /// Capacity for three quarters of demand: Dormant met, Active shared.
    Contested,
    /// For a tenth: Dormant shared.
    Scarce,
    /// For all.
    Plenty,
    /// No Active demand, capacity for half.
    AllDormant,
    /// One supplier has as much as all others together.
    OneGiant,
    /// Nobody wants more than two.
    ManyTiny,
    /// The programme's, every group's and most suppliers' limits bind.
    EveryLimit,
}

impl Circumstance {
    pub(crate) const ALL: [(&str, Self); 7] = [
        ("contested", Self::Contested),
        ("scarce", Self::Scarce),
        ("plenty", Self::Plenty),
        ("all-dormant", Self::AllDormant),
        ("one-giant", Self::OneGiant),
        ("many-tiny", Self::ManyTiny),
        ("every-limit", Self::EveryLimit),
    ];

    /// Capacity for so many hundredths of demand.
    fn percent(self) -> u64 {
        match self {
            Self::Contested | Self::OneGiant | Self::EveryLimit => 75,
            Self::Scarce => 10,
            Self::Plenty => 120,
            Self::AllDormant | Self::ManyTiny => 50,
        }
    }
}

/// Cells of a tree (cohort, supplier, status), and the groups, suppliers and cohorts of a group that make them.
pub(crate) const SIZES: [(usize, [usize; 3]); 5] = [
    (16, [1, 4, 2]),
    (256, [2, 16, 4]),
    (4_096, [4, 64, 8]),
    (65_536, [4, 256, 32]),
    (1_048_576, [4, 2_048, 64]),
];

/// The tree of a size.
pub(crate) fn tree(cells: usize) -> Shape {
    let (_, [groups, suppliers, cohorts]) = SIZES.into_iter().find(|size| size.0 == cells).expect("a size");
    let mut leaves = Vec::new();
    for group in 0..groups {
        for supplier in 0..suppliers {
            leaves.extend((0..cohorts).map(|cohort| Leaf { group, supplier, cohort }));
        }
    }
    Shape::new(leaves, &vec![cohorts; groups], suppliers)
}

impl Pool {
    /// Made-up days, the same ones every time.
    pub(crate) fn made(circumstance: Circumstance, cells: usize) -> Self {
        let (shape, mut dice) = (tree(cells), ChaCha8Rng::seed_from_u64(cells as u64));
        let days = (0..100_000_usize.div_ceil(cells).max(2))
            .map(|turn| made(&shape, circumstance, u32::try_from(turn).expect("few days"), &mut dice))
            .collect();
        Self { shape, days }
    }

    /// The days of a recording, each shared out as it was recorded.
    pub(crate) fn recorded(name: &str) -> (Self, Rules) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/corpus/{name}.json"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let recording =
            Recording::from_json(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let replayed = recording.replay(recording.rules);
        assert!(replayed.iter().all(|day| day.cells == 0 && day.broken.is_none()), "{name}: slots moved");
        let shape = recording.shape();
        let days = recording.days.iter().map(|day| day.opened(&shape)).collect();
        (Self { shape, days }, recording.rules)
    }

    /// Cells of one day.
    pub(crate) fn cells(&self) -> u64 {
        2 * self.shape.n_places() as u64
    }
}

fn made(shape: &Shape, circumstance: Circumstance, turn: u32, dice: &mut ChaCha8Rng) -> OwnedDay {
    let n_branches = shape.branches().count();
    let most = if circumstance == Circumstance::ManyTiny { 2 } else { 200 };
    let mut dormant: Vec<u32> = (0..shape.n_places()).map(|_| dice.random_range(0..=most / 2)).collect();
    let mut active: Vec<u32> = (0..shape.n_places()).map(|_| dice.random_range(0..=most)).collect();
    match circumstance {
        Circumstance::AllDormant => active.fill(0),
        Circumstance::OneGiant => {
            let giant = |place: usize| shape.leaves()[place].supplier == 0;
            let n_suppliers =
                u32::try_from(n_branches / shape.cohorts_by_group().count()).expect("few suppliers");
            for place in (0..shape.n_places()).filter(|place| giant(*place)) {
                dormant[place] *= n_suppliers;
                active[place] *= n_suppliers;
            }
        }
        _ => {}
    }
    let mut groups = vec![0_u64; shape.cohorts_by_group().count()];
    let mut branches = Vec::with_capacity(n_branches);
    for (leaf, (dormant, active)) in shape.leaves().iter().zip(dormant.iter().zip(&active)) {
        let wanted = u64::from(dormant + active);
        groups[leaf.group] += wanted;
        match branches.last_mut() {
            Some((at, sum)) if *at == (leaf.group, leaf.supplier) => *sum += wanted,
            _ => branches.push(((leaf.group, leaf.supplier), wanted)),
        }
    }
    let part =
        |whole: u64, percent: u64| u32::try_from(whole * percent / 100).expect("a day's installations");
    let bound = circumstance == Circumstance::EveryLimit;
    let limit = |(at, (_, wanted)): (usize, &(_, u64))| {
        bound.then(|| Limit {
            per_day: part(*wanted, 60 + 10 * (at as u64 % 5)),
            covers_both: at.is_multiple_of(2),
        })
    };
    let limits: Vec<Option<Limit>> = branches.iter().enumerate().map(limit).collect();
    let capacity: Vec<u32> = groups.iter().map(|wanted| part(*wanted, circumstance.percent())).collect();
    let all: u64 = groups.iter().sum();
    OwnedDay {
        turn,
        programme: bound.then(|| part(all, 65)),
        dmin: part(all, 10) / u32::try_from(n_branches).expect("few suppliers"),
        groups: capacity,
        limits,
        dormant,
        active,
        ..OwnedDay::default()
    }
}
