//! Chances of which very many counts are drawn by short numbers. A row for each size below 64 says what count the first eight bits of a
//! number decide; a row is worked out when it is first asked for. Where those bits do not decide, the whole number does.

use super::{Chance, Search};
use crate::random::{Lead, Leads, Number};

/// Chances with tables of their counts, each chance once.
#[derive(Clone, Debug, Default)]
pub struct CountTables {
    chances: Vec<Chance>,
    /// The rows of every chance, one for each size: the count of so many installations by the part of 0..1 on which a number falls, or
    /// [`UNDECIDED`].
    rows: Vec<[u8; PARTS]>,
    /// The sizes whose rows are worked out, by chance, a bit each.
    worked_out: Vec<u64>,
}

/// One chance of [`CountTables`]: where its rows begin.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableOf(u32);

/// Most installations whose counts are looked up.
const FEW: u32 = 63;
/// Rows of a chance.
const ROWS: u32 = FEW + 1;
/// Parts of 0..1 that a row tells apart.
const PARTS: usize = 1 << 8;
/// Parts written at a time.
const EIGHT: usize = 8;
/// Stands where numbers of one part have different counts, and all over a row that is not worked out. More than any count of a row.
const UNDECIDED: u8 = u8::MAX;
/// Up to this many are counted in parts of [`FEW`]: one by the draw's lead, five by the word behind it.
const IN_PARTS: u32 = 6 * FEW;

impl CountTables {
    /// Forgets all chances, but keeps the room for their rows.
    pub fn clear(&mut self) {
        for (worked_out, rows) in self.worked_out.drain(..).zip(self.rows.chunks_exact_mut(ROWS as usize)) {
            let of_sizes = rows.iter_mut().enumerate().filter(|(n, _)| worked_out & 1 << n != 0);
            of_sizes.for_each(|(_, row)| *row = [UNDECIDED; PARTS]);
        }
        self.chances.clear();
    }

    /// The table of a chance, empty if there was none.
    ///
    /// # Panics
    /// When there are as many as 2^26 chances.
    pub fn of(&mut self, chance: Chance) -> TableOf {
        let at = self.chances.iter().position(|known| *known == chance).unwrap_or_else(|| {
            self.chances.push(chance);
            self.worked_out.push(0);
            let rows = self.rows.len().max(self.chances.len() * ROWS as usize);
            self.rows.resize(rows, [UNDECIDED; PARTS]);
            self.chances.len() - 1
        });
        TableOf(u32::try_from(at).expect("chances are few") * ROWS)
    }

    /// How many of `n` succeed by the first bits of a number. `behind` gives the words of bits behind them, which are asked for only where
    /// the first do not decide. Up to 63 the count is the quantile of the whole number; from there to 378 it is a sum of such, of parts that
    /// each have bits of their own; beyond, the quantile again.
    #[must_use]
    pub fn count(&mut self, of: TableOf, n: u32, lead: Lead, behind: impl Fn(u32) -> u64) -> u32 {
        if n <= FEW {
            return self.count_few(of, n, lead, || behind(0));
        }
        let word = behind(0);
        if n > IN_PARTS {
            return self.count_exactly(of, n, lead.with(word));
        }
        let (mut left, mut count) = (n, 0);
        let behind_it = Leads::of(word);
        let leads = std::iter::once(lead).chain([0, 1, 2, 3, 4].map(|at| behind_it.at(at)));
        for (part, lead) in (1..).zip(leads) {
            let size = left.min(FEW);
            count += self.count_few(of, size, lead, || behind(part));
            left -= size;
            if left == 0 {
                break;
            }
        }
        count
    }

    /// Five counts, each of so many by a chance and a lead, as [`Self::count`] has them. All are looked up before it is seen whether any asks
    /// for more. `behind` gives the words behind each lead.
    #[inline]
    #[must_use]
    pub fn count_five(
        &mut self,
        of: &[TableOf; 5],
        n: &[u32; 5],
        leads: Leads,
        behind: impl Fn(usize, u32) -> u64,
    ) -> [u32; 5] {
        let rows = &self.rows[..];
        let mut counts = [0; 5];
        // Neither a size nor a count of a row has a bit above those of the largest: so one look says whether all are decided.
        let mut bits = 0;
        for at in 0..5 {
            let count = rows[(of[at].0 + (n[at] & FEW)) as usize][usize::from(leads.first_eight(at))];
            counts[at] = count.into();
            bits |= counts[at] | n[at];
        }
        if bits > FEW {
            self.decide(&mut counts, of, n, leads, behind);
        }
        counts
    }

