//! Limits that cross, as a network: slots flow from outside through programme, group and cohort into a cell, and out
//! through its supplier's limits. A cycle along which somebody gains more than anybody loses is an exchange worth
//! making; when there is none left, the prices found on the way prove it.

use super::{Day, Grants, Limit, Shape};

/// What an exchange is worth. An aim outweighs all that come after it in the policy's order, on every simple cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Worth {
    /// Of a slot of a Dormant cell.
    pub(super) dormant: i64,
    /// Of a slot of an Active cell.
    pub(super) active: i64,
    /// Of a slot, whoever has it.
    pub(super) slot: i64,
    /// Of a slot within a supplier's flat amount.
    pub(super) flat: i64,
}

/// Where the nodes of the network stand among its prices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    groups: usize,
    cohorts: usize,
    branches: usize,
    suppliers: usize,
}

impl Layout {
    pub(super) const OUTSIDE: usize = 0;
    pub(super) const PROGRAMME: usize = 1;

    pub(super) fn of(shape: &Shape) -> Self {
        let groups = 2;
        let cohorts = groups + shape.groups.len();
        let branches = cohorts + shape.n_cohorts();
        Self { groups, cohorts, branches, suppliers: branches + 3 * shape.branches.len() }
    }

    pub(super) fn n_nodes(self, shape: &Shape) -> usize {
        self.suppliers + shape.n_suppliers as usize
    }

    pub(super) fn group(self, group: usize) -> usize {
        self.groups + group
    }

    pub(super) fn cohort(self, cohort: usize) -> usize {
        self.cohorts + cohort
    }

    /// What a branch's Active cells flow into.
    pub(super) fn active(self, branch: usize) -> usize {
        self.branches + 3 * branch
    }

    /// What a branch's Dormant cells flow into, where a limit counts them.
    pub(super) fn dormant(self, branch: usize) -> usize {
        self.branches + 3 * branch + 1
    }

    /// What both flow into, where the branch has a limit over both.
    pub(super) fn both(self, branch: usize) -> usize {
        self.branches + 3 * branch + 2
    }

    pub(super) fn supplier(self, supplier: usize) -> usize {
        self.suppliers + supplier
    }
}

/// What flows from a node to another, and how much may.
#[derive(Clone, Copy, Debug)]
struct Arc {
    from: u32,
    to: u32,
    cap: u32,
    flow: u32,
    /// What one more unit is worth, negated.
    cost: i64,
}

/// The network of a day. Reused from day to day.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    arcs: Vec<Arc>,
    /// First arc of the cells; they stand by place, Dormant before Active.
    cells: usize,
    prices: Vec<i64>,
    /// Ways out of every node, and where each node's begin.
    ways: Vec<Way>,
    ways_of: Vec<u32>,
    /// The way by which a node was last made cheaper.
    reached_by: Vec<Option<Way>>,
    /// Walk on which a node was last passed in search of a cycle.
    seen: Vec<u32>,
    walks: u32,
    /// Nodes whose ways out are to be looked at, now and next, and whether a node is among the next.
    now: Vec<u32>,
    next: Vec<u32>,
    is_next: Vec<bool>,
}

/// An arc, taken along its direction or against it.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    arc: u32,
    against: bool,
}

impl Network {
    /// Builds the network of a day with what its cells already have flowing through it.
    pub(super) fn build(
        &mut self,
        shape: &Shape,
        day: &Day<'_>,
        grants: &Grants,
        worth: Worth,
        flats: &[u32],
    ) {
        let layout = Layout::of(shape);
        let n_nodes = layout.n_nodes(shape);
        self.arcs.clear();
        renew(&mut self.prices, n_nodes, 0);
        renew(&mut self.reached_by, n_nodes, None);
        renew(&mut self.seen, n_nodes, 0);
        renew(&mut self.is_next, n_nodes, false);
        self.walks = 0;
        self.build_offer(shape, day, grants, worth.slot, layout);
        self.build_suppliers(shape, day, grants, worth.flat, flats, layout);
        self.cells = self.arcs.len();
        for branch in 0..shape.branches.len() {
            let dormant_to =
                if dormant_is_limited(shape, day, branch) { layout.dormant(branch) } else { Layout::OUTSIDE };
            for place in shape.branches[branch].places.clone() {
                let from = layout.cohort(shape.cohort_of(place));
                self.add(from, dormant_to, day.dormant[place], grants.dormant[place], -worth.dormant);
                self.add(from, layout.active(branch), day.active[place], grants.active[place], -worth.active);
            }
        }
        self.sort_ways(n_nodes);
    }

