//! Checks a day's slots against demand, limits and rules from the certificate alone, in one pass and in whole numbers.
//! Shares no code with the rules: it adds everything up again and believes nothing it can check.

use crate::model::{
    AllocationPolicy, DminCovers, DminScope, DormantPriority, Precedence, Remainder, Rounding, UnusedFlat,
};

use super::certificate::{Among, Certificate, Settled, Sharing, Split};
use super::network::{Layout, Worth};
use super::unproven::Unproven;
use super::{Day, Grants, Limit, Rules, Shape};

/// What a certificate was found to prove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proven {
    /// Slots given in all \[installations\].
    pub allocated: u64,
    /// Sharings found to be as their rule says.
    pub sharings: u64,
}

/// Checks that no cell got more than it demands and no limit was passed; that every sharing is within one unit of its
/// quotas, or nearest to them as its rounding says; that flat amounts were given wherever they fit; and that nothing
/// stayed idle, nor went to those who come second, that could have gone to others.
///
/// # Errors
/// Says what does not hold, with the numbers.
pub fn verify(shape: &Shape, rules: &Rules, day: &Day<'_>, grants: &Grants) -> Result<Proven, Unproven> {
    let totals = Totals::of(shape, day, grants)?;
    totals.within_limits(shape, day)?;
    let certificate = &grants.certificate;
    for sharing in &certificate.sharings {
        sharing_holds(shape, sharing, certificate.claims_of(sharing))?;
    }
    if certificate.prices.is_empty() {
        // Where everybody got all it demands, nobody has less than any promise.
        if totals.all_demand == totals.all.iter().sum::<u64>() {
            return Ok(totals.proven(certificate));
        }
        nobody_could_use_more(shape, rules, day, &totals)?;
        all_were_served_where_all_fits(shape, rules, day, &totals)?;
        flats_were_given(shape, rules, day, &totals)?;
    } else {
        aims_are_the_policys(shape, rules, certificate)?;
        flats_are_due(shape, rules, day, certificate, &totals)?;
        no_exchange_helps(shape, day, grants, &totals)?;
    }
    Ok(totals.proven(certificate))
}

/// Demand by branch, slots by node, and status.
struct Totals {
    /// Branches with any demand. The others want nothing and, since no cell got more than it demands, have nothing.
    live: Vec<usize>,
    demand: Vec<[u64; 2]>,
    branches: Vec<[u64; 2]>,
    groups: Vec<[u64; 2]>,
    all: [u64; 2],
    all_demand: u64,
    /// By cohort, and by supplier what counts against its limit over all groups; only where limits cross.
    cohorts: Vec<u64>,
    suppliers: Vec<u64>,
}

impl Totals {
    /// Adds up from the cells; none got more than it demands, and each supplier's rules account for its slots.
    fn of(shape: &Shape, day: &Day<'_>, grants: &Grants) -> Result<Self, Unproven> {
        let mut totals = Self {
            live: Vec::with_capacity(shape.branches.len()),
            demand: vec![[0; 2]; shape.branches.len()],
            branches: vec![[0; 2]; shape.branches.len()],
            groups: vec![[0; 2]; shape.groups.len()],
            all: [0; 2],
            all_demand: 0,
            cohorts: Vec::new(),
            suppliers: Vec::new(),
        };
        match day.listed {
            Some(listed) => totals.add_listed(shape, day, grants, listed)?,
            None => totals.add_all(shape, day, grants)?,
        }
        for (at, (branch, by_rule)) in shape.branches.iter().zip(&grants.branches).enumerate() {
            let (demand, got) = (totals.demand[at], totals.branches[at]);
            let told = u64::from(by_rule.dormant) + u64::from(by_rule.flat) + u64::from(by_rule.remainder);
            if got[0] + got[1] != told {
                let who = Unproven::default().branch(branch.supplier, branch.group);
                return Err(who.words(format!(" got {} slots and {told} by rule", got[0] + got[1])));
            }
            if demand[0] + demand[1] == 0 {
                continue;
            }
            for (status, got) in got.into_iter().enumerate() {
                totals.groups[branch.group][status] += got;
                totals.all[status] += got;
            }
            totals.all_demand += demand[0] + demand[1];
            totals.live.push(at);
        }
        if day.crosses() {
            totals.add_crossing(shape, day, grants);
        }
        Ok(totals)
    }

