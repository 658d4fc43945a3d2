//! The day's sharing by plain arithmetic: exact fractions in `u128`, a full sort, stateless largest remainder. It
//! follows the specification's text and shares no code with the library.

use dormouse::allocate::Rules;
use dormouse::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, UnusedFlat,
};

/// One day as the specification names it. Demand by (group, cohort in group, supplier).
pub(crate) struct Day {
    pub(crate) rules: Rules,
    pub(crate) dmin: u64,
    pub(crate) turn: u64,
    pub(crate) programme: Option<u64>,
    pub(crate) groups: Vec<u64>,
    /// By group, then supplier: limit and whether it covers both statuses.
    pub(crate) limits: Vec<Vec<Option<(u64, bool)>>>,
    pub(crate) n_suppliers: usize,
    /// By group, cohort in group, supplier.
    pub(crate) dormant: Vec<Vec<Vec<u64>>>,
    pub(crate) active: Vec<Vec<Vec<u64>>>,
}

/// Slots by (group, cohort in group, supplier), and what was idle by rule in each group.
pub(crate) struct Given {
    pub(crate) dormant: Vec<Vec<Vec<u64>>>,
    pub(crate) active: Vec<Vec<Vec<u64>>>,
    pub(crate) idle: Vec<u64>,
}

/// Largest remainder: quotas amount * weight / sum; odd units to the largest remainders, ties by rising (k - t) mod n.
pub(crate) fn shares(amount: u64, weights: &[u64], turn: u64) -> Vec<u64> {
    let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    if u128::from(amount) >= total {
        return weights.to_vec();
    }
    let n = weights.len() as u64;
    let product = |w: u64| u128::from(amount) * u128::from(w);
    let mut shares: Vec<u64> = weights.iter().map(|w| (product(*w) / total) as u64).collect();
    let mut order: Vec<usize> = (0..weights.len()).filter(|k| shares[*k] < weights[*k]).collect();
    order.sort_by_key(|k| (u128::MAX - product(weights[*k]) % total, (*k as u64 + n - turn % n) % n));
    let left = amount - shares.iter().sum::<u64>();
    order.iter().take(left as usize).for_each(|k| shares[*k] += 1);
    shares
}

/// The equal cut: nobody above what they want, the others the same whole number, units left over by turn.
fn equal_cut(amount: u64, wants: &[u64], turn: u64) -> Vec<u64> {
    if wants.iter().sum::<u64>() <= amount {
        return wants.to_vec();
    }
    let n = wants.len() as u64;
    let met = |level: u64| wants.iter().map(|w| (*w).min(level)).sum::<u64>();
    let mut level = 0;
    for step in (0..40).rev().map(|bit| 1 << bit) {
        if met(level + step) <= amount {
            level += step;
        }
    }
    let mut cut: Vec<u64> = wants.iter().map(|w| (*w).min(level)).collect();
    let mut order: Vec<usize> = (0..wants.len()).filter(|k| wants[*k] > level).collect();
    order.sort_by_key(|k| (*k as u64 + n - turn % n) % n);
    let left = amount - met(level);
    order.iter().take(left as usize).for_each(|k| cut[*k] += 1);
    cut
}

fn column(table: &[Vec<u64>], supplier: usize) -> Vec<u64> {
    table.iter().map(|row| row[supplier]).collect()
}

/// What is left, and what each supplier got in each group, as the steps go on.
struct Left {
    programme: Option<u64>,
    groups: Vec<u64>,
    /// Dormant demand not yet met, cut at limits that cover both.
    dormant: Vec<Vec<Vec<u64>>>,
    /// Usable Active demand of each supplier in each group.
    usable: Vec<Vec<u64>>,
    /// Room under limits that cover both.
    room: Vec<Vec<u64>>,
    dormant_got: Vec<Vec<u64>>,
    /// Amounts that are not yet handed to cells.
    flat: Vec<Vec<u64>>,
    rest: Vec<Vec<u64>>,
    /// Slots of each group that were set aside and stay empty.
    kept: Vec<u64>,
    given: Given,
}

