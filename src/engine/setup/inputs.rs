//! The dated and uncertain inputs of one replication, drawn and spread over the days of the run. After this nobody
//! reads a distribution or a step: the day loop sees numbers by day.

mod drawn;

use std::cell::RefCell;
use std::sync::Arc;

pub use drawn::{DrawnInputs, UncertainInputs};

use crate::model::decimal::half_up;
use crate::model::{
    Cohort, CohortIdx, Dated, Day, Distribution, Entry, FirmwareOrder, FirmwarePolicy, Model, Planned,
    Redesignation, Uncertain, key_of,
};
use crate::random::{Address, Chance, Draws, Lengths, Purpose, Repeated, normal_cdf, normal_quantile};

/// The replication that each layer of chance is drawn from. A replication takes all three from its own number; runs that take them
/// from several tell the layers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The factors that inputs share.
    pub shared: u32,
    /// What each input has of its own.
    pub own: u32,
    /// What happens day by day.
    pub fates: u32,
}

/// One replication's inputs.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// Programme limit by day; `None` never binds \[installations\].
    pub programme: Option<Vec<u32>>,
    /// DMIN by day \[installations\].
    pub dmin: Vec<u32>,
    /// By group.
    pub groups: Vec<GroupInputs>,
    /// By cohort.
    pub cohorts: Vec<CohortInputs>,
    /// By supplier.
    pub suppliers: Vec<SupplierInputs>,
    /// Probability that a leaver becomes Dormant.
    pub goes_dormant: Repeated,
}

/// One group's inputs.
#[derive(Clone, Debug)]
pub struct GroupInputs {
    /// Migration capacity by day, outages not taken out \[installations\].
    pub capacity: Vec<u32>,
    /// Firmware capacity by day, outages not taken out; `None` never binds \[installations\].
    pub firmware: Option<Vec<u32>>,
    /// Outages as (first day, first day after), in order.
    pub outages: Vec<(Day, Day)>,
    /// Whether an outage stops firmware as well.
    pub stops_firmware: bool,
}

/// One supplier's inputs.
#[derive(Clone, Debug)]
pub struct SupplierInputs {
    /// First day as a DCC user.
    pub user_from: Day,
    /// Share of its eligible stock that it commits over a week.
    pub commitment: f64,
    /// Its limits, in a group or over all: (group, covers both, limit by day).
    pub limits: Vec<(Option<usize>, bool, Vec<u32>)>,
}

/// One cohort's inputs.
#[derive(Clone, Debug)]
pub struct CohortInputs {
    /// Its days, slips included.
    pub days: CohortDays,
    /// EPCL entry as planned, every slip at its median, where firmware starts in that order.
    pub expected_entry: Option<Day>,
    /// Whether the entry asks for other firmware than the one sent early.
    pub rework: bool,
    /// Days from entry until Active installations are updated.
    pub supplier_delay: i32,
    /// Probability that a Dormant installation needs no update.
    pub no_update: Arc<Repeated>,
    /// How long updates take.
    pub update_length: Arc<Lengths>,
    /// Probability that an update succeeds.
    pub update_success: Chance,
    /// Days from a failed update until the next is possible.
    pub update_wait: i32,
    /// Days of notice.
    pub notice: i32,
    /// Probability of success by attempt number; the last holds for later ones.
    pub success: Vec<Chance>,
    /// Probability that an allocated slot is used.
    pub take_up: Chance,
    /// Days from a failed attempt until the next is possible.
    pub retry_delay: i32,
    /// Ramp-up limit by day.
    pub ramp_up: Option<Vec<u32>>,
}

/// The days of one cohort, slips included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CohortDays {
    /// Gate day.
    pub gate: Day,
    /// EPCL entry day.
    pub entry: Day,
    /// Day firmware opens for Dormant installations.
    pub opens: Day,
}