    /// Adds the cells of all places up, branch by branch.
    fn add_all(&mut self, shape: &Shape, day: &Day<'_>, grants: &Grants) -> Result<(), Unproven> {
        for (at, branch) in shape.branches.iter().enumerate() {
            let places = branch.places.clone();
            let rows = [(day.dormant, &grants.dormant), (day.active, &grants.active)];
            let rows = rows.map(|(demand, got)| add_up(&demand[places.clone()], &got[places.clone()]));
            if rows.iter().any(|row| row.above) {
                return Err(above_demand(shape, at));
            }
            (self.demand[at], self.branches[at]) = (rows.map(|row| row.demand), rows.map(|row| row.got));
        }
        Ok(())
    }

    /// Adds the cells of the places up that the day lists. No other place wants or has anything: as many do of all as of those listed.
    fn add_listed(
        &mut self,
        shape: &Shape,
        day: &Day<'_>,
        grants: &Grants,
        listed: &[usize],
    ) -> Result<(), Unproven> {
        let wants = day.dormant.iter().zip(day.active);
        let has = grants.dormant.iter().zip(&grants.active);
        let any = wants.zip(has).map(|((a, b), (c, d))| u32::from(a | b | c | d > 0)).sum::<u32>();
        let (mut any_listed, mut from, mut rising) = (0, 0, true);
        for &place in listed {
            (rising, from) = (rising && place >= from, place + 1);
            let [wants, has] =
                [[day.dormant[place], day.active[place]], [grants.dormant[place], grants.active[place]]];
            let at = shape.branches_of_places[place] as usize;
            if has[0] > wants[0] || has[1] > wants[1] {
                return Err(above_demand(shape, at));
            }
            any_listed += u32::from(wants[0] | wants[1] > 0);
            for status in 0..2 {
                self.demand[at][status] += u64::from(wants[status]);
                self.branches[at][status] += u64::from(has[status]);
            }
        }
        if rising && any == any_listed {
            return Ok(());
        }
        Err(format!("{any} places want or have slots, and {any_listed} of those listed").into())
    }

    fn proven(&self, certificate: &Certificate) -> Proven {
        Proven { allocated: self.all.iter().sum(), sharings: certificate.sharings.len() as u64 }
    }

    fn add_crossing(&mut self, shape: &Shape, day: &Day<'_>, grants: &Grants) {
        self.cohorts.resize(shape.n_cohorts(), 0);
        for place in 0..shape.n_places() {
            let got = u64::from(grants.dormant[place]) + u64::from(grants.active[place]);
            self.cohorts[shape.cohort_of(place)] += got;
        }
        self.suppliers.resize(shape.n_suppliers as usize, 0);
        for (branch, got) in shape.branches.iter().zip(&self.branches) {
            if let Some(limit) = over_all(day, branch.supplier) {
                self.suppliers[branch.supplier] += counted(limit, *got);
            }
        }
    }

    fn within_limits(&self, shape: &Shape, day: &Day<'_>) -> Result<(), Unproven> {
        let programme = day.programme.unwrap_or(u32::MAX);
        within(self.all[0] + self.all[1], programme, || Unproven::from("the programme".to_owned()))?;
        for (group, got) in self.groups.iter().enumerate() {
            within(got[0] + got[1], day.groups[group], || Unproven::default().group(group))?;
        }
        for ((branch, got), limit) in shape.branches.iter().zip(&self.branches).zip(day.limits) {
            if let Some(limit) = limit {
                let what = || Unproven::default().branch(branch.supplier, branch.group);
                within(counted(*limit, *got), limit.per_day, what)?;
            }
        }
        for (cohort, got) in self.cohorts.iter().enumerate() {
            within(*got, ramp_up(day, cohort), || Unproven::default().cohort(cohort))?;
        }
        for (supplier, got) in self.suppliers.iter().enumerate() {
            let limit = over_all(day, supplier).map_or(u32::MAX, |limit| limit.per_day);
            within(*got, limit, || Unproven::default().supplier(supplier).words(" over all groups"))?;
        }
        Ok(())
    }
}

