#!/usr/bin/env bash
# Chromium prints the header of a long table on its first page only, if a header cell holds a button.
#
# Tried on 1 December 2026: Chromium 153.0 from npm (@sparticuz/chromium 153.0.0, puppeteer-core 25.3.0) and Chromium 156.0
# from Debian 12, Linux x86_64; pypdf 6.2.0, Python 3.11, Node 20.
#
# Who meets it: whoever prints a page whose tables can be sorted. The usual accessible way puts a button into each header
# cell. On screen nothing is wrong; on paper every page of a table but the first has no headings.
#
# A table of 200 rows takes five pages. With words in the header cells the words are on five pages. With the same words in
# a `<span style="display: inline-block">` they are on five. With a `<button>` they are on one. No style sheet is involved.
#
# What to do: take the buttons out when the page is printed (on `beforeprint`), and put them back afterwards.
#
# Ends with 0 as long as the behaviour is as described, with 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock @sparticuz/chromium@153.0.0 puppeteer-core@25.3.0 > /dev/null
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pypdf==6.2.0
cat > print.mjs <<'SCRIPT'
import chromium from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

const kinds = {
  words: (text) => text,
  span: (text) => `<span style="display: inline-block">${text}</span>`,
  button: (text) => `<button type="button">${text}</button>`,
};
const browser = await puppeteer.launch({
  args: chromium.args,
  executablePath: await chromium.executablePath(),
  headless: "shell",
});
for (const [kind, cell] of Object.entries(kinds)) {
  const rows = Array.from({ length: 200 }, (_, n) => `<tr><td>${n}</td><td>${n * n}</td></tr>`).join("");
  const page = await browser.newPage();
  await page.setContent(
    `<!doctype html><html lang="en"><title>A table</title><table>` +
      `<thead><tr><th>${cell("Number")}</th><th>${cell("Square")}</th></tr></thead><tbody>${rows}</tbody></table></html>`,
  );
  await page.pdf({ path: `${kind}.pdf`, format: "A4" });
}
await browser.close();
SCRIPT
node print.mjs
python/bin/python - <<'PYTHON'
import sys
from pypdf import PdfReader

seen = {}
for kind in ("words", "span", "button"):
    pages = PdfReader(f"{kind}.pdf").pages
    seen[kind] = (sum("Square" in "".join(page.extract_text().split()) for page in pages), len(pages))
    print(f"{kind}: the header is on {seen[kind][0]} of {seen[kind][1]} pages")
as_described = (
    seen["words"][0] == seen["words"][1] > 1
    and seen["span"][0] == seen["span"][1] > 1
    and seen["button"][0] == 1 < seen["button"][1]
)
sys.exit(0 if as_described else 1)
PYTHON
