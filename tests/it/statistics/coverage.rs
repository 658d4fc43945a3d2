//! The rows of the table: what is repeated, in which world, with how many runs.

use dormouse::statistics::{Components, Precision, Target};

use super::holds::{
    INTERACTION, TRUTH, day_holds, difference_holds, family_holds, gain_holds, mean_holds, nothing_claimed,
    nothing_claimed_when_stopped, quantile_holds, ranking_holds, selection_holds, share_holds, share_in,
    split, stopped_holds,
};
use super::table::{Promise, Row, Table};
use super::worlds::World::{Exponential, Lognormal, Normal};
use super::worlds::{Chance, Days, World};

const ABOUT: Promise = Promise::Within(93.0, 97.0);
const OFTEN: Promise = Promise::AtLeast(93.0);
const MANY: u32 = 10_000;
const SOME: u32 = 2000;

/// Every row, of at most so many repetitions.
pub(super) fn rows(most: u32) -> Vec<Row> {
    let mut table = Table::new(most);
    means(&mut table);
    quantiles(&mut table);
    shares(&mut table);
    several(&mut table);
    stopped(&mut table);
    parts(&mut table);
    nothing_there(&mut table);
    table.rows
}

fn means(table: &mut Table) {
    table.add(("mean", "normal", "10", MANY), ABOUT, |chance| mean_holds(chance, Normal, 10));
    table.add(("mean", "exponential", "200", MANY), ABOUT, |chance| mean_holds(chance, Exponential, 200));
    table.add(("mean", "lognormal, σ 1", "1,000", MANY), ABOUT, |chance| {
        mean_holds(chance, Lognormal(1.0), 1000)
    });
    table.add(("mean", "lognormal, σ 1", "50", MANY), Promise::Nothing, |chance| {
        mean_holds(chance, Lognormal(1.0), 50)
    });
    table.add(("paired difference", "shared lognormal, σ 0.5", "50", MANY), ABOUT, |chance| {
        difference_holds(chance, 50)
    });
    table.add(("paired difference", "shared lognormal, σ 0.5", "1,000", MANY), ABOUT, |chance| {
        difference_holds(chance, 1000)
    });
    table.add(("gain of pairing", "normal, true gain 10", "200", MANY), ABOUT, |chance| {
        gain_holds(chance, Normal)
    });
    table.add(
        ("gain of pairing", "exponential, true gain 10", "200", MANY),
        Promise::AtLeast(90.0),
        |chance| gain_holds(chance, Exponential),
    );
}

fn quantiles(table: &mut Table) {
    let of = |p: f64, n: usize| move |chance: &mut Chance| quantile_holds(chance, p, n);
    table.add(("P50", "lognormal, σ 1", "200", MANY), ABOUT, of(0.5, 200));
    table.add(("P80", "lognormal, σ 1", "200", MANY), ABOUT, of(0.8, 200));
    table.add(("P90", "lognormal, σ 1", "1,000", MANY), ABOUT, of(0.9, 1000));
    let of = |mean: f64, deviation: f64, never: f64, p: f64| {
        move |chance: &mut Chance| day_holds(chance, Days { mean, deviation, never }, p)
    };
    table.add(("P80 day", "standard deviation 5 days", "200", MANY), OFTEN, of(200.0, 5.0, 0.0, 0.8));
    table.add(("P80 day", "0.6 days, so many tie", "200", MANY), OFTEN, of(200.3, 0.6, 0.0, 0.8));
    table.add(("P80 day", "5 days, 15% not by the end", "200", MANY), OFTEN, of(200.0, 5.0, 0.15, 0.8));
    table.add(("P80 day", "5 days, 22% not by the end", "200", MANY), OFTEN, of(200.0, 5.0, 0.22, 0.8));
    table.add(("P10 day", "5 days", "200", MANY), OFTEN, of(200.0, 5.0, 0.0, 0.1));
}

