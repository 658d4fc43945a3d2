//! The queue of an explained day: what of those who have queued since each day got a slot. A cell's slots use up its
//! oldest places in line.

use std::collections::BTreeMap;

use crate::engine::explain::Account;
use crate::model::{Day, Status};

/// Demand that has queued equally long, and what it got \[installations\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// Demand.
    pub asked: u32,
    /// Slots.
    pub got: u32,
}

impl Account {
    /// Layers of the cells chosen, oldest first; demand without a place in line comes last, with `None`.
    #[must_use]
    pub fn layers(&self, chosen: impl Fn(usize) -> bool) -> Vec<(Option<Day>, Layer)> {
        let n_places = self.places.len();
        let cells = || {
            let places = (0..n_places).filter(|place| chosen(*place));
            places.flat_map(|place| Status::ALL.map(|status| (place, status)))
        };
        let mut left: BTreeMap<(usize, u8), [u32; 2]> = cells()
            .map(|(place, status)| {
                ((place, status as u8), [self.demand(place, status), self.slots(place, status)])
            })
            .collect();
        let mut layers: BTreeMap<i32, Layer> = BTreeMap::new();
        let mut last = Layer::default();
        for queued in &self.today.queue {
            let Some([asked, slots]) = left.get_mut(&(queued.place as usize, queued.status as u8)) else {
                continue;
            };
            let count = queued.count.min(*asked);
            let got = count.min(*slots);
            (*asked, *slots) = (*asked - count, *slots - got);
            let layer = layers.entry(queued.since).or_default();
            (layer.asked, layer.got) = (layer.asked + count, layer.got + got);
        }
        for [asked, slots] in left.values() {
            (last.asked, last.got) = (last.asked + asked, last.got + slots);
        }
        let layers = layers.into_iter().map(|(since, layer)| (Some(Day(since)), layer)).chain([(None, last)]);
        layers.filter(|(_, layer)| layer.asked > 0).collect()
    }
}