/// A cell of a branch got more slots than it demands.
fn above_demand(shape: &Shape, branch: usize) -> Unproven {
    Unproven::from("a cell of ".to_owned())
        .and(supplier_in(shape, branch))
        .words(" got more slots than it demands")
}

/// A supplier's limit over all groups.
fn over_all(day: &Day<'_>, supplier: usize) -> Option<Limit> {
    day.suppliers.get(supplier).copied().flatten()
}

/// A cohort's ramp-up limit.
fn ramp_up(day: &Day<'_>, cohort: usize) -> u32 {
    day.cohorts.get(cohort).copied().unwrap_or(u32::MAX)
}

/// Slots that count against a supplier's limit.
fn counted(limit: Limit, got: [u64; 2]) -> u64 {
    got[1] + if limit.covers_both { got[0] } else { 0 }
}

/// No more than a limit; if more, `what` says whose.
fn within(got: u64, limit: u32, what: impl Fn() -> Unproven) -> Result<(), Unproven> {
    if got <= u64::from(limit) {
        return Ok(());
    }
    Err(what().words(format!(" got {got} slots within {limit}")))
}

/// One branch's cells of a status together.
#[derive(Clone, Copy)]
struct Row {
    demand: u64,
    got: u64,
    /// Whether any cell got more than it demands.
    above: bool,
}

/// Adds cells up, all in one pass without a stop, so that several are compared at a time.
fn add_up(demand: &[u32], got: &[u32]) -> Row {
    let row = Row { demand: 0, got: 0, above: false };
    demand.iter().zip(got).fold(row, |row, (want, got)| Row {
        demand: row.demand + u64::from(*want),
        got: row.got + u64::from(*got),
        above: row.above || got > want,
    })
}

/// An amount was given out whole, to nobody more than it could take, as near to quotas as its rounding promises.
fn sharing_holds(shape: &Shape, sharing: &Sharing, claims: &[Settled]) -> Result<(), Unproven> {
    let say = |what: &str| {
        let among = match sharing.among {
            Among::Groups => Unproven::from("groups".to_owned()),
            Among::CellsOfGroup(group) => Unproven::from("cells of ".to_owned()).group(group),
            Among::SuppliersOf(group) => Unproven::from("suppliers of ".to_owned()).group(group),
            Among::GroupsOf(supplier) => Unproven::from("groups of ".to_owned()).supplier(supplier),
            Among::CellsOf(at) => Unproven::from("cells of ".to_owned()).and(supplier_in(shape, at)),
        };
        let by = format!(" shared {} by {:?}", sharing.amount, sharing.rule);
        Err(Unproven::from(format!("{what} where ")).and(among).words(by))
    };
    let (mut weights, mut given) = (0, 0);
    for claim in claims {
        weights += u64::from(claim.weight);
        given += u64::from(claim.got);
        if claim.got > claim.cap {
            return say(&format!("{} slots went to a claim of {}", claim.got, claim.cap));
        }
    }
    if weights != sharing.of || given != u64::from(sharing.amount) {
        return say(&format!("{given} slots were given by weights of {weights}, not {},", sharing.of));
    }
    let near = match sharing.split {
        Split::Equal => equal_parts(claims),
        Split::ProRata(Rounding::Webster) => nearest_by_divisor(claims),
        Split::ProRata(rounding) => within_one_unit(sharing, claims, rounding),
    };
    if near { Ok(()) } else { say("parts are not what the quotas say") }
}

/// Those who got less than they could take got the same, give or take one; nobody got more than that.
fn equal_parts(claims: &[Settled]) -> bool {
    let short = claims.iter().filter(|claim| claim.got < claim.cap);
    let least = short.map(|claim| claim.got).min().unwrap_or(u32::MAX);
    claims.iter().all(|claim| claim.got <= least.saturating_add(1))
}