    #[inline(never)]
    fn decide(
        &mut self,
        counts: &mut [u32; 5],
        of: &[TableOf; 5],
        n: &[u32; 5],
        leads: Leads,
        behind: impl Fn(usize, u32) -> u64,
    ) {
        for at in 0..5 {
            if counts[at] | n[at] > FEW {
                counts[at] = self.count(of[at], n[at], leads.at(at), |word| behind(at, word));
            }
        }
    }

    /// The count of so few that there is a row for them, which is worked out if it was not.
    fn count_few(&mut self, of: TableOf, n: u32, lead: Lead, behind: impl Fn() -> u64) -> u32 {
        if self.worked_out[(of.0 / ROWS) as usize] & 1 << n == 0 {
            self.work_out(of, n);
        }
        let count = self.rows[(of.0 + n) as usize][lead.first_eight()];
        if count == UNDECIDED { self.count_exactly(of, n, lead.with(behind())) } else { count.into() }
    }

    fn count_exactly(&self, of: TableOf, n: u32, u: Number) -> u32 {
        self.chances[(of.0 / ROWS) as usize].count(n, u.value())
    }

    /// Fills the row of a size: from count to count, the parts that lie between two sums of probabilities. Runs are written by the eight, what
    /// is beyond a run being written over by the next.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a sum is from 0 to 1, a count below 64"
    )]
    #[expect(clippy::cast_precision_loss, reason = "parts are few")]
    fn work_out(&mut self, of: TableOf, n: u32) {
        let chance = &self.chances[(of.0 / ROWS) as usize];
        let mut search = Search::new(n, chance.nobody(n));
        while search.cdf * (PARTS as f64) < 1.0 && search.has_more() {
            search.go_on(chance);
        }
        let mut row = [UNDECIDED; PARTS + EIGHT];
        // Where the first sums lie within the first part, it does not decide.
        let mut from = usize::from(search.k > 0);
        loop {
            let upto = search.cdf * PARTS as f64;
            let end = (upto as usize).min(PARTS);
            let count = if chance.flipped { n - search.k } else { search.k } as u8;
            while from < end {
                row[from..from + EIGHT].fill(count);
                from += EIGHT;
            }
            row[end] = UNDECIDED;
            from = end + usize::from(upto > end as f64);
            if from >= PARTS || !search.has_more() {
                break;
            }
            search.go_on(chance);
        }
        if from < PARTS {
            row[from..].fill(UNDECIDED);
        }
        let of_size = &mut self.rows[(of.0 + n) as usize];
        of_size.copy_from_slice(&row[..PARTS]);
        if chance.flipped {
            // Where failure is inverted, 1 less the number is looked up.
            of_size.reverse();
        }
        self.worked_out[(of.0 / ROWS) as usize] |= 1 << n;
    }
}

#[cfg(test)]
mod tests {
    use super::{Chance, CountTables, Lead, Leads, TableOf, UNDECIDED};

    const PROBABILITIES: [f64; 10] = [0.0, 1e-6, 6.6e-5, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999];

    fn table(p: f64) -> (CountTables, TableOf) {
        let mut tables = CountTables::default();
        let of = tables.of(Chance::new(p));
        (tables, of)
    }

