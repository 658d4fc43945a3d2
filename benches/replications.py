#!/usr/bin/env python3
"""Many replications with the built command, as a user runs them: wall time, from one core to two, and peak memory.

    cargo build --release && python3 benches/replications.py [REPLICATIONS]

The national programme without change of supplier and removal, as it stands (weekly), and with both stepped daily; the
reference workload, which other simulators run too. Nothing is asserted: read the table beside the machine it is from.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DORMOUSE = os.path.join(ROOT, "target", "release", "dormouse")
NATIONAL = "scenarios/smets1-2020/existing.toml"
CASES = {
    "reference": ["scenarios/reference/peer-workload.toml"],
    "national, nobody changes supplier": [
        NATIONAL,
        *("--set", "change_of_supplier.leaving_pct_per_month=0"),
        *("--set", "removal.dormant_pct_per_month=0"),
        *("--set", "removal.active_pct_per_month=0"),
    ],
    "national, as it stands": [NATIONAL],
    "national, daily": [NATIONAL, "--set", "change_of_supplier.step=daily", "--set", "removal.step=daily"],
}


def run(case, replications, threads, folder):
    """Wall seconds, CPU seconds and peak mebibytes of one command."""
    command = [DORMOUSE, "run", *CASES[case], "--replications", str(replications), "--threads", str(threads)]
    results = os.path.join(folder, "results")
    began = time.monotonic()
    child = subprocess.Popen(
        [*command, "--layer-runs", "0", "-q", "-o", results], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    shutil.rmtree(results)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    few = max(replications // 10, 2)
    print("| case | replications | wall, two threads | CPU each | one thread to two | MiB | MiB at a tenth |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            one, _, _ = run(case, few, 1, folder)
            two, _, memory_of_few = run(case, few, 2, folder)
            wall, cpu, memory = run(case, replications, 2, folder)
            print(
                f"| {case} | {replications:,} | {wall:.1f} s | {1000 * cpu / replications:.1f} ms | {one / two:.2f}"
                f" | {memory:.0f} | {memory_of_few:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
