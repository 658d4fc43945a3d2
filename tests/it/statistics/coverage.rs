//! The rows of the table: what is repeated, in which world, with how many runs.

use dormouse::statistics::{Precision, Target};

use super::holds::{
    TRUTH, change_holds, day_holds, difference_holds, family_holds, gain_holds, mean_holds, national_days,
    national_family_holds, national_ranking_holds, nothing_claimed, nothing_claimed_when_stopped,
    quantile_holds, ranking_holds, share_holds, share_in, shift_holds, shift_is_seen, shift_is_seen_apart,
    split, stopped_holds, two_days_sooner, unseen_holds,
};
use super::table::{Promise, Row, Table};
use super::two_levels::{self as levels, Sizes};
use super::worlds::World::{Exponential, Lognormal, MostlyZeros, Normal, RareJump};
use super::worlds::{Chance, Days, World};

const ABOUT: Promise = Promise::Within(93.0, 97.0);
const OFTEN: Promise = Promise::AtLeast(93.0);
const NATIONAL: Promise = Promise::AtLeast(94.0);
const MANY: u32 = 10_000;
const SOME: u32 = 2000;

/// Every row, of at most so many repetitions.
pub(super) fn rows(most: u32) -> Vec<Row> {
    let mut table = Table::new(most);
    means(&mut table);
    quantiles(&mut table);
    shifts(&mut table);
    shares(&mut table);
    several(&mut table);
    stopped(&mut table);
    parts(&mut table);
    nothing_there(&mut table);
    two_levels(&mut table);
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

/// How far a P80 day moves between two scenarios under the same draws: whether the truth is held, and how often a move is seen.
fn shifts(table: &mut Table) {
    let national = |scenario: usize, n: usize| move |chance: &mut Chance| national_days(chance, scenario, n);
    let what = "shift of a P80 day";
    for (n, runs) in [(20, "20"), (50, "50"), (100, "100")] {
        let (early, rework) = (national(1, n), national(2, n));
        table
            .add((what, "national study, early", runs, SOME), NATIONAL, |chance| shift_holds(&early(chance)));
        table.add((what, "national study, with rework", runs, SOME), NATIONAL, |chance| {
            shift_holds(&rework(chance))
        });
    }
    let (early, sooner) = (national(1, 20), |chance: &mut Chance| two_days_sooner(chance, 5.0, 100));
    let name = "5 days, correlation 0.9, two days sooner";
    table.add((what, name, "100", SOME), NATIONAL, |chance| shift_holds(&sooner(chance)));
    let (seen, apart) = ("shift of a P80 day is seen", "the same, by two intervals that do not meet");
    table.add((seen, "national study, early", "20", SOME), Promise::Nothing, |chance| {
        shift_is_seen(&early(chance))
    });
    table.add((apart, "national study, early", "20", SOME), Promise::Nothing, |chance| {
        shift_is_seen_apart(&early(chance))
    });
    table.add((seen, name, "100", SOME), Promise::Nothing, |chance| shift_is_seen(&sooner(chance)));
    table.add((apart, name, "100", SOME), Promise::Nothing, |chance| shift_is_seen_apart(&sooner(chance)));
}

fn shares(table: &mut Table) {
    let of = |p: f64, n: usize| move |chance: &mut Chance| share_holds(chance, p, n);
    table.add(("share", "0.5", "200", MANY), ABOUT, of(0.5, 200));
    table.add(("share", "0.8", "200", MANY), ABOUT, of(0.8, 200));
    table.add(("share", "0.8", "1,000", MANY), ABOUT, of(0.8, 1000));
    table.add(("share", "0.02", "200", MANY), ABOUT, of(0.02, 200));
    let of = |p: f64, q: f64, n: usize| move |chance: &mut Chance| change_holds(chance, (p, q), n);
    let (what, promise) = ("change of a chance", Promise::AtLeast(92.0));
    table.add((what, "0.01 against 0", "20", MANY), promise, of(0.0, 0.01, 20));
    table.add((what, "0.01 against 0", "50", MANY), promise, of(0.0, 0.01, 50));
    table.add((what, "0.01 against 0", "100", MANY), promise, of(0.0, 0.01, 100));
    table.add((what, "0.01 against 0", "200", MANY), promise, of(0.0, 0.01, 200));
    table.add((what, "0.03 against 0", "20", MANY), promise, of(0.0, 0.03, 20));
    table.add((what, "0.8 against 0.5", "20", MANY), promise, of(0.5, 0.8, 20));
    table.add((what, "0.8 against 0.5", "200", MANY), promise, of(0.5, 0.8, 200));
    table.add(("most that was not seen", "strikes in 0.055", "55", MANY), OFTEN, |chance| {
        unseen_holds(chance, 0.055, 55)
    });
}

fn several(table: &mut Table) {
    table.add(("4 differences at once", "shared normal", "50", MANY), OFTEN, family_holds);
    table.add(("ranking, all it says", "5, two of them equal and best", "50", MANY), OFTEN, ranking_holds);
    for (n, runs) in [(20, "20"), (50, "50"), (100, "100")] {
        table.add(("3 differences at once", "national study", runs, SOME), NATIONAL, |chance| {
            national_family_holds(chance, n)
        });
    }
    for (n, runs) in [(20, "20"), (50, "50"), (100, "100")] {
        table.add(("ranking, all it says", "national study", runs, MANY), NATIONAL, |chance| {
            national_ranking_holds(chance, n)
        });
    }
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
    table.add(
        ("mean when stopped", "98% zeros, else exponential, to 0.02", "stops", SOME),
        Promise::AtLeast(87.0),
        of(MostlyZeros, rule(0.02, 0.0, 50)),
    );
    table.add(
        ("mean when stopped", "normal, and 20 more in 2%, to 0.28", "stops", SOME),
        Promise::Nothing,
        of(RareJump, rule(0.28, 0.0, 50)),
    );
    table.add(("mean", "the same, not stopped", "340", SOME), Promise::Nothing, |chance| {
        mean_holds(chance, RareJump, 340)
    });
}

/// Shares of a variance at the fewest blocks, at the most that are made unasked, and at more.
fn parts(table: &mut Table) {
    let of = |world: World, n: usize, layer: usize| {
        move |chance: &mut Chance| share_in(split(chance, world, n).layers[layer].share, TRUTH[layer])
    };
    for (n, runs) in [(20, "20 blocks"), (32, "32 blocks"), (100, "100 blocks")] {
        for (name, layer) in [("normal, 63%", 0), ("normal, 28%", 1), ("normal, 7%", 2)] {
            table.add(("share of a layer", name, runs, SOME), OFTEN, of(Normal, n, layer));
        }
        let skewed = Lognormal(0.75);
        for (name, layer) in [("lognormal, σ 0.75, 63%", 0), ("the same, 28%", 1), ("the same, 7%", 2)] {
            table.add(("share of a layer", name, runs, SOME), OFTEN, of(skewed, n, layer));
        }
    }
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

/// Many values of a cheap model, and the full one beside some.
fn two_levels(table: &mut Table) {
    let (few, usual, many) = (Sizes::every(200, 10), Sizes::usual(200), Sizes::every(1000, 20));
    let mean = |world: World, correlation: f64, sizes: Sizes| {
        move |chance: &mut Chance| levels::mean_holds(chance, world, correlation, sizes)
    };
    let (skewed, what) = (Lognormal(0.5), "mean, two levels");
    table.add((what, "normal, correlation 0.999", "200, 20 full", MANY), ABOUT, mean(Normal, 0.999, few));
    table.add((what, "normal, correlation 0.9", "200, 20 full", MANY), ABOUT, mean(Normal, 0.9, few));
    table.add((what, "normal, correlation 0.999", "200, 48 full", MANY), ABOUT, mean(Normal, 0.999, usual));
    table.add(
        (what, "lognormal, σ 0.5, correlation 0.999", "200, 20 full", MANY),
        ABOUT,
        mean(skewed, 0.999, few),
    );
    table.add(
        (what, "lognormal, σ 0.5, correlation 0.9", "1,000, 50 full", MANY),
        ABOUT,
        mean(skewed, 0.9, many),
    );
    table.add(
        (what, "normal, and 20 more in 2% of the full", "1,000, 50 full", SOME),
        Promise::Nothing,
        |chance| levels::jump_holds(chance, Sizes::every(1000, 20)),
    );
    let grid = |correlation: f64| {
        move |chance: &mut Chance| levels::point_holds(chance, correlation, Sizes::every(20, 10))
    };
    let of_grid = "2 of 27 means of a grid, two levels";
    let nearly_all = Promise::AtLeast(99.5);
    table.add((of_grid, "normal, correlation 0.999", "20, 2 full", MANY), nearly_all, grid(0.999));
    table.add((of_grid, "normal, correlation 0.9", "20, 2 full", MANY), nearly_all, grid(0.9));
    let p80 = |world: World, correlation: f64, sizes: Sizes| {
        move |chance: &mut Chance| levels::quantile_holds(chance, world, correlation, sizes)
    };
    let what = "P80, two levels";
    table.add(
        (what, "lognormal, σ 1, correlation 0.999", "200, 20 full", MANY),
        OFTEN,
        p80(Lognormal(1.0), 0.999, few),
    );
    table.add(
        (what, "lognormal, σ 1, correlation 0.9", "200, 20 full", MANY),
        OFTEN,
        p80(Lognormal(1.0), 0.9, few),
    );
    table.add(
        (what, "lognormal, σ 1, correlation 0.999", "1,000, 50 full", SOME),
        OFTEN,
        p80(Lognormal(1.0), 0.999, many),
    );
    let days = Days { mean: 200.0, deviation: 5.0, never: 0.0 };
    let day = |correlation: f64| move |chance: &mut Chance| levels::day_holds(chance, days, correlation, few);
    table.add(("P80 day, two levels", "5 days, correlation 0.999", "200, 20 full", MANY), OFTEN, day(0.999));
    table.add(("P80 day, two levels", "5 days, correlation 0.9", "200, 20 full", MANY), OFTEN, day(0.9));
    let share = |p: f64, correlation: f64, sizes: Sizes| {
        move |chance: &mut Chance| levels::share_holds(chance, p, correlation, sizes)
    };
    let what = "share, two levels";
    table.add((what, "0.8, correlation 0.999", "200, 20 full", MANY), OFTEN, share(0.8, 0.999, few));
    table.add((what, "0.8, correlation 0.9", "200, 20 full", MANY), OFTEN, share(0.8, 0.9, few));
    table.add((what, "0.02, correlation 0.9", "1,000, 50 full", MANY), OFTEN, share(0.02, 0.9, many));
    let stopped = |correlation: f64| {
        let rule = Precision::to(Target { absolute: 0.2, relative: 0.0 });
        move |chance: &mut Chance| levels::stopped_holds(chance, correlation, rule)
    };
    let what = "mean when stopped, two levels";
    table.add((what, "normal, correlation 0.999, to 0.2 deviations", "stops", SOME), ABOUT, stopped(0.999));
    table.add((what, "normal, correlation 0.9, to 0.2 deviations", "stops", SOME), ABOUT, stopped(0.9));
    for (sizes, runs) in [(Sizes::usual(100), "100, 38 full"), (usual, "200, 48 full")] {
        table.add(("3 differences at once, two levels", "national study", runs, SOME), NATIONAL, |chance| {
            levels::national_family_holds(chance, sizes)
        });
        table.add(("ranking, all it says, two levels", "national study", runs, SOME), NATIONAL, |chance| {
            levels::national_ranking_holds(chance, sizes)
        });
    }
}