    /// Whatever decides, a count is the quantile of the number that the lead begins, or of numbers of its parts.
    #[test]
    fn counts_by_a_lead_are_those_of_the_longer_number() {
        let (mut asked, mut draws) = (0, 0);
        for p in PROBABILITIES {
            let (chance, (mut tables, of)) = (Chance::new(p), table(p));
            for n in (0..70).chain([126, 127, 200, 378, 379, 5_000]) {
                for i in 1..150_u64 {
                    let behind = |word: u32| i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(word * 13 + 7);
                    let lead = Lead::of(i * 27);
                    let whole = lead.with(behind(0)).value();
                    let calls = std::cell::Cell::new(0);
                    let counted = |word: u32| {
                        calls.set(calls.get() + 1);
                        behind(word)
                    };
                    let count = tables.count(of, n, lead, counted);
                    if n < 64 {
                        (asked, draws) = (asked + calls.get(), draws + 1);
                    }
                    if !(64..=378).contains(&n) {
                        assert_eq!(count, chance.count(n, whole), "n {n} p {p} lead {i}");
                        continue;
                    }
                    let sizes = (0..n).step_by(63).map(|from| (n - from).min(63));
                    let more = Leads::of(behind(0));
                    let leads = std::iter::once(lead).chain((0..5).map(|at| more.at(at)));
                    let part = |(at, (size, lead)): (u32, (u32, Lead))| {
                        chance.count(size, lead.with(behind(at)).value())
                    };
                    let sum: u32 = (1..).zip(sizes.zip(leads)).map(part).sum();
                    assert_eq!(count, sum, "n {n} p {p} lead {i}");
                }
            }
        }
        assert!(asked > 0 && asked < draws / 20, "{asked} of {draws} draws asked for more bits");
    }

    /// At both ends of every part that decides, the quantile is what it says; parts that do not decide hold a boundary, or end at 1.
    #[test]
    fn a_part_decides_only_where_all_its_numbers_agree() {
        for p in PROBABILITIES {
            let (chance, (mut tables, of)) = (Chance::new(p), table(p));
            for n in 0..64 {
                tables.work_out(of, n);
                for (part, count) in (0..256).zip(tables.rows[n as usize]) {
                    let at = |beside: f64| {
                        chance.count(n, ((f64::from(part) + beside) / 256.0).clamp(1e-12, 1.0 - 1e-12))
                    };
                    let (low, high) = (at(1e-9), at(1.0 - 1e-9));
                    if count == UNDECIDED {
                        // A boundary may be the end of a part itself.
                        assert!(at(-1e-9) < at(1.0 + 1e-9) || part == 255, "n {n} p {p} part {part}");
                    } else {
                        assert_eq!([low, high], [u32::from(count); 2], "n {n} p {p} part {part}");
                    }
                }
            }
        }
    }

    #[test]
    fn rows_are_worked_out_when_they_are_asked_for() {
        let (mut tables, of) = table(0.25);
        let other = tables.of(Chance::new(0.75));
        assert_eq!((tables.of(Chance::new(0.25)).0, other.0), (0, 64));
        let lead = Lead::of(0x7ff);
        assert!(tables.rows[20].iter().all(|count| *count == UNDECIDED));
        let count = tables.count(of, 20, lead, |_| 0);
        assert_eq!((count, tables.worked_out[0]), (Chance::new(0.25).count(20, 0.4998), 1 << 20));
        assert_eq!(u32::from(tables.rows[20][0x7f]), count);
        let _ = tables.count(other, 64, lead, |_| 0);
        assert_eq!(tables.worked_out, [1 << 20, 1 << 63 | 1 << 1], "64 are counted as 63 and 1");
    }

    #[test]
    fn nothing_is_left_of_chances_that_were_forgotten() {
        let (mut tables, of) = table(0.3);
        let before = tables.count(of, 40, Lead::of(0x7ff), |_| 0);
        tables.clear();
        let other = tables.of(Chance::new(0.9));
        assert!(tables.rows.iter().flatten().all(|count| *count == UNDECIDED));
        let after = tables.count(other, 40, Lead::of(0x7ff), |_| 0);
        assert_eq!([before, after], [0.3, 0.9].map(|p| Chance::new(p).count(40, 0.4998)));
    }

    #[test]
    fn five_counts_are_those_of_each() {
        let (mut tables, half) = table(0.5);
        let tenth = tables.of(Chance::new(0.1));
        let of = [half, tenth, half, tenth, half];
        let behind =
            |at: usize, word: u32| (at as u64 + 3).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(word);
        for i in 0..400_u64 {
            let n = [i / 7, 0, 63, 64, 1_000].map(|n| u32::try_from(n).unwrap());
            let leads = Leads::of(i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let together = tables.count_five(&of, &n, leads, behind);
            let each = |at| tables.count(of[at], n[at], leads.at(at), |word| behind(at, word));
            assert_eq!(together, [0, 1, 2, 3, 4].map(each), "{n:?}");
        }
    }
}
