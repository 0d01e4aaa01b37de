// The table of components: search, filter and sort. Without it, the page has the same rows.
"use strict";
(() => {
  const table = document.getElementById("table");
  if (!table) {
    return;
  }
  const FIRST = 100; // So many rows are on the page until more are asked for: what follows stays within reach.
  const body = table.tBodies[0];
  const form = document.getElementById("filter");
  const search = document.getElementById("search");
  const boxes = [...form.querySelectorAll("input[name=verdict]")];
  const more = document.getElementById("more");
  const rows = [...body.rows].map((row) => ({
    row,
    verdict: row.dataset.verdict,
    severity: Number(row.dataset.severity),
    text: row.textContent.toLowerCase(),
    name: row.cells[1].textContent,
    why: row.cells[2].textContent,
    where: row.cells[3].textContent,
  }));
  let most = FIRST;

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let found = 0;
    for (const one of rows) {
      const fits = verdicts.has(one.verdict) && words.every((word) => one.text.includes(word));
      found += fits ? 1 : 0;
      one.row.hidden = !fits || found > most;
    }
    more.hidden = found <= most;
    more.firstElementChild.textContent = `Show all ${found.toLocaleString("en")}`;
    const number = Math.min(found, most).toLocaleString("en");
    document.getElementById("shown").textContent = `${number} of ${rows.length.toLocaleString("en")} shown`;
  }

  function compare(key, direction) {
    const order = new Intl.Collator("en", { numeric: true }).compare;
    const by = key === "severity" ? (a, b) => a.severity - b.severity : (a, b) => order(a[key], b[key]);
    return (a, b) => direction * by(a, b) || order(a.name, b.name);
  }

  function sort(header) {
    const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) {
      other.removeAttribute("aria-sort");
    }
    header.setAttribute("aria-sort", direction);
    rows.sort(compare(header.dataset.key, direction === "ascending" ? 1 : -1));
    body.append(...rows.map((one) => one.row));
    show();
  }

  // A link to a row that is not shown shows it.
  function reveal() {
    const target = rows.find((one) => `#${one.row.id}` === location.hash);
    if (target && target.row.hidden) {
      search.value = "";
      boxes.forEach((box) => { box.checked = true; });
      most = Infinity;
      show();
      target.row.scrollIntoView();
    }
    const details = location.hash.startsWith("#d-") && document.getElementById(location.hash.slice(1));
    if (details) {
      details.open = true;
    }
  }

  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(header));
    header.replaceChildren(button);
  }
  form.addEventListener("input", () => { most = FIRST; show(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  more.firstElementChild.addEventListener("click", () => { most = Infinity; show(); });
  addEventListener("hashchange", reveal);
  if (rows.length > FIRST && rows[0].verdict !== "unchanged") {
    boxes.filter((box) => box.value === "unchanged").forEach((box) => { box.checked = false; });
  }
  form.hidden = false;
  show();
  reveal();
})();
