#!/usr/bin/env bash
# DuckDB answers one quantile in two ways, and in one statement the first column decides for both.
#
# Tried on 1 December 2026: duckdb 2.0.0 from PyPI, Python 3.11, Linux x86_64.
#
# Who meets it: whoever recomputes a percentile of replications in SQL and passes the level as a parameter.
#
# 1. The level 0.55 written into a statement is a DECIMAL. The same level bound as a parameter, or cast to DOUBLE, is a
#    binary fraction. `quantile_disc` multiplies it by the number of rows: exactly in the first case, to a little more
#    than 55 in the second. Of the numbers 1 to 100 the answers are 55 and 56. By definition (the least value with at
#    least 55% of the rows at or below it) the answer is 55.
# 2. A statement that asks for both gets one answer twice: the answer of whichever column comes first. So the order of
#    the columns changes a value.
#
# Seen over the levels 0.001 to 0.999 and 20, 50, 100, 200 and 1,000 rows: the answers differ in 7 of 4,995 cases,
# all of them levels between 0.545 and 0.56. `quantile_cont` never differs.
#
# What to do: write the level as a literal, or take the row by its rank, ceil(level * rows), in whole numbers.
#
# Ends with 0 as long as the behaviour is as described, with 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.0
"$folder/python/bin/python" - <<'PYTHON'
import sys
import duckdb

database = duckdb.connect()


def row(columns, count=100, values=None):
    return database.execute(f"select {columns} from range(1, {count + 1}) rows(value)", values).fetchall()[0]


literal = row("quantile_disc(value, 0.55)")
cast = row("quantile_disc(value, 0.55::double)")
parameter = row("quantile_disc(value, ?)", values=[0.55])
literal_first = row("quantile_disc(value, 0.55), quantile_disc(value, 0.55::double)")
cast_first = row("quantile_disc(value, 0.55::double), quantile_disc(value, 0.55)")
print(f"duckdb {duckdb.__version__}")
print(f"alone: literal {literal}, cast to double {cast}, parameter {parameter}")
print(f"in one statement: literal first {literal_first}, double first {cast_first}")

different = [
    (count, thousandths / 1000)
    for count in (20, 50, 100, 200, 1000)
    for thousandths in range(1, 1000)
    if row(f"quantile_disc(value, {thousandths / 1000})", count)
    != row(f"quantile_disc(value, {thousandths / 1000}::double)", count)
]
print(f"{len(different)} of 4,995 differ (rows, level): {different}")

as_described = (literal, cast, parameter, literal_first, cast_first) == ((55,), (56,), (56,), (55, 55), (56, 56))
as_described = as_described and len(different) == 7
print("as described" if as_described else "the behaviour has changed")
sys.exit(0 if as_described else 1)
PYTHON
