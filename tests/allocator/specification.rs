//! The specification of the default rule, to be read beside `docs/reference/allocation.md`: exact fractions, plain
//! sorts, no cleverness. Amounts and demands are whole; what a rounding leaves whole stays whole.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use num_rational::Ratio;

use super::day::{Today, Tree};

pub(crate) type Exact = Ratio<i128>;

/// A credit is kept in parts of this, rounded down.
const PARTS: i128 = 1 << 32;

/// What becomes of fractions of a slot.
pub(crate) enum Fractions {
    /// They are given: exact quotas.
    Kept,
    /// The odd slots go by the largest, each day for itself.
    Largest,
    /// The odd slots go by the largest, with what earlier days owe; by who shares, then claimant.
    Carried(BTreeMap<(&'static str, usize), Vec<i128>>),
}

impl Fractions {
    /// The same, each day for itself.
    fn of_one_day(&self) -> Self {
        if matches!(self, Self::Kept) { Self::Kept } else { Self::Largest }
    }
}

/// Slots by group, then cohort and supplier.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slots {
    pub(crate) dormant: Vec<Vec<Exact>>,
    pub(crate) active: Vec<Vec<Exact>>,
}

/// Shares out a day. Cells of a group stand by cohort, then supplier: cell `c * n_suppliers + s`.
pub(crate) fn msm(tree: &Tree, today: &Today, fractions: &mut Fractions) -> Slots {
    let (n_groups, n_suppliers) = (tree.n_cohorts.len(), tree.n_suppliers);
    let turn = today.turn as usize;
    let [dormant_demand, active_demand] = [&today.dormant, &today.active].map(|row| cells(tree, row));
    let of = |supplier: usize, cells: &[Exact]| -> Vec<Exact> {
        cells.iter().skip(supplier).step_by(n_suppliers).copied().collect()
    };
    let branches = tree.branches();
    let limit = |g: usize, s: usize| {
        let branch = branches.iter().position(|branch| *branch == (g, s));
        branch.and_then(|at| today.limits[at]).map(|limit| (whole(limit.per_day), limit.covers_both))
    };

    // 1. Limits nest: a supplier's Dormant demand counts as far as its limit, where that covers both.
    let mut dormant = dormant_demand.clone();
    for (g, s) in branches.iter().copied() {
        if let Some((limit, true)) = limit(g, s) {
            let own = of(s, &dormant[g]);
            let cut = pro_rata(limit, &own, &own, turn, &mut fractions.of_one_day(), ("", 0));
            cut.iter().enumerate().for_each(|(c, cut)| dormant[g][c * n_suppliers + s] = *cut);
        }
    }

    // 2. Dormant first: over groups pro rata to usable Dormant demand; in a group over its cells pro rata to demand.
    let usable: Vec<Exact> = (0..n_groups).map(|g| sum(&dormant[g]).min(whole(today.groups[g]))).collect();
    let demand: Vec<Exact> = dormant_demand.iter().map(|cells| sum(cells)).collect();
    let programme = today.programme.map_or(sum(&usable), whole);
    let parts = pro_rata(programme, &usable, &demand, turn, fractions, ("Dormant of groups", 0));
    for g in 0..n_groups {
        let what = ("Dormant cells", g);
        dormant[g] = pro_rata(parts[g], &dormant[g], &dormant_demand[g], turn, fractions, what);
    }

    // 3. Active gets what is left of the programme and of each group, over groups pro rata to usable Active demand.
    let want = |g: usize, s: usize| match limit(g, s) {
        Some((limit, true)) => sum(&of(s, &active_demand[g])).min(limit - sum(&of(s, &dormant[g]))),
        Some((limit, false)) => sum(&of(s, &active_demand[g])).min(limit),
        None => sum(&of(s, &active_demand[g])),
    };
    let wants: Vec<Vec<Exact>> =
        (0..n_groups).map(|g| (0..n_suppliers).map(|s| want(g, s)).collect()).collect();
    let left = |g: usize| whole(today.groups[g]) - sum(&dormant[g]);
    let usable: Vec<Exact> = (0..n_groups).map(|g| sum(&wants[g]).min(left(g))).collect();
    let demand: Vec<Exact> = active_demand.iter().map(|cells| sum(cells)).collect();
    let programme = today.programme.map_or(sum(&usable), |limit| whole(limit) - sum(&parts));
    let parts = pro_rata(programme, &usable, &demand, turn, fractions, ("Active of groups", 0));
    let mut active = active_demand.clone();
    for g in 0..n_groups {
        // Flat allocation: the lesser of demand and DMIN, cut equally where that does not fit.
        let due: Vec<Exact> = wants[g].iter().map(|want| whole(today.dmin).min(*want)).collect();
        let flat = equal_cut(parts[g], &due, turn, fractions);
        // 4. Remainder: pro rata to unmet demand.
        let unmet: Vec<Exact> = (0..n_suppliers).map(|s| wants[g][s] - flat[s]).collect();
        let demand: Vec<Exact> = (0..n_suppliers).map(|s| sum(&of(s, &active_demand[g]))).collect();
        let rest = parts[g] - sum(&flat);
        let rest = pro_rata(rest, &unmet, &demand, turn, fractions, ("remainder", g));
        // 5. A supplier's whole amount goes pro rata over its cohorts.
        for s in 0..n_suppliers {
            let (own, what) = (of(s, &active_demand[g]), ("Active cells", g * n_suppliers + s));
            let slots = pro_rata(flat[s] + rest[s], &own, &own, turn, fractions, what);
            slots.iter().enumerate().for_each(|(c, slots)| active[g][c * n_suppliers + s] = *slots);
        }
    }
    Slots { dormant, active }
}

/// Everybody the floor of its quota `amount * weight / sum of weights`; the slots left one each to the largest
/// remainders, or remainders plus credits, equal ones by rising `(k - t) mod n`. Who has no demand today has no credit.
fn pro_rata(
    amount: Exact,
    weights: &[Exact],
    demand: &[Exact],
    turn: usize,
    fractions: &mut Fractions,
    who: (&'static str, usize),
) -> Vec<Exact> {
    let (n, total) = (weights.len(), sum(weights));
    let (kept, carried) = (matches!(fractions, Fractions::Kept), matches!(fractions, Fractions::Carried(_)));
    let mut nobodys = vec![0; n];
    let credit = match fractions {
        Fractions::Carried(credits) => credits.entry(who).or_insert(nobodys),
        _ => &mut nobodys,
    };
    (0..n).filter(|k| demand[*k] == whole(0)).for_each(|k| credit[k] = 0);
    if amount >= total {
        return weights.to_vec();
    }
    let quotas: Vec<Exact> = weights.iter().map(|weight| amount * weight / total).collect();
    if kept {
        return quotas;
    }
    let mut slots: Vec<Exact> = quotas.iter().map(Exact::floor).collect();
    let in_parts = |k: usize| (quotas[k].fract() * PARTS).floor() + credit[k];
    let owed: Vec<Exact> = (0..n).map(|k| if carried { in_parts(k) } else { quotas[k].fract() }).collect();
    let mut line: Vec<usize> = (0..n).filter(|k| slots[*k] < weights[*k]).collect();
    line.sort_by_key(|k| (Reverse(owed[*k]), by_turn(*k, turn, n)));
    line.truncate((amount - sum(&slots)).to_integer() as usize);
    for k in 0..n {
        let odd = i128::from(line.contains(&k));
        slots[k] += odd;
        credit[k] = owed[k].to_integer() - odd * PARTS;
    }
    slots
}

/// Those who want less than the level get all they want, the others the same; what is left one each by turn.
fn equal_cut(amount: Exact, wants: &[Exact], turn: usize, fractions: &Fractions) -> Vec<Exact> {
    if sum(wants) <= amount {
        return wants.to_vec();
    }
    let n = wants.len();
    let level_of = |open: &[usize]| {
        let met = (0..n).filter(|k| !open.contains(k)).map(|k| wants[k]).sum::<Exact>();
        (amount - met) / whole(open.len() as u64)
    };
    let mut open: Vec<usize> = (0..n).collect();
    while open.iter().any(|k| wants[*k] <= level_of(&open)) {
        let level = level_of(&open);
        open.retain(|k| wants[*k] > level);
    }
    let exact = matches!(fractions, Fractions::Kept);
    let level = if exact { level_of(&open) } else { level_of(&open).floor() };
    let mut slots: Vec<Exact> = wants.iter().map(|want| level.min(*want)).collect();
    open.sort_by_key(|k| by_turn(*k, turn, n));
    open.truncate((amount - sum(&slots)).to_integer() as usize);
    open.iter().for_each(|k| slots[*k] += 1);
    slots
}

fn by_turn(k: usize, turn: usize, n: usize) -> usize {
    (k + n - turn % n) % n
}

fn sum(amounts: &[Exact]) -> Exact {
    amounts.iter().sum()
}

pub(crate) fn whole(count: impl Into<i128>) -> Exact {
    Exact::from_integer(count.into())
}

/// A column by place as cells by group, then cohort and supplier; what is not declared has none.
pub(crate) fn cells(tree: &Tree, column: &[u32]) -> Vec<Vec<Exact>> {
    let mut cells: Vec<Vec<Exact>> =
        tree.n_cohorts.iter().map(|cohorts| vec![whole(0); cohorts * tree.n_suppliers]).collect();
    for (leaf, count) in tree.leaves.iter().zip(column) {
        cells[leaf.group][leaf.cohort * tree.n_suppliers + leaf.supplier] = whole(*count);
    }
    cells
}
