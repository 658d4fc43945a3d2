"""Do two builds follow the same law? Pairs of replications of a frozen build and of another, on the same inputs.

    cargo build --release
    python3 benches/law.py --frozen PATH/TO/EARLIER/dormouse

Draws before day one keep their bits from build to build, so replication k of both builds has the same inputs (checked by
inputs.csv), and only the fates differ. Every column of replications.csv of every scenario is a measure. For each one:

    mean    t of the mean of the pairs' differences
    spread  whether one build varies more: differences against sums, each centred (Pitman and Morgan's test, made robust)
    sign    whether one build is the higher in more pairs than the other
    shape   Kolmogorov and Smirnov's distance of the two samples; cautious here, because pairs are alike

All are told as standard normal numbers. With thousands of measures some pass 3 by chance, so a measure counts as different
where it passes 3 to the same side in every round, and each round has a fresh seed; or where all rounds together pass what one
measure in a hundred such tests would by chance. Pairing may not lose either: where a case has two scenarios, the gain of pairing
of every measure of the whole programme is held against the frozen build's, with a jackknife error.

Exit code: 0 no difference, 1 a difference, 2 the test could not be made. Standard library only.
"""

import argparse
import csv
import hashlib
import math
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT = 3.0
NORMAL = statistics.NormalDist()
TESTS = ["mean", "spread", "sign", "shape"]


def settings(**values):
    return [part for key, value in values.items() for part in ("--set", f"{key.replace('__', '.')}={value}")]


NATIONAL = ["scenarios/smets1-2020/existing.toml", "scenarios/smets1-2020/early.toml"]
STILL = settings(
    change_of_supplier__leaving_pct_per_month=0, removal__dormant_pct_per_month=0, removal__active_pct_per_month=0
)
DAILY = settings(change_of_supplier__step="daily", removal__step="daily")
EVERY_KEY = "scenarios/reference/every-key.toml"
CASES = {
    "tutorial": ["scenarios/tutorial/existing.toml", "scenarios/tutorial/early.toml"],
    "reference": ["scenarios/reference/peer-workload.toml"],
    "weekly-plan": ["scenarios/weekly/plan.toml"],
    "every-key": [EVERY_KEY],
    **{
        policy: [EVERY_KEY, "--allocation", policy]
        for policy in ["active-first", "pooled", "first-ready", "max-min", "even-split"]
    },
    **{
        rounding: [EVERY_KEY, *settings(allocation__rounding=rounding)]
        for rounding in ["largest-remainder", "webster", "systematic"]
    },
    "national-still": [*NATIONAL, *STILL],
    "national": NATIONAL,
    "national-daily": [*NATIONAL, *DAILY],
    # Inputs at their medians: nothing varies but fates, so that their own spread and shape show.
    "national-fates": [*NATIONAL, *DAILY, *settings(uncertainty__parametric="false")],
}
SELF_TEST = ["reference", "every-key", "national-still"]


class CannotTest(Exception):
    """The test could not be made."""


# --- runs ----------------------------------------------------------------------------------------------------------


@dataclass
class Runs:
    """Replications of the scenarios of a case by one build."""

    tables: dict  # scenario: column: list of cells
    inputs: dict  # scenario: what inputs.csv holds; some builds wrote none
    cpu: float  # seconds; 0 where they were kept from before


def contents(path):
    with open(path, "rb") as file:
        return file.read()