pub(crate) fn allocate(day: &Day) -> Given {
    let mut left = begin(day);
    let (ppm, both) = match day.rules.dormant_priority {
        DormantPriority::Strict => (1_000_000, false),
        DormantPriority::UpToShare { ppm } => (u64::from(ppm), true),
    };
    let mut pooled = false;
    match (day.rules.policy, day.rules.precedence) {
        (AllocationPolicy::Msm, Precedence::PriorityFirst) => {
            dormant_first(day, &mut left, ppm);
            suppliers_share(day, &mut left, both, true);
            pooled = both;
        }
        (AllocationPolicy::Msm, Precedence::FlatFirst) => {
            flats_alone(day, &mut left);
            dormant_first(day, &mut left, ppm);
            suppliers_share(day, &mut left, both, false);
            pooled = both;
        }
        (AllocationPolicy::ActiveFirst, _) => {
            suppliers_share(day, &mut left, false, true);
            dormant_first(day, &mut left, 1_000_000);
        }
        (AllocationPolicy::Pooled, _) => {
            suppliers_share(day, &mut left, true, false);
            pooled = true;
        }
        (AllocationPolicy::MaxMin, _) => {
            equal_parts(day, &mut left);
            pooled = true;
        }
        (AllocationPolicy::EvenSplit, _) => {
            even_split(day, &mut left);
            pooled = true;
        }
        (AllocationPolicy::FirstReady, _) => unreachable!("who queues how long is not followed here"),
    }
    settle_idle(day, &mut left);
    hand_down(day, &mut left, pooled);
    left.given
}

/// decided: idle is only what somebody could still use, a group's own empty slots first; what empty slots hold of the
/// programme's limit is idle in the next groups that could use it.
fn settle_idle(day: &Day, left: &mut Left) {
    if left.given.idle.iter().all(|idle| *idle == 0) {
        return;
    }
    let suppliers = 0..day.n_suppliers;
    let handed: u64 = left.flat.iter().chain(&left.rest).flatten().sum();
    let given = handed + left.given.dormant.iter().flatten().flatten().sum::<u64>();
    let mut programme = day.programme.map_or(u64::MAX, |limit| limit - given);
    let mut open = Vec::new();
    for g in 0..day.groups.len() {
        let usable = suppliers.clone().map(|s| want(left, g, s, true)).sum::<u64>();
        let usable = usable.min(left.groups[g] + left.kept[g]);
        left.given.idle[g] = left.given.idle[g].min(usable).min(programme);
        programme -= left.given.idle[g];
        open.push(usable - left.given.idle[g]);
    }
    for (g, open) in open.into_iter().enumerate() {
        let more = open.min(programme);
        left.given.idle[g] += more;
        programme -= more;
    }
}

fn begin(day: &Day) -> Left {
    let zeros = |table: &[Vec<Vec<u64>>]| -> Vec<Vec<Vec<u64>>> {
        table.iter().map(|g| g.iter().map(|row| vec![0; row.len()]).collect()).collect()
    };
    let by_supplier = || vec![vec![0; day.n_suppliers]; day.groups.len()];
    let mut left = Left {
        programme: day.programme,
        groups: day.groups.clone(),
        dormant: day.dormant.clone(),
        usable: by_supplier(),
        room: vec![vec![u64::MAX; day.n_suppliers]; day.groups.len()],
        dormant_got: by_supplier(),
        flat: by_supplier(),
        rest: by_supplier(),
        kept: vec![0; day.groups.len()],
        given: Given {
            dormant: zeros(&day.dormant),
            active: zeros(&day.active),
            idle: vec![0; day.groups.len()],
        },
    };
    for g in 0..day.groups.len() {
        for s in 0..day.n_suppliers {
            let active: u64 = column(&day.active[g], s).iter().sum();
            left.usable[g][s] = active;
            if let Some((limit, covers_both)) = day.limits[g][s] {
                left.usable[g][s] = active.min(limit);
                if covers_both {
                    left.room[g][s] = limit;
                    let own = column(&day.dormant[g], s);
                    // decided: Dormant demand above a limit that covers both is cut pro rata over the cohorts.
                    let cut = shares(limit, &own, day.turn);
                    (0..own.len()).for_each(|c| left.dormant[g][c][s] = cut[c]);
                }
            }
        }
    }
    left
}