/// No unit would be nearer to its quota elsewhere: the least divisor at which one was won is no less than the greatest
/// at which one was missed.
fn nearest_by_divisor(claims: &[Settled]) -> bool {
    let missed = claims.iter().filter(|claim| claim.got < claim.cap);
    let missed = missed.map(|claim| (u64::from(claim.weight), 2 * u64::from(claim.got) + 1));
    let won = claims.iter().filter(|claim| claim.got > 0);
    let won = won.map(|claim| (u64::from(claim.weight), 2 * u64::from(claim.got) - 1));
    let by_ratio = |a: &(u64, u64), b: &(u64, u64)| {
        (u128::from(a.0) * u128::from(b.1)).cmp(&(u128::from(b.0) * u128::from(a.1)))
    };
    match (missed.max_by(by_ratio), won.min_by(by_ratio)) {
        (Some(missed), Some(won)) => by_ratio(&missed, &won).is_le(),
        _ => true,
    }
}

/// Everybody got the whole part of its quota, and at most one unit more; by largest remainder, those with more had the
/// larger fractions.
fn within_one_unit(sharing: &Sharing, claims: &[Settled], rounding: Rounding) -> bool {
    let (mut least_lucky, mut most_missed) = (u64::MAX, 0);
    for claim in claims {
        let product = u64::from(sharing.amount) * u64::from(claim.weight);
        let (whole, rest) = (product / sharing.of, product % sharing.of);
        match u64::from(claim.got).checked_sub(whole) {
            Some(0) if claim.got < claim.cap => most_missed = most_missed.max(rest),
            Some(0) => {}
            Some(1) => least_lucky = least_lucky.min(rest),
            _ => return false,
        }
    }
    match rounding {
        Rounding::LargestRemainder => least_lucky >= most_missed,
        Rounding::Systematic => least_lucky > 0,
        _ => true,
    }
}

/// What a policy promises beyond the limits, where limits nest.
struct Promise {
    /// Nothing stays idle that anybody could use.
    nothing_idle: bool,
    /// The status that nobody of the other may hold back.
    first: Option<usize>,
}

impl Promise {
    fn of(rules: &Rules) -> Self {
        let reserved = rules.unused_flat == UnusedFlat::Lost && rules.remainder != Remainder::LowerBound;
        let (nothing_idle, first) = match rules.policy {
            AllocationPolicy::Msm => {
                let strict = rules.dormant_priority == DormantPriority::Strict;
                let priority = rules.precedence == Precedence::PriorityFirst;
                (!reserved || !priority, (strict && priority).then_some(0))
            }
            AllocationPolicy::ActiveFirst => (!reserved, (!reserved).then_some(1)),
            AllocationPolicy::EvenSplit => (false, None),
            AllocationPolicy::Pooled | AllocationPolicy::MaxMin | AllocationPolicy::FirstReady => {
                (true, None)
            }
        };
        Self { nothing_idle, first }
    }
}

/// Every cell that wants more stands under a limit that is full; one of those who go first, under a limit that they
/// fill alone. Where limits nest, that is all it takes for both totals to be the largest there are.
fn nobody_could_use_more(
    shape: &Shape,
    rules: &Rules,
    day: &Day<'_>,
    totals: &Totals,
) -> Result<(), Unproven> {
    let promise = Promise::of(rules);
    let full = |got: u64, limit: u32| got >= u64::from(limit);
    let programme = day.programme.unwrap_or(u32::MAX);
    for &at in &totals.live {
        let branch = &shape.branches[at];
        let (got, group, limit) = (totals.branches[at], totals.groups[branch.group], day.limits[at]);
        for (status, demand) in totals.demand[at].into_iter().enumerate() {
            let unmet = demand > got[status];
            let own = |slots: [u64; 2]| {
                limit.is_some_and(|l| (l.covers_both || status == 1) && full(counted(l, slots), l.per_day))
            };
            let above = |of_all: [u64; 2], of_group: [u64; 2]| {
                full(of_all[0] + of_all[1], programme)
                    || full(of_group[0] + of_group[1], day.groups[branch.group])
            };
            if unmet && promise.nothing_idle && !own(got) && !above(totals.all, group) {
                return Err(supplier_in(shape, at).words(" could have used an idle slot"));
            }
            let alone = |slots: [u64; 2]| if status == 0 { [slots[0], 0] } else { [0, slots[1]] };
            if unmet
                && promise.first == Some(status)
                && !own(alone(got))
                && !above(alone(totals.all), alone(group))
            {
                let what = " goes first and could have used a slot of others";
                return Err(supplier_in(shape, at).words(what));
            }
        }
    }
    Ok(())
}

