"""The tables of benches/README.md: nanoseconds a cell from the last run of `cargo bench`, the middle of criterion's interval;
and instructions a replication, as `instructions.csv` keeps them, against those of build 6348d83."""

import csv
import json
import pathlib
import sys

# Instructions a replication of build 6348d83.
BEFORE = {
    "reference/1m": 36_540_121,
    "national/still": 499_991_275,
    "national/weekly": 874_532_720,
    "national/daily": 1_319_291_794,
    "national/still/ten-times": 906_532_366,
    "national/daily/ten-times": 3_194_358_619,
}

kept = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target") / "criterion"
rows = {}
for found in kept.glob("*/*/new/benchmark.json"):
    bench = json.loads(found.read_text())
    cells = bench["throughput"]["Elements"] if bench["throughput"] else None
    if cells is None:
        continue
    nanoseconds = json.loads((found.parent / "estimates.json").read_text())["median"]["point_estimate"]
    what, size = (bench["group_id"] + "/" + bench["function_id"]).rsplit("/", 1)
    rows.setdefault(what, {})[int(size)] = nanoseconds / cells
sizes = sorted({size for row in rows.values() for size in row})
print("| nanoseconds a cell | " + " | ".join(f"{size:,}" for size in sizes) + " |")
print("| --- |" + " ---: |" * len(sizes))
for what, row in sorted(rows.items()):
    print(f"| `{what}` | " + " | ".join(f"{row[size]:.1f}" if size in row else "" for size in sizes) + " |")

kept_counts = pathlib.Path(__file__).parent / "instructions.csv"
counts = {row[0]: float(row[1]) for row in csv.reader(kept_counts.open()) if row[0].startswith("replicate/")}
print("\n| million instructions a replication | build 6348d83 | kept | ratio |")
print("| --- | ---: | ---: | ---: |")
for workload, before in BEFORE.items():
    now = counts[f"replicate/{workload}"]
    print(f"| {workload} | {before / 1e6:,.1f} | {now / 1e6:,.1f} | {before / now:.2f} |")