/// Groups' amounts within the programme's limit; whether that limit bound.
fn over_groups(limit: Option<u64>, wanted: &[u64], turn: u64) -> (Vec<u64>, bool) {
    match limit {
        Some(limit) if wanted.iter().sum::<u64>() > limit => (shares(limit, wanted, turn), true),
        _ => (wanted.to_vec(), false),
    }
}

fn take(left: &mut Left, g: usize, s: usize, amount: u64) {
    left.groups[g] -= amount;
    left.programme = left.programme.map(|p| p - amount);
    if left.room[g][s] != u64::MAX {
        left.room[g][s] -= amount;
    }
}

fn dormant_first(day: &Day, left: &mut Left, ppm: u64) {
    // decided: what a limit that covers both still leaves room for is usable, cut as at the start.
    for g in 0..day.groups.len() {
        for s in (0..day.n_suppliers).filter(|s| left.room[g][*s] != u64::MAX).collect::<Vec<_>>() {
            let cut = shares(left.room[g][s], &column(&left.dormant[g], s), day.turn);
            (0..cut.len()).for_each(|c| left.dormant[g][c][s] = cut[c]);
        }
    }
    let part = |limit: u64| limit * ppm / 1_000_000;
    let sum = |g: usize| left.dormant[g].iter().flatten().sum::<u64>();
    let wanted: Vec<u64> = (0..day.groups.len()).map(|g| sum(g).min(part(left.groups[g]))).collect();
    let (amounts, _) = over_groups(left.programme.map(part), &wanted, day.turn);
    for (g, amount) in amounts.into_iter().enumerate() {
        // decided: Dormant cells stand by cohort, then supplier, over the whole cross product.
        let weights: Vec<u64> = left.dormant[g].iter().flatten().copied().collect();
        let got = shares(amount, &weights, day.turn);
        for (k, got) in got.into_iter().enumerate() {
            let (c, s) = (k / day.n_suppliers, k % day.n_suppliers);
            left.dormant[g][c][s] -= got;
            left.given.dormant[g][c][s] += got;
            left.dormant_got[g][s] += got;
            take(left, g, s, got);
        }
    }
}

/// What a supplier can still use in a group.
fn want(left: &Left, g: usize, s: usize, both: bool) -> u64 {
    let dormant: u64 = if both { column(&left.dormant[g], s).iter().sum() } else { 0 };
    (left.usable[g][s] + dormant).saturating_sub(left.flat[g][s] + left.rest[g][s]).min(left.room[g][s])
}

/// The flat amount due to every supplier in every group.
fn flats_due(day: &Day, left: &Left, both: bool) -> Vec<Vec<u64>> {
    let counts_dormant = day.rules.dmin_covers == DminCovers::Both;
    let used = |g: usize, s: usize| if counts_dormant { left.dormant_got[g][s] } else { 0 };
    let groups = 0..day.groups.len();
    let mut due: Vec<Vec<u64>> =
        groups.clone().map(|g| (0..day.n_suppliers).map(|s| want(left, g, s, both)).collect()).collect();
    for s in 0..day.n_suppliers {
        match day.rules.dmin_scope {
            DminScope::PerGroup => {
                groups.clone().for_each(|g| due[g][s] = due[g][s].min(day.dmin.saturating_sub(used(g, s))));
            }
            DminScope::InAll => {
                let dmin = day.dmin.saturating_sub(groups.clone().map(|g| used(g, s)).sum());
                let spread = shares(dmin, &column(&due, s), day.turn);
                groups.clone().for_each(|g| due[g][s] = spread[g]);
            }
        }
    }
    due
}

fn flats_alone(day: &Day, left: &mut Left) {
    let both = day.rules.dmin_covers == DminCovers::Both;
    let due = flats_due(day, left, both);
    let wanted: Vec<u64> =
        (0..day.groups.len()).map(|g| due[g].iter().sum::<u64>().min(left.groups[g])).collect();
    let (amounts, _) = over_groups(left.programme, &wanted, day.turn);
    for (g, amount) in amounts.into_iter().enumerate() {
        for (s, flat) in equal_cut(amount, &due[g], day.turn).into_iter().enumerate() {
            take(left, g, s, flat);
            let own = column(&left.dormant[g], s);
            let for_dormant = if both { flat.min(own.iter().sum()) } else { 0 };
            for (c, got) in shares(for_dormant, &own, day.turn).into_iter().enumerate() {
                left.dormant[g][c][s] -= got;
                left.given.dormant[g][c][s] += got;
            }
            left.dormant_got[g][s] += for_dormant;
            left.flat[g][s] += flat - for_dormant;
        }
    }
}

