// Opens reports in a real browser and asks of each what a reader would: does it hold together, can it be used by keyboard,
// on a narrow screen, on paper, without scripts? Then breaks a copy on purpose and expects every check to say so.
//
//     node check.mjs CHROMIUM PAGE.html...

import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, ...pages] = process.argv.slice(2);
const AXE = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const A4 = { width: 680, height: 1009 }; // 210 x 297 mm less margins of 15 mm, at 96 dots an inch

const CONTROLS = "a[href], button, summary, [tabindex='0']";

/** What is wrong with a page, by check. */
async function faults(browser, file) {
  const url = pathToFileURL(resolve(file)).href;
  const found = {};
  const wrong = (check, what) => (found[check] ??= []).push(what);

  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false });
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && wrong("console", message.text()));
  page.on("pageerror", (error) => wrong("console", error.message));
  page.on("request", (request) => {
    const inside = request.url() === url || request.url().startsWith("data:");
    if (!inside) wrong("requests", request.url());
  });
  await page.goto(url);

  // Keyboard: the tab key comes by everything that can be used.
  const controls = await page.locator(CONTROLS).evaluateAll((all) => {
    const seen = all.filter((one) => one.checkVisibility());
    seen.forEach((one, at) => (one.dataset.control = at));
    return seen.length;
  });
  const reached = new Set();
  for (let step = 0; step <= controls; step++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.dataset.control));
  }
  for (let at = 0; at < controls; at++) {
    if (!reached.has(String(at))) {
      wrong("keyboard", await page.locator(`[data-control='${at}']`).evaluate((one) => one.outerHTML.slice(0, 80)));
    }
  }

  // A narrow phone: the page itself does not scroll sideways.
  await page.setViewportSize({ width: 320, height: 640 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  if (wide > 320) wrong("narrow", `${wide} pixels wide at 320`);

  // Paper: nothing is wider than the sheet; a brief is one sheet.
  await page.setViewportSize(A4);
  await page.emulateMedia({ media: "print" });
  const clipped = await page.locator("svg, table, pre, p").evaluateAll((all, width) =>
    all
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
      .filter((one) => one.getBoundingClientRect().left >= 0)
      .map((one) => `${one.tagName} ${one.id} ends at ${Math.round(one.getBoundingClientRect().right)}`), A4.width);
  clipped.forEach((one) => wrong("print", one));
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  const brief = await page.locator("body.one-page").count();
  if (sheets < 1 || (brief && sheets !== 1)) wrong("print", `${sheets} sheets`);
  await context.close();

  // Assistive technology: axe's rules; its script needs a page that lets it in.
  const open = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const tested = await open.newPage();
  await tested.goto(url);
  await tested.evaluate(AXE);
  const { violations } = await tested.evaluate(() => window.axe.run(document));
  for (const { id, impact, nodes } of violations) {
    if (["serious", "critical"].includes(impact)) wrong("axe", `${id}: ${nodes[0].html.slice(0, 80)}`);
  }
  await open.close();

  // Scripts off: the answer is there, and so is every figure.
  const still = await browser.newContext({ javaScriptEnabled: false });
  const plain = await still.newPage();
  await plain.goto(url);
  if (!(await plain.locator("#summary .tiles").isVisible())) wrong("scripts off", "no numbers in the summary");
  for (const drawing of await plain.locator("figure svg").all()) {
    if (!(await drawing.isVisible())) wrong("scripts off", "a figure is not seen");
  }
  await still.close();
  return { found, controls, sheets };
}

/** A copy with one fault for every check. */
function broken(file) {
  const bad =
    '<script>throw new Error("on purpose")</script><img src="https://example.invalid/a.png">' +
    '<svg width="2000" height="9"></svg>' + // No style in the page counts: its policy lets none in.
    '<button hidden></button><button></button><a href="#summary" tabindex="-1">unreachable</a>';
  return readFileSync(file, "utf8")
    .replace('class="tiles"', 'class="no"')
    .replace("</main>", `${bad}</main>`);
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let failed = false;
for (const file of pages) {
  const { found, controls, sheets } = await faults(browser, file);
  const wrong = Object.entries(found).flatMap(([check, list]) => list.map((what) => `  ${check}: ${what}`));
  console.log(`${file}: ${controls} controls reached by keyboard, ${sheets} sheets, ${wrong.length} faults`);
  wrong.forEach((line) => console.log(line));
  failed ||= wrong.length > 0;
}
const dir = mkdtempSync(join(tmpdir(), "report-"));
const copy = join(dir, "broken.html");
writeFileSync(copy, broken(pages[0]));
const { found } = await faults(browser, copy);
rmSync(dir, { recursive: true });
for (const check of ["console", "requests", "keyboard", "narrow", "print", "axe", "scripts off"]) {
  console.log(`  broken on purpose: ${check} ${found[check] ? "says so" : "SAYS NOTHING"}`);
  failed ||= !found[check];
}
await browser.close();
process.exit(failed ? 1 : 0);
