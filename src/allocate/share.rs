//! Sharing whole units: pro rata in four roundings, and the equal cut. Exact in integers: no floating point decides
//! who gets an installation. Knows nothing of groups, suppliers or days.

use crate::model::Rounding;

/// One unit of credit: a whole installation in units of 2^-32.
const UNIT: i64 = 1 << 32;

/// Somebody who wants a part of an amount.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// Where its grant and its credit are kept.
    pub(crate) id: u32,
    /// Its place in declared order, for ties.
    pub(crate) k: u32,
    /// What its share is in proportion to \[installations\].
    pub(crate) weight: u32,
    /// The most it can take \[installations\].
    pub(crate) cap: u32,
}

impl Claim {
    /// A claim whose share is in proportion to all it can take.
    pub(crate) fn whole(id: usize, k: u32, weight: u32) -> Self {
        Self { id: index(id), k, weight, cap: weight }
    }
}

pub(super) fn index(position: usize) -> u32 {
    u32::try_from(position).expect("a model has fewer than 2^32 places")
}

/// Whose turn it is among equals: rising (k - t) mod n, with t migration days before today.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Migration days before today.
    pub(crate) days: u32,
    /// Claimants declared, with or without demand.
    pub(crate) n: u32,
}

impl Turn {
    /// The part of claimant `k` where an amount goes to all claimants declared in equal parts.
    pub(super) fn part(self, amount: u32, k: u32) -> u32 {
        let n = self.n.max(1);
        amount / n + u32::from(self.rank(k) < amount % n)
    }

    fn rank(self, k: u32) -> u32 {
        let n = self.n.max(1);
        (k % n + n - self.days % n) % n
    }
}

/// A claimant in line for one of the units that are left over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Odd {
    /// Fraction of a unit it is owed, with credit where that is carried.
    owed: i64,
    rank: u32,
    id: u32,
    /// Whether it can take one more.
    open: bool,
    fraction: i64,
}

/// Shares `amount` in proportion to weights, never above a claim's cap, and adds it to `grants`. Returns the largest
/// credit that any claimant then has, owed or ahead.
///
/// Needs `amount <= sum of caps` and every exact quota within its cap; see [`saturate`] where caps bind.
pub(crate) fn pro_rata(
    amount: u32,
    claims: &[Claim],
    turn: Turn,
    rounding: Rounding,
    credit: &mut [i64],
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
) -> i64 {
    let total: u64 = claims.iter().map(|c| u64::from(c.weight)).sum();
    if amount == 0 || total == 0 {
        return 0;
    }
    if u64::from(amount) >= total && claims.iter().all(|c| c.cap == c.weight) {
        claims.iter().for_each(|c| grants[c.id as usize] += c.weight);
        return 0;
    }
    match rounding {
        Rounding::CarriedCredit => {
            return by_remainder(amount, total, claims, turn, Some(credit), odd, grants);
        }
        Rounding::LargestRemainder => return by_remainder(amount, total, claims, turn, None, odd, grants),
        Rounding::Webster => by_webster(amount, total, claims, turn, odd, grants),
        Rounding::Systematic => by_system(amount, total, claims, turn, grants),
    }
    0
}

fn by_remainder(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    mut credit: Option<&mut [i64]>,
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
) -> i64 {
    odd.clear();
    let mut left = amount;
    for claim in claims {
        let product = u64::from(amount) * u64::from(claim.weight);
        let floor = narrow(product / total);
        let rest = product % total;
        // Without credit the remainder itself decides, exactly; the common denominator is the total.
        let (fraction, owed) = match &credit {
            Some(credit) => {
                let fraction = signed((u128::from(rest) << 32) / u128::from(total));
                (fraction, fraction + credit[claim.id as usize])
            }
            None => (0, signed(u128::from(rest))),
        };
        grants[claim.id as usize] += floor;
        left -= floor;
        odd.push(Odd { owed, rank: turn.rank(claim.k), id: claim.id, open: floor < claim.cap, fraction });
    }
    if left > 0 {
        let first_in_line =
            |a: &Odd, b: &Odd| b.open.cmp(&a.open).then(b.owed.cmp(&a.owed)).then(a.rank.cmp(&b.rank));
        let left = left as usize;
        if left < odd.len() {
            odd.select_nth_unstable_by(left - 1, first_in_line);
        }
        for lucky in &mut odd[..left] {
            grants[lucky.id as usize] += 1;
            lucky.fraction -= UNIT;
        }
    }
    let Some(credit) = &mut credit else { return 0 };
    let mut largest = 0;
    for odd in odd {
        let credit = &mut credit[odd.id as usize];
        *credit += odd.fraction;
        largest = largest.max(credit.abs());
    }
    largest
}