fn suppliers_share(day: &Day, left: &mut Left, both: bool, flat_first: bool) {
    let flat_pool = both && day.rules.dmin_covers == DminCovers::Both;
    let due = if flat_first {
        flats_due(day, left, flat_pool)
    } else {
        vec![vec![0; day.n_suppliers]; day.groups.len()]
    };
    let wants =
        |left: &Left, g: usize| (0..day.n_suppliers).map(|s| want(left, g, s, both)).collect::<Vec<u64>>();
    let wanted: Vec<u64> =
        (0..day.groups.len()).map(|g| wants(left, g).iter().sum::<u64>().min(left.groups[g])).collect();
    let (amounts, _) = over_groups(left.programme, &wanted, day.turn);
    // decided: what the programme's limit leaves when all groups have their amounts is room for any of them.
    let spare = left.programme.map_or(u64::MAX, |limit| limit - amounts.iter().sum::<u64>());
    let asked = |g: usize| (0..day.n_suppliers).map(|s| want(left, g, s, true)).sum::<u64>();
    let all_asked: Vec<u64> = (0..day.groups.len()).map(asked).collect();
    let usable: u64 = all_asked.iter().zip(&left.groups).map(|(asked, limit)| asked.min(limit)).sum();
    let programme_fits = left.programme.is_none_or(|limit| usable <= limit);
    for g in 0..day.groups.len() {
        let unmet = wants(left, g);
        let sets_aside = flat_first && day.rules.remainder != Remainder::LowerBound;
        // decided: where all that is asked of a group fits, nothing is set aside there.
        let short = !programme_fits || all_asked[g] > left.groups[g];
        let lost = sets_aside && day.rules.unused_flat == UnusedFlat::Lost && short;
        let (flat, rest) = if lost {
            let room = left.groups[g].min(spare.saturating_add(amounts[g]));
            with_reserves(day, left, g, amounts[g], room, &unmet, &due[g])
        } else {
            with_flats(day, left, g, amounts[g], &unmet, &due[g], flat_first)
        };
        for s in 0..day.n_suppliers {
            left.flat[g][s] += flat[s];
            left.rest[g][s] += rest[s];
            take(left, g, s, flat[s] + rest[s]);
        }
    }
    let kept: u64 = left.kept.iter().sum();
    left.programme = left.programme.map(|limit| limit.saturating_sub(kept));
}

/// Equal parts over the suppliers of each group, nobody above what it can use.
fn equal_parts(day: &Day, left: &mut Left) {
    let wants: Vec<Vec<u64>> = (0..day.groups.len())
        .map(|g| (0..day.n_suppliers).map(|s| want(left, g, s, true)).collect())
        .collect();
    let wanted: Vec<u64> =
        wants.iter().zip(&left.groups).map(|(w, group)| w.iter().sum::<u64>().min(*group)).collect();
    let (amounts, _) = over_groups(left.programme, &wanted, day.turn);
    for (g, amount) in amounts.into_iter().enumerate() {
        for (s, part) in equal_cut(amount, &wants[g], day.turn).into_iter().enumerate() {
            left.rest[g][s] += part;
            take(left, g, s, part);
        }
    }
}

