//! Step 2 of a day, first half: Active installations change supplier, some becoming Dormant. In passes: leavers are drawn and taken out
//! of every cell, then it is drawn where they go, then they arrive.

use crate::engine::setup::branchless_vec::BranchlessVec;
use crate::engine::setup::hazard_clock::{Hazard, Strikes, Struck};
use crate::engine::setup::run_layout::RunLayout;
use crate::engine::stock::pools::{Victims, What};
use crate::engine::stock::state::{State, Wait, Waiting};
use crate::engine::stock::substage;
use crate::model::{CohortIdx, Status};
use crate::random::{Group, Purpose, Stream};

/// What step 2 works with, reused from day to day.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Churn {
    pub(in crate::engine) strikes: Strikes,
    pub(in crate::engine) victims: Victims,
    parties: Parties,
    arrivals: Arrivals,
    pub(in crate::engine) leaving: Hazard,
    pub(in crate::engine) removal: [Hazard; 2],
}

/// Leavers of all cells.
#[derive(Clone, Debug, Default)]
struct Parties {
    list: Vec<Party>,
    /// Leavers out of a wait, who go one by one.
    singles: Vec<(Struck, Waiting)>,
}

/// Leavers of one cell who did the same.
#[derive(Clone, Copy, Debug)]
struct Party {
    of: Struck,
    did: What,
    n: u32,
}

/// Indices of the draws of a strike, beside those of the hazard itself: of a party, by what it did.
const PARTY: u16 = 16;
/// Of those who go one by one.
const SINGLES: u16 = 512;

impl Party {
    /// Its place among the draws of its strike; attempts have at most two digits.
    fn index(&self) -> u16 {
        match self.did {
            What::Lane(lane) => u16::try_from(lane).expect("lanes are few"),
            What::Attempt(number) | What::Try(number) => 16 + u16::from(number),
        }
    }
}

/// Where leavers arrive, before anybody does.
#[derive(Clone, Debug, Default)]
struct Arrivals {
    kinds: Vec<Arrival>,
    /// How many, by cohort, kind and supplier: a row for each cohort and kind.
    counts: Vec<u32>,
    /// Whether anybody arrives, by row.
    any: Vec<bool>,
    /// The places of a row at which anybody arrives, and how many.
    list: BranchlessVec<(u32, u32)>,
    /// Leavers who were in a wait: they go on waiting at the place to which they come.
    waiting: Vec<(usize, Status, Waiting)>,
}

/// What leavers do at their new supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arrival {
    /// Active, before suppliers begin to update.
    NotUpdated,
    /// Active, while suppliers update.
    BeingUpdated,
    /// Dormant, needing an update.
    ToUpdate,
    /// Dormant, needing no update.
    Untouched,
    /// Updated before, with their next attempt.
    Updated(Status, u8),
}

impl Arrival {
    /// Kinds where installations have so many attempts, by position.
    fn kinds(max_attempts: usize) -> impl Iterator<Item = Self> {
        let last = u8::try_from(max_attempts).expect("attempts have at most two digits");
        let updated = (1..=last).flat_map(|attempt| Status::ALL.map(|status| Self::Updated(status, attempt)));
        [Self::NotUpdated, Self::BeingUpdated, Self::ToUpdate, Self::Untouched].into_iter().chain(updated)
    }

    fn position(self) -> usize {
        match self {
            Self::NotUpdated => 0,
            Self::BeingUpdated => 1,
            Self::ToUpdate => 2,
            Self::Untouched => 3,
            Self::Updated(status, attempt) => 2 + 2 * usize::from(attempt) + status as usize,
        }
    }

    fn status(self) -> Status {
        match self {
            Self::NotUpdated | Self::BeingUpdated => Status::Active,
            Self::ToUpdate | Self::Untouched => Status::Dormant,
            Self::Updated(status, _) => status,
        }
    }
}

/// Installations that moved between cells: left, gained, and became Dormant on the way, by place.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Moves {
    pub(in crate::engine) lost: Vec<u64>,
    pub(in crate::engine) gained: [Vec<u64>; 2],
}

impl State {
    /// Step 2, first half: leavers are drawn on the stock before anybody arrives.
    pub(in crate::engine) fn change_supplier(
        &mut self,
        layout: &RunLayout<'_>,
        churn: &mut Churn,
        moves: &mut Moves,
    ) {
        let Some(change) = &layout.model.change_of_supplier else { return };
        let Churn { strikes, victims, parties, arrivals, leaving, .. } = churn;
        let Some(leaving) = leaving.of(&change.probability, self.day) else { return };
        let (what, cells) = ((Purpose::Leaving, leaving), layout.cells(Status::Active));
        parties.clear();
        for strike in self.leaving.wear(layout, what, cells, &self.unmigrated, strikes) {
            let cell = strike.of.cell as usize;
            let n = victims.draw(layout, self, what, strike);
            moves.lost[layout.place_of(cell)] += u64::from(n);
            self.unmigrated[cell] -= n;
            for (did, n) in victims.together() {
                self.leave_together(layout, cell, did, n);
                parties.list.push(Party { of: strike.of, did, n });
            }
            for (lane, position) in victims.singles() {
                let waiting = self.leave_one(layout, cell, lane, position);
                parties.singles.push((strike.of, waiting.expect("an Active installation waits")));
            }
        }
        arrivals.begin(layout);
        parties.send(layout, arrivals);
        self.arrive_at_suppliers(layout, arrivals, moves);
    }