class Build:
    """A program to run."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        if not os.access(self.path, os.X_OK):
            raise CannotTest(f"{path}: no such program; build it with: cargo build --release")
        self.fingerprint = hashlib.sha256(contents(self.path)).hexdigest()[:12]
        words = subprocess.run([self.path, "run", "--help"], capture_output=True, text=True, check=True).stdout
        # A build that merges suppliers for most replications is asked for full ones only.
        self.full = ["--levels", "1"] if "--levels" in words else []

    def run(self, arguments, keep):
        """The replications of a case; taken from `keep` where this very build has made them before."""
        command = [*arguments, *self.full]
        key = hashlib.sha256("\0".join([self.fingerprint, *command]).encode()).hexdigest()[:16]
        kept = os.path.join(keep, key)
        cpu = 0.0
        if not os.path.exists(kept):
            making = kept + ".making"
            shutil.rmtree(making, ignore_errors=True)
            child = subprocess.Popen([self.path, "run", *command, "-q", "-o", making], cwd=ROOT, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            if status != 0:
                raise CannotTest(f"failed: {self.path} run {' '.join(command)}")
            cpu = usage.ru_utime + usage.ru_stime
            os.rename(making, kept)
        names = sorted(name for name in os.listdir(kept) if os.path.exists(f"{kept}/{name}/replications.csv"))
        tables = {name: columns(f"{kept}/{name}/replications.csv") for name in names}
        inputs = {name: contents(f"{kept}/{name}/inputs.csv") for name in names if os.path.exists(f"{kept}/{name}/inputs.csv")}
        return Runs(tables, inputs, cpu)


def columns(path):
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return dict(zip(header, zip(*rows)))


# --- measures ------------------------------------------------------------------------------------------------------


def number(cell):
    """A cell as a number; none where it is empty, text as it is."""
    if cell == "":
        return None
    if cell in ("TRUE", "FALSE"):
        return float(cell == "TRUE")
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        return float(date.fromisoformat(cell).toordinal())
    except ValueError:
        return cell


def measures(old, new):
    """Name and paired values of everything both tables tell; none where a replication has no value."""
    for column in old:
        if column == "replication" or column not in new:
            continue
        pair = [[number(cell) for cell in table[column]] for table in (old, new)]
        values = [value for side in pair for value in side]
        for text in sorted({value for value in values if isinstance(value, str)}):
            yield f"{column}={text}", *([float(value == text) for value in side] for side in pair)
        if any(isinstance(value, str) for value in values):
            continue
        if None in values and any(value is not None for value in values):
            yield f"{column} has a value", *([float(value is not None) for value in side] for side in pair)
        if f"{column}_outcome" in old and any(value is not None for value in values):
            # A day that is not by the end comes the day after the latest that any run has.
            late = max(value for value in values if value is not None) + 1.0
            pair = [[late if value is None else value for value in side] for side in pair]
        yield column, *pair


def centred(values):
    mean = math.fsum(values) / len(values)
    return [value - mean for value in values]


def standardised(terms):
    """Mean of terms over its standard error; 0 where all terms are 0."""
    n = len(terms)
    total = math.fsum(terms)
    around = math.fsum((term - total / n) ** 2 for term in terms)
    if around == 0.0:
        return math.copysign(math.inf, total) if total != 0.0 else 0.0
    return total / math.sqrt(around * n / (n - 1))


def shape(old, new):
    """Kolmogorov and Smirnov's two-sample distance as the absolute value of a standard normal number."""
    old, new = sorted(old), sorted(new)
    n, at_old, at_new, distance = len(old), 0, 0, 0
    while at_old < n and at_new < n:
        value = min(old[at_old], new[at_new])
        while at_old < n and old[at_old] == value:
            at_old += 1
        while at_new < n and new[at_new] == value:
            at_new += 1
        distance = max(distance, abs(at_old - at_new))
    root = math.sqrt(n / 2)
    scaled = (root + 0.12 + 0.11 / root) * distance / n
    chance = 1.0 if scaled < 0.3 else 2 * math.fsum((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return -NORMAL.inv_cdf(min(max(chance, 1e-300), 1.0) / 2)


def z_of(old, new):
    """The four tests of one measure, by name; none where all pairs are alike."""
    pairs = [(x, y) for x, y in zip(old, new) if x is not None and y is not None]
    differences = [y - x for x, y in pairs]
    if len(pairs) < 2 or not any(differences):
        return None
    old, new = zip(*pairs)
    sums = centred([x + y for x, y in pairs])
    higher, lower = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    spread = [d * s for d, s in zip(centred(differences), sums)]
    return {
        "mean": standardised(differences),
        "spread": standardised(spread),
        "sign": (higher - lower) / math.sqrt(higher + lower),
        "shape": shape(old, new),
    }


# --- gain of pairing -----------------------------------------------------------------------------------------------


def leave_one_out_variances(values):
    """The variance of all, then that of all but each one."""
    n, around = len(values), centred(values)
    squares = math.fsum(value * value for value in around)
    without = [(squares - value * value * n / (n - 1)) / (n - 2) for value in around]
    return [squares / (n - 1), *without]


def log_gains(base, other):
    """Logarithm of the gain of pairing of all replications, then of all but each one; none where nothing varies."""
    apart = [leave_one_out_variances(values) for values in (base, other)]
    paired = leave_one_out_variances([y - x for x, y in zip(base, other)])
    if min(paired) <= 1e-12 * max(apart[0][0], apart[1][0]) or min(map(min, apart)) <= 0.0:
        return None
    return [math.log((x + y) / d) for x, y, d in zip(*apart, paired)]


@dataclass
class Gain:
    """The gain of pairing of one measure in two builds."""

    case: str
    measure: str
    frozen: float
    build: float
    log_ratio: float
    error: float

    @property
    def z(self):
        return self.log_ratio / self.error if self.error > 0 else 0.0

    def interval(self):
        return tuple(math.exp(self.log_ratio + side * 1.96 * self.error) for side in (-1, 1))


def gains(case, old, new):
    """The gains of the measures of the whole programme, of every scenario against the first."""
    scenarios = list(old)
    for other in scenarios[1:]:
        for column in old[scenarios[0]]:
            sides = []
            for tables in (old, new):
                pair = [[number(cell) for cell in tables[name].get(column, ())] for name in (scenarios[0], other)]
                if "/" in column or column == "replication" or not all(isinstance(v, float) for side in pair for v in side):
                    break
                sides.append(log_gains(*pair) if all(pair) else None)
            if len(sides) < 2 or None in sides:
                continue
            ratios = [y - x for x, y in zip(*sides)]
            n = len(ratios) - 1
            mean = math.fsum(ratios[1:]) / n
            error = math.sqrt((n - 1) / n * math.fsum((ratio - mean) ** 2 for ratio in ratios[1:]))
            yield Gain(case, column, math.exp(sides[0][0]), math.exp(sides[1][0]), ratios[0], error)


# --- one round -----------------------------------------------------------------------------------------------------


@dataclass
class Round:
    """What one seed shows: z by (case, scenario, measure), and what is beside it."""

    z: dict
    means: dict
    gains: list
    alike: int
    notes: list


def one_round(frozen, build, cases, seed, arguments):
    found = Round({}, {}, [], 0, [])
    for case in cases:
        command = [*CASES[case], "--replications", str(arguments.replications), "--layer-runs", "0"]
        command += ["--seed", str(seed), "--threads", str(arguments.threads)]
        # One command at a time: each takes all the threads it may.
        old, new = frozen.run(command, arguments.keep), build.run(command, arguments.keep)
        if list(old.tables) != list(new.tables):
            raise CannotTest(f"{case}: scenarios {list(old.tables)} in one build, {list(new.tables)} in the other")
        apart = 0
        for scenario, table in old.tables.items():
            other = new.tables[scenario]
            if len(other["replication"]) != len(table["replication"]):
                raise CannotTest(f"{case}: {len(table['replication'])} and {len(other['replication'])} replications")
            if unlike := sorted(set(table) ^ set(other)):
                found.notes.append(f"{case}, {scenario}: {len(unlike)} measures are in one build only, such as {unlike[0]}")
            drawn = [runs.inputs.get(scenario) for runs in (old, new)]
            if None in drawn:
                found.notes.append("one build writes no inputs.csv: that pairs share their inputs is not checked")
            elif drawn[0] != drawn[1]:
                found.notes.append(f"{case}, {scenario}: inputs.csv differs, so pairs do not share their inputs")
            for name, x, y in measures(table, other):
                z = z_of(x, y)
                if z is None:
                    found.alike += 1
                    continue
                key = (case, scenario, name)
                found.z[key] = z
                found.means[key] = tuple(statistics.fmean(v for v in side if v is not None) for side in (x, y))
                apart += abs(z["mean"]) > LIMIT
        found.gains += gains(case, old.tables, new.tables)
        cpu = f", CPU {old.cpu:.1f} s and {new.cpu:.1f} s" if old.cpu and new.cpu else ""
        count = sum(key[0] == case for key in found.z)
        print(f"  {case}: {count} measures differ in some pair, {apart} with |t| > 3{cpu}", flush=True)
    return found


# --- verdict -------------------------------------------------------------------------------------------------------


def same_side(values):
    return all(value > LIMIT for value in values) or all(value < -LIMIT for value in values)


def different(rounds):
    """Whatever differs for sure: (key, test, z by round), the largest first."""
    keys = set.intersection(*(set(found.z) for found in rounds))
    bound = -NORMAL.inv_cdf(0.01 / 2 / max(len(TESTS) * len(keys), 1))
    found = []
    for key in keys:
        for test in TESTS:
            values = [one.z[key][test] for one in rounds]
            together = sum(values) / math.sqrt(len(values))
            repeated = len(values) > 1 and same_side(values)
            # Distances have no side: their sum is no normal number, so each has to pass alone.
            sure = min(values) > bound if test == "shape" else abs(together) > bound
            if repeated or sure:
                found.append((key, test, values))
    return sorted(found, key=lambda item: -abs(sum(item[2]))), bound


def worse_gains(rounds):
    """Measures whose pairing gains less than in the frozen build, in every round."""
    by_round = [{(gain.case, gain.measure): gain for gain in found.gains} for found in rounds]
    keys = set.intersection(*(set(gains) for gains in by_round))
    limit = LIMIT if len(rounds) > 1 else 4.0
    return sorted(key for key in keys if all(gains[key].z < -limit for gains in by_round))


def told(rounds):
    """Prints what the rounds show; whether there is a difference."""
    for note in sorted({note for found in rounds for note in found.notes}):
        print(f"Note: {note}")
    print("\n| round | measures | alike in every pair | " + " | ".join(f"{test} > 3" for test in TESTS) + " | expected by chance, each |")
    print("| ---: | ---: | ---: |" + " ---: |" * (len(TESTS) + 1))
    for at, found in enumerate(rounds, 1):
        counts = [sum(abs(z[test]) > LIMIT for z in found.z.values()) for test in TESTS]
        chance = 2 * NORMAL.cdf(-LIMIT) * len(found.z)
        print(f"| {at} | {len(found.z):,} | {found.alike:,} | " + " | ".join(map(str, counts)) + f" | {chance:.1f} at most |")
    print("\nThe largest t of a mean, over all rounds together:\n")
    print("| case | scenario | measure | frozen | this build | t by round |")
    print("| --- | --- | --- | ---: | ---: | ---: |")
    common = set.intersection(*(set(found.z) for found in rounds))
    largest = sorted(common, key=lambda key: -abs(sum(found.z[key]["mean"] for found in rounds)))
    for key in largest[:12]:
        means = " | ".join(f"{statistics.fmean(found.means[key][side] for found in rounds):,.4f}" for side in (0, 1))
        by_round = ", ".join(format(found.z[key]["mean"], ".2f") for found in rounds)
        print(f"| {' | '.join(key)} | {means} | {by_round} |")
    if any(found.gains for found in rounds):
        print("\nGain of pairing of the headline:\n")
        print("| case | round | frozen | this build | ratio, 95% interval |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for at, found in enumerate(rounds, 1):
            for gain in found.gains:
                if gain.measure == "dormant_days_lost":
                    low, high = gain.interval()
                    ratio = f"{math.exp(gain.log_ratio):.3f} ({low:.3f} to {high:.3f})"
                    print(f"| {gain.case} | {at} | {gain.frozen:.2f} | {gain.build:.2f} | {ratio} |")
    found, bound = different(rounds)
    alone = f"passes {bound:.2f} over all rounds together"
    rule = f"passes 3 to the same side in all {len(rounds)} rounds, or {alone}" if len(rounds) > 1 else alone
    print(f"\nA measure differs where it {rule}.")
    if len(rounds) > 1:
        tests = len(common) * len(TESTS)
        print(f"Expected by chance in {tests:,} tests: {2 * tests * NORMAL.cdf(-LIMIT) ** len(rounds) + 0.01:.2f} at most.")
    for key, test, values in found[:40]:
        print(f"DIFFERENT: {', '.join(key)}: {test} {', '.join(f'{value:.2f}' for value in values)}")
    if len(found) > 40:
        print(f"... and {len(found) - 40:,} more.")
    worse = worse_gains(rounds)
    for case, measure in worse:
        print(f"PAIRING GAINS LESS: {case}, {measure}")
    if not found and not worse:
        print("No difference.")
    return bool(found or worse)


def compare(frozen, build, cases, arguments):
    """Whether a build differs from the frozen one."""
    print(f"Frozen build {frozen.fingerprint}, this build {build.fingerprint}, {arguments.replications} replications a case")
    rounds = []
    for at in range(arguments.rounds):
        seed = arguments.seed + at
        print(f"Round {at + 1}, seed {seed}:")
        rounds.append(one_round(frozen, build, cases, seed, arguments))
    return told(rounds)


def self_test(frozen, arguments):
    """Whether a build with other fates passes, and one with a fault of a thousandth does not."""
    other, fault = map(Build, arguments.self_test)
    cases = arguments.only or SELF_TEST
    print("--- the same law, other fates: has to pass")
    passes = not compare(frozen, other, cases, arguments)
    print("\n--- other fates and a fault: has to be found")
    found = compare(frozen, fault, cases, arguments)
    print(f"\nSelf-test: the same law {'passes' if passes else 'DOES NOT PASS'}, the fault {'is found' if found else 'IS NOT FOUND'}.")
    return not (passes and found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frozen", required=True, help="the program to hold the other against")
    parser.add_argument("--build", default=os.path.join(ROOT, "target", "release", "dormouse"), help="default: target/release/dormouse")
    parser.add_argument("--replications", type=int, default=600, help="pairs of each case and round; default 600")
    parser.add_argument("--rounds", type=int, default=2, help="rounds, each with a fresh seed; default 2")
    parser.add_argument("--seed", type=int, default=None, help="seed of the first round; default: a fresh one")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of a run; default: one a core")
    parser.add_argument("--only", nargs="+", choices=list(CASES), help="cases; default: all")
    parser.add_argument("--keep", help="folder for the runs, used again with the same --seed and program; default: none kept")
    parser.add_argument("--self-test", nargs=2, metavar=("OTHER", "FAULT"), help="builds with other fates, without and with a fault")
    arguments = parser.parse_args()
    arguments.seed = arguments.seed if arguments.seed is not None else 1 + secrets.randbelow(2**40)
    with tempfile.TemporaryDirectory() as temporary:
        arguments.keep = arguments.keep or temporary
        os.makedirs(arguments.keep, exist_ok=True)
        try:
            frozen = Build(arguments.frozen)
            if arguments.self_test:
                return int(self_test(frozen, arguments))
            return int(compare(frozen, Build(arguments.build), arguments.only or list(CASES), arguments))
        except CannotTest as reason:
            print(f"law.py: {reason}", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main())
