//! An explained day for programs: column names and units as in the files of a results folder.

use dormouse::allocate::{Among, Rule, Sharing, Split, even_part};
use dormouse::engine::{LimitUse, More, Scope};
use dormouse::model::{AllocationPolicy, Model, Status};
use jiff::civil::Date;
use serde_json::{Value as Json, json};

use crate::cli::verbs::explain::explanation::Argument;
use crate::cli::verbs::explain::names::weight;
use crate::cli::verbs::explain::tables::Reader;
use crate::cli::verbs::explain::words::installations;

/// The first fields of every explanation.
fn head(model: &Model, date: Date, migration_day: bool) -> Json {
    json!({
        "schema": "dormouse-explanation",
        "version": 2,
        "scenario": model.name,
        "seed": model.seed,
        "date": date.to_string(),
        "migration_day": migration_day,
    })
}

/// A day on which nothing was offered.
pub(super) fn closed(model: &Model, date: Date) -> Json {
    let mut json = head(model, date, false);
    json["offered_installations"] = json!(0);
    json
}

impl Argument<'_> {
    /// The whole argument.
    pub(crate) fn to_json(&self) -> Json {
        let (record, account) = (&self.account.record, self.account);
        let mut all = head(self.model, self.date, true);
        let sharings = &account.grants.certificate.sharings;
        let outages = account.groups.iter().enumerate().filter(|(_, day)| day.outage);
        let parts = json!({
            "rules": account.rules,
            "dmin_installations": account.today.dmin,
            "offered_installations": record.offered,
            "programme_limit_installations": record.programme_limit,
            "most_possible_installations": record.most_possible,
            "idle_by_rule_installations": record.idle_by_rule,
            "rule_needed": record.rule_needed,
            "outages": outages.map(|(group, _)| self.group(group)).collect::<Vec<_>>(),
            "groups": self.groups(Reader::Programs).to_json(),
            "suppliers": self.suppliers(Reader::Programs).to_json(),
            "limits": self.limits.iter().map(|limit| self.limit_json(limit)).collect::<Vec<_>>(),
            "sharings": sharings.iter().map(|sharing| self.sharing_json(sharing)).collect::<Vec<_>>(),
            "equal_parts": self.equal_parts_json(),
            "queue": self.queue_json(),
            "moved_by_crossing_limits": self.way_json(),
            "one_more_look": self.more.iter().map(|more| self.more_json(more)).collect::<Vec<_>>(),
            "cells": self.cells().to_json(),
        });
        if let (Json::Object(all), Json::Object(parts)) = (&mut all, parts) {
            all.extend(parts);
        }
        all
    }

    fn scope_json(&self, scope: Scope) -> Json {
        match scope {
            Scope::Programme => json!({ "of": "programme" }),
            Scope::Group(group) => json!({ "of": "group", "group": self.group(group) }),
            Scope::SupplierIn(branch) => {
                let (group, supplier) = self.branch(branch);
                json!({ "of": "supplier-in-group", "group": self.group(group), "supplier": self.supplier(supplier) })
            }
            Scope::Cohort(cohort) => json!({ "of": "cohort", "cohort": self.cohort(cohort) }),
            Scope::Supplier(supplier) => {
                json!({ "of": "supplier-over-all-groups", "supplier": self.supplier(supplier) })
            }
        }
    }

    fn limit_json(&self, limit: &LimitUse) -> Json {
        json!({
            "limit": self.scope_json(limit.scope),
            "limit_installations": limit.limit,
            "demand_installations": limit.asked,
            "slots_installations": limit.used,
            "covers": if limit.covers_both { "both" } else { "active" },
            "used_up": limit.is_used_up(),
        })
    }

    fn sharing_json(&self, sharing: &Sharing) -> Json {
        let claims = self.claims(sharing).map(|(claim, owed)| {
            let mut json = json!({
                "who": self.who(sharing.among, claim.id),
                "weight_installations": claim.weight,
                "most_installations": claim.cap,
                "slots_installations": claim.got,
            });
            if let Split::ProRata(_) = sharing.split {
                json["quota_installations"] = json!(f64::from(owed.whole) + installations(owed.fraction));
                json["whole_installations"] = json!(owed.whole);
                json["fraction_installations"] = json!(installations(owed.fraction));
                json["credit_installations"] = json!(installations(owed.credit));
                json["has_odd_slot"] = json!(owed.odd);
            }
            json
        });
        let (split, rounding) = match sharing.split {
            Split::Equal => ("equal-parts", None),
            Split::ProRata(rounding) => ("pro-rata", Some(rounding)),
        };
        json!({
            "rule": sharing.rule,
            "among": self.among(sharing.among),
            "over_groups": sharing.among == Among::Groups,
            "weights_count": weight(self.account.rules, sharing),
            "amount_installations": sharing.amount,
            "weights_together_installations": sharing.of,
            "split": split,
            "rounding": rounding,
            "claims": claims.collect::<Vec<_>>(),
        })
    }

    /// Parts set aside under `even-split`. They are in no sharing, because they do not depend on demand.
    fn equal_parts_json(&self) -> Json {
        if self.account.rules.policy != AllocationPolicy::EvenSplit {
            return Json::Null;
        }
        let part = |(branch, (group, supplier)): (usize, (usize, usize))| {
            let part = even_part(&self.account.shape, &self.account.today.day(), branch);
            json!({
                "rule": Rule::Equal,
                "group": self.group(group),
                "supplier": self.supplier(supplier),
                "part_of_programme_installations": part.of_programme,
                "part_of_group_installations": part.of_group,
                "part_of_supplier_installations": part.of_supplier,
            })
        };
        self.account.shape.branches().enumerate().map(part).collect()
    }

    /// The queue by group and day, under `first-ready`.
    fn queue_json(&self) -> Json {
        if self.account.rules.policy != AllocationPolicy::FirstReady {
            return Json::Null;
        }
        let of_group = |group: usize| {
            let layers = self.account.layers(|place| {
                self.group_of(place) == group && self.focus.covers(&self.account.places[place])
            });
            layers.into_iter().map(move |(since, layer)| {
                json!({
                    "group": self.group(group),
                    "eligible_since": since.map(|day| self.model.calendar.date(day).to_string()),
                    "demand_installations": layer.asked,
                    "slots_installations": layer.got,
                })
            })
        };
        (0..self.model.groups.len()).flat_map(of_group).collect()
    }

    /// The steps of every cell in focus, where a limit that crosses was passed.
    fn way_json(&self) -> Json {
        if !self.crosses() {
            return Json::Null;
        }
        let mut cells = Vec::new();
        for (at, place) in
            self.account.places.iter().enumerate().filter(|(_, place)| self.focus.covers(place))
        {
            for status in Status::ALL {
                let way = self.way_of(status, |place| place == at);
                if self.account.demand(at, status) == 0 {
                    continue;
                }
                let stops = self.limits.iter().filter(|limit| self.stops(limit, at, status));
                let without = self.account.demand(at, status) > way.slots;
                cells.push(json!({
                    "group": self.group(self.group_of(at)),
                    "supplier": self.supplier(place.supplier),
                    "cohort": self.cohort(place.cohort),
                    "status": status.name(),
                    "demand_installations": self.account.demand(at, status),
                    "counted_installations": self.counted(at, status),
                    "first_sharing_installations": way.first,
                    "shared_again_installations": way.again,
                    "exchanged_installations": way.exchanged,
                    "slots_installations": way.slots,
                    "stopped_by": stops.filter(|_| without).map(|limit| self.scope_json(limit.scope)).collect::<Vec<_>>(),
                }));
            }
        }
        Json::Array(cells)
    }

    fn more_json(&self, more: &More) -> Json {
        let moved = self.account.shape.branches().zip(&more.moved).filter(|(_, moved)| **moved != [0, 0]);
        let branches = moved.map(|((group, supplier), [dormant, active])| {
            json!({
                "group": self.group(group),
                "supplier": self.supplier(supplier),
                "dormant_slots_installations": dormant,
                "active_slots_installations": active,
            })
        });
        let groups = self.moved_by_group(more);
        let by_group = groups
            .iter()
            .enumerate()
            .map(|(at, n)| json!({ "group": self.group(at), "slots_installations": n }));
        json!({
            "limit": self.scope_json(more.scope),
            "raised_by_installations": more.by,
            "slots_installations": groups.iter().sum::<i64>(),
            "groups": by_group.collect::<Vec<_>>(),
            "suppliers": branches.collect::<Vec<_>>(),
        })
    }
}