/// The programme in equal parts to groups, groups in equal parts to suppliers, and no reuse.
fn even_split(day: &Day, left: &mut Left) {
    let (n_groups, n_suppliers) = (day.groups.len(), day.n_suppliers);
    let parts = |amount: u64, n: usize| equal_cut(amount, &vec![amount + 1; n], day.turn);
    let of_programme = day.programme.map_or(vec![u64::MAX; n_groups], |p| parts(p, n_groups));
    let mut unused: Vec<u64> = Vec::new();
    let mut usable = 0;
    for (g, of_programme) in of_programme.into_iter().enumerate() {
        let wants: Vec<u64> = (0..n_suppliers).map(|s| want(left, g, s, true)).collect();
        let could = wants.iter().sum::<u64>().min(day.groups[g]);
        let part = of_programme.min(day.groups[g]);
        let used: Vec<u64> = parts(part, n_suppliers).iter().zip(&wants).map(|(p, w)| *p.min(w)).collect();
        for (s, used) in used.iter().enumerate() {
            left.rest[g][s] += used;
            take(left, g, s, *used);
        }
        usable += could;
        unused.push(could - used.iter().sum::<u64>());
    }
    // decided: what the programme's limit would have withheld anyway is not idle; idle slots are told group by group.
    let withheld = day.programme.map_or(0, |p| usable.saturating_sub(p));
    let mut idle = unused.iter().sum::<u64>() - withheld;
    for (g, unused) in unused.into_iter().enumerate() {
        left.given.idle[g] = unused.min(idle);
        idle -= left.given.idle[g];
    }
}

/// Flat amounts and remainder where the unused part of a flat amount is shared again.
fn with_flats(
    day: &Day,
    left: &Left,
    g: usize,
    amount: u64,
    unmet: &[u64],
    due: &[u64],
    flat_first: bool,
) -> (Vec<u64>, Vec<u64>) {
    let n = unmet.len();
    if flat_first && due.iter().sum::<u64>() > amount {
        return (equal_cut(amount, due, day.turn), vec![0; n]);
    }
    if day.rules.remainder == Remainder::LowerBound {
        let given: Vec<u64> =
            left.flat[g].iter().zip(unmet).map(|(f, u)| if *u > 0 { *f } else { 0 }).collect();
        let bounds = if flat_first { due.to_vec() } else { given.clone() };
        let whole: Vec<u64> = unmet.iter().zip(&given).map(|(u, f)| u + f).collect();
        let all = lower_bounds(amount + given.iter().sum::<u64>(), &whole, &bounds, day.turn);
        let flat: Vec<u64> =
            if flat_first { all.iter().zip(due).map(|(a, d)| *a.min(d)).collect() } else { vec![0; n] };
        let rest = (0..n).map(|s| all[s] - given[s] - flat[s]).collect();
        return (flat, rest);
    }
    let flat = due.to_vec();
    let left_over = amount - flat.iter().sum::<u64>();
    let open: Vec<u64> = unmet.iter().zip(&flat).map(|(u, f)| u - f).collect();
    let rest = match day.rules.remainder {
        Remainder::UnmetDemand | Remainder::LowerBound => shares(left_over, &open, day.turn),
        Remainder::WholeDemand => {
            let given = |s: usize| if flat_first { flat[s] } else { left.flat[g][s] };
            let weights: Vec<u64> =
                (0..n).map(|s| if open[s] > 0 { open[s] + given(s) } else { 0 }).collect();
            whole_demand(left_over, &weights, &open, day.turn)
        }
    };
    (flat, rest)
}

/// Shares in proportion to whole demand, never above what is unmet: those who reach it leave with it.
fn whole_demand(mut amount: u64, weights: &[u64], unmet: &[u64], turn: u64) -> Vec<u64> {
    if unmet.iter().sum::<u64>() <= amount {
        return unmet.to_vec();
    }
    let mut fixed: Vec<Option<u64>> = unmet.iter().map(|u| if *u == 0 { Some(0) } else { None }).collect();
    loop {
        let open: Vec<usize> = (0..weights.len()).filter(|s| fixed[*s].is_none()).collect();
        let total: u128 = open.iter().map(|s| u128::from(weights[*s])).sum();
        let full =
            |s: &&usize| u128::from(amount) * u128::from(weights[**s]) >= u128::from(unmet[**s]) * total;
        let reached: Vec<usize> = open.iter().filter(full).copied().collect();
        if reached.is_empty() {
            let rest: Vec<u64> =
                (0..weights.len()).map(|s| if fixed[s].is_none() { weights[s] } else { 0 }).collect();
            let shared = shares(amount, &rest, turn);
            return (0..weights.len()).map(|s| fixed[s].unwrap_or(shared[s])).collect();
        }
        for s in reached {
            fixed[s] = Some(unmet[s]);
            amount -= unmet[s];
        }
    }
}

