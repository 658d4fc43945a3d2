//! The rules in the order in which they were applied: the slots of each, and the sharings.

use dormouse::allocate::{Among, BranchGrant, Rule, Sharing, even_part};
use dormouse::model::{AllocationPolicy, DminScope, DormantPriority, Remainder, Status};
use dormouse::output::{Cell, Table};
use dormouse::wording::numbers::{count, plural};

use crate::cli::verbs::explain::explanation::Argument;
use crate::cli::verbs::explain::names::{order, shares_both, weight};
use crate::cli::verbs::explain::words::{indented, installations};

/// A step's own words and the lines below them.
type Step = (String, Vec<String>);

impl Argument<'_> {
    /// Every step that gave or refused something.
    pub(super) fn steps(&self) -> Vec<String> {
        if !self.account.record.rule_needed {
            return Vec::new();
        }
        if self.account.rules.policy == AllocationPolicy::FirstReady {
            return self.queue_by_group();
        }
        let heading = if self.crosses() {
            "First sharing, by rule in order; demand beyond a limit that crosses does not count:"
        } else {
            "By rule, in order:"
        };
        let steps = order(self.account.rules).iter().filter_map(|&(rule, over_groups)| {
            if over_groups { self.over_groups(rule) } else { self.step(rule) }
        });
        let mut lines = vec![heading.to_owned()];
        for (at, (own, under)) in steps.enumerate() {
            lines.push(format!("{}. {own}", at + 1));
            lines.extend(indented(under, 3));
        }
        if lines.len() > 1 { lines } else { Vec::new() }
    }

    /// Sharings by one rule that had anything to share; those that had not, if asked.
    fn sharings(&self, rule: Rule, with_slots: bool) -> impl Iterator<Item = &Sharing> {
        let all = self.account.grants.certificate.sharings.iter();
        all.filter(move |sharing| sharing.rule == rule && (sharing.amount > 0) == with_slots)
    }

    /// The programme's limit over the groups, where it binds.
    fn over_groups(&self, rule: Rule) -> Option<Step> {
        let sharing = self.sharings(rule, true).find(|sharing| sharing.among == Among::Groups)?;
        let what = match rule {
            Rule::DormantFirst => "The programme's limit for Dormant",
            Rule::Flat => "The programme's limit for flat amounts",
            Rule::Remainder if !shares_both(self.account.rules) => "The programme's limit for Active",
            _ => "The programme's limit",
        };
        let own = format!(
            "{what}: {} slots for the {} that groups could use within theirs, pro rata:",
            count(sharing.amount),
            count(sharing.of)
        );
        let table = self.shares_of_groups(sharing).to_text();
        Some((own, table.lines().map(str::to_owned).collect()))
    }

    fn shares_of_groups(&self, sharing: &Sharing) -> Table {
        let odd = self.claims(sharing).any(|(_, owed)| owed.odd);
        let mut columns = vec![("group", ""), ("could use", ""), ("because", ""), ("quota", "")];
        columns
            .extend([("credit", ""), ("slots", "")].into_iter().filter(|(name, _)| odd || *name == "slots"));
        let mut table = Table::new(&columns);
        for (claim, owed) in self.claims(sharing).filter(|(claim, _)| claim.weight > 0) {
            let group = claim.id as usize;
            let quota = f64::from(owed.whole) + installations(owed.fraction);
            let mut row = vec![
                self.group(group).into(),
                claim.weight.into(),
                self.room_of_group(sharing, group, claim.weight).as_str().into(),
                Cell::Decimal(quota, 2),
            ];
            row.extend(odd.then(|| Cell::Decimal(installations(owed.credit), 2)));
            row.push(claim.got.into());
            table.push(row);
        }
        table
    }

    /// Explains the amount that a group could use: its limit minus earlier slots, or all demand.
    fn room_of_group(&self, sharing: &Sharing, group: usize, could_use: u32) -> String {
        let given = self.by_rule(self.first_grants(), |(at, _)| at == group);
        let limit = self.account.today.groups[group];
        let dormant_before =
            sharing.rule == Rule::Remainder && matches!(self.account.rules.policy, AllocationPolicy::Msm);
        let before = if dormant_before { given.dormant } else { 0 };
        if could_use == limit && before == 0 {
            "its limit".to_owned()
        } else if could_use + before == limit {
            format!("{} - {} Dormant", count(limit), count(before))
        } else {
            "all it wanted".to_owned()
        }
    }

    fn step(&self, rule: Rule) -> Option<Step> {
        match rule {
            Rule::DormantFirst => self.dormant(),
            Rule::Flat => self.flat(),
            Rule::Remainder => self.remainder(),
            Rule::Equal => Some(self.equal()),
            Rule::Limit | Rule::Queue | Rule::HandDown => None,
        }
    }

    fn dormant(&self) -> Option<Step> {
        let asked = self.sum(|_| true).demand[Status::Dormant as usize];
        if asked == 0 {
            return None;
        }
        let BranchGrant { dormant, flat_dormant, .. } = self.by_rule(self.first_grants(), |_| true);
        let (got, asked) = (dormant - flat_dormant, asked - flat_dormant);
        let name = match (self.account.rules.policy, self.account.rules.dormant_priority) {
            (AllocationPolicy::ActiveFirst, _) => "Dormant, after Active".to_owned(),
            (_, DormantPriority::Strict) => "Dormant first".to_owned(),
            (_, DormantPriority::UpToShare { ppm }) => {
                format!("Dormant first, within {}% of every limit", f64::from(ppm) / 10_000.0)
            }
        };
        let still = if flat_dormant > 0 { "still " } else { "" };
        let own = if got == asked {
            format!("{name}: {}, all that was {still}asked.", count(got))
        } else {
            format!("{name}: {} of {} {still}asked.", count(got), count(asked))
        };
        let line = |sharing: &Sharing| {
            let Among::CellsOfGroup(group) = sharing.among else { return None };
            let cells = self.claims(sharing).filter(|(claim, _)| claim.weight > 0).count();
            Some(format!(
                "{}: {} slots for {} that {} could use, pro rata.",
                self.group(group),
                count(sharing.amount),
                count(sharing.of),
                plural(cells, "cell")
            ))
        };
        Some((own, self.sharings(Rule::DormantFirst, true).filter_map(line).collect()))
    }

    /// Returns the size of a flat amount, in words.
    fn dmin(&self) -> String {
        let scope = match self.account.rules.dmin_scope {
            DminScope::PerGroup if self.model.groups.len() == 1 => "a supplier",
            DminScope::PerGroup => "a supplier in each group",
            DminScope::InAll => "a supplier over all groups",
        };
        format!("Flat allocation, up to {} {scope}", count(self.account.today.dmin))
    }

    fn flat(&self) -> Option<Step> {
        let BranchGrant { flat, flat_dormant, .. } = self.by_rule(self.first_grants(), |_| true);
        let given = flat + flat_dormant;
        if given == 0 && self.sum(|_| true).demand[Status::Active as usize] == 0 {
            return None;
        }
        if self.account.today.dmin == 0 {
            return Some(("Flat allocation: none, DMIN was 0 that day.".to_owned(), Vec::new()));
        }
        let cut = |sharing: &Sharing| {
            let Among::SuppliersOf(group) = sharing.among else { return None };
            let most = self.claims(sharing).map(|(claim, _)| claim.got).max().unwrap_or(0);
            Some(format!(
                "{}: {} slots for {} due to {}, cut to equal parts of at most {}.",
                self.group(group),
                count(sharing.amount),
                count(sharing.of),
                plural(self.claims(sharing).count(), "supplier"),
                count(most)
            ))
        };
        let mut under: Vec<String> = self.sharings(Rule::Flat, true).filter_map(cut).collect();
        let none = self.sharings(Rule::Flat, false).filter_map(|sharing| match sharing.among {
            Among::SuppliersOf(group) if self.account.groups[group].limit > 0 => Some(self.group(group)),
            _ => None,
        });
        let none: Vec<&str> = none.collect();
        if given == 0 {
            return Some((format!("{}: none, because nothing was left for it.", self.dmin()), Vec::new()));
        }
        if !none.is_empty() {
            under.push(format!("{}: none, because nothing was left there.", none.join(", ")));
        }
        let dormant = match flat_dormant {
            0 => String::new(),
            n if n == given => ", all of them for Dormant".to_owned(),
            n => format!(", {} of them for Dormant", count(n)),
        };
        Some((format!("{}: {}{dormant}.", self.dmin(), count(given)), under))
    }

    fn remainder(&self) -> Option<Step> {
        let rules = self.account.rules;
        let given = self.by_rule(self.first_grants(), |_| true).remainder;
        if given == 0 {
            return None;
        }
        let name = match (rules.policy, rules.remainder) {
            (AllocationPolicy::Pooled, _) => "Pro rata to all demand, Dormant and Active alike",
            (_, Remainder::UnmetDemand) => "Remainder, pro rata to what each supplier still wanted",
            (_, Remainder::WholeDemand) => "Remainder, pro rata to the whole demand of those not yet met",
            (_, Remainder::LowerBound) => "Remainder, pro rata, none below its DMIN",
        };
        let line = |sharing: &Sharing| {
            let Among::SuppliersOf(group) = sharing.among else { return None };
            Some(format!(
                "{}: {} slots for {} that {} {}.",
                self.group(group),
                count(sharing.amount),
                count(sharing.of),
                plural(self.claims(sharing).count(), "supplier"),
                weight(rules, sharing)
            ))
        };
        let under = self.sharings(Rule::Remainder, true).filter_map(line).collect();
        Some((format!("{name}: {}.", count(given)), under))
    }

    fn equal(&self) -> Step {
        let given = count(self.by_rule(self.first_grants(), |_| true).remainder);
        if self.account.rules.policy == AllocationPolicy::EvenSplit {
            return (format!("Equal parts, used or not: {given} used."), self.even_parts());
        }
        let line = |sharing: &Sharing| {
            let Among::SuppliersOf(group) = sharing.among else { return None };
            let most = self.claims(sharing).map(|(claim, _)| claim.got).max().unwrap_or(0);
            Some(format!(
                "{}: {} slots for {} that {} could use: at most {} each.",
                self.group(group),
                count(sharing.amount),
                count(sharing.of),
                plural(self.claims(sharing).count(), "supplier"),
                count(most)
            ))
        };
        let under = self.sharings(Rule::Equal, true).filter_map(line).collect();
        (format!("Equal parts in each group, none above what it could use: {given}."), under)
    }

    /// The equal part of each group and of its suppliers.
    fn even_parts(&self) -> Vec<String> {
        let open = self.account.groups.iter().enumerate().filter(|(_, day)| day.limit > 0);
        open.filter_map(|(group, _)| {
            let branch = self.account.shape.branches().position(|(at, _)| at == group)?;
            Some(format!("{}: {}.", self.group(group), self.even_part(branch)))
        })
        .collect()
    }

    /// Explains the equal part of a branch.
    pub(super) fn even_part(&self, branch: usize) -> String {
        let part = even_part(&self.account.shape, &self.account.today.day(), branch);
        let (group, _) = self.branch(branch);
        let of_programme = part.of_programme.zip(self.account.today.programme);
        let programme = of_programme.map_or_else(String::new, |(part, limit)| {
            format!("{} / {} = {}, ", count(limit), plural(self.model.groups.len(), "group"), count(part))
        });
        let limit = self.account.today.groups[group];
        let own = if part.of_group == limit {
            format!("its own limit is {}", count(limit))
        } else {
            format!("within its own limit of {}", count(limit))
        };
        format!(
            "{programme}{own}; {} / {} = {}, whole numbers by turn",
            count(part.of_group),
            plural(self.model.suppliers.len(), "supplier"),
            count(part.of_supplier)
        )
    }
}
