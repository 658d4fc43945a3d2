//! Sharing whole units: pro rata in four roundings, and the equal cut. Exact in integers: no floating point decides
//! who gets an installation. Knows nothing of groups, suppliers or days.

use std::cmp::Ordering;

use crate::model::Rounding;

/// One unit of credit: a whole installation in units of 2^-32.
const UNIT: i64 = 1 << 32;

/// Somebody who wants a part of an amount.
#[derive(Clone, Copy, Debug, Default)]
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
    days: u32,
    n: u32,
    /// Who is first today: t mod n.
    first: u32,
}

impl Turn {
    /// The turn among `n` declared claimants, with demand or without, `days` migration days into the run.
    pub(crate) fn of(days: u32, n: u32) -> Self {
        let n = n.max(1);
        Self { days, n, first: days % n }
    }

    /// The part of claimant `k` where an amount goes to all claimants declared in equal parts.
    pub(super) fn part(self, amount: u32, k: u32) -> u32 {
        amount / self.n + u32::from(self.rank(k) < amount % self.n)
    }

    /// Of claimant `k`, below `n`.
    fn rank(self, k: u32) -> u32 {
        debug_assert!(k < self.n, "claimant {k} of {}", self.n);
        if k < self.first { k + self.n - self.first } else { k - self.first }
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

/// Sum of all weights, which is fewer than 2^32.
pub(super) fn total(claims: &[Claim]) -> u64 {
    claims.iter().map(|claim| u64::from(claim.weight)).sum()
}

/// Shares `amount` in proportion to weights, never above a claim's cap, and adds it to `grants`.
///
/// Needs `amount <= sum of caps`, weights of fewer than 2^32 together, and every exact quota within its cap; see
/// [`saturate`] where caps bind.
pub(crate) fn pro_rata(
    amount: u32,
    claims: &[Claim],
    turn: Turn,
    rounding: Rounding,
    credit: &mut [i64],
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
) {
    divide(amount, total(claims), claims, turn, rounding, credit, odd, grants);
}

/// As [`pro_rata`], the sum of all weights known. Returns the largest credit that any claimant then has, owed or ahead.
#[expect(clippy::too_many_arguments, reason = "`pro_rata` and the sum")]
pub(super) fn divide(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    rounding: Rounding,
    credit: &mut [i64],
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
) -> i64 {
    if amount == 0 {
        return 0;
    }
    if u64::from(amount) >= total && claims.iter().all(|c| c.cap == c.weight) {
        claims.iter().for_each(|c| grants[c.id as usize] += c.weight);
        return 0;
    }
    match rounding {
        Rounding::CarriedCredit => by_credit(amount, total, claims, turn, credit, odd, grants),
        Rounding::LargestRemainder => by_remainder(amount, total, claims, turn, odd, grants),
        Rounding::Webster => by_webster(amount, total, claims, turn, odd, grants),
        Rounding::Systematic => by_system(amount, total, claims, turn, grants),
    }
}

/// Division by one number again and again: a multiplication and at most one step, exact for every dividend.
#[derive(Clone, Copy)]
struct Divisor {
    by: u64,
    /// The largest whole number that is not above (2^64 - 1) / by, so that a quotient found with it is at most 1 short.
    reciprocal: u64,
}

impl Divisor {
    fn of(by: u64) -> Self {
        Self { by, reciprocal: u64::MAX / by }
    }

    /// Quotient and rest.
    fn divide(self, dividend: u64) -> (u64, u64) {
        let product = u128::from(dividend) * u128::from(self.reciprocal);
        let quotient = u64::try_from(product >> 64).expect("the upper half");
        let rest = dividend - quotient * self.by;
        if rest < self.by { (quotient, rest) } else { (quotient + 1, rest - self.by) }
    }
}

/// Whole parts of all quotas, and who is owed how much of a unit beyond: `owed` makes that of a rest and an id.
/// Returns the units left over.
fn floors(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
    owed: impl Fn(u64, u32) -> (i64, i64),
) -> usize {
    odd.clear();
    let (divisor, mut left) = (Divisor::of(total), amount);
    odd.extend(claims.iter().map(|claim| {
        let (floor, rest) = divisor.divide(u64::from(amount) * u64::from(claim.weight));
        let floor = narrow(floor);
        let (owed, fraction) = owed(rest, claim.id);
        grants[claim.id as usize] += floor;
        left -= floor;
        Odd { owed, rank: turn.rank(claim.k), id: claim.id, open: floor < claim.cap, fraction }
    }));
    left as usize
}

/// So many claimants are put in order by counting who is before each: no branch depends on who is owed what.
const FEW: usize = 16;

/// Gives the units left over one each to those first in line: who can take one, is owed most, and whose turn it is.
fn give_odd(left: usize, odd: &mut [Odd], grants: &mut [u32]) {
    if left == 0 {
        return;
    }
    if odd.len() <= FEW {
        let mut line = [0; FEW];
        let line = &mut line[..odd.len()];
        line.iter_mut().zip(&*odd).for_each(|(place, odd)| *place = odd.in_line());
        for (odd, place) in odd.iter_mut().zip(&*line) {
            let before: usize = line.iter().map(|other| usize::from(other < place)).sum();
            odd.take(before < left, grants);
        }
        return;
    }
    if left < odd.len() {
        odd.select_nth_unstable_by_key(left - 1, Odd::in_line);
    }
    odd[..left].iter_mut().for_each(|odd| odd.take(true, grants));
}

impl Odd {
    /// Where it stands, the first lowest; all places differ, for ranks do.
    fn in_line(&self) -> u128 {
        let owed = !(self.owed.cast_unsigned() ^ (1 << 63));
        (u128::from(!self.open) << 96) | (u128::from(owed) << 32) | u128::from(self.rank)
    }

    /// Takes one unit, or none.
    fn take(&mut self, one: bool, grants: &mut [u32]) {
        grants[self.id as usize] += u32::from(one);
        self.fraction -= UNIT * i64::from(one);
    }
}

/// Who is owed most, credit of earlier days included.
fn by_credit(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    credit: &mut [i64],
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
) -> i64 {
    let divisor = Divisor::of(total);
    let left = floors(amount, total, claims, turn, odd, grants, |rest, id| {
        let fraction = signed(divisor.divide(rest << 32).0);
        (fraction + credit[id as usize], fraction)
    });
    give_odd(left, odd, grants);
    let mut largest = 0;
    for odd in odd {
        let credit = &mut credit[odd.id as usize];
        *credit += odd.fraction;
        largest = largest.max(credit.abs());
    }
    largest
}

/// Without credit the remainder itself decides, exactly; the common denominator is the total.
fn by_remainder(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    odd: &mut Vec<Odd>,
    grants: &mut [u32],
) -> i64 {
    let left = floors(amount, total, claims, turn, odd, grants, |rest, _| (signed(rest), 0));
    give_odd(left, odd, grants);
    0
}

/// Webster: the divisor for which quotas rounded to the nearest whole add up. The natural divisor gives nearly that many
/// units; the others are given or taken back one after the other, whose turn it is found by a heap.
fn by_webster(
    amount: u32,
    total: u64,
    claims: &[Claim],
    turn: Turn,
    seats: &mut Vec<Odd>,
    grants: &mut [u32],
) -> i64 {
    seats.clear();
    let (divisor, wanted, mut given) = (Divisor::of(total), u64::from(amount), 0);
    for (at, claim) in (0..).zip(claims) {
        let (floor, rest) = divisor.divide(wanted * u64::from(claim.weight));
        let owed = (narrow(floor) + u32::from(2 * rest >= total)).min(claim.cap);
        given += u64::from(owed);
        grants[claim.id as usize] += owed;
        seats.push(Odd {
            owed: owed.into(),
            rank: turn.rank(claim.k),
            id: at,
            open: owed < claim.cap,
            fraction: 0,
        });
    }
    if given != wanted {
        let short = given < wanted;
        seats.retain(|seat| if short { seat.open } else { seat.owed > 0 });
        settle_seats(wanted.abs_diff(given), short, claims, seats, grants);
    }
    0
}

/// So few units are found by a look at everybody each, which is quicker than to make a heap.
const FEW_UNITS: u64 = 4;

/// Gives so many more units, or takes them back, each where it is due: the next unit goes where weight / (2 seats + 1) is
/// largest; one is taken back where weight / (2 seats - 1) is least.
fn settle_seats(off: u64, short: bool, claims: &[Claim], mut line: &mut [Odd], grants: &mut [u32]) {
    let step = if short { 1 } else { -1 };
    let product = |weight_of: &Odd, divisor_of: &Odd| {
        let divisor = (2 * divisor_of.owed + step).cast_unsigned();
        u128::from(claims[weight_of.id as usize].weight) * u128::from(divisor)
    };
    let before = |a: &Odd, b: &Odd| {
        let order = product(b, a).cmp(&product(a, b)).then(a.rank.cmp(&b.rank));
        order == if short { Ordering::Less } else { Ordering::Greater }
    };
    let heap = off > FEW_UNITS;
    if heap {
        (0..line.len() / 2).rev().for_each(|at| sift(line, at, before));
    }
    for _ in 0..off {
        if !heap {
            let first =
                (1..line.len()).fold(0, |first, at| if before(&line[at], &line[first]) { at } else { first });
            line.swap(0, first);
        }
        let first = &mut line[0];
        let claim = &claims[first.id as usize];
        first.owed += step;
        let slots = &mut grants[claim.id as usize];
        *slots = if short { *slots + 1 } else { *slots - 1 };
        if first.owed == if short { i64::from(claim.cap) } else { 0 } {
            let last = line.len() - 1;
            line.swap(0, last);
            line = &mut line[..last];
        }
        if heap {
            sift(line, 0, before);
        }
    }
}

/// Lets one element of a heap sink below all that come before it.
fn sift(heap: &mut [Odd], mut at: usize, before: impl Fn(&Odd, &Odd) -> bool) {
    while let Some(left) = heap.get(2 * at + 1) {
        let right = heap.get(2 * at + 2).is_some_and(|right| before(right, left));
        let next = 2 * at + 1 + usize::from(right);
        if !before(&heap[next], &heap[at]) {
            return;
        }
        heap.swap(at, next);
        at = next;
    }
}

/// Systematic: whole numbers passed by the running sum of quotas, from an offset that turns by the golden ratio.
fn by_system(amount: u32, total: u64, claims: &[Claim], turn: Turn, grants: &mut [u32]) -> i64 {
    let turned = turn.days.wrapping_mul(0x9e37_79b9);
    let (divisor, offset) = (Divisor::of(total), (u64::from(turned) * total) >> 32);
    let (mut weight, mut passed) = (0, 0);
    for claim in claims {
        weight += u64::from(claim.weight);
        let (passes, _) = divisor.divide(offset + u64::from(amount) * weight);
        grants[claim.id as usize] += narrow(passes - passed);
        passed = passes;
    }
    0
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

/// The equal (max-min) cut of an amount that does not meet all: those who want less than the level get all they want, the
/// others the same whole number, and the units left go one each by turn. Adds to `grants`.
pub(super) fn equal_cut(amount: u32, claims: &mut [Claim], turn: Turn, grants: &mut [u32]) {
    claims.sort_unstable_by_key(|c| (c.cap, turn.rank(c.k)));
    let (mut left, mut rest) = (amount, claims);
    let level = loop {
        let level = left / index(rest.len());
        if rest[0].cap > level {
            break level;
        }
        grants[rest[0].id as usize] += rest[0].cap;
        left -= rest[0].cap;
        rest = &mut rest[1..];
    };
    let spare = (left % index(rest.len())) as usize;
    rest.sort_unstable_by_key(|c| turn.rank(c.k));
    for (position, claim) in rest.iter().enumerate() {
        grants[claim.id as usize] += level + u32::from(position < spare);
    }
}

fn narrow(value: impl TryInto<u32>) -> u32 {
    value.try_into().unwrap_or_else(|_| unreachable!("a share is at most the amount"))
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).expect("a remainder is below 2^32")
}