/// In a group that has room for all that is asked of it, nobody goes without, whatever the policy sets aside: where all
/// fits, no rule is needed. `even-split` alone knows no such promise.
fn all_were_served_where_all_fits(
    shape: &Shape,
    rules: &Rules,
    day: &Day<'_>,
    totals: &Totals,
) -> Result<(), Unproven> {
    if day.crosses() || rules.policy == AllocationPolicy::EvenSplit {
        return Ok(());
    }
    let usable = |at: usize| {
        let [dormant, active] = totals.demand[at];
        match day.limits[at] {
            None => dormant + active,
            Some(limit) if limit.covers_both => (dormant + active).min(limit.per_day.into()),
            Some(limit) => dormant + active.min(limit.per_day.into()),
        }
    };
    let mut asked = vec![0; shape.groups.len()];
    totals.live.iter().for_each(|at| asked[shape.branches[*at].group] += usable(*at));
    let groups =
        || asked.iter().zip(day.groups).map(|(asked, limit)| (*asked, u64::from(*limit))).enumerate();
    let used: u64 = groups().map(|(_, (asked, limit))| asked.min(limit)).sum();
    if used > u64::from(day.programme.unwrap_or(u32::MAX)) {
        return Ok(());
    }
    for (group, (asked, limit)) in groups() {
        let got: u64 = totals.groups[group].iter().sum();
        if asked <= limit && got < asked {
            let given = Unproven::from(format!("{got} of {asked} slots asked for in ")).group(group);
            return Err(given.words(format!(" were given within {limit}")));
        }
    }
    Ok(())
}

/// The least and the most that may be due to a branch as its flat amount: they differ where DMIN is spread over groups
/// and its quotas are not whole.
#[derive(Clone, Copy, Debug, Default)]
struct Due {
    least: u64,
    most: u64,
}

/// Flat amounts by the day alone: what a supplier wants in a group, up to what is left of DMIN, or of its part of DMIN
/// where that counts over all groups. `wanted` and `counted` are by branch; what is counted uses up DMIN.
fn flat_amounts(shape: &Shape, rules: &Rules, day: &Day<'_>, wanted: &[u64], counted: &[u64]) -> Vec<Due> {
    let dmin = u64::from(day.dmin);
    match rules.dmin_scope {
        DminScope::PerGroup => {
            let due =
                wanted.iter().zip(counted).map(|(wanted, used)| *wanted.min(&dmin.saturating_sub(*used)));
            due.map(|due| Due { least: due, most: due }).collect()
        }
        DminScope::InAll => {
            let mut of_suppliers = vec![[0, 0]; shape.n_suppliers as usize];
            for ((branch, wanted), used) in shape.branches.iter().zip(wanted).zip(counted) {
                of_suppliers[branch.supplier][0] += wanted;
                of_suppliers[branch.supplier][1] += used;
            }
            let due = shape.branches.iter().zip(wanted).map(|(branch, wanted)| {
                let [of, used] = of_suppliers[branch.supplier];
                let dmin = dmin.saturating_sub(used);
                if dmin >= of {
                    return Due { least: *wanted, most: *wanted };
                }
                Due { least: dmin * wanted / of, most: (dmin * wanted).div_ceil(of) }
            });
            due.collect()
        }
    }
}

/// In what order a policy serves the flat amounts, where it promises them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flats {
    /// After the Dormant slots.
    AfterDormant,
    /// Before the Dormant slots.
    BeforeDormant,
}

impl Flats {
    /// `None` for a policy that knows no flat amounts, or hands them to cells of both statuses.
    fn of(rules: &Rules) -> Option<Self> {
        match (rules.policy, rules.dormant_priority, rules.precedence) {
            (AllocationPolicy::Msm, DormantPriority::Strict, Precedence::PriorityFirst) => {
                Some(Self::AfterDormant)
            }
            (AllocationPolicy::Msm, DormantPriority::Strict, Precedence::FlatFirst)
            | (AllocationPolicy::ActiveFirst, ..) => Some(Self::BeforeDormant),
            (AllocationPolicy::Msm, DormantPriority::UpToShare { .. }, _)
            | (
                AllocationPolicy::Pooled
                | AllocationPolicy::MaxMin
                | AllocationPolicy::EvenSplit
                | AllocationPolicy::FirstReady,
                ..,
            ) => None,
        }
    }

