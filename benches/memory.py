"""How much memory does one draw take, with all its tables and figures? A made programme of any size, and its peak.

    cargo build --release
    python3 benches/memory.py                         # 300 cohorts by 120 suppliers
    python3 benches/memory.py --cohorts 1000 --suppliers 200
    python3 benches/memory.py --write FOLDER          # writes the scenario alone

The programme is the national one with other tables: so many cohorts and suppliers, 9.2 million installations, every cohort
with every supplier. Cells are cohorts by suppliers by two statuses. Standard library only.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NATIONAL = os.path.join(ROOT, "scenarios", "smets1-2020")
GROUPS = ["IOC", "MOC (MDS)", "MOC (Secure)", "FOC"]
INSTALLATIONS = {"dormant": 2_400_000, "active": 6_835_000}


def write(folder, cohorts, suppliers):
    """Writes the scenario and its tables; its path."""
    os.makedirs(folder, exist_ok=True)
    names = [f"C{c:04}" for c in range(cohorts)]
    # The two with limits of their own keep their names, so that the file that is extended finds them.
    providers = ["Curlew", "Lapwing", *(f"S{s:03}" for s in range(2, suppliers))][:suppliers]
    with open(f"{folder}/cohorts.csv", "w") as file:
        print("name,group,route,gate", file=file)
        for c, name in enumerate(names):
            day = c * 540 // cohorts
            print(f"{name},{GROUPS[c % 4]},MT/SIT,{2020 + day // 360}-{1 + day % 360 // 30:02}-{1 + day % 28:02}", file=file)
    with open(f"{folder}/suppliers.csv", "w") as file:
        print("name,market_share_pct", file=file)
        for name in providers:
            print(f"{name},1", file=file)
    with open(f"{folder}/stock.csv", "w") as file:
        print("cohort,supplier,status,installations", file=file)
        for name in names:
            for provider in providers:
                for status, installations in INSTALLATIONS.items():
                    print(f"{name},{provider},{status},{max(installations // (cohorts * suppliers), 1)}", file=file)
    for file in ["base.toml", "capacity.csv", "firmware.csv"]:
        shutil.copy(f"{NATIONAL}/{file}", folder)
    return f"{folder}/base.toml"


def peak(program, arguments):
    """User seconds and peak mebibytes of one run of the program."""
    child = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"failed: {program} {' '.join(arguments)}")
    return usage.ru_utime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohorts", type=int, default=300)
    parser.add_argument("--suppliers", type=int, default=120)
    parser.add_argument("--program", default=os.path.join(ROOT, "target", "release", "dormouse"))
    parser.add_argument("--write", metavar="FOLDER", help="write the scenario there, and run nothing")
    arguments = parser.parse_args()
    if arguments.write:
        print(write(arguments.write, arguments.cohorts, arguments.suppliers))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = write(folder, arguments.cohorts, arguments.suppliers)
        seconds, mebibytes = peak(arguments.program, ["run", path, "-q", "-o", f"{folder}/results"])
        cells = 2 * arguments.cohorts * arguments.suppliers
        print(f"{cells:,} cells: peak {mebibytes:,.0f} MiB, {mebibytes * 2**20 / cells:,.0f} bytes a cell, {seconds:.1f} s of CPU")


if __name__ == "__main__":
    main()
