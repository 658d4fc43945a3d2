#!/usr/bin/env bash
# Makes every sample of this folder anew by the commands that reports/README.md names.
# Usage: reports/remake.sh [PROGRAM], from any folder; PROGRAM is target/release/dormouse unless another is named.
# Takes some minutes. It works in results/, as the commands do, and stops where their folders are there already.
# A sample keeps the files that it has; files that results hold beyond them are left out for their size.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-target/release/dormouse}

# Copies each file that a sample has from new results.
renew() { # SAMPLE RESULTS
  local file
  while read -r file; do
    case "$file" in ./report*|./brief.html) continue ;; esac
    cp "$2/$file" "$1/$file"
  done < <(cd "$1" && find . -type f | sort)
}

"$program" run scenarios/smets1-2020/existing.toml scenarios/smets1-2020/early.toml -q -o results/existing-vs-early
renew reports/existing-vs-early results/existing-vs-early
for kind in cohorts difference wait; do
  "$program" chart reports/existing-vs-early "$kind" -q --force --format svg -o reports/existing-vs-early-charts
done

"$program" compare studies/early-firmware.toml -q -o results/early-firmware
sample=reports/early-firmware-study
renew "$sample" results/early-firmware
for document in report.md report.html report.xlsx report.ods; do
  "$program" report studies/early-firmware.toml -q --force --format "${document##*.}" -o "$sample/$document"
done
"$program" report studies/early-firmware.toml -q --force --format brief -o "$sample/brief.html"
# The picture of the first screen in the README, where Chromium is there to take it.
if command -v chromium > /dev/null; then
  mkdir -p docs/images
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,1000 \
    --screenshot="$PWD/docs/images/report-first-screen.png" "file://$PWD/$sample/report.html" > /dev/null 2>&1
fi