impl Inputs {
    /// Draws the inputs of a run.
    ///
    /// # Panics
    /// Never for a model that keeps its invariants.
    #[must_use]
    pub fn draw(model: &Model, draw: impl Into<Draw>) -> Self {
        let draw = draw.into();
        let of = |replication| Draws::new(model.seed, replication);
        let drawn = Drawn { shared: of(draw.shared), own: of(draw.own) };
        let source = Source { model, drawn: model.layers.parametric.then_some(drawn) };
        let fates = fates(model, draw);
        let days = source.cohort_days();
        let by_expectation = model.firmware.order == FirmwareOrder::EarliestExpectedEntry;
        let expected = by_expectation.then(|| Source { model, drawn: None }.cohort_days());
        let expected_entry = |cohort: usize| expected.as_ref().map(|days| days[cohort].entry);
        let rework_draws = source.drawn.map_or(of(0), |drawn| drawn.own);
        let lengths = all_lengths(model);
        let mut chances = Chances::default();
        let cohorts = (model.cohorts.iter().zip(lengths)).zip(days.iter().enumerate()).map(
            |((cohort, update_length), (at, days))| {
                source.cohort(cohort, update_length, *days, expected_entry(at), &rework_draws, &mut chances)
            },
        );
        Self {
            programme: model.capacity.as_ref().map(|dated| source.dense(dated)),
            dmin: source.dense(&model.allocation.dmin),
            groups: (0..model.groups.len()).map(|g| source.group(g, &fates)).collect(),
            cohorts: cohorts.collect(),
            suppliers: model.suppliers.iter().map(|s| source.supplier(s)).collect(),
            goes_dormant: Chance::new(
                model.change_of_supplier.as_ref().map_or(0.0, |c| source.value(&c.goes_dormant)),
            )
            .into(),
        }
    }
}

impl CohortInputs {
    /// Probability of success of an attempt, by its number from 1.
    #[must_use]
    pub fn success(&self, attempt: u8) -> &Chance {
        &self.success[usize::from(attempt - 1).min(self.success.len() - 1)]
    }
}

impl From<u32> for Draw {
    fn from(replication: u32) -> Self {
        Self { shared: replication, own: replication, fates: replication }
    }
}

/// The draws of fates: those of replication 0 in every run where the stochastic layer is off.
#[must_use]
pub(in crate::engine) fn fates(model: &Model, draw: Draw) -> Draws {
    Draws::new(model.seed, if model.layers.stochastic { draw.fates } else { 0 })
}

/// Times every chance that an attempt succeeds: 1, but in the build with a fault that `benches/law.py` has to find.
const SUCCESS_FACTOR: f64 = if cfg!(law_fault) { 0.999 } else { 1.0 };

/// Where values come from: drawn, or each at its median.
#[derive(Clone, Copy)]
struct Source<'a> {
    model: &'a Model,
    drawn: Option<Drawn>,
}

/// The draws that inputs come from.
#[derive(Clone, Copy)]
struct Drawn {
    shared: Draws,
    own: Draws,
}