fn shares(table: &mut Table) {
    let of = |p: f64, n: usize| move |chance: &mut Chance| share_holds(chance, p, n);
    table.add(("share", "0.5", "200", MANY), ABOUT, of(0.5, 200));
    table.add(("share", "0.8", "200", MANY), ABOUT, of(0.8, 200));
    table.add(("share", "0.8", "1,000", MANY), ABOUT, of(0.8, 1000));
    table.add(("share", "0.02", "200", MANY), ABOUT, of(0.02, 200));
}

fn several(table: &mut Table) {
    table.add(("4 differences at once", "shared normal", "50", MANY), OFTEN, family_holds);
    table.add(("ranking, all it says", "5, two of them equal and best", "50", MANY), OFTEN, ranking_holds);
    table.add(
        ("selection, all it says", "4, the others worse by just δ", "pilot 20", MANY),
        OFTEN,
        selection_holds,
    );
}

fn stopped(table: &mut Table) {
    let rule = |absolute: f64, relative: f64, pilot: usize| Precision {
        pilot,
        ..Precision::to(Target { absolute, relative })
    };
    let of = |world: World, rule: Precision| move |chance: &mut Chance| stopped_holds(chance, world, rule);
    table.add(
        ("mean when stopped", "normal, to 0.2 deviations", "stops", SOME),
        ABOUT,
        of(Normal, rule(0.2, 0.0, 50)),
    );
    table.add(
        ("mean when stopped", "exponential, to 10%", "stops", SOME),
        ABOUT,
        of(Exponential, rule(0.0, 0.1, 50)),
    );
    table.add(
        ("mean when stopped", "the same, pilot of 3", "stops", SOME),
        Promise::Nothing,
        of(Exponential, rule(0.0, 0.1, 3)),
    );
    table.add(
        ("mean when stopped", "exponential, to 0.2 deviations", "stops", SOME),
        Promise::AtLeast(91.0),
        of(Exponential, rule(0.2, 0.0, 50)),
    );
}

fn parts(table: &mut Table) {
    let of = |world: World, holds: fn(&Components) -> bool| {
        move |chance: &mut Chance| holds(&split(chance, world))
    };
    let largest = |split: &Components| split.layers[0].variance.interval.contains(&TRUTH[0]);
    let largest_share = |split: &Components| share_in(split.layers[0].share, TRUTH[0]);
    let least_share = |split: &Components| share_in(split.layers[2].share, TRUTH[2]);
    let interaction = |split: &Components| share_in(split.interaction.share, INTERACTION);
    let promise = Promise::AtLeast(90.0);
    table.add(
        ("variance of a layer", "normal, 63% of all", "100 blocks", MANY),
        promise,
        of(Normal, largest),
    );
    table.add(("share of a layer", "normal, 63%", "100 blocks", MANY), promise, of(Normal, largest_share));
    table.add(("share of a layer", "normal, 7%", "100 blocks", MANY), promise, of(Normal, least_share));
    table.add(
        ("share of interaction", "normal, 2%", "100 blocks", MANY),
        Promise::AtLeast(85.0),
        of(Normal, interaction),
    );
    table.add(
        ("share of a layer", "skewed, 63%", "100 blocks", MANY),
        Promise::AtLeast(88.0),
        of(Exponential, largest_share),
    );
}

fn nothing_there(table: &mut Table) {
    table.add(("no difference claimed", "2 copies, other seeds, δ 0", "200", 1000), OFTEN, |chance| {
        nothing_claimed(chance, 1, 0.0)
    });
    table.add(("no difference claimed", "the same, δ 1%", "200", 1000), OFTEN, |chance| {
        nothing_claimed(chance, 1, 0.01)
    });
    table.add(("no difference claimed", "5 copies, δ 0", "200", 1000), OFTEN, |chance| {
        nothing_claimed(chance, 4, 0.0)
    });
    table.add(
        ("no difference claimed", "2 copies, stopped at 0.2 deviations, δ 0", "stops", 1000),
        OFTEN,
        nothing_claimed_when_stopped,
    );
}
