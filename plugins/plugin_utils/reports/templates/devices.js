// The table of devices: search, filters, order, and only the rows in view in the document.
// Text enters the page through textContent alone; a row's page is a name made of an integer.
"use strict";
(() => {
  const data = window.jifangDevices;
  const COLUMN = Object.fromEntries(data.columns.map((name, index) => [name, index]));
  const SHOWN = ["number", "name", "model", "serial", "place", "host", "status", "state"];
  const SPARE_ROWS = 12;
  const PRINTED_ROWS = 2000;
  const FILTERS = ["room", "status", "state", "kind"];
  const rows = data.rows;
  const $ = (id) => document.getElementById(id);
  const scroller = $("scroller");
  const table = scroller.querySelector("table");
  const body = table.tBodies[0];
  const query = $("q");
  const fields = Object.fromEntries(FILTERS.map((name) => [name, $(name)]));
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const ranks = new Map();
  let seenOnly = false;
  let order = { column: null, down: false };
  let found = rows.map((_, index) => index);
  let chosen = -1;
  let drawn = "";

  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const roomOf = (row) => data.rooms[row[COLUMN.room]] ?? "";
  const text = {
    place: (row) => [roomOf(row), row[COLUMN.seat]].filter(Boolean).join(" · "),
    status: (row) => data.statuses[row[COLUMN.status]] ?? "",
    state: (row) => data.states[row[COLUMN.state]].name,
  };
  const shown = (row, column) => (text[column] ? text[column](row) : row[COLUMN[column]]);
  const hay = rows.map((row) =>
    fold(["number", "name", "model", "serial", "place", "host"].map((column) => shown(row, column)).join("\n")));

  function ranked(column) {
    if (!ranks.has(column)) {
      const texts = rows.map((row) => shown(row, column));
      const distinct = [...new Set(texts)].sort((a, b) => (a === "") - (b === "") || collator.compare(a, b));
      const rankOf = new Map(distinct.map((value, rank) => [value, rank]));
      ranks.set(column, Int32Array.from(texts, (value) => rankOf.get(value)));
    }
    return ranks.get(column);
  }

  function apply() {
    const words = fold(query.value).split(/\s+/).filter(Boolean);
    const want = Object.fromEntries(FILTERS.map((name) => [name, fields[name].value]));
    const room = want.room === "" ? null : Number(want.room) - 1;
    found = [];
    rows.forEach((row, index) => {
      if (room !== null && row[COLUMN.room] !== room) return;
      if (want.status && row[COLUMN.status] !== want.status) return;
      if (want.state && row[COLUMN.state] !== want.state) return;
      if (want.kind && !row[COLUMN.kinds].includes(want.kind)) return;
      if (seenOnly && !row[COLUMN.seen]) return;
      if (words.every((word) => hay[index].includes(word))) found.push(index);
    });
    if (order.column) {
      const rank = ranked(order.column);
      const sign = order.down ? -1 : 1;
      found.sort((a, b) => sign * (rank[a] - rank[b]) || a - b);
    }
    chosen = -1;
    drawn = "";
    scroller.scrollTop = 0;
    table.setAttribute("aria-rowcount", String(found.length + 1));
    const sentence = found.length ? data.text.found : data.text.nothing;
    $("found").textContent = sentence.replace("{found}", found.length).replace("{all}", rows.length);
    draw();
  }

  function element(name, className, content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (content !== undefined) made.textContent = content;
    return made;
  }

  function cell(row, column) {
    const td = element("td");
    td.dataset.column = column;
    const value = shown(row, column);
    if (column === "number") {
      const link = element("a", "", value || data.text.unbooked);
      link.href = row[COLUMN.page];
      link.tabIndex = -1;
      td.append(link);
      if (row[COLUMN.simulated]) td.append(" ", element("span", "badge badge-simulated", data.text.simulated));
    } else if (column === "state") {
      const state = row[COLUMN.state];
      const badge = element("span", `badge badge-${state}`);
      const sign = element("span", `sign sign-${state}`, data.states[state].sign);
      sign.setAttribute("aria-hidden", "true");
      badge.append(sign, value);
      td.append(badge);
      td.title = row[COLUMN.kinds].map((kind) => data.kinds[kind]).join(" · ");
    } else {
      td.append(element("bdi", column === "serial" || column === "host" ? "code" : "", value));
      td.title = value;
    }
    return td;
  }

  function line(position) {
    const row = rows[found[position]];
    const tr = element("tr", position === chosen ? "chosen" : "");
    tr.dataset.position = position;
    tr.setAttribute("aria-rowindex", String(position + 2));
    tr.append(...SHOWN.map((column) => cell(row, column)));
    return tr;
  }

  function gap(height) {
    const tr = element("tr", "gap");
    tr.setAttribute("aria-hidden", "true");
    const td = element("td");
    td.colSpan = SHOWN.length;
    td.style.height = `${height}px`;
    tr.append(td);
    return tr;
  }

  const rowHeight = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row")) || 44;

  function draw() {
    const height = rowHeight();
    const first = Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE_ROWS);
    const last = Math.min(found.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + SPARE_ROWS);
    const wanted = [first, last, chosen, height].join();
    if (wanted === drawn) return;
    drawn = wanted;
    const lines = [];
    if (first > 0) lines.push(gap(first * height));
    for (let position = first; position < last; position += 1) lines.push(line(position));
    if (last < found.length) lines.push(gap((found.length - last) * height));
    body.replaceChildren(...lines);
  }

  function choose(position) {
    if (!found.length) return;
    chosen = Math.min(found.length - 1, Math.max(0, position));
    const height = rowHeight();
    const head = table.tHead.offsetHeight;
    const top = chosen * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + height + head > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top + height + head - scroller.clientHeight;
    }
    draw();
    $("found").textContent = SHOWN.slice(0, 2).concat("place", "state")
      .map((column) => shown(rows[found[chosen]], column)).filter(Boolean).join(" · ");
  }

  function open(position) {
    if (position >= 0 && position < found.length) location.href = rows[found[position]][COLUMN.page];
  }

  function remember() {
    const parameters = new URLSearchParams();
    if (query.value) parameters.set("q", query.value);
    for (const name of FILTERS) if (fields[name].value) parameters.set(name, fields[name].value);
    if (seenOnly) parameters.set("seen", "1");
    history.replaceState(null, "", `#${parameters}`);
  }

  function recall() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    query.value = parameters.get("q") ?? "";
    for (const name of FILTERS) {
      const wanted = parameters.get(name) ?? "";
      fields[name].value = [...fields[name].options].some((option) => option.value === wanted) ? wanted : "";
    }
    seenOnly = parameters.get("seen") === "1";
    apply();
  }

  const changed = () => { apply(); remember(); };
  query.addEventListener("input", changed);
  for (const name of FILTERS) fields[name].addEventListener("change", changed);
  query.form.addEventListener("submit", (event) => event.preventDefault());
  query.form.addEventListener("reset", () => { seenOnly = false; setTimeout(changed); });
  scroller.addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", draw);
  window.addEventListener("hashchange", recall);
  body.addEventListener("click", (event) => {
    const tr = event.target.closest("tr[data-position]");
    if (tr && !event.target.closest("a") && !String(getSelection())) open(Number(tr.dataset.position));
  });
  for (const th of table.tHead.rows[0].cells) {
    th.querySelector("button").addEventListener("click", () => {
      const column = th.dataset.column;
      order = { column, down: order.column === column && !order.down };
      for (const other of table.tHead.rows[0].cells) {
        const mine = other === th;
        other.querySelector(".order").textContent = mine ? (order.down ? "↓" : "↑") : "";
        if (mine) other.setAttribute("aria-sort", order.down ? "descending" : "ascending");
        else other.removeAttribute("aria-sort");
      }
      apply();
    });
  }
  scroller.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight()) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.target !== scroller) return;
    if (event.key in moves) {
      choose(chosen + moves[event.key]);
      event.preventDefault();
    } else if (event.key === "Enter") open(chosen);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, select")) {
      query.focus();
      event.preventDefault();
    }
  });
  window.addEventListener("beforeprint", () => {
    drawn = "";
    const count = Math.min(found.length, PRINTED_ROWS);
    body.replaceChildren(...Array.from({ length: count }, (_, position) => line(position)));
    const note = document.querySelector(".print-note");
    note.hidden = count === found.length;
    note.textContent = data.text.printed.replace("{n}", count);
  });
  window.addEventListener("afterprint", draw);
  recall();
})();