impl Source<'_> {
    /// One uncertain value.
    ///
    /// # Formula
    /// Gaussian copula: u = Phi(w `z_factor` + sqrt(1 - w^2) `z_own`), then the quantile at u. Values are rounded to
    /// 10^-9 of a unit, so that the last bits of a quantile never decide anything.
    fn value(&self, uncertain: &Uncertain) -> f64 {
        self.value_of(&uncertain.distribution, uncertain)
    }

    /// The same with another distribution, such as the input's own in another unit.
    fn value_of(&self, distribution: &Distribution, uncertain: &Uncertain) -> f64 {
        if let Distribution::Fixed(known) = distribution {
            return *known;
        }
        let own = self.uniform(|drawn| drawn.own, Purpose::Input, uncertain.key);
        let u = match uncertain.link {
            Some(link) => {
                let factor = self.model.factors[link.factor].key;
                let shared = self.uniform(|drawn| drawn.shared, Purpose::Factor, factor);
                let rest = libm::sqrt((1.0 - link.weight * link.weight).max(0.0));
                normal_cdf(link.weight * normal_quantile(shared) + rest * normal_quantile(own))
            }
            None => own,
        };
        let value = distribution.quantile(u.clamp(1e-15, 1.0 - 1e-15));
        (value * 1e9).round() / 1e9
    }

    fn uniform(&self, layer: fn(Drawn) -> Draws, purpose: Purpose, entity: u64) -> f64 {
        self.drawn
            .map_or(0.5, |drawn| layer(drawn).number(Address { purpose, entity, day: 0, index: 0 }).value())
    }

    fn days(&self, uncertain: &Uncertain) -> i32 {
        whole_days(self.value(uncertain))
    }

    fn on(&self, planned: &Planned) -> Day {
        planned.day.plus(self.days(&planned.slip))
    }

    fn dense(&self, dated: &Dated) -> Vec<u32> {
        let values: Vec<f64> = dated.steps.iter().map(|step| self.value(&step.value)).collect();
        dated.dense(&values, self.value(&dated.factor), self.model.calendar.n_days())
    }

    fn group(&self, group: usize, fates: &Draws) -> GroupInputs {
        let group = &self.model.groups[group];
        GroupInputs {
            capacity: self.dense(&group.capacity),
            firmware: group.firmware_capacity.as_ref().map(|dated| self.dense(dated)),
            outages: self.outages(group, fates),
            stops_firmware: group.outage.as_ref().is_some_and(|o| o.stops_firmware),
        }
    }

    /// Outages of a group: on each day without one, one may start, and then lasts its length.
    fn outages(&self, group: &crate::model::Group, fates: &Draws) -> Vec<(Day, Day)> {
        let Some(outage) = &group.outage else { return Vec::new() };
        let start = self.value(&outage.start_probability);
        let mut outages = Vec::new();
        let mut free_from = Day(0);
        for day in 0..=self.model.calendar.last().0 {
            let at = |purpose| Address {
                purpose,
                entity: group.key,
                day: address_day(self.model, Day(day)),
                index: 0,
            };
            if Day(day) >= free_from && fates.number(at(Purpose::OutageStart)).value() < start {
                let length =
                    outage.length_days.distribution.quantile(fates.number(at(Purpose::OutageLength)).value());
                free_from = Day(day).plus(whole_days(length).max(1));
                outages.push((Day(day), free_from));
            }
        }
        outages
    }

    fn supplier(&self, supplier: &crate::model::Supplier) -> SupplierInputs {
        let commitment = self
            .model
            .commitment
            .as_ref()
            .map_or(1.0, |commitment| self.value(&drawn::of_supplier(commitment, supplier)));
        SupplierInputs {
            user_from: supplier.dcc_user_from.as_ref().map_or(Day(0), |planned| self.on(planned)),
            commitment,
            limits: supplier
                .limits
                .iter()
                .map(|l| (l.group, l.covers_both, self.dense(&l.per_day)))
                .collect(),
        }
    }

    fn cohort(
        &self,
        cohort: &Cohort,
        update_length: Arc<Lengths>,
        days: CohortDays,
        expected_entry: Option<Day>,
        draws: &Draws,
        chances: &mut Chances,
    ) -> CohortInputs {
        let chance = |uncertain: &Uncertain| Chance::new(self.value(uncertain));
        let success = |uncertain: &Uncertain| Chance::new(SUCCESS_FACTOR * self.value(uncertain));
        CohortInputs {
            days,
            expected_entry,
            rework: self.rework_strikes(cohort, days, draws),
            supplier_delay: self.days(&cohort.supplier_delay).max(0),
            no_update: chances.of(chance(&cohort.firmware.no_update_share)),
            update_length,
            update_success: chance(&cohort.firmware.success),
            update_wait: self.days(&cohort.firmware.wait).max(1),
            notice: self.days(&cohort.notice).max(0),
            success: cohort.success.iter().map(success).collect(),
            take_up: chance(&cohort.take_up),
            retry_delay: self.days(&cohort.retry_delay).max(1),
            ramp_up: cohort.ramp_up.as_ref().map(|dated| self.dense(dated)),
        }
    }

    /// One uniform a cohort, compared with the probability of the evidence there was when firmware opened.
    fn rework_strikes(&self, cohort: &Cohort, days: CohortDays, draws: &Draws) -> bool {
        let rework = &self.model.firmware.rework;
        let evidence = if days.opens < days.gate {
            &rework.confidence
        } else if cohort.equivalent_to.is_some() {
            &rework.equivalence
        } else {
            &rework.tested
        };
        let at = Address { purpose: Purpose::Rework, entity: cohort.key, day: 0, index: 0 };
        days.opens < days.entry && draws.number(at).value() < self.value(evidence)
    }

    /// The days of every cohort; a cohort comes after the one it rests on.
    fn cohort_days(&self) -> Vec<CohortDays> {
        let redesignation = match &self.model.firmware.redesignation {
            Redesignation::On(planned) => self.on(planned),
            Redesignation::Never => Day::NEVER,
        };
        let mut gates: Vec<Option<Day>> = vec![None; self.model.cohorts.len()];
        (0..self.model.cohorts.len()).map(|c| self.days_of(c, redesignation, &mut gates)).collect()
    }

    fn days_of(&self, cohort: CohortIdx, redesignation: Day, gates: &mut [Option<Day>]) -> CohortDays {
        let gate = self.gate(cohort, gates);
        let cohort = &self.model.cohorts[cohort];
        let entry = match &cohort.entry {
            Entry::On(planned) => self.on(planned).max(gate),
            Entry::AfterGate(lag) => gate.plus(self.days(lag).max(0)),
        };
        let early = |from: Day| from.max(redesignation).min(entry);
        let opens = match self.model.firmware.policy {
            FirmwarePolicy::Existing => entry,
            FirmwarePolicy::EarlyTestedOnly if cohort.equivalent_to.is_some() => entry,
            FirmwarePolicy::Early | FirmwarePolicy::EarlyTestedOnly => early(gate),
            FirmwarePolicy::SmsoConfidence => early(cohort.confidence.as_ref().map_or(gate, |c| self.on(c))),
        };
        let head_start = i32::try_from(cohort.head_start).expect("a head start is shorter than a run");
        CohortDays { gate, entry, opens: opens.plus(-head_start) }
    }

    /// A cohort's gate: never before the testing of the cohort it rests on, plus the objection delay.
    fn gate(&self, cohort: CohortIdx, gates: &mut [Option<Day>]) -> Day {
        if let Some(gate) = gates[cohort] {
            return gate;
        }
        let own = &self.model.cohorts[cohort];
        let mut gate = self.on(&own.gate);
        if let Some(tested) = own.equivalent_to {
            let objections = self.days(&own.objection_delay).max(0);
            gate = gate.max(self.gate(tested, gates).plus(objections));
        }
        gates[cohort] = Some(gate);
        gate
    }
}