    /// Sorts both directions of all arcs by the node they lead out of.
    fn sort_ways(&mut self, n_nodes: usize) {
        renew(&mut self.ways_of, n_nodes + 1, 0);
        for arc in &self.arcs {
            self.ways_of[arc.from as usize] += 1;
            self.ways_of[arc.to as usize] += 1;
        }
        let mut end = 0;
        for first in &mut self.ways_of {
            end += *first;
            *first = end;
        }
        renew(&mut self.ways, 2 * self.arcs.len(), Way::default());
        for (at, arc) in (0..).zip(&self.arcs) {
            for (node, against) in [(arc.from, false), (arc.to, true)] {
                let first = &mut self.ways_of[node as usize];
                *first -= 1;
                self.ways[*first as usize] = Way { arc: at, against };
            }
        }
    }

    /// Programme, groups, cohorts.
    fn build_offer(&mut self, shape: &Shape, day: &Day<'_>, grants: &Grants, slot: i64, layout: Layout) {
        let mut total = 0;
        for (group, node) in shape.groups.iter().enumerate() {
            let first = self.arcs.len() + 1;
            self.add(Layout::PROGRAMME, layout.group(group), day.groups[group], 0, 0);
            for cohort in node.first_cohort..node.first_cohort + node.n_cohorts as usize {
                let limit = day.cohorts.get(cohort).copied().unwrap_or(u32::MAX);
                self.add(layout.group(group), layout.cohort(cohort), limit, 0, 0);
            }
            for place in shape.places_of(node) {
                let got = grants.dormant[place] + grants.active[place];
                self.arcs[first + shape.leaves[place].cohort].flow += got;
                self.arcs[first - 1].flow += got;
                total += got;
            }
        }
        self.add(Layout::OUTSIDE, Layout::PROGRAMME, day.programme.unwrap_or(u32::MAX), total, -slot);
    }

    /// Suppliers in groups, then over all.
    fn build_suppliers(
        &mut self,
        shape: &Shape,
        day: &Day<'_>,
        grants: &Grants,
        worth: i64,
        flats: &[u32],
        layout: Layout,
    ) {
        let over_all = |supplier: usize| day.suppliers.get(supplier).copied().flatten();
        let first = self.arcs.len();
        for supplier in 0..shape.n_suppliers as usize {
            let limit = over_all(supplier).map_or(u32::MAX, |limit| limit.per_day);
            self.add(layout.supplier(supplier), Layout::OUTSIDE, limit, 0, 0);
        }
        for (at, branch) in shape.branches.iter().enumerate() {
            let dormant: u32 = grants.dormant[branch.places.clone()].iter().sum();
            let active: u32 = grants.active[branch.places.clone()].iter().sum();
            let supplier = first + branch.supplier;
            let (of_supplier, counts_dormant) = match over_all(branch.supplier) {
                None => (Layout::OUTSIDE, false),
                Some(limit) => (layout.supplier(branch.supplier), limit.covers_both),
            };
            if of_supplier != Layout::OUTSIDE {
                self.arcs[supplier].flow += active + if counts_dormant { dormant } else { 0 };
            }
            let (active_to, most) = match day.limits[at] {
                Some(Limit { per_day, covers_both: true }) => {
                    self.add(layout.both(at), of_supplier, per_day, dormant + active, 0);
                    (layout.both(at), u32::MAX)
                }
                Some(limit) => (of_supplier, limit.per_day),
                None => (of_supplier, u32::MAX),
            };
            let dormant_to = if active_to == layout.both(at) { active_to } else { of_supplier };
            if active_to == layout.both(at) || counts_dormant {
                self.add(layout.dormant(at), dormant_to, u32::MAX, dormant, 0);
            }
            let flat = flats.get(at).copied().unwrap_or(0).min(most);
            self.add(layout.active(at), active_to, flat, active.min(flat), -worth);
            self.add(layout.active(at), active_to, most - flat, active - active.min(flat), 0);
        }
    }

    fn add(&mut self, from: usize, to: usize, cap: u32, flow: u32, cost: i64) {
        let (from, to) = (super::share::index(from), super::share::index(to));
        self.arcs.push(Arc { from, to, cap, flow, cost });
    }