/// Webster: the divisor for which quotas rounded to the nearest whole add up; found from the natural divisor by steps.
fn by_webster(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    seats: &mut Vec<Odd>,
    grants: &mut [u32],
) {
    seats.clear();
    let mut given = 0;
    for claim in claims {
        let doubled = 2 * u128::from(amount) * u128::from(claim.weight) + u128::from(total);
        let owed = i64::from(narrow(doubled / (2 * u128::from(total))).min(claim.cap));
        given += owed;
        let open = owed < i64::from(claim.cap);
        seats.push(Odd { owed, rank: turn.rank(claim.k), id: claim.id, open, fraction: 0 });
    }
    // The next unit goes where weight / (2 seats + 1) is largest; one is taken back where weight / (2 seats - 1) is least.
    while given != i64::from(amount) {
        let short = given < i64::from(amount);
        let step = if short { 1 } else { -1 };
        let candidates = (0..seats.len()).filter(|&i| if short { seats[i].open } else { seats[i].owed > 0 });
        let divisor = |i: usize| 2 * i128::from(seats[i].owed) + i128::from(step);
        let chosen = candidates.max_by(|&i, &j| {
            let left = i128::from(claims[i].weight) * divisor(j);
            let right = i128::from(claims[j].weight) * divisor(i);
            let rank = seats[j].rank.cmp(&seats[i].rank);
            if short { left.cmp(&right).then(rank) } else { right.cmp(&left).then(rank.reverse()) }
        });
        let chosen = chosen.expect("the amount is within the caps");
        seats[chosen].owed += step;
        seats[chosen].open = seats[chosen].owed < i64::from(claims[chosen].cap);
        given += step;
    }
    seats.iter().for_each(|seat| grants[seat.id as usize] += narrow(seat.owed));
}

/// Systematic: whole numbers passed by the running sum of quotas, from an offset that turns by the golden ratio.
fn by_system(amount: u32, total: u64, claims: &[Claim], turn: Turn, grants: &mut [u32]) {
    let turned = turn.days.wrapping_mul(0x9e37_79b9);
    let offset = (u128::from(turned) * u128::from(total)) >> 32;
    let mut sum = offset;
    let mut passed = 0;
    for claim in claims {
        sum += u128::from(amount) * u128::from(claim.weight);
        let whole = sum / u128::from(total);
        grants[claim.id as usize] += narrow(whole - passed);
        passed = whole;
    }
}

/// Gives those whose share would reach their cap all they can take, removes them, and returns what is left for the
/// rest: weighted shares that cannot exceed a cap. `claims` keeps only the rest.
pub(super) fn saturate(mut amount: u32, claims: &mut Vec<Claim>, grants: &mut [u32]) -> u32 {
    loop {
        let total: u128 = claims.iter().map(|c| u128::from(c.weight)).sum();
        let share = u128::from(amount);
        let before = claims.len();
        claims.retain(|claim| {
            let full = share * u128::from(claim.weight) >= u128::from(claim.cap) * total;
            if full {
                grants[claim.id as usize] += claim.cap;
                amount -= claim.cap;
            }
            !full
        });
        if claims.len() == before || claims.is_empty() {
            return amount;
        }
    }
}

/// The equal (max-min) cut: those who want less than the level get all they want, the others the same whole number,
/// and the units left go one each by turn. Adds to `grants`.
pub(super) fn equal_cut(amount: u32, claims: &mut [Claim], turn: Turn, grants: &mut [u32]) {
    claims.sort_unstable_by_key(|c| (c.cap, turn.rank(c.k)));
    let mut left = amount;
    let mut at = 0;
    while at < claims.len() {
        let level = left / index(claims.len() - at);
        if claims[at].cap > level {
            break;
        }
        grants[claims[at].id as usize] += claims[at].cap;
        left -= claims[at].cap;
        at += 1;
    }
    let rest = &mut claims[at..];
    if rest.is_empty() {
        return;
    }
    let level = left / index(rest.len());
    let spare = (left % index(rest.len())) as usize;
    rest.sort_unstable_by_key(|c| turn.rank(c.k));
    for (position, claim) in rest.iter().enumerate() {
        grants[claim.id as usize] += level + u32::from(position < spare);
    }
}

fn narrow(value: impl TryInto<u32>) -> u32 {
    value.try_into().unwrap_or_else(|_| unreachable!("a share is at most the amount"))
}

fn signed(value: u128) -> i64 {
    i64::try_from(value).expect("a remainder is below 2^32")
}