    /// Moves leavers to where they arrive.
    fn arrive_at_suppliers(&mut self, layout: &RunLayout<'_>, arrivals: &mut Arrivals, moves: &mut Moves) {
        for row in 0..arrivals.any.len() {
            if !std::mem::take(&mut arrivals.any[row]) {
                continue;
            }
            let (cohort, arrival) = (row / arrivals.kinds.len(), arrivals.kinds[row % arrivals.kinds.len()]);
            let gained = &mut moves.gained[arrival.status() as usize];
            if let Some(lane) = self.lane_of(arrival, cohort) {
                let counts = arrivals.row(layout, row);
                self.arrive_in_lane(layout, cohort, (arrival.status(), lane), counts, gained);
                continue;
            }
            for &(place, n) in arrivals.list(layout, row, cohort) {
                let place = place as usize;
                gained[place] += u64::from(n);
                self.unmigrated[layout.cell(place, arrival.status())] += n;
                self.arrive_ready(layout, place, arrival, n);
            }
        }
        for (place, status, waiting) in arrivals.waiting.drain(..) {
            moves.gained[status as usize][place] += 1;
            self.unmigrated[layout.cell(place, status)] += 1;
            self.arrive_from_waiting(layout, place, status, waiting);
        }
    }

    /// Leavers of a cohort arrive who only stand in a lane; `counts` is by supplier. Most places gain some, so that nobody is as quick as a
    /// look whether there is anybody.
    fn arrive_in_lane(
        &mut self,
        layout: &RunLayout<'_>,
        cohort: CohortIdx,
        (status, lane): (Status, usize),
        counts: &mut [u32],
        gained: &mut [u64],
    ) {
        let days = layout.days_left(self.day);
        let places = layout.cohort_places[cohort].clone();
        let cells = layout.cell(places.start, status)..layout.cell(places.end, status);
        let stock = self.cells[cells.clone()].iter_mut().zip(&mut self.waits[cells.clone()]);
        let kept = self.unmigrated[cells].iter_mut().zip(&mut gained[places.clone()]);
        for ((place, (lanes, waits)), (unmigrated, gained)) in
            layout.places[places].iter().zip(stock).zip(kept)
        {
            let n = std::mem::take(&mut counts[place.supplier]);
            lanes[lane] += n;
            waits[lane] += u64::from(n) * days;
            *unmigrated += n;
            *gained += u64::from(n);
        }
        self.changed[cohort] = true;
    }

    /// The lane in which leavers of a cohort arrive, where they only stand there.
    fn lane_of(&self, arrival: Arrival, cohort: CohortIdx) -> Option<usize> {
        match arrival {
            Arrival::NotUpdated => Some(substage::GATE),
            Arrival::BeingUpdated => Some(substage::UNDER_WAY),
            Arrival::ToUpdate => (!self.opened[cohort]).then_some(substage::GATE),
            Arrival::Untouched => (!self.entered[cohort]).then_some(substage::READY_UNTOUCHED),
            Arrival::Updated(..) => None,
        }
    }

    /// Leavers arrive who wait for firmware from now on, or are ready.
    fn arrive_ready(&mut self, layout: &RunLayout<'_>, place: usize, arrival: Arrival, n: u32) {
        match arrival {
            Arrival::ToUpdate => self.arrive_waiting_firmware(layout, place, 1, n),
            Arrival::Updated(Status::Active, attempt) => {
                self.arrive_active_ready(layout, layout.cell(place, Status::Active), attempt, n);
            }
            Arrival::Updated(Status::Dormant, attempt) => {
                self.arrive_dormant_ready(layout, place, attempt, n);
            }
            _ => self.arrive_dormant_ready(layout, place, 1, n),
        }
    }

    /// A leaver out of a wait: it goes on waiting; if it became Dormant its notice runs beside.
    fn arrive_from_waiting(
        &mut self,
        layout: &RunLayout<'_>,
        place: usize,
        status: Status,
        waiting: Waiting,
    ) {
        match (status, waiting.wait) {
            (Status::Active, Wait::Retry) => self.arrive_waiting(layout, layout.cell(place, status), waiting),
            (Status::Active, _) => {
                self.arrive_active_ready(layout, layout.cell(place, status), waiting.number, 1);
            }
            (Status::Dormant, Wait::Retry) => {
                let notice = self.day.plus(layout.inputs.cohorts[layout.cohort_of(place)].notice);
                self.arrive_waiting(layout, place, Waiting { due: waiting.due.max(notice), ..waiting });
            }
            (Status::Dormant, _) => self.arrive_dormant_ready(layout, place, waiting.number, 1),
        }
    }
}