    /// Makes every exchange that is worth making. Each raises what the policy aims at, so this ends.
    pub(super) fn exchange(&mut self) {
        self.next.clear();
        self.next.extend(0..super::share::index(self.prices.len()));
        while !self.next.is_empty() {
            std::mem::swap(&mut self.now, &mut self.next);
            self.next.clear();
            self.now.iter().for_each(|node| self.is_next[*node as usize] = false);
            for at in 0..self.now.len() {
                self.lower_prices(self.now[at] as usize);
            }
            self.push_along_cycles();
        }
    }

    /// Lowers the price of every node that is reached more cheaply through `node`.
    fn lower_prices(&mut self, node: usize) {
        let price = self.prices[node];
        for way in &self.ways[self.ways_of[node] as usize..self.ways_of[node + 1] as usize] {
            let arc = &self.arcs[way.arc as usize];
            let (room, cost, to) = if way.against {
                (arc.flow, -arc.cost, arc.from)
            } else {
                (arc.cap - arc.flow, arc.cost, arc.to)
            };
            if room > 0 && price + cost < self.prices[to as usize] {
                self.prices[to as usize] = price + cost;
                self.reached_by[to as usize] = Some(*way);
                if !std::mem::replace(&mut self.is_next[to as usize], true) {
                    self.next.push(to);
                }
            }
        }
    }

    /// Pushes along every cycle among the ways by which nodes were reached: each is an exchange worth making.
    fn push_along_cycles(&mut self) {
        let before = self.walks;
        for at in 0..self.next.len() {
            self.walks += 1;
            let mut node = self.next[at] as usize;
            while self.seen[node] <= before {
                self.seen[node] = self.walks;
                match self.reached_by[node] {
                    Some(way) => node = self.start_of(way),
                    None => break,
                }
            }
            if self.seen[node] == self.walks && self.reached_by[node].is_some() {
                self.push_along(node);
            }
        }
    }

    fn start_of(&self, way: Way) -> usize {
        let arc = &self.arcs[way.arc as usize];
        (if way.against { arc.to } else { arc.from }) as usize
    }

    /// Pushes as much as fits along the cycle through `node`; ways against it open, so its nodes are looked at again.
    fn push_along(&mut self, node: usize) {
        let mut most = u32::MAX;
        self.walk(node, |arc, against| most = most.min(if against { arc.flow } else { arc.cap - arc.flow }));
        self.walk(node, |arc, against| if against { arc.flow -= most } else { arc.flow += most });
        let mut at = node;
        while let Some(way) = self.reached_by[at].take() {
            if !std::mem::replace(&mut self.is_next[at], true) {
                self.next.push(super::share::index(at));
            }
            at = self.start_of(way);
        }
    }

    fn walk(&mut self, node: usize, mut visit: impl FnMut(&mut Arc, bool)) {
        let mut at = node;
        while let Some(way) = self.reached_by[at] {
            visit(&mut self.arcs[way.arc as usize], way.against);
            at = self.start_of(way);
            if at == node {
                return;
            }
        }
    }

    /// What every cell has now.
    pub(super) fn read_cells(&self, grants: &mut Grants) {
        let cells = self.arcs[self.cells..].chunks_exact(2);
        for (place, pair) in cells.enumerate() {
            grants.dormant[place] = pair[0].flow;
            grants.active[place] = pair[1].flow;
        }
    }

    /// What flows into every group now.
    pub(super) fn read_groups(&self, shape: &Shape, groups: &mut Vec<u32>) {
        groups.clear();
        let mut at = 0;
        for node in &shape.groups {
            groups.push(self.arcs[at].flow);
            at += 1 + node.n_cohorts as usize;
        }
    }

    /// The prices at which no exchange is worth making.
    pub(super) fn prices(&self) -> &[i64] {
        &self.prices
    }
}

fn renew<T: Clone>(column: &mut Vec<T>, n: usize, value: T) {
    column.clear();
    column.resize(n, value);
}

/// Whether any limit of its supplier counts a branch's Dormant installations.
pub(super) fn dormant_is_limited(shape: &Shape, day: &Day<'_>, branch: usize) -> bool {
    let over_all = day.suppliers.get(shape.branches[branch].supplier).copied().flatten();
    [day.limits[branch], over_all].into_iter().flatten().any(|limit| limit.covers_both)
}
