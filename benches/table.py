"""The table of benches/README.md from the last run of `cargo bench`: nanoseconds a cell, the middle of criterion's interval."""

import json
import pathlib
import sys

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