    /// Whether a flat amount is for the Dormant cells of a supplier as well.
    fn serve_dormant(self, rules: &Rules) -> bool {
        self == Self::BeforeDormant
            && rules.policy == AllocationPolicy::Msm
            && rules.dmin_covers == DminCovers::Both
    }

    /// Whether Dormant slots use up a supplier's DMIN.
    fn count_dormant(self, rules: &Rules) -> bool {
        self == Self::AfterDormant && rules.dmin_covers == DminCovers::Both
    }
}

/// Every supplier has its flat amount; in a group where one has less, nobody has more than its own, and those who have
/// less have equal parts.
fn flats_were_given(shape: &Shape, rules: &Rules, day: &Day<'_>, totals: &Totals) -> Result<(), Unproven> {
    // Where limits cross, an amount reserved for those who cannot use it may hold back one that would fit.
    let reserved = day.crosses() && rules.unused_flat == UnusedFlat::Lost;
    let Some(flats) = Flats::of(rules).filter(|_| !reserved && day.dmin > 0) else { return Ok(()) };
    let for_both = flats.serve_dormant(rules);
    let mut wanted = vec![0; shape.branches.len()];
    let mut counted = vec![0; shape.branches.len()];
    for &at in &totals.live {
        let [dormant, _] = totals.branches[at];
        let [of_dormant, of_active] = totals.demand[at];
        let most = |limit: Option<u64>| limit.unwrap_or(u64::MAX);
        let own = day.limits[at].map(|limit| u64::from(limit.per_day));
        let over_both = own.filter(|_| day.limits[at].is_some_and(|limit| limit.covers_both));
        let before = if flats == Flats::AfterDormant { dormant } else { 0 };
        let of_both = of_active.min(most(own)) + if for_both { of_dormant } else { 0 };
        wanted[at] = of_both.min(most(over_both).saturating_sub(before));
        counted[at] = if flats.count_dormant(rules) { dormant } else { 0 };
    }
    let due = flat_amounts(shape, rules, day, &wanted, &counted);
    let got = |at: usize| totals.branches[at][1] + if for_both { totals.branches[at][0] } else { 0 };
    for of_group in totals.live.chunk_by(|a, b| shape.branches[*a].group == shape.branches[*b].group) {
        let group = shape.branches[of_group[0]].group;
        let branches = || of_group.iter().copied();
        let short = branches().filter(|at| got(*at) < due[*at].least);
        let Some(least) = short.min_by_key(|at| got(*at)) else { continue };
        let above = branches().find(|at| got(*at) > due[*at].most.min(got(least) + 1));
        let dormant_before = flats == Flats::BeforeDormant && !for_both && totals.groups[group][0] > 0;
        if above.is_some() || dormant_before {
            let dormant = || Unproven::from("Dormant cells".to_owned());
            let than = above.map_or_else(dormant, |at| supplier_in(shape, at));
            let short = format!(" got {} slots of a flat amount of {}, and ", got(least), due[least].least);
            let what = supplier_in(shape, least).words(short).and(than);
            return Err(what.words(" more than its part"));
        }
    }
    Ok(())
}

/// The certificate counts as flat amounts what is due by the day alone.
fn flats_are_due(
    shape: &Shape,
    rules: &Rules,
    day: &Day<'_>,
    certificate: &Certificate,
    totals: &Totals,
) -> Result<(), Unproven> {
    let Some(flats) = Flats::of(rules) else { return Ok(()) };
    let for_both = flats.serve_dormant(rules);
    let mut wanted = Vec::with_capacity(shape.branches.len());
    for (at, [dormant, active]) in totals.demand.iter().enumerate() {
        let own = day.limits[at].map_or(u64::MAX, |limit| u64::from(limit.per_day));
        wanted.push(*active.min(&own) + if for_both { *dormant } else { 0 });
    }
    // Dormant slots use up DMIN as they were in the first sharing, before exchanges.
    let first = certificate.steps.branches.iter();
    let counted: Vec<u64> =
        first.map(|grant| if flats.count_dormant(rules) { u64::from(grant.dormant) } else { 0 }).collect();
    if counted.len() != shape.branches.len() || certificate.flats.len() != shape.branches.len() {
        return Err("the certificate does not have a flat amount for every supplier".to_owned().into());
    }
    let due = flat_amounts(shape, rules, day, &wanted, &counted);
    for (at, flat) in certificate.flats.iter().enumerate() {
        let dormant = if for_both { totals.demand[at][0] } else { 0 };
        let Due { least, most } = due[at];
        let [least, most] = [least, most].map(|due| due.saturating_sub(dormant));
        if !(least..=most).contains(&u64::from(*flat)) {
            let what = format!(" has a flat amount of {least} due; the certificate counts {flat}");
            return Err(supplier_in(shape, at).words(what));
        }
    }
    Ok(())
}

