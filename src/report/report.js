"use strict";
(() => {
  const said = document.getElementById("said");
  // The number a cell is sorted by: the first one it holds; words sort as words, behind numbers.
  const key = (row, at) => {
    const cell = row.cells[at];
    const data = cell && cell.querySelector("data");
    const text = data ? data.value : cell ? cell.textContent : "";
    const number = /^-?[0-9.]+$/.test(text) ? Number(text) : NaN;
    return [Number.isNaN(number) ? 1 : 0, Number.isNaN(number) ? text : number];
  };
  const compare = (a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
  const sorting = [];
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      sorting.push([head, button]);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...table.tBodies[0].rows].map((row) => [key(row, at), row]);
        rows.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
        table.tBodies[0].append(...rows.map(([, row]) => row));
        said.textContent = `Sorted by ${button.textContent}, ${down ? "descending" : "ascending"}`;
      });
    });
  }
  // Chromium does not repeat a header with buttons on the pages that follow, so paper gets the words alone.
  addEventListener("beforeprint", () => sorting.forEach(([head, button]) => head.replaceChildren(...button.childNodes)));
  addEventListener("afterprint", () => sorting.forEach(([head, button]) => {
    button.append(...head.childNodes);
    head.append(button);
  }));
  // The rows of a CSV text; cells in quotes may hold commas.
  const parse = (text) => text.split(/\r?\n/).filter(Boolean).map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => (cell[1] === undefined ? cell[2] : cell[1].replaceAll('""', '"'))));
  for (const plot of document.querySelectorAll(".plot[data-of]")) {
    const link = document.getElementById(plot.dataset.of);
    const readout = plot.nextElementSibling;
    const [names, ...rows] = parse(decodeURIComponent(link.getAttribute("href").split(",").slice(1).join(",")));
    let at = -1;
    const show = (to) => {
      at = Math.max(0, Math.min(rows.length - 1, to));
      readout.textContent = rows[at].map((cell, i) => (cell ? `${names[i]} ${cell}` : "")).filter(Boolean).join("; ");
    };
    const steps = { ArrowRight: () => at + 1, ArrowLeft: () => at - 1, Home: () => 0, End: () => rows.length - 1 };
    plot.addEventListener("keydown", (event) => {
      if (event.key === "Escape") readout.textContent = "";
      else if (steps[event.key] && rows.length) { event.preventDefault(); show(steps[event.key]()); }
    });
    // Under the pointer: the day at that place of the time axis, for each series of a line chart.
    const column = names.indexOf("date");
    const axis = plot.querySelector("svg polyline");
    if (column < 0 || !axis) continue;
    // A column that is the same in every row is left out, and so is the start that the names of all numbers share.
    const varied = names.map((_, i) => i !== column && new Set(rows.map((row) => row[i])).size > 1);
    const numbers = names.filter((_, i) => varied[i] && rows.every((row) => !Number.isNaN(Number(row[i]))));
    const begin = numbers.reduce((a, b) => { let n = 0; while (n < a.length && a[n] === b[n]) n += 1; return a.slice(0, n); }, numbers[0] || "");
    const short = (name) => (numbers.length > 1 && name.startsWith(begin) ? name.slice(begin.lastIndexOf("_") + 1) : name).replace("_pct", "");
    const days = [...new Set(rows.map((row) => row[column]))].sort();
    plot.addEventListener("pointermove", (event) => {
      const box = axis.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      if (share < 0 || share > 1) return;
      const [first, last] = [days[0], days[days.length - 1]].map(Date.parse);
      const wanted = first + share * (last - first);
      const near = (day) => Math.abs(Date.parse(day) - wanted);
      const day = days.reduce((best, day) => (near(day) < near(best) ? day : best));
      const words = (cell, i) => (!varied[i] || !cell ? "" : numbers.includes(names[i]) ? `${short(names[i])} ${cell}` : cell);
      const series = rows.filter((row) => row[column] === day).map((row) => row.map(words).filter(Boolean).join(" "));
      readout.textContent = `${day}: ${series.join("; ")}`;
    });
  }
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => d.removeAttribute("open")));
})();
