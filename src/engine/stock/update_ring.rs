//! Firmware updates under way, by the day on which they end: a ring of days for each place and try. Long enough for the
//! cohort's longest update, so that a day's slot is empty again before a later day needs it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::engine::snapshot::sparse;
use crate::model::{CohortIdx, Day, Place};

/// Where every place's rings stand; does not change in a run.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Rings {
    /// First slot of each place, by place.
    from: Vec<usize>,
    /// Days of a ring, by cohort.
    days: Vec<usize>,
}

impl Rings {
    /// Rings for the longest update of each cohort \[days\] and its number of tries.
    pub(in crate::engine) fn new(places: &[Place], longest: &[u32], tries: &[u8]) -> Self {
        // A power of two, so that a day's slot is a matter of bits.
        let days: Vec<usize> = longest.iter().map(|days| (*days as usize + 1).next_power_of_two()).collect();
        let mut end = 0;
        let from = places.iter().map(|place| {
            let from = end;
            end += days[place.cohort] * usize::from(tries[place.cohort]);
            from
        });
        let mut from: Vec<usize> = from.collect();
        from.push(end);
        Self { from, days }
    }

    /// The slots of a place's rings, one ring after another.
    fn of_place(&self, place: usize) -> Range<usize> {
        self.from[place]..self.from[place + 1]
    }

    /// The ring of a place and try.
    fn ring(&self, place: usize, cohort: CohortIdx, number: u8) -> Range<usize> {
        let from = self.from[place] + (usize::from(number) - 1) * self.days[cohort];
        from..from + self.days[cohort]
    }

    /// A day's slot in a ring of a cohort.
    fn slot(&self, cohort: CohortIdx, day: Day) -> usize {
        day.index().expect("a run starts on day 0") & (self.days[cohort] - 1)
    }
}

/// How many updates are under way, by place, try and day of their end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct UnderWay {
    #[serde(with = "sparse")]
    counts: Vec<u32>,
    /// The same of all places, tries and days, by cohort.
    by_cohort: Vec<u32>,
}

/// The days on which one place's updates of one try end, open for more.
pub(in crate::engine) struct Ends<'a> {
    ring: &'a mut [u32],
    today: u32,
}

impl Ends<'_> {
    /// Adds updates that end in so many days.
    #[inline]
    pub(in crate::engine) fn put(&mut self, days: u32, count: u32) {
        let at = self.today.wrapping_add(days) as usize & (self.ring.len() - 1);
        self.ring[at] += count;
    }
}

impl UnderWay {
    pub(in crate::engine) fn new(rings: &Rings) -> Self {
        let slots = rings.from.last().copied().unwrap_or(0);
        Self { counts: vec![0; slots], by_cohort: vec![0; rings.days.len()] }
    }

    /// Whether rings are as long as those of a fresh run.
    pub(in crate::engine) fn check_lengths(&self, fresh: &Self) -> Result<(), String> {
        let of = |under_way: &Self| [under_way.counts.len(), under_way.by_cohort.len()];
        let (found, expected) = (of(self), of(fresh));
        if found == expected {
            Ok(())
        } else {
            Err(format!("rings of updates have lengths {found:?}, expected {expected:?}"))
        }
    }

    /// Bytes of its rings.
    pub(in crate::engine) fn bytes(&self) -> usize {
        size_of_val(self.counts.as_slice())
    }

    /// Updates of a place under way.
    pub(in crate::engine) fn of_place(&self, rings: &Rings, place: usize) -> u64 {
        self.counts[rings.of_place(place)].iter().map(|n| u64::from(*n)).sum()
    }

    /// Updates of a cohort under way, as kept.
    pub(in crate::engine) fn of_cohort(&self, cohort: CohortIdx) -> u64 {
        self.by_cohort[cohort].into()
    }

    /// Whether any update of a cohort is under way.
    pub(in crate::engine) fn any(&self, cohort: CohortIdx) -> bool {
        self.by_cohort[cohort] > 0
    }

    /// Where `n` updates begun today are put.
    #[inline]
    pub(in crate::engine) fn begin(
        &mut self,
        rings: &Rings,
        at: (usize, CohortIdx),
        number: u8,
        today: Day,
        n: u32,
    ) -> Ends<'_> {
        let (place, cohort) = at;
        self.by_cohort[cohort] += n;
        Ends { ring: &mut self.counts[rings.ring(place, cohort, number)], today: today.0.unsigned_abs() }
    }

    /// Updates of a place and try that are under way.
    pub(in crate::engine) fn of_try(
        &self,
        rings: &Rings,
        (place, cohort): (usize, CohortIdx),
        number: u8,
    ) -> u32 {
        self.counts[rings.ring(place, cohort, number)].iter().sum()
    }

    /// Takes the updates of a place that end today, try after try; they still count as the cohort's, see [`Self::end`].
    #[inline]
    pub(in crate::engine) fn take_due(
        &mut self,
        rings: &Rings,
        (place, cohort): (usize, CohortIdx),
        today: Day,
    ) -> impl Iterator<Item = u32> + use<'_> {
        let (slot, days) = (rings.slot(cohort, today), rings.days[cohort]);
        let of_place = self.counts[rings.of_place(place)].chunks_exact_mut(days);
        of_place.map(move |ring| std::mem::take(&mut ring[slot]))
    }

    /// So many updates of a cohort that were taken have ended.
    pub(in crate::engine) fn end(&mut self, cohort: CohortIdx, n: u32) {
        self.by_cohort[cohort] -= n;
    }

    /// Takes all updates of a place.
    pub(in crate::engine) fn take_all(&mut self, rings: &Rings, (place, cohort): (usize, CohortIdx)) -> u32 {
        let slots = &mut self.counts[rings.of_place(place)];
        let count = slots.iter().sum();
        slots.fill(0);
        self.by_cohort[cohort] -= count;
        count
    }

    /// Takes one update of a place: the one at `position` by try, then day of the end, before today's have ended.
    pub(in crate::engine) fn take_one(
        &mut self,
        rings: &Rings,
        (place, cohort): (usize, CohortIdx),
        today: Day,
        mut position: u32,
    ) {
        let slot = rings.slot(cohort, today);
        for ring in self.counts[rings.of_place(place)].chunks_mut(rings.days[cohort]) {
            let (later, sooner) = ring.split_at_mut(slot);
            for count in sooner.iter_mut().chain(later) {
                if position < *count {
                    *count -= 1;
                    self.by_cohort[cohort] -= 1;
                    return;
                }
                position -= *count;
            }
        }
        unreachable!("the position is below the lane's count")
    }
}