/// Each gets the larger of its bound and its share pro rata to demand, cut at demand.
fn lower_bounds(mut amount: u64, demand: &[u64], bounds: &[u64], turn: u64) -> Vec<u64> {
    if demand.iter().sum::<u64>() <= amount {
        return demand.to_vec();
    }
    let mut fixed: Vec<Option<u64>> = vec![None; demand.len()];
    loop {
        let open: Vec<usize> = (0..demand.len()).filter(|s| fixed[*s].is_none()).collect();
        let total: u128 = open.iter().map(|s| u128::from(demand[*s])).sum();
        let below =
            |s: &&usize| u128::from(amount) * u128::from(demand[**s]) < u128::from(bounds[**s]) * total;
        let short: Vec<usize> = open.iter().filter(below).copied().collect();
        if short.is_empty() {
            let rest: Vec<u64> =
                (0..demand.len()).map(|s| if fixed[s].is_none() { demand[s] } else { 0 }).collect();
            let shared = shares(amount, &rest, turn);
            return (0..demand.len()).map(|s| fixed[s].unwrap_or(shared[s])).collect();
        }
        for s in short {
            fixed[s] = Some(bounds[s]);
            amount -= bounds[s];
        }
    }
}

/// Flat amounts and remainder where DMIN stays reserved for those who cannot use all of it.
fn with_reserves(
    day: &Day,
    left: &mut Left,
    g: usize,
    amount: u64,
    room: u64,
    unmet: &[u64],
    due: &[u64],
) -> (Vec<u64>, Vec<u64>) {
    // decided: a reserve is what Dormant slots that count towards DMIN have left of it.
    let used = |s: usize| if day.rules.dmin_covers == DminCovers::Both { left.dormant_got[g][s] } else { 0 };
    let reserve = |s: usize| if unmet[s] > 0 { day.dmin.saturating_sub(used(s)) } else { 0 };
    let reserves: Vec<u64> = (0..unmet.len()).map(reserve).collect();
    let reserved: u64 = reserves.iter().sum();
    let flat: Vec<u64> = if reserved > room {
        equal_cut(room, &reserves, day.turn).iter().zip(due).map(|(cut, due)| *cut.min(due)).collect()
    } else {
        due.to_vec()
    };
    let given: u64 = flat.iter().sum();
    let rest = room.saturating_sub(reserved).min(amount - given);
    // decided: what is set aside and not used counts against the group's limit and the programme's: it stays empty.
    let kept = reserved.min(room) - given;
    left.given.idle[g] += kept;
    left.kept[g] += kept;
    left.groups[g] -= kept;
    let open: Vec<u64> = unmet.iter().zip(&flat).map(|(u, f)| u - f).collect();
    let rest = match day.rules.remainder {
        Remainder::WholeDemand => {
            let whole = |s: usize| if open[s] > 0 { open[s] + flat[s] } else { 0 };
            whole_demand(rest, &(0..open.len()).map(whole).collect::<Vec<u64>>(), &open, day.turn)
        }
        Remainder::UnmetDemand | Remainder::LowerBound => shares(rest, &open, day.turn),
    };
    (flat, rest)
}

/// Hands every supplier's amount to its cells.
fn hand_down(day: &Day, left: &mut Left, both: bool) {
    for g in 0..day.groups.len() {
        for s in 0..day.n_suppliers {
            let amount = left.flat[g][s] + left.rest[g][s];
            let mut active = column(&day.active[g], s);
            let n = active.len();
            if both {
                if let Some((limit, false)) = day.limits[g][s] {
                    active = shares(limit, &active, day.turn);
                }
                let weights: Vec<u64> = column(&left.dormant[g], s).into_iter().chain(active).collect();
                let got = shares(amount, &weights, day.turn);
                (0..n).for_each(|c| left.given.dormant[g][c][s] += got[c]);
                (0..n).for_each(|c| left.given.active[g][c][s] += got[n + c]);
            } else {
                let got = shares(amount, &active, day.turn);
                (0..n).for_each(|c| left.given.active[g][c][s] += got[c]);
            }
        }
    }
}
