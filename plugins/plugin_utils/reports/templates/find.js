// The search by number in every page's header, and the page that a label's or form's code opens.
// The numbers are read when they are first asked for. Text enters the page through textContent alone; addresses are
// names made of integers.
"use strict";
(() => {
  const SHOWN = 12;
  const PAGE = 0, NUMBER = 1, TITLE = 2, KIND = 3, OTHERS = 4;
  const $ = (id) => document.getElementById(id);
  const input = $("find");
  const form = input.form;
  const list = $("find-list");
  const answer = $("find-answer");
  const root = form.dataset.root;
  // Trusted Types let a script be loaded from one address only: the list of numbers of this site.
  const policy = window.trustedTypes?.createPolicy("jifang", { createScriptURL: () => `${root}find-data.js` });
  let numbers = null;
  let rows = [];
  let found = [];
  let chosen = -1;

  // What a person may write otherwise than the label does: width, case, blanks and separators.
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s\-_./·]+/g, "");
  const fill = (sentence, fields) => sentence.replace(/\{(\w+)\}/g, (_, name) => fields[name]);

  function read() {
    numbers ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = policy ? policy.createScriptURL("") : `${root}find-data.js`;
      script.onload = () => {
        rows = window.jifangFind.rows;
        resolve(rows.map((row) => [row[NUMBER], ...row[OTHERS]].map(fold)));
      };
      script.onerror = () => { numbers = null; reject(new Error(form.dataset.unread)); };
      document.head.append(script);
    });
    return numbers;
  }

  // 0: the number itself, 1: another number of it, 2: a beginning, 3: a part.
  function rank(keys, wanted) {
    let best = Infinity;
    keys.forEach((key, index) => {
      const at = key.indexOf(wanted);
      if (at >= 0) best = Math.min(best, key === wanted ? Number(index > 0) : at === 0 ? 2 : 3);
    });
    return best;
  }

  function search(keys, text) {
    const wanted = fold(text);
    if (!wanted) return [];
    const groups = [[], [], [], []];
    keys.forEach((own, index) => groups[rank(own, wanted)]?.push(index));
    return groups.flat();
  }

  function exactly(keys, text) {
    const named = rows.flatMap((row, index) => ((row[KIND] ? `${row[KIND]}:` : "") + row[NUMBER] === text ? index : []));
    if (named.length) return named;
    const wanted = fold(text);
    return wanted ? rows.flatMap((row, index) => (keys[index].includes(wanted) ? index : [])) : [];
  }

  function element(name, className, content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (content !== undefined) made.textContent = content;
    return made;
  }

  function link(index) {
    const made = element("a");
    made.href = root + rows[index][PAGE];
    made.append(element("bdi", "code", rows[index][NUMBER]), " ", element("bdi", "soft", rows[index][TITLE]));
    return made;
  }

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    if (!list.children.length) return;
    const options = [...list.querySelectorAll("[role=option]")];
    chosen = (position + options.length) % options.length;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  }

  function draw() {
    const options = found.slice(0, SHOWN).map((index, position) => {
      const option = link(index);
      option.id = `find-${position}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    });
    const text = window.jifangFind.text;
    const sentence = found.length ? fill(text.some, { n: found.length }) : fill(text.none, { number: input.value });
    const note = element("p", "soft", sentence);
    note.setAttribute("role", "presentation");
    list.replaceChildren(...options, note);
    $("find-found").textContent = sentence;
    list.hidden = false;
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", "true");
  }

  function complain(error) {
    list.replaceChildren(element("p", "soft", error.message));
    list.hidden = false;
  }

  async function typed() {
    const text = input.value;
    if (!fold(text)) return close();
    try {
      const keys = await read();
      if (text !== input.value) return;
      found = search(keys, text);
      draw();
    } catch (error) { complain(error); }
  }

  async function submit() {
    const position = Math.max(0, chosen);
    await typedIfClosed();
    if (found.length) location.href = root + rows[found[position]][PAGE];
  }

  const typedIfClosed = () => (list.hidden ? typed() : undefined);

  // A code that was written by hand may hold a bare per cent sign beside what the browser encoded.
  function decoded(text) {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      try { return decodeURIComponent(run); } catch { return run; }
    });
  }

  // find.html#PC-001 and find.html#loan:2026-0001: what labels and forms hold.
  async function lead() {
    const wanted = decoded(location.hash.slice(1));
    $("find-choices").hidden = answer.hidden = true;
    if (!wanted) return input.focus();
    try {
      const exact = exactly(await read(), wanted);
      if (exact.length === 1) return location.replace(root + rows[exact[0]][PAGE]);
      const text = window.jifangFind.text;
      const shown = wanted.length > 100 ? `${wanted.slice(0, 100)}…` : wanted;
      answer.textContent = fill(exact.length ? text.several : text.none, { number: shown, n: exact.length });
      answer.hidden = false;
      if (exact.length) {
        const items = exact.slice(0, SHOWN).map((index) => { const li = element("li"); li.append(link(index)); return li; });
        $("find-choices").replaceChildren(...items);
        $("find-choices").hidden = false;
      } else {
        input.value = shown;
        input.focus();
        input.select();
      }
    } catch (error) {
      answer.textContent = error.message;
      answer.hidden = false;
    }
  }

  form.hidden = false;
  input.addEventListener("focus", () => { read().catch(complain); });
  input.addEventListener("input", typed);
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) typed();
      else choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    // The table of devices has a search of its own, which the same key goes to.
    if (event.key !== "/" || $("q") || event.target.closest("input, select")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  if (answer) {
    window.addEventListener("hashchange", lead);
    lead();
  }
})();