/// The certificate weighs exchanges by the aims of the policy, each of which outweighs all that come after it.
fn aims_are_the_policys(shape: &Shape, rules: &Rules, certificate: &Certificate) -> Result<(), Unproven> {
    let Worth { dormant, active, slot, flat } = certificate.worth;
    let reserved = rules.unused_flat == UnusedFlat::Lost && rules.remainder != Remainder::LowerBound;
    let aims: &[i64] = match (Flats::of(rules), rules.policy) {
        (Some(Flats::AfterDormant), _) if reserved => &[dormant],
        (Some(Flats::AfterDormant), _) => &[dormant, slot, flat],
        (Some(Flats::BeforeDormant), AllocationPolicy::ActiveFirst) => &[active, slot, flat],
        (Some(Flats::BeforeDormant), _) => &[flat, dormant, slot],
        (None, _) => &[slot],
    };
    // A way round passes every node at most once, so it can lose each later aim no oftener than that.
    let nodes = Layout::of(shape).n_nodes(shape) as i128;
    let ordered = aims.iter().enumerate().all(|(at, aim)| {
        let later: i128 = aims[at + 1..].iter().map(|later| i128::from(*later)).sum();
        i128::from(*aim) > later * nodes
    });
    let others = [dormant, active, slot, flat].iter().filter(|worth| **worth != 0).count() > aims.len();
    if !ordered || others || aims.last().is_none_or(|last| *last <= 0) {
        return Err(format!("the certificate weighs exchanges otherwise than {:?} aims", rules.policy).into());
    }
    Ok(())
}

/// A supplier in a group.
fn supplier_in(shape: &Shape, branch: usize) -> Unproven {
    let branch = &shape.branches[branch];
    Unproven::default().branch(branch.supplier, branch.group)
}

/// At the certificate's prices no exchange is worth making: every way that is open costs at least what it brings, and
/// every way in use brings at least what it costs. So the totals are the largest there are, in the policy's order.
fn no_exchange_helps(shape: &Shape, day: &Day<'_>, grants: &Grants, totals: &Totals) -> Result<(), Unproven> {
    let (layout, worth) = (Layout::of(shape), grants.certificate.worth);
    let ways = Ways { prices: &grants.certificate.prices, shape, layout };
    let most = |limit: u32| if limit == u32::MAX { u64::MAX } else { u64::from(limit) };
    for (at, branch) in shape.branches.iter().enumerate() {
        let out = Out::of(layout, at, branch.supplier, day.limits[at], over_all(day, branch.supplier));
        for place in branch.places.clone() {
            let from = layout.cohort(shape.cohort_of(place));
            let (dormant, active) = (grants.dormant[place], grants.active[place]);
            ways.check(from, out.dormant, day.dormant[place].into(), dormant.into(), worth.dormant)?;
            ways.check(from, layout.active(at), day.active[place].into(), active.into(), worth.active)?;
        }
        out.check(&ways, layout, at, totals.branches[at], grants.certificate.flats[at], worth)?;
    }
    for (supplier, got) in totals.suppliers.iter().enumerate() {
        if let Some(limit) = over_all(day, supplier) {
            ways.check(layout.supplier(supplier), Layout::OUTSIDE, limit.per_day.into(), *got, 0)?;
        }
    }
    for (group, node) in shape.groups.iter().enumerate() {
        for cohort in node.first_cohort..node.first_cohort + node.n_cohorts as usize {
            let (limit, got) = (most(ramp_up(day, cohort)), totals.cohorts[cohort]);
            ways.check(layout.group(group), layout.cohort(cohort), limit, got, 0)?;
        }
        let got = totals.groups[group].iter().sum();
        ways.check(Layout::PROGRAMME, layout.group(group), day.groups[group].into(), got, 0)?;
    }
    let limit = most(day.programme.unwrap_or(u32::MAX));
    ways.check(Layout::OUTSIDE, Layout::PROGRAMME, limit, totals.all.iter().sum(), worth.slot)
}