/// Chances of one replication's cohorts; cohorts with the same one share what is worked out for it.
#[derive(Default)]
struct Chances(Vec<Arc<Repeated>>);

impl Chances {
    fn of(&mut self, chance: Chance) -> Arc<Repeated> {
        if let Some(known) = self.0.iter().find(|known| *known.chance() == chance) {
            return Arc::clone(known);
        }
        let new = Arc::new(chance.into());
        self.0.push(Arc::clone(&new));
        new
    }
}

/// The day part of an address.
pub(in crate::engine) fn address_day(model: &Model, day: Day) -> u16 {
    u16::try_from(day.0 + i32::from(model.draws_before)).expect("a run has fewer than 35,536 days")
}

pub(in crate::engine) fn whole_days(value: f64) -> i32 {
    let days = half_up(value);
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

/// Longest length that is told apart \[days\]; what lies beyond counts as this long.
const LONGEST: i32 = 1_000;

thread_local! {
    /// Distributions whose lengths a replication of this thread worked out: those after it mostly have the same. Nothing that is computed
    /// depends on what stands here.
    static KNOWN_LENGTHS: RefCell<Vec<(Distribution, Arc<Lengths>)>> = const { RefCell::new(Vec::new()) };
}

/// Distributions that are known at most.
const MOST_KNOWN: usize = 64;

/// The update lengths of every cohort; cohorts with the same distribution share it.
fn all_lengths(model: &Model) -> Vec<Arc<Lengths>> {
    KNOWN_LENGTHS.with_borrow_mut(|known| {
        if known.len() > MOST_KNOWN {
            known.clear();
        }
        let of = |cohort: &Cohort| {
            let distribution = &cohort.firmware.length.distribution;
            if let Some((_, lengths)) = known.iter().find(|(known, _)| known == distribution) {
                return Arc::clone(lengths);
            }
            let lengths = Arc::new(lengths(distribution));
            known.push((distribution.clone(), Arc::clone(&lengths)));
            lengths
        };
        model.cohorts.iter().map(of).collect()
    })
}

/// The distribution of whole-day lengths, rounded half up, at least 1 day.
fn lengths(distribution: &Distribution) -> Lengths {
    let (low, high) = distribution.range();
    let first = whole_days(low).clamp(1, LONGEST);
    let last = whole_days(high.min(f64::from(LONGEST))).clamp(first, LONGEST);
    let mut below = 0.0;
    let probabilities: Vec<f64> = (first..=last)
        .map(|days| {
            let upto = if days == last { 1.0 } else { distribution.cdf(f64::from(days) + 0.5) };
            let probability = (upto - below).max(0.0);
            below = upto;
            probability
        })
        .collect();
    Lengths::new(first.unsigned_abs(), &probabilities)
}

/// The key of a cell for addressing draws.
pub(in crate::engine) fn cell_key(
    model: &Model,
    place: crate::model::Place,
    status: crate::model::Status,
) -> u64 {
    let place = crate::random::join(model.cohorts[place.cohort].key, model.suppliers[place.supplier].key);
    crate::random::join(place, key_of(status.name()))
}
