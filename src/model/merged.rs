//! The merged programme: suppliers without limits of their own are merged into one. A run costs less, and its results
//! are nearly the same.

use std::collections::BTreeMap;

use super::{AllocationPolicy, Model, Stock, SupplierIdx};

/// Why a programme has no merged one that is worth its while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMerged {
    /// The rule gives every supplier an equal part, so their number matters.
    EqualParts,
    /// Demand is what each supplier has committed to.
    Commitments,
    /// No two suppliers are without limits of their own and have the same obligation date.
    NoTwoAlike,
    /// A run of the merged programme would cost nearly as much.
    LittleSaved,
}

impl NotMerged {
    /// The reason in words that follow "because".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::EqualParts => "its rule of sharing gives every supplier an equal part",
            Self::Commitments => "its suppliers commit to their demand",
            Self::NoTwoAlike => {
                "no two of its suppliers are without limits of their own and have one obligation date"
            }
            Self::LittleSaved => "a run with its suppliers merged would cost nearly as much",
        }
    }
}

/// Cells that the work of a cohort is worth which does not grow with its suppliers; measured on the national programme.
const CELLS_OF_A_COHORT: usize = 20;
/// The merged programme costs at most this part of the full one, or is not worth its while.
const MOST_COST: f64 = 0.6;

impl Model {
    /// Returns the cost of a run, in cells of a cohort, supplier and status. It is a count, not a time, so it is the
    /// same on every machine.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 cells")]
    pub fn cost(&self) -> f64 {
        (2 * self.places().len() + CELLS_OF_A_COHORT * self.cohorts.len()) as f64
    }

    /// The same programme with all suppliers as one that have no limit of their own and the same obligation date: stock and market shares
    /// added up, and what else a supplier has as the one with most stock has it. Of each kind there are two where installations change
    /// supplier, so that leavers have somewhere to go. Draws before the first day are the same, since they follow names.
    ///
    /// # Errors
    /// Why there is none.
    pub fn merged(&self) -> Result<Self, NotMerged> {
        if matches!(self.allocation.policy, AllocationPolicy::MaxMin | AllocationPolicy::EvenSplit) {
            return Err(NotMerged::EqualParts);
        }
        if self.commitment.is_some() {
            return Err(NotMerged::Commitments);
        }
        let to = self.merged_into();
        if to.iter().enumerate().all(|(supplier, into)| *into == supplier) {
            return Err(NotMerged::NoTwoAlike);
        }
        let mut merged = self.clone();
        for (supplier, &into) in to.iter().enumerate().filter(|(supplier, into)| supplier != *into) {
            merged.suppliers[into].market_share += self.suppliers[supplier].market_share;
            merged.suppliers[supplier].market_share = 0.0;
        }
        merged.stock = Vec::new();
        let mut rows: BTreeMap<_, usize> = BTreeMap::new();
        for row in &self.stock {
            let supplier = to[row.supplier];
            let key = (row.cohort, supplier, row.status, row.stage.name(), row.stage.attempt());
            let at = *rows.entry(key).or_insert(merged.stock.len());
            match merged.stock.get_mut(at) {
                Some(known) => known.installations += row.installations,
                None => merged.stock.push(Stock { supplier, ..row.clone() }),
            }
        }
        merged.leave_out_suppliers(&to);
        if merged.cost() > MOST_COST * self.cost() { Err(NotMerged::LittleSaved) } else { Ok(merged) }
    }

    /// How many suppliers are merged into others, and how many remain.
    #[must_use]
    pub fn merges(&self) -> (usize, usize) {
        let to = self.merged_into();
        let remain = |supplier: &usize| to[*supplier] == *supplier;
        let n = (0..to.len()).filter(remain).count();
        (to.len() - n, n)
    }

    /// The supplier that each becomes part of; itself where it stays.
    fn merged_into(&self) -> Vec<SupplierIdx> {
        let mut stock = vec![0_u64; self.suppliers.len()];
        for row in &self.stock {
            stock[row.supplier] += u64::from(row.installations);
        }
        let mut kinds: BTreeMap<_, Vec<SupplierIdx>> = BTreeMap::new();
        for (at, supplier) in self.suppliers.iter().enumerate().filter(|(_, s)| s.limits.is_empty()) {
            kinds.entry(supplier.obligation).or_default().push(at);
        }
        let mut to: Vec<SupplierIdx> = (0..self.suppliers.len()).collect();
        let parts = if self.change_of_supplier.is_some() { 2 } else { 1 };
        for mut kind in kinds.into_values() {
            // The largest first; of equal ones that which is declared first.
            kind.sort_by_key(|at| (std::cmp::Reverse(stock[*at]), *at));
            for (at, supplier) in kind.iter().enumerate() {
                to[*supplier] = kind[at % parts];
            }
        }
        to
    }

    /// Takes out suppliers that are part of others.
    fn leave_out_suppliers(&mut self, to: &[SupplierIdx]) {
        let mut now = Vec::with_capacity(to.len());
        let mut kept = Vec::new();
        for (at, supplier) in std::mem::take(&mut self.suppliers).into_iter().enumerate() {
            now.push(kept.len());
            if to[at] == at {
                kept.push(supplier);
            }
        }
        self.suppliers = kept;
        self.stock.iter_mut().for_each(|row| row.supplier = now[row.supplier]);
    }
}