impl Parties {
    fn clear(&mut self) {
        self.list.clear();
        self.singles.clear();
    }

    /// Draws who becomes Dormant, who of those needs no update, and where all go.
    fn send(&mut self, layout: &RunLayout<'_>, arrivals: &mut Arrivals) {
        let of = |party: &Party| (party.of, PARTY + party.index());
        layout.strike_streams(Purpose::Leaving, &self.list, of, |party, mut draws| {
            let [becomes_dormant, needs_no_update] = [draws.number(), draws.number()];
            let Party { of, did, n } = *party;
            let cell = of.cell as usize;
            let dormant = layout.inputs.goes_dormant.count(n, becomes_dormant);
            if let What::Attempt(attempt) | What::Try(attempt) = did {
                let of = |status| Arrival::Updated(status, attempt);
                let kinds = [(of(Status::Active), n - dormant), (of(Status::Dormant), dormant)];
                arrivals.send(layout, cell, kinds, &mut draws);
                return;
            }
            let no_update = &layout.inputs.cohorts[layout.cohort_of(cell)].no_update;
            let untouched = no_update.count(dormant, needs_no_update);
            let begun = did == What::Lane(substage::UNDER_WAY);
            let kinds = [
                (if begun { Arrival::BeingUpdated } else { Arrival::NotUpdated }, n - dormant),
                (Arrival::ToUpdate, dormant - untouched),
                (Arrival::Untouched, untouched),
            ];
            arrivals.send(layout, cell, kinds, &mut draws);
        });
        for of_cell in self.singles.chunk_by(|a, b| a.0.cell == b.0.cell) {
            let of = of_cell[0].0;
            let mut draws = layout.strike_stream(Purpose::Leaving, of, SINGLES);
            for (_, waiting) in of_cell {
                arrivals.send_waiting(layout, of.cell as usize, *waiting, &mut draws);
            }
        }
    }
}

impl Arrivals {
    /// Makes room for all there may be.
    fn begin(&mut self, layout: &RunLayout<'_>) {
        if self.kinds.is_empty() {
            self.kinds = Arrival::kinds(layout.max_attempts).collect();
            self.any = vec![false; self.kinds.len() * layout.model.cohorts.len()];
            self.counts = vec![0; self.any.len() * layout.model.suppliers.len()];
        }
    }

    /// A row's counts by supplier.
    fn row(&mut self, layout: &RunLayout<'_>, row: usize) -> &mut [u32] {
        let n = layout.model.suppliers.len();
        &mut self.counts[row * n..(row + 1) * n]
    }

    /// Empties a row: places of its cohort at which anybody arrives, and how many.
    fn list(&mut self, layout: &RunLayout<'_>, row: usize, cohort: CohortIdx) -> &[(u32, u32)] {
        let (n, places) = (layout.model.suppliers.len(), layout.cohort_places[cohort].clone());
        let counts = &mut self.counts[row * n..(row + 1) * n];
        self.list.clear();
        let mut space = self.list.space(places.len());
        let first = u32::try_from(places.start).expect("places are few");
        for (at, place) in (first..).zip(&layout.places[places]) {
            let n = std::mem::take(&mut counts[place.supplier]);
            space.add((at, n), n > 0);
        }
        let stayed = space.stayed();
        self.list.keep(stayed);
        self.list.items()
    }

    /// Draws where leavers of a cell go who do different things there.
    fn send<const N: usize>(
        &mut self,
        layout: &RunLayout<'_>,
        cell: usize,
        kinds: [(Arrival, u32); N],
        draws: &mut Stream,
    ) {
        let (from, destinations) = layout.leaving(cell);
        let first_row = layout.cohort_of(cell) * self.kinds.len();
        let groups = kinds.map(|(arrival, n)| {
            let row = first_row + arrival.position();
            self.any[row] |= n > 0;
            Group { n, first: row * layout.model.suppliers.len() }
        });
        destinations.send(from, groups, draws, &mut self.counts);
    }

    /// Draws what becomes of one leaver out of a wait.
    fn send_waiting(&mut self, layout: &RunLayout<'_>, cell: usize, waiting: Waiting, draws: &mut Stream) {
        let dormant = layout.inputs.goes_dormant.count(1, draws.number()) > 0;
        let status = if dormant { Status::Dormant } else { Status::Active };
        let (from, destinations) = layout.leaving(cell);
        let place = layout.place_at(layout.cohort_of(cell), destinations.of_one(from, draws));
        self.waiting.push((place, status, waiting));
    }
}