struct Ways<'a> {
    prices: &'a [i64],
    shape: &'a Shape,
    layout: Layout,
}

impl Ways<'_> {
    /// Who stands at a node.
    fn node(&self, node: usize) -> Unproven {
        let (shape, layout) = (self.shape, self.layout);
        let among = |n: usize, of: &dyn Fn(usize) -> usize| (0..n).find(|at| of(*at) == node);
        let n_branches = shape.branches.len();
        let cells =
            |status: &str, at| Unproven::from(format!("{status} cells of ")).and(supplier_in(shape, at));
        if node == Layout::OUTSIDE {
            Unproven::from("outside".to_owned())
        } else if node == Layout::PROGRAMME {
            Unproven::from("the programme".to_owned())
        } else if let Some(group) = among(shape.groups.len(), &|at| layout.group(at)) {
            Unproven::default().group(group)
        } else if let Some(cohort) = among(shape.n_cohorts(), &|at| layout.cohort(at)) {
            Unproven::default().cohort(cohort)
        } else if let Some(at) = among(n_branches, &|at| layout.active(at)) {
            cells("Active", at)
        } else if let Some(at) = among(n_branches, &|at| layout.dormant(at)) {
            cells("Dormant", at)
        } else if let Some(at) = among(n_branches, &|at| layout.both(at)) {
            supplier_in(shape, at)
        } else {
            let supplier = among(shape.n_suppliers as usize, &|at| layout.supplier(at));
            Unproven::default().supplier(supplier.unwrap_or_default()).words(" over all groups")
        }
    }

    /// One way between two nodes: open while less flows than may, in use while anything flows.
    fn check(&self, from: usize, to: usize, most: u64, flow: u64, worth: i64) -> Result<(), Unproven> {
        let cost = self.prices[from] - worth - self.prices[to];
        if (flow < most && cost < 0) || (flow > 0 && cost > 0) {
            let what = format!("an exchange would help: {flow} of {most} slots flow from ");
            let ends = self.node(from).words(" to ").and(self.node(to));
            return Err(Unproven::from(what).and(ends));
        }
        Ok(())
    }
}

/// Where a branch's slots flow.
struct Out {
    dormant: usize,
    supplier: usize,
    own: Option<Limit>,
    counts_dormant: bool,
}

impl Out {
    fn of(layout: Layout, at: usize, supplier: usize, own: Option<Limit>, over_all: Option<Limit>) -> Self {
        let counts_dormant = [own, over_all].into_iter().flatten().any(|limit| limit.covers_both);
        Self {
            dormant: if counts_dormant { layout.dormant(at) } else { Layout::OUTSIDE },
            supplier: over_all.map_or(Layout::OUTSIDE, |_| layout.supplier(supplier)),
            own,
            counts_dormant,
        }
    }

    fn check(
        &self,
        ways: &Ways<'_>,
        layout: Layout,
        at: usize,
        [dormant, active]: [u64; 2],
        flat: u32,
        worth: Worth,
    ) -> Result<(), Unproven> {
        let (next, most) = match self.own {
            Some(Limit { per_day, covers_both: true }) => {
                ways.check(layout.both(at), self.supplier, per_day.into(), dormant + active, 0)?;
                (layout.both(at), u64::MAX)
            }
            Some(limit) => (self.supplier, limit.per_day.into()),
            None => (self.supplier, u64::MAX),
        };
        if self.counts_dormant {
            ways.check(self.dormant, next, u64::MAX, dormant, 0)?;
        }
        let flat = u64::from(flat).min(most);
        ways.check(layout.active(at), next, flat, active.min(flat), worth.flat)?;
        ways.check(layout.active(at), next, most - flat, active.saturating_sub(flat), 0)
    }
}
