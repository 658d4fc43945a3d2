//! First ready, first served, in a few lines: up to which day of the queue slots reached.

use dormouse::engine::Layer;
use dormouse::model::Day;
use dormouse::wording::numbers::{self, count, plural};

use crate::cli::verbs::explain::explanation::Argument;

impl Argument<'_> {
    /// Returns the day up to which the slots of each group reached.
    pub(crate) fn queue_by_group(&self) -> Vec<String> {
        let mut lines =
            vec!["By the day demand became eligible, oldest first, Dormant and Active alike:".to_owned()];
        for group in (0..self.model.groups.len()).filter(|group| self.account.groups[*group].limit > 0) {
            let words = self.reached(|place| self.group_of(place) == group);
            lines.extend(words.map(|words| format!("- {}: {words}", self.group(group))));
        }
        lines
    }

    /// Returns the day up to which the slots of some cells reached; `None` without demand.
    pub(crate) fn reached(&self, chosen: impl Fn(usize) -> bool) -> Option<String> {
        let layers = self.account.layers(chosen);
        let (first, _) = layers.first()?;
        let missing = |layer: &Layer| layer.asked - layer.got;
        let Some(last) = layers.iter().rposition(|(_, layer)| layer.got > 0) else {
            return Some(format!("no slot; the oldest has queued since {}.", self.since(*first)));
        };
        let (since, layer) = layers[last];
        let mut words = vec![if missing(&layer) == 0 {
            format!(
                "slots reached those eligible since {}, all {} of them",
                self.since(since),
                count(layer.got)
            )
        } else {
            format!(
                "slots reached those eligible since {}, {} of {}, pro rata over cells",
                self.since(since),
                count(layer.got),
                count(layer.asked)
            )
        }];
        let before: u32 = layers[..last].iter().map(|(_, layer)| missing(layer)).sum();
        if before > 0 {
            words.push(format!("{} that queued longer were stopped by other limits", count(before)));
        }
        let later: u32 = layers[last + 1..].iter().map(|(_, layer)| layer.asked).sum();
        if later > 0 {
            words.push(format!(
                "{} of {} got none",
                count(later),
                plural(layers.len() - last - 1, "later day")
            ));
        }
        Some(words.join("; ") + ".")
    }

    fn since(&self, day: Option<Day>) -> String {
        day.map_or_else(
            || "an unknown day".to_owned(),
            |day| numbers::long_date(self.model.calendar.date(day)),
        )
    }
}
